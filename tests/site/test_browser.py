"""What a reader's browser does with the pages: no foreign request, no error, nothing too wide."""

import re
from urllib.parse import quote

import pytest

from evidence import errors
from tests.site.conftest import kinds

pytestmark = pytest.mark.browser

TOO_WIDE = """() => [document.documentElement, document.querySelector(".content")]
    .filter(e => e && e.scrollWidth > e.clientWidth + 1)
    .map(e => e.tagName + " " + e.scrollWidth)"""
SHIFT = """() => new Promise(done => {
    let sum = 0;
    new PerformanceObserver(list => list.getEntries().forEach(e => sum += e.value))
        .observe({type: "layout-shift", buffered: true});
    setTimeout(() => done(sum), 200);
})"""
FLAT_FORMULAS = """() => [...document.querySelectorAll("math")]
    .filter(m => m.offsetParent && m.getBoundingClientRect().height < 4).length"""


@pytest.mark.parametrize(("width", "scheme"), [(360, "dark"), (1600, "light")])
def test_pages_of_every_kind_fit_and_ask_no_other_host(site, visit, address, width, scheme):
    page = visit("en/index.html", width, scheme)
    wide = {}
    for path in kinds(site):
        page.goto(address + path, wait_until="load")
        if found := page.evaluate(TOO_WIDE):
            wide[path] = found
    assert wide == {}
    assert page.complaints == []
    assert [url for url in page.requested if not url.startswith((address, "data:"))] == []


def test_no_page_is_wider_than_a_phone(site, visit, address):
    page = visit("en/index.html", 390)
    wide = {}
    for path in sorted(site.glob("en/**/*.html")):
        name = path.relative_to(site).as_posix()
        page.goto(address + name, wait_until="domcontentloaded")
        if found := page.evaluate(TOO_WIDE):
            wide[name] = found
    assert wide == {}


def test_article_a5_is_short_on_a_phone_and_a_link_opens_what_is_folded(visit):
    page = visit("en/articles/a5.html#claim-a5-c01", 360)
    entry = page.locator("#claim-a5-c01")
    assert entry.is_visible() and entry.bounding_box()["y"] < 700  # pixels below the top
    page.goto(page.url.replace("#claim-a5-c01", ""), wait_until="load")
    page.evaluate("() => document.querySelectorAll('article details').forEach(e => e.open = false)")
    assert not entry.is_visible()
    height = page.evaluate("document.documentElement.scrollHeight")
    assert height <= 13 * 740  # screens of a phone
    assert page.locator("article a[href='#claim-a5-c01']").first.is_visible()


def test_formulas_have_a_shape_and_move_nothing_when_their_font_comes(site, visit):
    with_formulas = [p for p in kinds(site) if "<math" in (site / p).read_text("utf-8")]
    assert with_formulas
    for path in with_formulas:
        page = visit(path)
        assert page.evaluate(FLAT_FORMULAS) == 0, path
        assert page.evaluate("document.fonts.check('16px \"Math Local\"')"), path
        assert page.evaluate(SHIFT) < 0.01, path


FIRST_HITS = {
    "softmax": "api/softmax.html#refimpl.formulas.softmax",
    "log_softmax": "api/log_softmax.html#refimpl.formulas.log_softmax",
    "F.softmax": "api/softmax.html#refimpl.nn.functional.softmax",
    "torch.nn.functional.softmax": "api/softmax.html#refimpl.nn.functional.softmax",
    "nn.functional.log_softmax": "api/log_softmax.html#refimpl.nn.functional.log_softmax",
    "torch.nn.CrossEntropyLoss": "api/cross_entropy.html#refimpl.nn.layers.CrossEntropyLoss",
    "torch.optim.SGD": "api/optim.html#refimpl.optim.SGD",
    "torch.utils.data.DataLoader": "api/data.html#refimpl.utils.data.loader.DataLoader",
    "CrossEntropyLoss": "api/cross_entropy.html#refimpl.nn.layers.CrossEntropyLoss",
    "l1_loss": "api/l1_loss.html#refimpl.formulas.l1_loss",
    "default axis of softmax": "elsewhere/index.html",
    "keras": "elsewhere/keras.html",
    "cross entropy": "derivations/cross_entropy.html",
    "temperature": "derivations/softmax.html",
    "dim": "questions/which_dim.html",
    "nan": "questions/nan_after_masking.html",
    "softmax twice": "questions/softmax_before_cross_entropy.html",
    "label smoothing": "questions/label_smoothing.html",
    "which loss": "questions/which_loss.html",
    "negative loss": "questions/negative_nll_loss.html",
    "retain_graph": "questions/retain_graph.html",
    "Target 5 is out of bounds": "errors/targets.html#error-target-out-of-bounds",
    "0D or 1D target tensor expected, multi-target not supported": "errors/targets.html#"
    "error-multi-target",
    "does not require grad and does not have a grad_fn": "errors/gradients.html#error-no-grad-fn",
    "mat1 and mat2 shapes cannot be multiplied": "errors/shapes.html#error-mat1-and-mat2",
    "A3-C10": "articles/a3.html#claim-a3-c10",
    "1581317843": "questions/which_seed.html",
}
LINKS = "links => links.map(link => link.getAttribute('href'))"
INDEX = 300_000  # bytes that the first search may fetch; hosts send a third of them, compressed


