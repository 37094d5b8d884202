"""Every public module has its page in the reference."""

import re

from tests.site.conftest import ROOT

PAGES = ROOT / "docs/api"
DOCUMENTED = re.compile(r"^\.\. automodule:: ([\w.]+)$", re.M)


def test_every_family_of_formulas_has_a_page_of_its_name():
    modules = {p.stem for p in (ROOT / "refimpl/formulas").glob("[a-z]*.py")}
    documented = {
        found.rpartition(".")[2]: page.stem
        for page in PAGES.glob("*.md")
        for found in DOCUMENTED.findall(page.read_text("utf-8"))
        if found.startswith("refimpl.formulas.")
    }
    assert documented == {module: module for module in modules}


def test_every_public_package_has_a_page():
    public = {p.name.removesuffix(".py") for p in (ROOT / "refimpl").glob("[a-z]*")} - {"formulas"}
    texts = "\n".join(page.read_text("utf-8") for page in PAGES.glob("*.md"))
    documented = {found.split(".")[1] for found in DOCUMENTED.findall(texts) if "." in found}
    assert public - documented == set()
