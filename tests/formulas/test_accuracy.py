"""How accurate the formulas are, against mpmath, over the families that go wrong somewhere.

The limits are the project's promises. The nearest number is off by half a unit at most; what is
added to it leaves room for the digits in which the error itself is computed.
"""

import math
from operator import mul

import mpmath
import numpy as np
import pytest

from evidence import exact
from evidence.families import FAMILIES, pointwise_sample, sample
from evidence.kinds import Elementwise
from evidence.operators import RECORDS

SHAPES = [(5, 10), (1, 80)]
LONG_SHAPES = [(200, 3), (100, 10), (20, 100), (4, 1000), (1, 10_000)]
every_family = pytest.mark.parametrize("family", FAMILIES)
every_dtype = pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])


def draw(shape, dtype, seed):
    """Return a cotangent for each logit and a target for each row."""
    rng = np.random.default_rng(seed)
    return rng.normal(size=shape).astype(dtype), rng.integers(0, shape[1], shape[0])


def measured(name, family, dtype, shape, seed=0, scale=None):
    """Return the errors of one operator, or of its vjp, on one sample of rows.

    `scale` is a function of the same rows that gives the sizes by which errors are measured.
    """
    record = RECORDS[name.removesuffix("_vjp")]
    x = sample(family, shape, dtype, seed)
    g, t = draw(shape, dtype, seed)
    inputs = (x, t) if record.name == "cross_entropy" else (x,)
    with mpmath.workprec(exact.PREC):
        if name == record.name:
            ours = record.formula(*inputs, **record.fixed)
            true = record.exact(*map(exactly, inputs), **record.fixed)
            given = inputs
        else:
            cotangent = np.ones(shape[0], x.dtype) if len(inputs) == 2 else g
            ours = record.vjp(cotangent, *inputs, **record.fixed)
            ours = ours[0] if isinstance(ours, tuple) else ours
            true = record.exact_vjp(exactly(cotangent), *map(exactly, inputs), **record.fixed)
            given = (g, x)
        sizes = scale and [v for row in zip(*given, strict=True) for v in scale(*row)]
        return exact.errors(ours, list(true.ravel()), sizes)


def exactly(array):
    """Return floating numbers exactly and classes as they are."""
    return exact.array(array) if array.dtype.kind == "f" else array


NEAREST = 0.5 + 1e-12


def keeps_its_promise(operator, family, dtype, shapes, seed=0):
    for errors in [measured(operator, family, dtype, shape, seed) for shape in shapes]:
        assert errors.ulp <= NEAREST, errors
        assert errors.correct == 1, errors
        assert errors.flushed == 0, errors


SLICED = ["softmax", "softmin", "log_softmax", "logsumexp", "cross_entropy"]
GRADIENTS = ["softmax_vjp", "softmin_vjp", "log_softmax_vjp", "cross_entropy_vjp"]


@every_dtype
@every_family
@pytest.mark.parametrize("operator", SLICED + GRADIENTS)
def test_every_result_is_the_nearest_number_of_its_dtype(operator, family, dtype):
    keeps_its_promise(operator, family, dtype, SHAPES)


def push(name, tangent, row):
    """Return the exact jvp of a row."""
    p, v = exact.partition(row), exact.mpfs(tangent)
    # Sums have bits enough for the least of the exponentials: it may tell a result from a tie.
    with mpmath.extraprec(int(-1.5 * min(p.d))):
        whole = mpmath.fsum(p.e)

        def mean(numbers):
            return mpmath.fsum(map(mul, p.e, numbers)) / whole  # divided last: a tie stays a tie

        if name == "logsumexp":
            return [mean(v)]
        centred = [mean([b - w for w in v]) for b in v]
        shares = [a / whole for a in p.e]
        return centred if name == "log_softmax" else list(map(mul, shares, centred))


