#!/usr/bin/env bash
# cosmic-ray 8.7.0.
#
# Mutants that are no Python count as killed. The bare * of a signature is taken for a product, its
# / for a quotient, and the ** of a dict display for a power; each gives eleven mutants such as
# "def f(-, a)", a SyntaxError. A module of two functions and one dict, tested by its import alone,
# so has 33 mutants and 32 of them killed; the last made the / a *. In "except json.JSONDecodeError"
# the dot is replaced, which leaves a name that nobody has; over the same name in a tuple,
# "except (json.JSONDecodeError, OSError)", it fails itself.
#
# Why one would not guess it: the * of f(*args) and the ** of f(**options) are left alone, so it
# seems to know an operator from a mark; and a killed mutant is read as praise of the tests.
#
# Seen; run without refimpl:
#| 33 mutants, 32 killed, 32 of them a SyntaxError
#| def keyword(-, a): return a
#| def positional(a, -, b): return [a, b]
#| options = {-{"a": 1}, "b": 2}
#| except jsonCosmicRayTestingExceptionJSONDecodeError: pass
#| AttributeError: 'PythonNode' object has no attribute 'value'

set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -q --disable-pip-version-check cosmic-ray==8.7.0
pushd "$work" > "$work/log"

cat > marks.py <<'MODULE'
def keyword(*, a): return a
def positional(a, /, b): return [a, b]
options = {**{"a": 1}, "b": 2}
MODULE
cat > config.toml <<'CONFIG'
[cosmic-ray]
module-path = "marks.py"
timeout = 20.0
test-command = "python3 -B -c 'import marks'"
distributor.name = "local"
CONFIG
venv/bin/cosmic-ray init config.toml session.sqlite
venv/bin/python -I - > seen <<'PROGRAM'
from cosmic_ray.mutating import mutate_and_test, mutate_code
from cosmic_ray.plugins import get_operator
from cosmic_ray.work_db import WorkDB

session = WorkDB("session.sqlite", WorkDB.Mode.open)
killed = broken = 0
starred = [
    item.mutations
    for item in session.work_items
    if item.mutations[0].operator_name.startswith("core/ReplaceBinaryOperator")
]
for mutations in starred:
    result = mutate_and_test(mutations, "python3 -B -c 'import marks'", 20)
    killed += result.test_outcome.value == "killed"
    code = mutate_code(
        open("marks.py").read(), get_operator(mutations[0].operator_name)(), mutations[0].occurrence
    )
    try:
        compile(code, "marks.py", "exec")
    except SyntaxError:
        broken += 1
print(f"{len(starred)} mutants, {killed} killed, {broken} of them a SyntaxError")


def shown(name, code):
    try:
        return mutate_code(code, get_operator(f"core/{name}")(), 0).splitlines()[-1]
    except AttributeError as error:
        return f"AttributeError: {error}"


print(shown("ReplaceBinaryOperator_Mul_Sub", "def keyword(*, a): return a\n"))
print(shown("ReplaceBinaryOperator_Div_Sub", "def positional(a, /, b): return [a, b]\n"))
print(shown("ReplaceBinaryOperator_Pow_Sub", 'options = {**{"a": 1}, "b": 2}\n'))
for caught in ("json.JSONDecodeError", "(json.JSONDecodeError, OSError)"):
    print(shown("ExceptionReplacer", f"try: f()\nexcept {caught}: pass\n"))
PROGRAM
popd >> "$work/log"

sed -n 's/^#| //p' "$0" | diff - "$work/seen" || {
    echo "changed: what cosmic-ray takes for an operator" >&2
    exit 1
}
