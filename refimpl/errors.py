"""Errors: torch's type and text are the message, our advice is a note.

Every part of refimpl raises through this module, so that a text stands in one place. A refusal
reads ``raise failure(TypeError, "torch's text", "our advice")``. Its last note is the address of
the entry that explains the text in the documentation (`refimpl._entries`).
"""

import functools
import math
import operator
import sys
from importlib import import_module
from opcode import opmap
from types import FunctionType, MethodType
from typing import NamedTuple

import numpy as np

# Arithmetic on inf and nan is part of the formulas: torch has the same values and no warnings.
silent = np.errstate(all="ignore")


class Names(NamedTuple):
    """How torch's errors name a dtype."""

    title: str  # in "not implemented for 'Float'"
    c: str  # in "out of bounds for float"
    product: str  # in "expected m1 and m2 to have the same dtype, but got: float != double"
    cell: str  # in "value cannot be converted to type float without overflow"


NAMES = {
    "bool": Names("Bool", "bool", "bool", "bool"),
    "uint8": Names("Byte", "unsigned char", "unsigned char", "uint8_t"),
    "int8": Names("Char", "signed char", "signed char", "int8_t"),
    "int16": Names("Short", "short int", "short int", "int16_t"),
    "int32": Names("Int", "int", "int", "int"),
    "int64": Names("Long", "long", "long int", "int64_t"),
    "float16": Names("Half", "c10::Half", "c10::Half", "c10::Half"),
    "float32": Names("Float", "float", "float", "float"),
    "float64": Names("Double", "double", "double", "double"),
    "complex64": Names("ComplexFloat", *["c10::complex<float>"] * 3),
    "complex128": Names("ComplexDouble", *["c10::complex<double>"] * 3),
}

# Advice of the formulas speaks of arrays. Who came with tensors is told the tensor's word.
TENSOR_WORDS = {
    ".astype(numpy.float32)": ".float()",
    ".astype(numpy.int64)": ".long()",
    ".astype": ".to(dtype)",
    "a formula takes NumPy arrays; wrap": "it takes tensors; wrap",
    "numpy.array(...)": "torch.tensor(...)",
}


# The last note of a refusal leads to the page of the documentation that explains its message.
ADDRESS = "More in the documentation: errors/#"
OUTSIDE = "outside-the-subset"  # the entry of what torch has and this reference does not

# Classes whose names torch's errors write with the module.
TORCHS = ("dtype", "device", "Size", "finfo", "iinfo")
# Functions of the tape that torch has in Python, not in C.
IN_PYTHON = frozenset(
    """is_tensor norm set_default_dtype set_default_tensor_type set_printoptions split
    typename""".split()
)


class NotInSubset(AttributeError):
    """Something that torch has and this reference does not.

    Parameters
    ----------
    message : str
    name : str
        What is missing.
    neighbours : sequence of str
        Names that look like it.

    Examples
    --------
    >>> import refimpl as torch
    >>> try:
    ...     torch.zeros(3).svd
    ... except torch.NotInSubset as error:
    ...     print(error)
    'Tensor' object has no attribute 'svd'
    """

    def __init__(self, message, name, neighbours=()):
        super().__init__(message)
        self.name = name
        explain(self, name, neighbours)


def explain(error, name, neighbours=()):
    """Add to an error that `name` lies outside the subset, and what is near it; return it."""
    error.add_note(f"{name} lies outside the subset of torch that refimpl covers.")
    if neighbours:
        error.add_note(f"Near it: {', '.join(neighbours)}.")
    error.add_note(ADDRESS + OUTSIDE)
    return error


def failure(kind, message, advice=None):
    """Return an error with torch's `message` and our `advice` as its note."""
    return advise(kind(message), advice)


def advise(error, advice=None):
    """Add our advice to an error, above the address of the entry that explains it; return it."""
    from refimpl._entries import entry  # only where something is refused

    notes = advice_of(error) + ([] if advice is None else [advice])
    explained = entry(str(error.args[0]))
    if explained is not None:
        notes.append(ADDRESS + explained)
    error.__notes__ = notes
    return error


def advice_of(error):
    """Return the notes of an error without the address of its entry."""
    return [note for note in getattr(error, "__notes__", ()) if not note.startswith(ADDRESS)]


def not_writable(name, owner):
    """Return torch's error for an attribute that nobody may set; `owner` is the class's name."""
    return failure(AttributeError, f"attribute '{name}' of '{owner}' objects is not writable")


