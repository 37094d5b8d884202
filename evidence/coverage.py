"""Which of torch's names are covered, and by which kinds of evidence: tables for a page.

A mark says that the name is called in the evidence of that kind, all of which the tests run on both
engines. A function and the method of one name count as one.
"""

import functools
import importlib
import inspect
import re
from pathlib import Path

import refimpl
from evidence.operators import RECORDS

EVIDENCE = Path(__file__).parent
# Where torch keeps the names of the neighbourhood, and where refimpl does.
PLACES = {
    "torch": "",
    "torch.Tensor": "Tensor",
    "torch.nn": "nn",
    "torch.nn.functional": "nn.functional",
    "torch.optim": "optim",
}
# What lies beside the subject, by the words in its name: other devices, other numbers, other
# layouts of memory, compilers, and the inside of torch.
BESIDE = re.compile(
    r"^_|^[A-Z]\w*(?:Type|Storage|Error|Base)$|complex|sparse|quant|cuda|cudnn|mkldnn|mps|xpu|vulkan"
    r"|miopen|fft|jit|compile|script|fork|export|onnx|trace|sym_|nested|sharded|storage|stream"
    r"|names?$|align_|refine_|rename|pin_memory|names_|conv|pool|lstm|gru|rnn|embedding|batch_norm"
    r"|instance_norm|group_norm|pixel_|fold|attention|transformer|grid_|affine|interpolat|upsampl"
    r"|hspmm|cholesky|lobpcg|svd|eig|lu_|qr|geqrf|ormqr|triangular|window|stft|istft|fbgemm|fake_"
    r"|dequantize|int_repr|q_|qscheme|is_(?:vulkan|xla|hpu|ipu|maia|meta|mtia|ort|xpu|metal)"
    r"|torch_function|boolean_dispatch|assert_int|factory_kwargs|^Lazy|^Uninitialized|^swap_in"
    r"|deterministic|profiler|num_threads|autocast|inference|anomaly|dlpack|rocm|cond$|vmap",
    re.I,
)
KINDS = {
    "value": ("tape_operators.py", "programs"),
    "gradient": ("tape_operators.py",),
    "second derivative": ("tape_operators.py",),
    "errors": ("misuses", "refusals.py", "programs/expressions.py"),
    "print": ("corpus/programs", "programs/expressions.py"),
}


def reached(root, path):
    """Return what a dotted path leads to, or None."""
    return functools.reduce(
        lambda found, part: getattr(found, part, None), filter(None, path.split(".")), root
    )


@functools.cache
def called(kind):
    """Return the names that the evidence of a kind calls."""
    texts = []
    for place in KINDS[kind]:
        path = EVIDENCE / place
        files = sorted(path.rglob("*.py")) if path.is_dir() else [path]
        texts += [each.read_text(encoding="utf-8") for each in files]
    return set(re.findall(r"[.\"](\w+)\b", "\n".join(texts)))


def recorded(name):
    """Return whether a record of an operator has the name, as a function or as a module."""
    return any(name in (record.name, record.module) for record in RECORDS.values())


def row(path, name):
    """Return the marks of a name that refimpl has."""
    value = getattr(reached(refimpl, path), name)
    text = inspect.getdoc(value) or ""
    marks = {"formula": recorded(name)}
    for kind in KINDS:
        by_record = recorded(name) and kind != "print"
        marks[kind] = by_record or name in called(kind)
    marks["example"] = ">>>" in text
    return marks


def theirs(path):
    """Return the public names of a place of torch's in the neighbourhood of the subset."""
    place = reached(importlib.import_module("torch"), path)
    names = [name for name in dir(place) if not BESIDE.search(name)]
    if path in ("", "nn.functional"):  # classes of torch's inside, but for tensors
        tensors = () if path else ("Tensor",)
        names = [name for name in names if name[0].islower() or name.endswith(tensors)]
    return [name for name in names if callable(getattr(place, name, None))]


@functools.cache
def compared(path):
    """Return the names that are not covered, and the rows of those that are."""
    ours = reached(refimpl, path)
    have = dir(ours) if path == "Tensor" else ours.__all__
    names = [name for name in theirs(path) if not inspect.ismodule(getattr(ours, name, None))]
    missing = [name for name in names if name not in have]
    return missing, {name: row(path, name) for name in names if name in have}


def not_covered(where):
    """Return the names of a place that are refused, folded up under how many are there."""
    missing, rows = compared(PLACES[where])
    title = f"`{where}`: {len(rows)} of {len(rows) + len(missing)} are there; the others"
    names = ", ".join(f"`{name}`" for name in missing)
    options = ":collapsible: closed\n:class: folded"
    return f":::{{admonition}} {title}\n{options}\n\n{names}\n:::"


def table(path):
    """Return the marks of all names that are there, those with the fewest first."""
    _, rows = compared(path)
    heads = list(next(iter(rows.values())))
    lines = [f"| name | {' | '.join(heads)} |", "|---|" + ":-:|" * len(heads)]
    for name, marks in sorted(rows.items(), key=lambda item: (sum(item[1].values()), item[0])):
        cells = " | ".join("✓" if marks[head] else "" for head in heads)
        lines.append(f"| `{name}` | {cells} |")
    return "\n".join(lines)
