"""PyTorch."""

import torch
import torch.nn.functional as F

IGNORED = -100
CALLS = {
    "softmax": "F.softmax(x)",
    "softmax along the last axis": "F.softmax(x, dim=-1)",
    "log_softmax": "F.log_softmax(x)",
    "log_softmax along the last axis": "F.log_softmax(x, dim=-1)",
    "cross entropy": "F.cross_entropy(x, y)",
    "cross entropy that ignores": "F.cross_entropy(x, y)",
    "weighted cross entropy": "F.cross_entropy(x, y, weight=w)",
    "soft cross entropy": "F.cross_entropy(x, y)",
    "smoothed cross entropy": "F.cross_entropy(x, y, label_smoothing=0.1)",
    "kl_div": "F.kl_div(x.log(), y)",
    "sigmoid loss": "F.binary_cross_entropy_with_logits(x, y)",
    "log_sigmoid": "F.logsigmoid(x)",
}


def floats(values):
    """Make a tensor of float32."""
    return torch.tensor(values)


labels = floats


def numbers(result):
    """Make nested lists."""
    return result.detach().tolist()


def gradient(function, x):
    """Differentiate the sum of a function."""
    x.requires_grad_()
    function(x).sum().backward()
    return x.grad
