"""Pages of every kind can be read and tapped: contrast, size of print, room for a finger."""

import pytest

from tests.site.conftest import kinds

pytestmark = pytest.mark.browser

# Elements with text of their own that are shown, outside of formulas and pictures.
SHOWN = """
    const shown = [...document.querySelectorAll("body *")].filter((e) =>
        !e.closest("math, svg, script, style, noscript, option")
        && [...e.childNodes].some((n) => n.nodeType === 3 && n.data.trim())
        && e.checkVisibility({checkOpacity: true, checkVisibilityCSS: true})
        && e.getBoundingClientRect().width > 2);
    const told = (e) => `${e.className || e.tagName} ${e.textContent.trim().slice(0, 30)}`;
"""
# Text on its ground: at least 4.5 to 1, large text 3 to 1 (WCAG 2.2, 1.4.3).
PALE = (
    "() => {"
    + SHOWN
    + """
    const canvas = new OffscreenCanvas(1, 1).getContext("2d", {willReadFrequently: true});
    const known = {};
    const colour = (text) => {
        if (known[text]) return known[text];
        canvas.clearRect(0, 0, 1, 1);
        canvas.fillStyle = text;
        canvas.fillRect(0, 0, 1, 1);
        const [r, g, b, a] = canvas.getImageData(0, 0, 1, 1).data;
        return known[text] = [r, g, b, a / 255];
    };
    const over = (top, ground) =>
        [0, 1, 2].map((i) => top[i] * top[3] + ground[i] * (1 - top[3])).concat(1);
    const ground = (e) => {
        const own = e ? colour(getComputedStyle(e).backgroundColor) : [255, 255, 255, 1];
        return own[3] === 1 ? own : over(own, ground(e.parentElement));
    };
    const light = (c) => c.slice(0, 3).map((v) => v / 255)
        .map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4))
        .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
    return shown.filter((e) => {
        const style = getComputedStyle(e), below = ground(e);
        const two = [light(over(colour(style.color), below)), light(below)];
        const size = parseFloat(style.fontSize), bold = style.fontWeight >= 700;
        const needed = size >= 24 || (bold && size >= 18.66) ? 3 : 4.5;
        return (Math.max(...two) + 0.05) / (Math.min(...two) + 0.05) < needed;
    }).map(told);
}"""
)
SMALL = (
    "() => {"
    + SHOWN
    + "return shown.filter((e) => parseFloat(getComputedStyle(e).fontSize) < 11).map(told); }"
)
# What is no part of a sentence and smaller than 24 pixels has no other target within 12 pixels of
# its middle, nor the middle of a small one within 24 (WCAG 2.2, 2.5.8).
CLOSE = """() => {
    const targets = [...document.querySelectorAll("a[href], button, summary, select, input")]
        .filter((e) => e.checkVisibility({checkVisibilityCSS: true})
            && !e.closest(".sidebar-drawer, .toc-drawer, pre") && e.getBoundingClientRect().width)
        .map((e) => {
            const box = e.getClientRects()[0], whole = e.getClientRects().length === 1;
            const [x, y] = [(box.left + box.right) / 2, (box.top + box.bottom) / 2];
            return {e, box, x, y, small: whole && (box.width < 24 || box.height < 24)};
        });
    const inSentence = (e) => getComputedStyle(e).display === "inline"
        && [...e.parentElement.childNodes].some((n) => n.nodeType === 3 && n.data.trim());
    const near = (one, other) => {
        const {left, right, top, bottom} = other.box;
        const dx = Math.max(left - one.x, one.x - right, 0);
        const dy = Math.max(top - one.y, one.y - bottom, 0);
        const middle = Math.hypot(other.x - one.x, other.y - one.y);
        return Math.hypot(dx, dy) < 12 || (other.small && middle < 24);
    };
    const differ = (one, other) => other.e !== one.e && other.e.href !== one.e.href;
    return targets.filter((one) => one.small && !inSentence(one.e)
        && targets.some((other) => differ(one, other) && near(one, other)))
        .map(({e}) => `${e.className} ${e.textContent.trim().slice(0, 30)}`);
}"""


@pytest.mark.parametrize(("language", "scheme"), [("en", "light"), ("zh_CN", "dark")])
def test_pages_of_every_kind_can_be_read_and_tapped(site, visit, address, language, scheme):
    page = visit(f"{language}/index.html", 360, scheme)
    wrong = {}
    for path in kinds(site, language):
        page.goto(address + path, wait_until="load")
        wrong[path] = [page.evaluate(each) for each in (PALE, SMALL, CLOSE)]
    assert {path: found for path, found in wrong.items() if any(found)} == {}


