"""Checks of A1, the modules Softmax, LogSoftmax and LogSigmoid."""

import inspect
import math
import warnings
from decimal import Decimal

import numpy as np

from evidence.articles.programs import (
    fixed,
    fixed_list,
    jacobian,
    leaf,
    lines,
    named,
    raised,
    softmax64,
    trials,
)
from evidence.articles.registry import check
from refimpl.articles.ledger import numbers

SEED = 1581317843
TYPED = [[0.5283, 0.3922, -0.0484], [-1.6257, -0.4775, 0.5645]]


def draw(torch):
    """The random tensor of the article, from the recovered seed."""
    torch.manual_seed(SEED)
    return torch.randn(2, 3)


def float32_text(number):
    """The shortest digits that tell a float32 from its neighbours."""
    return str(np.float32(number))


def slopes(torch, function, points):
    """Derivatives of an elementwise function at `points`, in float64."""
    x = leaf(torch, points)
    (slope,) = torch.autograd.grad(function(x).sum(), x)
    return slope.tolist()


def random_tensors(torch):
    """Normal float64 tensors of rank 1 to 4, with every axis of each."""
    for shape in [(5,), (3, 4), (2, 3, 4), (2, 3, 4, 5)]:
        x = torch.tensor(trials().normal(0, 5, shape))
        for dim in range(len(shape)):
            yield x, dim


# What the Softmax module does


@check("A1-C01")
def each_slice_sums_to_one_and_the_open_interval_is_kept(torch):
    for x, dim in random_tensors(torch):
        y = torch.nn.Softmax(dim)(x)
        # at most five terms, each and their sum rounded: below 4 ulp of one
        np.testing.assert_allclose(y.sum(dim).tolist(), 1, rtol=1e-15)
        assert math.isclose(y.sum().item(), y.numel() / y.shape[dim], rel_tol=1e-14)
    example = torch.nn.Softmax(1)(torch.tensor(TYPED))
    return {
        "sums along the second axis of the 2×3 example": fixed_list(example.sum(1)),
        "sum of the whole 2×3 example": fixed(example.sum()),
        "first entry of softmax of (17, 0) in float32": float32_text(
            torch.nn.Softmax(0)(torch.tensor([17.0, 0.0]))[0].item()
        ),
        "second entry of softmax of (104, 0) in float32": float32_text(
            torch.nn.Softmax(0)(torch.tensor([104.0, 0.0]))[1].item()
        ),
    }


@check("A1-C02")
def the_shape_is_kept_at_every_rank(torch):
    assert torch.nn.Softmax(0)(torch.tensor(3.0)).shape == ()
    for x, dim in random_tensors(torch):
        assert torch.nn.Softmax(dim)(x).shape == x.shape


@check("A1-C03")
def nll_loss_of_log_softmax_is_the_cross_entropy(torch):
    scores, target = torch.tensor(TYPED), torch.tensor([0, 2])
    loss = torch.nn.NLLLoss()
    return {
        "NLLLoss of the softmax values, targets 0 and 2": loss(torch.nn.Softmax(1)(scores), target),
        "NLLLoss of the log-softmax values, targets 0 and 2": loss(
            torch.nn.LogSoftmax(1)(scores), target
        ),
        "CrossEntropyLoss of the scores": torch.nn.CrossEntropyLoss()(scores, target),
    }


@check("A1-C04")
def softmax_is_the_exponential_over_the_sum_of_exponentials(torch):
    x = trials().normal(0, 3, (100, 6))
    restored = np.exp(x) / np.exp(x).sum(axis=1, keepdims=True)
    # unshifted exponentials up to e^12 and their sum: a few roundings of 1.1e-16
    np.testing.assert_allclose(torch.nn.Softmax(1)(torch.tensor(x)).numpy(), restored, rtol=4e-15)


@check("A1-C05")
def the_single_parameter_is_dim(torch):
    parameters = inspect.signature(torch.nn.Softmax).parameters.values()
    return {"parameters and their defaults": ", ".join(f"{p.name}={p.default}" for p in parameters)}