class Fixed:
    """A base for what torch wrote in C: attributes are set while it is made, and never after."""

    owner = "torch.device"  # what torch calls the class

    def _fix(self, **attributes):
        self.__dict__.update(attributes)

    def __setattr__(self, name, value):
        if hasattr(self, name):
            raise not_writable(name, self.owner)
        raise failure(AttributeError, f"'{self.owner}' object has no attribute '{name}'")


def unsupported(name, advice):
    """Return the error for an argument of torch's that has no counterpart here."""
    return failure(
        NotImplementedError, f"{name} lies outside the subset of torch that refimpl covers", advice
    )


def outside(module, names, later=(), kept=None):
    """Return a module's ``__getattr__``: it says what is missing and what is near.

    The submodules named in `later` are imported when somebody first asks for them; so are the
    modules that keep the names in `kept`.
    """

    def missing(name):
        if name in later:
            return import_module(f"refimpl{module.removeprefix('torch')}.{name}")
        if kept and name in kept:
            return getattr(import_module(kept[name]), name)
        neighbours = near(name, names)
        if _in_from_import(sys._getframe(1)):
            raise explain(_cannot_import(name, module), name, neighbours)
        raise NotInSubset(f"module '{module}' has no attribute '{name}'", name, neighbours)

    return missing


def _in_from_import(frame):
    """Say whether the frame asks for the name of a ``from module import name``.

    Python drops an AttributeError there, with its notes, and raises an ImportError of its own.
    """
    return frame.f_code.co_code[frame.f_lasti] == opmap["IMPORT_FROM"]


def _cannot_import(name, module):
    """Return the ImportError that Python raises for a name that `module` does not have."""
    loaded = sys.modules.get("refimpl" + module.removeprefix("torch"))
    path = getattr(loaded, "__file__", None)
    text = f"cannot import name '{name}' from '{module}' ({path or 'unknown location'})"
    return ImportError(text, name=module, path=path)


def near(name, names):
    """Return the public names that look like `name`, whatever their capitals.

    The share of letters in common that counts as near lets a slip of the pen pass (``sotfmax``,
    0.86) and keeps out words that only sound alike (``median`` and ``mean``, 0.80).
    """
    if name.startswith("__"):  # Python's own names, for which every import asks
        return []
    import difflib  # for who has made a mistake

    public = {each.lower(): each for each in names if each[0] != "_"}
    found = difflib.get_close_matches(name.lower(), public, cutoff=0.82)
    return [public[each] for each in found]


def say_to_tensors(error):
    """Rewrite the advice of a formula for a caller who came with tensors, and of lacking memory."""
    if isinstance(error, MemoryError):
        raise no_memory(error) from None
    notes = getattr(error, "__notes__", [])
    for i, note in enumerate(notes):
        for array_word, tensor_word in TENSOR_WORDS.items():
            note = note.replace(array_word, tensor_word)
        notes[i] = note


def no_memory(error):
    """Return torch's error for memory that there is not; NumPy's tells how much it was."""
    shape, dtype = getattr(error, "shape", ()), getattr(error, "dtype", np.dtype(bool))
    wanted = math.prod(shape) * dtype.itemsize
    return failure(
        RuntimeError,
        "[enforce fail at alloc_cpu.cpp:127] err == 0. DefaultCPUAllocator: can't allocate memory: "
        f"you tried to allocate {wanted} bytes. Error code 12 (Cannot allocate memory)",
        f"That is {wanted / 2**30:.3g} GiB; work on a part at a time.",
    )


class _EnoughMemory:
    """``with enough_memory:`` turns NumPy's error into torch's."""

    def __enter__(self):
        return self

    def __exit__(self, kind, error, traceback):
        if isinstance(error, MemoryError):
            raise no_memory(error) from None


enough_memory = _EnoughMemory()

# ---- names and shapes, as torch writes them -------------------------------------------


def title(dtype):
    """Name a NumPy dtype as torch's errors do: ``Long`` for int64."""
    return NAMES[dtype.name].title if dtype.name in NAMES else dtype.name


def size(shape):
    """Write a shape as torch's errors do: ``torch.Size([2, 3])``."""
    return f"torch.Size({list(shape)})"


