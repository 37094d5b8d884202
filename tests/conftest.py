"""torch where a test needs it: the fixture, the marks, and no such skip where all is required.

What compares with torch takes the fixture `torch` or a mark: `needs_torch`, `both_engines`. Where
a module cannot be imported without torch, it asks pytest.importorskip. Where REFIMPL_REQUIRE_ALL is
set, no test may be skipped for want of torch, Chromium or Fashion-MNIST.
"""

import importlib.util
import os
import re

import pytest

from evidence.gallery.scripts import NO_IMAGES, images

NO_TORCH = "torch is not installed"
needs_torch = pytest.mark.skipif(importlib.util.find_spec("torch") is None, reason=NO_TORCH)
needs_images = pytest.mark.skipif(not images(), reason=NO_IMAGES)
both_engines = pytest.mark.parametrize(
    "engine", [pytest.param("torch", marks=needs_torch), "refimpl"]
)
WANTING = re.compile(
    rf"Chromium|{NO_IMAGES}|could not import 'torch|No module named 'torch|{NO_TORCH}"
)


@pytest.fixture(scope="session")
def torch():
    """torch, telling every time what it otherwise tells once in a process."""
    module = pytest.importorskip("torch", reason=NO_TORCH)
    module.set_warn_always(True)
    yield module
    module.set_warn_always(False)


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
