"""Checks of A3, softmax and its derivative."""

import math
from decimal import Decimal
from fractions import Fraction

import numpy as np

from evidence.articles.programs import (
    LOGITS,
    fixed,
    fixed_list,
    jacobian,
    leaf,
    messages,
    raised,
    softmax64,
    trials,
)
from evidence.articles.registry import check

SEED = 217896609
ALL_SEEDS = [
    217896609, 1001975016, 1125436960, 1281825099, 1305510599, 1512912912, 1526607430, 1559856257,
    1741219052, 1779679858, 1857283996, 1902693733, 1996720476, 2041746907, 3250128558, 3388112274,
    3407138005, 3432363005, 3939673785, 3981578727, 4092818099, 4272005344,
]  # fmt: skip
PRINTED_PROBS = ["0.2732", "0.3780", "0.3489"]
PRINTED_GRADIENT = ["0.1985", "-0.1033", "-0.0953"]
WITNESS = ["0.27316", "0.377985", "0.348855"]
AGAIN = "Trying to backward through the graph a second time"


def program(torch, seed=SEED, retain_graph=True):
    """A3's program: the logits, their softmax and the gradient of its first entry."""
    torch.manual_seed(seed)
    a = torch.rand(3, requires_grad=True)
    p = torch.nn.functional.softmax(a, dim=0)
    return a, p, torch.autograd.grad(p[0], a, retain_graph=retain_graph)


def softmax_jacobian(torch, point):
    return jacobian(torch, lambda a: torch.nn.functional.softmax(a, dim=0), point)


def points():
    """Twenty logit vectors of length 4."""
    return trials().normal(size=(20, 4))


def gradient_of_first(p):
    """Row 0 of diag(p) - p pᵀ, in whatever exact numbers `p` holds."""
    return [p[0] * (1 - p[0]), -p[0] * p[1], -p[0] * p[2]]


def rounding_cells(texts):
    """The interval of numbers that print as each text, ends included."""
    half = Fraction(1, 20000)
    return [(Fraction(text) - half, Fraction(text) + half) for text in texts]


@check("A3-C01")
def softmax_softens_the_arg_max_and_log_sum_exp_the_maximum(torch):
    x = torch.tensor(trials().normal(size=(1000, 5)))
    lse, largest = torch.logsumexp(x, dim=1).numpy(), x.numpy().max(axis=1)
    assert (largest < lse).all() and (lse < largest + math.log(5)).all()
    for c in (10.0, 1000.0):
        gap = torch.logsumexp(c * x, dim=1).numpy() / c - largest
        assert (0 <= gap + 1e-15).all() and (gap <= math.log(5) / c).all()
    one_hot = torch.nn.functional.softmax(1e6 * x, dim=1).numpy()
    np.testing.assert_array_equal(one_hot, np.eye(5)[x.numpy().argmax(axis=1)])
    return {
        "log-sum-exp of (2, 1, 0.1)": torch.logsumexp(torch.tensor(LOGITS), dim=0),
        "softmax of a hundred times (2, 1, 0.1)": fixed_list(
            torch.nn.functional.softmax(100 * torch.tensor(LOGITS), dim=0).tolist()
        ),
    }


@check("A3-C02")
def repeated_softmax_flattens(torch):
    x, first = torch.tensor(LOGITS, dtype=torch.float64), []
    for _ in range(40):
        x = torch.nn.functional.softmax(x, dim=0)
        first.append(x[0].item())
    np.testing.assert_allclose(x.numpy(), 1 / 3, rtol=1e-15)
    return {"first entry of (2, 1, 0.1) after one to six applications": fixed_list(first[:6])}


@check("A3-C03")
def the_gradient_of_cross_entropy_is_softmax_minus_target(torch):
    for point in points():
        x = leaf(torch, point[None])
        loss = torch.nn.functional.cross_entropy(x, torch.tensor([2]))
        (slope,) = torch.autograd.grad(loss, x)
        np.testing.assert_allclose(slope.numpy()[0], softmax64(point) - np.eye(4)[2], atol=1e-15)


