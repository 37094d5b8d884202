"""The same operators from four libraries, ndarray in, ndarray out; the classes are the last axis.

A library lacks what it does not offer. SciPy has no gradients: its column shows the textbook
formula on SciPy's output, as a user would write it. Softplus is torch's, the line itself beyond its
threshold; SciPy and onnx have the curve without one, which is another function.
"""

import numpy as np
import torch
from scipy import special
from torch.nn import functional

from refimpl import formulas as f


def _ones(x):
    return np.ones(x.shape, x.dtype)


REFIMPL = {
    "softmax": lambda x: f.softmax(x, -1),
    "log_softmax": lambda x: f.log_softmax(x, -1),
    "logsumexp": lambda x: f.logsumexp(x, -1),
    "cross_entropy": lambda x, t: f.cross_entropy(x, t, reduction="none"),
    "softmax_vjp": lambda x, g: f.softmax.vjp(g, x, -1),
    "log_softmax_vjp": lambda x, g: f.log_softmax.vjp(g, x, -1),
    "cross_entropy_vjp": lambda x, t: f.cross_entropy.vjp(
        np.ones(len(x), x.dtype), x, t, reduction="none"
    )[0],
    "sigmoid": f.sigmoid,
    "logsigmoid": f.logsigmoid,
    "softplus": f.softplus,
    "tanh": f.tanh,
    "sigmoid_vjp": lambda x: f.sigmoid.vjp(_ones(x), x),
    "logsigmoid_vjp": lambda x: f.logsigmoid.vjp(_ones(x), x),
    "softplus_vjp": lambda x: f.softplus.vjp(_ones(x), x),
    "tanh_vjp": lambda x: f.tanh.vjp(_ones(x), x),
}


def _torch(function):
    """Run a function of tensors on arrays."""
    return lambda *arrays: function(*map(torch.from_numpy, arrays)).numpy()


def _torch_gradient(function):
    """Run the backward pass of a function of tensors on arrays."""

    def gradient(x, *rest):
        leaf = torch.from_numpy(x).requires_grad_()
        value = function(leaf, *map(torch.from_numpy, rest))
        value.backward(torch.ones_like(value))
        return leaf.grad.numpy()

    return gradient


def _torch_vjp(function):
    """Pull a cotangent back through a function of tensors."""

    def vjp(x, cotangent):
        leaf = torch.from_numpy(x).requires_grad_()
        function(leaf).backward(torch.from_numpy(cotangent))
        return leaf.grad.numpy()

    return vjp


def _torch_cross_entropy(x, t):
    return functional.cross_entropy(x, t, reduction="none")


def _torch_softmax(x):
    return torch.softmax(x, -1)


def _torch_log_softmax(x):
    return torch.log_softmax(x, -1)


TORCH = {
    "softmax": _torch(_torch_softmax),
    "log_softmax": _torch(_torch_log_softmax),
    "logsumexp": _torch(lambda x: torch.logsumexp(x, -1)),
    "cross_entropy": _torch(_torch_cross_entropy),
    "softmax_vjp": _torch_vjp(_torch_softmax),
    "log_softmax_vjp": _torch_vjp(_torch_log_softmax),
    "cross_entropy_vjp": _torch_gradient(_torch_cross_entropy),
    "sigmoid": _torch(torch.sigmoid),
    "logsigmoid": _torch(functional.logsigmoid),
    "softplus": _torch(functional.softplus),
    "tanh": _torch(torch.tanh),
    "sigmoid_vjp": _torch_gradient(torch.sigmoid),
    "logsigmoid_vjp": _torch_gradient(functional.logsigmoid),
    "softplus_vjp": _torch_gradient(functional.softplus),
    "tanh_vjp": _torch_gradient(torch.tanh),
}


def _scipy_cross_entropy(x, t):
    return -special.log_softmax(x, -1)[np.arange(len(t)), t]


def _scipy_softmax_vjp(x, g):
    y = special.softmax(x, -1)
    return y * (g - (y * g).sum(-1, keepdims=True))


def _scipy_log_softmax_vjp(x, g):
    return g - special.softmax(x, -1) * g.sum(-1, keepdims=True)


def _scipy_cross_entropy_vjp(x, t):
    y = special.softmax(x, -1)
    y[np.arange(len(t)), t] -= 1
    return y


def _scipy_sigmoid_vjp(x):
    y = special.expit(x)
    return y * (1 - y)


SCIPY = {
    "softmax": lambda x: special.softmax(x, -1),
    "log_softmax": lambda x: special.log_softmax(x, -1),
    "logsumexp": lambda x: special.logsumexp(x, -1),
    "cross_entropy": _scipy_cross_entropy,
    "softmax_vjp": _scipy_softmax_vjp,
    "log_softmax_vjp": _scipy_log_softmax_vjp,
    "cross_entropy_vjp": _scipy_cross_entropy_vjp,
    "sigmoid": special.expit,
    "logsigmoid": special.log_expit,
    "sigmoid_vjp": _scipy_sigmoid_vjp,
    "logsigmoid_vjp": lambda x: special.expit(-x),
}


def onnx_node(operator, **attributes):
    """Run one node of onnx's reference implementation on arrays."""
    from onnx import TensorProto, helper
    from onnx.reference import ReferenceEvaluator

    element = {
        "e": TensorProto.FLOAT16,
        "f": TensorProto.FLOAT,
        "d": TensorProto.DOUBLE,
        "l": TensorProto.INT64,
    }
    sessions = {}

    def session(chars):
        names = [f"x{i}" for i in range(len(chars))]
        values = [
            helper.make_tensor_value_info(name, element[char], None)
            for name, char in zip(names, chars, strict=True)
        ]
        out = helper.make_tensor_value_info("y", element[chars[0]], None)
        node = helper.make_node(operator, names, ["y"], **attributes)
        opset = helper.make_opsetid("", 17)
        model = helper.make_model(
            helper.make_graph([node], operator, values, [out]), opset_imports=[opset]
        )
        return ReferenceEvaluator(model)

    def on_arrays(*arrays):
        chars = "".join(a.dtype.char for a in arrays)
        if chars not in sessions:
            sessions[chars] = session(chars)
        feeds = {f"x{i}": a for i, a in enumerate(arrays)}
        return sessions[chars].run(None, feeds)[0]

    return on_arrays


def onnx_reference():
    """Return the operators of onnx's reference implementation."""
    return {
        "softmax": onnx_node("Softmax", axis=-1),
        "log_softmax": onnx_node("LogSoftmax", axis=-1),
        "logsumexp": onnx_node("ReduceLogSumExp", axes=[-1], keepdims=0),
        "cross_entropy": onnx_node("SoftmaxCrossEntropyLoss", reduction="none"),
        "sigmoid": onnx_node("Sigmoid"),
        "tanh": onnx_node("Tanh"),
    }


def libraries():
    """Return the four libraries by name."""
    return {"refimpl": REFIMPL, "torch": TORCH, "SciPy": SCIPY, "onnx": onnx_reference()}
