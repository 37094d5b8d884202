"""The Chinese pages are the English ones in other words, and readers find them."""

import gzip
import html
import json
import re
from urllib.parse import quote

import jinja2
import pytest
import translations
from chinese import style_faults

from evidence import parity
from refimpl.articles import load
from refimpl.articles.ledger import ERRATA
from tests.site.conftest import ROOT

CHINESE = re.compile("[\u4e00-\u9fff]")
INDEX = 300_000  # bytes, as that of the English search
FIRST_HITS = {
    "softmax": "api/softmax.html#refimpl.formulas.softmax",
    "梯度": "questions/gradient_of_cross_entropy.html",
    "交叉熵": "derivations/cross_entropy.html",
    "交叉熵损失": "derivations/cross_entropy.html",
    "数值稳定": "questions/softmax_in_numpy.html",
    "维度": "questions/which_dim.html",
    "标签平滑": "questions/label_smoothing.html",
    "随机种子": "questions/which_seed.html",
    "反向传播": "engine/autograd_in_one_sitting.html",
    "两次 softmax": "questions/softmax_before_cross_entropy.html",
    "Target 5 is out of bounds": "errors/targets.html#error-target-out-of-bounds",
    "A3-C10": "articles/a3.html#claim-a3-c10",
}


COLON = '<span class="colon">:</span>'  # the style sheet hides it
# Code, and the empty boxes that explain colours.
OMITTED = re.compile(r'<dt class="sig.*?</dt>|<span[^>]*></span>', re.DOTALL)
SHOWN = re.compile(r"<(math|pre|code|svg|script|style|button)\b.*?</\1>", re.DOTALL)
WITHIN = re.compile(r"</?(?:a|em|img|q|span(?! class=\"classifier)|strong|su[bp])\b[^>]*>|¶")


def sentences(page):
    """Return what is read of a page, block by block, with Z for code and formulas."""
    article = page.partition('role="main"')[2].partition("</article>")[0]
    text = OMITTED.sub("<br>", article.partition(">")[2].replace(COLON, ""))
    text = WITHIN.sub("", SHOWN.sub("Z", text))
    return {" ".join(html.unescape(block).split()) for block in re.split("<[^>]*>", text)}


@pytest.fixture(scope="module")
def chinese(site):
    """The text of every Chinese page."""
    folder = site / "zh_CN"
    return {p.relative_to(folder).as_posix(): p.read_text("utf-8") for p in folder.rglob("*.html")}


@pytest.fixture
def visit(browser, address):
    """Open a page in a context of its own."""
    contexts = []

    def visit(path, **options):
        contexts.append(browser.new_context(**options))
        page = contexts[-1].new_page()
        page.complaints = []
        page.on("pageerror", lambda error: page.complaints.append(str(error)))
        page.goto(address + path, wait_until="load")
        return page

    yield visit
    for context in contexts:
        context.close()


def test_nothing_but_words_differs_between_the_languages(site):
    assert parity.compare(site, "zh_CN") == []


def test_everything_is_translated():
    left = {
        page: len(messages)
        for page in translations.pages()
        if (messages := [m.id for m in translations.read(page) if not translations.done(m)])
    }
    assert left == {}


def test_no_translation_has_a_fault(capsys):
    failed = translations.check()
    assert not failed, capsys.readouterr().out


def test_every_page_is_shown_in_chinese(chinese):
    article = re.compile(r'<article role="main".*?</article>', re.S)
    for page, text in chinese.items():
        assert 'class="untranslated"' not in text, page
        assert len(CHINESE.findall(article.search(text)[0])) > 3, page


def test_downloads_are_named_in_chinese(chinese):
    named = re.compile(r'<a class="reference download internal"[^>]*>(.*?)</a>', re.S)
    found = [each for name, text in chinese.items() for each in named.findall(text)]
    assert len(found) > 20
    assert [each for each in found if not CHINESE.search(each)] == []


def test_titles_and_numbers_fit_into_chinese_sentences(chinese):
    shown = {each: name for name, text in chinese.items() for each in sentences(text)}
    wrong = {text: style_faults(text) for text in shown if CHINESE.search(text)}
    assert [(shown[text], told, text) for text, told in wrong.items() if told] == []


def test_no_role_is_read(chinese):
    role = re.compile(r":[a-z]+:|\{[a-z]+\}")
    found = [(name, each) for name, text in chinese.items() for each in sentences(text)]
    assert [each for each in found if role.search(each[1])] == []


