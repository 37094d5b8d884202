"""The draws as operators: a gradient ends at a draw, with zeros."""

from refimpl.errors import failure
from refimpl.tape.arithmetic import zero
from refimpl.tape.broadcast import like
from refimpl.tape.record import Operator


def _drawn(name, count=1):
    """Return the operator of a draw: its last argument, on which the others have no influence."""

    def without_influence(place):
        return lambda g, *args: like(zero(g), args[place])

    return Operator(
        name,
        lambda *args: args[-1],
        *(without_influence(place) for place in range(count)),
        saves=((),) * count,
    )


def _no_derivative(g, *args):
    raise failure(
        RuntimeError,
        "derivative for aten::bernoulli is not implemented",
        "bernoulli: with p the draw does not depend on the tensor; draw from x.detach().",
    )


BERNOULLI_P = Operator("NotImplemented", lambda *args: args[-1], _no_derivative, saves=((),))
NORMAL_0 = _drawn("NormalBackward0")
NORMAL_1 = _drawn("NormalBackward1")
NORMAL_2 = _drawn("NormalBackward2")
NORMAL_3 = _drawn("NormalBackward3", 2)
UNIFORM = _drawn("UniformBackward0")
BERNOULLI_0 = _drawn("BernoulliBackward0")
BERNOULLI_2 = _drawn("BernoulliBackward2")
RANDOM = [_drawn(f"RandomBackward{number}") for number in range(3)]