@check("A3-C04")
def the_largest_score_keeps_its_place(torch):
    scores = torch.tensor(LOGITS)
    places = scores.argmax().item(), torch.nn.functional.softmax(scores, dim=0).argmax().item()
    return {"arg max of the scores and of their softmax": f"{places[0]}, {places[1]}"}


@check("A3-C05")
def sigmoid_reaches_its_ends_by_rounding_only(torch):
    y = torch.sigmoid(torch.tensor(np.linspace(-700, 36, 1000))).numpy()
    assert (y > 0).all() and (y < 1).all()  # 1 - e^-36 is the last float64 below 1 but two
    return {"float32 sigmoid at 20 and at -104": torch.sigmoid(torch.tensor([20.0, -104.0]))}


@check("A3-C06")
def sigmoids_do_not_total_one(torch):
    y = torch.sigmoid(torch.tensor(LOGITS))
    return {"sigmoid of (2, 1, 0.1)": y, "sum of these three sigmoids": y.sum()}


def assert_definition_is_the_library_function(torch):
    x = points()
    ours = np.exp(x) / np.exp(x).sum(axis=1, keepdims=True)
    theirs = torch.nn.functional.softmax(torch.tensor(x), dim=1).numpy()
    np.testing.assert_allclose(theirs, ours, rtol=2e-15)  # a dozen roundings


@check("A3-C07")
def the_definition_is_the_library_function(torch):
    assert_definition_is_the_library_function(torch)


@check("A3-C08")
def the_scores_become_07_and_02_to_one_decimal(torch):
    y = torch.nn.functional.softmax(torch.tensor(LOGITS), dim=0)
    return {
        "softmax of (2, 1, 0.1), the first two to one decimal": fixed_list(y.tolist()[:2], 1),
        "softmax of (2, 1, 0.1)": y,
    }


@check("A3-C09")
def the_true_factor_is_e(torch):
    y = torch.nn.functional.softmax(torch.tensor(LOGITS, dtype=torch.float64), dim=0).tolist()
    assert fixed(0.7 / 0.2, 1) == "3.5"  # where the article's number comes from
    assert math.isclose(y[0] / y[1], math.e, rel_tol=1e-9)
    return {"first softmax entry over the second": fixed(y[0] / y[1], 9)}


@check("A3-C10")
def the_ratio_of_two_outputs_depends_on_the_difference_alone(torch):
    def ratios(a, b):
        y = torch.nn.functional.softmax(torch.tensor([a, b], dtype=torch.float64), dim=0).tolist()
        assert math.isclose(y[0] / y[1], math.exp(a - b), rel_tol=1e-14)
        return a / b, y[0] / y[1]

    for a, b in trials().uniform(0.1, 5, (100, 2)).tolist():
        before, after = ratios(a, b)
        assert (after > before) == (math.exp(a - b) > a / b)
    return {
        "scores 1.0 and 0.1: ratio before and after": fixed_list(ratios(1.0, 0.1)),
        "scores 0.2 and 0.1: ratio before and after": fixed_list(ratios(0.2, 0.1)),
    }


@check("A3-C11")
def the_definition_with_n_terms_is_the_library_function(torch):
    assert_definition_is_the_library_function(torch)


@check("A3-C12")
def the_quotient_rule_holds(torch):
    for at in (-1.5, 0.25, 2.0):
        x = leaf(torch, at)
        (slope,) = torch.autograd.grad(torch.exp(x) / (1 + x * x), x)
        g, h = math.exp(at), 1 + at * at
        assert math.isclose(slope.item(), (g * h - 2 * at * g) / h**2, rel_tol=1e-14)


