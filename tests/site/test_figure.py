"""The figures that one can move show refimpl's numbers, and move by hand and by keyboard."""

import itertools
import math
import re
import sys

import movable
import mpmath
import numpy as np
import pytest

import refimpl as torch
from tests.site.conftest import ROOT

pytestmark = pytest.mark.browser

LOGITS = list(itertools.product((-4.7, -0.3, 0.0, 2.0, 4.9), (-1.1, 1.0, 5.0), (-5.0, 0.1, 3.3)))
TEMPERATURES = (0.01, 0.13, 1, 2.5, 100)
GRID = [
    {"logits": logits, "temperature": t, "target": i % 3}
    for i, (logits, t) in enumerate(itertools.product(LOGITS, TEMPERATURES))
]
COMPUTE = """states => states.map(state => {
    const found = softmaxFigure.compute(state);
    const words = numbers => numbers.map(x => Number.isFinite(x) ? x : String(x));
    return Object.fromEntries(["p", "logs", "gradient"].map(name => [name, words(found[name])]));
})"""


@pytest.fixture
def figure(visit):
    """The start page with the figure."""
    return visit("en/index.html")


def computed(page, **switches):
    """Return what the figure computes over the grid, a list of dictionaries of lists."""
    found = page.evaluate(COMPUTE, [state | switches for state in GRID])
    return [{name: [*map(float, numbers)] for name, numbers in each.items()} for each in found]


def wanted(state, shift, twice, float32):
    """Return refimpl's numbers."""
    dtype = torch.float32 if float32 else torch.float64

    def softmax(z):
        if shift:
            return z.softmax(0), z.log_softmax(0)
        p = z.exp() / z.exp().sum()
        return p, p.log()

    p, logs = softmax(torch.tensor(state["logits"], dtype=dtype) / state["temperature"])
    if twice:
        p, logs = softmax(p)
    gradient = p.clone()
    gradient[state["target"]] -= 1
    return {"p": p.tolist(), "logs": logs.tolist(), "gradient": gradient.tolist()}


@pytest.mark.parametrize("twice", [False, True])
@pytest.mark.parametrize("shift", [False, True])
def test_its_float32_numbers_are_refimpls(figure, shift, twice):
    found = computed(figure, shift=shift, twice=twice, float32=True)
    for state, numbers in zip(GRID, found, strict=True):
        for name, values in wanted(state, shift, twice, True).items():
            np.testing.assert_array_equal(numbers[name], values, f"{state} {name}")


def test_its_float64_numbers_are_the_nearest_ones(figure):
    found = computed(figure, shift=True, twice=False, float32=False)
    with mpmath.workprec(1200):
        for state, numbers in zip(GRID, found, strict=True):
            z = [x / state["temperature"] for x in state["logits"]]
            e = [mpmath.exp(mpmath.mpf(x) - max(z)) for x in z]
            p = [float(x / sum(e)) for x in e]
            least = 2 * sys.float_info.min  # below, a last digit is worth more than the second part
            assert [x for x in numbers["p"] if x > least] == [x for x in p if x > least], state
            np.testing.assert_allclose(numbers["p"], p, 0, 1e-322 if min(p) < least else 0)
            logs = [float(mpmath.mpf(x) - max(z) - mpmath.log(sum(e))) for x in z]
            assert numbers["logs"] == logs, state


@pytest.mark.parametrize("shift", [False, True])
def test_its_float64_numbers_are_refimpls_within_a_few_units(figure, shift):
    """NumPy's exp and log in float64 are not always the nearest number."""
    found = computed(figure, shift=shift, twice=False, float32=False)
    for state, numbers in zip(GRID, found, strict=True):
        for name, values in wanted(state, shift, False, False).items():
            np.testing.assert_allclose(numbers[name], values, 1e-15, 5e-16, err_msg=f"{state}")


def cells(page):
    return [row.split("\t")[1:] for row in page.locator(".mf-table tbody tr").all_inner_texts()]


def test_without_javascript_a_picture_with_the_same_numbers_stands_there(site, figure):
    first = (site / "en/index.html").read_text("utf-8").partition(movable.mark("softmax"))[2]
    still = re.findall(r"<td>(.*?)</td>", first)
    moving = [text.strip() for row in cells(figure) for text in row]
    assert still == moving
    assert first.count("<svg") >= 3


