"""The tape beside torch: a recorded operation, a training step, an epoch; one thread."""

from functools import partial

import numpy as np
import pytest
import torch

import refimpl

ENGINES = {"refimpl": refimpl, "torch": torch}
LAPS = range(5)


def recorded(engine, small, operation):
    """Apply an operation to two small tensors, one of which requires a gradient."""
    x, y = engine.tensor(small).requires_grad_(), engine.tensor(small)
    turned = y.T
    return lambda: operation(x, y, turned)


def rounded(total):
    """Round a sum in float64 once, as refimpl's are."""
    return total.astype(np.float32)


OPERATIONS = {  # each with an array function for the same numbers
    "product": (lambda x, y, t: x * y, np.multiply),
    "sum of two": (lambda x, y, t: x + y, np.add),
    "quotient": (lambda x, y, t: x / y, np.divide),
    "matrix product": (lambda x, y, t: x @ t, lambda x, y: x @ y.T),
    "exp": (lambda x, y, t: x.exp(), lambda x, y: np.exp(x)),
    "log": (lambda x, y, t: x.log(), lambda x, y: np.log(x)),
    "sum": (lambda x, y, t: x.sum(), lambda x, y: rounded(x.sum(dtype=np.float64))),
    "sum of rows": (lambda x, y, t: x.sum(1), lambda x, y: rounded(x.sum(1, np.float64))),
    "mean": (lambda x, y, t: x.mean(), lambda x, y: rounded(x.mean(dtype=np.float64))),
    "relu": (lambda x, y, t: x.relu(), lambda x, y: np.maximum(x, 0)),
    "sigmoid": (lambda x, y, t: x.sigmoid(), lambda x, y: refimpl.formulas.sigmoid(x)),
    "reshape": (lambda x, y, t: x.reshape(3, 7), lambda x, y: x.reshape(3, 7)),
    "column": (lambda x, y, t: x[:, 1], lambda x, y: x[:, 1]),
}


def walked(engine, small):
    """Multiply, sum, and walk back."""
    x = engine.tensor(small).requires_grad_()
    y = engine.tensor(small)

    def both():
        x.grad = None
        (x * y).sum().backward()

    return both


def step(engine, small):
    """Return one step of the fifth article's program."""
    nn = engine.nn
    engine.manual_seed(7)
    inputs, targets = engine.rand(7, 2, 2), engine.randint(0, 2, (7,))

    class LinearNet(nn.Module):
        def __init__(self):
            super().__init__()
            self.dense = nn.Linear(4, 3)
            self.softmax = nn.Softmax(dim=1)

        def forward(self, x):
            return self.softmax(self.dense(x.view(-1, 4)))

    net, criterion = LinearNet(), nn.CrossEntropyLoss()
    optimizer = engine.optim.SGD(net.parameters(), lr=0.1)

    def once():
        loss = criterion(net(inputs), targets)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()

    return once


def epoch(engine, small, loaded=False):
    """Return an epoch of the fourth article's program over tensors in memory.

    Either the batches are cut beforehand, or a loader shuffles the items, as in the article.
    """
    engine.manual_seed(4)
    images = engine.rand(60000, 784)
    labels = engine.randint(0, 10, (60000,))
    weight = engine.normal(0, 0.01, size=(784, 10)).requires_grad_()
    bias = engine.zeros(10, requires_grad=True)
    if loaded:
        data = engine.utils.data
        batches = data.DataLoader(data.TensorDataset(images, labels), 256, shuffle=True)
    else:
        batches = [(images[i : i + 256], labels[i : i + 256]) for i in range(0, 60000, 256)]

    def softmax(x):
        exponentials = engine.exp(x)
        return exponentials / exponentials.sum(1, keepdim=True)

    def cross_entropy(probs, target):
        return -engine.log(probs[range(len(probs)), target])

    def once():
        loss, hits = 0.0, 0.0
        for x, target in batches:
            probs = softmax(engine.matmul(x.reshape((-1, 784)), weight) + bias)
            losses = cross_entropy(probs, target)
            losses.sum().backward()
            with engine.no_grad():
                for parameter in (weight, bias):
                    parameter -= 0.1 * parameter.grad / len(target)
                    parameter.grad.zero_()
            loss += float(losses.detach().sum())
            hits += float((probs.detach().argmax(axis=1) == target).type(target.dtype).sum())

    return once


PROGRAMS = {  # what runs, its rounds in a lap, and the calls in each
    **{
        f"7×3 {name}, recorded": (partial(recorded, operation=operation), 10, 200)
        for name, (operation, _) in OPERATIONS.items()
    },
    "7×3 product, sum, backward": (walked, 10, 50),
    "LinearNet step": (step, 10, 20),
    "epoch of 60000×784": (epoch, 1, 1),
    "epoch of 60000×784, loader": (partial(epoch, loaded=True), 1, 1),
}
ARRAYS = {f"7×3 {name}, recorded": arrays for name, (_, arrays) in OPERATIONS.items()}
MEASURED = [
    (program, lap, engine)
    for lap in LAPS
    for program in PROGRAMS
    for engine in (*ENGINES, *(["NumPy"] if program in ARRAYS else []))
]


@pytest.mark.parametrize(("program", "lap", "engine"), MEASURED)
def test_program(benchmark, program, lap, engine):
    torch.set_num_threads(1)
    build, rounds, calls = PROGRAMS[program]
    small = np.random.default_rng(0).uniform(0.5, 2, size=(7, 3)).astype(np.float32)
    if engine in ENGINES:
        call = build(ENGINES[engine], small)
    else:
        call = partial(ARRAYS[program], small, small)
    benchmark.pedantic(call, rounds=rounds, iterations=calls, warmup_rounds=rounds > 1)
    benchmark.extra_info |= {"table": "tape", "row": [program], "library": engine}
