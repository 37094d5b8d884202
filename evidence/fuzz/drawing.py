"""Programs drawn by hypothesis: calls of the public names with random arguments, and what follows.

Each line is run on refimpl at once, so that the next one can name what is there.
"""

import functools
import importlib
import inspect

from hypothesis import strategies as st

import refimpl
from evidence.fuzz import arguments
from evidence.fuzz.session import Session

MODULES = (
    "",
    ".nn",
    ".nn.functional",
    ".nn.init",
    ".optim",
    ".optim.lr_scheduler",
    ".autograd",
    ".autograd.functional",
    ".utils.data",
    ".cuda",
)
TYPED = {name for name in refimpl.__all__ if name.endswith("Tensor")}  # FloatTensor and its like
# Names that are not called, under the reason.
NOT_CALLED = {
    "what they return is chance": {
        "empty",
        "empty_like",
        "new",
        "new_empty",
        "seed",
        "data_ptr",
        *TYPED,
    },
    "they are made for subclasses, or are classes of errors": {
        "Dataset",
        "NotInSubset",
        "Module",
        "Optimizer",
        "LRScheduler",
        "Function",
        "Variable",
        "dtype",
        "Sequential",
        "Parameter",
    },
    "they change what is set for the process; drawn in programs": {
        "no_grad",
        "enable_grad",
        "set_grad_enabled",
        "set_rng_state",
        "set_num_threads",
        "get_num_threads",
        "get_rng_state",
        "set_default_tensor_type",
    },
    "they read and write files": {"load", "save"},
    "they are made of modules, which are drawn in programs": {"ModuleDict", "ModuleList"},
    "they take functions": {"register_hook", "gradcheck"},
}
ALL_NOT_CALLED = set().union(*NOT_CALLED.values())
WRONG_IN = 14  # one argument of so many is replaced by something wrong


@functools.cache
def functions():
    """Return {path: signature} of all public functions and classes, and of a tensor's methods."""
    found = {}
    for part in MODULES:
        module = importlib.import_module("refimpl" + part)
        for name in module.__all__:
            value = getattr(module, name)
            if (inspect.isfunction(value) or inspect.isclass(value)) and name not in ALL_NOT_CALLED:
                found[f"torch{part}.{name}"] = inspect.signature(value)
    for name in dir(refimpl.Tensor):
        value = getattr(refimpl.Tensor, name)
        if name[0] != "_" and inspect.isfunction(value) and name not in ALL_NOT_CALLED:
            found[f"Tensor.{name}"] = inspect.signature(value)
    return found


class Program:
    """A program that grows: its lines, and what is seen of each on refimpl."""

    def __init__(self, draw):
        self.draw = draw
        self.session = Session(refimpl)
        self.lines = []
        self.seen = []

    def add(self, line):
        """Run one more line; return its value as it is seen."""
        self.lines.append(line)
        self.seen.append(self.session.run(line))
        return self.seen[-1]

    def new(self, text):
        """Give a value the next name, and return the name."""
        name = f"v{len(self.lines)}"
        self.add(f"{name} = {text}")
        return name

    def chance(self, n):
        """Return true one time in n, and false in the shortest program."""
        return self.draw(st.integers(0, n - 1)) == n - 1

    def tensor(self):
        """Make a tensor, sometimes a view of one."""
        is_large = self.chance(12)
        name = self.new(arguments.large(self.draw) if is_large else arguments.literal(self.draw))
        if self.chance(3):
            self.new(self.draw(st.sampled_from(arguments.VIEWS)).replace("{}", name))

    def argument(self, name, function=""):
        """Return the text of an argument of a function."""
        if self.chance(WRONG_IN):
            wrong = self.draw(st.sampled_from(arguments.WRONG))
            if name != "num_workers" or wrong != "2**63":  # torch would start so many processes
                return wrong
        known = arguments.PARAMETERS
        return known.get(f"{function}.{name}", known.get(name))(self.draw, self.session)

    def one(self, texts):
        """Return one of some texts."""
        return self.draw(st.sampled_from(texts))

    def named(self, kind):
        """Return the names of all values of a class."""
        return [name for name, each in self.session.names.items() if isinstance(each, kind)]


def _given(program, parameter):
    if parameter.name in arguments.RARE:
        return program.chance(8)
    needed = parameter.default is parameter.empty
    if parameter.name in arguments.ALL_LEFT:
        return False
    return not program.chance(40) if needed else program.chance(3)


def call(program, path, signature):
    """Return the text of a call with random arguments, by place and by name."""
    texts, by_name = [], False
    parameters = list(signature.parameters.values())
    owner = path
    if path.startswith("Tensor."):
        owner = f"{arguments.tensor(program.draw, program.session)}.{path[7:]}"
        parameters = parameters[1:]
    for each in parameters:
        if not _given(program, each):
            by_name = True
        elif each.kind is each.VAR_POSITIONAL:
            if not by_name:
                texts.append(arguments.PARAMETERS[each.name](program.draw, program.session))
        else:
            text = program.argument(each.name, path.rpartition(".")[2])
            by_name = by_name or each.kind is each.KEYWORD_ONLY or program.chance(3)
            texts.append(f"{each.name}={text}" if by_name else text)
    if "outside" in signature.parameters and program.chance(20):
        texts.append(f"out={arguments.tensor(program.draw, program.session)}")
    return f"{owner}({', '.join(texts)})"


def gradients(program, name):
    """Differentiate what has a name, once or twice."""
    value = program.session.names.get(name)
    if not isinstance(value, refimpl.Tensor) or not value.requires_grad or value.is_leaf:
        return
    named = sorted(program.session.tensors().items())
    leaves = [each for each, tensor in named if tensor.requires_grad and tensor.is_leaf]
    shape = tuple(value.shape)
    seed = f"torch.arange(1.0, {value.numel() + 1}.0).reshape({shape}).to({name}.dtype)"
    first = program.new(
        f"torch.autograd.grad({name}, [{', '.join(leaves)}], {seed}, create_graph=True, "
        "allow_unused=True)"
    )
    found = program.session.names.get(first)
    for i, each in enumerate(found or ()):
        if each is not None and each.requires_grad and program.chance(2):
            program.new(
                f"torch.autograd.grad({first}[{i}], [{', '.join(leaves)}], "
                f"torch.ones_like({first}[{i}]), retain_graph=True, allow_unused=True)"
            )


@st.composite
def calls(draw, path):
    """Draw a program that calls one function, and differentiates what it returns."""
    program = Program(draw)
    for _ in range(draw(st.integers(1, 3))):
        program.tensor()
    name = program.new(call(program, path, functions()[path]))
    if path.startswith("torch.nn.") and "functional" not in path and program.chance(1):
        if not program.seen[-1].error:
            given = [arguments.tensor(draw, program.session)]
            if path.endswith("Loss"):
                given.append(arguments.target(draw, program.session))
            name = program.new(f"{name}({', '.join(given)})")
    elif path.endswith("DataLoader") and not program.seen[-1].error:
        program.new(f"list({name})")
    elif path.startswith("torch.optim.") and not program.seen[-1].error:
        for line in (".step()", ".step()", ".state_dict()"):
            program.add(name + line)
    gradients(program, name)
    return program
