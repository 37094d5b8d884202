"""Inputs at the edge of the numbers, by the name of the edge, for every kind of operator."""

import numpy as np

INF, NAN = np.inf, np.nan
TINY = 1e-45  # the least positive float32


def single(*values):
    """Return numbers as a float32 array."""
    return np.array(values, np.float32)


COMMON = {
    "length one": single(1),
    "0-d": np.array(1, np.float32),
    "integer": np.array([1, 2]),
    "half": np.array([1, 2], np.float16),
    "±0": single(0, -0.0),
    "subnormal": single(TINY, -TINY),
}
POINTS = COMMON | {
    "nan": single(NAN),
    "±inf": single(INF, -INF),
    "huge spread": single(1e4, -1e4),
    "empty": single(),
}
SLICES = COMMON | {
    "nan": single(NAN, 0),
    "one +inf": single(INF, 0),
    "one -inf": single(-INF, 0),
    "±inf": single(INF, -INF),
    "all +inf": single(INF, INF),
    "all -inf": single(-INF, -INF),
    "huge spread": single(1e4, 0, -1e4),
    "empty": single(),
}
PROBABILITIES = {
    "length one": single(1),
    "0-d": np.array(1, np.float32),
    "integer": np.array([0, 1]),
    "half": np.array([0.25, 0.5], np.float16),
    "nan": single(NAN),
    "0 and 1": single(0, 1),
    "subnormal": single(TINY),
    "beyond 1": single(1.5),
    "empty": single(),
}
ROWS = {name: x[None] for name, x in SLICES.items() if x.shape == (2,) and name != "integer"} | {
    "integer": np.array([[1, 2]]),
    "0-d": np.array(1, np.float32),
    "length one": single(1),
    "empty": np.empty((0, 2), np.float32),
}
