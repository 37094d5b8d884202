"""Every operator has every property: the records of evidence/operators, crossed with the claims.

The exact value of an operator, evaluated by mpmath at 400 bits, is the only description the
mathematics needs: differences of it with a step of 2**-100 give every derivative to 200 bits.
torch gives its own values, gradients, special cases and error texts, read in this run.
"""

import contextlib
import inspect
import sys
from functools import partial

import mpmath
import numpy as np
import pytest

from evidence import exact
from evidence.kinds import Elementwise
from evidence.operators import RECORDS
from evidence.record import to_torch
from evidence.versions import class_of
from refimpl import formulas
from refimpl.errors import advice_of
from tests.conftest import needs_torch

with contextlib.suppress(ModuleNotFoundError):
    import torch

# mse_loss's, where the shapes differ; tests/formulas/test_losses.py expects it
pytestmark = pytest.mark.filterwarnings("ignore:Using a target size:UserWarning")

STEP = mpmath.ldexp(1, -100)
OPERATORS = list(RECORDS.values())


def cases(records, part="samples"):
    """Return operator, inputs and options of each call in a part of the records."""
    return [
        pytest.param(record, *each, id=f"{record.name}-{n}")
        for record in records
        for n, each in enumerate(getattr(record, part))
    ]


def elementwise(records):
    """Return the samples of the operators that apply to every entry by itself."""
    return cases([record for record in records if isinstance(record, Elementwise)])


arguments = ("operator", "inputs", "options")
every_case = pytest.mark.parametrize(arguments, cases(OPERATORS))
every_special_case = pytest.mark.parametrize(arguments, cases(OPERATORS, "special"))


# --- how one operator is called -------------------------------------------------------------------


def floating(inputs):
    return [i for i, a in enumerate(inputs) if a.dtype.kind == "f"]


def directions(inputs, seed):
    """Return one direction per input, None beside classes."""
    rng = np.random.default_rng(seed)
    return [rng.normal(size=a.shape) if a.dtype.kind == "f" else None for a in inputs]


def packed(operator, tangents):
    if operator.inputs == 1:
        return tangents[0]
    return (*tangents, *[None] * (operator.inputs - len(tangents)))  # linear without its bias


def vjp(operator, cotangent, inputs, options):
    result = operator.vjp(cotangent, *inputs, **options)
    return [result] if operator.inputs == 1 else list(result)


def cotangent_of(operator, inputs, options):
    shape = operator.formula(*inputs, **options).shape
    return np.asarray(np.random.default_rng(7).normal(size=shape))


def moved(inputs, tangents, step):
    """Return the inputs as mpmath numbers, the floating ones moved along their tangents."""
    return [
        a if t is None else exact.array(a) + step * exact.array(t)
        for a, t in zip(inputs, tangents, strict=True)
    ]


def exact_jvp(operator, inputs, options, tangents):
    ahead, behind = (operator.exact(*moved(inputs, tangents, s), **options) for s in (STEP, -STEP))
    return (ahead - behind) / (2 * STEP)


def pairing(a, b):
    """Return the sum of the products, in mpmath."""
    return mpmath.fsum(
        u * v for u, v in zip(np.ravel(exact.array(a)), np.ravel(exact.array(b)), strict=True)
    )


def close(ours, true, scale=1.0):
    """A dozen roundings of float64 in results and terms of size `scale`."""
    true = np.asarray(true, dtype=np.float64)
    np.testing.assert_allclose(ours, true, rtol=1e-13, atol=2e-14 * scale)


# --- the mathematics ------------------------------------------------------------------------------


@every_case
def test_the_value_is_the_textbook_formula(operator, inputs, options):
    with mpmath.workprec(exact.FINE):
        true = operator.exact(*moved(inputs, directions(inputs, 0), 0), **options)
        close(operator.formula(*inputs, **options), true)


@every_case
def test_a_pushed_tangent_is_the_derivative_along_it(operator, inputs, options):
    tangents = directions(inputs, 1)
    with mpmath.workprec(exact.FINE):
        true = exact_jvp(operator, inputs, options, tangents)
        close(operator.jvp(packed(operator, tangents), *inputs, **options), true, 50)