class Builtin(type):
    """The class of classes that are written in C in torch: Python's errors say their module, too.

    ``x.shape()`` fails with "'torch.Size' object is not callable". Python writes there what a class
    was made with; its `__name__` is the last part, as in torch. Few of them may be a base of a
    program's own classes.
    """

    __name__ = property(lambda cls: cls.__qualname__)

    def __new__(cls, name, bases, body, module="torch", closed=True):
        for base in bases:
            if isinstance(base, Builtin) and base.closed:
                raise failure(
                    TypeError,
                    f"type '{base.module}.{base.__qualname__}' is not an acceptable base type",
                    "Keep one as an attribute of your class instead.",
                )
        made = super().__new__(cls, f"{module}.{name}", bases, {"__qualname__": name, **body})
        made.module, made.closed = module, closed
        return made

    def __init__(cls, name, bases, body, module="torch", closed=True):
        super().__init__(name, bases, body)


def typename(value):
    """Return how torch's errors name a class, a function, or the class of anything else."""
    named = value if hasattr(value, "__qualname__") else type(value)
    if named.__qualname__ in TORCHS and named.__module__.startswith("refimpl"):
        return f"torch.{named.__qualname__}"
    module = "" if named.__module__ == "builtins" else f"{named.__module__}."
    if module.startswith("refimpl.") and isinstance(value, FunctionType):
        module = module.replace("refimpl", "torch", 1)
        if module.startswith("torch.tape."):  # built in, in torch
            module = "torch._VariableFunctionsClass."
    return module + named.__qualname__


def kind(value):
    """Return how torch's checks of arguments name the class of a value."""
    if _built_in(value):
        return "builtin_function_or_method"
    named = type(value)
    module, name = getattr(named, "__module__", ""), named.__qualname__  # exec may leave it out
    if module in ("numpy", "torch.return_types"):
        return f"{module}.{name}"
    return f"torch.{name}" if name in TORCHS and module.startswith(("refimpl", "torch")) else name


def _built_in(value):
    """Tell whether a function, or a method of a tensor, is one that torch has in C."""
    if type(value) is MethodType:
        value = value.__func__
    return (
        type(value) is FunctionType
        and (value.__module__ or "").startswith(("refimpl.tape.", "refimpl.random.draws"))
        and value.__name__ not in IN_PYTHON
    )


# ---- where an argument stands ---------------------------------------------------------


def place(name, argument, position):
    """Return " (position 2)" where an argument was given by place, and nothing where by name.

    `position` counts from 1, the tensor itself included. torch leaves it out where a method is
    called: such a function is called ``Tensor.name`` (`refimpl.members`).
    """
    if not position:
        return ""
    frame = _entered(name)
    if frame is not None and not _is_pythons(frame):
        of_module = frame.f_code.co_qualname.startswith("Module.")  # it hands all on by place
        of_module |= frame.f_globals.get("__name__") == "refimpl.nn.init"  # and so does this one
        by_name = () if of_module else _keywords(_caller(frame))
        if argument in by_name or (argument == "dim" and "axis" in by_name):
            return ""
        position -= of_module or frame.f_code.co_qualname.startswith("Tensor.")
    return f" (position {position})"


def is_method(name):
    """Tell whether the user has called a function as a method of a tensor, maybe in place."""
    frame = _entered(name)
    return frame is not None and (
        frame.f_code.co_qualname.startswith("Tensor.")
        or _caller(frame).f_globals.get("__name__", "").startswith("refimpl.")
    )


def by_numpy(name):
    """Tell whether NumPy has called a function as a method: ``np.sum(x)`` calls ``x.sum``."""
    frame = _entered(name)
    return frame is not None and _caller(frame).f_globals.get("__name__", "").startswith("numpy")


def _caller(frame):
    """Return the frame that calls a function; the frame that `silent` puts between is passed.

    That one is NumPy's; where it is a method's, it has the method's name (`refimpl.members`).
    """
    frame = frame.f_back
    within = frame.f_globals.get("__name__", "").startswith("numpy")
    silenced = frame.f_code.co_qualname.startswith(("errstate.", "Tensor."))
    return frame.f_back if within and silenced else frame


WITHIN = ("refimpl", "contextlib", "numpy")  # modules of the frames between user and check


def _entered(name):
    """Return the outermost frame of a function of that name, up to the code that is no part of us.

    None where there is none.
    """
    frame, found = sys._getframe(1), None
    while frame is not None and frame.f_globals.get("__name__", "").startswith(WITHIN):
        code, module = frame.f_code, frame.f_globals["__name__"]
        # np.sum calls x.sum; what errstate wraps lies in a frame of NumPy, under our own name.
        ours = not module.startswith("numpy") or code.co_qualname == f"Tensor.{name}"
        if ours and code.co_name == name:
            found = frame
        frame = frame.f_back
    return found


