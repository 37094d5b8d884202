"""Where the examples that readers see are found, so that pytest can run each of them.

Three kinds of document hold examples: docstrings of `refimpl`, Markdown pages (README included)
and the texts between the code of a gallery script. Root ``conftest.py`` collects them all;
``tests/test_collection.py`` counts that none is missed.
"""

import re
from pathlib import Path

from sphinx_gallery.py_source_parser import split_code_and_text_blocks
from sybil import Document, Region, Sybil
from sybil.document import PythonDocStringDocument
from sybil.evaluators.doctest import DocTestEvaluator
from sybil.evaluators.python import PythonEvaluator
from sybil.parsers.abstract import DocTestStringParser
from sybil.parsers.myst import CodeBlockParser, PythonCodeBlockParser
from sybil.region import Lexeme

ROOT = Path(__file__).parents[1]
prompts = DocTestStringParser()


class Docstrings(PythonDocStringDocument):
    """The docstrings of a module, without the module's names: an example brings its imports."""

    def __init__(self, text, path):
        Document.__init__(self, text, path)


def docstring_examples(docstring):
    """Yield the ``>>>`` examples of one docstring; no other docstring lends them a name."""
    run, namespace = DocTestEvaluator(), {}

    def run_alone(example):
        example.namespace = namespace
        return run(example)

    for region in prompts(docstring.text, docstring.path):
        region.evaluator = run_alone
        yield region


def page_examples(page):
    """Yield the cells and Python fences of a page, in order, in the one namespace of the page."""
    refuse_cells_without_language(page)
    yield from PythonCodeBlockParser()(page)
    yield from pycon_examples(page)


def pycon_examples(page):
    for fence in CodeBlockParser("pycon")(page):
        source = fence.parsed
        for region in prompts(source, page.path):
            region.adjust(fence, source)
            yield region


def refuse_cells_without_language(page):
    """Raise for a cell that Sphinx would run and pytest pass over in silence."""
    bare = re.search(
        r"^[ \t]*(`{3,}|~{3,}|:{3,})\{code-cell\}(?![ \t]*python[ \t]*$)", page.text, re.M
    )
    if bare:
        raise ValueError(
            f"{page.path}:{page.text.count(chr(10), 0, bare.start()) + 1}: "
            "write the cell as ```{code-cell} python; without that word no test runs it"
        )


def script_examples(script):
    """Yield the ``>>>`` examples in a gallery script's texts, each after the code above it.

    Code below the last of them is left to ``tests/gallery``, which runs whole scripts.
    """
    blocks = split_code_and_text_blocks(script.path)[1]
    while blocks and not (blocks[-1].type == "text" and ">>>" in blocks[-1].content):
        blocks.pop()
    at = 0
    for kind, content, _ in blocks:
        if kind == "code":
            at = script.text.index(content, at)
            yield Region(at, at + len(content), Lexeme(content, 0, -1), PythonEvaluator())
            at += len(content)
        else:
            for region in prompts(content, script.path):
                at = script.text.index(">>> " + region.parsed.source.partition("\n")[0], at)
                yield Region(at, at + 1, region.parsed, region.evaluator)
                at += 1


DOCSTRINGS = Sybil(
    [docstring_examples],
    path=str(ROOT / "refimpl"),
    pattern="*.py",
    document_types={".py": Docstrings},
)
PAGES = Sybil([page_examples], path=str(ROOT / "docs"), pattern="*.md")
README = Sybil([page_examples], path=str(ROOT), filenames=["README.md"], excludes=["*/README.md"])
SCRIPTS = Sybil(
    [script_examples],
    path=str(ROOT / "gallery"),
    pattern="plot_*.py",
    document_types={".py": Document},
)
KINDS = [DOCSTRINGS, PAGES, README, SCRIPTS]
