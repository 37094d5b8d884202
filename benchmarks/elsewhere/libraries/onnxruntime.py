"""ONNX Runtime on the CPU, a model of one operator of opset 21 for each call."""

import numpy as np
import onnxruntime
from onnx import helper

IGNORED = -100
CALLS = {
    "softmax": "Softmax(x)",
    "log_softmax": "LogSoftmax(x)",
    "cross entropy": "SoftmaxCrossEntropyLoss(x, y)",
    "cross entropy that ignores": "SoftmaxCrossEntropyLoss(x, y, ignore_index=-100)",
    "weighted cross entropy": "SoftmaxCrossEntropyLoss(x, y, w)",
}


def operator(name):
    """Return a function that runs a model of one operator."""

    def function(*inputs, **attributes):
        given = dict(zip("xyw", inputs, strict=False))
        declared = [
            helper.make_tensor_value_info(key, helper.np_dtype_to_tensor_dtype(v.dtype), v.shape)
            for key, v in given.items()
        ]
        result = helper.make_tensor_value_info("result", 1, None)
        node = helper.make_node(name, list(given), ["result"], **attributes)
        graph = helper.make_graph([node], name, declared, [result])
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 21)], ir_version=10)
        session = onnxruntime.InferenceSession(model.SerializeToString())
        return session.run(None, given)[0]

    return function


Softmax, LogSoftmax = operator("Softmax"), operator("LogSoftmax")
SoftmaxCrossEntropyLoss = operator("SoftmaxCrossEntropyLoss")
onnxruntime.set_default_logger_severity(4)


def floats(values):
    """Make an array of float32."""
    return np.array(values, np.float32)


def labels(values):
    """Make an array of int64."""
    return np.array(values, np.int64)


def numbers(result):
    """Make nested lists."""
    return np.asarray(result).tolist()
