"""An import that is killed, in a process of its own: `python -m tests.killed import FILE BATCHES`, and `count`.

After so many batches the process kills itself; with 0 it goes on to the end. `count` prints what the directory holds.
"""

import json
import os
import signal
import sys

import django


def main(job, path="", batches="0"):
    """Do the job."""
    django.setup()
    from django.core.management import call_command

    from directory.imports.models import Import
    from directory.imports.walk import Walk
    from directory.sources import Source
    from projects.models import Grant, Participation, Project

    if job == "count":
        print(json.dumps([each.objects.count() for each in (Project, Participation, Grant, Source, Import)]))
        return
    settle, done = Walk.settle, []

    def settle_and_die(walk):
        settle(walk)
        done.append(1)
        if len(done) == int(batches):
            os.kill(os.getpid(), signal.SIGKILL)

    Walk.settle = settle_and_die
    call_command("import_register", "swecris-projects", path)


if __name__ == "__main__":
    main(*sys.argv[1:])
