"""Keywords of torch's functions beside those of ours: what is compared, and what is left out."""

import importlib
import inspect

from evidence.signatures import of_python, theirs

MODULES = ("", ".nn", ".nn.functional", ".optim", ".autograd", ".utils.data")
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


def _reached(owner, name):
    module, _, kind = owner.rpartition(".")
    try:
        found = importlib.import_module(owner)
    except ModuleNotFoundError:
        found = getattr(importlib.import_module(module), kind)
    return getattr(found, name, None)
