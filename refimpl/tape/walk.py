"""The walk back: from the roots along the record to the leaves, and what is done there."""

from collections import Counter
from heapq import heappop, heappush

import numpy as np

from refimpl.errors import failure, kind, silent
from refimpl.tape.broadcast import sum_to
from refimpl.tape.operands import copy_to, raw_dtype
from refimpl.tape.record import Node, Operator
from refimpl.tape.tensor import GradMode, Tensor, wrap


def edge_of(tensor):
    """Return where the cotangent of a tensor goes: its node, or itself if it is a leaf."""
    if tensor._base is not None:
        tensor._be_ready()
    return tensor._node or tensor


def nodes_towards(edges, goals):
    """Return the edges from which one can reach one of `goals`."""
    seen, stack = set(), [edge for edge in edges if isinstance(edge, Node)]
    while stack:
        node = stack.pop()
        if node not in seen:
            seen.add(node)
            stack.extend(edge for edge in node.edges if isinstance(edge, Node))
    wanted = set(goals)
    for node in sorted(seen, key=lambda node: node.number):
        if any(edge in wanted for edge in node.edges):
            wanted.add(node)
    return wanted


@silent
def walk(roots, cotangents, *, keep, create_graph, goals=None, deliver=None):
    """Walk back from `roots`, youngest node first, and return {edge: cotangent} at the ends.

    A node is younger than its arguments, so when it is the youngest one pending, every cotangent
    it will get has arrived. What is left when no node is pending are the leaves. A cotangent may
    be None, where a `Function` gives none: the walk goes on, and leaves nothing behind.

    With `goals` (edges), only paths that lead there are walked, and the cotangents of the goals
    are returned. Where the walk fails, `deliver` is given the cotangents of the leaves that were
    complete by then: torch has added them to the gradients already.
    """
    pending, heap, reached, sent = {}, [], {}, []
    hooked, arrived = None, []  # where leaves have hooks
    wanted = None if goals is None else nodes_towards(map(edge_of, roots), goals)
    for root, cotangent in zip(roots, cotangents, strict=True):
        if create_graph and not isinstance(cotangent, Tensor):
            cotangent = wrap(cotangent)
        elif isinstance(cotangent, Tensor) and not create_graph:
            cotangent = cotangent._array
        sent.append((edge_of(root), cotangent))
    before, GradMode.enabled = GradMode.enabled, create_graph
    try:
        node = None
        while True:
            for edge, cotangent in sent:
                if edge is None:
                    continue
                if edge._made_as is not None:
                    cotangent = fitting(cotangent, edge, node)
                if edge._hooks:
                    arrived.append(edge)
                if pending.get(edge) is None:
                    if isinstance(edge, Node) and edge not in pending:
                        heappush(heap, (-edge.number, edge))
                    pending[edge] = cotangent
                elif cotangent is not None:
                    pending[edge] = pending[edge] + cotangent
            if arrived:
                hooked = hooked or Hooked(wanted)
                hooked.see(arrived, pending, node, heap)
                arrived.clear()
            if not heap:
                break
            node = heappop(heap)[1]
            cotangent = pending.pop(node)
            if node.hooks or node.retained:
                cotangent = observe(node, cotangent)
            if goals is not None and node in goals:
                reached[node] = cotangent
            sent = ()
            if wanted is None or node in wanted:
                pull = node.pull if cotangent is not None else node.pull_none
                sent = pull(cotangent, wanted, create_graph, keep)
        node = None
        if hooked is not None:
            hooked.run([leaf for leaf in pending if leaf._hooks], pending)
    except Exception:
        if deliver is not None and node is not None:
            complete = _complete(pending, [node, *(each for _, each in heap)])
            if hooked is not None:
                hooked.run([leaf for leaf in complete if leaf._hooks], complete)
            deliver(complete)
        if node is not None:
            check_leaves(node)
        raise
    finally:
        GradMode.enabled = before
    pending.update(reached)
    return pending


def _complete(pending, nodes):
    """Return the cotangents of the leaves to which none of the nodes leads any more."""
    ahead, stack = set(), nodes
    while stack:
        edge = stack.pop()
        if edge is not None and edge not in ahead:
            ahead.add(edge)
            stack.extend(edge.edges if isinstance(edge, Node) else ())
    return {leaf: cotangent for leaf, cotangent in pending.items() if leaf not in ahead}


class Hooked:
    """The leaves that have hooks: those of a leaf run once its last cotangent has arrived."""

    def __init__(self, wanted):
        self.wanted = wanted
        self.left = None  # how many cotangents are still to come, by leaf
        self.done = set()

    def see(self, arrived, pending, node, heap):
        """Run the hooks of the leaves that are complete, with what a node has sent to them."""
        if self.left is None:
            self.left = self._counted([each for _, each in heap])
        else:
            self.left.subtract(arrived)
        leaves = {leaf: None for leaf in arrived if not self.left[leaf]}  # in order, each once
        self.run(_in_order(node, leaves), pending)

    def run(self, leaves, cotangents):
        """Run the hooks of leaves where that was not done, and write down what they answer."""
        for leaf in leaves:
            if leaf not in self.done:
                self.done.add(leaf)
                cotangents[leaf] = run_hooks(leaf._hooks, cotangents[leaf])

    def _counted(self, nodes):
        """Count the edges to leaves with hooks, from nodes and from all that lies behind them."""
        found, seen, wanted = Counter(), set(nodes), self.wanted
        while nodes:
            node = nodes.pop()
            if wanted is not None and node not in wanted:
                continue
            for edge in node.edges:
                if isinstance(edge, Node):
                    if edge not in seen:
                        seen.add(edge)
                        nodes.append(edge)
                elif edge is not None and edge._hooks and (wanted is None or edge in wanted):
                    found[edge] += 1
        return found


