"""torch's texts that can be said by heart, and the settings."""

import math

import numpy as np
import pytest

from refimpl.printing import PrintOptions, tensor_text

F32 = np.float32
TEXTS = {
    "decimals where one number has some": (F32([1, 2.5]), "tensor([1.0000, 2.5000])"),
    "a bare point where all are whole": (F32([1, -2]), "tensor([ 1., -2.])"),
    "one column for both signs": (F32([0.5, -0.25]), "tensor([ 0.5000, -0.2500])"),
    "rounded from the float32, above 0.00015": (F32([0.00015, 0.1]), "tensor([0.0002, 0.1000])"),
    "rounded from the float64, below 0.00015": (
        np.array([0.00015, 0.1]),
        "tensor([0.0001, 0.1000], dtype=torch.float64)",
    ),
    "ties rounded to even": (F32([0.03125, 0.09375]), "tensor([0.0312, 0.0938])"),
    "scientific below a ten-thousandth": (F32([9e-5]), "tensor([9.0000e-05])"),
    "decimals at a ten-thousandth of float64": (
        np.array([1e-4]),
        "tensor([0.0001], dtype=torch.float64)",
    ),
    "that of float32 lies below": (F32([1e-4]), "tensor([1.0000e-04])"),
    "scientific beyond a ratio of a thousand": (F32([1, 1001]), "tensor([1.0000e+00, 1.0010e+03])"),
    "plain at a ratio of a thousand": (F32([1, 1000]), "tensor([   1., 1000.])"),
    "plain at a hundred million": (F32([1e8]), "tensor([100000000.])"),
    "scientific for whole numbers, too": (F32([2e8]), "tensor([2.0000e+08])"),
    "minus zero keeps its sign": (F32([-0.0, 0.0]), "tensor([-0., 0.])"),
    "minus zero among decimals": (F32([-0.0, 0.5]), "tensor([-0.0000, 0.5000])"),
    "inf and nan without a point": (F32([math.inf, 1, math.nan]), "tensor([inf, 1., nan])"),
    "only inf and nan": (F32([math.nan, -math.inf]), "tensor([nan, -inf])"),
    "inf in a column of decimals": (F32([-math.inf, 1.5]), "tensor([  -inf, 1.5000])"),
    "float16": (np.float16([65504, 6e-8]), "tensor([6.5504e+04, 5.9605e-08], dtype=torch.float16)"),
    "float64": (np.array(1 / 3), "tensor(0.3333, dtype=torch.float64)"),
    "rank zero": (F32(2), "tensor(2.)"),
    "integers in a column": (np.array([1, -10], np.int64), "tensor([  1, -10])"),
    "small integers": (np.array([7], np.uint8), "tensor([7], dtype=torch.uint8)"),
    "bools in a column": (np.array([True, False]), "tensor([ True, False])"),
    "empty": (F32([]), "tensor([])"),
    "empty of two axes": (np.zeros((0, 3), F32), "tensor([], size=(0, 3))"),
    "empty integers": (np.zeros(0, np.int64), "tensor([], dtype=torch.int64)"),
    "a matrix": (np.eye(2, dtype=F32), "tensor([[1., 0.],\n        [0., 1.]])"),
    "a blank line between matrices": (
        np.zeros((2, 1, 1), F32),
        "tensor([[[0.]],\n\n        [[0.]]])",
    ),
    "a summary": (
        np.arange(1001, dtype=np.int64),
        "tensor([   0,    1,    2,  ...,  998,  999, 1000])",
    ),
    "a row too long": (
        np.arange(26, dtype=np.int64),
        "tensor([ 0,  1,  2,  3,  4,  5,  6,  7,  8,  9, 10, 11, 12, 13, 14, 15, 16, 17,\n"
        "        18, 19, 20, 21, 22, 23, 24, 25])",
    ),
}


@pytest.mark.parametrize(("array", "text"), TEXTS.values(), ids=TEXTS)
def test_it_is_printed_as_torch_prints_it(array, text):
    assert tensor_text(array) == text


def test_a_backward_node_hides_requires_grad():
    x = F32([0.5])
    assert tensor_text(x, requires_grad=True) == "tensor([0.5000], requires_grad=True)"
    assert (
        tensor_text(x, requires_grad=True, grad_fn="MulBackward0")
        == "tensor([0.5000], grad_fn=<MulBackward0>)"
    )


def test_a_thousand_elements_are_shown_and_no_more():
    assert "..." not in tensor_text(np.ones(1000, F32))
    assert tensor_text(np.ones(1001, F32)) == "tensor([1., 1., 1.,  ..., 1., 1., 1.])"


def test_a_suffix_that_does_not_fit_starts_a_line():
    x = np.full((1, 7), 0.25)
    assert tensor_text(x, grad_fn="SoftmaxBackward0") == (
        "tensor([[0.2500, 0.2500, 0.2500, 0.2500, 0.2500, 0.2500, 0.2500]],\n"
        "       dtype=torch.float64, grad_fn=<SoftmaxBackward0>)"
    )


def test_the_default_dtype_needs_no_suffix():
    x = np.array([0.5])
    assert tensor_text(x, default_dtype=np.float64) == "tensor([0.5000])"
    assert tensor_text(F32(x), default_dtype=np.float64) == "tensor([0.5000], dtype=torch.float32)"


@pytest.mark.parametrize("dtype", [np.complex64, np.uint16, np.longdouble, object, "U3"])
def test_a_dtype_that_torch_or_the_subset_lacks_is_refused(dtype):
    with pytest.raises(TypeError, match=r"^a tensor of dtype .* cannot be printed; known: float16"):
        tensor_text(np.zeros(2, dtype))


@pytest.mark.parametrize(
    ("setting", "kind", "text"),
    [
        ({"precision": 2.0}, TypeError, "precision must be an int, not float"),
        ({"precision": -1}, ValueError, "precision must be at least 0, but got -1"),
        ({"edgeitems": True}, TypeError, "edgeitems must be an int, not bool"),
        ({"edgeitems": -3}, ValueError, "edgeitems must be at least 0, but got -3"),
        ({"linewidth": "80"}, TypeError, "linewidth must be an int, not str"),
        ({"linewidth": 0}, ValueError, "linewidth must be at least 1, but got 0"),
        ({"threshold": None}, TypeError, "threshold must be a number, not NoneType"),
        ({"threshold": -1}, ValueError, "threshold must be at least 0, but got -1"),
        ({"threshold": math.nan}, ValueError, "threshold must be at least 0, but got nan"),
        ({"sci_mode": 1}, TypeError, "sci_mode must be True, False or None, not 1"),
    ],
    ids=str,
)
def test_a_senseless_setting_is_refused(setting, kind, text):
    with pytest.raises(kind) as refusal:
        PrintOptions(**setting)
    assert str(refusal.value) == text


def test_an_unknown_profile_or_setting_is_refused():
    with pytest.raises(ValueError, match="must be one of default, short, full, but got 'tiny'"):
        PrintOptions().changed(profile="tiny")
    with pytest.raises(TypeError, match="colour"):
        PrintOptions().changed(colour=3)