# The random example


@check("A1-C06")
def the_recovered_seed_draws_the_printed_tensor(torch):
    return {"the draw after manual_seed(1581317843)": draw(torch)}


@check("A1-C07")
def the_recovered_seed_gives_the_unprinted_digits(torch):
    first, second = draw(torch).tolist()
    return {
        "first row of the draw to ten decimals": fixed_list(first, 10),
        "second row of the draw to ten decimals": fixed_list(second, 10),
    }


@check("A1-C08")
def draw_and_typed_tensor_print_the_same_softmax(torch):
    softmax = torch.nn.Softmax(dim=1)
    return {
        "softmax of the draw along dim 1": softmax(draw(torch)),
        "softmax of the typed tensor along dim 1": softmax(torch.tensor(TYPED)),
    }


@check("A1-C09")
def softmax_of_negative_scores_is_positive(torch):
    for x, dim in random_tensors(torch):
        y = torch.nn.Softmax(dim)(-abs(x))
        assert (y.numpy() > 0).all()
        np.testing.assert_allclose(y.sum(dim).tolist(), 1, rtol=1e-15)
    underflow = torch.nn.Softmax(0)(torch.tensor([104.0, 0.0]))
    return {"softmax of (104, 0) in float32": underflow.tolist()}


@check("A1-C10")
def dim_1_treats_rows_and_dim_0_columns(torch):
    x = torch.tensor(TYPED)
    by_columns, by_rows = torch.nn.Softmax(0)(x), torch.nn.Softmax(1)(x)
    return {
        "softmax of the typed tensor along dim 0, which the article does not print": by_columns,
        "column sums along dim 0": fixed_list(by_columns.sum(0)),
        "row sums along dim 1": fixed_list(by_rows.sum(1)),
    }


# From features to classes


@check("A1-C13")
def softmax_values_are_probabilities_in_the_order_of_the_scores(torch):
    x = trials().normal(0, 3, (1000, 7))
    y = torch.nn.Softmax(1)(torch.tensor(x)).numpy()
    assert (y > 0).all()
    np.testing.assert_allclose(y.sum(axis=1), 1, rtol=1e-15)
    assert (y.argsort(axis=1) == x.argsort(axis=1)).all()


# LogSigmoid


@check("A1-C14")
def both_forms_of_log_sigmoid_agree_until_the_first_overflows(torch):
    x = torch.tensor(np.linspace(-700, 30, 1461))
    library = torch.nn.LogSigmoid()(x).numpy()

    def defined(t):
        return torch.log(1 / (1 + torch.exp(-t)))

    def stable(t):
        return np.minimum(t.numpy(), 0) - np.log1p(np.exp(-abs(t.numpy())))

    # 1 / (1 + tiny) has lost all but the absolute rounding of numbers near one
    np.testing.assert_allclose(library, defined(x).numpy(), rtol=1e-15, atol=2e-16)
    np.testing.assert_allclose(library, stable(x), rtol=1e-15)  # two roundings each
    far = torch.tensor([-800.0], dtype=torch.float64)
    return {
        "LogSigmoid as defined, at −800 in float64": defined(far).item(),
        "LogSigmoid in the second form, at −800 in float64": torch.nn.LogSigmoid()(far).item(),
    }


@check("A1-C15")
def log_sigmoid_is_negative_and_unbounded_below(torch):
    log_sigmoid = torch.nn.LogSigmoid()
    y = log_sigmoid(torch.tensor(np.linspace(-700, 700, 2801))).numpy()
    assert (y < 0).all()
    return {
        "LogSigmoid of 200 in float32": log_sigmoid(torch.tensor(200.0)),
        "LogSigmoid of −200 in float32": log_sigmoid(torch.tensor(-200.0)),
    }


