#!/usr/bin/env bash
# lark 1.3.1.
#
# An instance of lark's Interpreter has every attribute one can name: hasattr is always True, and
# reading a name that was never set gives a bound method instead of AttributeError. So an optional
# hook, sought with getattr(interpreter, "hook", None), is always found and does something else;
# "if self.depth is None" is never true; and copy.deepcopy of any interpreter ends in an
# AttributeError about a dict, since the copy module asks the instance for __deepcopy__ and gets
# the method that visits a tree. Visitor and Transformer, its neighbours, are as usual.
#
# Why one would not guess it: a rule without a method is passed over in all three, but the other
# two look for the method; only Interpreter answers for names that belong to no rule at all.
#
# Seen; run without refimpl:
#| Interpreter  hasattr on the class False, on an instance True
#| Visitor      hasattr on the class False, on an instance False
#| Transformer  hasattr on the class False, on an instance False
#| a name never set: __default__
#| copy.deepcopy: AttributeError: 'dict' object has no attribute 'children'

set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -q --disable-pip-version-check lark==1.3.1

"$work/venv/bin/python" -I - > "$work/seen" <<'PROGRAM'
import copy

from lark import Transformer, Visitor
from lark.visitors import Interpreter

for kind in (Interpreter, Visitor, Transformer):
    seen = f"on the class {hasattr(kind, 'nonsense')}, on an instance {hasattr(kind(), 'nonsense')}"
    print(f"{kind.__name__:12} hasattr {seen}")
print("a name never set:", Interpreter().depth.__name__)
try:
    copy.deepcopy(Interpreter())
except AttributeError as error:
    print("copy.deepcopy: AttributeError:", error)
PROGRAM

sed -n 's/^#| //p' "$0" | diff - "$work/seen" || {
    echo "changed: the attributes of lark's Interpreter" >&2
    exit 1
}
