"""Cross entropy over chunks of a linear layer is that of all logits: value, gradients, refusals."""

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="torch is not installed")

from chunked import linear_cross_entropy

from evidence.gallery.scripts import printed
from evidence.operators.cross_entropy import RECORD
from evidence.record import call
from evidence.shards.cases import LARGE, REFUSALS, K, N
from evidence.shards.launch import FOLDER
from evidence.shards.measure import held_beyond, layer
from evidence.shards.ranks import tensors
from refimpl.formulas import cross_entropy

RNG = np.random.default_rng(16)
D = 5
HIDDEN, WEIGHT, BIAS = RNG.normal(size=(N, D)), RNG.normal(size=(K, D)), RNG.normal(size=K)
FINITE = [name for name, case in LARGE.items() if np.isfinite(case.inputs[0]).all()]
FINITE = [
    name
    for name in FINITE
    if len(LARGE[name].inputs[0]) == N and "label out" not in name and "negative label" not in name
]
CHUNKS = (7, 100, K, None)
# Sums of a thousand terms, and exponents that are rounded differences.
SAME = {"rtol": 1e-12, "atol": 4e-15}


def with_gradients(layer, target, chunk, **options):
    """Return the loss and the gradients by hidden layer, weight, bias and target."""
    inputs, made = tensors(call(*layer, target, **options))
    x, rows, bias, labels = inputs
    loss = linear_cross_entropy(x, rows, labels, linear_bias=bias, chunk=chunk, **made)
    loss.backward(torch.linspace(1, 2, loss.numel(), dtype=loss.dtype).reshape(loss.shape))
    return loss.detach().numpy(), [None if x.grad is None else x.grad.numpy() for x in inputs]


@pytest.mark.parametrize("chunk", CHUNKS)
@pytest.mark.parametrize("name", FINITE)
def test_chunks_have_the_loss_and_the_gradients_of_all_logits(name, chunk):
    target, options = LARGE[name].inputs[1], dict(LARGE[name].options)
    smoothing = max(0.0, options.pop("label_smoothing", 0.0))
    options["label_smoothing"] = smoothing
    loss, found = with_gradients((HIDDEN, WEIGHT, BIAS), target, chunk, **options)
    logits = HIDDEN @ WEIGHT.T + BIAS
    np.testing.assert_allclose(loss, cross_entropy(logits, target, **options), **SAME)
    by_logits, by_target = cross_entropy.vjp(np.float64(1.0), logits, target, **options)
    wanted = [by_logits @ WEIGHT, by_logits.T @ HIDDEN, by_logits.sum(0), by_target]
    for one, other in zip(found, wanted, strict=True):
        if other is not None:
            np.testing.assert_allclose(one, other, rtol=1e-11, atol=1e-14)


ROWS = [
    pytest.param(row, target, case.options.get("label_smoothing", 0.0), id=f"{name}, sample {n}")
    for name, case in {**LARGE, **{f"special {i}": c for i, c in enumerate(RECORD.special)}}.items()
    if not np.isfinite(case.inputs[0]).all()
    for n, (row, target) in enumerate(zip(*case.inputs, strict=True))
    if n in (0, 3)
]


@pytest.mark.filterwarnings("ignore:invalid value encountered")  # nan and inf are among the logits
@pytest.mark.parametrize("chunk", [1, None])
@pytest.mark.parametrize(("row", "target", "smoothing"), ROWS)
def test_nan_and_inf_in_any_chunk_have_the_loss_of_all_logits(row, target, smoothing, chunk):
    nothing, labels = np.zeros((1, 1)), np.array([target])
    options = {"reduction": "none", "label_smoothing": smoothing}
    layer = nothing, np.zeros((len(row), 1)), row
    loss, found = with_gradients(layer, labels, chunk, **options)
    np.testing.assert_allclose(loss, cross_entropy(row[None], labels, **options), **SAME)
    by_logits = cross_entropy.vjp(np.ones(1), row[None], labels, **options)[0]
    np.testing.assert_allclose(found[2], by_logits[0], **SAME)


@pytest.mark.parametrize("refusal", REFUSALS, ids=lambda refusal: refusal.text)
def test_what_torch_refuses_is_refused_in_the_same_words(refusal):
    x, target = refusal.inputs
    if x.ndim > 2:
        target, x = np.array([0, 3]), np.zeros((2, 3))  # another label out of range
    (logits, labels), options = tensors(call(x, target, **refusal.options))
    if logits.dim() == 1:
        hidden, weight = logits.new_ones(1), logits.detach()[:, None]
    else:
        hidden, weight = torch.eye(len(x), dtype=logits.dtype), logits.detach().T
    ways = (
        lambda: linear_cross_entropy(hidden, weight, labels, **options),
        lambda: torch.nn.functional.cross_entropy(hidden @ weight.T, labels, **options),
    )
    errors = []
    for way in ways:
        with pytest.raises((RuntimeError, ValueError, IndexError)) as caught:
            way()
        errors.append((caught.type, str(caught.value)))
    assert errors[0] == errors[1]


def test_layers_that_do_not_fit_are_refused():
    with pytest.raises(RuntimeError, match=r"same reduction dim, but got \[2, 3\] X \[4, 5\]"):
        linear_cross_entropy(torch.ones(2, 3), torch.ones(5, 4), torch.tensor([0, 1]))


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, torch.float32])
def test_shorter_dtypes_keep_their_digits_and_their_dtype(dtype):
    hidden, weight = torch.tensor(HIDDEN, dtype=dtype), torch.tensor(WEIGHT, dtype=dtype)
    hidden.requires_grad_(), weight.requires_grad_()
    target = torch.tensor(LARGE["labels"].inputs[1])
    loss = linear_cross_entropy(hidden, weight, target, chunk=100)
    loss.backward()
    exact = torch.nn.functional.cross_entropy(hidden.double() @ weight.double().T, target)
    by_exact = torch.autograd.grad(exact, (hidden, weight))
    assert loss.dtype == hidden.grad.dtype == weight.grad.dtype == dtype
    # the logits are rounded to the dtype, and up to 16 in size: half a unit of 16
    close = {"rtol": 0, "atol": 16 * torch.finfo(dtype).eps}
    torch.testing.assert_close(loss.double(), exact, **close)
    for one, other in zip((hidden.grad, weight.grad), by_exact, strict=True):
        torch.testing.assert_close(one, other, **close)


def test_one_sample_without_a_batch():
    loss = linear_cross_entropy(torch.ones(2), torch.eye(2), torch.tensor(1))
    assert loss.shape == ()
    assert f"{loss:.6f}" == "0.693147"


def test_memory_beyond_the_weight_and_its_gradient_is_flat_in_the_classes():
    held = [held_beyond("chunks of classes", *layer(64, 16, k)) for k in (100_000, 400_000)]
    assert abs(held[1] - held[0]) < 1000
    assert held[0] < 8 * 2**20  # half a million logits, and the blocks in which they are used
    plain = [held_beyond("plain", *layer(64, 16, k)) for k in (100_000, 400_000)]
    assert plain[1] > 3.9 * plain[0]  # the same measure sees what grows


def test_the_program_prints_its_text():
    text = printed(FOLDER / "a_million_classes.py", "torch")
    assert text == (FOLDER / "a_million_classes.out").read_text(encoding="utf-8")
