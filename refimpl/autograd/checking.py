"""Gradients compared with differences: what a hand-written derivative is tested with."""

import warnings

import numpy as np

from refimpl.autograd.gradients import grad
from refimpl.errors import failure, silent, unsupported
from refimpl.tape.comparing import allclose
from refimpl.tape.extremes import amax
from refimpl.tape.record import Operator
from refimpl.tape.tensor import Tensor, wrap

NONDETERMINISTIC = """

NOTE: If your op relies on non-deterministic operations i.e., it is listed here:
https://pytorch.org/docs/stable/generated/torch.use_deterministic_algorithms.html
this failure might be expected.

If you are adding a new operator, please file an issue and then use one of the
workarounds. The workaround depends on how your test invokes gradcheck/gradgradcheck.
If the test
- manually invokes gradcheck/gradgradcheck, then call gradcheck/gradgradcheck
  with `nondet_tol=<tol>` as a keyword argument.
- is OpInfo-based (e.g., in test_ops_gradients.py), then modify the OpInfo for the test
  to have `gradcheck_nondet_tol=<tol>`.
- is a Module test (e.g., in common_nn.py), then modify the corresponding
  module_test entry to have `gradcheck_nondet_tol=<tol>`
"""
NEW_FEATURE = (
    "Backwards compatibility: New undefined gradient support checking feature is enabled by "
    "default, but it may break existing callers of this function. If this is true for you, you can "
    'call this function with "check_undefined_grad=False" to disable the feature'
)
NOTES = (
    'Please look at "Notes about undefined output gradients" in "tools/autograd/derivatives.yaml"'
)


class GradcheckError(RuntimeError):
    """A gradient differs from the differences.

    Examples
    --------
    >>> import refimpl as torch
    >>> from refimpl.autograd.checking import GradcheckError
    >>> x = torch.ones(1, dtype=torch.float64, requires_grad=True)
    >>> try:
    ...     torch.autograd.gradcheck(lambda x: x.detach() * x, x)
    ... except GradcheckError as error:
    ...     print(str(error).splitlines()[0])
    Jacobian mismatch for output 0 with respect to input 0,
    """


def gradcheck(
    func,
    inputs,
    *,
    eps=1e-6,
    atol=1e-5,
    rtol=1e-3,
    raise_exception=True,
    nondet_tol=0.0,
    check_undefined_grad=True,
    check_grad_dtypes=False,
    check_batched_grad=False,
    check_batched_forward_grad=False,
    check_forward_ad=False,
    check_backward_ad=True,
    fast_mode=False,
    masked=None,
):
    r"""Compare the gradients of a function with differences of its values.

    .. math:: \frac{\partial f_j}{\partial x_i} \approx
              \frac{f_j(x + \epsilon e_i) - f_j(x - \epsilon e_i)}{2\epsilon}

    Parameters
    ----------
    func : callable
        Of the inputs, to a tensor or a tuple of tensors.
    inputs : Tensor of any shape, or sequence of Tensor
        Those that require a gradient are checked; they should be float64.
    eps : float
        How far a value is moved to either side.
    atol, rtol : float
        How much may differ, absolutely and relative to the gradient.
    raise_exception : bool
        Raise where something differs; else return False.
    nondet_tol : float
        How much two runs of the same way back may differ.
    check_undefined_grad : bool
        Check that no gradient of an output is taken for zeros.
    check_grad_dtypes : bool
        It is accepted: a gradient has the dtype of its tensor in any case.
    check_batched_grad, check_batched_forward_grad, check_forward_ad : bool
        Derivatives of batches and forwards lie outside the subset.
    check_backward_ad : bool
        True: the way back is all that is checked.
    fast_mode : bool
        It is accepted: the whole Jacobian is compared in any case.
    masked : bool, optional
        It is accepted: it concerns sparse tensors.

    Returns
    -------
    bool
        True where all gradients agree.

    Raises
    ------
    GradcheckError
        Where they do not, a RuntimeError.
    ValueError
        Where no input requires a gradient.
    RuntimeError
        For an expanded input, whose entries cannot be moved one by one.
    AssertionError
        Where nothing is to be checked; where a moved input changes the shape of the result.
    NotImplementedError
        For a check forwards, or of batches.

    Examples
    --------
    >>> import refimpl as torch
    >>> x = torch.tensor([0.5, -1.0], dtype=torch.float64, requires_grad=True)
    >>> torch.autograd.gradcheck(torch.sigmoid, x)
    True
    """
    _check_what(check_backward_ad, check_forward_ad, check_batched_grad, check_batched_forward_grad)
    inputs = _as_tuple(inputs)
    try:
        _check_inputs(inputs)
        outputs = _compare(func, inputs, eps, atol, rtol, nondet_tol)
        if outputs:
            _check_zeros(outputs, _checked(inputs), masked)
        if check_undefined_grad:
            _check_undefined(func, inputs)
    except GradcheckError:
        if raise_exception:
            raise
        return False
    return True


