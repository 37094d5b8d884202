"""Short programs: steps of several families, each of which adds a line or more."""

import re

from hypothesis import strategies as st

import refimpl
from evidence.fuzz import arguments
from evidence.fuzz.drawing import Program, call, functions, gradients

INFIX = tuple("+ - * / ** @ // % == != < > <= >= & | ^ << >> and or is in".split())
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
    "+{}",
    "~{}",
    "round({})",
    "{}.numpy()",
    "{}.dtype",
    "np.array({})",
    "hash({}) == 0",
    "{}.data",
    "[each for each in {}]",
    "divmod({}, 2)",
    "pow({}, 2)",
    "round({}, 1)",
    "tuple({})",
    "list(reversed({}))",
    "next(iter({}))",
    "min({})",
    "all({})",
    "any({})",
    "not {}",
    "{} and 1",
    "[1, 2, 3][{}]",
    "list(range({}))",
    "complex({})",
    'f"{{{}}}"',
    'f"{{{}:5d}}"',
    '"%s" % {}',
    '"%.2f" % {}',
    '"{{:>8.3f}}".format({})',
    "{}.T",
    "{}.mT",
    "{}.ndim",
    "{}.itemsize",
    "{}.device",
    "{}.is_leaf",
    "{}.requires_grad",
    "{}.is_cuda",
    "{}.retains_grad",
    "{} == None",
    "{} != 'a'",
    "1.5 in {}",
    "deepcopy({})",
    "copy({})",
    "np.asarray({})",
    "{}.detach().numpy() + 1",
    "{}.shape[-1]",
    "{}.shape == (2, 3)",
    "torch.Size([*{}.shape, 1])",
    "print({}, {}.shape, sep='\\n')",
    "isinstance({}, torch.Tensor)",
    "dict(a={})",
    "[*{}]",
    "{}.foo",
)
SETTINGS = (
    "{}.grad = None",
    "{}.grad = {}.detach()",
    "{}.grad = torch.ones(2)",
    "{}.grad = 1",
    "{}.grad.zero_()",
    "{}.requires_grad = True",
    "{}.requires_grad = False",
    "{}.requires_grad = 1",
    "{}.data = {} * 2",
    "{}.data = 1",
    "{}.data *= 2",
    "{}.data.fill_(2)",
    "{}.shape = 3",
    "{}.T = 3",
    "{}.dtype = torch.float64",
    "{}.is_leaf = True",
    "del {}.grad",
    "{}.detach_()",
    "{}.retain_grad()",
    "del {}[0]",
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


def attribute(program):
    """Set an attribute of a tensor."""
    name = arguments.tensor(program.draw, program.session)
    program.add(program.one(SETTINGS).replace("{}", name))


def unrecorded(program):
    """Compute where nothing, or everything, is recorded."""
    path = program.one(sorted(functions()))
    switch = program.one(("no_grad()", "enable_grad()", "set_grad_enabled(False)"))
    name = f"v{len(program.lines)}"
    program.add(f"with torch.{switch}: {name} = {call(program, path, functions()[path])}")


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
                    "torch.multinomial(torch.ones(4), 3)",
                    "torch.randn(3, 7).uniform_()",
                    "torch.empty(20).normal_(2, 3)",
                    "torch.zeros(5).exponential_()",
                    "torch.nn.functional.dropout(torch.ones(6))",
                    "torch.manual_seed(7)",
                    "torch.Generator().manual_seed(3).get_state().sum()",
                    "torch.default_generator.initial_seed()",
                    "torch.set_rng_state(torch.get_rng_state())",
                    "torch.utils.data.random_split(range(5), [2, 3])[0].indices",
                    "list(torch.utils.data.DataLoader(range(5), 2, shuffle=True))",
                )
            )
        )
    )


# ---- modules --------------------------------------------------------------------------