def test_the_digits_tell_a_float32_from_its_neighbours(figure):
    values = [0.1, 1.5, 0.09856589138507843, 1.401298464324817e-45, 3.4028234663852886e38, 1e10]
    values = np.float32(values).tolist()
    shown = figure.evaluate("xs => xs.map(x => softmaxFigure.digits(x, true))", values)
    assert np.float32(shown).tolist() == values
    assert shown[:3] == ["0.1", "1.5", "0.09856589"]


def slider(page, name):
    return page.get_by_role("slider", name=name)


def test_the_keyboard_moves_a_logit_and_a_reader_is_told(figure):
    before = cells(figure)
    slider(figure, "Logit B").focus()
    figure.keyboard.press("ArrowUp")
    assert cells(figure) != before
    assert slider(figure, "Logit B").get_attribute("aria-valuetext").startswith("1.1; softmax 0.2")
    slider(figure, "Temperature").focus()
    figure.keyboard.press("End")
    flat = [float(row[0]) for row in cells(figure)]
    assert max(flat) - min(flat) < 0.01
    figure.get_by_role("button", name="Reset").click()
    assert cells(figure) == before


def test_a_bar_is_dragged(figure):
    bar = figure.locator(".mf-bar svg").nth(2)
    bar.scroll_into_view_if_needed()
    box = bar.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"]
    figure.mouse.move(x, y + box["height"] * 0.5)
    figure.mouse.down()
    figure.mouse.move(x, y + box["height"] * 0.1)
    figure.mouse.up()
    assert slider(figure, "Logit C").input_value() == "4"


def test_float32_overflows_to_nan_without_the_shift_and_not_with_it(figure):
    figure.get_by_role("button", name="Let it overflow").click()
    assert cells(figure)[0] == ["nan"] * 3
    assert "exp overflowed" in figure.locator(".mf-said").inner_text()
    figure.get_by_label("shift by the maximum").check()
    right = torch.tensor([100.0, 99.0, 98.0]).softmax(0)
    assert np.float32([row[0] for row in cells(figure)]).tolist() == right.tolist()


def test_a_second_softmax_has_a_floor_below_the_loss(figure):
    figure.get_by_label("softmax twice").check()
    slider(figure, "Temperature").focus()
    figure.keyboard.press("Home")
    said = figure.locator(".mf-said").inner_text()
    assert said.startswith("Cross entropy for A: 0.551444")  # log(e + 2) - 1


def test_numbers_are_hidden_until_the_reader_reveals_them(figure):
    figure.get_by_role("button", name="Predict first").click()
    assert cells(figure) == [["?"] * 3] * 3
    assert slider(figure, "Logit A").get_attribute("aria-valuetext") == "2; softmax ?"
    figure.get_by_role("button", name="Reveal").click()
    assert "?" not in str(cells(figure))


def test_an_overflow_is_shown_even_while_numbers_are_hidden(figure):
    slider(figure, "Temperature").focus()
    figure.keyboard.press("End")
    figure.get_by_role("button", name="Predict first").click()
    figure.get_by_role("button", name="Let it overflow").click()
    assert cells(figure)[0] == ["nan"] * 3
    assert slider(figure, "Temperature").input_value() == "0"
    assert figure.get_by_role("button", name="Predict first").is_visible()


def test_a_chinese_reader_has_the_figure_in_chinese(site, visit):
    first = (site / "zh_CN/index.html").read_text("utf-8").partition(movable.mark("softmax"))[2]
    still = re.search(r'mf-said">(.*?)</p>', first)[1]
    figure = visit("zh_CN/index.html")
    said = figure.locator(".mf-said")
    assert still == said.inner_text() and still.startswith("A 的交叉熵：0.4170")
    for label in ("B 的 logit", "温度"):
        slider(figure, label).focus()
    figure.get_by_role("combobox", name="目标").select_option("1")
    assert said.inner_text().startswith("B 的交叉熵：")
    figure.get_by_label("两次 softmax").check()
    assert said.inner_text().endswith("。第二个 softmax 的输入只在 0 和 1 之间。")
    figure.get_by_role("button", name="上溢").click()
    assert said.inner_text().startswith("B 的交叉熵：nan。exp 上溢为 inf，而 inf / inf 是 nan。")
    figure.get_by_label("减去最大值").check()
    figure.get_by_role("button", name="先预测").click()
    assert said.inner_text() == "哪些条会变高？损失会上升吗？先移动，再揭晓。"
    figure.get_by_role("button", name="揭晓").click()
    figure.get_by_role("button", name="重置").click()
    assert said.inner_text() == still
    assert figure.get_by_role("region", name="数值").is_visible()
    assert figure.complaints == []


# ---- dim -----------------------------------------------------------------------------------------

