"""ncnn on the CPU, a net of one layer for each call."""

import ncnn
import numpy as np

CALLS = {
    "softmax": "Softmax(x)",
    "softmax along the last axis": "Softmax(x, '0=1 1=1')",  # axis 1 of a matrix, which is kept
}


def Softmax(x, parameters=""):
    """Run a net of this layer."""
    net = ncnn.Net()
    net.load_param_mem(f"7767517\n2 2\nInput in 0 1 x\nSoftmax layer 1 1 x y {parameters}\n")
    net.load_model(ncnn.DataReaderFromEmpty())
    extractor = net.create_extractor()
    extractor.input("x", ncnn.Mat(x).clone())
    return extractor.extract("y")[1]


def floats(values):
    """Make an array of float32."""
    return np.array(values, np.float32)


def numbers(result):
    """Make nested lists."""
    return np.array(result).tolist()
