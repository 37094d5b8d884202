"""The logistic function and its derivatives, in float64."""

import numpy as np

from refimpl.formulas._chunks import ONE, TWO, ZERO


def logistic(x):
    """Return 1 / (1 + exp(-x)) without overflow."""
    # z = exp(-|x|) is at most 1, so nothing overflows; for negative x the result is z / (1 + z).
    z = np.exp(-np.abs(x))
    return np.where(x >= ZERO, ONE, z) / (ONE + z)


def log_logistic(x):
    """Return the logarithm of the logistic function, exact in both tails."""
    # log(1 / (1 + z)) would lose the right tail, where the result is nearly -z.
    return np.minimum(x, ZERO) - np.log1p(np.exp(-np.abs(x)))


def slope(x):
    """Return the logistic function's derivative."""
    # The slope is even in x; s (1 - s) would be 0 in the right tail, where s is rounded to 1.
    z = np.exp(-np.abs(x))
    return z / ((ONE + z) * (ONE + z))


def bend(x):
    """Return the logistic function's second derivative."""
    return -slope(x) * np.tanh(x / TWO)
