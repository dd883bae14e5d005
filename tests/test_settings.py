"""A wrong or missing setting stops the start with one sentence; the defaults are safe."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
GOOD = {"SECRET_KEY": "k" * 60, "ALLOWED_HOSTS": "example.org", "DATABASE_URL": "sqlite:///:memory:"}


def start(tmp_path, code="", **changes):
    """Read the settings in a process of its own, on a copy without .env; return exit status and both outputs."""
    (tmp_path / "directory").symlink_to(ROOT / "directory")
    environment = {**GOOD, **changes, "PATH": os.environ["PATH"], "PYTHONDONTWRITEBYTECODE": "1"}
    environment = {name: value for name, value in environment.items() if value is not None}
    read = "import environ; environ.Env.read_env = lambda *a, **k: None; from directory import settings as s; "
    done = subprocess.run(
        [sys.executable, "-c", read + code], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
    )
    return done.returncode, done.stdout.strip(), done.stderr.strip()


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"SECRET_KEY": None}, "The setting SECRET_KEY is missing."),
        ({"SECRET_KEY": "short"}, "The setting SECRET_KEY is too short"),
        ({"ALLOWED_HOSTS": None}, "The setting ALLOWED_HOSTS is missing."),
        ({"ALLOWED_HOSTS": " , "}, "The setting ALLOWED_HOSTS must name the hosts"),
        ({"ALLOWED_HOSTS": "*"}, "The setting ALLOWED_HOSTS must name the hosts"),
        ({"ALLOWED_HOSTS": "a.org, *"}, "The setting ALLOWED_HOSTS must name the hosts"),
        ({"DATABASE_URL": "mysql://x/y"}, "The setting DATABASE_URL must begin with sqlite:/// or postgres://"),
        ({"DATABASE_URL": "nonsense"}, "The setting DATABASE_URL must begin with sqlite:/// or postgres://"),
        ({"DATABASE_URL": "sqlite://data/name"}, "The setting DATABASE_URL must begin with sqlite:/// or postgres://"),
        ({"DATABASE_URL": "sqlite:///"}, "The setting DATABASE_URL must end with a name"),
        ({"DATABASE_URL": "postgres://"}, "The setting DATABASE_URL must end with a name"),
        ({"DATABASE_URL": "postgres://u:p@h/"}, "The setting DATABASE_URL must end with a name"),
        ({"DATABASE_URL": "postgres://u:p@h:abc/n"}, "The setting DATABASE_URL must look like postgres://"),
    ],
)
def test_a_wrong_setting_stops_the_start_with_one_sentence(tmp_path, changes, said):
    status, _, error = start(tmp_path, **changes)

    assert status == 1
    assert error.startswith(said)
    assert "Traceback" not in error
    assert len(error.splitlines()) == 1


@pytest.mark.parametrize("name", ["HTTPS", "DEBUG", "HSTS_SUBDOMAINS"])
@pytest.mark.parametrize("word", ["yess", "", "2", "of"])
def test_a_switch_with_an_unknown_word_stops_the_start(tmp_path, name, word):
    status, _, error = start(tmp_path, **{name: word})

    assert (status, error.partition(". ")[0]) == (1, f"The setting {name} must be on or off")


@pytest.mark.parametrize(("name", "setting"), [("HTTPS", "SECURE_SSL_REDIRECT"), ("DEBUG", "DEBUG")])
@pytest.mark.parametrize(
    ("words", "value"), [(["on", "TRUE", "Yes", "1"], True), (["off", "FALSE", "No", "0", " off "], False)]
)
def test_a_switch_is_read_in_any_case(tmp_path, name, setting, words, value):
    code = (
        f"print([(os.environ.update({name}=w), s.setting('{name}', read=s.switch))[1] for w in {words}], s.{setting})"
    )

    status, out, _ = start(tmp_path, f"import os; {code}", **{name: words[0]})

    assert (status, out) == (0, f"{[value] * len(words)} {value}")


def test_spaces_around_a_host_are_no_part_of_it(tmp_path):
    status, out, _ = start(
        tmp_path,
        "print(s.ALLOWED_HOSTS, s.CSRF_TRUSTED_ORIGINS)",
        ALLOWED_HOSTS="a.org, b.org ,",
        CSRF_TRUSTED_ORIGINS="https://a.org, https://b.org",
    )

    assert (status, out) == (0, "['a.org', 'b.org'] ['https://a.org', 'https://b.org']")


@pytest.mark.parametrize(
    ("url", "name", "host"),
    [
        ("sqlite:///:memory:", ":memory:", None),
        ("postgres://u:p@h:5433/n", "n", "h"),
        ("postgres://postgres@/postgres?host=/socket/folder", "postgres", "/socket/folder"),
    ],
)
def test_a_database_is_found_by_its_address(tmp_path, url, name, host):
    code = "d = s.DATABASE; print(d['NAME'], d.get('HOST') or d['OPTIONS'].get('host'))"

    status, out, _ = start(tmp_path, code, DATABASE_URL=url)

    assert (status, out) == (0, f"{name} {host}")


def test_a_value_that_begins_with_a_dollar_is_taken_as_it_is(tmp_path):
    key = "$PATH" + "k" * 60

    status, out, _ = start(tmp_path, "print(s.SECRET_KEY, s.SITE_OWNER)", SECRET_KEY=key, SITE_OWNER="$SECRET_KEY")

    assert (status, out) == (0, f"{key} $SECRET_KEY")


@pytest.mark.parametrize(
    "changes",
    [
        {"SECRET_KEY": "hunter2"},
        {"SECRET_KEY": "$hunter2"},
        {"DATABASE_URL": "$hunter2"},
        {"DATABASE_URL": "postgres://u:hunter2@h:abc/n"},
        {"DATABASE_URL": "postgres://u:hunter2/x@h/n"},
        {"DATABASE_URL": "postgres://u:hunter2@h/"},
    ],
)
def test_no_sentence_repeats_a_secret(tmp_path, changes):
    status, out, error = start(tmp_path, **changes)

    assert (status, len(error.splitlines())) == (1, 1)
    assert "hunter2" not in out + error


def test_an_unclear_line_of_the_file_stops_the_start_without_repeating_it(tmp_path):
    file = tmp_path / "unclear"
    file.write_text("# a comment\n\nexport HTTPS=off\nSECRET_KEY = hunter2\n")

    status, out, error = start(tmp_path, f"from pathlib import Path; s.read_file(Path('{file}'))")

    assert (status, out) == (1, "")
    assert error == f"Line 4 of {file} is not a setting: write NAME=value, without a space before the sign."


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({}, "31536000 True True []"),
        ({"HSTS_SUBDOMAINS": "off"}, "31536000 False False ['security.W005', 'security.W021']"),
        ({"HTTPS": "off"}, "0 False False []"),
    ],
)
def test_hosts_below_the_own_are_bound_to_https_unless_spared(tmp_path, changes, said):
    status, out, _ = start(
        tmp_path,
        "print(s.SECURE_HSTS_SECONDS, s.SECURE_HSTS_INCLUDE_SUBDOMAINS, s.SECURE_HSTS_PRELOAD, s.SILENCED_SYSTEM_CHECKS)",
        **changes,
    )

    assert (status, out) == (0, said)


def test_without_a_word_the_settings_are_strict(tmp_path):
    status, out, _ = start(
        tmp_path,
        "print(s.DEBUG, s.SECURE_SSL_REDIRECT, s.SESSION_COOKIE_SECURE, s.CSRF_COOKIE_SECURE, s.SECURE_HSTS_SECONDS)",
    )

    assert (status, out) == (0, "False True True True 31536000")


def test_sqlite_is_set_up_to_lose_nothing(tmp_path):
    status, out, _ = start(
        tmp_path, "print(s.DATABASES['default']['OPTIONS'])", DATABASE_URL=f"sqlite:///{tmp_path}/a/d.sqlite3"
    )

    assert status == 0
    assert out == str(
        {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL;PRAGMA synchronous=FULL;PRAGMA secure_delete=ON;",
        }
    )


def test_postgresql_is_reached_through_a_pool_and_plans_what_is_asked_again_once(tmp_path):
    status, out, _ = start(
        tmp_path,
        "d = s.DATABASES['default']; o = d['OPTIONS'];"
        "print(d['ENGINE'], d.get('CONN_MAX_AGE', 0), o['pool'], o['server_side_binding'], o['prepare_threshold'])",
        DATABASE_URL="postgres://u:p@h/n",
    )

    assert (status, out) == (0, "directory.postgresql 0 {'min_size': 1, 'max_size': 6, 'timeout': 10} True 2")


def test_a_run_without_a_browser_ends_with_what_was_left_out_and_what_to_do():
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "tests/test_browser.py", "--numprocesses", "2", "-p", "no:cacheprovider"],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "CHROMIUM": "/nowhere"},
        capture_output=True,
        text=True,
        check=False,
    )

    said = [line for line in done.stdout.splitlines() if line.startswith("***")]
    assert (done.returncode, len(said)) == (0, 2)
    assert "NOT EVERYTHING WAS TESTED" in said[0]
    assert "no Chromium is here (on Debian: apt-get install chromium; elsewhere set CHROMIUM)" in said[1]