def test_no_stop_stands_behind_a_question(site):
    pages = {path: path.read_text("utf-8") for path in (site / "en").rglob("*.html")}
    wrong = re.compile(r"[?!][.,](?: |$)")
    found = [(path.name, each) for path, text in pages.items() for each in sentences(text)]
    assert [each for each in found if wrong.search(each[1])] == []


def test_every_page_is_marked_as_chinese_and_leads_to_the_same_page_in_english(chinese):
    for page, text in chinese.items():
        assert 'lang="zh-CN"' in text.partition(">")[2].partition(">")[0] + ">", page
        up = "../" * page.count("/")
        assert f'href="{up}../en/{page}" hreflang="en"' in text, page


def test_search_engines_are_told_of_the_other_language_by_whole_addresses_alone():
    page = (ROOT / "docs/_templates/page.html").read_text("utf-8")
    known = {"!page.html": "{% block site_meta %}{% endblock %}", "page.html": page}
    environment = jinja2.Environment(
        loader=jinja2.DictLoader(known), extensions=["jinja2.ext.i18n"]
    )
    template = environment.get_template("page.html")

    def told(root):
        ways = [{"tag": tag, "url": f"{root}{tag}/a.html"} for tag in ("en", "zh-CN")]
        return re.findall(r'hreflang="(.*?)" href="(.*?)"', template.render(languages=ways))

    root = "https://host/sub/"
    assert told(root) == [("en", f"{root}en/a.html"), ("zh-CN", f"{root}zh-CN/a.html")]
    assert told("../") == []


def test_every_page_is_dated_in_chinese_and_names_the_commit_of_its_source(chinese):
    dated = re.compile(r"数值计算于 \d{4}-\d\d-\d\d，使用 torch ")
    source = re.compile(r"译自 ((?:docs|gallery)/\S+)，提交 [0-9a-f]{7,}（\d{4}-\d\d-\d\d）")
    made = re.compile(r"(genindex|search|py-modindex)\.html")
    assert [page for page, text in chinese.items() if not dated.search(text)] == []
    for page, text in chinese.items():
        if not made.search(page):
            assert (ROOT / source.search(text)[1]).is_file(), page


def test_the_words_of_the_theme_are_chinese(chinese):
    english = (
        "Back to top",
        "On this page",
        "Skip to content",
        "Toggle ",
        "Edit this page",
        "Show code",
        "Made with",
        "[source]",
    )
    text = chinese["articles/a1.html"] + chinese["api/softmax.html"]
    assert [words for words in english if words in text] == []


def test_the_search_says_in_chinese_what_it_found(site):
    text = (site / "zh_CN/searchindex.js").read_text("utf-8")
    kinds = json.loads(text[text.index("(") + 1 : text.rindex(")")])["objnames"].values()
    assert [name for domain, _, name in kinds if domain == "py" and not CHINESE.search(name)] == []


def test_lists_of_examples_have_chinese_titles_and_tips(chinese):
    text = chinese["auto_examples/a1/index.html"]
    titles = re.findall(r'thumbnail-title">([^<]*)<', text) + re.findall(r'tooltip="([^"]*)"', text)
    assert titles and [title for title in titles if not CHINESE.search(title)] == []


def test_scripts_have_all_their_words_in_chinese(site):
    text = (site / "zh_CN/_static/translations.js").read_text("utf-8")
    words = json.JSONDecoder().raw_decode(text, text.index("{"))[0]
    said = {word: words.get(word, "") for word in translations.of_scripts()}
    assert [word for word, shown in said.items() if not CHINESE.search(shown)] == []
    assert "您" not in text  # Sphinx's own sentences have it
    assert not (site / "en/_static/translations.js").exists()


def test_the_chinese_words_of_scripts_stay_small(site):
    assert len(gzip.compress((site / "zh_CN/_static/translations.js").read_bytes())) <= 5_000


def test_a_search_fetches_little(site):
    assert (site / "zh_CN/searchindex.js").stat().st_size < INDEX


def hits(page, query):
    """Search for a text; return the links that are found, best first."""
    page.goto(f"{page.url.partition('?')[0]}?q={quote(query)}")
    page.locator(".search-summary").filter(has_text=CHINESE).wait_for()
    found = page.locator("#search-results li a").all()
    return [link.get_attribute("href").partition("?")[0] for link in found]


