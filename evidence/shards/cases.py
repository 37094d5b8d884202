"""Calls of cross entropy with all classes on one process, and how they are cut into shards.

The calls of the operator's record are here: its samples, its inf and nan, its refusals. More are
added where only shards can go wrong.
"""

import numpy as np

from evidence.operators.cross_entropy import RECORD
from evidence.record import call

RNG = np.random.default_rng(15)
N, K = 40, 1009  # no rank's shard is as large as another's
LOGITS = RNG.normal(0, 3, (N, K))
LABELS = RNG.integers(0, K, N)
WEIGHTS = RNG.uniform(0.1, 3, K)
SHARES = RNG.dirichlet(np.ones(K), N)


def with_entries(x, value, places):
    """Return a copy that holds a value at some places."""
    x = x.copy()
    x[places] = value
    return x


def ignored(labels, every):
    """Return labels of which each n-th does not count."""
    return np.where(np.arange(len(labels)) % every == 0, -100, labels)


# Refusals of a shape that a shard may have: of a weight, of labels (2, 1) or (2) of one sample.
OTHER_SHAPES = ("weight tensor", "multi-target", "1D target")
NAN_ROWS = (np.arange(0, N, 3), np.arange(0, N, 3) * 25)  # on different ranks
LARGE = {
    "labels": call(LOGITS, LABELS),
    "labels far apart": call(LOGITS * 1000, LABELS),
    "a label in each corner": call(LOGITS[:4], [0, K - 1, K // 2, K // 4]),
    "no label on the later ranks": call(LOGITS, LABELS % 200),
    "each second label ignored": call(LOGITS, ignored(LABELS, 2), label_smoothing=0.1),
    "all labels ignored": call(LOGITS, np.full(N, -100)),
    "weights and smoothing": call(LOGITS, LABELS, weight=WEIGHTS, label_smoothing=0.1),
    "another ignore_index": call(LOGITS, LABELS, ignore_index=int(LABELS[0])),
    "probabilities": call(LOGITS, SHARES),
    "weighted, smoothed probabilities": call(
        LOGITS, SHARES, weight=WEIGHTS, label_smoothing=0.2, reduction="sum"
    ),
    "nan on one rank of each third sample": call(
        with_entries(LOGITS, np.nan, NAN_ROWS), LABELS, reduction="none"
    ),
    "+inf on one rank": call(
        with_entries(LOGITS, np.inf, (3, 1000)), LABELS, reduction="none"
    ),
    "-inf on all of a rank": call(
        with_entries(LOGITS, -np.inf, (slice(None), slice(0, 505))),
        LABELS % 400 + 600,
        reduction="none",
    ),
    "-inf at the label": call(
        with_entries(LOGITS, -np.inf, (np.arange(N), LABELS)), LABELS, reduction="none"
    ),
    "-inf and smoothing": call(
        with_entries(LOGITS, -np.inf, (0, 7)), LABELS, label_smoothing=0.1, reduction="none"
    ),
    "negative smoothing is none, as in torch": call(LOGITS, LABELS, label_smoothing=-0.5),
    "no sample": call(LOGITS[:0], LABELS[:0]),
    "a label out of range": call(LOGITS, with_entries(LABELS, K + 3, 5)),
    "a negative label": call(LOGITS, with_entries(LABELS, -1, 5)),
}  # fmt: skip
# One number has no classes that ranks or chunks could share; it is a case of its own.
REFUSALS = [
    each for each in RECORD.refusals if each.torch == "the same" and np.ndim(each.inputs[0]) > 0
]
CASES = {
    **{f"sample {n}": each for n, each in enumerate(RECORD.samples)},
    **{f"special {n}": each for n, each in enumerate(RECORD.special)},
    **{
        f"refusal: {each.text}": call(*each.inputs, **each.options)
        for each in REFUSALS
        if not any(words in each.text for words in OTHER_SHAPES)
    },
    **LARGE,
}


# --- shards ---------------------------------------------------------------------------------------


def cuts(classes, ranks, even=True):
    """Return the first class of each rank, and the number of all."""
    if even:
        sizes = [len(part) for part in np.array_split(np.arange(classes), ranks)]
    else:  # most classes on the first rank, none on the second
        sizes = [classes - classes // 3, 0, *[0] * (ranks - 2)]
        sizes[-1] += classes // 3
    return [0, *np.cumsum(sizes).tolist()]


def shard(case, rank, ranks, even=True):
    """Return the call with the classes of one rank."""
    x, target = case.inputs
    dim = min(1, x.ndim - 1)
    edges = cuts(x.shape[dim], ranks, even)
    mine = np.arange(edges[rank], edges[rank + 1])
    options = dict(case.options)
    weight = options.get("weight")
    if weight is not None and len(weight) == x.shape[dim]:
        options["weight"] = weight[mine]
    if target.shape == x.shape:
        target = target.take(mine, dim)
    return call(x.take(mine, dim), target, **options)


# --- ranks that do not agree ----------------------------------------------------------------------


def disagreeing(ranks):
    """Return, by name, the call of each rank, and the error that all ranks end in."""
    last = ranks - 1
    here = [shard(LARGE["labels"], rank, ranks) for rank in range(ranks)]

    def but_for_the_last(other):
        return [*here[:-1], other(*here[-1].inputs)]

    def told(name, usual, other):
        said = "; ".join(
            f"rank {rank}: {other if rank == last else usual}" for rank in range(ranks)
        )
        return f"the ranks have to agree on {name}, but have {said}"

    width = here[-1].inputs[0].shape[1]
    return {
        "samples": (
            but_for_the_last(lambda x, t: call(x[:7], t[:7])),
            ValueError,
            told("samples", [N], [7]),
        ),
        "dtype": (
            but_for_the_last(lambda x, t: call(x.astype(np.float32), t)),
            ValueError,
            told("dtype", "torch.float64", "torch.float32"),
        ),
        "kind of target": (
            but_for_the_last(lambda x, t: call(x, np.full_like(x, 1 / K))),
            ValueError,
            told("kind of target", "labels", "probabilities"),
        ),
        "label_smoothing": (
            but_for_the_last(lambda x, t: call(x, t, label_smoothing=0.5)),
            ValueError,
            told("label_smoothing", 0.0, 0.5),
        ),
        "one rank's weight": (
            but_for_the_last(lambda x, t: call(x, t, weight=np.ones(2))),
            RuntimeError,
            f"weight tensor should be defined either for all {width} classes or no classes but "
            "got weight tensor of shape: [2]",
        ),
        "labels": (
            but_for_the_last(lambda x, t: call(x, t[::-1].copy())),
            ValueError,
            "the ranks have to agree on labels (checksum)",
        ),
    }
