"""Where an operator is used: claims whose check calls it, examples of the gallery, questions.

A use is a name after a dot, as in ``torch.softmax``, ``F.softmax``, ``nn.Softmax`` and
``x.softmax``, in code of which the syntax tree is read.
"""

import ast
import functools
import inspect
import textwrap

from evidence.articles.registry import CHECKS
from evidence.articles.runner import import_checks
from evidence.gallery.scripts import SCRIPTS, name
from evidence.operators import RECORDS
from evidence.page_programs import QUESTIONS, examples
from refimpl import nn
from refimpl.articles import load


def module_of(record):
    """Return the name of the operator's class in torch.nn, or nothing."""
    own = record.module or record.name.title()
    return own if hasattr(nn, own) else ""


def called(source):
    """Return the names after a dot in a piece of code."""
    tree = ast.parse(textwrap.dedent(source))
    return {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}


@functools.cache
def places():
    """Return the names that are called in every place, by the kind of place and its name."""
    import_checks(load())
    return {
        "claims": {claim: called(inspect.getsource(check)) for claim, check in CHECKS.items()},
        "examples": {name(each): called(each.read_text("utf-8")) for each in SCRIPTS},
        "questions": {
            page.stem: set().union(*(called(each.source) for each in examples(page)))
            for page in QUESTIONS
        },
    }


def uses(record, kind):
    """Return the places of one kind in which an operator is used, in order."""
    own = {record.name, module_of(record)}
    return sorted(place for place, names in places()[kind].items() if own & names)


def operators_in(question):
    """Return the names of the operators that a question's programs use."""
    return [name for name, record in RECORDS.items() if question in uses(record, "questions")]
