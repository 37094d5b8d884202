"""A list or a text in place of a tensor is refused as in torch, by all that take tensors."""

import pytest

import refimpl
from evidence.engines import refusal

ONE = """
    abs exp log log1p sqrt square neg reciprocal sign isnan isinf isfinite logical_not sigmoid tanh
    relu sum mean prod var std max min amax amin argmax argmin all any t ravel flatten squeeze
    unbind diag clone numel erf erfc rand_like randn_like bernoulli zeros_like ones_like empty_like
"""
TWO = """
    add sub mul div floor_divide remainder rsub pow maximum minimum eq ne lt le gt ge isclose
    allclose equal logical_and logical_or matmul mm dot outer
"""
MORE = {  # None is the place of what is no tensor; a text makes one argument on either engine
    "softmax": [(None, 0)],
    "log_softmax": [(None, 0)],
    "logsumexp": [(None, 0)],
    "clamp": [(None, 0)],
    "where": [(None, "floats", "floats"), ("bools", None, "floats")],
    "masked_fill": [(None, "bools", 0.0), ("floats", None, 0.0)],
    "reshape": [(None, (2, 1))],
    "permute": [(None, (0,))],
    "transpose": [(None, 0, 0)],
    "unsqueeze": [(None, 0)],
    "chunk": [(None, 1)],
    "flip": [(None, (0,))],
    "gather": [(None, 0, "longs"), ("floats", 0, None)],
    "full_like": [(None, 1)],
    "result_type": [(None, 1), ("floats", None)],
}
CALLS = [(name, (None,)) for name in ONE.split()]
CALLS += [(name, args) for name in TWO.split() for args in [(None, "square"), ("square", None)]]
CALLS += [(name, args) for name, several in MORE.items() for args in several]


def argument(T, value):
    makers = {
        "floats": lambda: T.tensor([1.0, 2.0]),
        "bools": lambda: T.tensor([True, False]),
        "longs": lambda: T.tensor([0, 1]),
        "square": lambda: T.ones(2, 2),
    }
    return makers[value]() if value in makers else value


@pytest.mark.parametrize(("name", "args"), CALLS, ids=[f"{n}-{a.index(None)}" for n, a in CALLS])
@pytest.mark.parametrize("other", [[1.0, 2.0], "text"], ids=["list", "text"])
def test_what_is_no_tensor_is_refused_with_torchs_type(name, args, other, torch):
    def program(T):
        filled = [other if each is None else argument(T, each) for each in args]
        return getattr(T, name)(*filled)

    theirs, ours = (refusal(engine, program) for engine in (torch, refimpl))
    assert type(ours) is type(theirs) is TypeError
    if "invalid combination" not in str(theirs):  # torch then lists its own overloads
        assert str(ours) == str(theirs).splitlines()[0]
