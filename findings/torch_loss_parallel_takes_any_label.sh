#!/usr/bin/env bash
# torch 2.13.0.
#
# Inside torch.distributed.tensor.parallel.loss_parallel, cross_entropy of a DTensor that is
# sharded over the classes takes a label that no rank holds: the sample adds 0 to the sum and counts
# in the mean. With probabilities that are sharded as the logits are, the loss is right and the
# gradient is wrong: it is -target / N, without the softmax.
#
# Why one would not guess it: one process raises IndexError for the label, and inside the context
# label smoothing and plain probabilities are refused. The reason: a shard masks a label that is not
# its own, and nobody asks whether it is anybody's; and the context replaces the backward of
# log_softmax by the identity, as its backward of nll_loss wants it.
#
# Seen; run without refimpl:
#| one process: IndexError Target 9 is out of bounds.
#| loss_parallel: loss 1.7201, which is half of the first sample's 3.4402
#| one process: loss 3.4402, gradient [-0.484, 0.0436, 0.1184, 0.322]
#| loss_parallel: loss 3.4402, gradient [-0.5, -0.0, -0.0, -0.0]

set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -q --disable-pip-version-check torch==2.13.0 numpy==2.4.6

cat > "$work/program.py" <<'PROGRAM'
import torch
import torch.distributed as dist
import torch.nn.functional as F
from torch.distributed.device_mesh import init_device_mesh
from torch.distributed.tensor import DTensor, Shard
from torch.distributed.tensor.parallel import loss_parallel

dist.init_process_group("gloo")
rank, mesh = dist.get_rank(), init_device_mesh("cpu", (2,))


def say(text):
    if rank == 0:
        print(text)


def sharded(x):
    return DTensor.from_local(x.chunk(2, 1)[rank].contiguous(), mesh, [Shard(1)])


logits = torch.tensor([[0.0, 1.0, 2.0, 3.0], [3.0, 2.0, 1.0, 0.0]], dtype=torch.float64)
good, bad = torch.tensor([0, 1]), torch.tensor([0, 9])
try:
    F.cross_entropy(logits, bad)
except IndexError as error:
    say(f"one process: IndexError {error}")
with loss_parallel():
    loss = F.cross_entropy(sharded(logits), bad).full_tensor()
first = F.cross_entropy(logits[:1], good[:1])
say(f"loss_parallel: loss {loss:.4f}, which is half of the first sample's {first:.4f}")

target = torch.tensor([[1.0, 0.0, 0.0, 0.0], [0.0, 0.0, 0.0, 1.0]], dtype=torch.float64)
x = logits.clone().requires_grad_()
loss = F.cross_entropy(x, target)
loss.backward()
say(f"one process: loss {loss:.4f}, gradient {[round(g, 4) for g in x.grad[0].tolist()]}")
x = sharded(logits).requires_grad_()
with loss_parallel():
    loss = F.cross_entropy(x, sharded(target))
    loss.backward()
whole, gradient = loss.full_tensor(), x.grad.full_tensor()
say(f"loss_parallel: loss {whole:.4f}, gradient {[round(g, 4) for g in gradient[0].tolist()]}")
dist.destroy_process_group()
PROGRAM
OMP_NUM_THREADS=1 "$work/venv/bin/torchrun" --standalone --nproc-per-node 2 "$work/program.py" > "$work/seen"

sed -n 's/^#| //p' "$0" | diff - "$work/seen" || {
    echo "changed: bad labels or sharded probabilities in loss_parallel" >&2
    exit 1
}