@check("A1-C16")
def log_sigmoid_increases_towards_zero(torch):
    y = torch.nn.LogSigmoid()(torch.tensor(np.linspace(-700, 700, 2801))).numpy()
    assert (np.diff(y) > 0).all()
    assert -1e-300 < y[-1] < 0


@check("A1-C17")
def the_slope_of_log_sigmoid_vanishes_on_one_side_only(torch):
    points = [-10.0, 0.0, 10.0]
    log_sigmoid, sigmoid = torch.nn.LogSigmoid(), torch.sigmoid
    grid = np.linspace(-20, 20, 81)
    np.testing.assert_allclose(
        slopes(torch, log_sigmoid, grid),
        1 / (1 + np.exp(grid)),
        rtol=1e-14,  # a few roundings
    )
    return {
        "slope of LogSigmoid at −10, 0 and 10": fixed_list(slopes(torch, log_sigmoid, points), 5),
        "slope of the sigmoid at −10, 0 and 10": fixed_list(slopes(torch, sigmoid, points), 5),
    }


@check("A1-C18")
def log_sigmoid_of_the_typed_tensor_prints_the_article_s_digits(torch):
    return {"LogSigmoid of the typed tensor": torch.nn.LogSigmoid()(torch.tensor(TYPED))}


@check("A1-C19")
def one_digit_tells_the_typed_tensor_from_the_draw(torch):
    log_sigmoid = torch.nn.LogSigmoid()
    typed, drawn = log_sigmoid(torch.tensor(TYPED)), log_sigmoid(draw(torch))
    pairs = zip(numbers(str(typed)), numbers(str(drawn)), strict=True)
    assert [a != b for a, b in pairs] == [False, False, False, False, True, False]
    return {
        "second row, middle entry, from the typed tensor": fixed(typed[1, 1]),
        "second row, middle entry, from the draw": fixed(drawn[1, 1]),
    }


# The comparison


@check("A1-C20")
def the_typed_tensor_prints_as_typed(torch):
    return {"the typed tensor": torch.tensor(TYPED)}


@check("A1-C21")
def the_printed_scalar_is_the_mean_of_all_six(torch):
    mean = torch.tensor(TYPED).mean()
    assert mean.shape == ()
    return {"mean of all six entries": mean}


@check("A1-C22")
def the_call_shown_gives_a_column_of_row_means(torch):
    return {"mean along dim 1, the axis kept": torch.tensor(TYPED).mean(1, True)}


@check("A1-C23")
def the_comparison_prints_the_same_softmax(torch):
    return {"softmax of the typed tensor along dim 1": torch.nn.Softmax(1)(torch.tensor(TYPED))}


@check("A1-C24")
def row_means_of_softmax_are_one_over_the_columns(torch):
    for width in range(1, 30):
        x = torch.tensor(trials(width).normal(size=(4, width)))
        means = torch.nn.Softmax(1)(x).mean(1).tolist()
        np.testing.assert_allclose(means, 1 / width, rtol=1e-14)  # up to thirty roundings
    return {"row means of softmax": torch.nn.Softmax(1)(torch.tensor(TYPED)).mean(1, True)}


@check("A1-C25")
def the_comparison_prints_the_same_log_sigmoid(torch):
    return {"LogSigmoid of the typed tensor": torch.nn.LogSigmoid()(torch.tensor(TYPED))}


@check("A1-C26")
def row_means_of_log_sigmoid_print_the_article_s_digits(torch):
    log_sigmoid = torch.nn.LogSigmoid()
    exact = log_sigmoid(torch.tensor(TYPED, dtype=torch.float64)).mean(1)
    return {
        "row means of LogSigmoid": log_sigmoid(torch.tensor(TYPED)).mean(1, True),
        "row means of LogSigmoid to seven decimals, in float64": fixed_list(exact.tolist(), 7),
        "row means of LogSigmoid, from the draw": fixed_list(
            log_sigmoid(draw(torch)).mean(1).tolist(), 4
        ),
    }


