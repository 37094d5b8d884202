"""Nothing on the site leads nowhere, and nothing is loaded from another host."""

import re

import pytest

from evidence import links

GOOD = '<p id="a"><a href="two.html#b">two</a><img src="x.png"></p>'
OTHER = '<p id="b">b</p>'


@pytest.fixture
def small(tmp_path):
    (tmp_path / "one.html").write_text(GOOD)
    (tmp_path / "two.html").write_text(OTHER)
    (tmp_path / "x.png").write_bytes(b"")
    return tmp_path


def test_every_internal_link_and_anchor_exists(site):
    assert links.broken(site) == []


def test_no_page_loads_anything_from_another_host(site):
    assert links.external(site) == []


def test_no_style_sheet_loads_anything_from_another_host(site):
    remote = re.compile(r"(?:url\(\s*['\"]?|@import\s+['\"])(?:https?:)?//", re.I)
    assert [str(p) for p in site.rglob("*.css") if remote.search(p.read_text("utf-8"))] == []


def test_no_id_is_used_twice_on_a_page(site):
    assert links.repeated(site) == []


def test_the_checker_finds_nothing_wrong_where_nothing_is(small):
    assert links.broken(small) == links.external(small) == links.repeated(small) == []


@pytest.mark.parametrize(
    ("find", "old", "new"),
    [
        (links.broken, "two.html#b", "three.html"),
        (links.broken, "two.html#b", "two.html#c"),
        (links.broken, "x.png", "y.png"),
        (links.external, "x.png", "https://example.org/x.png"),
        (links.external, "x.png", "//example.org/x.png"),
        (links.repeated, "<a", '<b id="a"></b><a'),
    ],
)
def test_the_checker_finds_each_kind_of_fault(small, find, old, new):
    (small / "one.html").write_text(GOOD.replace(old, new))
    assert len(find(small)) == 1