def assert_is_the_diagonal(torch, line, printed_line=None):
    """`line` is the diagonal of the Jacobian at every point, `printed_line` at none."""
    for a in points():
        diagonal = np.diag(softmax_jacobian(torch, a))
        np.testing.assert_allclose(line(a, np.exp(a).sum()), diagonal, rtol=1e-13)
        if printed_line is not None:
            assert (np.abs(printed_line(a, np.exp(a).sum()) - diagonal) > 1e-6).all()


@check("A3-C13")
def the_first_line_lacks_an_exponential(torch):
    assert_is_the_diagonal(
        torch,
        lambda a, total: (np.exp(a) * total - np.exp(a) * np.exp(a)) / total**2,
        lambda a, total: (np.exp(a) * a.sum() - np.exp(a) * np.exp(a)) / total**2,
    )


@check("A3-C14")
def the_second_line_lacks_an_exponential(torch):
    assert_is_the_diagonal(
        torch,
        lambda a, total: np.exp(a) * (total - np.exp(a)) / total**2,
        lambda a, total: np.exp(a) * (a.sum() - np.exp(a)) / total**2,
    )


@check("A3-C15")
def the_third_line_is_right(torch):
    assert_is_the_diagonal(
        torch, lambda a, total: np.exp(a) / total * ((total - np.exp(a)) / total)
    )


@check("A3-C16")
def the_diagonal_is_p_times_one_minus_p(torch):
    assert_is_the_diagonal(torch, lambda a, total: softmax64(a) * (1 - softmax64(a)))


@check("A3-C17")
def off_the_diagonal_stands_minus_the_product(torch):
    off = ~np.eye(4, dtype=bool)
    for a in points():
        e, p = np.exp(a), softmax64(a)
        slopes = softmax_jacobian(torch, a)[off]
        np.testing.assert_allclose(slopes, ((0 - np.outer(e, e)) / e.sum() ** 2)[off], rtol=1e-13)
        np.testing.assert_allclose(slopes, -np.outer(p, p)[off], rtol=1e-13)


@check("A3-C18")
def the_jacobian_is_diag_p_minus_p_p_transposed(torch):
    for a in points():
        p, j = softmax64(a), softmax_jacobian(torch, a)
        np.testing.assert_allclose(j, np.diag(p) - np.outer(p, p), atol=1e-15)
        np.testing.assert_allclose(j.sum(axis=0), 0, atol=1e-15)
        np.testing.assert_allclose(j.sum(axis=1), 0, atol=1e-15)


@check("A3-C21")
def the_signs_hold_until_float32_saturates(torch):
    for a in points():
        assert (np.sign(softmax_jacobian(torch, a)) == 2 * np.eye(4) - 1).all()
    a = leaf(torch, [30.0, 0.0, 0.0], torch.float32)
    (slope,) = torch.autograd.grad(torch.nn.functional.softmax(a, dim=0)[0], a)
    return {"gradient of the first entry at (30, 0, 0), float32": slope}


@check("A3-C22")
def the_program_runs(torch):
    a, p, (slope,) = program(torch)
    assert a.requires_grad and a.is_leaf
    assert a.dtype == p.dtype == slope.dtype == torch.float32
    assert a.shape == p.shape == slope.shape


@check("A3-C23")
def the_softmax_line_prints(torch):
    return {"softmax after seed 217896609": program(torch)[1]}


@check("A3-C24")
def the_gradient_line_prints(torch):
    return {"gradient after seed 217896609": program(torch)[2]}


@check("A3-C25")
def every_listed_seed_prints_both_lines(torch):
    both, margins = 0, {}
    for seed in ALL_SEEDS:
        a, p, (slope,) = program(torch, seed)
        both += (fixed_list(p.tolist()), fixed_list(slope.tolist())) == (
            ", ".join(PRINTED_PROBS),
            ", ".join(PRINTED_GRADIENT),
        )
        exact = softmax64(np.array(a.tolist()))
        digits = np.abs([*exact, *gradient_of_first(exact)]) * 1e4
        margins[seed] = np.abs(digits % 1 - 0.5).min()
    return {
        "logits after seed 217896609": fixed_list(program(torch)[0].tolist(), 10),
        "listed seeds that print both lines": f"{both} of {len(ALL_SEEDS)}",
        "the listed seed furthest from every rounding tie": max(margins, key=margins.get),
    }


