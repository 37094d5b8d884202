"""The small repairs, each on what it mends and on what it has to leave alone."""

from types import SimpleNamespace

import pytest
import repairs
from docutils import nodes
from PIL import Image


@pytest.fixture
def app(tmp_path):
    """As much of Sphinx as the repairs ask for."""
    options = {"source_repository": "https://host/project/", "source_branch": "trunk"}
    config = SimpleNamespace(html_theme_options=options, html_baseurl="", language="en")
    env = SimpleNamespace(images={"pictures/here.png": ({"index"}, "here1.png")})
    builder = SimpleNamespace(imagedir="_images")
    return SimpleNamespace(
        confdir=tmp_path,
        srcdir=tmp_path / "docs",
        outdir=tmp_path / "out",
        config=config,
        env=env,
        builder=builder,
    )


def document(*paragraphs):
    return nodes.section("", *(nodes.paragraph("", text) for text in paragraphs))


def described(doctree):
    context = {"metatags": "<x>"}
    repairs.describe(None, "page", "page.html", context, doctree)
    return context["metatags"].removeprefix("<x>")


def test_the_first_paragraph_of_more_than_40_characters_is_the_description():
    short, long = 40 * "a", 41 * "b"
    assert described(None) == described(document(short)) == ""
    shown = f'<meta name="description" content="{long}">'
    assert described(document(short, long, 50 * "c")) == shown
    assert 'content="&lt;a&gt; &quot;' in described(document('<a>\n "' + long))


def test_a_description_of_more_than_160_characters_is_cut_at_a_word():
    fits = " ".join(["word"] * 32)  # 159 characters
    assert f'content="{fits}"' in described(document(fits))
    assert f'content="{fits}s"' in described(document(fits + "s"))
    cut = " ".join(["word"] * 31)
    assert f'content="{cut}…"' in described(document(fits + "ss"))
    assert f'content="{159 * "x"}…"' in described(document(200 * "x"))


@pytest.mark.parametrize(
    ("page", "file", "source"),
    [
        ("api/softmax", "docs/api/softmax.md", "docs/api/softmax.md"),
        ("api/softmax", "docs/api/softmax.rst", "docs/api/softmax.rst"),
        ("auto_examples/a1/plot_x", "gallery/a1/plot_x.py", "gallery/a1/plot_x.py"),
        (
            "auto_examples/a1/index",
            "gallery/a1/GALLERY_HEADER.rst",
            "gallery/a1/GALLERY_HEADER.rst",
        ),
        ("genindex", "docs/index.md", None),
    ],
)
def test_a_page_is_edited_where_its_source_lies(app, page, file, source):
    (app.confdir / file).parent.mkdir(parents=True)
    (app.confdir / file).touch()
    context = {}
    repairs.link_source(app, page, "page.html", context, None)
    address = source and f"https://host/project/edit/trunk/{source}"
    assert context["edit_url"] == address


def test_captions_get_a_level_and_listings_the_keyboard(app):
    context = {
        "furo_navigation_tree": 2 * '<p class="caption" role="heading"><span>',
        "body": "<pre>1</pre><pre id='x'>2</pre><pre>3</pre>",
    }
    repairs.head_captions(app, "page", "page.html", context, None)
    repairs.scroll_by_keyboard(app, "page", "page.html", context, None)
    leveled = '<p class="caption" role="heading" aria-level="2"><span>'
    assert context["furo_navigation_tree"] == 2 * leveled
    wanted = '<pre tabindex="0">1</pre><pre id=\'x\'>2</pre><pre tabindex="0">3</pre>'
    assert context["body"] == wanted
    without = {}
    repairs.scroll_by_keyboard(app, "search", "search.html", without, None)
    repairs.size_images(app, "search", "search.html", without, None)
    assert without == {}


def test_a_picture_says_how_large_it_is(app):
    for path, size in [("docs/pictures/here.png", (30, 20)), ("out/_images/copied.png", (7, 5))]:
        (app.confdir / path).parent.mkdir(parents=True)
        Image.new("L", size).save(app.confdir / path)
    sized = '<img src="../_images/here1.png" width="1">'
    body = '<img alt="" src="_images/here1.png"><img src="../_images/copied.png" alt="x">'
    context = {"body": body + sized + '<img src="_static/other.png">'}
    repairs.size_images(app, "page", "page.html", context, None)
    assert context["body"] == (
        '<img width="30" height="20" alt="" src="_images/here1.png">'
        '<img width="7" height="5" src="../_images/copied.png" alt="x">'
        f'{sized}<img src="_static/other.png">'
    )


EMPTY = "<div id='sg-tag-list' class='x'></div><p><div class=\"sphx-glr-thumbnails\"></div>"


@pytest.mark.parametrize(("page", "left"), [("auto_examples/a1/index", "<p>"), ("index", EMPTY)])
def test_empty_parts_leave_the_pages_of_the_gallery(app, page, left):
    context = {"body": EMPTY}
    repairs.tidy_gallery(app, page, "page.html", context, None)
    assert context["body"] == left


@pytest.mark.parametrize(
    ("page", "base", "tags"),
    [
        ("404", "", '<base href="/en/"><x>'),
        ("404", "https://host/sub/en/", '<base href="/sub/en/"><x>'),
        ("index", "https://host/sub/en/", "<x>"),
    ],
)
def test_the_links_of_the_404_page_start_at_the_root_of_the_site(app, page, base, tags):
    app.config.html_baseurl = base
    context = {"metatags": "<x>"}
    repairs.root_not_found(app, page, "page.html", context, None)
    assert context["metatags"] == tags
