"""What stands where a figure that one can move will be: the numbers of its start, in its places."""

import re
from itertools import combinations
from xml.etree import ElementTree

import dim_figure
import movable
import numpy as np
import pytest
import smoothing_figure

import refimpl as torch
from evidence.small_site import built, html
from tests.site.conftest import ROOT

SMOOTHING = (ROOT / "docs/_static/smoothing_figure.js").read_text("utf-8")
HALF = 0.05 + 1e-9  # of the last digit that a picture has


def parsed(html):
    return ElementTree.fromstring(f"<div>{html}</div>")


def numbers(element, *names):
    return [float(element.get(name)) for name in names]


@pytest.mark.parametrize("name", movable.PICTURES)
def test_a_figure_stands_where_its_directive_is_and_its_page_loads_its_script(name, tmp_path):
    app = built(tmp_path, {"page.md": f"# Page\n\n```{{movable-{name}}}\n```\n"}, "movable")
    assert app.warning.getvalue() == ""
    assert f"{movable.mark(name)}{movable.PICTURES[name]()}</div>" in html(app, "page")
    scripts = re.findall(
        r"(\w+_(?:parts|figure))\.js", (app.outdir / "page.html").read_text("utf-8")
    )
    assert scripts == ["figure_parts", f"{name}_figure"]
    assert "_figure.js" not in (app.outdir / "index.html").read_text("utf-8")


# ---- dim -----------------------------------------------------------------------------------------

STILLS = [(shape, dim) for shape in ((2, 3), (2, 2, 3)) for dim in range(len(shape))]