LAYERS = (
    "torch.nn.Linear(3, 2)",
    "torch.nn.ReLU()",
    "torch.nn.Linear(2, 2, bias=False)",
    "torch.nn.Linear(3, 3, dtype=torch.float64)",
    "torch.nn.Dropout(0.5)",
    "torch.nn.Softmax(dim=-1)",
    "torch.nn.LogSoftmax(1)",
    "torch.nn.GELU()",
    "torch.nn.Flatten()",
    "torch.nn.Softplus(2)",
    "torch.nn.Sequential(torch.nn.Tanh(), torch.nn.Linear(2, 1))",
    "torch.nn.Module()",
)
NOT_LAYERS = ("None", "1", "torch.nn.ReLU", "torch.ones(2)")
MODULES = (
    "{0}",
    "torch.nn.Sequential({0}, {1})",
    "torch.nn.Sequential({0}, {1}, {2})",
    "torch.nn.Sequential(OrderedDict(a={0}, b={1}))",
    "torch.nn.ModuleList([{0}, {1}])",
    "torch.nn.ModuleDict({{'a': {0}, 'b': {1}}})",
    "torch.nn.Sequential([{0}])",
    "torch.nn.ModuleList({0})",
    "torch.nn.ModuleDict([('a', {0})])",
)
USES = (
    "{}(torch.randn(4, 3))",
    "{}(torch.ones(3))",
    "{}(torch.ones(2, 2)).sum().backward()",
    "{}(torch.ones(3, dtype=torch.float64))",
    "{}()",
    "repr({})",
    "len({})",
    "{}[0]",
    "{}[-1]",
    "{}[5]",
    "{}['a']",
    "{}['c']",
    "{}[:1]",
    "{}[True]",
    "{}[1.5]",
    "{}[0] = {layer}",
    "{}['a'] = {layer}",
    "del {}[0]",
    "del {}['a']",
    "list({})",
    "'a' in {}",
    "list({}.named_parameters())",
    "list({}.named_parameters('p', recurse=False))",
    "list({}.parameters())",
    "[each.grad for each in {}.parameters()]",
    "sum(each.numel() for each in {}.parameters())",
    "{}.state_dict()",
    "{}.state_dict(prefix='p.')",
    "{}.load_state_dict({}.state_dict())",
    "{}.load_state_dict({})",
    "{}.load_state_dict({'weight': torch.ones(2)})",
    "{}.load_state_dict({'weight': torch.ones(2), 'c': 1}, strict=False)",
    "{}.load_state_dict({{'a.weight': 1}}, False)",
    "{}.train()",
    "{}.train(False)",
    "{}.train(1)",
    "{}.eval().training",
    "[each.training for each in {}.modules()]",
    "list({}.children())",
    "dict({}.named_children())",
    "dict({}.named_modules())",
    "dict({}.named_modules(prefix='p'))",
    "list({}.buffers())",
    "dict({}.named_buffers())",
    "{}.to(torch.float64)",
    "{}.to(torch.int64)",
    "{}.to('cpu', torch.float16)",
    "{}.to(torch.ones(1, dtype=torch.float64))",
    "{}.double()",
    "{}.float()",
    "{}.cpu()",
    "{}.requires_grad_(False)",
    "{}.requires_grad_(1)",
    "{}.zero_grad()",
    "{}.zero_grad(set_to_none=False)",
    "{}.apply(lambda each: each.eval())",
    "{}.weight",
    "{}.bias",
    "{}.foo",
    "{}.weight = torch.ones(2)",
    "{}.weight = torch.nn.Parameter(torch.ones(2, 3))",
    "{}.weight = None",
    "{}.weight.data.fill_(0.5)",
    "{}.bias = None",
    "{}.p = torch.nn.Parameter(torch.ones(2))",
    "{}.q = {layer}",
    "{}.r = 3",
    "del {}.weight",
    "{}.training = False",
    "{}.append({layer})",
    "{}.extend([{layer}])",
    "{}.insert(0, {layer})",
    "{}.pop(0)",
    "{}.pop('a')",
    "{}.update({'d': {layer}})",
    "{}.clear()",
    "list({}.keys())",
    "list({}.values())",
    "list({}.items())",
    "{}.add_module('d', {layer})",
    "{}.add_module('e.f', {layer})",
    "{}.add_module('', {layer})",
    "{}.register_module('g', {layer})",
    "{}.register_buffer('h', torch.ones(2))",
    "{}.register_buffer('h', 1)",
    "{}.register_buffer('weight', torch.ones(2))",
    "{}.register_parameter('i', torch.nn.Parameter(torch.ones(2)))",
    "{}.register_parameter('i', torch.ones(2))",
    "{}.register_parameter('i', None)",
    "{}.extra_repr()",
    "{}.forward(torch.ones(4, 3))",
    "{}.half()",
    "deepcopy({})",
    "{} + {}",
    "{}.in_features",
    "{}.named_parameters",
    "torch.nn.Sequential({}, {})",
    "torch.nn.init.constant_({}.weight, 0.5)",
    "torch.nn.init.xavier_uniform_({}.weight)",
)


