"""Arrays of more than one chunk: every formula gives what it gives for their parts."""

import tracemalloc

import numpy as np
import pytest

from evidence.kinds import Elementwise, Sliced
from evidence.operators import RECORDS
from refimpl import formulas
from refimpl.formulas._chunks import CHUNK
from refimpl.formulas._cross_entropy import LARGE

DTYPES = [np.float16, np.float32, np.float64]
POINTWISE = [name for name, record in RECORDS.items() if isinstance(record, Elementwise)]
ALONG = [name for name, record in RECORDS.items() if isinstance(record, Sliced)]
every_dtype = pytest.mark.parametrize("dtype", DTYPES, ids=lambda each: each.__name__)
rng = np.random.default_rng(11)


def drawn(*shape, dtype):
    return rng.normal(0, 4, shape).astype(dtype)


def results(formula, x, g, s, **options):
    """Return the value of a formula and all its derivatives, as a flat list."""
    value, pullback = formula.value_and_pullback(x, **options)
    found = [formula(x, **options), value, pullback(g), formula.vjp(g, x, **options)]
    found.append(formula.jvp(s, x, **options))
    found += formula.vjp_vjp(s, g, x, **options)
    return found + list(formula.value_and_vjp(g, x, **options))


def assert_whole_is_its_parts(whole, parts, axis=0):
    for n, together in enumerate(whole):
        apart = np.concatenate([part[n] for part in parts], axis)
        assert together.dtype == apart.dtype
        np.testing.assert_array_equal(together, apart, strict=True)


@every_dtype
@pytest.mark.parametrize("name", POINTWISE)
def test_a_function_of_each_element(name, dtype):
    formula = getattr(formulas, name)
    x, g, s = (drawn(CHUNK + 1000, dtype=dtype) for _ in range(3))
    parts = [
        results(formula, x[cut], g[cut], s[cut]) for cut in (slice(0, CHUNK), slice(CHUNK, None))
    ]
    assert_whole_is_its_parts(results(formula, x, g, s), parts)


@every_dtype
@pytest.mark.parametrize("name", POINTWISE)
def test_a_function_of_each_element_of_a_transposed_matrix(name, dtype):
    formula = getattr(formulas, name)
    x = drawn(400, 400, dtype=dtype).T  # 160,000 elements, column by column
    np.testing.assert_array_equal(formula(x), formula(np.ascontiguousarray(x)), strict=True)


def along(formula, x, g, s, dim):
    kept = formula(x, dim).shape == x.shape
    return results(formula, x, g if kept else g.take(0, dim), s, dim=dim)


