"""One rank is killed between two losses; each of the others writes down how it ends.

torchrun --nproc-per-node 4 evidence/shards/dying.py FOLDER
"""

import os
import signal
import sys
import time
from datetime import timedelta
from pathlib import Path

import torch
import torch.distributed as dist
from sharded import LostRankError, cross_entropy

VICTIM = 1
TIMEOUT = 3  # seconds


def main(folder):
    signal.signal(signal.SIGTERM, signal.SIG_IGN)  # torchrun ends what is left of a job by it
    dist.init_process_group("gloo", timeout=timedelta(seconds=60))
    rank, group = dist.get_rank(), dist.group.WORLD
    logits, target = torch.randn(8, 10), torch.arange(8)
    cross_entropy(logits, target)
    group.set_timeout(timedelta(seconds=TIMEOUT))
    group.get_group_store().set_timeout(timedelta(seconds=TIMEOUT))
    if rank == VICTIM:
        os.kill(os.getpid(), signal.SIGKILL)
    start = time.monotonic()
    try:
        cross_entropy(logits, target)
    except LostRankError as error:
        Path(folder, f"{rank}.txt").write_text(f"{time.monotonic() - start:.1f}\n{error}")
        raise


if __name__ == "__main__":
    main(*sys.argv[1:])
