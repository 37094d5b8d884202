"""The record: operators, and the nodes that their calls leave behind.

An operator is a forward function on arrays and, per argument, a vjp that pulls a cotangent back.
Calling it on tensors records a node: the arguments, and for each an edge to the node that made it.

A vjp is written once and runs on two kinds of values. In a plain backward pass it is given
arrays. With ``create_graph=True`` it is given tensors, so what it does is recorded like anything
else, and can be differentiated again: there is no second engine.
"""

from functools import cached_property

import numpy as np

from refimpl.errors import failure, say_to_tensors
from refimpl.tape.dtypes import DTYPES
from refimpl.tape.tensor import GradMode, Tensor, numbers, wrap

SECOND_BACKWARD = (
    "Trying to backward through the graph a second time (or directly access saved tensors after "
    "they have already been freed). Saved intermediate values of the graph are freed when you call "
    ".backward() or autograd.grad(). Specify retain_graph=True if you need to backward through the "
    "graph a second time or if you need to access saved tensors after calling backward."
)
RESULT = -1  # in `saves`: the result of the operator


class Operator:
    """A differentiable function of tensors.

    Parameters
    ----------
    name : str
        What torch calls the node, such as ``"SoftmaxBackward0"``.
    forward : callable
        Positional arguments are arrays (or numbers), options are keywords.
    vjps : callables
        One per differentiable argument, ``vjp(cotangent, *arguments, **options)``. A vjp is an
        operator itself or is written in operators and arithmetic.
    saves : tuple of tuples
        For each argument, the positions of the arguments (or `RESULT`) that its vjp looks at, by
        default all; those must not change before the backward pass.
    joint : callable
        Instead of `vjps`, where the number of arguments is open: returns all cotangents.
    result : bool
        Whether the vjps are given the result too, behind the arguments; the node keeps it then.
    pulls : tuple of callables
        Instead of `vjps` in a walk that is not recorded: the same numbers, from arrays alone.
    ahead : callable
        Instead of `forward` when the call is recorded: returns the result and a pullback, a
        function of the cotangent that returns the gradient, or one for each argument. It takes the
        place of the vjps unless the walk itself is recorded.
    views : dict
        For the position of an argument of which torch saves a view, the function that makes it of
        the array: the error for a change says the shape of that view.
    """

    def __init__(
        self,
        name,
        forward,
        *vjps,
        saves=None,
        joint=None,
        result=False,
        pulls=None,
        ahead=None,
        views=None,
        listed=None,
    ):
        self.name = name
        self.forward = forward
        self.vjps = vjps
        self.saves = (tuple(range(len(vjps))),) * len(vjps) if saves is None else saves
        self.pulls = vjps if pulls is None else pulls
        self.joint = joint
        self.result = result
        self.ahead = ahead
        self.views = views or {}
        self.listed = listed

    @cached_property
    def node(self):
        """The class of the nodes: torch names it too. Few of the operators are ever recorded."""
        # torch's classes of nodes have no module in their names.
        return type(self.name, (Node,), {"operator": self, "__module__": "builtins"})

    def __call__(self, *args, **options):
        # One pass over the arguments, also for what the node needs: this is the way of every call.
        arrays, tensors, recorded = list(args), False, False
        edges, versions = [None] * len(args), [None] * len(args)
        for i, arg in enumerate(args):
            if isinstance(arg, Tensor):
                tensors, arrays[i], versions[i] = True, arg._array, arg._counter[0]
                if arg._base is not None:
                    arg._be_ready()
                if arg._requires_grad:
                    recorded, edges[i] = True, arg._node or arg
        if not tensors:
            return self.forward(*args, **options)
        recorded = recorded and GradMode.enabled
        pullback = None
        try:
            if recorded and self.ahead is not None:
                result, pullback = self.ahead(*arrays, **options)
            else:
                result = self.forward(*arrays, **options)
        except Exception as error:
            say_to_tensors(error)
            raise
        tensor = Tensor.__new__(Tensor)  # what `wrap` does, without a call
        tensor._array = result if type(result) is np.ndarray else np.asarray(result)
        tensor._counter = [0]
        if recorded:
            tensor._node = self.node(args, options, edges, versions, tensor, pullback)
            tensor._requires_grad = True
        return tensor

    def named(self, name):
        """Return the same operator under another of torch's names."""
        kept = {
            key: getattr(self, key)
            for key in ("saves", "joint", "result", "pulls", "ahead", "views", "listed")
        }
        return Operator(name, self.forward, *self.vjps, **kept)

    def __repr__(self):
        return f"<operator {self.name}>"


