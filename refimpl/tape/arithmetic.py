"""Elementwise operators: arithmetic, powers, exponentials, comparisons.

Operands are brought to one dtype first (`pair`), so the operators themselves see arrays of one
dtype and Python numbers. Plain arithmetic runs in that dtype; functions with a rounding of their
own run in float64 and are rounded once.
"""

import numpy as np

from refimpl import errors
from refimpl.errors import failure, silent
from refimpl.tape import dtypes
from refimpl.tape.record import RESULT, Operator
from refimpl.tape.tensor import Tensor, wrap

SHORT = 64  # entries: NumPy sums rows of fewer slowly

# ---- broadcasting ---------------------------------------------------------------------


def total(x, axes, keepdims=False):
    """Return a sum in float64; a tall matrix is turned, for NumPy is slow on short rows."""
    if axes is not None and x.ndim == 2 and x.shape[1] < SHORT < x.shape[0]:
        x = x.astype(np.float64, order="F")
    return np.add.reduce(x, axes, np.float64, None, keepdims)


def _sum_to(x, shape):
    lengths = (1,) * (x.ndim - len(shape)) + shape
    axes = tuple([i for i, n in enumerate(lengths) if n != x.shape[i]])
    return np.asarray(total(x, axes), x.dtype).reshape(shape)


def _repeated(x, shape):
    out = np.empty(shape, x.dtype)
    out[...] = x
    return out


sum_to = Operator(
    "SumBackward1",
    _sum_to,
    lambda g, x, shape: repeat(padded(g, ndim=x.ndim), shape=tuple(x.shape)),
    saves=((),),
)
padded = Operator(
    "ViewBackward0",
    lambda x, ndim: x.reshape((1,) * (ndim - x.ndim) + x.shape),
    lambda g, x, ndim: sum_to(g, shape=tuple(x.shape)),
    saves=((),),
)
repeat = Operator(
    "ExpandBackward0",
    _repeated,
    lambda g, x, shape: like(g, x),
    saves=((),),
)


def like(cotangent, x):
    """Undo broadcasting: sum a cotangent over the dimensions along which `x` was repeated."""
    if cotangent.shape == x.shape:
        return cotangent
    return sum_to(cotangent, shape=tuple(x.shape))


# ---- operators ------------------------------------------------------------------------


def once(ufunc):
    """Run a ufunc of one array in float64 and round the result once to the array's dtype."""

    @silent
    def forward(x):
        wide = x.astype(np.float64)
        return ufunc(wide, wide).astype(x.dtype)

    return forward


@silent
def _power(a, b):
    dtype = a.dtype if isinstance(a, np.ndarray) else b.dtype
    return np.power(a, b, dtype=np.float64).astype(dtype)


@silent
def _modulo(a, b):
    """Return the remainder with the divisor's sign; a zero has the sign of the dividend."""
    rest = np.fmod(a, b)
    return np.where((rest != 0) & ((rest < 0) != (np.asarray(b) < 0)), rest + b, rest)


NOTHING = ((), ())
OTHER = ((1,), (0,))
BOTH = ((0, 1), (0, 1))

