"""The strict policy holds on every page, under the headers that the site asks for."""

import re
import shutil
from types import SimpleNamespace

import policy
import pytest
from sphinx.errors import ExtensionError

from benchmarks.served import headers_of


def test_no_page_holds_what_the_policy_forbids(site):
    found = {
        page.relative_to(site).as_posix(): policy.faults(page.read_text("utf-8"))
        for page in site.glob("en/**/*.html")
    }
    assert {page: faults for page, faults in found.items() if faults} == {}


def test_no_style_sheet_but_that_for_pages_from_disk_holds_a_picture(site):
    sheets = {path.name for path in site.glob("en/_static/**/*.css")}
    holding = {
        path.name for path in site.glob("en/_static/**/*.css") if "data:" in path.read_text("utf-8")
    }
    assert {"offline.css", "colours.css"} <= sheets
    assert holding == {"offline.css"}


def test_no_page_names_the_machine_that_built_it(site):
    root = str(site.parents[1])
    text = {page: page.read_text("utf-8") for page in site.glob("en/**/*.html")}
    assert [page.name for page, t in text.items() if root in t or "PosixPath" in t] == []


def test_webassembly_is_permitted_for_the_worker_alone(site):
    rules = headers_of(site)
    policies = {path: dict(pairs)["Content-Security-Policy"] for path, pairs in rules.items()}
    permitted = [path for path, text in policies.items() if "wasm-unsafe-eval" in text]
    assert permitted == ["/run/*"]
    assert {text for path, text in policies.items() if path not in permitted} == {policy.PAGES}


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('<td style="width: 100%">', '<td class="policy-wide">'),
        ('<svg class="i" style="opacity: 50%">', '<svg class="i policy-pale">'),
        ('<p style="color: red">', '<p style="color: red">'),
        (
            '<script>\n document.body.dataset.theme = localStorage.getItem("theme") || "auto";\n'
            "</script>",
            '<script src="../_static/theme.js"></script>',
        ),
        (
            "<style> body { --color-code-background: red; }</style>",
            '<link rel="stylesheet" href="../_static/colours.css?v=1">',
        ),
    ],
)
def test_what_the_theme_writes_inline_is_moved(before, after):
    assert policy.cleaned(before, "../_static/", "1") == after
    assert policy.cleaned(after, "../_static/", "1") == after


@pytest.mark.parametrize(
    "text",
    ["<script>x()</script>", "<style>p{}</style>", '<a onclick="x()">', '<b id="c" style="d">'],
)
def test_what_is_unknown_stops_the_build(tmp_path, text):
    assert policy.faults(text) == [text[: len(policy.faults(text)[0])]]
    out = tmp_path / "en"
    (out / "_static").mkdir(parents=True)
    (out / "a.html").write_text(text)
    config = SimpleNamespace(refimpl_policy_meta=False)
    app = SimpleNamespace(outdir=out, builder=SimpleNamespace(format="html"), config=config)
    with pytest.raises(ExtensionError, match=re.escape(f"a.html: {text[:6]}")):
        policy.move(app, None)


def test_only_what_this_build_wrote_is_cleaned(tmp_path, monkeypatch):
    out = tmp_path / "en"
    (out / "_static").mkdir(parents=True)
    (out / "a.html").write_text('<p style="display: none">')
    config = SimpleNamespace(refimpl_policy_meta=False)
    app = SimpleNamespace(outdir=out, builder=SimpleNamespace(format="html"), config=config)
    began = (out / "a.html").stat().st_mtime + 1
    monkeypatch.setattr(policy, "STARTED", began)
    policy.move(app, None)
    assert "style" in (out / "a.html").read_text()
    monkeypatch.setattr(policy, "STARTED", began - 2)
    policy.move(app, None)
    assert "style" not in (out / "a.html").read_text()


def test_for_hosts_without_headers_the_policy_stands_in_the_page_once():
    page = '<head><meta charset="utf-8"><title>'
    meta = policy.cleaned(page, "", "", policy.META)
    assert meta == page.replace("<title>", f"{policy.META}<title>")
    assert policy.cleaned(meta, "", "", policy.META) == meta


