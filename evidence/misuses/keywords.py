"""Keywords of torch's functions beside those of ours: what is compared, and what is left out."""

import importlib
import inspect

from evidence.signatures import defaults, of_python, theirs

MODULES = ("", ".nn", ".nn.functional", ".nn.init", ".nn.utils", ".optim", ".optim.lr_scheduler")
MODULES += (".autograd", ".autograd.functional", ".random", ".utils.data")
# Parameters that nobody passes by name, under the reason.
NOT_NAMED = {
    "torch's stub and its parser call it differently; ours is the parser's": {
        ("Tensor.requires_grad_", "mode"),
        ("nn.functional.one_hot", "tensor"),
    },
    "a word of Python's own, which comes in the keywords": {
        ("Tensor.uniform_", "from"),
        ("Tensor.uniform_", "to"),
        ("Tensor.random_", "from"),
        ("Tensor.random_", "to"),
    },
    "torch has a form for each order of tensors and numbers": {
        ("max", "other"),
        ("min", "other"),
        ("Tensor.max", "other"),
        ("Tensor.min", "other"),
        ("result_type", "scalar"),
        ("result_type", "scalar1"),
        ("result_type", "scalar2"),
    },
    "torch's old constructors have a form for each kind of data": {
        ("Tensor.new", each) for each in ("cls", "other", "size", "storage")
    },
    "torch passes all arguments on; a subclass gives them names": {("nn.Module.forward", "input")},
    "a decorator is given its function by place": {
        ("autograd.enable_grad", "orig_func"),
        ("enable_grad", "orig_func"),
    },
    "torch's documentation names it so, and torch itself takes it as `tensor` alone": {
        ("Tensor.to", "other"),
    },
}
EXEMPT = set().union(*NOT_NAMED.values())
# Defaults that are not torch's, under the reason.
OTHER_DEFAULTS = {
    "where neither is given, both engines take correction=1": {
        (f"{owner}{name}", "unbiased") for owner in ("", "Tensor.") for name in ("std", "var")
    },
    "the only one that is taken; torch's object for it has no counterpart": {
        ("Tensor.cuda", "memory_format"),
        ("save", "pickle_module"),
    },
    "None stands for the generator that torch names": {("utils.data.random_split", "generator")},
    "torch has a default, and asks for the argument all the same": {("linspace", "steps")},
}


def callables(package):
    """Return {path: (owner, name, ours)} of public functions, classes and their methods."""
    found = {}
    for path in MODULES:
        module = importlib.import_module(package + path)
        for name in module.__all__:
            value = getattr(module, name)
            if inspect.isfunction(value) or inspect.isclass(value):
                found[f"{path[1:]}.{name}".strip(".")] = ("torch" + path, name, value)
            if inspect.isclass(value) and not issubclass(value, Exception):
                for key, method in vars(value).items():
                    if inspect.isfunction(method) and key[0] != "_":
                        full = f"{path[1:]}.{name}.{key}".strip(".")
                        found[full] = (f"torch{path}.{name}", key, method)
    return found


def lacking(path, owner, name, ours):
    """Return the parameters that torch's function has and ours does not take by name."""
    given = theirs(owner, name, _reached(owner, name))
    if given is None:
        return set()
    return {each for each in given - of_python(ours) if (path, each) not in EXEMPT}


def placed(function):
    """Return the names of the parameters that have a place; None for a builtin of torch."""
    try:
        parameters = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):
        return None
    kinds = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    return [each.name for each in parameters if each.kind in kinds]


def other_places(owner, name, ours):
    """Return the parameters that have a place, ours and torch's, where they differ."""
    found, wanted = placed(ours), placed(_reached(owner, name))
    if wanted is None:
        return ()
    if wanted[:1] == ["self"]:  # which a method may call input here
        found, wanted = found[1:], wanted[1:]
    return () if found == wanted else (found, wanted)


def other_defaults(path, owner, name, ours):
    """Return {parameter: our default and torch's} where they differ."""
    known = defaults(owner, name, _reached(owner, name))
    return {
        each.name: (each.default, known[each.name])
        for each in inspect.signature(ours).parameters.values()
        if each.name in known and not _among(each.default, known[each.name])
    }


def _among(value, texts):
    """Tell whether a default is one of some texts; 0.0 is what 0 is."""
    numbers = {text for text in texts if isinstance(value, float) and text.lstrip("-").isdigit()}
    return repr(value) in texts or value in set(map(int, numbers))


def _reached(owner, name):
    module, _, kind = owner.rpartition(".")
    try:
        found = importlib.import_module(owner)
    except ModuleNotFoundError:
        found = getattr(importlib.import_module(module), kind)
    return getattr(found, name, None)