@pytest.mark.parametrize(
    ("check", "style"),
    [
        (PALE, "color = 'rgb(128, 128, 128)'"),
        (PALE, "background = 'rgba(0, 0, 0, 0.6)'"),
        (SMALL, "fontSize = '10px'"),
        (CLOSE, "lineHeight = '1'"),
    ],
)
def test_the_check_of_the_looks_notices(visit, check, style):
    page = visit("en/questions/index.html", 360)
    assert page.evaluate(check) == []
    page.evaluate(f"document.querySelectorAll('article *').forEach(e => e.style.{style})")
    assert page.evaluate(check) != []


# Text that a box cuts off, with or without dots.
CUT = (
    "() => {"
    + SHOWN
    + """
    return shown.filter((e) => {
        const {overflowX, clipPath} = getComputedStyle(e);
        return ["hidden", "clip"].includes(overflowX) && clipPath === "none"
            && e.scrollWidth > e.clientWidth + 1;
    }).map(told);
}"""
)


@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_on_a_phone_no_text_is_cut_off(site, visit, address, language):
    page = visit(f"{language}/index.html", 360)
    paths = kinds(site, language)
    wrong = {}
    for path in paths:
        page.goto(address + path, wait_until="load")
        wrong[path] = page.evaluate(CUT)
    assert {path: found for path, found in wrong.items() if found} == {}
    page.goto(f"{address}{language}/articles/a1.html", wait_until="load")
    page.evaluate(
        """document.querySelectorAll(".entry > p:last-child").forEach((e) => Object.assign(
            e.style, {overflow: "hidden", whiteSpace: "nowrap"}))"""
    )
    assert page.evaluate(CUT)


def derivations(site, language):
    return sorted(
        page.relative_to(site).as_posix()
        for page in site.glob(f"{language}/derivations/*.html")
        if page.stem != "index"
    )


TOP = "e => e.getBoundingClientRect().top + scrollY"


@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_a_derivation_begins_with_what_it_is_about_and_its_formula(site, visit, address, language):
    """On the first screen of a phone; the symbols are folded up."""
    page = visit(f"{language}/index.html", 360)
    for path in derivations(site, language):
        page.goto(address + path, wait_until="load")
        formula = page.locator("article math[display=block]:visible").first
        assert formula.evaluate(TOP) < 900, path
        symbols = page.locator("details.symbols")
        assert symbols.count() == 1 and not symbols.get_attribute("open"), path
        symbols.locator("summary").click()
        assert page.locator("table.formula-symbols").first.is_visible(), path


@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_the_error_messages_begin_with_a_search_and_with_links_to_their_groups(visit, language):
    page = visit(f"{language}/errors/index.html", 360)
    heading = page.locator("article h2").first.evaluate(TOP)
    field = page.locator("article .search-form input")
    assert field.evaluate(TOP) < 450
    links = page.locator("article ul a[href^='#']")
    groups = page.locator("article h2").all_inner_texts()
    shown = [each.removesuffix("#").removesuffix("¶").strip() for each in groups]
    assert links.all_inner_texts() == shown and len(shown) > 10
    assert links.last.evaluate(TOP) < heading
    links.last.click()
    assert page.locator("article h2").last.evaluate("e => e.getBoundingClientRect().top") < 200
    field.fill("Target 9 is out of bounds.")
    field.press("Enter")
    hit = page.locator("#search-results li a").first
    hit.wait_for()
    assert "errors/targets.html" in hit.get_attribute("href")


WIDE = """() => [...document.querySelectorAll("article table")]
    .filter((e) => e.checkVisibility()
        && e.getBoundingClientRect().right > document.documentElement.clientWidth + 1)
    .map((e) => e.rows[0].textContent.trim().replace(/\\s+/g, " "))"""
# Bytes of a rank: seven columns of long numbers.
SCROLLS = {"ranks loss sent derived back logits, MB held, MB derived, MB"}
WITH_TABLES = ("accuracy", "benchmarks", "engine/coverage", "engine/departures", "engine/versions")
WITH_TABLES += ("engine/site_measured", "derivations/softmax_in_pieces", "api/softmax")


@pytest.mark.parametrize("path", WITH_TABLES)
def test_on_a_phone_a_table_is_seen_whole(visit, path):
    page = visit(f"en/{path}.html", 360)
    page.evaluate("document.querySelectorAll('article details').forEach((e) => { e.open = true; })")
    assert set(page.evaluate(WIDE)) - SCROLLS == set()