def _is_pythons(frame):
    """Tell whether torch has written the function of a frame in Python, and passes all by place."""
    code, module = frame.f_code, frame.f_globals["__name__"]
    built_in = ("linear", "gelu", "logsigmoid", "softplus", "one_hot")
    return module == "refimpl.nn.functional" and code.co_name not in built_in


def call_of(name):
    """Return how many arguments the user gives a function by place, and the names of the others.

    The tensor of a method counts as one by place.
    """
    frame = sys._getframe(1)
    while frame.f_code.co_name != name:
        frame = frame.f_back
    if frame.f_back.f_globals.get("__name__", "").startswith(WITHIN):  # it hands its call on
        frame = _entered(name)
    count, by_name = _call_at(frame.f_back.f_code, frame.f_back.f_lasti)
    return count - len(by_name) + frame.f_code.co_qualname.startswith("Tensor."), by_name


def as_called(name, given):
    """Part arguments into those that the user gave by place and by name, the last name first.

    `given` are all of them in the order of the parameters, without the tensor of a method.
    """
    frame = _entered(name)
    called = () if frame is None or _is_pythons(frame) else _keywords(_caller(frame))
    code = None if frame is None else frame.f_code
    own = code.co_varnames[: code.co_argcount + code.co_kwonlyargcount] if called else ()
    own = own or called  # of a method that NumPy's decorator is around
    names = [each for each in own if each in called]
    if not names or len(names) != len(called) or len(names) > len(given):
        return given, {}
    count = len(given) - len(names)
    values = dict(zip(names, given[count:], strict=True))
    return given[:count], {each: values[each] for each in reversed(called)}


def _keywords(frame):
    """Return the names that the call in a frame, the one it waits for, gives to arguments."""
    return () if frame is None else _call_at(frame.f_code, frame.f_lasti)[1]


@functools.lru_cache(64)
def _call_at(code, last):
    """Return how many arguments the call at a place of a code has, and the names that it gives.

    What is handed on by stars is not counted.
    """
    import dis  # only where something is refused: it takes as long as the rest of this module

    done = [each for each in dis.get_instructions(code) if each.offset <= last]
    wanted = "LOAD_CONST" if done[-1].opname == "CALL_KW" else "KW_NAMES"  # from 3.13 on
    found = [each.arg for each in done[-3:-1] if each.opname == wanted]
    count = done[-1].arg if done[-1].opname in ("CALL", "CALL_KW") else 0
    return count, code.co_consts[found[-1]] if found else ()


# ---- integers among the arguments -----------------------------------------------------

LONG = 2**63  # torch's integers are below, and not below its negative


def is_int(value):
    """Return whether torch takes `value` for an integer: no bool, no array; a tensor of rank 0."""
    if type(value) is int:
        return True
    if isinstance(value, np.ndarray) or getattr(value, "ndim", 0):
        return False
    return is_length(value) and not _is_bool(value)


def _is_bool(tensor):
    return str(getattr(tensor, "dtype", "")) == "torch.bool"


def is_length(value):
    """Return whether torch takes `value` for a length, where tensors of one element pass, too."""
    if isinstance(value, (bool, np.bool_)):
        return False
    try:
        operator.index(value)
    except (TypeError, ValueError):
        return False
    return True


def as_int(value, name, argument, position=None):
    """Return an argument as a Python int, or raise torch's error for what is none."""
    if not is_int(value):
        raise _of_another_kind(name, argument, position, "int", kind(value))
    return _of_64_bits(value)


def as_length(value, name, argument, position=None):
    """Return a length as a Python int, or raise torch's error for what is none."""
    if not is_length(value):
        raise _of_another_kind(name, argument, position, "int", kind(value))
    refuse_truth(value)
    return _of_64_bits(value)


def refuse_truth(value):
    """Refuse a tensor of True or False as a length."""
    if type(value) is not int and _is_bool(value):
        raise failure(
            RuntimeError,
            "Expected scalar.isIntegral( false) to be true, but got false.  (Could this error "
            "message be improved?  If so, please report an enhancement request to PyTorch.)",
            "A length is an int; a comparison gives True or False.",
        )