@check("A1-C27")
def the_comparison_program_runs(torch):
    a = torch.tensor(TYPED)
    soft, logs = torch.nn.Softmax(1)(a), torch.nn.LogSigmoid()(a)
    lines = [a, f"a.mean: {a.mean(1, True)}"]
    lines += [soft, f"output.mean: {soft.mean(1, True)}"]
    lines += [logs, f"lgouput.mean: {logs.mean(1, True)}"]
    return {"everything the program prints": "\n".join(map(str, lines))}


def choices(torch, row):
    """The class with the largest value in a row of the example, under both functions."""
    x = torch.tensor(TYPED)
    return f"{torch.nn.Softmax(1)(x).argmax(1)[row]}, {torch.nn.LogSigmoid()(x).argmax(1)[row]}"


@check("A1-C28")
def the_first_row_goes_to_the_first_class(torch):
    return {"index of the largest value in row 0: softmax, LogSigmoid": choices(torch, 0)}


@check("A1-C29")
def the_second_row_goes_to_the_third_class(torch):
    return {"index of the largest value in row 1: softmax, LogSigmoid": choices(torch, 1)}


@check("A1-C30")
def log_sigmoid_values_are_no_probabilities(torch):
    y = torch.nn.LogSigmoid()(torch.tensor(TYPED))
    assert (y.numpy() < 0).all()
    sums = torch.exp(y).sum(1)
    return {"row sums of the exponentials of the LogSigmoid values": fixed_list(sums)}


@check("A1-C31")
def all_three_choose_the_class_of_the_largest_score(torch):
    x = torch.tensor(trials().normal(size=(10_000, 5)))
    scores, soft, logs = (
        y.argmax(dim=1).numpy() for y in (x, torch.nn.Softmax(1)(x), torch.nn.LogSigmoid()(x))
    )
    agree = (scores == soft) & (scores == logs)
    return {"rows out of 10 000 in which the three choices agree": agree.sum()}


@check("A1-C32")
def the_slope_of_the_sigmoid_cancels_under_cross_entropy(torch):
    def loss(logits):
        entropy = torch.nn.functional.binary_cross_entropy_with_logits
        return entropy(logits, torch.tensor(y[: len(logits)]), reduction="none")

    x, y = trials().normal(0, 5, 200), trials(1).integers(0, 2, 200).astype(float)
    y[0] = 1.0
    assert max(slopes(torch, torch.sigmoid, np.linspace(-20, 20, 81))) == 0.25
    # sigma(x) - 1 cancels: what remains is the absolute rounding of numbers near one
    residual = 1 / (1 + np.exp(-x)) - y
    np.testing.assert_allclose(slopes(torch, loss, x), residual, rtol=1e-9, atol=1e-15)
    return {
        "slope of the sigmoid at 0": slopes(torch, torch.sigmoid, [0.0])[0],
        "slope of the sigmoid at 10": f"{slopes(torch, torch.sigmoid, [10.0])[0]:.6g}",
        "gradient of binary cross-entropy at the logit −10, target 1": (
            f"{slopes(torch, loss, [-10.0])[0]:.6g}"
        ),
    }


@check("A1-C33")
def softmax_separates_the_best_two_more_than_the_sigmoid(torch):
    x = torch.tensor(TYPED, dtype=torch.float64)
    soft, sigmoid = torch.nn.Softmax(1), torch.sigmoid

    def best_two(values):
        return sorted(values, reverse=True)[:2]

    found = {}
    for row, name in enumerate(["first row", "second row"]):
        pairs = [best_two(function(x)[row].tolist()) for function in (soft, sigmoid)]
        found[f"{name}, difference of the best two: softmax, sigmoid"] = fixed_list(
            a - b for a, b in pairs
        )
        found[f"{name}, ratio of the best two: softmax, sigmoid"] = fixed_list(
            a / b for a, b in pairs
        )
    a, b = trials().normal(0, 3, (2, 1000))
    sigmoid_ratio = torch.nn.LogSigmoid()(torch.tensor(a)) - torch.nn.LogSigmoid()(torch.tensor(b))
    assert (abs(sigmoid_ratio.numpy()) < abs(a - b)).all()

    many = torch.tensor([[0.1] + 999 * [0.0]], dtype=torch.float64)
    pairs = [best_two(function(many)[0].tolist()) for function in (soft, sigmoid)]
    found[
        "1000 classes, scores 0.1 and 0 and zeros, difference of the best two: softmax, sigmoid"
    ] = fixed_list(a - b for a, b in pairs)
    return found


