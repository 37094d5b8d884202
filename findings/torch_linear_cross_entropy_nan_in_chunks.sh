#!/usr/bin/env bash
# torch 2.13.0.
#
# Two things about torch.nn.functional.linear_cross_entropy with options=LinearCrossEntropyOptions():
# where all labels are ignored the gradient is nan, while without options it is 0 (the loss is nan
# both times); and its memory still grows with the classes, because the samples are cut into chunks
# and not the classes: ten times the classes, ten times the memory beyond the weight's gradient.
#
# Why one would not guess it: the options are documented as another way to the same result with
# less memory, for vocabularies that are large. One batch without a counted label destroys the
# weights on this way and leaves them alone on the other.
#
# Seen; run without refimpl:
#| without options: loss nan, gradient [0.0, 0.0]
#| with options:    loss nan, gradient [nan, nan]
#| memory for 100000 and for 1000000 classes, in chunks of samples: 1 : 10.0

set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -q --disable-pip-version-check torch==2.13.0 numpy==2.4.6

"$work/venv/bin/python" -I - > "$work/seen" 2> "$work/said" <<'PROGRAM'
import torch

options = torch.nn.LinearCrossEntropyOptions()
for name, chosen in (("without options: ", None), ("with options:    ", options)):
    x, weight = torch.ones(4, 2), torch.ones(3, 2, requires_grad=True)
    ignored = torch.full((4,), -100)
    loss = torch.nn.functional.linear_cross_entropy(x, weight, ignored, options=chosen)
    loss.backward()
    print(f"{name}loss {loss.item()}, gradient {weight.grad[0].tolist()}")


def held(classes):
    x, weight = torch.ones(64, 16), torch.ones(classes, 16, requires_grad=True)
    labels = torch.zeros(64, dtype=torch.int64)
    with torch.profiler.profile(profile_memory=True) as profile:
        torch.nn.functional.linear_cross_entropy(x, weight, labels, options=options).backward()
    events = profile.profiler.kineto_results.events()
    moves = sorted((e.start_ns(), e.nbytes()) for e in events if e.name() == "[memory]")
    now = most = 0
    for _, size in moves:
        now += size
        most = max(most, now)
    return most - weight.nbytes


ratio = held(1_000_000) / held(100_000)
print(f"memory for 100000 and for 1000000 classes, in chunks of samples: 1 : {ratio:.1f}")
PROGRAM

sed -n 's/^#| //p' "$0" | diff - "$work/seen" || {
    echo "changed: torch's linear_cross_entropy in chunks" >&2
    exit 1
}
