"""Numbers on their way into a dtype: every place that takes one, every dtype, the edges of each."""

INF, NAN = float("inf"), float("nan")
DTYPES = ("bool", "uint8", "int8", "int16", "int32", "int64", "float16", "float32", "float64")
VALUES = (
    True,
    -1,
    -0.5,
    -1.5,
    -255,
    -256,
    127,
    128,
    127.9,
    128.0,
    255,
    255.9,
    256,
    65504,
    65519,
    65520,
    65536.0,
    2**31 - 1,
    2**31,
    2.0**31,
    1e10,
    3.4028235e38,
    3.4028236e38,
    1e300,
    2**53 + 1,
    2**63 - 1,
    2.0**63,
    -(2**63),
    -(2.0**63),
    INF,
    -INF,
    NAN,
)
# What 64 bits hold without a sign, or not at all. Beside bool torch asks here for a type that is
# outside the subset, uint64.
WIDE = (2**63, 2**64 - 1, 2**64, -(2**63) - 1, 10**400)


def assigned(index):
    """Return the place ``x[index]``."""

    def put(T, dtype, value):
        x = T.zeros(2, dtype=dtype)
        x[index(T)] = value
        return x

    return put


def mask(T):
    return T.tensor([True, False])


PLACES = {
    "full": lambda T, dtype, value: T.full((1,), value, dtype=dtype),
    "full of a tensor": lambda T, dtype, value: T.full((1,), T.tensor(value), dtype=dtype),
    "full_like": lambda T, dtype, value: T.full_like(T.zeros(1, dtype=dtype), value),
    "fill_": lambda T, dtype, value: T.zeros(1, dtype=dtype).fill_(value),
    "full of two": lambda T, dtype, value: T.full((2,), value, dtype=dtype),
    "full_like of two": lambda T, dtype, value: T.full_like(T.zeros(2, dtype=dtype), value),
    "fill_ of two": lambda T, dtype, value: T.zeros(2, dtype=dtype).fill_(value),
    "constant_": lambda T, dtype, value: T.nn.init.constant_(T.zeros(2, dtype=dtype), value),
    "scatter": lambda T, dtype, value: T.zeros(2, dtype=dtype).scatter(0, T.tensor([0]), value),
    "fill_ by a tensor": lambda T, dtype, value: T.zeros(1, dtype=dtype).fill_(T.tensor(value)),
    "x[0]": assigned(lambda T: 0),
    "x[0:1]": assigned(lambda T: slice(0, 1)),
    "x[...]": assigned(lambda T: ...),
    "x[[0]]": assigned(lambda T: [0]),
    "x[mask]": assigned(mask),
    "x[0] by a tensor": lambda T, dtype, value: assigned(lambda T: 0)(T, dtype, T.tensor(value)),
    "masked_fill": lambda T, dtype, value: T.zeros(2, dtype=dtype).masked_fill(mask(T), value),
    "masked_fill by a tensor": lambda T, dtype, value: T.zeros(2, dtype=dtype).masked_fill(
        mask(T), T.tensor(value)
    ),
    "masked_fill_": lambda T, dtype, value: T.zeros(2, dtype=dtype).masked_fill_(mask(T), value),
    "where": lambda T, dtype, value: T.where(mask(T), T.zeros(2, dtype=dtype), value),
    "clamp from above": lambda T, dtype, value: T.zeros(2, dtype=dtype).clamp(max=value),
    "clamp from below": lambda T, dtype, value: T.zeros(2, dtype=dtype).clamp(min=value),
    "tensor": lambda T, dtype, value: T.tensor(value, dtype=dtype),
    "tensor of a list": lambda T, dtype, value: T.tensor([value, value], dtype=dtype),
    "add": lambda T, dtype, value: T.zeros(1, dtype=dtype) + value,
    "mul": lambda T, dtype, value: T.ones(1, dtype=dtype) * value,
    "pow": lambda T, dtype, value: T.ones(1, dtype=dtype) ** value,
    "quotient": lambda T, dtype, value: value / T.ones(1, dtype=dtype),
    "less": lambda T, dtype, value: T.ones(1, dtype=dtype) < value,
    "equal": lambda T, dtype, value: T.ones(1, dtype=dtype) == value,
    "add_": lambda T, dtype, value: T.zeros(1, dtype=dtype).add_(value),
    "linspace": lambda T, dtype, value: T.linspace(value, value, 1, dtype=dtype),
}


def outcomes(engine, place, dtype, values=VALUES):
    """Return, for each value, the numbers that come out, or the class and text of the error."""
    found = {}
    for value in values:
        try:
            result = PLACES[place](engine, getattr(engine, dtype), value)
            found[str(value)[:30]] = f"{result.dtype} {result.tolist()}"
        except Exception as error:
            found[str(value)[:30]] = f"{type(error).__name__}: {error}"
    return found