@pytest.mark.browser
def test_the_search_finds_the_right_page_first(visit):
    page = visit("zh_CN/search.html")
    found = {query: hits(page, query)[:1] for query in FIRST_HITS}
    assert found == {query: [first] for query, first in FIRST_HITS.items()}


@pytest.mark.browser
def test_the_search_counts_in_chinese_under_the_strict_policy(visit):
    page = visit("zh_CN/search.html?q=softmax")
    page.locator(".search-summary").filter(has_text=CHINESE).wait_for()
    assert re.search(r"有 \d+ 个页面", page.inner_text(".search-summary"))
    assert page.complaints == []


@pytest.mark.browser
@pytest.mark.parametrize("query", ["xyzzyplugh", "魑魅魍魉"])
def test_a_word_that_is_nowhere_is_not_found(visit, query):
    assert hits(visit("zh_CN/search.html"), query) == []


@pytest.mark.browser
def test_a_phrase_is_found_and_what_the_index_lacks_of_it_is_left_out(visit):
    page = visit("zh_CN/search.html")
    assert "derivations/double_double.html" in hits(page, "最近的数")
    assert "derivations/cross_entropy.html" in hits(page, "交叉熵损失怎样计算")


@pytest.mark.browser
@pytest.mark.parametrize(
    ("locale", "folder"), [("zh-CN", "zh_CN"), ("zh-TW", "zh_CN"), ("en-GB", "en"), ("fr-FR", "en")]
)
def test_the_entrance_leads_to_the_language_that_a_reader_prefers(visit, address, locale, folder):
    page = visit("", locale=locale)
    page.wait_for_url(f"{address}{folder}/index.html")


@pytest.mark.browser
def test_the_other_language_opens_at_the_same_heading_and_is_remembered(visit, address):
    page = visit("en/questions/which_dim.html#which-dim", locale="en-US")
    heading = page.locator("article section section").first.get_attribute("id")
    page.goto(f"{address}en/questions/which_dim.html#{heading}")
    page.get_by_role("link", name="中文").click()
    page.wait_for_url(f"{address}zh_CN/questions/which_dim.html#{heading}")
    page.goto(address)
    page.wait_for_url(f"{address}zh_CN/index.html")
    page.goto(f"{address}en/index.html")  # a link to an English page is not led elsewhere
    assert page.url == f"{address}en/index.html"
    assert page.complaints == []


@pytest.mark.browser
def test_a_wrong_chinese_address_is_answered_in_chinese(visit, address):
    page = visit("zh_CN/no/such/page.html")
    page.wait_for_url(f"{address}zh_CN/404.html")
    assert CHINESE.search(page.inner_text("h1"))


@pytest.mark.browser
@pytest.mark.parametrize("language", ["en", "zh_CN"])
@pytest.mark.parametrize("article", load(), ids=lambda article: article.id)
def test_one_tap_on_a_wrong_sentence_at_the_top_of_an_article_shows_what_is_right(
    visit, article, language
):
    wrong = [claim.id for claim in article.claims if claim.verdict in ERRATA]
    phone = {"width": 360, "height": 740}
    page = visit(f"{language}/articles/{article.id.lower()}.html", viewport=phone)
    links = {claim: page.locator(f".entries a[href='#claim-{claim.lower()}']") for claim in wrong}
    # Sentences are not cut short: they fill some lines each.
    assert max(each.bounding_box()["y"] for each in links.values()) < 2.3 * phone["height"]
    for claim, link in links.items():
        link.click()
        right = page.locator(f"#claim-{claim.lower()} .claim-right")
        assert 0 <= right.bounding_box()["y"] < phone["height"]
        assert bool(CHINESE.search(right.inner_text())) == (language != "en")


@pytest.mark.browser
def test_chinese_pages_of_every_kind_fit_a_phone(site, visit, address):
    wide = """() => [document.documentElement, document.querySelector(".content")]
        .filter(e => e && e.scrollWidth > e.clientWidth + 1).map(e => e.tagName)"""
    phone = {"width": 360, "height": 800}
    page, found = visit("zh_CN/index.html", viewport=phone, bypass_csp=True), {}  # `evaluate`
    kinds = {path.parent: path for path in sorted((site / "zh_CN").rglob("*.html"))}
    for path in kinds.values():
        name = path.relative_to(site).as_posix()
        page.goto(address + name, wait_until="load")
        if outside := page.evaluate(wide):
            found[name] = outside
    assert found == {} and page.complaints == []
