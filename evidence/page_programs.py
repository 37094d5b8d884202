"""The programs of the pages: found, run, and compared with what stands under them.

A page holds a program and under it what it prints::

    ```{script}
    import torch
    print(torch.zeros(2))
    ```

    ```{prints}
    tensor([0., 0.])
    ```

Where refimpl rightly prints another text, a second block ``{prints} refimpl`` follows.
``python -m evidence.page_programs [part of a name ...]`` runs the programs and writes down what
they print; look at the change with git diff before you commit it.
"""

import contextlib
import io
import re
import sys
import warnings
from pathlib import Path
from typing import NamedTuple

from evidence.command import in_parts, parser
from refimpl.standin import in_place_of_torch

FOLDER = Path(__file__).resolve().parents[1] / "docs"
MARK = "```{script}"
PAGES = sorted(page for page in FOLDER.glob("*/*.md") if MARK in page.read_text("utf-8"))
QUESTIONS = sorted(page for page in FOLDER.glob("questions/*.md") if page.stem != "index")
ENGINES = {"torch": contextlib.nullcontext, "refimpl": in_place_of_torch}
LINES = 15  # of a question's program, at most
EXAMPLE = re.compile(
    r"^```\{script\}\n(?P<source>.*?)^```\n\n"
    r"```\{prints\}\n(?P<torch>.*?)^```\n"
    r"(?:\n```\{prints\} refimpl\n(?P<refimpl>.*?)^```\n)?",
    re.M | re.S,
)


class Example(NamedTuple):
    """A program and what stands on its page, by engine."""

    source: str
    prints: dict


def examples(page):
    """Return the programs of a page, in order."""
    found = EXAMPLE.finditer(page.read_text("utf-8"))
    return [
        Example(
            each["source"], {"torch": each["torch"], "refimpl": each["refimpl"] or each["torch"]}
        )
        for each in found
    ]


def printed(source, engine):
    """Run a program on an engine; return its standard output.

    What a program warns of goes to another stream, so it is not looked at here.
    """
    out = io.StringIO()
    with ENGINES[engine](), contextlib.redirect_stdout(out), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        exec(compile(source, "<program>", "exec"), {"__name__": "__main__"})
    return out.getvalue()


def renewed(found):
    """Return an example's text with what the program prints now."""
    prints = {engine: printed(found["source"], engine) for engine in ENGINES}
    text = f"```{{script}}\n{found['source']}```\n\n```{{prints}}\n{prints['torch']}```\n"
    if found["refimpl"] is not None:
        text += f"\n```{{prints}} refimpl\n{prints['refimpl']}```\n"
    return text


def main(arguments):
    """Renew the pages whose names contain one of the parts."""
    names = [page.stem for page in PAGES]
    chosen = in_parts(parser("python -m evidence.page_programs", __doc__), names, arguments)
    for page in PAGES:
        if page.stem in chosen:
            page.write_text(EXAMPLE.sub(renewed, page.read_text("utf-8")), "utf-8")
            print(page.stem)


if __name__ == "__main__":
    main(sys.argv[1:])
