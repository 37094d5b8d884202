"""What the docstring of a public name has to hold, and how many names and examples there are."""

import importlib
import inspect
import re

from numpydoc.docscrape import get_doc_object
from numpydoc.validate import validate

# Whose names are public: what each lists in `__all__`.
NAMESPACES = (
    "refimpl",
    "refimpl.autograd",
    "refimpl.autograd.functional",
    "refimpl.backends.cudnn",
    "refimpl.backends.mps",
    "refimpl.cuda",
    "refimpl.nn",
    "refimpl.nn.functional",
    "refimpl.nn.init",
    "refimpl.nn.utils",
    "refimpl.optim",
    "refimpl.optim.lr_scheduler",
    "refimpl.random",
    "refimpl.utils.data",
    "refimpl.utils.data.idx",
    "refimpl.formulas",
    "refimpl.streams",
    "refimpl.printing",
    "refimpl.standin",
    "refimpl.articles",
    "refimpl.seeds",
)
# numpydoc's codes: no docstring, no summary or full stop; parameters left out, invented or in
# another order; no Returns, no Yields, no example.
WANTED = {"GL08", "SS01", "SS03", "PR01", "PR02", "PR03", "RT01", "YD01", "EX01"}
# Who has parameters and yet no section Raises stands under the reason.
CANNOT_FAIL = {
    "any object will do": {
        "refimpl.is_tensor",
        "refimpl.set_grad_enabled",
        "refimpl.typename",
    },
    "a decorator is given a function": {
        "refimpl.formulas.Formula",
        "refimpl.formulas.Formula.keeps",
        "refimpl.formulas.Formula.role",
    },
    "no GPU is there, whatever is asked of it": {
        f"refimpl.cuda.{name}"
        for name in (
            "is_bf16_supported",
            "max_memory_allocated",
            "memory_allocated",
            "memory_reserved",
        )
    },
    "only a tensor has this method": {"refimpl.Tensor.detach"},
    "what the function raises passes through": {"refimpl.nn.Module.apply"},
    "any text may stand before a path": {
        "refimpl.nn.Module.named_buffers",
        "refimpl.nn.Module.named_parameters",
        "refimpl.nn.Module.state_dict",
    },
    "a switch is on or off": {
        "refimpl.nn.Module.buffers",
        "refimpl.nn.Module.modules",
        "refimpl.nn.Module.parameters",
        "refimpl.nn.Module.zero_grad",
        "refimpl.optim.Optimizer.zero_grad",
    },
    "the search fills it": {"refimpl.seeds.Answer", "refimpl.seeds.Hit"},
    "the loader has checked what it holds": {
        "refimpl.articles.Article",
        "refimpl.articles.Claim",
        "refimpl.articles.Value",
        "refimpl.articles.Pictures",
        "refimpl.articles.Value.expected",
        "refimpl.utils.data.idx.ImageSets",
    },
}
# Keywords of torch's outside the subset have one account for all, in refimpl.keywords.
REFUSED = "Parameters {'**outside'} not documented"
ARRAYS = re.compile(r"\b(Tensor|ndarray)s?\b")
SHAPED = re.compile(
    r"shape|broadcast|length|rank|As of|sequence of Tensor|iterable of Tensor", re.I
)


def public_names():
    """Return {name: object}: functions and classes of the namespaces, each object once."""
    found = {}
    for namespace in NAMESPACES:
        module = importlib.import_module(namespace)
        for name in module.__all__:
            value = getattr(module, name)
            if callable(value) and all(value is not other for other in found.values()):
                found[f"{namespace}.{name}"] = value
    return found


def public_members(name, kind):
    """Return {name: object}: the methods and properties that a class brings itself.

    A method that overrides one of a base class, or is a public function as well, is documented
    there.
    """
    functions = {id(each) for each in public_names().values()}
    return {
        f"{name}.{key}": value
        for key, value in vars(kind).items()
        if key[0] != "_"
        and (inspect.isfunction(value) or isinstance(value, property))
        and id(value) not in functions
        and not any(hasattr(base, key) for base in kind.__mro__[1:])
    }


def documented():
    """Return {name: object} of all that needs a docstring: public names and members of classes."""
    names = public_names()
    for name, value in list(names.items()):
        if inspect.isclass(value):
            names |= public_members(name, value)
    return names


def faults(name, value):
    """Return what the docstring of a name lacks, as sentences."""
    if isinstance(value, property):
        return [] if value.__doc__ else ["it has no docstring"]
    document = get_doc_object(value)
    failing = inspect.isclass(value) and issubclass(value, Exception)
    wanted = WANTED - {"PR01"} if failing else WANTED
    found = [
        f"{code}: {text}"
        for code, text in validate(document)["errors"]
        if code in wanted and text != REFUSED
    ]
    for names, kind, lines in document["Parameters"]:
        if ARRAYS.search(kind) and not SHAPED.search(" ".join([kind, *lines])):
            found.append(f"no shape of {names} is told")
    excused = any(name in names for names in CANNOT_FAIL.values())
    if document["Parameters"] and not failing and excused == bool(document["Raises"]):
        found.append("what it raises is told, or why it cannot fail: one of the two")
    return found


def counts():
    """Return how many public functions and classes there are, and members of these classes."""
    names = public_names()
    classes = sum(map(inspect.isclass, names.values()))
    return {
        "functions": len(names) - classes,
        "classes": classes,
        "members": len(documented()) - len(names),
    }
