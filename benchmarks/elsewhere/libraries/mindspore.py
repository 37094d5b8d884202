"""MindSpore on the CPU."""

import mindspore
from mindspore import ops

IGNORED = -100
CALLS = {
    "softmax": "ops.softmax(x)",
    "log_softmax": "ops.log_softmax(x)",
    "cross entropy": "ops.cross_entropy(x, y)",
    "cross entropy that ignores": "ops.cross_entropy(x, y)",
    "weighted cross entropy": "ops.cross_entropy(x, y, weight=w)",
    "soft cross entropy": "ops.cross_entropy(x, y)",
    "smoothed cross entropy": "ops.cross_entropy(x, y, label_smoothing=0.1)",
    "kl_div": "ops.kl_div(ops.log(x), y)",
    "sigmoid loss": "ops.binary_cross_entropy_with_logits(x, y)",
    "log_sigmoid": "ops.logsigmoid(x)",
}


def floats(values):
    """Make a tensor of float32."""
    return mindspore.Tensor(values, mindspore.float32)


def labels(values):
    """Make a tensor of int32."""
    return mindspore.Tensor(values, mindspore.int32)


def numbers(result):
    """Make nested lists."""
    return result.asnumpy().tolist()


def gradient(function, x):
    """Differentiate the sum of a function."""
    return mindspore.grad(lambda point: function(point).sum())(x)
