"""What every page must carry."""

import re
from importlib.metadata import version

import pytest

from tests.site.conftest import ROOT


def pages(site):
    return {p.relative_to(site).as_posix(): p.read_text("utf-8") for p in site.glob("en/**/*.html")}


def test_every_page_says_when_and_with_what_its_numbers_were_computed(site):
    line = re.compile(
        rf"Numbers computed on \d{{4}}-\d\d-\d\d with torch {re.escape(version('torch'))}, "
        rf"NumPy {re.escape(version('numpy'))} and refimpl \d+\.\d+\.\d+; CPU capability \w+\."
    )
    assert [name for name, text in pages(site).items() if not line.search(text)] == []


def test_the_edit_link_of_every_page_names_a_file_of_the_project(site):
    link = re.compile(r'href="https://[^"]*/edit/main/([^"]+)"')
    written = {
        n: t for n, t in pages(site).items() if not re.search(r"/(genindex|search|py-modindex)", n)
    }
    named = {name: link.search(text) for name, text in written.items()}
    assert [name for name, found in named.items() if not found] == []
    assert [n for n, found in named.items() if not (ROOT / found[1]).is_file()] == []


@pytest.mark.parametrize("landmark", ["<h1", 'rel="shortcut icon"', 'lang="en"', "<title"])
def test_every_page_has(site, landmark):
    assert [n for n, t in pages(site).items() if landmark not in t and "search" not in n] == []


def test_headings_have_permalinks_and_captions_a_level(site):
    text = (site / "en/index.html").read_text("utf-8")
    assert 'class="headerlink"' in text
    assert 'role="heading" aria-level="2"' in text


def test_text_pages_stay_small(site):
    """A page with all it loads but pictures: at most 350 kB, as gzip sends it."""
    import gzip

    from tests.site.links import read, target

    for name, page in read(site).items():
        own = [(site / name).read_bytes()]
        for reference in set(page.loaded):
            path = target(name, page, reference)[0]
            if path.endswith((".css", ".js", ".woff2")):
                own.append((site / path).read_bytes())
        assert sum(len(gzip.compress(part)) for part in own) < 350_000, name