DIM_PAGE = "en/questions/which_dim.html"
ENTRIES = (-5.0, -0.5, 0.0, 1.0, 4.5, 5.0, 2.5)
SHAPES = [(shape, dim) for shape in ((2, 3), (2, 2, 3)) for dim in (*range(len(shape)), -1)]


def tensors(shape):
    """Return tensors of a shape: entries that are alike, and others."""
    size = math.prod(shape)
    return [[ENTRIES[(i * step + step) % 7] for i in range(size)] for step in range(7)]


@pytest.mark.parametrize(("shape", "dim"), SHAPES)
def test_the_numbers_of_dim_are_refimpls(visit, shape, dim):
    states = [{"shape": shape, "dim": dim, "logits": entries} for entries in tensors(shape)]
    page = visit(DIM_PAGE)
    for state in states:
        found = page.evaluate("state => dimFigure.compute(state)", state)
        p = torch.tensor(state["logits"]).reshape(shape).softmax(dim)
        assert found["p"] == p.flatten().tolist()
        assert found["sums"] == p.sum(dim).flatten().tolist()
        first, *others = np.moveaxis(np.reshape(found["groups"], shape), dim, 0)
        assert first.flatten().tolist() == [*range(len(found["sums"]))]
        assert all((first == other).all() for other in others)


def entries(page):
    """Return what the cells show: index, score, letter, softmax."""
    return [re.findall(r"\S+", text) for text in page.locator(".df-cell").all_inner_texts()]


def sums(page):
    return [" ".join(text.split()) for text in page.locator(".df-sums li").all_inner_texts()]


@pytest.fixture
def still(browser, address):
    """Open a page in a browser that runs no script."""
    context = browser.new_context(java_script_enabled=False)

    def open_page(path):
        page = context.new_page()
        page.goto(address + path)
        return page

    yield open_page
    context.close()


def test_without_javascript_dim_is_there_and_a_picture_of_every_choice(still, visit):
    page, moving = still(DIM_PAGE), visit(DIM_PAGE)
    assert entries(page) == entries(moving) and len(entries(page)) == 6
    assert sums(page) == sums(moving)
    said = page.locator(".mf-said").inner_text()
    assert said == moving.locator(".mf-said").inner_text()
    assert said == "dim=1: 2 sums of 3 entries. In a sum only index number 1 changes."
    assert page.locator(".dim-picture").count() == 5
    assert all(picture.is_visible() for picture in page.locator(".dim-picture").all())
    assert moving.locator(".dim-picture").count() == 0


def test_dim_is_used_by_keyboard_alone(visit):
    page = visit(DIM_PAGE)
    press = page.keyboard.press
    page.get_by_role("radio", name="(2, 3)", exact=True).focus()
    press("Tab")  # to the chosen dimension
    press("ArrowLeft")
    assert page.get_by_role("radio", name="dim=0").is_checked()
    assert sums(page) == [
        "a: p[:, 0] 0.5000 + 0.5000 = 1.0000",
        "b: p[:, 1] 0.7311 + 0.2689 = 1.0000",
        "c: p[:, 2] 0.8808 + 0.1192 = 1.0000",
    ]
    press("Tab")  # to the first entry
    press("ArrowRight")
    slider = page.get_by_role("slider", name="x[0, 0]")
    assert slider.get_attribute("aria-valuetext") == "1.5; softmax 0.6225, in sum a"
    here = page.locator(".df-cell.df-here").all_inner_texts()
    assert [text.split()[0] for text in here] == ["0,0", "1,0"]
    page.get_by_role("radio", name="(2, 3)", exact=True).focus()
    press("ArrowRight")
    press("Tab")
    for _ in range(2):  # past dim=2 to dim=-1
        press("ArrowRight")
    assert page.get_by_role("radio", name="dim=-1").is_checked()
    assert [line.split()[:4] for line in sums(page)][3] == ["d:", "p[1,", "1,", ":]"]
    assert len(entries(page)) == 12
    assert page.complaints == []


def test_a_chinese_reader_has_dim_in_chinese(still, visit):
    path = DIM_PAGE.replace("en/", "zh_CN/")
    page = visit(path)
    said = page.locator(".mf-said")
    assert still(path).locator(".mf-said").inner_text() == said.inner_text()
    counted, _, changing = said.inner_text().partition("。")
    assert counted == "dim=1 时：2 个和，每个和有 3 个元素"
    assert changing == "同一个和里只有编号为 1 的下标在变。"
    page.get_by_role("radiogroup", name="形状").get_by_role("radio").first.focus()
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowLeft")
    assert said.inner_text().startswith("dim=0 时：3 个和，")
    slider = page.get_by_role("slider", name="x[1, 2]")
    assert slider.get_attribute("aria-valuetext") == "1；softmax 0.1192，在和 c 中"
    assert page.complaints == []