def test_each_dim_of_a_matrix_and_of_a_block_has_its_picture():
    stills = parsed(dim_figure.picture()).findall(".//svg")
    said = [list(map(int, re.findall(r"\d+", still.get("aria-label")))) for still in stills]
    assert said == [[dim, np.prod(shape) // shape[dim], shape[dim], dim] for shape, dim in STILLS]


@pytest.mark.parametrize(("shape", "dim"), STILLS)
def test_entries_of_a_group_differ_in_one_index(shape, dim):
    still = parsed(dim_figure.still(shape, dim)).find("svg")
    groups = [rect.get("class") for rect in still.findall("rect")]
    entries = [text.text for text in still.findall("text[@class='entry']")]
    assert entries == [",".join(map(str, index)) for index in np.ndindex(shape)]
    for (a, one), (b, other) in combinations(zip(np.ndindex(shape), groups, strict=True), 2):
        alike = all(i == j for axis, (i, j) in enumerate(zip(a, b, strict=True)) if axis != dim)
        assert (one == other) == alike, (a, b)


@pytest.mark.parametrize(("shape", "dim"), STILLS)
def test_no_entry_hides_another_or_is_cut(shape, dim):
    still = parsed(dim_figure.still(shape, dim)).find("svg")
    whole = numbers(still, "width", "height")
    assert still.get("viewBox") == "0 0 {:g} {:g}".format(*whole)
    boxes = [numbers(rect, "x", "y", "width", "height") for rect in still.findall("rect")]
    for x, y, width, height in boxes:
        assert x >= 0 and y >= 0 and x + width <= whole[0] and y + height <= whole[1]
    for (x, y, width, height), (u, v, *_) in combinations(boxes, 2):
        assert abs(x - u) >= width or abs(y - v) >= height


@pytest.mark.parametrize(("shape", "dim"), STILLS)
def test_an_entry_is_written_in_the_middle_of_its_square_on_whole_pixels(shape, dim):
    still = parsed(dim_figure.still(shape, dim)).find("svg")
    texts = [numbers(text, "x", "y") for text in still.findall("text[@class='entry']")]
    boxes = [numbers(rect, "x", "y", "width", "height") for rect in still.findall("rect")]
    for (x, y), (left, top, width, height) in zip(texts, boxes, strict=True):
        assert x == left + width / 2 and top + height / 2 < y < top + height
        assert all(each.is_integer() for each in (x, y, left, top, width, height))


def test_the_matrix_has_the_shares_of_its_dim():
    figure = parsed(dim_figure.picture())
    p = torch.tensor(dim_figure.LOGITS).softmax(dim_figure.DIM)
    shares = [each.text for each in figure.findall(".//span[@class='df-share']")]
    assert shares == [f"{share:.4f}" for share in p.reshape(-1).tolist()]
    sums = [li.findall("span")[1].text for li in figure.findall(".//li")]
    assert sums == [
        f"{' + '.join(f'{share:.4f}' for share in row.tolist())} = {row.sum().item():.4f}"
        for row in p
    ]


# ---- label smoothing -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("start", "names"),
    [
        ("START = { epsilon: 0.1, classes: 3, score: 2 }", ("EPSILON", "CLASSES", "SCORE")),
        ("MOST = 12, HIGH = 4;", ("MOST", "HIGH")),
        ("WIDE = 300, TALL = 150;", ("WIDE", "TALL")),
    ],
)
def test_the_script_starts_with_the_same_numbers(start, names):
    assert start in SMOOTHING
    found = [getattr(smoothing_figure, name) for name in names]
    assert found == list(map(float, re.findall(r"[\d.]+", start)))


def start():
    """Return logits and target of the sample as tensors."""
    logits = torch.zeros(1, smoothing_figure.CLASSES)
    logits[0, 0] = smoothing_figure.SCORE
    return logits, torch.tensor([0])


def test_the_bars_are_the_target_and_softmax():
    bars = parsed(smoothing_figure.picture()).find(".//svg[@class='sf-bars']")
    width, tall = map(float, bars.get("viewBox").split()[2:])
    classes, epsilon = smoothing_figure.CLASSES, smoothing_figure.EPSILON
    target = torch.full((classes,), epsilon / classes)
    target[0] += 1 - epsilon
    for name, wanted in (("mf-logit", target), ("mf-share", start()[0].softmax(1)[0])):
        rects = bars.findall(f"rect[@class='{name}']")
        heights = np.array([numbers(rect, "height") for rect in rects])[:, 0]
        np.testing.assert_allclose(heights, tall * np.array(wanted.tolist()), 0, HALF)
        for rect in rects:  # they stand on the same line
            assert sum(numbers(rect, "y", "height")) == pytest.approx(tall, abs=2 * HALF)
    spans = sorted(numbers(rect, "x", "width") for rect in bars.findall("rect"))
    assert all(x + w <= y for (x, w), (y, _) in zip(spans, spans[1:], strict=False))
    assert 0 <= spans[0][0] and sum(spans[-1]) <= width


def test_the_curves_are_the_loss_and_the_dot_is_the_sample():
    curves = parsed(smoothing_figure.picture()).find(".//svg[@class='sf-curve']")
    figure = smoothing_figure
    logits, target = start()

    def at(score, epsilon):
        logits[0, 0] = score
        loss = torch.nn.functional.cross_entropy(logits, target, label_smoothing=epsilon).item()
        right, down = score / figure.MOST * figure.WIDE, figure.TALL * (1 - loss / figure.HIGH)
        return right, down, loss

    for name, epsilon in (("sf-smoothed", figure.EPSILON), ("sf-plain", 0.0)):
        line = curves.find(f"polyline[@class='{name}']").get("points")
        points = np.array([list(map(float, point.split(","))) for point in line.split()])
        wanted = [at(score / 4, epsilon) for score in range(4 * figure.MOST + 1)]
        wanted = np.array([(x, y) for x, y, loss in wanted if loss <= figure.HIGH])
        np.testing.assert_allclose(points, wanted, 0, HALF)
    dot = numbers(curves.find("circle"), "cx", "cy")
    np.testing.assert_allclose(dot, at(figure.SCORE, figure.EPSILON)[:2], 0, HALF)


def test_the_table_has_target_softmax_and_their_difference():
    rows = parsed(smoothing_figure.picture()).findall(".//tbody/tr")
    cells = [[float(cell.text) for cell in row.findall("td")] for row in rows]
    logits, target = start()
    logits.requires_grad_()
    torch.nn.functional.cross_entropy(
        logits, target, label_smoothing=smoothing_figure.EPSILON
    ).backward()
    classes, epsilon = smoothing_figure.CLASSES, smoothing_figure.EPSILON
    other = torch.tensor(epsilon / classes).item()
    wanted = [torch.tensor(1 - epsilon + epsilon / classes).item(), other]
    exactly = [wanted, logits.softmax(1)[0, :2].tolist(), logits.grad[0, :2].tolist()]
    assert np.array_equal(np.float32(cells), np.float32(exactly))
