"""Collect every example that a reader sees; share tests out to workers; draw without a display."""

import os

import pytest
from sybil.sybil import SybilCollection

from evidence.examples import KINDS

SITE = "tests/site/"
os.environ["MPLBACKEND"] = "Agg"

pytest_collect_file = SybilCollection(KINDS).pytest()


def unit(test):
    """Return what one worker of pytest-xdist runs: a file, or all that looks at the built site.

    The tests of a file share fixtures, and examples of a page their names. One of the site's tests
    builds it again.
    """
    file = test.partition("::")[0]
    return SITE if file.startswith(SITE) else file


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    """Let workers take units."""
    from xdist.scheduler import LoadFileScheduling

    class Units(LoadFileScheduling):
        def _split_scope(self, nodeid):
            return unit(nodeid)

    return Units(config, log)