def search(visit, query, width=1280):
    """Search, and return the page with the addresses of what was found."""
    page = visit(f"en/search.html?q={quote(query)}", width)
    page.locator(".search-summary").filter(has_text=re.compile(r"\S")).wait_for()
    return page, page.eval_on_selector_all("#search-results li a", LINKS)


@pytest.mark.parametrize("query", FIRST_HITS)
def test_the_search_finds_the_right_page_first(visit, query):
    page, found = search(visit, query)
    assert found[0].partition("?")[0] == FIRST_HITS[query]
    assert sum(".html" in url for url in page.requested) == 1  # no page is fetched for an excerpt


FIRST = """query => {
    const before = {...Search._index.indexentries};
    const perform = Search._performSearch;
    let found = [];
    Search._performSearch = (...given) => (found = perform(...given), []);
    Search.query(query);
    Search._performSearch = perform;
    Search._index.indexentries = before;
    return found.length ? found.at(-1)[0] + ".html" + found.at(-1)[2] : null;
}"""


def pasted(entry):
    """Return what a reader pastes: the last line of a traceback, a text of today or of long ago."""
    message = errors.message(entry)
    yield entry.said
    yield message
    yield re.sub(r"\b\d+\b", lambda found: str(int(found[0]) + 7), message)
    words = message.split()
    if len(words) > 9:
        yield " ".join(words[: len(words) // 2])
    yield from entry.older


def test_a_pasted_error_text_leads_to_its_entry(visit):
    page, _ = search(visit, "xyzzyplugh")
    wrong = [
        (text, found)
        for each in errors.pages()
        for entry in each.entries
        for text in pasted(entry)
        if (found := page.evaluate(FIRST, text)) != f"errors/{each.name}.html#error-{entry.name}"
    ]
    assert wrong == []


def test_a_word_that_is_nowhere_is_not_found(visit):
    assert search(visit, "xyzzyplugh")[1] == []


def test_a_printed_number_leads_to_a_claim_that_prints_it(visit):
    assert search(visit, "0.4108")[1][0].startswith("articles/a1.html#claim-a1-")


EXAMPLES = {
    "label smoothing": "questions/label_smoothing.html",
    "F.cross_entropy": "api/cross_entropy.html#refimpl.nn.functional.cross_entropy",
    "Target 5 is out of bounds.": "errors/targets.html#error-target-out-of-bounds",
    "A5-C25": "articles/a5.html#claim-a5-c25",
    "0.4108": "articles/a1.html#claim-a1-c23",
    "交叉熵": "derivations/cross_entropy.html",
}


@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_a_search_for_nothing_says_what_can_be_searched(visit, language):
    page = visit(f"{language}/search.html", 360)
    assert page.locator("h1").is_visible()
    assert page.locator("article input[name=q]").is_visible()
    examples = page.locator(".search-help dd a").all()
    ways = {example.inner_text(): example.evaluate("link => link.href") for example in examples}
    found = {}
    for query, way in ways.items():
        page.goto(way)
        first = page.locator("#search-results li a").first
        found[query] = first.get_attribute("href").partition("?")[0]
    assert found == EXAMPLES
    assert page.complaints == []


def test_what_is_found_stands_before_what_can_be_searched(visit):
    page, found = search(visit, "softmax", 360)
    first = page.locator("#search-results li a").first.bounding_box()
    assert found and first["y"] < 400
    assert first["y"] < page.locator(".search-help").bounding_box()["y"]
    page.fill("article input[name=q]", "A3-C10")
    page.press("article input[name=q]", "Enter")
    page.wait_for_url("**?q=A3-C10")


def test_without_javascript_the_page_of_the_search_leads_to_lists(browser, address):
    page = browser.new_context(java_script_enabled=False).new_page()
    page.goto(f"{address}en/search.html?q=softmax")
    assert "JavaScript" in page.inner_text("noscript")
    assert not page.locator("article form").is_visible()
    lists = page.locator(".search-help a:visible").all_inner_texts()
    assert lists == ["questions", "error messages", "errata", "terms", "all names"]
    page.context.close()


def test_a_search_fetches_little(site):
    assert (site / "en/searchindex.js").stat().st_size < INDEX


def test_a_wrong_address_leads_to_a_page_that_leads_home(visit, address):
    page = visit("en/no/such/page.html")
    page.get_by_role("link", name="start page").click()
    assert page.url == f"{address}en/index.html"


def test_the_entrance_leads_to_the_pages(visit, address):
    page = visit("")
    page.wait_for_url(f"{address}en/index.html")


def test_a_copied_example_has_no_prompts(site, visit):
    prompted = re.compile(r'class="gp"')
    path = next(
        p for p in sorted(site.glob("en/**/*.html")) if prompted.search(p.read_text("utf-8"))
    )
    page = visit(
        path.relative_to(site).as_posix(), permissions=["clipboard-read", "clipboard-write"]
    )
    block = page.locator("div.highlight", has=page.locator(".gp")).first
    block.hover()
    block.locator("button.copybtn").click()
    page.wait_for_selector("button.copybtn.success")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied and ">>>" not in copied