_add = Operator(
    "AddBackward0",
    silent(np.add),
    lambda g, a, b: like(g, a),
    lambda g, a, b: like(g, b),
    saves=NOTHING,
)
_sub = Operator(
    "SubBackward0",
    silent(np.subtract),
    lambda g, a, b: like(g, a),
    lambda g, a, b: like(-g, b),
    saves=NOTHING,
)
_rsub = _sub.named("RsubBackward1")
_mul = Operator(
    "MulBackward0",
    silent(np.multiply),
    lambda g, a, b: like(g * b, a),
    lambda g, a, b: like(g * a, b),
    saves=OTHER,
)
_div = Operator(
    "DivBackward0",
    silent(np.divide),
    lambda g, a, b: like(g / b, a),
    lambda g, a, b: -like(g * (a / b / b), b),
    saves=((1,), (0, 1)),
)
_neg = Operator("NegBackward0", np.negative, lambda g, x: -g, saves=((),))
_pow = Operator(
    "PowBackward0",
    _power,
    lambda g, x, n: zero(g) if n == 0 else g * n * x ** (n - 1),
)
_pow_tensors = Operator(
    "PowBackward1",
    _power,
    lambda g, a, b, y: like(choose(b == 0, 0.0, g * b * a ** (b - 1)), a),
    lambda g, a, b, y: like(g * choose(a == 0, 0.0, y * _log(a)), b),
    saves=((0, 1), (0, 1, RESULT)),
    result=True,
)
_pow_number = Operator(
    "PowBackward2",
    _power,
    None,
    lambda g, a, b, y: g * y * float(np.log(a)),
    saves=((), (1, RESULT)),
    result=True,
)
_remainder = Operator(
    "RemainderBackward0",
    _modulo,
    lambda g, a, b: like(g, a),
    lambda g, a, b: like(-g * quotient(a, b), b),
    saves=((), (0, 1)),
)
_exp = Operator(
    "ExpBackward0", once(np.exp), lambda g, x, y: g * y, saves=((RESULT,),), result=True
)
_log = Operator("LogBackward0", once(np.log), lambda g, x: g / x)
_log1p = Operator("Log1PBackward0", once(np.log1p), lambda g, x: g / (x + 1))
_sqrt = Operator(
    "SqrtBackward0",
    silent(np.sqrt),
    lambda g, x, y: g / (2 * y),
    saves=((RESULT,),),
    result=True,
)
_abs = Operator("AbsBackward0", np.abs, lambda g, x: g * signs(x))
signs = Operator("SignBackward0", np.sign, lambda g, x: zero(g), saves=((),))
_maximum = Operator(
    "MaximumBackward0",
    silent(np.maximum),
    lambda g, a, b: like(choose(a == b, g / 2, choose(a > b, g, 0.0)), a),
    lambda g, a, b: like(choose(a == b, g / 2, choose(b > a, g, 0.0)), b),
    saves=BOTH,
)
_minimum = Operator(
    "MinimumBackward0",
    silent(np.minimum),
    lambda g, a, b: like(choose(a == b, g / 2, choose(a < b, g, 0.0)), a),
    lambda g, a, b: like(choose(a == b, g / 2, choose(b < a, g, 0.0)), b),
    saves=BOTH,
)
_clamp = Operator(
    "ClampBackward1",
    lambda x, low, high: np.clip(x, low, high),
    lambda g, x, low, high: choose(_within(x, low, high), g, 0.0),
)
_where = Operator(
    "WhereBackward0",
    np.where,
    None,
    lambda g, condition, a, b: like(choose(condition, g, 0.0), a),
    lambda g, condition, a, b: like(choose(condition, 0.0, g), b),
    saves=((), (0,), (0,)),
)
_masked_fill = Operator(
    "MaskedFillBackward0",
    lambda x, mask, value: np.where(mask, x.dtype.type(value), x),
    lambda g, x, mask, value: like(choose(mask, 0.0, g), x),
    saves=((1,),),
)
copy_to = Operator(
    "ToCopyBackward0",
    lambda x, dtype: silent_astype(x, dtype),
    lambda g, x, dtype: copy_to(g, dtype=raw_dtype(x)),
    saves=((),),
)
clone = Operator("CloneBackward0", np.copy, lambda g, x: g, saves=((),))


@silent
def silent_astype(x, dtype):
    return x.astype(dtype)


def raw_dtype(x):
    """Return the NumPy dtype of an array or a tensor."""
    return x._array.dtype if isinstance(x, Tensor) else x.dtype


def _within(x, low, high):
    inside = x == x
    if low is not None:
        inside = inside & (x >= low)
    if high is not None:
        inside = inside & (x <= high)
    return inside


def choose(condition, a, b):
    """Return `a` where the condition holds and `b` elsewhere, of arrays or of tensors."""
    if any(isinstance(each, Tensor) for each in (condition, a, b)):
        return where(condition, a, b)
    return np.where(condition, a, b)


def quotient(a, b):
    """Return the quotient rounded down, of arrays or of tensors."""
    if any(isinstance(each, Tensor) for each in (a, b)):
        return floor_divide(a, b)
    return np.floor_divide(a, b)


zero = Operator(
    "MulBackward0", lambda x: np.zeros(x.shape, x.dtype), lambda g, x: zero(g), saves=((),)
)

# ---- operands -------------------------------------------------------------------------


def to_dtype(tensor, dtype):
    """Return the tensor in another dtype, recorded where a gradient can pass."""
    if tensor._array.dtype == dtype.numpy:
        return tensor
    if dtype.is_floating_point:
        return copy_to(tensor, dtype=dtype.numpy)
    return wrap(silent_astype(tensor._array, dtype.numpy))


