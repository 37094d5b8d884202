"""MLX on the CPU."""

import mlx.core as mx
from mlx import nn

CALLS = {
    "softmax": "mx.softmax(x)",
    "softmax along the last axis": "mx.softmax(x, axis=-1)",
    "log_softmax": "nn.log_softmax(x)",
    "cross entropy": "nn.losses.cross_entropy(x, y)",
    "weighted cross entropy": "nn.losses.cross_entropy(x, y, weights=w[y], reduction='mean')",
    "soft cross entropy": "nn.losses.cross_entropy(x, y)",
    "smoothed cross entropy": "nn.losses.cross_entropy(x, y, label_smoothing=0.1)",
    "kl_div": "nn.losses.kl_div_loss(mx.log(x), mx.log(y))",
    "sigmoid loss": "nn.losses.binary_cross_entropy(x, y)",
    "log_sigmoid": "nn.log_sigmoid(x)",
}
NOT_TRIED = {"cross entropy, label 3": "indices are not checked"}


def floats(values):
    """Make an array of float32."""
    return mx.array(values, mx.float32)


def labels(values):
    """Make an array of int32."""
    return mx.array(values, mx.int32)


def numbers(result):
    """Make nested lists."""
    return result.tolist()


def gradient(function, x):
    """Differentiate the sum of a function."""
    return mx.grad(lambda point: function(point).sum())(x)
