#!/usr/bin/env bash
# LiteRT 2.3.0 (the package ai-edge-litert) on the CPU.
#
# The int8 SOFTMAX of 300 equal classes adds up to 1.17; of 600 equal classes every probability
# is 0. Its output has the fixed scale 1/256, so 1/600 is rounded to 0 and 1/300 to 1/256. A
# model with another output scale is refused.
#
# Why one would not guess it: quantisation is said to cost accuracy, and here an arg max over a
# vocabulary sees nothing but zeros; the scale cannot be fitted to the number of classes as that
# of other tensors can.
#
# Seen; run without refimpl:
#|    3 equal classes   each 0.332031   right 0.333333   sum 0.996094
#|   10 equal classes   each 0.101562   right 0.100000   sum 1.015625
#|  100 equal classes   each 0.011719   right 0.010000   sum 1.171875
#|  300 equal classes   each 0.003906   right 0.003333   sum 1.171875
#|  600 equal classes   each 0.000000   right 0.001667   sum 0.000000

set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -q --disable-pip-version-check ai-edge-litert==2.3.0 numpy==2.4.6

"$work/venv/bin/python" -I - > "$work/seen" <<'PROGRAM'
import flatbuffers, numpy as np
from ai_edge_litert import schema_py_generated as schema
from ai_edge_litert.interpreter import Interpreter

def tensor(name, classes, scale, zero):
    made = schema.TensorT()
    made.name, made.shape, made.type = name, [1, classes], schema.TensorType.INT8
    made.quantization = schema.QuantizationParametersT()
    made.quantization.scale, made.quantization.zeroPoint = [scale], [zero]
    return made

def model(classes):
    operator, kind = schema.OperatorT(), schema.OperatorCodeT()
    graph, whole = schema.SubGraphT(), schema.ModelT()
    operator.inputs, operator.outputs = [0], [1]
    operator.builtinOptionsType = schema.BuiltinOptions.SoftmaxOptions
    operator.builtinOptions = schema.SoftmaxOptionsT()
    operator.builtinOptions.beta = 1.0
    kind.builtinCode = kind.deprecatedBuiltinCode = schema.BuiltinOperator.SOFTMAX
    graph.tensors = [tensor("x", classes, 0.1, 0), tensor("p", classes, 1 / 256, -128)]
    graph.inputs, graph.outputs, graph.operators = [0], [1], [operator]
    whole.version, whole.operatorCodes, whole.subgraphs = 3, [kind], [graph]
    whole.buffers = [schema.BufferT()]
    builder = flatbuffers.Builder(1024)
    builder.Finish(whole.Pack(builder), b"TFL3")
    return bytes(builder.Output())

def softmax(x):
    interpreter = Interpreter(model_content=model(len(x)))
    interpreter.allocate_tensors()
    interpreter.set_tensor(0, np.array([x], np.int8))
    interpreter.invoke()
    return (interpreter.get_tensor(1)[0].astype(int) + 128) / 256

for classes in (3, 10, 100, 300, 600):
    p = softmax([0] * classes)
    print(f"{classes:4} equal classes   each {p[0]:.6f}   right {1 / classes:.6f}   sum {p.sum():.6f}")
PROGRAM

sed -n 's/^#| //p' "$0" | diff - "$work/seen" || {
    echo "changed: the int8 softmax of LiteRT" >&2
    exit 1
}