# ---- label smoothing -----------------------------------------------------------------------------

SMOOTHING_PAGE = "en/questions/label_smoothing.html"
SMOOTH = [
    {"epsilon": e, "classes": k, "score": s}
    for e, k, s in itertools.product((0, 0.05, 0.1, 0.35, 0.9), (2, 3, 10), (0, 0.1, 3.3, 5, 12))
]


def test_the_numbers_of_label_smoothing_are_refimpls(visit):
    found = visit(SMOOTHING_PAGE).evaluate("all => all.map(smoothingFigure.compute)", SMOOTH)
    for state, numbers in zip(SMOOTH, found, strict=True):
        epsilon, classes = state["epsilon"], state["classes"]
        logits = torch.tensor([[state["score"], *[0.0] * (classes - 1)]], requires_grad=True)
        target = torch.tensor([0])
        loss = torch.nn.functional.cross_entropy(logits, target, label_smoothing=float(epsilon))
        loss.backward()
        assert numbers["loss"] == loss.item(), state
        plain = torch.nn.functional.cross_entropy(logits, target).item()
        assert numbers["plain"] == plain, state
        assert numbers["gradient"] == logits.grad[0, :2].tolist(), state
        assert numbers["p"] == logits.detach().softmax(1)[0, :2].tolist(), state


def test_target_and_least_loss_of_label_smoothing_are_the_nearest_numbers(visit):
    smooth = [state for state in SMOOTH if state["epsilon"]]
    found = visit(SMOOTHING_PAGE).evaluate("all => all.map(smoothingFigure.compute)", smooth)
    with mpmath.workprec(200):
        for state, numbers in zip(smooth, found, strict=True):
            epsilon, classes = mpmath.mpf(state["epsilon"]), state["classes"]
            other = epsilon / classes
            own = 1 - epsilon + other
            least = -own * mpmath.log(own) - (classes - 1) * other * mpmath.log(other)
            assert numbers["target"] == [np.float32(own), np.float32(other)], state
            assert numbers["least"] == np.float32(least), state
            assert numbers["best"] == np.float32(mpmath.log(own / other)), state


def test_the_least_loss_of_label_smoothing_is_the_loss_at_the_score_that_is_named(visit):
    state = {"epsilon": 0.1, "classes": 3, "score": 2}
    page = visit(SMOOTHING_PAGE)
    best = page.evaluate("state => smoothingFigure.compute(state).best", state)
    there = page.evaluate("state => smoothingFigure.compute(state)", state | {"score": best})
    assert there["loss"] == there["least"]
    assert max(map(abs, there["gradient"])) < 1e-7


DRAWN = """figure => [
    ...[...figure.querySelectorAll("rect, circle, polyline")].map(e => e.outerHTML),
    ...[...figure.querySelectorAll("th, td, .mf-said")].map(e => e.textContent),
]"""


@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_without_javascript_label_smoothing_is_drawn_as_the_script_draws_it(
    site, still, visit, language
):
    path = SMOOTHING_PAGE.replace("en/", f"{language}/")
    moving = visit(path).locator(".movable-smoothing").evaluate(DRAWN)
    page = visit(path, java_script_enabled=True)
    page.set_content((site / path).read_text("utf-8"))  # its scripts are not found there
    assert page.locator(".movable-smoothing").evaluate(DRAWN) == moving
    assert still(path).locator(".sf-curve").is_visible()


def test_label_smoothing_is_used_by_keyboard_alone(visit):
    page = visit(SMOOTHING_PAGE)
    said, press = page.locator(".mf-said"), page.keyboard.press
    assert said.inner_text() == (
        "Loss 0.3728781, without smoothing 0.23954476. With smoothing it is never below "
        "0.29113984, its value at a score of 3.3322046."
    )
    page.get_by_role("slider", name="smoothing").focus()
    press("Home")
    assert said.inner_text().startswith("Loss 0.23954476. Without smoothing it falls towards 0")
    press("End")
    press("Tab")
    press("ArrowRight")
    assert page.locator(".sf-bars rect").count() == 8
    press("Tab")
    press("End")
    rows = [row.split("\t") for row in page.locator(".mf-table tbody tr").all_inner_texts()]
    assert [row[1] for row in rows] == ["0.325", "0.9999816", "0.6749816"]
    assert page.complaints == []


