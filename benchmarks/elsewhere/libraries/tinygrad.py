"""tinygrad; its CPU device needs clang, so its own interpreter in Python is used."""

from tinygrad import Tensor, dtypes

IGNORED = -1  # by default
CALLS = {
    "softmax": "x.softmax()",
    "log_softmax": "x.log_softmax()",
    "cross entropy": "x.sparse_categorical_crossentropy(y)",
    "cross entropy that ignores": "x.sparse_categorical_crossentropy(y)",
    "weighted cross entropy": "x.log_softmax().nll_loss(y, weight=w)",
    "soft cross entropy": "x.cross_entropy(y)",
    "smoothed cross entropy": "x.cross_entropy(y, label_smoothing=0.1)",
    "sigmoid loss by default": "x.binary_crossentropy(y)",
    "sigmoid loss": "x.binary_crossentropy_logits(y)",
    "log_sigmoid": "x.logsigmoid()",
}


def floats(values):
    """Make a tensor of float32."""
    return Tensor(values, dtype=dtypes.float32)


def labels(values):
    """Make a tensor of int32."""
    return Tensor(values, dtype=dtypes.int32)


def numbers(result):
    """Make nested lists."""
    return result.tolist()


def gradient(function, x):
    """Differentiate the sum of a function."""
    return function(x).sum().gradient(x)[0]
