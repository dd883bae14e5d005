"""A pytest plugin: with STRICT=1 in the environment a test that is left out is a test that failed."""

import os

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