@every_dtype
@pytest.mark.parametrize("name", ALONG)
@pytest.mark.parametrize(("rows", "classes"), [(30_000, 10), (1500, 200)])
def test_a_function_along_rows(name, rows, classes, dtype):
    formula = getattr(formulas, name)
    x, g, s = (drawn(rows, classes, dtype=dtype) for _ in range(3))
    cuts = [slice(i, i + rows // 3) for i in range(0, rows, rows // 3)]
    parts = [along(formula, x[cut], g[cut], s[cut], 1) for cut in cuts]
    assert_whole_is_its_parts(along(formula, x, g, s, 1), parts)


@every_dtype
@pytest.mark.parametrize("name", ALONG)
def test_a_function_along_columns(name, dtype):
    formula = getattr(formulas, name)
    x, g, s = (drawn(100, 3000, dtype=dtype) for _ in range(3))
    cuts = [np.s_[:, i : i + 1000] for i in range(0, 3000, 1000)]
    parts = [along(formula, x[cut], g[cut], s[cut], 0) for cut in cuts]
    whole = along(formula, x, g, s, 0)
    assert_whole_is_its_parts(whole, parts, axis=-1)


def of_classes(formula, x, target, g, **options):
    """Return the losses of samples and the gradients of their logits."""
    options["reduction"] = "none"
    loss, pullback = formula.value_and_pullback(x, target, **options)
    firsts = [pullback(g), formula.vjp(g, x, target, **options)]
    seconds = formula.value_and_vjp(g, x, target, **options)
    gradients = [each[0] if isinstance(each, tuple) else each for each in firsts]
    return [formula(x, target, **options), loss, *gradients, *seconds[:2]]


TARGETS = {
    "classes": lambda rows, dtype: rng.integers(0, 10, rows),
    "ignored classes": lambda rows, dtype: np.where(
        rng.integers(0, 2, rows), rng.integers(0, 10, rows), -100
    ),
    "probabilities": lambda rows, dtype: rng.dirichlet(np.ones(10), rows).astype(dtype),
}


@every_dtype
@pytest.mark.parametrize("kind", TARGETS)
@pytest.mark.parametrize("smoothing", [0.0, 0.1])
def test_cross_entropy_of_many_rows(kind, smoothing, dtype):
    rows = 30_000
    x, g = drawn(rows, 10, dtype=dtype), drawn(rows, dtype=dtype)
    target = TARGETS[kind](rows, dtype)
    formula, options = formulas.cross_entropy, {"label_smoothing": smoothing}
    parts = [
        of_classes(formula, x[cut], target[cut], g[cut], **options)
        for cut in (slice(0, 10_000), slice(10_000, 20_000), slice(20_000, None))
    ]
    assert_whole_is_its_parts(of_classes(formula, x, target, g, **options), parts)


@every_dtype
@pytest.mark.parametrize("kind", ["classes", "ignored classes"])
def test_nll_loss_of_many_rows(kind, dtype):
    rows = 30_000
    x, g = drawn(rows, 10, dtype=dtype), drawn(rows, dtype=dtype)
    target = TARGETS[kind](rows, dtype)
    parts = [
        of_classes(formulas.nll_loss, x[cut], target[cut], g[cut])
        for cut in (slice(0, 10_000), slice(10_000, None))
    ]
    assert_whole_is_its_parts(of_classes(formulas.nll_loss, x, target, g), parts)


@every_dtype
@pytest.mark.parametrize(
    "name", ["mse_loss", "binary_cross_entropy", "binary_cross_entropy_with_logits", "kl_div"]
)
def test_a_loss_of_many_pairs(name, dtype):
    formula, n = getattr(formulas, name), CHUNK + 1000
    x, target = (rng.uniform(0.05, 0.95, n).astype(dtype) for _ in range(2))
    g = drawn(n, dtype=dtype)

    def found(cut):
        arguments = x[cut], target[cut]
        value, pullback = formula.value_and_pullback(*arguments, reduction="none")
        vjp = formula.vjp(g[cut], *arguments, reduction="none")
        return [formula(*arguments, reduction="none"), value, *pullback(g[cut]), *vjp]

    parts = [found(slice(0, CHUNK)), found(slice(CHUNK, None))]
    assert_whole_is_its_parts(found(slice(None)), parts)


@every_dtype
def test_a_mean_over_many_rows_is_rounded_once(dtype):
    """One rounding of the exact mean: its error in float64 is too small to be seen."""
    x, target = drawn(30_000, 10, dtype=dtype), rng.integers(0, 10, 30_000)
    exact = formulas.cross_entropy(x.astype(np.float64), target)
    found = formulas.cross_entropy(x, target)
    assert found.dtype == dtype
    # float64 itself sums in an order that the chunks do not change
    assert found == exact.astype(dtype)


@every_dtype
@pytest.mark.parametrize("shape", [(1, 300, 600), (1, 1200, 1000), (1200, 1000), (30_000, 10)])
@pytest.mark.parametrize("reduction", ["none", "mean"])
def test_a_pullback_of_cross_entropy_can_be_called_again(shape, reduction, dtype):
    x = drawn(*shape, dtype=dtype)
    target = rng.integers(0, shape[1], np.delete(shape, 1))
    loss, pullback = formulas.cross_entropy.value_and_pullback(x, target, reduction=reduction)
    g = drawn(*loss.shape, dtype=dtype)
    wanted = formulas.cross_entropy.vjp(g, x, target, reduction=reduction)[0]
    for _ in range(2):
        np.testing.assert_array_equal(pullback(g)[0], wanted, strict=True)


@every_dtype
@pytest.mark.parametrize("dim", [0, 1])
@pytest.mark.parametrize("name", ALONG)
def test_a_pullback_along_an_axis_can_be_called_again(name, dim, dtype):
    formula, x = getattr(formulas, name), drawn(400, 500, dtype=dtype)
    value, pullback = formula.value_and_pullback(x, dim)
    g = drawn(*value.shape, dtype=dtype)
    for _ in range(2):
        np.testing.assert_array_equal(pullback(g), formula.vjp(g, x, dim), strict=True)


@pytest.mark.parametrize("dtype", [np.float16, np.float32])
def test_of_many_logits_the_tape_keeps_little(dtype):
    x = drawn(1 + LARGE // 1000, 1000, dtype=dtype)
    target = rng.integers(0, 1000, len(x))
    formulas.cross_entropy(x, target)
    tracemalloc.start()
    kept = formulas.cross_entropy.value_and_pullback(x, target)
    held = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    assert kept[0].shape == ()
    assert held < x.nbytes / 20  # a few numbers for each of the rows of 1000