# In which order torch comes from linear to its input, weight and bias: the weight is turned before
# it is multiplied, and an input of another rank than 2 gets another shape before that.
LINEAR = {"AddmmBackward0": (2, 0, 1), "ViewBackward0": (2, 1, 0)}


def _in_order(node, leaves):
    """Return leaves in the order in which torch comes to them from a node."""
    edges = getattr(node, "edges", ())
    order = LINEAR.get(node.name()) if len(edges) == 3 else None
    return leaves if order is None else [edges[i] for i in order if edges[i] in leaves]


def fitting(cotangent, edge, sender):
    """Return a cotangent in the shape and dtype that a node's result had, before its data was set.

    torch sums what broadcasting would have repeated, and refuses any other shape.
    """
    if sender is None or cotangent is None:
        return cotangent
    if isinstance(edge, Tensor):
        check_leaves(sender)
        return cotangent
    (shape, dtype), found = edge._made_as, getattr(cotangent, "shape", ())
    if found != shape and not _repeats(shape, found):
        raise invalid_gradient(
            sender, edge, found, shape, "The data of a tensor in between was set to another shape."
        )
    if found != shape:
        cotangent = sum_to(cotangent, shape=shape)
    return cotangent if raw_dtype(cotangent) == dtype else copy_to(cotangent, dtype=dtype)


def invalid_gradient(sender, edge, found, shape, advice):
    """Return torch's error for a gradient of a wrong shape."""
    return failure(
        RuntimeError,
        f"Function {sender.name()} returned an invalid gradient at index "
        f"{sender.edges.index(edge)} - got {list(found)} but expected shape compatible with "
        f"{list(shape)}",
        advice,
    )


def check_leaves(node):
    """Refuse to go on to a leaf whose data has another shape than when the node was recorded."""
    for edge in node.edges:
        if isinstance(edge, Tensor):
            now = edge._array.shape
            since = (shape for number, shape in edge._made_as or () if number > node.number)
            before = next(since, now)
            if before != now:
                raise invalid_gradient(
                    node, edge, before, now, "The data of a leaf was set after it was used."
                ) from None


def _repeats(shape, found):
    """Tell whether a shape is expanded to another one."""
    pairs = zip(reversed(shape), reversed(found), strict=False)
    return len(shape) <= len(found) and all(a in (1, b) for a, b in pairs)


def as_tensor_grad(cotangent):
    """Return a cotangent as a tensor; an array is copied, so that no two gradients share memory."""
    return cotangent if isinstance(cotangent, Tensor) else wrap(np.array(cotangent))


def run_hooks(hooks, cotangent):
    """Show a cotangent to the hooks of its tensor; each may return another."""
    if cotangent is None:
        return _run_on_none(hooks)
    plain = not isinstance(cotangent, Tensor)
    seen = as_tensor_grad(cotangent)
    for hook in list(hooks.values()):
        answer = hook(seen)
        if answer is not None:
            _check_answer(hook, answer, seen)
            seen = answer
    return seen._array if plain else seen


def _run_on_none(hooks):
    """Tell the hooks that there is no gradient."""
    for hook in list(hooks.values()):
        if hook(None) is not None:
            raise failure(
                RuntimeError,
                "can't replace a None gradient with a non-None value",
                "A backward of a Function returned None here; a hook then returns None, too.",
            )


def _check_answer(hook, answer, seen):
    """Refuse a gradient that a hook returns in another dtype or shape."""
    if not isinstance(answer, Tensor):
        raise failure(
            TypeError,
            f"expected Variable, but hook returned '{kind(answer)}'",
            "A hook returns the new gradient, a tensor, or None.",
        )
    name = getattr(hook, "__name__", repr(hook))
    if answer._array.dtype != seen._array.dtype:
        raise failure(
            RuntimeError,
            f"hook '{name}' has changed the type of value (was torch.{seen.dtype.title}Tensor got "
            f"torch.{answer.dtype.title}Tensor)",
            f"Convert what the hook returns with .to({seen.dtype}).",
        )
    if answer._array.shape != seen._array.shape:
        raise failure(
            RuntimeError,
            f"hook '{name}' has changed the size of value",
            f"The gradient has shape {seen._array.shape}, the answer {answer._array.shape}.",
        )


def observe(node, cotangent):
    """Run the hooks of the node's tensor, then keep the gradient where that was asked for."""
    if node.hooks:
        cotangent = run_hooks(node.hooks, cotangent)
    for tensor in node.retained:
        accumulate(tensor, cotangent)
    return cotangent


copied = Operator("CopyBackwards", np.copy, lambda g, x: g, saves=((),))


def accumulate(tensor, cotangent):
    """Add a cotangent to ``tensor.grad``."""
    if cotangent is None:
        return
    if not isinstance(cotangent, Tensor):
        tensor._add_to_grad(cotangent)
    elif tensor._grad is None:
        tensor._grad = copied(cotangent) if cotangent._requires_grad else cotangent
    else:
        tensor._grad = tensor._grad + cotangent