def build(program):
    """Make a module."""
    layers = [program.one(LAYERS) for _ in range(3)]
    if program.chance(12):
        layers[0] = program.one(NOT_LAYERS)
    program.new(program.one(MODULES).format(*layers))


def use(program):
    """Use a module, or change it."""
    found = program.named(refimpl.nn.Module)
    if not found:
        return build(program)
    other = program.one(NOT_LAYERS if program.chance(8) else LAYERS)
    line = program.one(USES).replace("{layer}", other).replace("{{", "{").replace("}}", "}")
    line = line.replace("{}", program.one(found))
    return program.add(line) if STATEMENT.match(line) else program.new(line)


STATEMENT = re.compile(r"del |[^(]* = ")


# ---- optimizers and schedules ---------------------------------------------------------

OPTIMIZERS = ("SGD", "Adam")
OF_OPTIMIZERS = (
    "{}.step()",
    "{}.step()",
    "{}.zero_grad()",
    "{}.zero_grad(set_to_none=False)",
    "{}.state_dict()",
    "{}.load_state_dict({}.state_dict())",
    "{}.load_state_dict({})",
    "repr({})",
    "{}.param_groups[0]['lr']",
    "{}.param_groups[0]['lr'] = 0.5",
    "{}.param_groups[-1]",
    "{}.add_param_group({'params': [torch.ones(2, requires_grad=True)], 'lr': 0.5})",
    "{}.add_param_group({'params': {}.param_groups[0]['params']})",
    "{}.add_param_group([torch.ones(2)])",
    "{}.defaults",
    "len({}.state)",
    "{}.step(lambda: 1.5)",
    "{}.step(1)",
    "{}.foo",
)
OF_SCHEDULES = (
    "{}.step()",
    "{}.step()",
    "{}.get_last_lr()",
    "{}.state_dict()",
    "{}.load_state_dict({}.state_dict())",
    "{}.last_epoch",
    "{}.base_lrs",
    "{}.step(3)",
    "{}.get_lr()",
    "{}.foo",
)


def optimize(program):
    """Make an optimizer of a module's parameters, and walk back to them."""
    draw = program.draw
    model = program.new("torch.nn.Linear(3, 2)")
    path = f"torch.optim.{program.one(OPTIMIZERS)}"
    text = call(program, path, functions()[path])
    if program.chance(2):
        options = ("lr=0.5", "lr=0.5, momentum=0.5", "0.1, weight_decay=0.5", "lr=1, maximize=True")
        text = f"torch.optim.SGD({model}.parameters(), {program.one(options)})"
    steps = program.new(text)
    for _ in range(draw(st.integers(1, 2))):
        program.add(f"{steps}.zero_grad()")
        loss = program.one(("sum()", "mean()", "std()", "norm()", "logsumexp((0, 1))"))
        program.add(f"{model}(torch.randn(4, 3)).{loss}.backward()")
        program.add(f"{steps}.step()")
    program.new(f"{model}.state_dict()")


def use_optimizer(program):
    """Use an optimizer, or change it."""
    found = program.named(refimpl.optim.Optimizer)
    if not found:
        return optimize(program)
    line = program.one(OF_OPTIMIZERS).replace("{}", program.one(found))
    return program.add(line)


