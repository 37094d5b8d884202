"""Digests of what refimpl computes, draws and prints: the same lines on every machine.

    python -m evidence.digests

prints a line for each result: what it is, its dtype, sixteen digits of the digest of its bytes. A
browser runs this file too (`tests/site/test_run.py`): NumPy's exp, log and tanh are other code
there, default integers have 32 bits, and there are no floating-point flags and no threads.
"""

import hashlib

import numpy as np

import refimpl as torch
from refimpl.nn import functional as F  # noqa: N812

SHAPE = 64, 50
TARGET = np.arange(64, dtype=np.int64) * 7 % 50
FORMULAS = {
    "softmax": lambda x: F.softmax(x, dim=1),
    "log_softmax": lambda x: F.log_softmax(x, dim=1),
    "softmin": lambda x: F.softmin(x, dim=0),
    "logsumexp": lambda x: torch.logsumexp(x, dim=1),
    "cross_entropy": lambda x: F.cross_entropy(x, torch.from_numpy(TARGET)),
    "cross_entropy, smoothed": lambda x: F.cross_entropy(
        x, torch.from_numpy(TARGET), label_smoothing=0.1, reduction="none"
    ),
    "nll_loss": lambda x: F.nll_loss(F.log_softmax(x, dim=1), torch.from_numpy(TARGET)),
    "binary_cross_entropy_with_logits": lambda x: F.binary_cross_entropy_with_logits(
        x, torch.zeros_like(x)
    ),
    "kl_div": lambda x: F.kl_div(x.log_softmax(1), torch.full_like(x, 0.02), reduction="sum"),
    "sigmoid": torch.sigmoid,
    "logsigmoid": F.logsigmoid,
    "softplus": F.softplus,
    "tanh": torch.tanh,
    "gelu": F.gelu,
    "silu": F.silu,
    "erf": torch.erf,
    "exp": lambda x: torch.exp(x / 8),
    "log": lambda x: torch.log(x * x + 1),
    "mean and sum": lambda x: x.mean(1) + x.sum(),
    "linear": lambda x: F.linear(x, x[:3].detach() / 64),
}
DRAWS = {
    "rand": lambda: torch.rand(1000),
    "rand, float64": lambda: torch.rand(1000, dtype=torch.float64),
    "randn, few": lambda: torch.randn(15),
    "randn, many": lambda: torch.randn(1000),
    "randn, many, float64": lambda: torch.randn(1000, dtype=torch.float64),
    "randint": lambda: torch.randint(-9, 9, (1000,)),
    "randperm": lambda: torch.randperm(1000),
    "bernoulli": lambda: torch.bernoulli(torch.full((1000,), 0.3)),
    "Linear": lambda: torch.nn.Linear(30, 20).weight.detach(),
}
PRINTED = (
    lambda: torch.arange(1001),
    lambda: torch.rand(3, 4, 5),
    lambda: torch.randn(20, 30) * 1e6,
    lambda: torch.tensor([1e-30, float("nan"), -float("inf"), 3e38]),
    lambda: torch.randn(2000, dtype=torch.float64),
    lambda: torch.tensor([True, False]),
    lambda: torch.randn(2, 3).argmax(1),
    lambda: torch.zeros(0, 3),
)


def digest(data):
    return hashlib.sha256(data).hexdigest()[:16]


def logits(dtype):
    """Return the same numbers everywhere: integers over a power of 2, between -16 and 16."""
    whole = np.random.default_rng(18).integers(-(2**20), 2**20, SHAPE)
    return torch.from_numpy((whole / 2**16).astype(dtype)).requires_grad_()


def formula_lines():
    """Yield a line for the value and one for the gradient of each formula and dtype."""
    for name, call in FORMULAS.items():
        for dtype in ("float32", "float64"):
            x = logits(dtype)
            y = call(x)
            weights = torch.arange(y.numel(), dtype=y.dtype).reshape(y.shape) / 1024 + 1
            (y * weights).sum().backward()
            yield f"{name}; {dtype} value; {digest(y.detach().numpy().tobytes())}"
            yield f"{name}; {dtype} gradient; {digest(x.grad.numpy().tobytes())}"


def other_lines():
    """Yield a line for each draw and one for each printed text."""
    torch.manual_seed(18)
    for name, draw in DRAWS.items():
        drawn = draw().numpy()
        yield f"{name}; {drawn.dtype} drawn; {digest(drawn.tobytes())}"
    for number, make in enumerate(PRINTED):
        yield f"text {number}; printed; {digest(repr(make()).encode())}"


def lines():
    return [*formula_lines(), *other_lines()]


if __name__ == "__main__":
    print("\n".join(lines()))
