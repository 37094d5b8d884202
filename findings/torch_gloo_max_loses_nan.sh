#!/usr/bin/env bash
# torch 2.13.0 (gloo).
#
# all_reduce(MAX) over gloo keeps a nan in some entries only. With two ranks, of which one has
# nan in all 8 entries, nan is left in 4 entries and 1.0, the number of the other rank, in 4. All
# ranks get the same. MIN does it, too; SUM keeps every nan.
#
# Why one would not guess it: torch.maximum, amax and max all keep nan, and a reduction is one
# function of the entries. The reason is a comparison whose operands are in one order where a
# rank reduces its own part of the ring, and in the other where its neighbour does. A loss that looks
# for overflow by the MAX of its logits sees it in half of its samples.
#
# Seen; run without refimpl:
#| MAX [nan, nan, nan, nan, 1.0, 1.0, 1.0, 1.0]
#| MIN [nan, nan, nan, nan, 1.0, 1.0, 1.0, 1.0]
#| SUM [nan, nan, nan, nan, nan, nan, nan, nan]

set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -q --disable-pip-version-check torch==2.13.0 numpy==2.4.6

cat > "$work/program.py" <<'PROGRAM'
import torch
import torch.distributed as dist

dist.init_process_group("gloo")
for name in ("MAX", "MIN", "SUM"):
    x = torch.full((8,), torch.nan if dist.get_rank() == 0 else 1.0)
    dist.all_reduce(x, getattr(dist.ReduceOp, name))
    if dist.get_rank() == 0:
        print(name, x.tolist())
dist.destroy_process_group()
PROGRAM
OMP_NUM_THREADS=1 "$work/venv/bin/torchrun" --standalone --nproc-per-node 2 "$work/program.py" > "$work/seen"

sed -n 's/^#| //p' "$0" | diff - "$work/seen" || {
    echo "changed: nan in reductions of gloo" >&2
    exit 1
}
