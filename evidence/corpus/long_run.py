"""The long program of the corpus on both engines, and in float64: a table for a page."""

import contextlib
import io
import re

from evidence.corpus.scripts import PROGRAMS, as_found, expected, name
from refimpl.standin import in_place_of_torch

(PROGRAM,) = (each for each in PROGRAMS if name(each) == "long_training")
EVERY = 30
LOSS = re.compile(r"^(\d+) (\S+)$", re.M)


def losses(text):
    """Return the printed losses by their step."""
    return {int(step): loss for step, loss in LOSS.findall(text)}


def in_float64():
    """Return what refimpl prints in float64, from the same float32 numbers at the start.

    The draws are made in float32, and then data and network are converted.
    """
    source = PROGRAM.read_text(encoding="utf-8")
    source = source.replace(
        "opt = torch.optim", "net.double()\nX, y = X.double(), y.double()\nopt = torch.optim"
    )
    out = io.StringIO()
    with in_place_of_torch() as torch, as_found(torch), contextlib.redirect_stdout(out):
        exec(compile(source, str(PROGRAM), "exec"), {"__name__": "__main__"})
    return losses(out.getvalue())


def compared():
    """Return the table: step, torch, refimpl, float64."""
    columns = [
        losses(expected(PROGRAM, engine).read_text("utf-8")) for engine in ("torch", "refimpl")
    ]
    columns.append(in_float64())
    rows = [
        f"| {step} | " + " | ".join(f"`{column[step]}`" for column in columns) + " |"
        for step in columns[0]
        if step % EVERY == 0
    ]
    return "\n".join(["| step | torch | refimpl | float64 |", "|--:|---|---|---|", *rows])
