"""What a piece of work allocates at most, what it sends to other ranks, and what theory says.

The derivation page (docs/derivations/softmax_in_pieces.md) proves the two formulas.
"""

import os
import socket
import struct
import time

import chunked
import pieces
import sharded
import torch
import torch.distributed as dist
from torch.distributed.device_mesh import init_device_mesh
from torch.distributed.tensor import DTensor, Shard
from torch.distributed.tensor.parallel import loss_parallel

BYTES_SENT = 200  # the offset in the kernel's struct tcp_info; tcpi_bytes_retrans comes next
LENGTH = 256
FLOAT = 4  # bytes of a float32
SETTLE = 0.2  # seconds in which all bytes leave the queues


# --- counting -------------------------------------------------------------------------------------


def peak(work):
    """Return the most bytes that torch holds at one time during a piece of work, beyond before."""
    with torch.profiler.profile(profile_memory=True) as profile:
        kept = work()
    events = profile.profiler.kineto_results.events()
    moves = sorted((e.start_ns(), e.nbytes()) for e in events if e.name() == "[memory]")
    del kept
    held = most = 0
    for _, size in moves:
        held += size
        most = max(most, held)
    return most


def sent():
    """Return the bytes that this process has sent over TCP, as the kernel of Linux counts them.

    gloo's ranks are connected by TCP on one machine, too.
    """
    return sum(map(sent_through, os.listdir("/proc/self/fd")))


def sent_through(descriptor):
    """Return the bytes sent through an open file, if it is a connection; what was sent again once.

    Also on one machine the kernel sends again what is not confirmed in time, as by a busy rank.
    """
    try:
        if not os.readlink(f"/proc/self/fd/{descriptor}").startswith("socket:"):
            return 0
        with socket.socket(fileno=os.dup(int(descriptor))) as connection:
            info = connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, LENGTH)
    except OSError:  # closed meanwhile, or no connection
        return 0
    if len(info) < BYTES_SENT + 16:
        return 0
    in_all, again = struct.unpack_from("QQ", info, BYTES_SENT)
    return in_all - again


def quiet_sent():
    """Return the bytes sent when all ranks have come here and nothing is on its way."""
    time.sleep(SETTLE)
    return sent()


# --- sharded classes ------------------------------------------------------------------------------


def of_ours(logits, target):
    """Return the loss of sharded logits, and the leaf that has the gradient."""
    x = logits.detach().requires_grad_()
    return sharded.cross_entropy(x, target)


def of_pytorch(logits, target):
    """Return the loss by loss_parallel, and the leaf that has the gradient."""
    mesh = init_device_mesh("cpu", (dist.get_world_size(),))
    x = DTensor.from_local(logits, mesh, [Shard(1)]).requires_grad_()
    with loss_parallel():
        return torch.nn.functional.cross_entropy(x, target)


WAYS = {"sharded": of_ours, "loss_parallel": of_pytorch}


def backward(loss):
    """Go back; loss_parallel wants its context for that, too."""
    with loss_parallel():
        loss.backward()


def measured(way, samples, classes):
    """Return what a loss and its gradient send and hold on this rank; classes are those of all."""
    rank, ranks = dist.get_rank(), dist.get_world_size()
    target = torch.randint(classes, (samples,), generator=torch.Generator().manual_seed(0))
    logits = torch.randn(samples, classes // ranks, generator=torch.Generator().manual_seed(rank))

    def both():
        loss = WAYS[way](logits, target)
        backward(loss)
        return loss

    both()  # connections are made, and modules imported
    dist.barrier()
    counts = [quiet_sent()]
    loss = WAYS[way](logits, target)
    counts.append(quiet_sent())
    backward(loss)
    counts.append(quiet_sent())
    dist.barrier()
    del loss
    found = {"sent forward": counts[1] - counts[0], "sent backward": counts[2] - counts[1]}
    found |= {"held": peak(both), "logits": logits.nbytes}
    start = time.process_time()
    both()
    return found | {"seconds": time.process_time() - start}


def volume(samples, ranks):
    """Return the bytes that a rank sends for labels: a MAX of N numbers and a SUM of 2 N."""
    return 2 * (ranks - 1) * 3 * samples * FLOAT / ranks


def memory(samples, classes, ranks):
    """Return the bytes that a rank holds: the gradient of its logits, and two blocks of scratch."""
    return FLOAT * (samples * classes // ranks + 2 * pieces.BLOCK)


# --- chunks in one process ------------------------------------------------------------------------


def plain(hidden, weight, target):
    """Compute all logits, then their loss."""
    return torch.nn.functional.cross_entropy(torch.nn.functional.linear(hidden, weight), target)


def of_torchs_chunks(hidden, weight, target):
    """Call torch's chunked loss."""
    options = torch.nn.LinearCrossEntropyOptions()
    return torch.nn.functional.linear_cross_entropy(hidden, weight, target, options=options)


CHUNKED = {
    "plain": plain,
    "chunks of classes": chunked.linear_cross_entropy,
    "torch's chunks": of_torchs_chunks,
}


def layer(samples, features, classes):
    """Return a hidden layer, a weight and labels, seeded."""
    generator = torch.Generator().manual_seed(15)
    hidden = torch.randn(samples, features, generator=generator).requires_grad_()
    weight = torch.randn(classes, features, generator=generator) / features**0.5
    target = torch.randint(classes, (samples,), generator=generator)
    return hidden, weight.requires_grad_(), target


def step(way, hidden, weight, target):
    """Return the loss and both gradients, made anew."""
    hidden.grad = weight.grad = None
    loss = CHUNKED[way](hidden, weight, target)
    loss.backward()
    return loss, hidden.grad, weight.grad


def held_beyond(way, *inputs):
    """Return the most bytes held beyond the weight, its gradient and what was there before."""
    return peak(lambda: step(way, *inputs)) - inputs[1].nbytes
