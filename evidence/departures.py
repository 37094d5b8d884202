"""Where refimpl departs from torch, and why: one record, for the fuzz, the tests and the page.

A departure has a small program, whose last line two engines see differently, and tells by a
function of a difference (`evidence.fuzz.run.Difference`) whether it covers that one too.
"""

import re
from collections.abc import Callable
from typing import NamedTuple

import numpy as np

import refimpl
from evidence.fuzz import compare
from evidence.fuzz.order import named_next
from evidence.fuzz.session import Array, Session, run
from refimpl.tape.respelling import UNCHECKED

CALL = re.compile(
    r"received an invalid combination of arguments|missing \d+ required|positional arg|"
    r"got multiple values|positional-only|takes no (keyword )?arguments|unexpected keyword"
)
DEFAULT = re.compile(
    r"step=|low=|keepdim=|None|axis=|unbiased=|start=|requires_grad=False|device=|dtype="
)
# From the square root of the largest number on, or below that of the smallest, a step of a formula
# overflows or underflows though the result need not.
HARD = {"float16": (255.0, 8e-3), "float32": (1.8e19, 1.1e-19), "float64": (1.3e154, 1.5e-154)}

# Which take an `out` beside operands that require a gradient, in torch.
WITH_OPERANDS = "softmax", "log_softmax", "diag", "floor_divide"


class Departure(NamedTuple):
    """A kind of differences that is known and wanted, or cannot be had otherwise."""

    title: str
    why: str
    program: tuple  # lines; the last is the one that differs
    covers: Callable  # of a difference
    gone: str = ""  # the newer torch that does as refimpl does
    everywhere: bool = True  # or on some processors alone


def calls(difference, *names):
    """Tell whether the last line of a difference calls one of some names."""
    return any(re.search(rf"\b{name}\(", difference.lines[-1]) for name in names)


def derives(difference):
    """Tell whether the last line takes derivatives, or they are seen at the end of the program."""
    return bool(
        calls(difference, "grad", "vjp", "jvp", "jacobian", "hessian")
        or "backward" in " ".join(difference.lines)
    )


def derives_twice(difference):
    """Tell whether the last line takes second derivatives."""
    return re.search(r"autograd\.grad\(\w+\[", difference.lines[-1]) is not None


def both_refuse(difference):
    """Tell whether both engines refuse the last line."""
    return bool(difference.ours.error and difference.theirs.error)


def same_refusal(error, difference):
    """Tell whether an error is torch's; where torch lists forms, whether it is of their class."""
    theirs = difference.theirs.error
    return error == theirs or (
        bool(error) and error[0] == theirs[0] == "TypeError" and bool(CALL.search(theirs[1]))
    )


def without_module(error):
    """Return class and text of an error without the module of torch's classes."""
    return tuple(re.sub(r"torch\.(?:[a-z]\w*\.)*", "", part) for part in error)


def without_place(error):
    """Return class and text of an error without the place of an argument."""
    return tuple(re.sub(r" \(position \d+\)", "", part) for part in error)


def without_wish(error):
    """Return class and text of an error without the kind of argument that is wanted."""
    return tuple(re.sub(r" must be [\w ]+, ", " must be …, ", part) for part in error)


def type_errors(difference):
    """Tell whether both engines have a TypeError."""
    return both_refuse(difference) and (
        difference.ours.error[0] == difference.theirs.error[0] == "TypeError"
    )


def reads_what_it_writes(lines):
    """Tell whether the last line changes a tensor and names its memory a second time."""
    if not re.search(r"\w_\(| [-+*/%]+= |\bout=", lines[-1]):
        return False
    session = Session(refimpl)
    for line in lines[:-1]:
        session.run(line)
    named = [each for each in re.findall(r"\b\w+\b", lines[-1]) if each in session.tensors()]
    arrays = [session.tensors()[each].detach().numpy() for each in named]
    return any(np.may_share_memory(arrays[0], each) for each in arrays[1:])


