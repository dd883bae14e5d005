"""A pytest plugin: a test that is left out is named loudly at the end; with STRICT=1 it is a test that failed."""

import os
from collections import Counter

import pytest


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    """Turn a skip into a failure that keeps its reason."""
    report = yield
    if os.environ.get("STRICT") == "1" and report.skipped:
        report.outcome = "failed"
        report.longrepr = f"left out, which STRICT=1 does not allow: {report.longrepr}"
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(collector):
    """Turn a whole file that is left out into a failure too."""
    report = yield
    if os.environ.get("STRICT") == "1" and report.skipped:
        report.outcome = "failed"
    return report


def pytest_terminal_summary(terminalreporter):
    """End with what was left out; each reason says in parentheses or after a colon what to do."""
    # A report from a worker of xdist has been through JSON; place, line and reason are then a list.
    left_out = Counter(each.longrepr[-1].removeprefix("Skipped: ") for each in terminalreporter.getreports("skipped"))
    if left_out:
        terminalreporter.write_sep("*", "NOT EVERYTHING WAS TESTED", yellow=True, bold=True)
    for reason, count in sorted(left_out.items()):
        terminalreporter.write_line(f"*** LEFT OUT, {count} of the tests: {reason} ***")