def _check_what(backward, forward, batched, batched_forward):
    """Refuse as torch does what checks nothing, and what lies outside the subset."""
    if not (forward or backward):
        raise failure(
            AssertionError,
            "Expected at least one of check_forward_ad or check_backward_ad to be True",
            "gradcheck: leave check_backward_ad as it is.",
        )
    for name, wanted, needed, has in (
        ("check_batched_grad", batched, "check_backward_ad", backward),
        ("check_batched_forward_grad", batched_forward, "check_forward_ad", forward),
    ):
        if wanted and not has:
            raise failure(AssertionError, f"Setting {name}=True requires {needed} to be True")
    if forward:
        raise unsupported("gradcheck(check_forward_ad=True)", "It checks the way back.")
    if batched:
        raise unsupported("gradcheck(check_batched_grad=True)", "It checks row by row.")


def _as_tuple(given):
    return tuple(given) if isinstance(given, (tuple, list)) else (given,)


def _checked(inputs):
    """Return the inputs that require a gradient."""
    return [x for x in inputs if isinstance(x, Tensor) and x.requires_grad]


def _check_inputs(inputs):
    for i, x in enumerate(inputs):
        if not isinstance(x, Tensor) or not x.requires_grad:
            continue
        if x._array.dtype != np.float64:
            warnings.warn(
                f"Input #{i} requires gradient and is not a double precision floating point or "
                "complex. This check will likely fail if all the inputs are not of double "
                "precision floating point or complex. ",
                UserWarning,
                stacklevel=4,
            )
        if any(n > 1 and step == 0 for n, step in zip(x.shape, x._array.strides, strict=True)):
            raise failure(
                RuntimeError,
                f"The {i}th input has a dimension with stride 0. gradcheck only supports inputs "
                "that are non-overlapping to be able to compute the numerical gradients correctly. "
                "You should call .contiguous on the input before passing it to gradcheck.",
            )
    if not _checked(inputs):
        raise failure(
            ValueError,
            "gradcheck expects at least one input tensor to require gradient, but none of them "
            "have requires_grad=True.",
            "Ask for it with .requires_grad_().",
        )


def _compare(func, inputs, eps, atol, rtol, nondet_tol):
    """Compare gradients and differences; return the outputs that have gradients."""
    outputs = _as_tuple(func(*inputs))
    wanted = [k for k, y in enumerate(outputs) if y.requires_grad]
    checked = _checked(inputs)
    numerical = [_numerical(func, inputs, x, eps) for x in checked]
    if not wanted and any(np.any(table) for tables in numerical for table in tables):
        raise failure(GradcheckError, "Numerical gradient for function expected to be zero")
    for i, k in enumerate(wanted):
        analytical = _analytical(outputs[k], checked, nondet_tol)
        for j, (a, tables) in enumerate(zip(analytical, numerical, strict=True)):
            n = wrap(tables[k].astype(a._array.dtype))
            if not allclose(a, n, rtol, atol):
                raise failure(
                    GradcheckError,
                    f"Jacobian mismatch for output {i} with respect to input {j},\n"
                    f"numerical:{wrap(tables[k])!r}\nanalytical:{a!r}\n",
                )
    return [outputs[k] for k in wanted]