# Softmax against LogSoftmax


@check("A1-C35")
def each_slice_is_a_distribution(torch):
    for x, dim in random_tensors(torch):
        y = torch.nn.Softmax(dim)(x)
        assert (y.numpy() > 0).all()
        np.testing.assert_allclose(y.sum(dim).tolist(), 1, rtol=1e-15)


@check("A1-C36")
def softmax_stays_inside_the_open_interval(torch):
    y = torch.nn.Softmax(1)(torch.tensor(trials().normal(0, 3, (1000, 5)))).numpy()
    assert ((y > 0) & (y < 1)).all()
    softmax = torch.nn.Softmax(0)
    return {
        "first entry of softmax of (17, 0) in float32": float32_text(
            softmax(torch.tensor([17.0, 0.0]))[0].item()
        ),
        "softmax of (104, 0) in float32": softmax(torch.tensor([104.0, 0.0])).tolist(),
    }


@check("A1-C37")
def the_stable_form_of_log_softmax_is_what_the_library_computes(torch):
    x = trials().normal(0, 300, (100, 6))
    m = x.max(axis=1, keepdims=True)
    restored = x - m - np.log(np.exp(x - m).sum(axis=1, keepdims=True))
    library = torch.nn.LogSoftmax(1)(torch.tensor(x)).numpy()
    # values up to 1000 after the shift; where the sum is near one its logarithm is absolute
    np.testing.assert_allclose(library, restored, rtol=1e-14, atol=1e-15)


@check("A1-C38")
def log_softmax_is_at_most_zero(torch):
    y = torch.nn.LogSoftmax(1)(torch.tensor(trials().normal(0, 3, (1000, 5)))).numpy()
    assert (y < 0).all()
    return {
        "log-softmax on an axis of length one": torch.nn.LogSoftmax(0)(torch.tensor([3.0])).item(),
        "first entry of log-softmax of (17, 0) in float32": float32_text(
            torch.nn.LogSoftmax(0)(torch.tensor([17.0, 0.0]))[0].item()
        ),
    }


@check("A1-C39")
def the_derivative_of_softmax_is_restored(torch):
    softmax = torch.nn.Softmax(0)
    for x in trials().normal(0, 2, (20, 5)):
        s = softmax64(x)
        formula = s[:, None] * (np.eye(5) - s)
        np.testing.assert_allclose(jacobian(torch, softmax, x), formula, rtol=1e-13, atol=1e-16)
    return {
        "Jacobian of softmax at (2, 3)": jacobian(torch, softmax, np.array([2.0, 3.0])).round(4)
    }


@check("A1-C40")
def the_derivative_of_log_softmax_is_restored(torch):
    log_softmax = torch.nn.LogSoftmax(0)
    for x in trials().normal(0, 2, (20, 5)):
        formula = np.eye(5) - softmax64(x)
        np.testing.assert_allclose(jacobian(torch, log_softmax, x), formula, rtol=1e-13, atol=1e-15)
    return {
        "Jacobian of LogSoftmax at (2, 3)": jacobian(
            torch, log_softmax, np.array([2.0, 3.0])
        ).round(4)
    }


@check("A1-C41")
def softmax_of_two_and_three_prints_the_article_s_digits(torch):
    y = torch.nn.Softmax(0)(torch.tensor([2.0, 3.0]))
    # float32: half a unit of the 24th bit each, three roundings
    np.testing.assert_allclose(y.tolist(), [1 / (1 + math.e), math.e / (1 + math.e)], rtol=2e-7)
    return {"softmax of (2, 3)": y}


