"""Powers, roots, exponentials and logarithms: computed in float64 and rounded once."""

import numpy as np

from refimpl.errors import failure, is_method, silent
from refimpl.keywords import MISSING, by_name
from refimpl.tape import dtypes
from refimpl.tape.arguments import invalid
from refimpl.tape.arithmetic import zero
from refimpl.tape.broadcast import like
from refimpl.tape.choosing import choose
from refimpl.tape.numbers import fitted
from refimpl.tape.operands import check_tensor, floating, pair, refuse_two_bools
from refimpl.tape.record import RESULT, Operator
from refimpl.tape.respelling import pair_by_name, respelt
from refimpl.tape.tensor import Tensor

# ---- operators ------------------------------------------------------------------------


def once(ufunc):
    """Run a ufunc of one array in float64 and round the result once to the array's dtype."""

    @silent
    def forward(x):
        wide = x.astype(np.float64)
        return ufunc(wide, wide).astype(x.dtype)

    return forward


@silent
def _power_of_integers(a, b):
    """Return ``a ** b``, which wraps around; of a negative exponent the integer part is left."""
    below = np.less(b, 0)
    power = np.power(a, np.where(below, 0, b).astype(np.result_type(b)))
    ones = np.where(np.abs(a) == 1, np.where(np.equal(b % 2, 0), 1, a), 0)
    return np.where(below, ones, power).astype(power.dtype)


@silent
def _power(a, b):
    dtype = a.dtype if isinstance(a, np.ndarray) else b.dtype
    if dtype.kind in "iu":
        return _power_of_integers(a, b)
    if np.size(b) == 1 and b == 0.5:  # NumPy makes the root, which is another one at -0 and -inf
        root = np.where(np.equal(a, -np.inf), np.inf, np.sqrt(a, dtype=np.float64) + 0.0)
        return root.astype(dtype).reshape(np.broadcast_shapes(np.shape(a), np.shape(b)))
    return np.power(a, b, dtype=np.float64).astype(dtype)


@silent
def _power_of_number(a, n):
    """Return ``a ** n``; for an exponent of ±0.5 torch takes the root, in float16 not."""
    if n in (0.5, -0.5) and a.dtype.itemsize > 2:
        root = np.sqrt(a, dtype=np.float64)
        return (root if n > 0 else np.divide(1, root)).astype(a.dtype)
    return _power(a, n)


_pow = Operator(
    "PowBackward0",
    _power_of_number,
    lambda g, x, n: zero(g) if n == 0 else g * n * _pow(x, n - 1),
)
_pow_tensors = Operator(
    "PowBackward1",
    _power,
    lambda g, a, b, y: like(choose(b == 0, 0.0, g * b * a ** (b - 1)), a),
    lambda g, a, b, y: like(g * choose((a == 0) & (b >= 0), 0.0, y * _log(a)), b),
    saves=((0, 1), (0, 1, RESULT)),
    result=True,
)


def _slope_of_exponent(a, b, y):
    slope = y * float(np.log(a))
    return slope if a else choose(b >= 0, 0.0, slope)


_pow_number = Operator(
    "PowBackward2",
    _power,
    None,
    lambda g, a, b, y: g * _slope_of_exponent(a, b, y),
    saves=((), (1, RESULT)),
    result=True,
)
_exp = Operator(
    "ExpBackward0", once(np.exp), lambda g, x, y: g * y, saves=((RESULT,),), result=True
)
_log = Operator("LogBackward0", once(np.log), lambda g, x: g / x)
_log1p = Operator("Log1PBackward0", once(np.log1p), lambda g, x: g / (x + 1))
_expm1 = Operator(
    "Expm1Backward0",
    once(np.expm1),
    lambda g, x, y: g * (y + 1),
    saves=((RESULT,),),
    result=True,
)


@silent
def _one_over_root(x):
    return np.divide(1, np.sqrt(x, dtype=np.float64)).astype(x.dtype)


_rsqrt = Operator(
    "RsqrtBackward0",
    _one_over_root,
    lambda g, x, y: -0.5 * g * _pow(y, 3),
    saves=((RESULT,),),
    result=True,
)
_sqrt = Operator(
    "SqrtBackward0",
    silent(np.sqrt),
    lambda g, x, y: g / (2 * y),
    saves=((RESULT,),),
    result=True,
)

# ---- torch's functions ----------------------------------------------------------------


@by_name
def pow(input=MISSING, exponent=MISSING, /, **outside):
    """Return ``input ** exponent``, element by element, computed in float64 and rounded once.

    Parameters
    ----------
    input : Tensor of any shape, or number
    exponent : Tensor of any shape, or number
        Shapes are broadcast and dtypes promoted.

    Returns
    -------
    Tensor of the broadcast shape and the common dtype

    Raises
    ------
    RuntimeError
        Where the shapes do not broadcast; for an integer tensor with a negative number.
    NotImplementedError
        For two tensors of bool.
    TypeError
        Where neither is a tensor; where an operand is neither a tensor nor a number.

    Examples
    --------
    >>> import refimpl as torch
    >>> torch.pow(torch.tensor([1.0, 2.0, 3.0]), 2)
    tensor([1., 4., 9.])
    >>> torch.pow(2, torch.tensor([-1.0, 0.5]))
    tensor([0.5000, 1.4142])
    """
    if outside or exponent is MISSING:
        named = pair_by_name(outside, input, exponent, "exponent")
        if named is None:
            return respelt(pow, outside, input, exponent)
        input, exponent = named
    if not (isinstance(input, Tensor) and isinstance(exponent, Tensor)):
        _check_forms(input, exponent)
    if not isinstance(exponent, Tensor):
        a, n = pair("pow", input, exponent)
        if a._array.dtype.char not in "fd":
            _check_exponent(exponent, a.dtype)
        return _pow(a, n)
    a, b = pair("pow", input, exponent)
    refuse_two_bools("pow", a, b)
    return (_pow_tensors if isinstance(a, Tensor) else _pow_number)(a, b)


