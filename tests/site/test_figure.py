"""The figure that one can move shows refimpl's numbers, moves by hand and by keyboard."""

import itertools
import re
import sys

import movable
import mpmath
import numpy as np
import pytest

import refimpl as torch

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
    first = (site / "en/index.html").read_text("utf-8").partition(movable.MARK)[2]
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
    figure.get_by_role("button", name="Overflow").click()
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


def test_the_figure_is_small_fits_a_phone_and_moves_nothing(site, visit):
    assert (site / "en/_static/softmax_figure.js").stat().st_size <= 15_000
    page = visit("en/index.html", 360)
    hidden = page.locator(".mf-scroll").evaluate("e => e.scrollWidth - e.clientWidth")
    assert hidden <= 0
    assert page.complaints == []


def test_a_chinese_reader_has_the_figure_in_chinese(site, visit):
    first = (site / "zh_CN/index.html").read_text("utf-8").partition(movable.MARK)[2]
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
    assert said.inner_text() == "B 的交叉熵：nan。exp 上溢：inf / inf 是 nan。请减去最大值。"
    figure.get_by_label("减去最大值").check()
    figure.get_by_role("button", name="先预测").click()
    assert said.inner_text() == "哪些条会变高？损失会上升吗？先移动，再揭晓。"
    figure.get_by_role("button", name="揭晓").click()
    figure.get_by_role("button", name="重置").click()
    assert said.inner_text() == still
    assert figure.get_by_role("region", name="数值").is_visible()
    assert figure.complaints == []