@every_case
def test_a_pulled_cotangent_pairs_with_every_direction(operator, inputs, options):
    g = cotangent_of(operator, inputs, options)
    pulled = vjp(operator, g, inputs, options)
    with mpmath.workprec(exact.FINE):
        for i in floating(inputs):
            for place in np.ndindex(inputs[i].shape):
                unit = [None if a.dtype.kind != "f" else np.zeros(a.shape) for a in inputs]
                unit[i][place] = 1
                true = pairing(g, exact_jvp(operator, inputs, options, unit))
                close(pulled[i][place], true, 50)


@every_case
def test_the_second_vjp_is_the_derivative_of_the_first(operator, inputs, options):
    # <s, vjp(g, x)> = <g, Df(x) s>, so its derivative by g is Df(x) s, and by x along d the second
    # derivative of f along s and d.
    g, s = cotangent_of(operator, inputs, options), directions(inputs, 2)
    by_g, *by_inputs = operator.vjp_vjp(packed(operator, s), g, *inputs, **options)
    with mpmath.workprec(exact.FINE):
        close(by_g, exact_jvp(operator, inputs, options, s), 50)
        for seed in (3, 4):
            d = directions(inputs, seed)
            shifted = [
                [
                    None if a is None else exact.array(a) + sign * exact.array(b)
                    for a, b in zip(s, d, strict=True)
                ]
                for sign in (1, -1)
            ]
            # f'' along s and d, from its values along s + d and s - d
            plus, minus = (second(operator, inputs, options, v) for v in shifted)
            true = pairing(g, (plus - minus) / 4)
            ours = mpmath.fsum(pairing(by_inputs[i], d[i]) for i in floating(inputs))
            close(float(ours), true, 1000)


def second(operator, inputs, options, direction):
    """Return the second derivative of the textbook formula along one direction."""
    f = [operator.exact(*moved(inputs, direction, s), **options) for s in (STEP, 0, -STEP)]
    return (f[0] - 2 * f[1] + f[2]) / (STEP * STEP)


def differences(function, x, options):
    """Return the exact derivative of a function of numbers, entry by entry."""
    ahead, behind = (
        exact.mapped(function, exact.array(x) + step, **options) for step in (STEP, -STEP)
    )
    return (ahead - behind) / (2 * STEP)


@pytest.mark.parametrize(arguments, elementwise(OPERATORS))
def test_a_recorded_slope_and_bend_are_the_derivatives_of_the_value(operator, inputs, options):
    (x,) = inputs
    with mpmath.workprec(exact.FINE):
        for function, derivative in (
            (operator.value, operator.slope),
            (operator.slope, operator.bend),
        ):
            true = np.asarray(differences(function, x, options), float)
            recorded = exact.mapped(derivative, x, **options).astype(float)
            # the differences are exact to 200 bits; both are rounded to float64 once
            np.testing.assert_allclose(recorded, true, rtol=3e-16, atol=1e-50)


@pytest.mark.parametrize(arguments, elementwise(OPERATORS))
def test_an_elementwise_second_vjp_multiplies_by_the_bend(operator, inputs, options):
    (x,) = inputs
    by_g, by_x = operator.vjp_vjp(np.ones(x.shape), np.ones(x.shape), x, **options)
    with mpmath.workprec(exact.FINE):
        close(by_g, exact.mapped(operator.slope, x, **options))
        close(by_x, exact.mapped(operator.bend, x, **options))


@every_case
@pytest.mark.parametrize("dtype", [np.float16, np.float32])
def test_narrow_results_keep_the_dtype_and_are_rounded_once(operator, inputs, options, dtype):
    narrow = [a.astype(dtype) if a.dtype.kind == "f" else a for a in inputs]
    options = {k: v.astype(dtype) if isinstance(v, np.ndarray) else v for k, v in options.items()}
    wide = {k: v.astype(float) if isinstance(v, np.ndarray) else v for k, v in options.items()}
    result = operator.formula(*narrow, **options)
    with mpmath.workprec(exact.FINE):
        true = operator.exact(*moved(narrow, directions(narrow, 0), 0), **wide)
    assert type(result) is np.ndarray
    assert result.dtype == dtype
    np.testing.assert_array_equal(result, np.asarray(true, np.float64).astype(dtype))
    pulled = vjp(operator, result, narrow, options)
    assert [pulled[i].dtype for i in floating(inputs)] == [dtype] * len(floating(inputs))
    assert [pulled[i].shape for i in floating(inputs)] == [
        inputs[i].shape for i in floating(inputs)
    ]


