"""Checks of A2, the functional forms softmax and log_softmax."""

import functools
import inspect
import math

import numpy as np

from evidence.articles.programs import (
    a2_prints,
    as_printed,
    jacobian,
    leaf,
    raised,
    softmax64,
    trials,
)
from evidence.articles.registry import check

FAR_APART = [0.0, -110.0]  # exp(-110) is below the smallest float32


@check("A2-C01")
def class_probabilities_of_an_item_total_one(torch):
    scores = torch.tensor(trials().normal(0, 5, (100, 10)))
    probs = torch.nn.functional.softmax(scores, dim=1).numpy()
    assert (probs > 0).all()
    np.testing.assert_allclose(probs.sum(axis=1), 1, rtol=1e-14)  # ten roundings of 1e-16


@check("A2-C02")
def every_axis_is_normalised_also_counted_from_the_end(torch):
    array = trials().normal(size=(2, 3, 4, 5))
    normalised = []
    for dim in range(-4, 4):
        probs = torch.nn.functional.softmax(torch.tensor(array), dim=dim).numpy()
        np.testing.assert_allclose(probs, softmax64(array, axis=dim), rtol=1e-14)
        if np.allclose(probs.sum(axis=dim), 1, rtol=1e-14):
            normalised.append(dim)
    return {"axes of a tensor of rank 4 whose slices total one": normalised}


@check("A2-C03")
def the_most_probable_class_is_that_of_the_largest_score(torch):
    scores = torch.tensor(trials().normal(size=(1000, 7)))
    probs = torch.nn.functional.softmax(scores, dim=1)
    assert probs.argmax(dim=1).tolist() == scores.argmax(dim=1).tolist()


@check("A2-C04")
def axis_1_normalises_rows_and_axis_0_columns(torch):
    matrix = torch.tensor(trials().normal(size=(4, 3)))
    by_rows = torch.nn.functional.softmax(matrix, dim=1).numpy()
    by_columns = torch.nn.functional.softmax(matrix, dim=0).numpy()
    np.testing.assert_allclose(by_rows.sum(axis=1), 1, rtol=1e-15)
    np.testing.assert_allclose(by_columns.sum(axis=0), 1, rtol=1e-15)
    assert not np.allclose(by_rows.sum(axis=0), 1)
    assert not np.allclose(by_columns.sum(axis=1), 1)


@check("A2-C05")
def the_first_parameter_is_input_and_there_is_dtype(torch):
    functional, x = torch.nn.functional, torch.tensor([1.0, 2.0])
    raised(TypeError, lambda: functional.softmax(x=x, dim=0))
    raised(TypeError, lambda: functional.log_softmax(x=x, dim=0))
    assert functional.log_softmax(input=x, dim=0, dtype=torch.float64).dtype == torch.float64
    return {
        "parameters of softmax": ", ".join(inspect.signature(functional.softmax).parameters),
        "result type with dtype=torch.float64": functional.softmax(
            input=x, dim=0, dtype=torch.float64
        ).dtype,
    }


@check("A2-C06")
def rows_of_a_batch_do_not_influence_one_another(torch):
    batch = torch.tensor(trials().normal(size=(20, 5)))
    together = torch.nn.functional.softmax(batch, dim=1).tolist()
    alone = [torch.nn.functional.softmax(row, dim=0).tolist() for row in batch]
    np.testing.assert_allclose(together, alone, rtol=1e-15)  # one ULP: other vector lanes


@check("A2-C08")
def log_softmax_is_the_logarithm_of_softmax(torch):
    x = torch.tensor(trials().uniform(-10, 10, (1000, 6)), dtype=torch.float32)
    two_steps = torch.log(torch.nn.functional.softmax(x, dim=1)).numpy()
    fused = torch.nn.functional.log_softmax(x, dim=1).numpy()
    # Softmax carries a relative rounding of some 1e-7, values reach 20 where one ULP is 2e-6.
    np.testing.assert_allclose(two_steps, fused, rtol=2e-7, atol=1e-6)


@check("A2-C09")
def the_fused_function_survives_where_two_steps_do_not(torch):
    x = leaf(torch, FAR_APART, torch.float32)
    fused = torch.nn.functional.log_softmax(x, dim=0)
    y = leaf(torch, FAR_APART, torch.float32)
    two_steps = torch.log(torch.nn.functional.softmax(y, dim=0))
    return {
        "log_softmax of (0, -110)": fused.detach(),
        "gradient of the second entry of log_softmax": torch.autograd.grad(fused[1], x)[0],
        "second entry by log after softmax": two_steps[1].item(),
        "gradient of the second entry by log after softmax": torch.autograd.grad(two_steps[1], y)[
            0
        ],
    }


@check("A2-C10")
def the_log_of_a_product_of_probabilities_is_a_sum(torch):
    x = torch.tensor(trials().normal(size=(8, 4)))
    product = math.prod(torch.nn.functional.softmax(x, dim=1).numpy()[:, 0].tolist())
    total = torch.nn.functional.log_softmax(x, dim=1).numpy()[:, 0].sum()
    assert math.isclose(math.log(product), total, rel_tol=1e-13)  # some twenty roundings