def schedule(program):
    """Use a schedule, or make one."""
    found = program.named(refimpl.optim.lr_scheduler.LRScheduler)
    if found and not program.chance(4):
        return program.add(program.one(OF_SCHEDULES).replace("{}", program.one(found)))
    paths = [path for path in functions() if path.startswith("torch.optim.lr_scheduler.")]
    path = program.one(paths)
    text = call(program, path, functions()[path])
    optimizers = program.named(refimpl.optim.Optimizer)
    if optimizers:
        text = re.sub(
            r"torch\.optim\.(SGD|Adam)\(\[.*?\](, lr=[\d.]+)?(, momentum=0.5)?\)",
            program.one(optimizers),
            text,
            count=1,
        )
    return program.new(text)


# ---- hooks, functions of one's own, files ---------------------------------------------

HOOKS = (
    "lambda g: g * 2",
    "lambda g: None",
    "lambda g: g[0]",
    "lambda g: 1",
    "lambda g: g.double()",
)
OWN = (
    "forward=staticmethod(lambda ctx, x: x * 2), backward=staticmethod(lambda ctx, g: g * 3)",
    "forward=staticmethod(lambda ctx, x: (ctx.save_for_backward(x), x.exp())[1]), "
    "backward=staticmethod(lambda ctx, g: g * ctx.saved_tensors[0])",
    "forward=staticmethod(lambda ctx, x: x), backward=staticmethod(lambda ctx, g: g)",
    "forward=staticmethod(lambda ctx, x: (x * 2, x + 1)), "
    "backward=staticmethod(lambda ctx, a, b: a + b)",
    "forward=staticmethod(lambda ctx, x: (ctx.mark_dirty(x), x.add_(1))[1]), "
    "backward=staticmethod(lambda ctx, g: g)",
    "forward=staticmethod(lambda ctx, x: x.sum()), backward=staticmethod(lambda ctx, g: g)",
    "forward=staticmethod(lambda ctx, x: x * 2), backward=staticmethod(lambda ctx, g: (g, g))",
    "forward=staticmethod(lambda ctx, x: x * 2)",
)


def hook(program):
    """Look at a gradient, or change it, on its way."""
    found = program.session.tensors().items()
    whole = [name for name, each in found if each._base is None]  # torch may end at others
    name = program.one(whole)
    program.new(f"{name}.register_hook({program.one(HOOKS)})")


def own_function(program):
    """Apply a function with a derivative of one's own."""
    kind = program.new(f"type('Own', (torch.autograd.Function,), dict({program.one(OWN)}))")
    program.new(f"{kind}.apply({arguments.tensor(program.draw, program.session)})")


def store(program):
    """Write to a file in memory, and read it."""
    file = program.new("BytesIO()")
    name = arguments.tensor(program.draw, program.session)
    found = [name, *program.named(refimpl.nn.Module)]
    what = program.one((name, f"{{'a': {name}, 'b': [1, 2.5, 'c']}}", f"[{name}, {name}]"))
    if len(found) > 1 and program.chance(2):
        what = f"{found[-1]}.state_dict()"
    program.add(f"torch.save({what}, {file})")
    program.add(f"{file}.seek(0)")
    program.new(f"torch.load({file})")


# ---- families -------------------------------------------------------------------------

TENSORS = (
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
    load,
    attribute,
    unrecorded,
)
# Steps by the name of a target.
FAMILIES = {
    "programs": (*TENSORS, optimize, use),
    "programs of Python": (look, attribute, operate, look, index, assign, change, Program.tensor),
    "programs of modules": (build, use, use, use, walk, store),
    "programs of training": (optimize, use_optimizer, use_optimizer, schedule, schedule, walk),
    "programs of graphs": (
        hook,
        own_function,
        hook,
        walk,
        walk,
        differentiate,
        operate,
        change,
        change_by_method,
        unrecorded,
        attribute,
    ),
    "programs of chance": (draw_numbers, load, draw_numbers, any_call),
}


@st.composite
def programs(draw, family, steps=10):
    """Draw a short program of several steps of a family."""
    program = Program(draw)
    program.tensor()
    program.tensor()
    for _ in range(draw(st.integers(1, steps))):
        program.one(FAMILIES[family])(program)
    return program
