"""Where REFIMPL_REQUIRE_ALL is set, no test may be skipped for want of torch or Chromium."""

import os
import re

import pytest

from tests.engines import NO_TORCH, torch

__all__ = ["torch"]

WANTING = re.compile(rf"Chromium|could not import 'torch|No module named 'torch|{NO_TORCH}")


def unwelcome(reports):
    """Return the reasons of those skipped reports that a complete machine would have run."""
    reasons = {str(report.longrepr[2]) for report in reports if isinstance(report.longrepr, tuple)}
    return sorted(filter(WANTING.search, reasons))


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session):
    reporter = session.config.pluginmanager.getplugin("terminalreporter")
    if reporter and os.environ.get("REFIMPL_REQUIRE_ALL"):
        reasons = unwelcome(reporter.stats.get("skipped", []))
        for reason in reasons:
            reporter.write_line(f"not run, though everything is required: {reason}", red=True)
        if reasons:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED
