"""A wrong or missing setting stops the start with one sentence; the defaults are safe."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
GOOD = {"SECRET_KEY": "k" * 60, "ALLOWED_HOSTS": "example.org", "DATABASE_URL": "sqlite://:memory:"}


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
        ({"SECRET_KEY": None}, "The setting SECRET_KEY is missing or cannot be read"),
        ({"SECRET_KEY": "short"}, "The setting SECRET_KEY is too short"),
        ({"ALLOWED_HOSTS": None}, "The setting ALLOWED_HOSTS is missing or cannot be read"),
        ({"ALLOWED_HOSTS": "*"}, "The setting ALLOWED_HOSTS must name the hosts"),
        ({"DATABASE_URL": "mysql://x/y"}, "The setting DATABASE_URL must begin with sqlite:/// or postgres://"),
        ({"DATABASE_URL": "nonsense"}, "The setting DATABASE_URL must begin with sqlite:/// or postgres://"),
    ],
)
def test_a_wrong_setting_stops_the_start_with_one_sentence(tmp_path, changes, said):
    status, _, error = start(tmp_path, **changes)

    assert status == 1
    assert error.startswith(said)
    assert "Traceback" not in error
    assert len(error.splitlines()) == 1


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


def test_postgresql_is_reached_through_a_pool_with_health_checks(tmp_path):
    status, out, _ = start(
        tmp_path,
        "d = s.DATABASES['default']; print(d['CONN_HEALTH_CHECKS'], d.get('CONN_MAX_AGE', 0), d['OPTIONS']['pool'])",
        DATABASE_URL="postgres://u:p@h/n",
    )

    assert (status, out) == (0, "True 0 {'min_size': 1, 'max_size': 6, 'timeout': 10}")