def check_broadcast(a, b):
    """Raise torch's error where two shapes do not fit together."""
    errors.check_broadcast(
        a,
        b,
        f"The shapes are {tuple(a)} and {tuple(b)}; two lengths fit when they are equal "
        "or one of them is 1.",
    )


def rank_and_type(value):
    if isinstance(value, Tensor):
        return value._array.ndim, dtypes.DTYPES[value._array.dtype]
    return -1, dtypes.of_number(value)


def pair(name, a, b, divides=False):
    """Return two operands in their common dtype; numbers stay numbers."""
    left, right = isinstance(a, Tensor), isinstance(b, Tensor)
    if left and right:
        x, y = a._array, b._array
        if x.shape != y.shape:
            check_broadcast(x.shape, y.shape)
        if x.dtype is y.dtype and (x.dtype.kind == "f" or not divides):
            return a, b
    elif left:
        if type(b) in (float, int) and a._array.dtype.char in "fd":
            return a, float(b)
    ranked = [rank_and_type(a), rank_and_type(b)]
    for position, (value, (_, dtype)) in enumerate(zip((a, b), ranked, strict=True)):
        if dtype is None:
            argument = ("input", "other")[position]
            raise TypeError(
                f"{name}(): argument '{argument}' (position {position + 1}) must be Tensor, "
                f"not {type(value).__name__}"
            )
    common = dtypes.meet(ranked)
    if divides and not common.is_floating_point:
        common = dtypes.Defaults.dtype
    return _operand(a, common), _operand(b, common)


def _operand(value, dtype):
    if isinstance(value, Tensor):
        return to_dtype(value, dtype)
    if dtype.category == dtypes.INTEGER:
        return np.asarray(value).astype(dtype.numpy)  # wraps around, as torch's conversion does
    if dtype is dtypes.float16:  # torch keeps the number in float32
        return value
    return float(value) if dtype.is_floating_point else bool(value)


def floating(name, x):
    """Return `x` in a floating-point dtype: integers become the default dtype."""
    check_tensor(name, x)
    if x._array.dtype.kind != "f":
        return to_dtype(x, dtypes.Defaults.dtype)
    return x


def check_tensor(name, x, argument="input", position=1):
    if not isinstance(x, Tensor):
        raise failure(
            TypeError,
            f"{name}(): argument '{argument}' (position {position}) must be Tensor, "
            f"not {type(x).__name__}",
            f"{name}: make it a tensor first, with tensor(...).",
        )


# ---- torch's functions ----------------------------------------------------------------


def add(input, other, *, alpha=1):
    """Return ``input + alpha * other``."""
    a, b = pair("add", input, other)
    return _add(a, b if alpha == 1 else b * alpha)


def sub(input, other, *, alpha=1):
    """Return ``input - alpha * other``."""
    _refuse_bool(input, other)
    a, b = pair("sub", input, other)
    return _sub(a, b if alpha == 1 else b * alpha)


def rsub(input, other):
    """Return ``other - input``."""
    _refuse_bool(input, other)
    a, b = pair("rsub", input, other)
    return _sub(b, a) if isinstance(b, Tensor) else _rsub(b, a)


def _is_bool(value):
    if isinstance(value, Tensor):
        return value._array.dtype.kind == "b"
    return isinstance(value, (bool, np.bool_))


def _refuse_bool(a, b):
    bools = (_is_bool(a), _is_bool(b))
    if all(bools):
        raise failure(
            RuntimeError,
            "Subtraction, the `-` operator, with two bool tensors is not supported. Use the `^` or "
            "`logical_xor()` operator instead.",
        )
    if any(bools):
        raise failure(
            RuntimeError,
            "Subtraction, the `-` operator, with a bool tensor is not supported. If you are trying "
            "to invert a mask, use the `~` or `logical_not()` operator instead.",
        )


def mul(input, other):
    """Return ``input * other``."""
    return _mul(*pair("mul", input, other))


def div(input, other):
    """Return ``input / other``; integers become floating point."""
    return _div(*pair("div", input, other, divides=True))


def reciprocal_times(x, value):
    """Return ``value / x`` for a number: torch multiplies by the reciprocal."""
    x = floating("reciprocal", x)
    return _mul(_reciprocal(x), float(value))


_reciprocal = Operator(
    "ReciprocalBackward0",
    silent(lambda x: np.divide(x.dtype.type(1), x)),
    lambda g, x, y: -g * y * y,
    saves=((RESULT,),),
    result=True,
)


def reciprocal(input):
    """Return ``1 / input``."""
    return _reciprocal(floating("reciprocal", input))