@every_dtype
@every_family
@pytest.mark.parametrize("name", ["softmax", "log_softmax", "logsumexp"])
def test_every_tangent_is_pushed_to_the_nearest_number(name, family, dtype):
    x = sample(family, (5, 10), dtype)
    t, _ = draw(x.shape, dtype, 3)
    with mpmath.workprec(exact.PREC):
        true = [v for row, tangent in zip(x, t, strict=True) for v in push(name, tangent, row)]
        found = exact.errors(RECORDS[name].jvp(t, x, 1), true)
    assert found.correct == 1, found


def elementwise(records):
    """Return, by title, the operators that apply to every entry by itself, and their forms."""
    found = [record.measured for record in records if isinstance(record, Elementwise)]
    return {title: form for forms in found for title, form in forms.items()}


ELEMENTWISE = elementwise(RECORDS.values())
EXACT = {"sigmoid", "logsigmoid", "softplus", "tanh"}  # to the nearest number in float64 too


@every_dtype
@pytest.mark.parametrize("title", ELEMENTWISE)
def test_elementwise_operators_and_slopes_keep_their_promise(title, dtype):
    record, x = ELEMENTWISE[title], pointwise_sample(400, dtype)
    results = {
        "value": record.formula(x, **record.fixed),
        "vjp": record.vjp(np.ones_like(x), x, **record.fixed),
    }
    for role, function in (("value", record.value), ("vjp", record.slope)):
        with mpmath.workprec(exact.PREC):
            true = list(exact.mapped(function, x, **record.fixed))
            sizes = list(exact.mapped(record.terms[role], x)) if role in record.terms else None
            errors = exact.errors(results[role], true, sizes)
        if dtype == "float64" and title not in EXACT:
            assert errors.ulp <= record.promise[role], (role, errors)
        else:
            assert errors.correct == 1, (role, errors)
        assert errors.flushed == 0, (role, errors)


@pytest.mark.parametrize("spread", [0, 30], ids=["alike", "2**30 apart"])
@pytest.mark.parametrize("features", [1, 30, 1000])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_linear_is_accurate_to_its_largest_term(dtype, features, spread):
    rng = np.random.default_rng(3)
    x, w = (
        (rng.normal(size=(6, features)) * 2.0 ** rng.uniform(-spread, 0, features)).astype(dtype)
        for _ in range(2)
    )
    with mpmath.workprec(exact.PREC):
        rows_w = [exact.mpfs(v) for v in w]
        products = [list(map(mul, exact.mpfs(u), v)) for u in x for v in rows_w]
        true = [mpmath.fsum(p) for p in products]
        scale = [max(abs(v), *map(abs, p)) for v, p in zip(true, products, strict=True)]
    assert exact.errors(RECORDS["linear"].formula(x, w), true, scale).ulp <= 1


@pytest.mark.long
@every_dtype
@every_family
@pytest.mark.parametrize("operator", SLICED + GRADIENTS)
def test_the_promise_holds_over_more_samples_and_10_000_classes(operator, family, dtype):
    keeps_its_promise(operator, family, dtype, LONG_SHAPES, seed=1)


@pytest.mark.long
@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("dim", [0, 1])
def test_the_promise_holds_for_a_million_classes_on_either_axis(dim, dtype):
    # float32 logits have exact differences in float64, so fsum's terms are off by one rounding each
    x = sample("N(0, 10)", (2, 10**6), "float32").astype(dtype)
    ours = RECORDS["softmax"].formula(np.ascontiguousarray(np.moveaxis(x, 1, dim)), dim)
    some = np.random.default_rng(0).integers(0, 10**6, 300)
    for row, result in zip(x, np.moveaxis(ours, dim, 1), strict=True):
        d = row.astype(np.float64) - float(row.max())
        s = math.fsum(np.exp(d))
        with mpmath.workprec(exact.PREC):
            true = [mpmath.exp(v) / s for v in exact.mpfs(d[some])]
            errors = exact.errors(result[some], true)
        assert errors.ulp <= 0.500001, errors  # the sum is fsum's