def test_pictures_of_a_style_sheet_become_files(tmp_path):
    sheet = tmp_path / "styles/a.css"
    sheet.parent.mkdir()
    text = ":root{--icon-x:url('data:image/svg+xml;charset=utf-8,<svg a=\"b\"/>')}"
    sheet.write_text(text)
    policy.move_pictures(sheet, tmp_path)
    name = re.fullmatch(r':root\{--icon-x:url\("\.\./icons/(\w+\.svg)"\)\}', sheet.read_text())[1]
    assert (tmp_path / "icons" / name).read_text() == '<svg a="b"/>'
    assert text[6:-1] in (tmp_path / "offline.css").read_text()


DENIED = "Object.defineProperty(window, 'localStorage', { configurable: true, get() { throw 1 } });"


@pytest.mark.browser
def test_theme_and_search_work_where_storage_is_denied(browser, address):
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    context.add_init_script(DENIED)
    page, wrong = context.new_page(), []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.goto(f"{address}en/derivations/softmax.html")
    assert page.evaluate("document.body.dataset.theme") == "auto"
    page.locator(".theme-toggle:visible").first.click()
    assert page.evaluate("document.body.dataset.theme") in ("light", "dark")
    page.goto(f"{address}en/search.html?q=softmax")
    page.locator("#search-results li a").first.wait_for()
    assert wrong == []
    context.close()


@pytest.mark.browser
def test_the_chosen_theme_is_kept(visit):
    page = visit("en/index.html")
    page.locator(".theme-toggle:visible").first.click()
    chosen = page.evaluate("document.body.dataset.theme")
    page.reload()
    assert page.evaluate("document.body.dataset.theme") == chosen != "auto"
    assert page.complaints == [f"Changed to {chosen} mode."]  # the theme says so


@pytest.mark.browser
def test_the_site_opens_from_a_zip_on_disk(site, browser, tmp_path):
    archive = shutil.make_archive(str(tmp_path / "site"), "zip", site / "en", base_dir=None)
    shutil.unpack_archive(archive, tmp_path / "unpacked")
    page, wrong = browser.new_page(), []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.goto((tmp_path / "unpacked/derivations/softmax.html").as_uri())
    page.evaluate("document.fonts.ready")
    assert page.evaluate("document.fonts.check('16px \"Math Local\"')")
    assert page.evaluate("document.querySelector('math').getBoundingClientRect().height") > 4
    icon = "getComputedStyle(document.body).getPropertyValue('--icon-search')"
    assert "data:image" in page.evaluate(icon)
    assert page.locator(".movable-softmax .mf-bar input").first.is_visible()
    page.goto((tmp_path / "unpacked/auto_examples/a1/plot_compare_means.html").as_uri())
    picture = page.locator("img.sphx-glr-single-img").first
    picture.scroll_into_view_if_needed()
    assert picture.evaluate("image => image.decode().then(() => image.naturalWidth)") > 100
    page.goto((tmp_path / "unpacked/search.html").as_uri() + "?q=softmax")
    page.locator("#search-results li a").first.wait_for()
    assert wrong == []
    page.close()


def test_every_page_asks_for_few_style_sheets(site):
    sheets = re.compile(r'<link rel="stylesheet"[^>]*/([\w.-]+\.css)')
    pages = {path: sheets.findall(path.read_text("utf-8")) for path in site.glob("*/**/*.html")}
    assert {path: found for path, found in pages.items() if len(found) > 7} == {}
    static = site / "en/_static"
    whole = (static / "site.css").read_text("utf-8")
    for name in ("derivations.css", "sg_gallery.css", "refimpl.css", "policy.css"):
        assert (static / name).read_text("utf-8") in whole, name
    places = [
        whole.index((static / name).read_text("utf-8")) for name in ("ledger.css", "policy.css")
    ]
    assert places == sorted(places)