@silent
def floor_divide(input, other):
    """Return the quotient rounded down; nothing is differentiated."""
    a, b = pair("floor_divide", input, other)
    _refuse_all_bool("div_floor_cpu", a, b)
    _refuse_zero(a, b)
    return plain(np.floor_divide, a, b)


def _refuse_all_bool(kernel, a, b):
    if _is_bool(a) and _is_bool(b):
        raise failure(NotImplementedError, f"\"{kernel}\" not implemented for 'Bool'")


def _refuse_zero(a, b):
    divisor = b._array if isinstance(b, Tensor) else np.asarray(b)
    if divisor.dtype.kind != "f" and not divisor.all():
        raise failure(RuntimeError, "ZeroDivisionError", "Integers have no infinity.")


def remainder(input, other):
    """Return what Python's ``%`` leaves."""
    a, b = pair("remainder", input, other)
    _refuse_all_bool("remainder_cpu", a, b)
    _refuse_zero(a, b)
    return _remainder(a, b)


def neg(input):
    """Return ``-input``."""
    check_tensor("neg", input)
    if input.dtype is dtypes.bool_:
        raise failure(
            RuntimeError,
            "Negation, the `-` operator, on a bool tensor is not supported. If you are trying to "
            "invert a mask, use the `~` or `logical_not()` operator instead.",
        )
    return _neg(input)


def pow(input, exponent):
    """Return ``input ** exponent``."""
    if not isinstance(exponent, Tensor):
        check_tensor("pow", input)
        a, n = pair("pow", input, exponent)
        if exponent < 0 and a.dtype.category == dtypes.INTEGER:
            raise failure(RuntimeError, "Integers to negative integer powers are not allowed.")
        return _pow(a, n)
    a, b = pair("pow", input, exponent)
    _refuse_all_bool("pow", a, b)
    return (_pow_tensors if isinstance(a, Tensor) else _pow_number)(a, b)


def square(input):
    """Return ``input ** 2``."""
    return pow(input, 2)


def exp(input):
    """Return the exponential of each element."""
    return _exp(floating("exp", input))


def log(input):
    """Return the natural logarithm of each element."""
    return _log(floating("log", input))


def log1p(input):
    """Return ``log(1 + input)`` without losing small inputs."""
    return _log1p(floating("log1p", input))


def sqrt(input):
    """Return the square root of each element."""
    return _sqrt(floating("sqrt", input))


def abs(input):
    """Return the magnitude of each element."""
    check_tensor("abs", input)
    if input.dtype is dtypes.bool_:
        raise failure(NotImplementedError, "\"abs_cpu\" not implemented for 'Bool'")
    return _abs(input)


def sign(input):
    """Return -1, 0 or 1 for each element."""
    if input.dtype is dtypes.bool_:
        return wrap(input._array.copy())
    return signs(input)


def clamp(input, min=None, max=None):
    """Return `input` limited to the interval from `min` to `max`.

    Raises
    ------
    RuntimeError
        When neither limit is given.
    """
    check_tensor("clamp", input)
    if min is None and max is None:
        raise failure(RuntimeError, "torch.clamp: At least one of 'min' or 'max' must not be None")
    if isinstance(min, Tensor) or isinstance(max, Tensor):
        result = input
        if min is not None:
            result = maximum(result, as_operand(min, result))
        if max is not None:
            result = minimum(result, as_operand(max, result))
        return result
    for limit in (min, max):
        if isinstance(limit, float) and not input.is_floating_point():
            input = to_dtype(input, dtypes.Defaults.dtype)
    return _clamp(input, min, max)


def as_operand(value, beside):
    """Return a number as a tensor of the dtype it has beside the tensor `beside`."""
    if isinstance(value, Tensor):
        return value
    common = dtypes.meet([rank_and_type(beside), rank_and_type(value)])
    return wrap(np.array(value, common.numpy))


def maximum(input, other):
    """Return the larger of two elements; a tie shares the gradient."""
    check_tensor("maximum", input)
    check_tensor("maximum", other, "other", 2)
    return _maximum(*pair("maximum", input, other))


def minimum(input, other):
    """Return the smaller of two elements; a tie shares the gradient."""
    check_tensor("minimum", input)
    check_tensor("minimum", other, "other", 2)
    return _minimum(*pair("minimum", input, other))


