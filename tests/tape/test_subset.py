"""What is missing says so, and what is there is torch's."""

import importlib
import re

import pytest

import refimpl
from refimpl.autograd.function import OUTSIDE
from refimpl.errors import advice_of, near

MODULES = ("", ".nn", ".nn.functional", ".optim", ".autograd", ".utils.data")
OWN = {"NotInSubset"}


def ours(path):
    return importlib.import_module("refimpl" + path)


@pytest.mark.parametrize("path", MODULES)
def test_all_names_the_subset(path):
    module = ours(path)
    assert len(set(module.__all__)) == len(module.__all__)
    for name in module.__all__:
        assert getattr(module, name) is not None


@pytest.mark.parametrize("path", MODULES)
def test_the_subset_is_torchs(path, torch):
    theirs = importlib.import_module("torch" + path)
    assert [name for name in ours(path).__all__ if not hasattr(theirs, name)] == sorted(
        OWN & set(ours(path).__all__)
    )


@pytest.mark.parametrize("path", MODULES)
def test_a_missing_name_is_named_with_its_neighbours(path):
    module = ours(path)
    name = module.__all__[0] + "x"
    with pytest.raises(refimpl.NotInSubset) as caught:
        getattr(module, name)
    assert str(caught.value) == f"module 'torch{path}' has no attribute '{name}'"
    notes = " ".join(caught.value.__notes__)
    assert name in notes and module.__all__[0] in notes


def test_a_missing_method_is_named_with_its_neighbours():
    with pytest.raises(refimpl.NotInSubset) as caught:
        refimpl.ones(2).soft_max(0)
    assert str(caught.value) == "'Tensor' object has no attribute 'soft_max'"
    assert any(re.search("softmax", note) for note in caught.value.__notes__)


def test_what_is_missing_is_an_attribute_error():
    assert issubclass(refimpl.NotInSubset, AttributeError)
    assert not hasattr(refimpl, "conv2d")
    assert not hasattr(refimpl.ones(1), "svd")


def test_every_public_method_of_a_tensor_is_torchs(torch):
    mine = {name for name in dir(refimpl.Tensor) if not name.startswith("_")}
    assert mine <= set(dir(torch.Tensor))


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("sotfmax", "softmax"),
        ("soft_max", "softmax"),
        ("Relu", "relu"),
        ("logsumex", "logsumexp"),
        ("sgn", "sign"),
    ],
)
def test_a_slip_of_the_pen_is_near(name, found):
    assert found in near(name, refimpl.__all__)


@pytest.mark.parametrize(
    "name",
    ["median", "unique", "nested", "vander", "roll", "conv2d", "kl_div", "histogramdd", "bmm"],
)
def test_another_word_is_not_near(name):
    assert near(name, refimpl.__all__) == []


@pytest.mark.parametrize(
    ("change", "needed"),
    [
        (lambda x, y: y.mul_(2), "ExpBackward0 needs the values that it returned"),
        (lambda x, y: x.mul_(2), None),
    ],
)
def test_a_change_in_place_is_told_which_values_were_needed(change, needed):
    x = refimpl.ones(2, requires_grad=True) * 1
    y = x.exp()
    change(x, y)
    if needed is None:
        y.sum().backward()
        return
    with pytest.raises(RuntimeError) as caught:
        y.sum().backward()
    assert advice_of(caught.value) == [f"{needed}; change a .clone() instead."]


def test_what_a_context_has_beyond_the_subset_is_named(torch):
    contexts = {}

    def context_of(engine):
        def forward(ctx, x):
            contexts[engine] = ctx
            return x * 2

        own = {"forward": staticmethod(forward), "backward": staticmethod(lambda ctx, g: g * 2)}
        type("Own", (engine.autograd.Function,), own).apply(engine.ones(2, requires_grad=True))
        return {name for name in dir(contexts[engine]) if name[0] != "_"}

    missing = context_of(torch) - context_of(refimpl)
    assert missing == OUTSIDE
    with pytest.raises(refimpl.NotInSubset, match="object has no attribute 'mark_dirty'"):
        contexts[refimpl].mark_dirty()
    with pytest.raises(AttributeError) as caught:
        _ = contexts[refimpl].sofmax_of_x
    assert type(caught.value) is AttributeError