def refused_half_way(lines):
    """Tell whether one of several elements could not be written, so that the line was refused."""
    session = Session(refimpl)
    for line in lines:
        error = session.error(line)
        if error and re.search(r"out of (bounds|range)", error[1]):
            if re.search(r"\] ?[-+*/%&|^]*= |scatter_\(", line):
                return True
        if error and error[1] == "ZeroDivisionError" and re.search(r"[/%]= |_\(", line):
            return True
    return False


def around_out(lines):
    """Yield for each line with an `out` that has a name: the error, and both sizes of the `out`."""
    session = Session(refimpl)
    for line in lines:
        name = re.search(r"\bout=(v\d+|\w)\b", line)
        out = session.tensors().get(name[1]) if name else None
        before = out.numel() if out is not None else 0
        error = session.error(line)
        if out is not None:
            yield error, before, out.numel()


def is_rounding(difference):
    """Tell whether two numbers differ by roundings of the largest number that was seen before."""
    dtypes = {dtype for dtype, *_ in difference.spans}
    scale = max((most for *_, most in difference.spans if most < np.inf), default=1.0)
    return compare.difference(difference.ours, difference.theirs, scale, dtypes) is None


def draws_too_many(lines):
    """Tell whether the last line draws more categories of a row than have a weight."""
    call = re.search(r"multinomial\((?:input=)?([^,]+), (?:num_samples=)?(\d+)", lines[-1])
    session = Session(refimpl)
    for line in lines[:-1]:
        session.error(line)
    weights = session.value(call[1]) if call else None
    return weights is not None and bool(((weights > 0).sum(-1) < int(call[2])).any())


def is_hard(difference, or_infinite=False):
    """Tell whether there are numbers so large or so small that torch's steps leave the range."""
    for dtype, least, most in difference.spans:
        high, low = HARD[dtype]
        if high <= most < np.inf or least <= low or (or_infinite and most == np.inf):
            return True
    return False