def _numerical(func, inputs, x, eps):
    """Return the differences of each output by x: matrices (elements in, elements out)."""
    rows, array = [], x._array
    for place in np.ndindex(array.shape):
        before, sides = array[place], []
        entry = wrap(np.array(before))
        try:
            for moved in (entry - eps, entry + eps):
                array[place] = moved._array  # in its place: the function may hold x itself
                sides.append([y.clone() for y in _as_tuple(func(*inputs))])
        finally:
            array[place] = before
        pairs = zip(*sides, strict=True)
        rows.append([_difference(down, up, place, eps) for down, up in pairs])
    if not rows:
        return [np.zeros((0, y.numel())) for y in _as_tuple(func(*inputs))]
    return [np.array(column) for column in zip(*rows, strict=True)]


@silent
def _difference(down, up, place, eps):
    """Return a row of differences."""
    for what, a, b in (("shape", down.shape, up.shape), ("dtype", down.dtype, up.dtype)):
        if a != b:
            raise failure(
                AssertionError,
                f"Expected `func` to return outputs with the same {what} when inputs are perturbed "
                f"on index {place} by {eps}, but got: {what}s {a} and {b}.",
            )
    if not up.is_floating_point():
        return np.zeros(up.numel())
    return ((up._array - down._array) / (2 * eps)).reshape(-1)


def _analytical(output, inputs, nondet_tol):
    """Return the gradients of every element of an output: matrices (elements in, out)."""
    first, second = _jacobians(output, inputs), _jacobians(output, inputs)
    for a, b in zip(first, second, strict=True):
        if a.numel() and amax((a - b).abs()) > nondet_tol:
            raise failure(
                GradcheckError,
                "Backward is not reentrant, i.e., running backward with same input and grad_output "
                "multiple times gives different values, although analytical gradient matches "
                f"numerical gradient.The tolerance for nondeterminism was {nondet_tol}."
                + NONDETERMINISTIC,
            )
    return first


def _jacobians(output, inputs):
    columns = [[] for _ in inputs]
    for place in range(output.numel()):
        cotangent = np.zeros(output.shape, output._array.dtype)
        cotangent.reshape(-1)[place] = 1
        found = grad([output], inputs, [wrap(cotangent)], retain_graph=True, allow_unused=True)
        for column, x, g in zip(columns, inputs, found, strict=True):
            column.append(np.zeros(x.numel()) if g is None else g._array.reshape(-1))
    return [
        wrap(np.array(column, x._array.dtype).reshape(len(column), x.numel()).T.copy())
        for column, x in zip(columns, inputs, strict=True)
    ]


def _zeros(outputs):
    return [wrap(np.zeros(y.shape, y._array.dtype)) for y in outputs]


def _check_zeros(outputs, inputs, masked):
    """Check that cotangents of zero give gradients of zero."""
    found = grad(outputs, inputs, _zeros(outputs), allow_unused=True)
    for g in found:
        if g is not None and not (allclose(g, *_zeros([g])) if masked else not g._array.any()):
            raise failure(GradcheckError, "backward not multiplied by grad_output")


undefined = Operator("UndefinedGradBackward", lambda x: x, lambda g, x: None, saves=((),))


def _check_undefined(func, inputs):
    """Check that no cotangent is taken for zeros: of all outputs, and of each one alone."""
    count = len([y for y in _as_tuple(func(*inputs)) if y.requires_grad])
    for alone in (None, *(range(count) if count > 1 else ())):
        outputs = [y for y in _as_tuple(func(*inputs)) if y.requires_grad]
        outputs = [undefined(y) if alone in (None, k) else y for k, y in enumerate(outputs)]
        if outputs:
            _check_without(outputs, _checked(inputs))


def _check_without(outputs, inputs):
    try:
        found = grad(outputs, inputs, _zeros(outputs), allow_unused=True)
    except RuntimeError as error:
        warnings.warn(NEW_FEATURE, UserWarning, stacklevel=5)
        raise failure(
            GradcheckError,
            f"Expected backward function to handle undefined output grads. {NOTES}",
        ) from error
    if any(g is not None and g._array.any() for g in found):
        warnings.warn(NEW_FEATURE, UserWarning, stacklevel=5)
        raise failure(
            GradcheckError,
            "Expected all input grads to be undefined or zero when all output grads are undefined "
            f"or zero. {NOTES}",
        )