@every_case
def test_memory_order_does_not_matter(operator, inputs, options):
    fortran = [np.asfortranarray(a) for a in inputs]
    np.testing.assert_array_equal(
        operator.formula(*fortran, **options), operator.formula(*inputs, **options)
    )


@every_case
def test_nothing_is_written_into_the_inputs(operator, inputs, options):
    frozen = [a.copy() for a in inputs]
    for a in frozen:
        a.flags.writeable = False
    g = cotangent_of(operator, frozen, options)
    g.flags.writeable = False
    vjp(operator, g, frozen, options)
    operator.vjp_vjp(packed(operator, directions(frozen, 5)), g, *frozen, **options)


# --- torch ----------------------------------------------------------------------------------------


def tensors(inputs, grad=False):
    return [torch.tensor(a, requires_grad=grad and a.dtype.kind == "f") for a in inputs]


def torch_gradients(operator, inputs, options, g):
    """Return torch's value, gradients and second gradients along seeded directions."""
    x = tensors(inputs, grad=True)
    y = operator.on_torch(*x, **options)
    leaves = [a for a in x if a.requires_grad]
    cotangent = torch.tensor(g, requires_grad=True)
    first = torch.autograd.grad(y, leaves, cotangent, create_graph=True, materialize_grads=True)
    s = [torch.tensor(d) for d in directions(inputs, 2) if d is not None]
    second = torch.autograd.grad(
        [a for a in first if a.requires_grad],
        [cotangent, *leaves],
        [d for a, d in zip(first, s, strict=True) if a.requires_grad],
        materialize_grads=True,
    )
    # force: torch has a tensor of zeros that holds no numbers
    return y.detach(), [a.detach() for a in first], [a.numpy(force=True) for a in second]


@needs_torch
@every_case
def test_torch_has_the_same_value_gradient_and_second_gradient(operator, inputs, options):
    g = cotangent_of(operator, inputs, options)
    value, first, second = torch_gradients(operator, inputs, options, g)
    same = partial(np.testing.assert_allclose, rtol=1e-9, atol=1e-11)  # torch's own roundings
    same(operator.formula(*inputs, **options), value)
    ours = vjp(operator, g, inputs, options)
    for i, theirs in zip(floating(inputs), first, strict=True):
        same(ours[i], theirs)
    by_g, *by_inputs = operator.vjp_vjp(
        packed(operator, directions(inputs, 2)), g, *inputs, **options
    )
    same(by_g, second[0])
    for i, theirs in zip(floating(inputs), second[1:], strict=True):
        same(by_inputs[i], theirs)


@needs_torch
@every_special_case
def test_inf_and_nan_are_where_torch_has_them(operator, inputs, options):
    x = tensors(inputs, grad=True)
    y = operator.on_torch(*x, **options)
    ours = operator.formula(*inputs, **options)
    # torch's bound in binary_cross_entropy is the float32 nearest to 1e-12
    same = partial(np.testing.assert_allclose, rtol=1e-8, atol=1e-300)
    same(ours, y.detach())
    leaves = [a for a in x if a.requires_grad]
    first = torch.autograd.grad(y, leaves, torch.ones_like(y))
    pulled = vjp(operator, np.ones(ours.shape), inputs, options)
    for i, theirs in zip(floating(inputs), first, strict=True):
        same(pulled[i], theirs)


# --- refusals -------------------------------------------------------------------------------------


def refusals(records):
    """Return every refusal of the records, after its operator."""
    return [
        pytest.param(record, *each, id=f"{record.name}: {each.text[:50]}")
        for record in records
        for each in record.refusals
    ]


every_refusal = pytest.mark.parametrize(
    ("operator", "inputs", "options", "kind", "text", "torch_does"), refusals(OPERATORS)
)


@every_refusal
def test_bad_input_is_refused_in_these_words_with_advice(
    operator, inputs, options, kind, text, torch_does
):
    with pytest.raises(kind) as caught:
        operator.formula(*inputs, **options)
    assert type(caught.value) is kind
    assert str(caught.value) == text
    assert [note.partition(":")[0] for note in advice_of(caught.value)] == [operator.name]


