"""Collect every example that a reader sees; share tests out to workers; draw without a display."""

import os

import pytest
from sybil.sybil import SybilCollection

from evidence.examples import KINDS

# Files of which each test function may go to another worker: those of the browser.
PARTS = ("tests/site/test_run.py", "tests/site/test_browser.py")
LONGEST = ("test_every_program_prints", "test_a_missing_or_damaged_file", "test_no_page_is_wider")
# Files that take every page apart, which evidence/links.py does once in a process.
TOGETHER = tuple(f"tests/site/test_{name}.py" for name in ("links", "pages", "inventories"))
os.environ["MPLBACKEND"] = "Agg"

pytest_collect_file = SybilCollection(KINDS).pytest()


def unit(test):
    """Return what one worker of pytest-xdist runs: a file, a function of it, or several files.

    The tests of a file share fixtures, and examples of a page their names.
    """
    file, _, name = test.partition("::")
    if file in TOGETHER:
        return TOGETHER[0]
    return f"{file}::{name.partition('[')[0]}" if file in PARTS else file


def turn(part, late):
    """Return a number that is small for what is handed out early.

    What looks at the site comes last, for it is built beside the other tests; of that the longest
    first, so that at the end no worker waits for another.
    """
    if part not in late:
        return 0
    _, _, name = part.partition("::")
    return 1 if name.startswith(LONGEST) else 2 if name else 3


@pytest.hookimpl(trylast=True)  # when pytest has brought together the users of a fixture
def pytest_collection_modifyitems(config, items):
    """Order what several workers share."""
    if hasattr(config, "workerinput"):
        looking = [item for item in items if "builds" in getattr(item, "fixturenames", ())]
        late = {unit(item.nodeid) for item in looking}
        items.sort(key=lambda item: turn(unit(item.nodeid), late))


class Indexed(list):
    """The names of all tests: pytest-xdist asks for the place of each, among 27,000."""

    def __init__(self, names):
        super().__init__(names)
        self.places = {name: place for place, name in enumerate(names)}

    def index(self, name):
        """Return the place of a name without a search."""
        return self.places[name]


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    """Let workers take units."""
    from xdist.scheduler import LoadFileScheduling

    class Units(LoadFileScheduling):
        def _split_scope(self, nodeid):
            return unit(nodeid)

        def add_node_collection(self, node, collection):
            super().add_node_collection(node, collection)
            self.registered_collections[node] = Indexed(collection)

    return Units(config, log)