@check("A3-C26")
def the_node_is_called_softmax_backward_0(torch):
    return {"name of grad_fn": program(torch)[1].grad_fn.name()}


@check("A3-C27")
def the_rounded_probabilities_give_another_last_digit(torch):
    exact = gradient_of_first([Decimal(text) for text in PRINTED_PROBS])
    rounded = [str(entry.quantize(Decimal("0.0001"))) for entry in exact]
    assert rounded[0] != PRINTED_GRADIENT[0] and rounded[1:] == PRINTED_GRADIENT[1:]
    return {"gradient from the rounded probabilities": ", ".join(rounded)}


@check("A3-C28")
def both_printed_lines_are_possible_together(torch):
    witness = [Fraction(text) for text in WITNESS]
    assert sum(witness) == 1
    prob_cells, slope_cells = rounding_cells(PRINTED_PROBS), rounding_cells(PRINTED_GRADIENT)
    numbers = [*witness, *gradient_of_first(witness)]
    for number, (low, high) in zip(numbers, [*prob_cells, *slope_cells], strict=True):
        assert low < number < high

    # Four of the bounds bite. p0 ends where p0 (1 - p0) leaves its cell; p1 runs, for each p0,
    # from the least product p0 p1 to the least p2.
    low0, low1, low2 = (float(low) for low, _ in prob_cells)
    most_diagonal, least_product = float(slope_cells[0][1]), -float(slope_cells[1][1])
    high0 = (1 - math.sqrt(1 - 4 * most_diagonal)) / 2
    low_sliver1 = least_product / high0
    area = (1 - low2) * (high0 - low0) - (high0**2 - low0**2) / 2
    area -= least_product * math.log(high0 / low0)
    triangle = (1 - low0 - low1 - low2) ** 2 / 2

    # The same from all twelve bounds at once, by counting the points of a grid over the triangle.
    side = 1 - low0 - low1 - low2
    u, v = np.meshgrid((np.arange(1000) + 0.5) / 1000, (np.arange(1000) + 0.5) / 1000)
    p = np.array([low0 + side * u, low1 + side * v, 1 - low0 - low1 - side * (u + v)])
    inside = np.ones_like(u, dtype=bool)
    for number, (low, high) in zip([*p], prob_cells, strict=True):
        inside &= (float(low) <= number) & (number <= float(high))
    corner = inside.sum()
    for number, (low, high) in zip(gradient_of_first(p), slope_cells, strict=True):
        inside &= (float(low) <= number) & (number <= float(high))
    assert abs(inside.sum() / corner - area / triangle) < 1e-3  # one grid step along the border
    ranges = [(low0, high0), (low_sliver1, 1 - low0 - low2), (low2, 1 - high0 - low_sliver1)]
    for number, (low, high) in zip(p, ranges, strict=True):
        assert abs(number[inside].min() - low) < 2e-7  # the sliver's tips are thinner than a step
        assert abs(number[inside].max() - high) < 2e-7
    return {
        "a point inside all six cells": ", ".join(str(float(number)) for number in witness),
        **{
            f"range of p{mark}": f"{low:.8f} to {high:.8f}"
            for mark, (low, high) in zip("₀₁₂", ranges, strict=True)
        },
        "share of the triangle": fixed(area / triangle),
    }


@check("A3-C29")
def the_printed_digits_miss_their_sums_by_one(torch):
    sums = [sum(map(Decimal, texts)) for texts in (PRINTED_PROBS, PRINTED_GRADIENT)]
    witness = [Decimal(text) for text in WITNESS]
    assert sum(witness) == 1 and sum(gradient_of_first(witness)) == 0
    return {"sums of the printed digits": f"{sums[0]}, {sums[1]}"}


