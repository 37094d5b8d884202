"""Every public module has its page in the reference."""

import re

from evidence.docstrings import counts
from evidence.operators import RECORDS
from tests.site.conftest import ROOT

PAGES = ROOT / "docs/api"
DOCUMENTED = re.compile(r"^\.\. automodule:: ([\w.]+)$", re.M)


def test_every_operator_has_its_page():
    for name in RECORDS:
        text = (PAGES / f"{name}.md").read_text("utf-8")
        assert text.startswith(f"# {name}\n\n```{{operator}} {name}\n```\n")


def test_every_public_package_has_a_page():
    public = {p.name.removesuffix(".py") for p in (ROOT / "refimpl").glob("[a-z]*")} - {"formulas"}
    texts = "\n".join(page.read_text("utf-8") for page in PAGES.glob("*.md"))
    documented = {found.split(".")[1] for found in DOCUMENTED.findall(texts) if "." in found}
    assert public - documented == set()


def test_the_reference_counts_the_names_that_the_tests_have_seen(site):
    sentence = (
        "Each of the {functions} public functions and {classes} classes, and of the {members}"
    )
    assert sentence.format(**counts()) in (site / "en/api/index.html").read_text("utf-8")
