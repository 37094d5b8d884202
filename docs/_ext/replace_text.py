"""Put the words of a translation into a node: its code, formulas and links stay the same nodes.

Nothing is parsed into new nodes, so a translated page cannot have another formula, another link or
another output than the English one. The parts of the English message name the nodes, in their
order; those of the translation say where each of them goes.
"""

from collections import defaultdict, deque

from docutils import nodes
from markup import MarkupError, parse, parse_source
from sphinx import addnodes

UNSEEN = (nodes.Text, nodes.target, addnodes.index, nodes.comment)


class ReplaceError(ValueError):
    """A node that is not made of what its message is made of."""


def elements(node):
    """Return what a reader sees in a node beside words, and a translation has to name."""
    return [c for c in node.children if not isinstance(c, UNSEEN) and not c.get("untouched")]


def items(parts):
    """Return what stands beside words among the parts of a message."""
    return [part for part in parts if not isinstance(part, str) and part.kind != "line break"]


def hole(element, item):
    """Return the node that holds the words of an item: of a link, the one inside."""
    wanted = len(items(item.inside))
    while len(element.children) == 1 and isinstance(element[0], nodes.Element):
        if wanted and not (wanted == 1 and isinstance(element[0], nodes.inline)):
            break
        element = element[0]
    return element


def named(parts, node, found):
    """Collect the nodes of a message under kind and content, in their order."""
    here, shown = items(parts), elements(node)
    if len(here) != len(shown):
        raise ReplaceError(f"{len(here)} parts in the message, {len(shown)} nodes on the page")
    for item, element in zip(here, shown, strict=True):
        found[item.kind, item.content].append(element)
        if item.inside:
            named(item.inside, hole(element, item), found)
    return found


def built(parts, found):
    """Return the nodes of a translation."""
    made = []
    for part in parts:
        if isinstance(part, str):
            made.append(nodes.Text(part))
            continue
        element = found[part.kind, part.content].popleft()
        if part.inside:
            fill(hole(element, part), built(part.inside, found))
        made.append(element)
    return made


def fill(node, children):
    """Give a node other children; those that are no part of the message stay behind them."""
    kept = [c for c in node.children if isinstance(c, nodes.Element) and c.get("untouched")]
    node.clear()
    node.extend([*children, *kept])


def replace(node, message, translation, markup):
    """Translate a node."""
    if isinstance(node, addnodes.translatable):
        node.apply_translated_message(message, translation)
    elif node.get("alt") == message:
        node["alt"] = translation
    elif isinstance(node, nodes.meta):
        node["content"] = translation
    else:
        found = named(parse_source(message, markup), node, defaultdict(deque))
        try:
            fill(node, built(parse(translation, markup), found))
        except IndexError:
            raise ReplaceError("a part of the translation is not in the message") from None
        except MarkupError as error:
            raise ReplaceError(str(error)) from None
