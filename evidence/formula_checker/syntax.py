"""Text -> tree: the grammar with the names of the page put in."""

from dataclasses import dataclass
from pathlib import Path

from lark import Lark, Token, Tree, UnexpectedInput

from evidence.formula_checker.tex import TexError, TexLexer

GRAMMAR = Path(__file__).with_name("grammar.lark").read_text(encoding="utf-8")
PARSER = Lark(
    GRAMMAR, parser="lalr", lexer=TexLexer, propagate_positions=True, maybe_placeholders=False
)


@dataclass
class Statement:
    """One chain of relations, and the condition under which it is claimed."""

    sides: list
    relations: list
    conditions: list
    tex: str

    @property
    def is_definition(self):
        """Say whether the chain begins with ``name :=``."""
        return self.relations[0] == ":="

    def text(self, node):
        """Return the piece of the formula that a tree was read from."""
        return self.tex[node.meta.start_pos : node.meta.end_pos]


def parse(tex, kinds):
    """Read a displayed formula; return its statements.

    `kinds` maps declared names to ``FUNC``, ``SYMBOL`` or ``INDEX``. Raises `TexError`, with the
    place, for a text that is not in the language.
    """
    try:
        tree = PARSER.parse((tex, kinds))
    except UnexpectedInput as error:
        start = getattr(error.token, "start_pos", None) if hasattr(error, "token") else None
        start = len(tex) if start is None else start
        near = tex[max(0, start - 25) : start].lstrip() + " ▸ " + tex[start : start + 25].rstrip()
        raise TexError(f"cannot be read at the mark: {near}", start) from None
    return [statement(node, tex) for node in tree.children]


def statement(node, tex):
    """Turn the tree of a statement into a `Statement`."""
    chain, *conditions = node.children
    sides = [child for child in chain.children if isinstance(child, Tree)]
    relations = [str(child) for child in chain.children if isinstance(child, Token)]
    if ":=" in relations[1:]:
        raise TexError("a definition (:=) can only stand first in a chain")
    return Statement(sides, relations, conditions[0].children if conditions else [], tex)


def binder_of(node):
    """Return the part of a tree that binds indices, such as the line under a sum, or None."""
    if node.data in {"summation", "product_over", "extremum", "expectation"}:
        return next(child for child in node.children if isinstance(child, Tree))
    return None


def bound_names(binder):
    """Return the names of the indices that a binder binds; the p of ``E_p[x]`` binds none."""
    names = [c for c in binder.children if isinstance(c, Token) and c.type == "INDEX"]
    return {str(name) for name in names}


def free_indices(node, bound=frozenset()):
    """Return the index names of a tree that no sum, maximum or expectation binds.

    `bound` are names that something around the tree binds. Raises `TexError` for a sum whose
    index does not occur in what it sums.
    """
    if isinstance(node, Token):
        return {str(node)} - bound if node.type == "INDEX" else set()
    binder = binder_of(node)
    if binder is None:
        return free_in_all(node.children, bound)
    names = bound_names(binder)
    *outer, last = (child for child in node.children if child is not binder)
    if binder.data == "drawn":
        return free_in_all([*outer, last], bound | names) | free_indices(binder.children[-1], bound)
    idle = names - free_indices(last)
    if idle:
        listed = ", ".join(sorted(idle))
        raise TexError(f"{listed} is bound here, but what follows does not use it")
    return (
        free_in_all(outer, bound)
        | free_indices(last, bound | names)
        | free_in_restriction(binder, bound, names)
    )


def free_in_all(children, bound):
    """Return the free index names of several trees together."""
    return set().union(*(free_indices(child, bound) for child in children))


def free_in_restriction(binder, bound, names):
    r"""Return the free index names of the limit in ``k = 1`` or ``k \ne i`` under a sum."""
    if binder.data != "restricted":
        return set()
    _, relation, limit = binder.children
    return free_indices(limit, bound if str(relation) == "=" else bound | names)