class Node:
    """One recorded call of an operator.

    `edges` says, per argument, where its cotangent goes: to the node that made the argument, to
    the argument itself if it is a leaf, or nowhere (None); `versions` how often each tensor among
    them had been changed.
    """

    # What most nodes share; an instance stores only what differs.
    operator = None
    pullback = None  # of the operator's `ahead`
    result = None  # the array, where the vjps are given it
    hooks = None
    _hooks = None  # of a leaf, which may stand in the place of a node
    retained = ()
    _made_as = None  # the shape and dtype of the result, where its data was set since

    def __init__(self, args, options, edges, versions, tensor, pullback=None):
        self.args = args
        self.options = options
        self.edges = edges
        self.versions = versions
        self.counter = tensor._counter  # of changes of the result
        self.number = next(numbers)  # a node is younger than all that its edges lead to
        if pullback is not None:
            self.pullback = pullback
        if self.operator.result:
            self.result = tensor._array

    def pull(self, cotangent, wanted, create_graph, keep):
        """Return pairs (edge, cotangent) for the arguments whose edges lead to `wanted`.

        Unless the graph is to be kept, let go of what was saved; a node that saved nothing can be
        walked again.
        """
        args, options, operator = self.args, self.options, self.operator
        if args is None:
            raise failure(RuntimeError, SECOND_BACKWARD)
        if operator.joint is not None:
            return zip(self.edges, operator.joint(cotangent, *args, **options), strict=True)
        edges, saves, versions, places, pairs = self.edges, operator.saves, self.versions, [], []
        saved = False  # whether the vjps look at anything; torch's error if that was changed
        for i, edge in enumerate(edges):
            if edge is not None and (wanted is None or edge in wanted):
                places.append(i)
                for place in saves[i]:
                    saved = True
                    if place == RESULT:
                        if self.counter[0]:
                            raise self._changed(self.counter[0], 0, self)
                    elif versions[place] is not None:
                        arg = args[place]
                        if arg._counter[0] != versions[place]:
                            raise self._changed(arg._counter[0], versions[place], arg, place)
        if self.pullback is not None and not create_graph:
            gradients = self.pullback(cotangent)
            if type(gradients) is not tuple:
                gradients = (gradients,)
            for i in places:
                pairs.append((edges[i], gradients[i]))
        else:
            vjps = operator.vjps
            if not create_graph:
                args = [arg._array if isinstance(arg, Tensor) else arg for arg in args]
                vjps = operator.pulls
            if operator.result:
                args = (*args, self.remade() if create_graph else self.result)
            for i in places:
                pairs.append((edges[i], vjps[i](cotangent, *args, **options)))
        if saved and not keep:
            self.args = self.pullback = self.result = None
        return pairs

    def pull_none(self, cotangent, wanted, create_graph, keep):
        """Return the pairs where there is no cotangent: none for the arguments either."""
        return [(edge, None) for edge in self.edges]

    def remade(self):
        """Return the result as a tensor in its place on the tape; to keep one would be a cycle."""
        tensor = wrap(self.result)
        tensor._counter, tensor._node, tensor._requires_grad = self.counter, self, True
        return tensor

    def _changed(self, found, version, which, place=RESULT):
        maker = self if which is self else which.grad_fn
        array = self.run_again() if which is self else which._array
        if place in self.operator.views:
            seen = self.operator.views[place](array)
            if seen is not array:  # that view is made anew where it requires a gradient
                array, maker = seen, STRIDED if which._requires_grad else None
        return changed(
            array,
            maker,
            found,
            version,
            f"{self.operator.name} needs the values that it "
            f"{'returned' if which is self else 'was given'}; change a .clone() instead.",
        )

    def run_again(self):
        """Return the result as an array; it is not kept, since that would be a cycle."""
        arrays = [arg._array if isinstance(arg, Tensor) else arg for arg in self.args]
        return np.asarray(self.operator.forward(*arrays, **self.options))

    @property
    def next_functions(self):
        return tuple((step, 0) for step in self._listed())

    def _listed(self):
        """Return what torch lists: numbers and indices have no edge there."""
        steps = [AccumulateGrad(edge) if isinstance(edge, Tensor) else edge for edge in self.edges]
        if self.operator.listed is not None:
            return self.operator.listed(self.operator.name, *steps)
        places = LISTED.get(self.operator.name)
        return steps if places is None else [steps[i] for i in places]

    def name(self):
        """Return torch's name; what is not generated there has its namespace in it."""
        name = self.operator.name
        return f"torch::autograd::{name}" if name.startswith(("Copy", "Not")) else name

    def short_name(self):
        name, _, number = self.operator.name.rpartition("Backward")
        if self.operator.name in (
            "CopyBackwards",
            "CopySlices",
        ):  # not generated, unlike the others
            return f"torch::autograd::{self.operator.name}"
        return name + number.removeprefix("0")

    def __repr__(self):
        return f"<{self.operator.name} object at {id(self):#x}>"


