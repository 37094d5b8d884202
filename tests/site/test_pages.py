"""What every page must carry."""

import re
from importlib.metadata import version

import pytest

from benchmarks.site import weights
from evidence.links import read
from refimpl._entries import TEXTS
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


def test_no_author_is_taken_for_an_item_of_a_list(site):
    assert [name for name, text in pages(site).items() if 'class="upperalpha' in text] == []


@pytest.mark.parametrize("landmark", ["<h1", 'rel="shortcut icon"', 'lang="en"', "<title"])
def test_every_page_has(site, landmark):
    assert [n for n, t in pages(site).items() if landmark not in t] == []


def test_every_picture_is_described_in_words(site):
    described = re.compile(r'alt="(?!plot )[^"$\\]+"')
    wrong = [
        (name, image)
        for name, text in pages(site).items()
        for image in re.findall(r"<img\b[^>]*>", text)
        if not described.search(image) and "_thumb" not in image and "toggler" not in image
    ]
    assert wrong == []


def test_every_claim_that_an_example_names_is_a_link(site):
    paragraph = re.compile(r"<p>(.*?)</p>", re.S)
    link = re.compile(r'href="\.\./\.\./articles/(a\d).html#claim-\1-')
    found = {n: " ".join(paragraph.findall(t)) for n, t in pages(site).items() if "/plot_" in n}
    assert sum(len(link.findall(text)) for text in found.values()) > 20
    bare = {n: re.sub(r"<(a|code)\b.*?</\1>", "", text, flags=re.S) for n, text in found.items()}
    assert {n: re.findall(r"A\d-C\d\d", text) for n, text in bare.items() if "-C" in text} == {}


def test_headings_have_permalinks_and_captions_a_level(site):
    text = (site / "en/index.html").read_text("utf-8")
    assert 'class="headerlink"' in text
    assert 'role="heading" aria-level="2"' in text


def test_every_address_that_a_note_ends_in_leads_to_an_entry(site):
    listed = read(site)["en/errors/index.html"]
    links = {link.rpartition("#")[2] for link in listed.links if "#error-" in link}
    assert links == {f"error-{name}" for name in TEXTS}
    assert set(TEXTS) - set(listed.ids) == set()


def test_every_page_is_light_in_both_languages(site):
    """A page with all that it loads before Run is pressed, pictures too: at most 200 kB."""
    sizes = weights(site)
    assert {name: size for name, size in sizes.items() if size > 200_000} == {}
    assert {name.partition("/")[0] for name in sizes} >= {"en", "zh_CN"}


def test_every_picture_says_how_large_it_is(site):
    bare = re.compile(r'<img (?!width="\d+" height="\d+" )[^>]*_images/')
    assert [name for name, text in pages(site).items() if bare.search(text)] == []


def test_every_symbol_heads_its_row(site):
    text = (site / "en/derivations/softmax.html").read_text("utf-8")
    table = re.search(r'<table class="formula-symbols.*?</table>', text, re.S)[0]
    assert table.count("<tr") == table.count('<th class="stub"')


def test_nothing_is_done_again_when_nothing_changed(again):
    assert again.count("0 added, 0 changed, 0 removed") == 2  # languages
    assert "writing output" not in again
    assert "Open file://" in again
