"""The tape beside torch: a recorded operation, a training step, an epoch; one thread."""

from functools import partial

import numpy as np
import pytest
import torch

import refimpl

ENGINES = {"refimpl": refimpl, "torch": torch}
LAPS = range(5)


def recorded(engine, small):
    """Multiply two small tensors, one of which requires a gradient."""
    x = engine.tensor(small).requires_grad_()
    y = engine.tensor(small)
    return lambda: x * y


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
    "7×3 product, recorded": (recorded, 10, 200),
    "7×3 product, sum, backward": (walked, 10, 50),
    "LinearNet step": (step, 10, 20),
    "epoch of 60000×784": (epoch, 1, 1),
    "epoch of 60000×784, loader": (partial(epoch, loaded=True), 1, 1),
}
MEASURED = [
    (program, lap, engine)
    for program, (build, _, _) in PROGRAMS.items()
    for lap in LAPS
    for engine in (*ENGINES, *(["NumPy"] if build is recorded else []))
]


@pytest.mark.parametrize(("program", "lap", "engine"), MEASURED)
def test_program(benchmark, program, lap, engine):
    torch.set_num_threads(1)
    build, rounds, calls = PROGRAMS[program]
    small = np.random.default_rng(0).normal(size=(7, 3)).astype(np.float32)
    call = build(ENGINES[engine], small) if engine in ENGINES else lambda: small * small
    benchmark.pedantic(call, rounds=rounds, iterations=calls, warmup_rounds=rounds > 1)
    benchmark.extra_info |= {"table": "tape", "row": [program], "library": engine}
