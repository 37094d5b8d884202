"""Measure what the losses over sharded and chunked classes send, hold and take.

    tox run -e shards                print it
    tox run -e shards -- --record    and write docs/_data/shards.json

The script starts itself on 2 and 4 ranks by torchrun. Bytes are those that the kernel counts at
gloo's connections, memory is what torch's allocator counts, times are the processor's, and of
several rounds the fastest counts.
"""

import json
import os
import sys
import tempfile
import time
from pathlib import Path

from benchmarks import machine
from evidence.command import parser, recording

RECORD = "shards.json"
RANKS = (2, 4)
SHARDED = {"samples": 1024, "classes": 65536}
SAMPLES = 64
LAYERS = [(16, 1000), (16, 10_000), (16, 100_000), (16, 1_000_000)]
TIMED = [(64, 16, 1_000_000), (256, 64, 100_000), (256, 512, 100_000), (1024, 256, 50_000)]
ROUNDS = 5
SEEDS = 20


def on_this_rank(file):
    """Measure as one of several ranks; the first writes the results."""
    import torch.distributed as dist

    from evidence.shards.measure import WAYS, measured

    dist.init_process_group("gloo")
    found = {way: measured(way, **SHARDED) for way in WAYS}
    every = [None] * dist.get_world_size()
    dist.all_gather_object(every, found)
    if dist.get_rank() == 0:
        Path(file).write_text(json.dumps(every), encoding="utf-8")
    dist.destroy_process_group()


def over_ranks():
    """Return a row for each number of ranks and way: the largest numbers of all ranks."""
    from evidence.shards.launch import checked, torchrun
    from evidence.shards.measure import memory, volume

    rows = []
    for ranks in RANKS:
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder, "found.json")
            checked(torchrun(ranks, __file__, file))
            every = json.loads(file.read_text(encoding="utf-8"))
        for way in every[0]:
            largest = {key: max(found[way][key] for found in every) for key in every[0][way]}
            rows.append({"ranks": ranks, "way": way} | largest)
            if way == "sharded":
                rows[-1]["volume"] = volume(SHARDED["samples"], ranks)
                rows[-1]["memory"] = memory(**SHARDED, ranks=ranks)
    return rows


def in_chunks():
    """Return the memory beyond the weight and its gradient, by classes and way."""
    from evidence.shards.measure import CHUNKED, held_beyond, layer

    return [
        {"features": features, "classes": classes}
        | {way: held_beyond(way, *layer(SAMPLES, features, classes)) for way in CHUNKED}
        for features, classes in LAYERS
    ]


def times():
    """Return the time of loss and gradients over that of the plain way, in turns."""
    from evidence.shards.measure import CHUNKED, layer, step

    rows = []
    for samples, features, classes in TIMED:
        inputs, best, losses = layer(samples, features, classes), {}, {}
        for _ in range(ROUNDS):
            for way in CHUNKED:
                start = time.process_time()
                losses[way] = step(way, *inputs)[0].item()
                taken = time.process_time() - start
                best[way] = min(taken, best.get(way, taken))
        rows.append({"samples": samples, "features": features, "classes": classes, "seconds": best})
        rows[-1]["losses"] = losses
    return rows


def fourth_decimal():
    """Return the largest error of a float32 loss of one sample, by classes and way."""
    import torch

    from evidence.shards.measure import CHUNKED

    rows = []
    for classes in (1000, 10_000, 100_000, 1_000_000, 4_000_000):
        errors = {}
        for seed in range(SEEDS):
            generator = torch.Generator().manual_seed(seed)
            x, target = 3 * torch.randn(1, classes, generator=generator), torch.tensor([0])
            exact = torch.nn.functional.cross_entropy(x.double(), target)
            column = x.T.contiguous()
            found = {
                "cross_entropy": torch.nn.functional.cross_entropy(x, target),
                "logsumexp - logit": x.logsumexp(1)[0] - x[0, 0],
                "chunks of classes": CHUNKED["chunks of classes"](torch.ones(1, 1), column, target),
            }
            for name, loss in found.items():
                errors[name] = max(errors.get(name, 0), abs(loss.double() - exact).item())
        rows.append({"classes": classes, "errors": errors})
    return rows


def main(arguments):
    """Measure, print, and record where asked to."""
    recorded = recording(parser("tox run -e shards --", __doc__), arguments).record
    record = machine.run_of("tox run -e shards -- --record", ("torch", "numpy"))
    record |= machine.kind_of_cpu() | {"sharded": SHARDED, "samples": SAMPLES, "seeds": SEEDS}
    for name, measure in (
        ("ranks", over_ranks),
        ("chunks", in_chunks),
        ("times", times),
        ("fourth decimal", fourth_decimal),
    ):
        record[name] = measure()
        print(json.dumps(record[name], indent=1))
    if recorded:
        print(machine.write(RECORD, record))


if __name__ == "__main__":
    if "RANK" in os.environ:
        on_this_rank(sys.argv[1])
    else:
        os.environ["OMP_NUM_THREADS"] = "1"
        main(sys.argv[1:])