DEPARTURES = [
    Departure(
        "The words for a call that fits no form",
        "torch lists the forms that a function has, or counts arguments in its own words; where "
        "the number of arguments leaves one form, it names what that one wants. refimpl names the "
        "argument at fault, or leaves the words to Python. The class is the same.",
        ("torch.ones(2).eq('a')",),
        lambda d: (
            type_errors(d)
            and (
                CALL.search(d.theirs.error[1] + d.ours.error[1])
                or without_wish(d.ours.error) == without_wish(d.theirs.error)
            )
        ),
    ),
    Departure(
        "A default that is written out",
        "A form of torch does not take what is the default of another form: `keepdim` without "
        "`dim`, None for `unbiased` or `dim`, `start` without `end`. refimpl has one form, and "
        "cannot tell a default that is given from one that is not.",
        ("torch.ones(2).sum(keepdim=False)",),
        lambda d: (
            d.what == "taken here alone"
            and d.theirs.error[:1] == ("TypeError",)
            and (CALL.search(d.theirs.error[1]) or "not NoneType" in d.theirs.error[1])
            and DEFAULT.search(d.lines[-1])
            or d.what == "grad_fn"
            and re.search(r"\.(sum|mean|sort)\(.*None", d.lines[-1])
            or both_refuse(d)
            and "not NoneType" in d.theirs.error[1]
            and "None" in d.lines[-1]
        ),
    ),
    Departure(
        "The places of equal elements in sort",
        "Without `stable=True` torch promises no order of equal elements, and on some processors "
        "long rows lose theirs. refimpl keeps it.",
        ("torch.sort(torch.zeros(17))",),
        lambda d: d.what == "value" and calls(d, "sort") and "stable=True" not in d.lines[-1],
        everywhere=False,
    ),
    Departure(
        "sort with `stable` and a dim by place",
        "torch's form of `sort` that has `stable` takes `dim` and `descending` by name alone. "
        "refimpl takes both ways.",
        ("torch.sort(torch.ones(2), 0, stable=True)",),
        lambda d: (
            (d.what == "taken here alone" or both_refuse(d))
            and d.theirs.error[0] == "TypeError"
            and calls(d, "sort", "argsort")
            and "stable=" in d.lines[-1]
        ),
    ),
    Departure(
        "Two faults in one call",
        "A call that is wrong in two ways is refused for one of them. refimpl may name another one "
        "than torch; once that is mended, it says what torch says.",
        (
            "x = torch.ones(2)",
            "torch.nn.functional.binary_cross_entropy(x, torch.ones(3), weight=[])",
        ),
        lambda d: both_refuse(d) and named_next(d.lines, lambda error: same_refusal(error, d)),
    ),
    Departure(
        "Outside the subset",
        "What refimpl does not cover is refused by a sentence of its own.",
        ("torch.ones(2).div(2, rounding_mode='floor')",),
        lambda d: (
            "lies outside the subset" in "".join(d.ours.error)
            or d.ours.error[:1] == ("NotInSubset",)
            and d.theirs.error[:1] != ("AttributeError",)
        ),
    ),
    Departure(
        "The class of the error for a missing name",
        "A name that refimpl has not may be torch's: the error is NotInSubset, a subclass of "
        "AttributeError, with torch's text.",
        ("torch.ones(2).sofmax",),
        lambda d: (
            d.ours.error[:1] == ("NotInSubset",)
            and d.theirs.error == ("AttributeError", *d.ours.error[1:])
        ),
    ),
    Departure(
        "The place of a gradient of a wrong shape",
        "torch looks by the values of the gradients for the one that has a wrong shape: it may "
        "name another one, or fail at the comparison. refimpl says which it is.",
        (
            "x = torch.ones(2, requires_grad=True)",
            "torch.autograd.backward([x * 2, x * 2], [torch.ones(2), torch.ones(3)])",
        ),
        lambda d: both_refuse(d) and d.ours.error[1].startswith("Mismatch in shape: grad_output"),
    ),
    Departure(
        "The data of a leaf, set to another shape after it was used",
        "torch keeps a gradient of the old shape beside the new data, or refuses in the middle, as "
        "the operator has it. refimpl refuses.",
        (
            "w = torch.ones(1, requires_grad=True)",
            "y = (w * 2).sum()",
            "w.data = torch.ones(3)",
            "y.backward()",
        ),
        lambda d: ".data = " in "".join(d.lines) and "invalid gradient" in "".join(d.ours.error),
    ),
    Departure(
        "Weights of classes that are to be trained",
        "Beside probabilities torch differentiates cross_entropy in its weights, beside classes it "
        "refuses to. refimpl refuses both.",
        (
            "w = torch.ones(2, requires_grad=True)",
            "torch.nn.functional.cross_entropy(torch.zeros(1, 2), torch.ones(1, 2), weight=w)",
        ),
        lambda d: "with respect to argument 'weight'" in "".join(d.ours.error),
    ),
    Departure(
        "The steps of a recorded gradient",
        "Where a gradient is recorded itself, the node that made it is named after the operator by "
        "which refimpl computes it. torch computes some gradients by other steps, or leaves no "
        "record where the second derivative is 0. Values and further derivatives are the same.",
        (
            "x = torch.ones(2, requires_grad=True)",
            "y = x[0].exp()",
            "torch.autograd.grad(y, x, create_graph=True)",
        ),
        lambda d: derives(d) and d.what in ("grad_fn", "requires_grad", "is_leaf"),
    ),
    Departure(
        "The sign of a second derivative that is 0",
        "Of terms that cancel torch has what rounding leaves, refimpl has 0; and where a second "
        "derivative is too small for the dtype, refimpl's 0 has the sign of the exact value.",
        (
            "x = torch.tensor([300.0], dtype=torch.float16, requires_grad=True)",
            "y = torch.autograd.grad(torch.nn.functional.silu(x), x, create_graph=True)",
            "torch.autograd.grad(y[0], x)",
        ),
        lambda d: d.what == "sign of zero" and derives_twice(d),
    ),
    Departure(
        "The digits of a second derivative",
        "Of terms that cancel torch has what rounding leaves: far from 0 the second derivative of "
        "silu has few right digits. refimpl has those of the exact value.",
        (
            "x = torch.tensor([13.0], requires_grad=True)",
            "y = torch.autograd.grad(torch.nn.functional.silu(x), x, create_graph=True)",
            "torch.autograd.grad(y[0], x)",
        ),
        lambda d: d.what == "value" and derives_twice(d) and is_rounding(d),
    ),
    Departure(
        "Numbers at the ends of the range",
        "refimpl computes float16 and float32 with more digits and rounds once. torch rounds each "
        "step to the dtype. A step may overflow, or become 0, though the result need not: torch "
        "has nan, inf or 0 where refimpl has the number. In gradients that is so for float64, too.",
        (
            "x = torch.tensor(65504.0, dtype=torch.float16, requires_grad=True)",
            "y = torch.autograd.grad(torch.nn.functional.gelu(x), x, create_graph=True)[0]",
            "torch.autograd.grad(y, x)",
        ),
        lambda d: (
            d.what in ("value", "sign of zero", "text")
            and (
                is_hard(d, derives_twice(d))
                or "xlogy(2**63" in " ".join(d.lines)
                or "float16" in (text := " ".join(d.lines))
                and "binary_cross_entropy(" in text
            )
        ),
    ),
    Departure(
        "gelu of infinity",
        "torch has nan for an infinity in a float32 tensor of two elements and more, and the "
        "limit, inf or 0, for one alone. refimpl has the limits.",
        ("torch.nn.functional.gelu(torch.tensor([0.0, float('inf')]))",),
        lambda d: (
            d.what in ("value", "text")
            and "inf" in "".join(d.lines)
            and "GELU" in "".join(d.lines).upper()
        ),
    ),
    Departure(
        "The gradient of huber_loss beside a target of another dtype",
        "torch takes the two dtypes for the loss, and refuses to differentiate it. refimpl has the "
        "gradient.",
        (
            "x = torch.ones(2, requires_grad=True)",
            "y = torch.nn.functional.huber_loss(x, torch.tensor([0, 1]))",
            "torch.autograd.grad(y, x)",
        ),
        lambda d: (
            re.match(r"Found dtype \w+ but expected", "".join(d.theirs.error[1:])) is not None
        ),
    ),
    Departure(
        "The larger and the smaller of 0 and -0",
        "torch takes the first or the second operand, by how many elements there are: several are "
        "computed at once. refimpl always takes the first.",
        ("torch.maximum(torch.zeros(16), -torch.zeros(16))",),
        lambda d: (
            d.what in ("sign of zero", "value", "text")
            and calls(d, "maximum", "minimum", "clamp", "clamp_", "max", "min", "amax", "amin")
        ),
    ),
    Departure(
        "The module in the name of a class",
        "Some errors name a class with the module in which it is written: another one here.",
        ("torch.nn.Sequential(torch.nn.ReLU)",),
        lambda d: both_refuse(d) and without_module(d.ours.error) == without_module(d.theirs.error),
    ),
    Departure(
        "The place of an argument",
        "torch names the place of an argument that is given by place. refimpl reads from the call "
        "whether it is; where a call hands its arguments on, it may be wrong.",
        ("torch.nn.functional.softplus(torch.ones(2), **{'beta': 'a'})",),
        lambda d: type_errors(d) and without_place(d.ours.error) == without_place(d.theirs.error),
    ),
    Departure(
        "An assertion inside torch",
        "Some calls end at an assertion of torch's own code, whose text asks to report it. Where "
        "the call has a meaning, refimpl gives the result: a NumPy array without lengths as `dim`. "
        "Where it has none, as for a tensor of True as a length, refimpl refuses it, too.",
        ("torch.ones(2).sum(np.array(0))",),
        lambda d: re.search(
            "INTERNAL ASSERT FAILED|most recent call first", "".join(d.theirs.error)
        ),
    ),
    Departure(
        "The index of a device from 128 on",
        "torch keeps eight bits of it. refimpl keeps the index; on the CPU it means nothing.",
        ("torch.device('cpu', 300)",),
        lambda d: d.what in ("value", "refused here alone") and "device(" in d.lines[-1],
    ),
    Departure(
        "Integers from 2⁶³ on beside bool",
        "torch takes such a number for a uint64, and has no dtype that holds both. refimpl has no "
        "uint64, and computes in float32 or wraps around.",
        ("torch.tensor([True]) / 2**63",),
        lambda d: "attempted to promote" in "".join(d.theirs.error),
    ),
    Departure(
        "The gradient beside an alpha from 2⁶³ on",
        "torch takes such an alpha for numbers of floating point, and refuses the gradient, for "
        "which it wants the alpha as an int64. refimpl has the gradient.",
        (
            "x = torch.ones(2, requires_grad=True)",
            "torch.autograd.grad(torch.add(x, x, alpha=2**63).sum(), x)",
        ),
        lambda d: (
            derives(d)
            and "2**63" in " ".join(d.lines)
            and "converted to type int64_t without overflow" in "".join(d.theirs.error)
        ),
    ),
    Departure(
        "The gradient of prod beside an infinity",
        "torch divides the product by each factor, which is nan for infinite ones; refimpl "
        "multiplies the others. Where a factor is 0, torch does so too, in other steps.",
        (
            "x = torch.tensor([inf, 2.0, 3.0], requires_grad=True)",
            "y = torch.prod(x)",
            "torch.autograd.grad(y, x)",
        ),
        lambda d: derives(d) and "prod(" in " ".join(d.lines) and "inf" in " ".join(d.lines),
    ),
    Departure(
        "The gradient of clamp between limits of different shapes",
        "torch refuses some of these gradients where one limit has more elements than the input "
        "and the other limit. refimpl has them, as torch 2.14.1 has.",
        (
            "x = torch.full((3,), 0.5, requires_grad=True)",
            "y = torch.clamp(x, torch.zeros(3), torch.ones(2, 3))",
            "torch.autograd.grad(y.sum(), x)",
        ),
        lambda d: (
            derives(d)
            and "clamp" in " ".join(d.lines)
            and "doesn't match the broadcast shape" in "".join(d.theirs.error)
        ),
        gone="2.14.1",
    ),
    Departure(
        "A length of -1 for a new dimension",
        "Beside a length of 0, torch expands a new dimension to the length -1, and the shape says "
        "so. refimpl refuses it, as torch does beside other lengths.",
        ("torch.tensor(0.0).expand(-1, 0)",),
        lambda d: calls(d, "expand") and "integer multiplication overflow" in "".join(d.ours.error),
    ),
    Departure(
        "A vector, or one row, times a stack of matrices",
        "torch makes one matrix of the stack where it lies so in memory, and names node and error "
        "after that. refimpl multiplies matrix by matrix. The values are the same.",
        (
            "x = torch.ones(3, requires_grad=True)",
            "x.matmul(torch.ones(2, 3, 2))",
        ),
        lambda d: (
            calls(d, "matmul")
            and (d.what == "grad_fn" or both_refuse(d) and "same dtype" in "".join(d.theirs.error))
        ),
    ),
    Departure(
        "The second derivative of softplus at its threshold",
        "At the threshold itself torch takes the first derivative from the left and the second "
        "from the right. refimpl takes both from the left.",
        (
            "x = torch.zeros(2, requires_grad=True)",
            "y = torch.nn.functional.softplus(x, threshold=0)",
            "g = torch.autograd.grad(y, x, torch.ones(2), create_graph=True)",
            "torch.autograd.grad(g[0], x, torch.ones(2))",
        ),
        lambda d: derives_twice(d) and re.search("(?i)softplus", " ".join(d.lines)) is not None,
    ),
    Departure(
        "Draws of categories without a weight",
        "Where multinomial draws without replacement more categories than have a weight, torch "
        "takes those without one too, in the order in which its search for the largest keys "
        "leaves them. refimpl takes the first ones.",
        ("torch.multinomial(torch.eye(5), 2)",),
        lambda d: d.what == "value" and draws_too_many(d.lines),
    ),
    Departure(
        "Integers filled by a tensor that is trained",
        "torch records the change and returns integers that require a gradient, which none can "
        "get. refimpl records nothing.",
        (
            "x = torch.zeros(2, dtype=torch.int64)",
            "x.fill_(torch.tensor(1.0, requires_grad=True))",
        ),
        lambda d: (
            d.what in ("requires_grad", "is_leaf", "grad_fn")
            and (calls(d, "fill_") or "] = " in d.lines[-1])
            and any("int" in each.dtype for each in (d.ours.value, d.theirs.value))
        ),
    ),
    Departure(
        "The words for weights of another shape, beside images",
        "Beside images torch leaves out which shape came. refimpl has the words for rows.",
        (
            "x, target = torch.zeros(1, 2, 3), torch.zeros(1, 3, dtype=torch.int64)",
            "torch.nn.functional.nll_loss(x, target, weight=torch.ones(3))",
        ),
        lambda d: both_refuse(d) and "either for all or no classes" in d.theirs.error[1],
    ),
    Departure(
        "Warnings of a derivative",
        "torch computes some derivatives by its own functions, which may warn. refimpl has warned "
        "of the value.",
        (
            "x = torch.zeros(2, requires_grad=True)",
            "y = torch.where(torch.tensor([0, 1], dtype=torch.uint8), x, 0.0)",
            "torch.autograd.grad(y.sum(), x)",
        ),
        lambda d: d.what == "warning" and derives(d) and not d.ours.said,
    ),
    Departure(
        "logaddexp beside bool",
        "torch computes the value and refuses the gradient, for which it subtracts the bool.",
        (
            "x = torch.ones(2, requires_grad=True)",
            "y = torch.logaddexp(x, torch.tensor([True, True]))",
            "torch.autograd.grad(y.sum(), x)",
        ),
        lambda d: d.what == "taken here alone" and "with a bool tensor" in "".join(d.theirs.error),
    ),
    Departure(
        "The gradient of var and std along no dimension",
        "With an empty list of dimensions both take all elements. torch's gradient then counts one "
        "element: it is infinite or nan. refimpl has that of all elements.",
        (
            "x = torch.arange(3.0).requires_grad_()",
            "y = torch.var(x, dim=[])",
            "torch.autograd.grad(y, x)",
        ),
        lambda d: (
            d.what in ("value", "text")
            and derives(d)
            and re.search(r"(var|std)\(.*(\[\]|\(\))", " ".join(d.lines)) is not None
        ),
    ),
    Departure(
        "The exponent −2⁶³",
        "The gradient of a power has the exponent less 1, which 64 bits do not hold: torch wraps "
        "around, and the gradient is that of a positive exponent.",
        (
            "x = torch.zeros(3, requires_grad=True)",
            "y = x.pow(torch.tensor(-(2**63)))",
            "torch.autograd.grad(y.sum(), x)",
        ),
        lambda d: (
            derives(d)
            and "2**63" in " ".join(d.lines)
            and re.search(r"pow|\*\* v|\*\*= v", " ".join(d.lines)) is not None
        ),
    ),
    Departure(
        "The derivative of floor_divide_",
        "Neither has one. torch says so of `floor_divide_`, refimpl of `floor_divide`, which it "
        "calls; and where a view was changed, torch takes the result for independent instead.",
        (
            "x = torch.ones(2, requires_grad=True)",
            "y = torch.ones(2).floor_divide_(x)",
            "torch.autograd.grad(y.sum(), x)",
        ),
        lambda d: (
            "aten::floor_divide is not implemented" in "".join(d.ours.error)
            or d.what == "grad_fn"
            and calls(d, "floor_divide_", "remainder_")
        ),
    ),
    Departure(
        "Settings of printing that cannot be",
        "torch passes over an unknown profile in silence, and takes a setting of any kind, which "
        "makes the next print fail. refimpl says what there is.",
        ("torch.set_printoptions(profile='tiny')",),
        lambda d: d.what == "refused here alone" and calls(d, "set_printoptions"),
    ),
    Departure(
        "A change that is refused half way",
        "Where one of several places lies outside, torch has written the places before it when it "
        "raises the error. refimpl looks at all places first, and writes nothing.",
        ("x = torch.zeros(3)", "x[[0, 5]] = 2", "x"),
        lambda d: d.what in ("value", "sign of zero", "text") and refused_half_way(d.lines),
    ),
    Departure(
        "A view, once what it was cut from was changed and requires no gradient",
        "torch makes its node anew, from a tensor that has no gradient to give on: a way back ends "
        "there in silence. refimpl keeps the node, and the gradient.",
        (
            "x = torch.arange(4.0).reshape(2, 2).requires_grad_()",
            "y = x[0]",
            "torch.nn.init.ones_(x)",
            "y",
        ),
        lambda d: (
            d.what in ("grad_fn", "names", "text") and "AsStridedBackward0" in str(d.theirs.value)
        ),
    ),
    Departure(
        "Values that are read while they change",
        "torch refuses to change a tensor by a part of it, but for parts that leave gaps in "
        "memory, such as a column: there it reads numbers that it has just written. refimpl "
        "computes first and writes then.",
        ("x = torch.ones(3, 3)", "x.add_(x[:, 0])"),
        lambda d: (
            (d.what == "value" or d.theirs.error == ("RuntimeError", "ZeroDivisionError"))
            and "out=" not in d.lines[-1]
            and reads_what_it_writes(d.lines)
        ),
    ),
    Departure(
        "A result that is written over an operand",
        "torch.sum, mean, prod and, on some processors, matmul write their `out` while they still "
        "read, and do not look whether it is an operand: what they return is then wrong, or they "
        "refuse the shape that it has by then. refimpl computes first.",
        ("x = torch.ones(2, 2)", "torch.sum(x, 0, out=x[0])"),
        lambda d: (
            (d.what == "value" or calls(d, *UNCHECKED) or both_refuse(d) and calls(d, "stack"))
            and reads_what_it_writes(d.lines)
        ),
    ),
    Departure(
        "A result for an expanded tensor, and one that nobody can differentiate",
        "torch.sum and the like write several results into one place of an expanded `out`, and "
        "return the last one for all. softmax, log_softmax, diag and floor_divide take an `out` "
        "beside an operand that requires a gradient, and have no derivative then. refimpl refuses "
        "both.",
        ("torch.sum(torch.ones(2, 2), 1, out=torch.zeros(1).expand(2))",),
        lambda d: (
            (d.what == "refused here alone" or both_refuse(d) and calls(d, *WITH_OPERANDS))
            and "out=" in d.lines[-1]
            and re.search(
                "single memory location|don't support automatic differentiation",
                "".join(d.ours.error),
            )
            is not None
        ),
    ),
    Departure(
        "The `out` of a call that is refused",
        "torch gives `out` the shape of the result before it computes. Where it then refuses the "
        "call, the numbers in `out` are lost. refimpl changes nothing.",
        ("x = torch.zeros(3)", "torch.dot(torch.ones(2), torch.ones(3), out=x)", "x"),
        lambda d: not both_refuse(d) and any(error for error, *_ in around_out(d.lines)),
    ),
    Departure(
        "What shares the memory of an `out` that has to grow",
        "torch moves the memory of an `out` that is too small: whatever shares it sees the new "
        "numbers. NumPy cannot move memory that is shared, so what shares it keeps the old ones.",
        ("x = torch.zeros(2)", "y = x.detach()", "torch.add(torch.ones(3), 1, out=x)", "y"),
        lambda d: d.what == "value" and any(new > old for _, old, new in around_out(d.lines)),
    ),
    Departure(
        "The order in memory of what is made of transposed tensors",
        "Where operands do not lie row by row, torch chooses the order of the result by their "
        "strides, operand by operand, those of lengths of 1 and 0 too. refimpl, as NumPy, keeps an "
        "order that all operands have and writes rows otherwise. `view` may refuse a result of one "
        "engine; `reshape` takes it. A view has torch's strides, if it has elements.",
        ("x = torch.ones(2, 3).T", "(x + x.contiguous()).stride()"),
        lambda d: (
            calls(d, "stride", "is_contiguous")
            or "view size is not compatible" in "".join(d.ours.error + d.theirs.error)
        ),
    ),
]


def seen(engine, departure):
    """Return the lines that show what an engine makes of the last line of a departure."""
    last = run(engine, departure.program)[-2]
    if last.error:
        return [": ".join(last.error).splitlines()[0]]
    shown = (
        last.value[1]
        if isinstance(last.value, tuple) and isinstance(last.value[1], Array)
        else last.value
    )
    return getattr(shown, "text", repr(shown)).splitlines()


def covering(difference):
    """Return the first departure that covers a difference, or None."""
    return next((each for each in DEPARTURES if each.covers(difference)), None)
