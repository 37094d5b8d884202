"""The small inventories hold names that exist, and no name that no page links to."""

import importlib
import importlib.util

import pytest
import sphobjinv

from evidence.links import read
from tests.site.conftest import ROOT

FOLDER = ROOT / "docs/_inv"
SPEC = importlib.util.spec_from_file_location("make_inventories", FOLDER / "make.py")
MAKE = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(MAKE)
NAMES = {
    project: [name for _, names in groups.values() for name in names]
    for project, (_, groups) in MAKE.NAMES.items()
}


def find(name):
    """Return the object of a dotted name, importing what is not loaded by its parent."""
    package, *parts = name.split(".")
    found = pytest.importorskip(package, reason=f"{package} is not installed")
    for part in parts:
        if not hasattr(found, part):
            importlib.import_module(f"{found.__name__}.{part}")
        found = getattr(found, part)
    return found


@pytest.mark.parametrize("project", NAMES)
def test_the_file_holds_what_its_source_says(project):
    stored = sphobjinv.Inventory(FOLDER / f"{project}.inv").objects
    assert [entry.name for entry in stored] == NAMES[project]


@pytest.mark.parametrize("name", [name for names in NAMES.values() for name in names])
def test_the_name_exists(name):
    assert find(name) is not None


def test_every_name_is_linked_from_a_page(site):
    linked = {link.rpartition("#")[2] for page in read(site).values() for link in page.links}
    assert {name for names in NAMES.values() for name in names} - linked == set()
