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

MODULES = ("", ".nn", ".nn.functional", ".optim", ".utils.data")
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
    "they take functions": {"register_hook"},
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
        name = self.new(arguments.literal(self.draw))
        if self.chance(3):
            self.new(self.draw(st.sampled_from(arguments.VIEWS)).replace("{}", name))

    def argument(self, name):
        """Return the text of an argument."""
        if self.chance(WRONG_IN):
            return self.draw(st.sampled_from(arguments.WRONG))
        return arguments.PARAMETERS[name](self.draw, self.session)


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
            text = program.argument(each.name)
            by_name = by_name or each.kind is each.KEYWORD_ONLY or program.chance(3)
            texts.append(f"{each.name}={text}" if by_name else text)
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
    gradients(program, name)
    return program


# ---- short programs -------------------------------------------------------------------

INFIX = ("+", "-", "*", "/", "**", "@", "//", "%", "==", "<", ">=", "&", "|", "^")
INDICES = (
    "0",
    "-1",
    "1:",
    "::2",
    "None",
    "...",
    ":, 0",
    "..., -1",
    "[0, 0]",
    "torch.tensor([0, 1])",
    "torch.tensor([True, False])",
    "{} > 0",
    "0, 1",
    "[True, False]",
    "1:1",
    "()",
    "5",
    "torch.tensor(0)",
    "None, 0",
    "[[0, 1], [1, 0]]",
    ":, None",
    "0.5",
    "True",
    "::-1",
    "[0], [1]",
)
TEXTS = (
    "print({})",
    "repr({})",
    "{}.tolist()",
    "{}.item()",
    "len({})",
    "float({})",
    "int({})",
    "bool({})",
    'f"{{{}:.3f}}"',
    "list({})",
    "{}.shape",
    "{}.stride()",
    "{}.size()",
    "{}.is_contiguous()",
    "{}.grad",
    "str({})",
    "1 in {}",
    "max({})",
    "sum({})",
    "sorted({})",
    "abs({})",
    "-{}",
    "~{}",
    "round({})",
    "{}.numpy()",
    "{}.dtype",
    "np.array({})",
    "hash({}) == 0",
    "{}.data",
    "[each for each in {}]",
)


def operate(program):
    """Combine two operands by one of Python's operators."""
    draw, session = program.draw, program.session
    sign = draw(st.sampled_from(INFIX))
    left, right = arguments.operand(draw, session), arguments.operand(draw, session)
    program.new(f"{left} {sign} {right}")


def index(program):
    """Read a part of a tensor."""
    name = arguments.tensor(program.draw, program.session)
    program.new(f"{name}[{program.draw(st.sampled_from(INDICES)).replace('{}', name)}]")


def assign(program):
    """Write into a part of a tensor."""
    draw, session = program.draw, program.session
    name = arguments.tensor(draw, session)
    place = draw(st.sampled_from(INDICES)).replace("{}", name)
    program.add(_sometimes_unrecorded(program, f"{name}[{place}] = {program.argument('other')}"))


def _sometimes_unrecorded(program, line):
    return f"with torch.no_grad(): {line}" if program.chance(3) else line


def change(program):
    """Change a tensor in place by an operator."""
    draw, session = program.draw, program.session
    sign = draw(st.sampled_from(("+", "-", "*", "/", "**", "//", "%")))
    line = f"{arguments.tensor(draw, session)} {sign}= {arguments.operand(draw, session)}"
    program.add(_sometimes_unrecorded(program, line))


def change_by_method(program):
    """Change a tensor in place by a method."""
    paths = [path for path in functions() if path.startswith("Tensor.") and path.endswith("_")]
    path = program.draw(st.sampled_from(paths))
    program.add(_sometimes_unrecorded(program, call(program, path, functions()[path])))


def any_call(program):
    """Call any function."""
    path = program.draw(st.sampled_from(sorted(functions())))
    program.new(call(program, path, functions()[path]))


def look(program):
    """Print a tensor, or make something of Python's of it."""
    name = arguments.tensor(program.draw, program.session)
    program.add(program.draw(st.sampled_from(TEXTS)).replace("{}", name))


def walk(program):
    """Walk back from a tensor."""
    name = arguments.tensor(program.draw, program.session)
    ending = program.draw(
        st.sampled_from(
            (
                ".sum().backward()",
                ".sum().backward(retain_graph=True)",
                ".backward()",
                ".sum().backward(create_graph=True, retain_graph=True)",
                ".mean().backward()",
            )
        )
    )
    program.add(f"{name}{ending}")


def differentiate(program):
    """Take gradients, perhaps second ones."""
    gradients(program, arguments.tensor(program.draw, program.session))


def train(program):
    """Take a step of a small model."""
    draw = program.draw
    model = program.new("torch.nn.Linear(3, 2)")
    options = draw(
        st.sampled_from(
            ("lr=0.5", "lr=0.5, momentum=0.5", "lr=0.1, weight_decay=0.5", "lr=1, maximize=True")
        )
    )
    steps = program.new(f"torch.optim.SGD({model}.parameters(), {options})")
    for _ in range(draw(st.integers(1, 2))):
        program.add(f"{steps}.zero_grad()")
        loss = draw(st.sampled_from(("sum", "mean", "std", "norm", "logsumexp")))
        loss = "logsumexp((0, 1))" if loss == "logsumexp" else f"{loss}()"
        program.add(f"{model}(torch.randn(4, 3)).{loss}.backward()")
        program.add(f"{steps}.step()")
    program.new(f"{model}.state_dict()")


def load(program):
    """Go through a loader."""
    path = "torch.utils.data.DataLoader"
    program.new(f"list({call(program, path, functions()[path])})")


def draw_numbers(program):
    """Draw from the generator, which has to stand where torch's does."""
    program.new(
        program.draw(
            st.sampled_from(
                (
                    "torch.rand(3)",
                    "torch.randn(5)",
                    "torch.randn(17)",
                    "torch.randint(10, (3,))",
                    "torch.randperm(6)",
                    "torch.rand(2, dtype=torch.float64)",
                    "torch.rand(2, dtype=torch.float16)",
                    "torch.get_rng_state().sum()",
                    "torch.initial_seed()",
                    "torch.normal(0.0, torch.ones(3))",
                    "torch.bernoulli(torch.full((4,), 0.5))",
                )
            )
        )
    )


STEPS = (
    any_call,
    operate,
    index,
    assign,
    change,
    change_by_method,
    look,
    walk,
    differentiate,
    any_call,
    Program.tensor,
    draw_numbers,
    train,
    load,
)


@st.composite
def programs(draw, steps=10):
    """Draw a short program of several steps."""
    program = Program(draw)
    program.tensor()
    program.tensor()
    for _ in range(draw(st.integers(1, steps))):
        draw(st.sampled_from(STEPS))(program)
    return program
