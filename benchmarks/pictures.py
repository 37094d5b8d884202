"""Measure A4's epoch on Fashion-MNIST beside plain NumPy, torch, and the article's own way.

    python -m benchmarks.pictures             print the times and the ratios
    python -m benchmarks.pictures --record    and write docs/_data/pictures.json

All take turns in one run, on one thread each, and of each the round with the least time of the
processor counts, so that a busy machine does little harm. The article's way has four worker
processes beside it: what counts is the least time in which so much work can be done on the cores
that there are. All train the same float32 model on the same 60000 images in batches of 256.
"""

import resource
import sys
import tracemalloc
import warnings
from functools import partial

import numpy as np
import torch

import refimpl
from benchmarks import machine
from benchmarks.programs import epoch_of
from evidence.command import parser, recording
from refimpl.utils.data.idx import fashion_mnist

RECORD = "pictures.json"
ROUNDS = 12
RATE, BATCH, WORKERS = 0.1, 256, 4
GOALS = {"closed form": 1.2, "torch": 0.34, "article's way": 0.05}
MEMORY = 1.2


def cut(images, labels):
    """Return the batches, cut beforehand."""
    starts = range(0, len(images), BATCH)
    return [(images[i : i + BATCH], labels[i : i + BATCH]) for i in starts]


def parameters():
    """Return a first weight and bias, the same at each call."""
    weight = np.random.default_rng(4).normal(0, 0.01, (784, 10))
    return weight.astype(np.float32), np.zeros(10, np.float32)


def closed_form(images, labels):
    """Return an epoch in plain NumPy: the gradient is softmax minus target."""
    (weight, bias), batches = parameters(), cut(images, labels)

    def once():
        loss, hits = 0.0, 0.0
        for x, target in batches:
            rows = np.arange(len(target))
            probs = np.exp(x @ weight + bias)
            probs /= probs.sum(1, keepdims=True)
            loss -= float(np.log(probs[rows, target]).sum())
            hits += float((probs.argmax(1) == target).sum())
            probs[rows, target] -= 1
            weight[...] -= RATE * (x.T @ probs) / len(target)
            bias[...] -= RATE * probs.sum(0) / len(target)
        return loss, hits

    return once


def no_tape(images, labels):
    """Return an epoch in plain NumPy of the operations that the article's program asks for.

    Forward and backward they are those that a tape finds, one after another; written by hand, none
    is recorded, checked or looked up. What a tape takes more than this is the cost of the tape.
    """
    (weight, bias), batches = parameters(), cut(images, labels)
    of_weight, of_bias = np.zeros_like(weight), np.zeros_like(bias)

    def once():
        loss, hits = 0.0, 0.0
        for x, target in batches:
            exponentials = np.exp(x @ weight + bias)
            sums = exponentials.sum(1, keepdims=True)
            probs = exponentials / sums
            rows = range(len(probs))
            picked = probs[rows, target]
            losses = -np.log(picked)
            of_picked = -np.broadcast_to(np.ones_like(losses.sum()), losses.shape) / picked
            of_probs = np.zeros_like(probs)
            of_probs[rows, target] = of_picked
            of_sums = -(of_probs * probs / sums).sum(1, keepdims=True)
            of_scores = (of_probs / sums + of_sums) * exponentials
            of_bias[...] += of_scores.sum(0)
            of_weight[...] += x.T @ of_scores
            for parameter, gradient in ((weight, of_weight), (bias, of_bias)):
                parameter -= RATE * gradient / len(target)
                gradient.fill(0)
            loss += float(losses.sum())
            hits += float((probs.argmax(axis=1) == target).astype(target.dtype).sum())
        return loss, hits

    return once


class Images(torch.utils.data.Dataset):
    """The data set of the article: every image is made a tensor when it is asked for."""

    def __init__(self, images, labels):
        self.images, self.labels = images, labels

    def __len__(self):
        return len(self.images)

    def __getitem__(self, item):
        image = torch.from_numpy(self.images[item][None])  # as ToTensor does it
        return image.to(torch.float32).div(255), int(self.labels[item])


def article(images, labels):
    """Return an epoch as the article has it: a shuffling loader with four worker processes."""
    loader = torch.utils.data.DataLoader(
        Images(images, labels), BATCH, shuffle=True, num_workers=WORKERS
    )
    return epoch_of(torch, loader)


def in_memory(engine, images, labels):
    """Return an epoch of the article's program over batches cut beforehand."""
    return epoch_of(engine, cut(engine.from_numpy(images), engine.from_numpy(labels)))


def memory(images, labels):
    """Return the peak of refimpl's epoch, the images included, over the images in float32."""
    once = in_memory(refimpl, images, labels)
    tracemalloc.start()
    once()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return (images.nbytes + peak) / images.nbytes


def used():
    """Return the processor's time of this process, and of the workers that have ended."""
    who = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    return np.array([each.ru_utime + each.ru_stime for each in map(resource.getrusage, who)])


def fastest(calls, rounds):
    """Return the least time of each call, in turns."""
    best = dict.fromkeys(calls, float("inf"))
    for _ in range(rounds):
        for name, call in calls.items():
            start = used()
            call()
            own, workers = used() - start
            best[name] = min(best[name], max(own, (own + workers) / machine.CORES))
    return best


def measure():
    """Return the seconds of every way, and refimpl's memory."""
    torch.set_num_threads(1)
    sets = fashion_mnist()
    labels = sets.train_labels.astype(np.int64)
    images = sets.train_images.reshape(-1, 784) / np.float32(255)
    ways = {
        "refimpl": partial(in_memory, refimpl),
        "closed form": closed_form,
        "the same operations, no tape": no_tape,
        "torch": partial(in_memory, torch),
    }
    times = fastest({name: build(images, labels) for name, build in ways.items()}, ROUNDS)
    own = article(sets.train_images, labels)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # torch advises fewer workers than the article has
        times |= fastest({"article's way": own}, 2)
    return times, memory(images, labels)


def main(arguments):
    """Measure, print, and record where asked to."""
    recorded = recording(parser("python -m benchmarks.pictures", __doc__), arguments).record
    times, peak = measure()
    for name, seconds in times.items():
        ratio = times["refimpl"] / seconds
        print(f"{name:28} {seconds:8.4f} s   refimpl takes {ratio:.3f}  goal {GOALS.get(name, '')}")
    print(f"memory over the images in float32: {peak:.3f}  goal {MEMORY}")
    if recorded:
        goals = [
            {"name": name, "value": times["refimpl"] / times[name], "must": must}
            for name, must in GOALS.items()
        ]
        goals.append({"name": "memory", "value": peak, "must": MEMORY})
        record = machine.run_of("python -m benchmarks.pictures --record", ("numpy", "torch"))
        record |= machine.kind_of_cpu()
        print(machine.write(RECORD, record | {"seconds": times, "goals": goals}))


if __name__ == "__main__":
    main(sys.argv[1:])