@check("A3-C30")
def leaving_out_the_axis_warns_and_takes_axis_0(torch):
    x = torch.tensor(LOGITS)
    results = []
    (text,) = messages(lambda: results.append(torch.nn.functional.softmax(x).tolist()))
    assert results == [torch.nn.functional.softmax(x, dim=0).tolist()]
    return {"warning without dim": text}


@check("A3-C31")
def a_vector_is_differentiated_with_weights(torch):
    a, p, (row,) = program(torch)
    error = raised(RuntimeError, lambda: torch.autograd.grad(p, a, retain_graph=True))
    picked, equal = torch.tensor([1.0, 0.0, 0.0]), torch.tensor([1.0, 1.0, 1.0])
    (same,) = torch.autograd.grad(p, a, grad_outputs=picked, retain_graph=True)
    assert same.tolist() == row.tolist()
    (nothing,) = torch.autograd.grad(p, a, grad_outputs=equal)
    np.testing.assert_allclose(nothing.numpy(), 0, atol=6e-8)  # one float32 rounding of 1
    return {"error of differentiating a vector without weights": f"RuntimeError: {error}"}


@check("A3-C32")
def the_logits_have_rank_1_and_length_3(torch):
    a = program(torch)[0]
    assert a.dim() == 1
    return {"shape of the logits": a.shape}


@check("A3-C33")
def the_result_is_a_tuple_of_one_vector(torch):
    a, _, result = program(torch)
    assert all(0 <= value < 1 for value in a.tolist())
    kind = type(result).__name__
    return {"what the gradient call returns": f"{kind} of {len(result)}, shape {result[0].shape}"}


@check("A3-C34")
def only_the_diagonal_term_is_positive(torch):
    for seed in [SEED, *range(100)]:
        (slope,) = program(torch, seed)[2]
        assert np.sign(slope.tolist()).tolist() == [1, -1, -1]


@check("A3-C35")
def a_pass_frees_saved_values_and_no_gradient(torch):
    a = leaf(torch, LOGITS)
    p = torch.nn.functional.softmax(a, dim=0)
    p[0].backward()
    before = a.grad.tolist()
    raised(RuntimeError, lambda: p[0].backward())
    assert a.grad.tolist() == before
    np.testing.assert_allclose(before, gradient_of_first(softmax64(np.array(LOGITS))), rtol=1e-14)


@check("A3-C36")
def a_second_pass_fails_if_values_were_saved(torch):
    a = leaf(torch, LOGITS)
    p = torch.nn.functional.softmax(a, dim=0)
    torch.autograd.grad(p[0], a)
    error = str(raised(RuntimeError, lambda: torch.autograd.grad(p[0], a)))
    assert error.startswith(AGAIN)
    x = leaf(torch, 1.0)
    total = x + x
    first, second = torch.autograd.grad(total, x), torch.autograd.grad(total, x)
    assert first[0].item() == second[0].item() == 2
    return {"error of the second pass": f"RuntimeError: {error[: len(AGAIN)]}"}


@check("A3-C37")
def the_retain_flag_allows_one_more_pass(torch):
    a, p, (first,) = program(torch, retain_graph=True)
    (second,) = torch.autograd.grad(p[0], a)
    assert first.tolist() == second.tolist()
    raised(RuntimeError, lambda: torch.autograd.grad(p[0], a))


@check("A3-C38")
def the_program_does_not_need_the_flag(torch):
    with_flag, without = program(torch, retain_graph=True), program(torch, retain_graph=False)
    assert with_flag[2][0].tolist() == without[2][0].tolist()


@check("A3-C40")
def row_0_of_the_jacobian_at_the_witness(torch):
    row = gradient_of_first([Decimal(text) for text in WITNESS])
    logits = [math.log(float(text)) for text in WITNESS]
    np.testing.assert_allclose(
        softmax_jacobian(torch, logits)[0], [float(entry) for entry in row], rtol=1e-14
    )
    return {"p₀(δ - p)": ", ".join(f"{entry:.10f}" for entry in row)}
