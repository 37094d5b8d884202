"""What programs read of the site: it is whole, and its addresses lead somewhere."""

import json
import re
import xml.etree.ElementTree as ElementTree
from types import SimpleNamespace

import machine
import pytest
from matplotlib.axes import Axes
from PIL import Image

import refimpl as torch
from evidence import errors

PAGES = (
    "en/index.html",
    "en/derivations/softmax.html",
    "en/auto_examples/a4/plot_flip_labels.html",
)


@pytest.mark.parametrize("name", ["claims.json", "formulas.json", "errors.json"])
def test_the_lists_are_read_as_json_and_linked(site, name):
    assert json.loads((site / "en" / name).read_text("utf-8"))
    assert f"../{name}" in (site / "en/engine/hosting.html").read_text("utf-8")


def test_every_error_leads_to_its_entry(site):
    listed = json.loads((site / "en/errors.json").read_text("utf-8"))
    assert len(listed) == sum(len(page.entries) for page in errors.pages())
    for entry in listed:
        page, _, anchor = entry["address"].partition("#")
        assert f'id="{anchor}"' in (site / "en" / page).read_text("utf-8")


def test_the_list_of_pages_names_each_of_them_once(site):
    text = (site / "en/llms.txt").read_text("utf-8")
    named = re.findall(r"^- \[.+\]\((\S+)\)", text, re.M)
    left = {"index.html", "404.html", "search.html", "genindex.html", "py-modindex.html"}
    pages = {path.relative_to(site / "en").as_posix() for path in site.glob("en/**/*.html")} - left
    assert sorted(named) == sorted(pages)
    described = re.findall(r"^- \[.+\]\(questions/(?!index)\S+\): \S", text, re.M)
    assert len(described) == len([page for page in pages if page.startswith("questions/")]) - 1


@pytest.mark.parametrize("page", PAGES)
def test_a_link_to_a_page_shows_title_text_and_picture(site, page):
    text = (site / page).read_text("utf-8")
    tags = dict(re.findall(r'<meta property="og:(\w+)" content="([^"]+)">', text))
    assert {"title", "description", "type", "image"} <= set(tags)
    assert f"<h1>{tags['title']}<" in text
    picture = (site / page).parent / tags["image"].partition("?")[0]
    with Image.open(picture) as opened:
        assert opened.width >= 400


def test_with_an_address_the_sitemap_lists_all_pages():
    config = SimpleNamespace(html_baseurl="https://host/sub/en/")
    env = SimpleNamespace(all_docs=["index", "a/b", "404", "search"])
    tree = ElementTree.fromstring(machine.sitemap(SimpleNamespace(config=config, env=env)))
    assert [each.text for each in tree.findall(".//{*}loc")] == [
        "https://host/sub/en/a/b.html",
        "https://host/sub/en/index.html",
    ]


HOST = "https://host/sub/en/"


def app_of(**environment):
    config = SimpleNamespace(html_baseurl=HOST, html_title="softmax")
    env = SimpleNamespace(**environment)
    return SimpleNamespace(config=config, env=env, builder=SimpleNamespace(format="html"))


def described(page, doctree, **context):
    """Return what a page says to those who link to it."""
    context |= {
        "metatags": '<meta name="description" content="a &lt; b">',
        "title": "<b>A</b> title",
    }
    context |= {"pathto": lambda path, resource: f"../{path}"}
    machine.describe(app_of(), page, "page.html", context, doctree)
    return dict(re.findall(r'<meta property="(\S+)" content="([^"]*)">', context["metatags"]))


def test_a_page_says_its_title_its_first_words_and_its_picture():
    body = '<img src="../_images/first.png"><img src="../_images/second.png">'
    assert described("a/b", "read", body=body, pageurl=f"{HOST}a/b.html") == {
        "og:type": "article",
        "og:site_name": "softmax",
        "og:title": "A title",
        "og:description": "a &lt; b",
        "og:url": f"{HOST}a/b.html",
        "og:image": f"{HOST}_images/first.png",
    }


def test_a_page_without_a_picture_or_an_address_shows_the_card_of_the_site():
    tags = described("a/b", "read")
    assert tags["og:image"] == "../_static/card.png"
    assert "og:url" not in tags


def test_nothing_is_said_of_a_wrong_address_and_of_a_page_that_no_file_has():
    assert described("404", "read") == described("search", None) == {}


def test_the_overview_lists_the_pages_by_folder_with_their_first_words():
    titles = {"a/b": "One", "a/c": "<em>Two</em>", "d": "Three"}
    titles = {page: SimpleNamespace(astext=lambda said=said: said) for page, said in titles.items()}
    about = {"index": "The site.", "a/c": "It says."}
    pages = ["d", "a/c", "a/b", "index", "404", "search", "genindex", "py-modindex"]
    text = machine.overview(app_of(all_docs=pages, titles=titles, described=about))
    assert text.splitlines() == [
        "# softmax",
        "",
        "> The site.",
        "",
        "Data: claims.json, formulas.json, errors.json beside the pages.",
        "",
        "## a",
        "",
        f"- [One]({HOST}a/b.html)",
        f"- [Two]({HOST}a/c.html): It says.",
        "",
        "## pages",
        "",
        f"- [Three]({HOST}d.html)",
    ]


def test_the_card_shows_the_softmax_of_three_logits(tmp_path, monkeypatch):
    drawn, bars = [], []
    monkeypatch.setattr(Axes, "text", lambda self, x, y, said, **how: drawn.append((x, said)))
    monkeypatch.setattr(Axes, "bar", lambda self, x, height, **how: bars.extend(height))
    machine.card(tmp_path / "card.png")
    p = torch.tensor([2.0, 1.0, 0.1]).softmax(0).tolist()
    assert bars == p
    assert drawn == [(i, f"{share:.4f}") for i, share in enumerate(p)]
    with Image.open(tmp_path / "card.png") as opened:
        assert opened.size == (1200, 630)


@pytest.mark.parametrize(
    ("base", "error", "format_", "written"),
    [
        (HOST, None, "html", {"errors.json", "llms.txt", "sitemap.xml", "card.png"}),
        ("", None, "html", {"errors.json", "llms.txt", "card.png"}),
        (HOST, ValueError(), "html", set()),
        (HOST, None, "gettext", set()),
    ],
)
def test_files_are_written_beside_a_whole_site(
    tmp_path, monkeypatch, base, error, format_, written
):
    (tmp_path / "_static").mkdir()
    monkeypatch.setattr(machine, "card", lambda path: path.touch())
    app = app_of(all_docs=["index"], titles={})
    app.outdir, app.builder.format, app.config.html_baseurl = tmp_path, format_, base
    machine.write(app, error)
    assert {path.name for path in tmp_path.rglob("*.*")} == written
