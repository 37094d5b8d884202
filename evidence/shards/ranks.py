"""What each rank runs: all cases, then scripts of the gallery; the results go into a folder.

    torchrun --nproc-per-node 4 evidence/shards/ranks.py FOLDER [SCRIPT ...]

One launch for all of it: a process takes seconds to import torch.
"""

import contextlib
import io
import pickle
import runpy
import sys
import warnings
from datetime import timedelta
from pathlib import Path
from unittest import mock

import numpy as np
import sharded
import torch
import torch.distributed as dist

from evidence.record import call
from evidence.shards.cases import CASES, LARGE, disagreeing, shard
from evidence.shards.measure import measured

DTYPES = {"float32": torch.float32, "float16": torch.float16, "bfloat16": torch.bfloat16}
SIZE = {"samples": 4096, "classes": 4096}  # of what is measured


def tensors(call, dtype=None):
    """Return the inputs and options of a call as tensors; floating inputs want gradients."""

    def tensor(array):
        made = torch.from_numpy(np.array(array))
        return made.to(dtype) if dtype and made.is_floating_point() else made

    inputs = [tensor(array) for array in call.inputs]
    for each in inputs:
        each.requires_grad_(each.is_floating_point())
    options = {
        name: tensor(value) if isinstance(value, np.ndarray) else value
        for name, value in call.options.items()
    }
    return inputs, options


def outcome(function, call, dtype=None):
    """Return the loss and the gradients of a call, or its exception."""
    inputs, options = tensors(call, dtype)
    try:
        loss = function(*inputs, **options)
    except (RuntimeError, ValueError, IndexError) as error:
        return {"error": (type(error), str(error))}
    loss.backward(torch.linspace(1, 2, loss.numel(), dtype=loss.dtype).reshape(loss.shape))
    gradients = [None if x.grad is None else x.grad.double().numpy() for x in inputs]
    return {"loss": loss.detach().double().numpy(), "gradients": gradients}


def run_cases(rank, ranks):
    """Return the outcome of every case on this rank."""
    found = {}
    for name, case in CASES.items():
        found[name] = outcome(sharded.cross_entropy, shard(case, rank, ranks))
    for name, case in LARGE.items():
        mine = shard(case, rank, ranks, even=False)
        found[f"{name}, unequal shards"] = outcome(sharded.cross_entropy, mine)
        for dtype in DTYPES:
            mine = shard(case, rank, ranks)
            found[f"{name}, {dtype}"] = outcome(sharded.cross_entropy, mine, DTYPES[dtype])
    found["no dimension"] = outcome(sharded.cross_entropy, call(1.0, 1.0))
    for name, (calls, _, _) in disagreeing(ranks).items():
        found[f"ranks disagree: {name}"] = outcome(sharded.cross_entropy, calls[rank])
    return found


def run_script(script):
    """Run a script in the group that is there; return what it printed."""
    out = io.StringIO()
    with (
        mock.patch.object(dist, "init_process_group"),
        mock.patch.object(dist, "destroy_process_group"),
        contextlib.redirect_stdout(out),
    ):
        runpy.run_path(str(script), run_name="__main__")
    return out.getvalue()


def main(folder, *scripts):
    warnings.simplefilter("error")
    dist.init_process_group("gloo", timeout=timedelta(seconds=60))
    rank, ranks = dist.get_rank(), dist.get_world_size()
    found = {"cases": run_cases(rank, ranks)}
    found["measured"] = measured("sharded", **SIZE)
    found["printed"] = {Path(script).stem: run_script(script) for script in scripts}
    Path(folder, f"{ranks}.{rank}.pickle").write_bytes(pickle.dumps(found))
    dist.destroy_process_group()


if __name__ == "__main__":
    main(*sys.argv[1:])