# Which arguments have an edge in torch's nodes, where others are numbers, masks or indices.
FIRST = """BernoulliBackward0 ClampBackward1 FillBackward2 GatherBackward0 IndexBackward0
    IndexSelectBackward0 MaskedFillBackward0 MaskedSelectBackward0 MaxBackward0 MinBackward0
    NllLossBackward0 NllLoss2DBackward0 NormalBackward0 PowBackward0 RemainderBackward0
    ScatterBackward1 SortBackward0 UniformBackward0"""
LISTED = {
    **dict.fromkeys(FIRST.split(), (0,)),
    **dict.fromkeys(("PowBackward2", "RsubBackward1"), (1,)),
    "MaskedFillBackward1": (0, 2),
    "RsubBackward0": (1, 0),
    "ScatterBackward0": (0, 2),
    "WhereBackward0": (1, 2),
}


def changed(array, maker, found, version, advice=None):
    """Return torch's error for a saved tensor that was changed since; a node may have made it."""
    kind = f"torch.{DTYPES[array.dtype].title}Tensor"
    origin = "" if maker is None else f", which is output 0 of {maker.short_name()},"
    return failure(
        RuntimeError,
        "one of the variables needed for gradient computation has been modified by an inplace "
        f"operation: [{kind} {list(array.shape)}]{origin} is at version {found}; expected "
        f"version {version} instead. Hint: enable anomaly detection to find the operation that "
        "failed to compute its gradient, with torch.autograd.set_detect_anomaly(True, "
        "check_nan=False).",
        advice,
    )


STRIDED = object.__new__(Operator("AsStridedBackward0", None).node)  # lends its name to an error


class Step:
    """A step that torch has where refimpl has none: it is shown alone."""

    def name(self):
        return type(self).__name__

    def __repr__(self):
        return f"<{self.name()} object at {id(self):#x}>"


def step(name, *before):
    """Return a step to be shown before a node, or None where no gradient goes through it."""
    if all(each is None for each in before):
        return None
    shown = type(name, (Step,), {"__module__": "builtins"})()
    shown.next_functions = tuple((each, 0) for each in before)
    return shown


class AccumulateGrad:
    """How torch shows the edge to a leaf."""

    def __init__(self, variable):
        self.variable = variable

    __module__ = "builtins"  # as of the nodes
    next_functions = ()

    def name(self):
        return "torch::autograd::AccumulateGrad"

    def __repr__(self):
        return f"<AccumulateGrad object at {id(self):#x}>"