def test_a_chinese_reader_has_label_smoothing_in_chinese(visit):
    page = visit(SMOOTHING_PAGE.replace("en/", "zh_CN/"))
    said = page.locator(".mf-said")
    assert said.inner_text().startswith("损失为 0.3728781，不平滑时为 0.23954476。")
    page.get_by_role("slider", name="平滑").focus()
    page.keyboard.press("Home")
    assert said.inner_text() == "损失为 0.23954476。不平滑时，分数越大，损失越接近 0。"
    for name in ("类别数", "目标类的分数"):
        page.get_by_role("slider", name=name).focus()
    assert page.complaints == []


# ---- all of them ---------------------------------------------------------------------------------

OWN = {path.name for path in (ROOT / "docs/_static").glob("*.js")}
PAGES = ("en/index.html", DIM_PAGE, SMOOTHING_PAGE, "zh_CN/questions/which_dim.html")


def scripts_of(site, path):
    """Return the sizes of our own scripts that a page loads before Run is pressed."""
    names = re.findall(r'<script [^>]*src="[^"?]*/(\w+\.js)', (site / path).read_text("utf-8"))
    return {n: (site / "en/_static" / n).stat().st_size for n in names if n in OWN}


def test_our_scripts_are_small(site):
    """The figures of a page at most 15 kB, all scripts of ours that a page loads at most 20 kB."""
    paths = [path.relative_to(site).as_posix() for path in site.glob("*/**/*.html")]
    all_sizes = {path: scripts_of(site, path) for path in paths}
    assert max(sum(sizes.values()) for sizes in all_sizes.values()) <= 20_000
    figures = {p: sum(n for name, n in s.items() if "figure" in name) for p, s in all_sizes.items()}
    assert max(figures.values()) <= 15_000
    holding = {path for path, size in figures.items() if size}
    assert {*PAGES, "zh_CN/derivations/cross_entropy.html"} <= holding


@pytest.mark.parametrize("path", PAGES)
def test_a_figure_fits_a_phone(visit, path):
    page = visit(path, 360)
    wide = """e => Math.max(
        ...[e, ...e.querySelectorAll("div")].map(each => each.scrollWidth - each.clientWidth)
    )"""
    assert page.locator(".movable").evaluate(wide) <= 0
    if "dim" in path:
        page.get_by_role("radio", name="(2, 2, 3)").check()
        assert page.locator(".movable").evaluate(wide) <= 0
    assert page.complaints == []


# What a key does to the control that has the focus; a region with numbers is there to be scrolled.
KEYS = {
    "range": "ArrowRight",
    "radio": "ArrowRight",
    "checkbox": "Space",
    "select-one": "ArrowDown",
}
KEYS |= {"button": "Enter"}
FOCUSED = """() => {
    const here = document.activeElement;
    return here.closest(".movable") && {
        kind: here.type ?? "region",
        name: here.ariaLabel || here.labels?.[0]?.innerText.trim() || here.innerText,
        ring: getComputedStyle(here).outlineStyle,
    };
}"""
SHOWN = """figure => [
    figure.innerText,
    ...[...figure.querySelectorAll("input, select")].map(each => each.value + each.checked),
]"""
REACHED = """figure => {
    const all = [...figure.querySelectorAll("input, select, button, [tabindex]")];
    return all.filter(each => each.type !== "radio" || each.checked).length;
}"""


@pytest.mark.parametrize("language", ["en", "zh_CN"])
@pytest.mark.parametrize(
    ("page", "controls"),
    [("index.html", 12), ("questions/which_dim.html", 14), ("questions/label_smoothing.html", 3)],
)
def test_every_control_of_a_figure_is_reached_and_used_by_keys_alone(
    visit, language, page, controls
):
    opened = visit(f"{language}/{page}")
    figure, press = opened.locator(".movable"), opened.keyboard.press
    for _ in range(300):
        press("Tab")
        if opened.evaluate(FOCUSED):
            break
    reached = []
    while focused := opened.evaluate(FOCUSED):
        before = figure.evaluate(SHOWN)
        if focused["kind"] in KEYS:
            press(KEYS[focused["kind"]])
            assert figure.evaluate(SHOWN) != before, focused
        assert focused["name"] and focused["ring"] != "none", focused
        reached.append(focused["name"])
        press("Tab")
    assert len(reached) == figure.evaluate(REACHED) == controls
    assert len(set(reached)) == controls
    assert opened.complaints == []
