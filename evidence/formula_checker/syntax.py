"""Text -> tree: the grammar with the page's names put in."""

from dataclasses import dataclass
from pathlib import Path

from lark import Lark, Token, Tree, UnexpectedInput

from evidence.formula_checker.tex import TexError, TexLexer

GRAMMAR = Path(__file__).with_name("grammar.lark").read_text(encoding="utf-8")
PARSER = Lark(
    GRAMMAR, parser="lalr", lexer=TexLexer, propagate_positions=True, maybe_placeholders=False
)
MEANT = {
    "NUMBER",
    "SYMBOL",
    "INDEX",
    "FUNC",
    "REL",
    "DEFINE",
    "EXTREMUM",
    "SIDE",
    "IN",
    "PRIME",
    "EXPECT",
}


@dataclass
class Statement:
    """One chain of relations, and the condition under which it is claimed."""

    sides: list
    relations: list
    conditions: list
    tex: str

    @property
    def is_definition(self):
        return self.relations[0] == ":="

    def text(self, node):
        return self.tex[node.meta.start_pos : node.meta.end_pos]


def bare(tree):
    """Drop the punctuation tokens; what is left is meaning."""
    children = [
        bare(child) if isinstance(child, Tree) else child
        for child in tree.children
        if isinstance(child, Tree) or child.type in MEANT or tree.data == "interval"
    ]
    if tree.data == "paren" or (tree.data == "primary" and len(children) == 1):
        return children[0]
    return Tree(tree.data, children, tree.meta)


def parse(tex, kinds):
    try:
        tree = bare(PARSER.parse((tex, kinds)))
    except UnexpectedInput as error:
        start = getattr(error.token, "start_pos", None) if hasattr(error, "token") else None
        start = len(tex) if start is None else start
        near = tex[max(0, start - 25) : start].lstrip() + " ▸ " + tex[start : start + 25].rstrip()
        raise TexError(f"cannot be read at the mark: {near}", start) from None
    return [statement(node, tex) for node in tree.children]


def statement(node, tex):
    chain, *conditions = node.children
    sides = [child for child in chain.children if isinstance(child, Tree)]
    relations = [str(child) for child in chain.children if isinstance(child, Token)]
    if ":=" in relations[1:]:
        raise TexError("a definition (:=) can only stand first in a chain")
    return Statement(sides, relations, conditions[0].children if conditions else [], tex)


def free_indices(node, bound=frozenset()):
    """Return the index names of a tree that no sum, maximum or expectation binds."""
    if isinstance(node, Token):
        return {str(node)} - bound if node.type == "INDEX" else set()
    if node.data in {"summation", "product_over", "extremum"}:
        binder, *rest = (child for child in node.children if isinstance(child, Tree))
        names = bound_names(binder)
        idle = names - free_indices(rest[-1])
        if idle:
            raise TexError(
                f"{', '.join(sorted(idle))} is bound here, but what follows does not use it"
            )
        inside = free_indices(rest[-1], bound | names)
        outside = set().union(*(free_indices(r, bound) for r in rest[:-1]), set())
        if binder.data == "restricted":
            relation = str(binder.children[1])
            limits = bound if relation == "=" else bound | names
            outside |= free_indices(binder.children[2], limits)
        return inside | outside
    if node.data == "expectation":
        _, drawn, *rest = node.children
        names = bound_names(drawn) if len(drawn.children) == 2 else set()
        inside = set().union(*(free_indices(r, bound | names) for r in rest))
        return inside | free_indices(drawn.children[-1], bound)
    return set().union(*(free_indices(child, bound) for child in node.children), set())


def bound_names(binder):
    names = [c for c in binder.children if isinstance(c, Token) and c.type == "INDEX"]
    return {str(name) for name in names}
