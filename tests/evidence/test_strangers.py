"""What strangers type prints the same on both engines, errors and warnings included."""

import pytest

import refimpl
from evidence import strangers
from evidence.versions import typed

TOPICS = strangers.topics()


@pytest.mark.parametrize("topic", TOPICS)
def test_what_a_stranger_types_prints_what_torch_prints(topic, torch):
    for program in TOPICS[topic]:
        theirs = typed(torch, program)
        assert strangers.transcript(refimpl, program) == theirs, "\n".join(program)


def test_each_program_stands_once():
    programs = [tuple(program) for topic in TOPICS.values() for program in topic]
    assert len(programs) == len(set(programs)) > 1000


def test_values_errors_and_warnings_are_seen():
    lines = ["x = torch.ones(2)", "x", "x[5]", "print(1)", "torch.nn.functional.softmax(x)"]
    assigned, value, error, shown, warned = strangers.transcript(refimpl, lines)
    assert assigned == ""
    assert value == "tensor([1., 1.])"
    assert error == "IndexError: index 5 is out of bounds for dimension 0 with size 2"
    assert shown == "1"
    assert warned.startswith("tensor([0.5000, 0.5000])\nUserWarning: Implicit dimension choice")
