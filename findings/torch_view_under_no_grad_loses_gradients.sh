#!/usr/bin/env bash
# torch 2.13.0
#
# A view that is made under `no_grad` says that it requires a gradient, is a leaf, and loses every
# gradient: `backward` through it succeeds, and neither the view nor its base gets anything. A copy
# that is made there requires none, so that `backward` is refused, as expected. So who writes
# `with torch.no_grad(): part = w[:1]` and trains from `part` learns nothing, without a word.
#
# Why one would not guess it: the documentation of no_grad says that the result of every computation
# will have requires_grad=False, and a leaf that requires a gradient is where gradients arrive.
#
# Seen; run without refimpl:
#| view: requires_grad True, is_leaf True
#| backward: taken; gradient of the view None, of the base None
#| copy: requires_grad False, is_leaf True
#| backward: element 0 of tensors does not require grad and does not have a grad_fn

set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -q --disable-pip-version-check torch==2.13.0 numpy==2.4.6

cat > "$work/program.py" <<'PROGRAM'
import torch

for name, function in (("view", lambda w: w[:1]), ("copy", lambda w: w[:1].clone())):
    w = torch.ones(2, requires_grad=True)
    with torch.no_grad():
        part = function(w)
    print(f"{name}: requires_grad {part.requires_grad}, is_leaf {part.is_leaf}")
    try:
        (part * 2).sum().backward()
    except RuntimeError as error:
        print("backward:", error)
    else:
        print(f"backward: taken; gradient of the view {part.grad}, of the base {w.grad}")
PROGRAM

"$work/venv/bin/python" -I "$work/program.py" > "$work/seen"

sed -n 's/^#| //p' "$0" | diff - "$work/seen" || {
    echo "changed: gradients of views that are made under no_grad" >&2
    exit 1
}
