"""A plugin of pytest: how long each test takes; what a test starts is measured by coverage too.

Tests that build a site take minutes under coverage and are left out: trial.py runs them last.
"""

import json
import os
from collections import Counter
from pathlib import Path

SETTINGS = Path(os.environ["COVERAGE_SETTINGS"])
BUILT = {"site", "address", "browser"}
SECONDS = Counter()


def pytest_configure(config):
    if hasattr(config, "workerinput"):  # from here on: not for the processes of pytest itself
        os.environ["COVERAGE_PROCESS_START"] = str(SETTINGS)


def pytest_collection_modifyitems(items):
    items[:] = [item for item in items if not BUILT & set(getattr(item, "fixturenames", ()))]


def pytest_runtest_logreport(report):
    if report.when == "call" and report.passed:  # a test that fails anyway notices nothing
        SECONDS[report.nodeid] += report.duration


def pytest_sessionfinish(session):
    if hasattr(session.config, "workerinput"):
        return
    (SETTINGS.parent / "seconds.json").write_text(json.dumps(SECONDS), encoding="utf-8")
