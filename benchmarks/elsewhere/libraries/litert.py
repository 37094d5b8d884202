"""LiteRT on the CPU, a model of one operator for each call, written with the library's schema."""

import flatbuffers
import numpy as np
from ai_edge_litert import schema_py_generated as schema
from ai_edge_litert.interpreter import Interpreter

CALLS = {"softmax": "SOFTMAX(x)", "log_softmax": "LOG_SOFTMAX(x)"}


def tensor(name, shape):
    """Describe a tensor of float32."""
    made = schema.TensorT()
    made.name, made.shape, made.type = name.encode(), list(shape), schema.TensorType.FLOAT32
    return made


def model(code, options, shape):
    """Write a model of one operator as bytes."""
    operator, kind, graph, whole = (
        schema.OperatorT(),
        schema.OperatorCodeT(),
        schema.SubGraphT(),
        schema.ModelT(),
    )
    operator.inputs, operator.outputs = [0], [1]
    operator.builtinOptionsType, operator.builtinOptions = options
    kind.builtinCode = kind.deprecatedBuiltinCode = code
    graph.tensors = [tensor("x", shape), tensor("y", shape)]
    graph.inputs, graph.outputs, graph.operators = [0], [1], [operator]
    whole.version, whole.operatorCodes, whole.subgraphs = 3, [kind], [graph]
    whole.buffers = [schema.BufferT()]
    builder = flatbuffers.Builder(1024)
    builder.Finish(whole.Pack(builder), b"TFL3")
    return bytes(builder.Output())


def run(code, options, x):
    """Run a model of one operator."""
    interpreter = Interpreter(model_content=model(code, options, x.shape))
    interpreter.allocate_tensors()
    interpreter.set_tensor(0, x)
    interpreter.invoke()
    return interpreter.get_tensor(1)


def SOFTMAX(x):
    """Run it with beta 1, which is what a converter writes."""
    options = schema.SoftmaxOptionsT()
    options.beta = 1.0
    kind = schema.BuiltinOptions.SoftmaxOptions
    return run(schema.BuiltinOperator.SOFTMAX, (kind, options), x)


def LOG_SOFTMAX(x):
    """Run it."""
    options = schema.BuiltinOptions.LogSoftmaxOptions, schema.LogSoftmaxOptionsT()
    return run(schema.BuiltinOperator.LOG_SOFTMAX, options, x)


def floats(values):
    """Make an array of float32."""
    return np.array(values, np.float32)


def numbers(result):
    """Make nested lists."""
    return result.tolist()