@needs_torch
@every_refusal
def test_torch_refuses_it_too_or_the_record_says_how_it_differs(
    operator, inputs, options, kind, text, torch_does
):
    given = list(map(to_torch, inputs))
    try:
        operator.on_torch(*given, **options)
    except Exception as error:  # whatever torch raises is what is compared
        if class_of(error, sys.modules["torch"]) != kind.__name__:
            found = "another type"
        elif str(error).strip() == text:
            found = "the same"
        else:
            found = "other words"
    else:
        found = "accepts"
    assert found == torch_does


PULLED = [(o, *o.samples[0]) for o in OPERATORS]
every_operator = pytest.mark.parametrize(
    ("operator", "inputs", "options"), PULLED, ids=[o.name for o in OPERATORS]
)


@every_operator
def test_a_cotangent_of_another_shape_is_refused(operator, inputs, options):
    g = cotangent_of(operator, inputs, options)
    with pytest.raises(RuntimeError, match="Mismatch in shape: grad_output"):
        operator.vjp(g[..., None], *inputs, **options)


@every_operator
def test_a_tangent_of_another_shape_is_refused(operator, inputs, options):
    tangents = [None if d is None else d[..., None] for d in directions(inputs, 0)]
    with pytest.raises(RuntimeError, match="Mismatch in shape: the tangent"):
        operator.jvp(packed(operator, tangents), *inputs, **options)


@every_operator
def test_a_cotangent_of_integers_is_refused(operator, inputs, options):
    g = np.ones(operator.formula(*inputs, **options).shape, np.int64)
    with pytest.raises(NotImplementedError, match="not implemented for 'Long'"):
        operator.vjp(g, *inputs, **options)


def test_every_public_formula_has_a_record():
    optimizers = {"sgd", "check_sgd_settings", "adam", "check_adam_settings"}
    others = optimizers | {"softmax_jacobian", "Formula"}  # with tests of their own
    assert set(formulas.__all__) == {o.name for o in OPERATORS} | others


@pytest.mark.parametrize("name", [*(o.name for o in OPERATORS), "sgd", "softmax_jacobian"])
def test_a_formula_has_its_formula_its_sections_and_an_example(name):
    text = inspect.getdoc(getattr(formulas, name))
    assert ".. math::" in text
    assert ">>> from refimpl.formulas import" in text
    sections = ["Parameters", "Returns", "Raises", "Notes", "References", "Examples"]
    places = [text.find(f"\n{s}\n---") for s in sections]
    assert -1 not in places
    assert sorted(places) == places


@pytest.mark.parametrize("role", ["vjp", "jvp", "vjp_vjp"])
@pytest.mark.parametrize("operator", OPERATORS, ids=lambda o: o.name)
def test_a_role_has_its_formula_and_an_example(operator, role):
    text = inspect.getdoc(getattr(operator, role))
    assert ".. math::" in text
    lines = (operator.formula.__doc__ + text).splitlines()
    assert any(">>> " in line and f"{operator.name}.{role}(" in line for line in lines)


@every_case
def test_a_pullback_gives_the_gradients_of_the_vjp_and_may_be_called_twice(
    operator, inputs, options
):
    g = cotangent_of(operator, inputs, options)
    value, pullback = operator.formula.value_and_pullback(*inputs, **options)
    np.testing.assert_array_equal(value, operator.formula(*inputs, **options), strict=True)
    for pulled in (pullback(g), pullback(g)):
        pulled = [pulled] if operator.inputs == 1 else pulled
        for ours, theirs in zip(pulled, vjp(operator, g, inputs, options), strict=True):
            np.testing.assert_array_equal(ours, theirs, strict=True)


@every_case
def test_value_and_vjp_are_the_value_and_the_vjp(operator, inputs, options):
    g = cotangent_of(operator, inputs, options)
    value, *pulled = operator.formula.value_and_vjp(g, *inputs, **options)
    np.testing.assert_array_equal(value, operator.formula(*inputs, **options), strict=True)
    for ours, theirs in zip(pulled, vjp(operator, g, inputs, options), strict=True):
        np.testing.assert_array_equal(ours, theirs, strict=True)