def where(condition, input=None, other=None):
    """Return `input` where `condition` holds, `other` elsewhere.

    With the condition alone, return the indices where it holds, one tensor per dimension.
    """
    check_tensor("where", condition, "condition")
    if input is None and other is None:
        return tuple(wrap(index) for index in np.nonzero(condition._array))
    if condition.dtype is not dtypes.bool_:
        raise failure(
            RuntimeError,
            "where expected condition to be a boolean tensor, but got a tensor with dtype "
            f"{condition.dtype.title}",
            "where: compare first, for instance with x != 0.",
        )
    common = dtypes.meet([rank_and_type(input), rank_and_type(other)])
    a, b = (
        to_dtype(each, common) if isinstance(each, Tensor) else wrap(np.array(each, common.numpy))
        for each in (input, other)
    )
    check_broadcast(a.shape, b.shape)
    check_broadcast(condition.shape, np.broadcast_shapes(a.shape, b.shape))
    return _where(condition, a, b)


def masked_fill(input, mask, value):
    """Return `input` with `value` where `mask` holds."""
    check_tensor("masked_fill", input)
    if mask.dtype is not dtypes.bool_:
        raise failure(
            RuntimeError,
            f"masked_fill_ only supports boolean masks, but got mask with dtype {mask.dtype.name}",
        )
    return _masked_fill(input, mask, value.item() if isinstance(value, Tensor) else value)


# ---- without gradients ----------------------------------------------------------------


def plain(function, *args, **options):
    """Apply an array function to tensors, without a record."""
    arrays = [arg._array if isinstance(arg, Tensor) else arg for arg in args]
    return wrap(np.asarray(function(*arrays, **options)))


def comparison(name, ufunc):
    """Return torch's comparison of that name."""

    @silent
    def compare(input, other):
        return plain(ufunc, *pair(name, input, other))

    compare.__name__ = compare.__qualname__ = name
    compare.__doc__ = f"Return where ``input {SIGNS[name]} other``, as a tensor of bool."
    return compare


SIGNS = {"eq": "==", "ne": "!=", "lt": "<", "le": "<=", "gt": ">", "ge": ">="}
eq = comparison("eq", np.equal)
ne = comparison("ne", np.not_equal)
lt = comparison("lt", np.less)
le = comparison("le", np.less_equal)
gt = comparison("gt", np.greater)
ge = comparison("ge", np.greater_equal)


def isnan(input):
    """Return where the elements are nan."""
    return plain(np.isnan, input)


def isinf(input):
    """Return where the elements are infinite."""
    return plain(np.isinf, input)


def isfinite(input):
    """Return where the elements are neither infinite nor nan."""
    return plain(np.isfinite, input)


def logical_not(input):
    """Return where the elements are zero."""
    return plain(np.logical_not, input)


def logical_and(input, other):
    """Return where both elements are nonzero."""
    return plain(np.logical_and, input, other)


def logical_or(input, other):
    """Return where one of the elements is nonzero."""
    return plain(np.logical_or, input, other)


def _bitwise(name, ufunc):
    def apply(input, other):
        a, b = pair(name, input, other)
        for each in (a, b):
            if isinstance(each, Tensor) and each.is_floating_point():
                raise failure(
                    NotImplementedError, f"\"{name}_cpu\" not implemented for '{each.dtype.title}'"
                )
        return plain(ufunc, a, b)

    return apply


bitwise_and = _bitwise("bitwise_and", np.bitwise_and)
bitwise_or = _bitwise("bitwise_or", np.bitwise_or)
bitwise_xor = _bitwise("bitwise_xor", np.bitwise_xor)


def bitwise_not(input):
    """Return the elements with every bit, or truth value, turned over."""
    if input.is_floating_point():
        raise failure(
            TypeError, "~ (operator.invert) is only implemented on integer and Boolean-type tensors"
        )
    return plain(np.invert, input)


@silent
def isclose(input, other, rtol=1e-05, atol=1e-08, equal_nan=False):
    """Return where ``|input - other| <= atol + rtol * |other|``."""
    if input.dtype != other.dtype:
        raise failure(RuntimeError, f"{input.dtype.title} did not match {other.dtype.title}")
    return plain(np.isclose, input, other, rtol=rtol, atol=atol, equal_nan=equal_nan)


def allclose(input, other, rtol=1e-05, atol=1e-08, equal_nan=False):
    """Return whether all elements are close, see `isclose`."""
    return bool(isclose(input, other, rtol, atol, equal_nan)._array.all())


def equal(input, other):
    """Return whether two tensors have one shape and equal elements."""
    return np.array_equal(input._array, other._array)