@check("A2-C11")
def products_underflow_and_the_gradient_is_identity_minus_probabilities(torch):
    half = torch.tensor(0.5)
    product = functools.reduce(torch.mul, [half] * 2000)
    log_halves = torch.log(torch.tensor([0.5] * 2000, dtype=torch.float64))
    point = trials().normal(size=4)
    slope = jacobian(torch, lambda x: torch.nn.functional.log_softmax(x, dim=0), point)
    np.testing.assert_allclose(slope, np.eye(4) - softmax64(point), atol=1e-15)
    overflowing = torch.tensor([1000.0, 0.0])
    assert torch.exp(overflowing)[0].item() == math.inf
    assert torch.nn.functional.softmax(overflowing, dim=0).tolist() == [1.0, 0.0]
    return {
        "product of 2000 halves in float32": product,
        "sum of their logarithms in float64": f"{log_halves.sum().item():.4f}",
    }


@check("A2-C12")
def softmax_is_never_formed_on_either_axis(torch):
    functional = torch.nn.functional
    row = torch.tensor([FAR_APART])
    for dim, x in [(1, row), (0, row.reshape(2, 1))]:
        assert functional.log_softmax(x, dim=dim).reshape(2).tolist() == FAR_APART
        two_steps = torch.log(functional.softmax(x, dim=dim))
        assert two_steps.reshape(2).tolist() == [0.0, -math.inf]


@check("A2-C13")
def both_functions_have_the_same_parameters(torch):
    functional = torch.nn.functional
    softmax, log_softmax = map(inspect.signature, (functional.softmax, functional.log_softmax))
    assert softmax.parameters == log_softmax.parameters


@check("A2-C14")
def any_rank_is_accepted_if_the_axis_exists(torch):
    softmax = torch.nn.functional.softmax
    assert softmax(torch.tensor(3.0), dim=0).item() == 1
    assert softmax(torch.zeros(4), dim=0).tolist() == [0.25] * 4
    assert softmax(torch.zeros(2, 4, 3), dim=1).tolist() == np.full((2, 4, 3), 0.25).tolist()
    error = raised(IndexError, lambda: softmax(torch.zeros(4), dim=1))
    return {"error of dim=1 on a vector": f"IndexError: {error}"}


@check("A2-C15")
def the_program_runs_and_keeps_shape_and_type(torch):
    functional = torch.nn.functional
    torch.manual_seed(0)
    logits = torch.rand(2, 2)
    for tensor in (
        logits,
        functional.softmax(logits, dim=1),
        functional.log_softmax(logits, dim=1),
    ):
        assert tuple(tensor.shape) == (2, 2)
        assert tensor.dtype == torch.float32
        assert str(tensor).startswith("tensor([[")


@check("A2-C16")
def printed_rows_add_to_one_except_at_rounding_ties(torch):
    _, probs, _ = a2_prints(torch)
    row_sums = np.rint(as_printed(probs) * 1e4).sum(axis=2)  # in units of the last digit
    assert np.abs(row_sums - 10000).max() <= 1
    return {"seeds with an exceptional row": np.nonzero(row_sums != 10000)[0].tolist()}


@check("A2-C17")
def no_entry_leaves_the_bounds_of_two_logits_one_apart(torch):
    _, probs, log_probs = a2_prints(torch)
    limits = torch.tensor([0.0, 1.0])
    least, most = 1 / (1 + math.e), math.e / (1 + math.e)
    assert least < probs.min() and probs.max() < most
    assert math.log(least) < log_probs.min() and log_probs.max() < math.log(most)
    return {
        "softmax at the limits (0, 1)": torch.nn.functional.softmax(limits, dim=0),
        "log_softmax at the limits (0, 1)": torch.nn.functional.log_softmax(limits, dim=0),
    }


@check("A2-C18")
def the_third_print_is_the_logarithm_of_the_second(torch):
    _, probs, log_probs = map(as_printed, a2_prints(torch))
    bound = 5e-5 / 0.2689 + 5e-5  # the smallest entry has the steepest logarithm
    assert bound < 2.4e-4
    assert np.abs(np.log(probs) - log_probs).max() < bound


@check("A2-C19")
def row_differences_of_log_softmax_are_those_of_the_logits(torch):
    logits, _, log_probs = map(as_printed, a2_prints(torch))
    gap = np.diff(logits, axis=2) - np.diff(log_probs, axis=2)
    assert np.abs(gap).max() <= 2e-4 + 1e-12  # four roundings of 5e-5, then float64's own


@check("A2-C20")
def two_class_softmax_is_a_sigmoid(torch):
    logits, probs, _ = map(as_printed, a2_prints(torch))
    difference = torch.tensor(logits[:, :, 0] - logits[:, :, 1])
    gap = torch.sigmoid(difference).numpy() - probs[:, :, 0]
    assert np.abs(gap).max() <= 7.5e-5  # 5e-5 of the print, a quarter of 1e-4 of the logits


@check("A2-C21")
def logits_minus_log_softmax_is_the_log_sum_exp_of_the_row(torch):
    logits, _, log_probs = a2_prints(torch)
    lse = logits - log_probs
    np.testing.assert_allclose(lse[:, :, 0], lse[:, :, 1], rtol=0, atol=4e-7)  # float32 results
    np.testing.assert_allclose(lse[:, :, 0], np.log(np.exp(logits).sum(axis=2)), atol=4e-7)
    assert math.log(2) < lse.min() and lse.max() < 1 + math.log(2)
    limits = torch.tensor([[0.0, 0.0], [1.0, 1.0]])
    return {"log-sum-exp of (0, 0) and of (1, 1)": torch.logsumexp(limits, dim=1)}


@check("A2-C22")
def all_three_tensors_have_the_same_order_in_each_row(torch):
    orders = [tensor.argmax(axis=2) for tensor in a2_prints(torch)]
    np.testing.assert_array_equal(orders[0], orders[1])
    np.testing.assert_array_equal(orders[0], orders[2])
