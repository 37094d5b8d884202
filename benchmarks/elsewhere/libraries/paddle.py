"""PaddlePaddle."""

import paddle
import paddle.nn.functional as F

IGNORED = -100
CALLS = {
    "softmax": "F.softmax(x)",
    "log_softmax": "F.log_softmax(x)",
    "cross entropy": "F.cross_entropy(x, y)",
    "cross entropy that ignores": "F.cross_entropy(x, y)",
    "weighted cross entropy": "F.cross_entropy(x, y, weight=w)",
    "soft cross entropy": "F.cross_entropy(x, y, soft_label=True)",
    "smoothed cross entropy": "F.cross_entropy(x, y, label_smoothing=0.1)",
    "kl_div": "F.kl_div(paddle.log(x), y)",
    "sigmoid loss": "F.binary_cross_entropy_with_logits(x, y)",
    "log_sigmoid": "F.log_sigmoid(x)",
}


def floats(values):
    """Make a tensor of float32."""
    return paddle.to_tensor(values, "float32")


def labels(values):
    """Make a tensor of int64."""
    return paddle.to_tensor(values, "int64")


def numbers(result):
    """Make nested lists."""
    return result.numpy().tolist()


def gradient(function, x):
    """Differentiate the sum of a function."""
    x.stop_gradient = False
    function(x).sum().backward()
    return x.grad
