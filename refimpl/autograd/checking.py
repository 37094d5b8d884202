"""Gradients compared with differences: what a hand-written derivative is tested with."""

import warnings

import numpy as np

from refimpl.autograd.gradients import grad
from refimpl.autograd.modes import no_grad
from refimpl.errors import failure, unsupported
from refimpl.tape.tensor import Tensor, wrap


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
        It is accepted: gradients are the same in every call.
    check_undefined_grad, check_grad_dtypes, check_batched_grad : bool
        They are accepted: what they check does not exist here.
    check_batched_forward_grad, check_forward_ad, check_backward_ad : bool
        Derivatives forwards lie outside the subset.
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
    NotImplementedError
        For a check forwards.

    Examples
    --------
    >>> import refimpl as torch
    >>> x = torch.tensor([0.5, -1.0], dtype=torch.float64, requires_grad=True)
    >>> torch.autograd.gradcheck(torch.sigmoid, x)
    True
    """
    if check_forward_ad or check_batched_forward_grad:
        raise unsupported("gradcheck(check_forward_ad=True)", "It checks the way back.")
    inputs = (inputs,) if isinstance(inputs, Tensor) or not hasattr(inputs, "__iter__") else inputs
    inputs = tuple(inputs)
    try:
        _check_inputs(inputs)
        _compare(func, inputs, eps, atol, rtol)
    except GradcheckError:
        if raise_exception:
            raise
        return False
    return True


def _checked(inputs):
    return [i for i, x in enumerate(inputs) if isinstance(x, Tensor) and x.requires_grad]


def _check_inputs(inputs):
    if not _checked(inputs):
        raise failure(
            ValueError,
            "gradcheck expects at least one input tensor to require gradient, but none of them "
            "have requires_grad=True.",
            "Ask for it with .requires_grad_().",
        )
    for i in _checked(inputs):
        if inputs[i]._array.dtype != np.float64:
            warnings.warn(
                f"Input #{i} requires gradient and is not a double precision floating point or "
                "complex. This check will likely fail if all the inputs are not of double "
                "precision floating point or complex. ",
                UserWarning,
                stacklevel=4,
            )


def _outputs(func, inputs):
    found = func(*inputs)
    found = found if isinstance(found, (tuple, list)) else (found,)
    return [each for each in found if each.is_floating_point()]


def _compare(func, inputs, eps, atol, rtol):
    outputs = _outputs(func, inputs)
    if not any(each.requires_grad for each in outputs):
        for i in _checked(inputs):
            if any(np.any(j) for j in _numerical(func, inputs, i, eps, len(outputs))):
                raise failure(GradcheckError, "Numerical gradient for function expected to be zero")
        return
    for i in _checked(inputs):
        numerical = _numerical(func, inputs, i, eps, len(outputs))
        for j, output in enumerate(outputs):
            if output.requires_grad:
                analytical = _analytical(output, inputs[i])
                if not np.allclose(analytical, numerical[j], rtol=rtol, atol=atol):
                    raise failure(
                        GradcheckError,
                        f"Jacobian mismatch for output {j} with respect to input {i},\n"
                        f"numerical:{wrap(numerical[j])!r}\nanalytical:{wrap(analytical)!r}\n",
                    )


@no_grad()
def _numerical(func, inputs, i, eps, count):
    """Return the differences of each output by input `i`: a matrix (elements in, elements out)."""
    moved = list(inputs)
    rows = [[] for _ in range(count)]
    for place in range(inputs[i].numel()):
        sides = []
        for step in (eps, -eps):
            array = inputs[i]._array.copy()
            array.reshape(-1)[place] += step
            moved[i] = wrap(array)
            sides.append([y._array.copy() for y in _outputs(func, moved)])
        for row, up, down in zip(rows, *sides, strict=True):
            row.append(((up - down) / (2 * eps)).reshape(-1))
    return [np.array(row) for row in rows]


def _analytical(output, x):
    """Return the gradients of every element of an output: a matrix (elements in, elements out)."""
    columns = []
    for place in range(output.numel()):
        cotangent = np.zeros(output.shape, output._array.dtype)
        cotangent.reshape(-1)[place] = 1
        (found,) = grad([output], [x], [wrap(cotangent)], retain_graph=True, allow_unused=True)
        columns.append(np.zeros(x.numel()) if found is None else found._array.reshape(-1))
    return np.array(columns, x._array.dtype).T.copy()
