#!/usr/bin/env bash
# torch 2.13.0, NumPy 2.4.6.
#
# torch.device keeps eight bits of an index: cpu:300 is cpu:44, 256 is 0, 255 is no index at all, and
# from 128 to 254 it is negative (and repr shows numbers above 65000).
#
# Why one would not guess it: a negative index is refused with a clear text, and so is a text that is
# no number. Two devices that were written differently are equal.
#
# Seen; run without refimpl:
#| torch.device('cpu', 127)                             cpu:127
#| torch.device('cpu', 128)                             cpu:-128
#| torch.device('cpu', 128).index                       -128
#| torch.device('cpu:255').index                        None
#| torch.device('cpu:256').index                        0
#| torch.device('cpu', 300)                             cpu:44
#| torch.device('cuda:300') == torch.device('cuda:44')  True
#| torch.device('cpu', -1)                              RuntimeError: Device index must not be negative

set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -q --disable-pip-version-check torch==2.13.0 numpy==2.4.6

cat > "$work/program.py" <<'PROGRAM'
import torch


CALLS = (
    "torch.device('cpu', 127)",
    "torch.device('cpu', 128)",
    "torch.device('cpu', 128).index",
    "torch.device('cpu:255').index",
    "torch.device('cpu:256').index",
    "torch.device('cpu', 300)",
    "torch.device('cuda:300') == torch.device('cuda:44')",
    "torch.device('cpu', -1)",
)

for call in CALLS:
    try:
        seen = str(eval(call)).replace("\n", " ")
    except (TypeError, RuntimeError, NotImplementedError) as error:
        seen = f"{type(error).__name__}: {str(error).splitlines()[0][:60]}"
    print(f"{call:52} {seen}")
PROGRAM

"$work/venv/bin/python" -I "$work/program.py" > "$work/seen"

sed -n 's/^#| //p' "$0" | diff - "$work/seen" || {
    echo "changed: the index of torch.device" >&2
    exit 1
}
