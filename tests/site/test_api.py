"""Every public module has its page in the reference."""

import re

from evidence.docstrings import counts
from evidence.operators import RECORDS
from tests.site.conftest import ROOT

PAGES = ROOT / "docs/api"
SHOWN = re.compile(r"^```\{formulas\} (.+)$", re.M)
DOCUMENTED = re.compile(r"^\.\. automodule:: ([\w.]+)$", re.M)


def test_every_formula_stands_on_the_page_of_its_topic():
    shown = {
        name: page.stem
        for page in PAGES.glob("*.md")
        for names in SHOWN.findall(page.read_text("utf-8"))
        for name in names.split()
    }
    assert shown == {record.name: record.topic for record in RECORDS.values()}


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
