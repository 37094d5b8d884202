"""SciPy."""

import numpy as np
import scipy

CALLS = {
    "softmax": "scipy.special.softmax(x)",
    "softmax along the last axis": "scipy.special.softmax(x, axis=-1)",
    "log_softmax": "scipy.special.log_softmax(x)",
    "log_softmax along the last axis": "scipy.special.log_softmax(x, axis=-1)",
    "kl_div": "scipy.special.kl_div(y, x)",
    "log_sigmoid": "scipy.special.log_expit(x)",
}


def floats(values):
    """Make an array of float32."""
    return np.array(values, np.float32)


def labels(values):
    """Make an array of int64."""
    return np.array(values, np.int64)


def numbers(result):
    """Make nested lists."""
    return np.asarray(result).tolist()