def _check_forms(input, exponent):
    """Refuse a number to the power of a number, and what is neither a tensor nor a number."""
    pair = {"input": input, "exponent": exponent}
    tensors = [isinstance(each, Tensor) for each in pair.values()]
    if any(tensors) and all(
        found or dtypes.of_number(each) is not None
        for found, each in zip(tensors, pair.values(), strict=True)
    ):
        return
    raise invalid("pow", *[*pair.values()][is_method("pow") :])


def _check_exponent(exponent, dtype):
    """Refuse a number that the dtype of the result cannot hold."""
    if dtype is dtypes.float16:
        fitted(exponent, dtype, half=True)
    elif dtype.category == dtypes.INTEGER:
        if exponent < 0:
            raise failure(
                RuntimeError,
                "Integers to negative integer powers are not allowed.",
                "pow: convert the tensor with .float() first.",
            )
        fitted(exponent, dtypes.int64)
        fitted(exponent, dtype)


def square(input, **outside):
    """Return ``input ** 2``, element by element.

    Parameters
    ----------
    input : Tensor of any dtype and shape

    Returns
    -------
    Tensor of the shape and dtype of the input, int64 for bool

    Raises
    ------
    TypeError
        Where `input` is no tensor.

    Examples
    --------
    >>> import refimpl as torch
    >>> torch.square(torch.tensor([-3, 4]))
    tensor([ 9, 16])
    """
    if outside:
        return respelt(square, outside, input)
    check_tensor("square", input)
    return pow(input, 2)


def exp(input, **outside):
    """Return the exponential of each element, computed in float64 and rounded once.

    Parameters
    ----------
    input : Tensor of any dtype and shape
        Integers and bool are converted to the default dtype first.

    Returns
    -------
    Tensor of the shape and dtype of the (converted) input

    Raises
    ------
    TypeError
        Where `input` is no tensor.

    Examples
    --------
    >>> import refimpl as torch
    >>> torch.exp(torch.tensor([0, 1, 89]))
    tensor([1.0000, 2.7183,    inf])
    """
    if outside:
        return respelt(exp, outside, input)
    return _exp(floating("exp", input))


def log(input, **outside):
    """Return the natural logarithm of each element, computed in float64 and rounded once.

    Parameters
    ----------
    input : Tensor of any dtype and shape
        Integers and bool are converted to the default dtype first.

    Returns
    -------
    Tensor of the shape and dtype of the (converted) input
        nan for negative elements, -inf for 0.

    Raises
    ------
    TypeError
        Where `input` is no tensor.

    Examples
    --------
    >>> import refimpl as torch
    >>> torch.log(torch.tensor([2.0, 0.0, -1.0]))
    tensor([0.6931,   -inf,    nan])
    """
    if outside:
        return respelt(log, outside, input)
    return _log(floating("log", input))


def log1p(input, **outside):
    """Return ``log(1 + input)`` of each element, also for an input too small to change 1.

    Parameters
    ----------
    input : Tensor of any dtype and shape
        Integers and bool are converted to the default dtype first.

    Returns
    -------
    Tensor of the shape and dtype of the (converted) input

    Raises
    ------
    TypeError
        Where `input` is no tensor.

    Examples
    --------
    >>> import refimpl as torch
    >>> small = torch.tensor(1e-10)
    >>> torch.log1p(small), torch.log(1 + small)
    (tensor(1.0000e-10), tensor(0.))
    """
    if outside:
        return respelt(log1p, outside, input)
    return _log1p(floating("log1p", input))


def sqrt(input, **outside):
    """Return the square root of each element.

    Parameters
    ----------
    input : Tensor of any dtype and shape
        Integers and bool are converted to the default dtype first.

    Returns
    -------
    Tensor of the shape and dtype of the (converted) input
        nan for negative elements.

    Raises
    ------
    TypeError
        Where `input` is no tensor.

    Examples
    --------
    >>> import refimpl as torch
    >>> torch.sqrt(torch.tensor([4.0, 2.0, -1.0]))
    tensor([2.0000, 1.4142,    nan])
    """
    if outside:
        return respelt(sqrt, outside, input)
    return _sqrt(floating("sqrt", input))


def expm1(input, **outside):
    """Return ``exp(input) - 1`` of each element, also for an input too small to change 1.

    Parameters
    ----------
    input : Tensor of any dtype and shape
        Integers and bool are converted to the default dtype first.

    Returns
    -------
    Tensor of the shape and dtype of the (converted) input

    Raises
    ------
    TypeError
        Where `input` is no tensor.

    Examples
    --------
    >>> import refimpl as torch
    >>> small = torch.tensor(1e-10)
    >>> torch.expm1(small), torch.exp(small) - 1
    (tensor(1.0000e-10), tensor(0.))
    """
    if outside:
        return respelt(expm1, outside, input)
    return _expm1(floating("expm1", input))


def rsqrt(input, **outside):
    """Return one over the square root of each element.

    Parameters
    ----------
    input : Tensor of any dtype and shape
        Integers and bool are converted to the default dtype first.

    Returns
    -------
    Tensor of the shape and dtype of the (converted) input
        inf for 0, nan for negative elements.

    Raises
    ------
    TypeError
        Where `input` is no tensor.

    Examples
    --------
    >>> import refimpl as torch
    >>> torch.rsqrt(torch.tensor([4.0, 2.0, 0.0]))
    tensor([0.5000, 0.7071,    inf])
    """
    if outside:
        return respelt(rsqrt, outside, input)
    return _rsqrt(floating("rsqrt", input))