@check("A1-C42")
def log_softmax_of_two_and_three_prints_the_article_s_digits(torch):
    log_softmax = torch.nn.LogSoftmax(0)
    first, second = log_softmax(torch.tensor([2.0, 3.0], dtype=torch.float64)).tolist()
    assert math.isclose(first, -math.log(1 + math.e), rel_tol=1e-15)
    assert second - first == 1.0
    return {"log-softmax of (2, 3)": log_softmax(torch.tensor([2.0, 3.0]))}


@check("A1-C43")
def the_legacy_program_runs_with_its_missing_import(torch):
    array = np.asarray([2, 3])
    unimported = raised(NameError, lambda: eval("Variable(array)", {"array": array}))
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        x = torch.autograd.Variable(torch.Tensor(array))
        soft, logs = torch.nn.Softmax()(x), torch.nn.LogSoftmax()(x)
    assert "Variable" not in f"{soft} {logs}"
    assert all("dim=X" in str(warning.message) for warning in caught)
    kind = f"{type(soft).__name__}, {tuple(soft.shape)}, {soft.dtype}"
    return {
        "error without the import of Variable": f"NameError: {unimported}",
        "what output1 prints": soft,
        "type, shape and dtype of output1": kind,
        "number of warnings": len(caught),
    }


@check("A1-C44")
def the_axis_left_out_follows_a_hidden_rule(torch):
    taken = []
    for rank in range(5):
        x = torch.tensor(trials().normal(size=(2, 3, 4, 5)[:rank]))
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            implicit = torch.nn.Softmax()(x).tolist()
        assert len(caught) == 1
        explicit = [torch.nn.Softmax(dim)(x).tolist() for dim in range(max(rank, 1))]
        assert explicit.count(implicit) == 1
        taken.append(explicit.index(implicit))
    return {"axis that is taken at ranks 0, 1, 2, 3, 4": ", ".join(map(str, taken))}


@check("A1-C45")
def the_printed_rows_sum_to_one_to_the_digit(torch):
    rows = torch.nn.Softmax(1)(torch.tensor(TYPED))
    sums = [sum(map(Decimal, numbers(str(row)))) for row in rows]
    return {"sums of the printed entries": ", ".join(map(str, sums))}


# Studies: what scripts of the gallery print.


@check("A1-C46", study="a1/plot_train_sigmoid_heads")
def the_labels_decide_between_softmax_and_sigmoid_heads(torch, text):
    (soft,), (heads,) = (
        named(text, f"one label, {name}", ["share of hits"]) for name in ("softmax", "sigmoid")
    )
    assert float(heads) <= float(soft)
    half, lower, both = (line.split()[-1] for line in lines(text, "several labels"))
    assert float(half) == 0 < float(lower) < float(both)
    return {
        "one label, share of hits: softmax, sigmoid heads": f"{soft}, {heads}",
        "two labels, share of pictures with both found: softmax over 0.5, over 0.25, "
        "sigmoid heads": f"{half}, {lower}, {both}",
    }


@check("A1-C47", study="a1/plot_decide_by_logsigmoid")
def logsigmoid_decides_alike_and_learns_otherwise(torch, text):
    alike = [line.split()[-1] for line in lines(text, "trained by ") if "alike" in line]
    assert alike == ["True", "True"]
    rows = [line.split(": ", 1)[1] for line in lines(text, "trained by ") if "loss" in line]
    loss, hits, positive = zip(*(numbers(row) for row in rows), strict=True)
    assert float(hits[1]) < float(hits[0]) and float(loss[1]) < float(loss[0])
    return {
        "share of hits: LogSoftmax, LogSigmoid": ", ".join(hits),
        "loss on test images: LogSoftmax, LogSigmoid": ", ".join(loss),
        "share of positive scores: LogSoftmax, LogSigmoid": ", ".join(positive),
    }
