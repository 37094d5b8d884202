"""The same operators from other libraries, ndarray in, ndarray out; the classes are the last axis.

SciPy has no gradients: its vjp is the textbook formula on SciPy's output, as a user would write it.
The libraries are imported when one of their functions is first called, since they may be absent.
"""

import functools


def scipy(name, *axis):
    """Return a function of scipy.special; along `axis`, where one is given, unless told another."""

    def function(x, *other):
        from scipy import special

        return getattr(special, name)(x, *(other or axis))

    return function


@functools.cache
def onnx_session(operator, opset, chars, attributes):
    """Make a session of onnx's reference implementation that runs one node."""
    from onnx import TensorProto, helper
    from onnx.reference import ReferenceEvaluator

    element = {
        "e": TensorProto.FLOAT16,
        "f": TensorProto.FLOAT,
        "d": TensorProto.DOUBLE,
        "l": TensorProto.INT64,
    }
    names = [f"x{i}" for i in range(len(chars))]
    values = [
        helper.make_tensor_value_info(name, element[char], None)
        for name, char in zip(names, chars, strict=True)
    ]
    out = helper.make_tensor_value_info("y", element[chars[0]], None)
    node = helper.make_node(
        operator,
        names,
        ["y"],
        **{key: list(v) if isinstance(v, tuple) else v for key, v in attributes},
    )
    model = helper.make_model(
        helper.make_graph([node], operator, values, [out]),
        opset_imports=[helper.make_opsetid("", opset)],
    )
    return ReferenceEvaluator(model)


def onnx(operator, opset=17, **attributes):
    """Return a node of onnx as a function of arrays; options by name go to its attributes."""

    def function(*arrays, **others):
        chars = "".join(a.dtype.char for a in arrays)
        session = onnx_session(operator, opset, chars, tuple((attributes | others).items()))
        return session.run(None, {f"x{i}": a for i, a in enumerate(arrays)})[0]

    return function
