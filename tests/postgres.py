"""Run a command beside a PostgreSQL server of its own: `python -m tests.postgres COMMAND …`.

The server is started from the binaries that Debian and others install, on a new data folder and a socket in it,
reachable by nobody else, and thrown away afterwards. PostgreSQL refuses to run as root, so as root it is started as
the user `postgres`. Exit status 69 (EX_UNAVAILABLE) means that there is no PostgreSQL here.
"""

import os
import pwd
import shutil
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path

UNAVAILABLE = 69


def binaries():
    """Return the folder that holds `initdb` and `pg_ctl`, the newest version first; None without PostgreSQL."""

    def version(path):
        return [int(part) if part.isdigit() else 0 for part in path.parts[-2].split(".")]

    packaged = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=version, reverse=True)
    found = shutil.which("initdb")
    for folder in [*packaged, *([Path(found).resolve().parent] if found else [])]:
        if (folder / "initdb").exists() and (folder / "pg_ctl").exists():
            return folder
    return None


@contextmanager
def server(folder):
    """Start a server and yield the address of its database; stop it and remove its data at the end."""
    home = tempfile.mkdtemp(prefix="urban-networks-")
    account = {}
    if os.geteuid() == 0:
        user = pwd.getpwnam("postgres")
        os.chown(home, user.pw_uid, user.pw_gid)
        account = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
    environment = {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "HOME": home}

    def run(program, *arguments):
        command = [folder / program, "-D", f"{home}/data", *arguments]
        # Its output goes to a file: a pipe would be kept open by the server for as long as it runs.
        with Path(home, "log").open("ab") if not account else Path(os.devnull).open("ab") as log:
            subprocess.run(command, check=True, cwd=home, env=environment, stdout=log, stderr=log, **account)

    run("initdb", "-A", "trust", "-U", "postgres", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync")
    options = f"-c listen_addresses='' -c unix_socket_directories={home} -c fsync=off"
    run("pg_ctl", "-w", "-s", "-l", f"{home}/server.log", "-o", options, "start")
    try:
        yield f"postgres://postgres@/postgres?host={home}"
    finally:
        run("pg_ctl", "-w", "-s", "-m", "immediate", "stop")
        shutil.rmtree(home, ignore_errors=True)


def main(command):
    """Run the command with DATABASE_URL set, and hand on its exit status."""
    folder = binaries()
    if folder is None:
        print("No PostgreSQL was found here (on Debian: apt-get install postgresql).", file=sys.stderr)
        return UNAVAILABLE
    with server(folder) as address:
        return subprocess.run(command, env={**os.environ, "DATABASE_URL": address}, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