def _of_64_bits(value):
    value = operator.index(value)
    if not -LONG <= value < LONG:
        raise too_wide(value)
    return value


def too_wide(number):
    """Return torch's error for an int of more than 64 bits."""
    return failure(
        ValueError,
        "Overflow when unpacking long long",
        f"{number} takes more than 64 bits; make it a float, or choose a smaller number.",
    )


def as_float(value, name, argument, position=None, wanted="float"):
    """Return an argument as a Python float, or raise torch's error for what is no number."""
    if isinstance(value, (int, float, np.number, np.bool_)):
        return float(value)
    alone = hasattr(value, "__float__") and not isinstance(value, np.ndarray) and not value.ndim
    if not alone or getattr(value, "requires_grad", False):  # no gradient could reach it
        raise _of_another_kind(name, argument, position, wanted, kind(value))
    return float(value)


def check_bool(value, name, argument, position=None):
    """Refuse a flag that is neither true nor false."""
    if value is not False and value is not True:
        raise _of_another_kind(name, argument, position, "bool", kind(value))


def ints(values, name, argument, position=None):
    """Return an argument that is a sequence of integers, or raise torch's error."""
    if not isinstance(values, (list, tuple)):
        raise _of_another_kind(name, argument, position, "tuple of ints", kind(values))
    for at, value in enumerate(values):
        if not is_length(value):
            where = place(name, argument, position)
            raise failure(
                TypeError,
                f"{name}(): argument '{argument}'{where} must be tuple of ints, but found element "
                f"of type {kind(value)} at pos {at}",
            )
    return tuple(operator.index(value) for value in values)


def _of_another_kind(name, argument, position, wanted, came):
    where = place(name, argument, position)
    return failure(
        TypeError, f"{name}(): argument '{argument}'{where} must be {wanted}, not {came}"
    )


# ---- refusals that several parts share ------------------------------------------------


def dim_out_of_range(dim, ndim, advice=None):
    """Return the error for a dimension that a tensor of rank `ndim` does not have."""
    span = max(ndim, 1)
    return failure(
        IndexError,
        f"Dimension out of range (expected to be in range of [{-span}, {span - 1}], but got {dim})",
        advice
        or f"The tensor has {ndim} dimension{'s' * (ndim != 1)}; dim counts from 0, "
        "or from the end with a minus.",
    )


def sizes_differ(a, b, dim, advice=None):
    """Return the error for two lengths that do not broadcast."""
    return failure(
        RuntimeError,
        f"The size of tensor a ({a}) must match the size of tensor b ({b}) "
        f"at non-singleton dimension {dim}",
        advice,
    )


def not_expandable(wanted, found, dim, rest="", advice=None):
    """Return the error for a length that cannot be repeated to the wanted one."""
    return failure(
        RuntimeError,
        f"The expanded size of the tensor ({wanted}) must match the existing size ({found}) "
        f"at non-singleton dimension {dim}.{rest}",
        advice,
    )


def sizes_of(target, shape):
    """Return the end of the text of `not_expandable` where torch names both shapes."""
    return f"  Target sizes: {list(target)}.  Tensor sizes: {list(shape)}"


def too_few_sizes(dtype, shape, wanted):
    """Return the error for an expansion to fewer dimensions; `dtype` has torch's `title`."""
    named = "CPUBoolType" if dtype.title == "Bool" else f"torch.{dtype.title}Tensor"
    return failure(
        RuntimeError,
        f"expand({named}{{{list(shape)}}}, size={list(wanted)}): the number of "
        f"sizes provided ({len(wanted)}) must be greater or equal to the number of dimensions in "
        f"the tensor ({len(shape)})",
    )


def check_broadcast(a, b, advice=None):
    """Raise torch's error where the shapes `a` and `b` do not broadcast."""
    for i in range(1, min(len(a), len(b)) + 1):
        if a[-i] != b[-i] and a[-i] != 1 and b[-i] != 1:
            raise sizes_differ(a[-i], b[-i], max(len(a), len(b)) - i, advice)


def check_fits(name, target, shape):
    """Refuse elements of a shape that is not broadcast to the shape of what is changed."""
    check_broadcast(target, shape)
    both = np.broadcast_shapes(target, shape)
    if both != tuple(target):
        raise failure(
            RuntimeError,
            f"output with shape {list(target)} doesn't match the broadcast shape {list(both)}",
            f"{name}: the elements have to fit into the tensor that is changed.",
        )
