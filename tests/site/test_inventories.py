"""The small inventories hold names that exist, and no name that no page uses."""

import importlib.util
import re
from operator import attrgetter
from pathlib import Path

import pytest
import sphobjinv

from tests.site.conftest import ROOT

FOLDER = ROOT / "docs/_inv"
SPEC = importlib.util.spec_from_file_location("make_inventories", FOLDER / "make.py")
MAKE = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(MAKE)
ENTRIES = [(project, row) for project, (_, rows) in MAKE.NAMES.items() for row in rows]


def test_the_files_hold_what_their_source_says():
    for project, (_, rows) in MAKE.NAMES.items():
        stored = sphobjinv.Inventory(FOLDER / f"{project}.inv").objects
        assert [o.name for o in stored] == [name for _, _, name, _ in rows]


@pytest.mark.parametrize(
    ("project", "row"), ENTRIES, ids=lambda e: e if isinstance(e, str) else e[2]
)
def test_the_name_exists_and_is_used(project, row):
    name = row[2]
    if project == "python":
        assert attrgetter(name)(importlib.import_module("builtins"))
    else:
        module = pytest.importorskip(project)
        for part in name.split(".")[1:]:
            module = getattr(module, part, None) or importlib.import_module(
                f"{module.__name__}.{part}"
            )
    used = re.compile(rf"(?<![\w.]){re.escape(name)}(?!\w)")
    texts = [p for top in ("docs", "refimpl", "gallery") for p in (ROOT / top).rglob("*")]
    texts = [p for p in texts if p.suffix in {".md", ".py", ".rst"} and FOLDER not in p.parents]
    assert any(
        used.search(Path(p).read_text("utf-8")) for p in texts if "auto_examples" not in p.parts
    )
