"""What programs read of the site: it is whole, and its addresses lead somewhere."""

import json
import re
import xml.etree.ElementTree as ElementTree
from types import SimpleNamespace

import machine
import pytest
from PIL import Image

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
