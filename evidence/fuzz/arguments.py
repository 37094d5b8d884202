"""Arguments of calls as source text, drawn by the name that a parameter has.

A strategy is a function of hypothesis' `draw` and of the session, whose tensors it may name.
"""

from hypothesis import strategies as st

DTYPES = ("float32", "float64", "float16", "int64", "int32", "int16", "int8", "uint8", "bool")
FLOATS = DTYPES[:3]
DRAWN = ("float32", "float32", "float32", "float64", "float64", "float16", *DTYPES[3:])
SHAPES = ((3,), (2, 3), (), (1,), (0,), (1, 3), (2, 1), (2, 0), (4,), (2, 2), (2, 3, 2), (3, 1, 2))
# Quarters are exact in every dtype, and so are their sums and products.
QUARTERS = tuple(sorted((n / 4 for n in range(-12, 13)), key=abs))
SPECIAL = ("0.0", "-0.0", "inf", "-inf", "nan", "1.0")
EXTREME = {
    "float16": ("65504.0", "-65504.0", "6e-8", "2048.0", "1e-3", "300.0"),
    "float32": ("3e38", "-3e38", "1e-45", "16777216.0", "1e-20", "1e20", "88.0", "-104.0"),
    "float64": ("1e308", "-1e308", "5e-324", "1e-200", "1e200", "9007199254740992.0", "710.0"),
    "int64": ("2**63 - 1", "-2**63", "2**53 + 1", "2**32"),
    "int32": ("2**31 - 1", "-2**31"),
    "int16": ("2**15 - 1", "-2**15"),
    "int8": ("127", "-128"),
    "uint8": ("255", "128"),
}
# What is seldom right, whatever the parameter.
WRONG = (
    '"a"',
    "None",
    "1.5",
    "True",
    "[1]",
    "[1.5]",
    "(0, 0)",
    "{}",
    "2**63",
    "-1",
    "nan",
    "torch.ones(2)",
    "torch.tensor(1)",
    "np.float64(1)",
    "torch.float64",
    "[]",
    "-7",
    "()",
)


def one_of(*texts):
    """Return the strategy that draws one of some texts."""
    return lambda draw, session: draw(st.sampled_from(texts))


# ---- tensors --------------------------------------------------------------------------


def _number(draw, dtype, kind):
    if kind == "extreme" and dtype in EXTREME:
        return draw(st.sampled_from(EXTREME[dtype]))
    if dtype in FLOATS:
        if kind == "special":
            return draw(st.sampled_from(SPECIAL))
        return str(draw(st.sampled_from(QUARTERS)))
    if dtype == "bool":
        return str(draw(st.booleans()))
    return str(draw(st.integers(0 if dtype == "uint8" else -4, 4)))


def _nested(numbers, shape):
    if not shape:
        return next(numbers)
    return "[" + ", ".join(_nested(numbers, shape[1:]) for _ in range(shape[0])) + "]"


# Longer than a vector of the processor, than a line, than what is printed whole, of more axes.
LARGE = (
    "torch.arange(17.0)",
    "torch.arange(40).reshape(2, 20)",
    "torch.linspace(-3, 3, 33)",
    "torch.arange(24.0).reshape(2, 3, 2, 2)",
    "torch.arange(1200).reshape(3, 400)",
    "(torch.arange(1001.0) / 8)",
    "torch.randn(5, 7)",
    "torch.rand(2, 3, 4)",
    "torch.full((2, 17), 1e-5, dtype=torch.float64)",
    "torch.arange(-8, 24, dtype=torch.float16)",
    "torch.arange(20).reshape(4, 5).to(torch.uint8)",
    "torch.arange(18).reshape(2, 9) % 3 == 0",
    "torch.eye(5)",
)


def large(draw):
    """Return the text of a larger tensor."""
    text = draw(st.sampled_from(LARGE))
    return text + ".requires_grad_()" * (".0" in text and draw(st.booleans()))


def literal(draw, dtypes=DRAWN, shapes=SHAPES, kinds=("tame", "tame", "special", "extreme")):
    """Return the text of a new tensor."""
    dtype, shape = draw(st.sampled_from(dtypes)), draw(st.sampled_from(shapes))
    kind = draw(st.sampled_from(kinds))
    if 0 in shape:
        text = f"torch.zeros({', '.join(map(str, shape))}, dtype=torch.{dtype})"
    else:
        numbers = iter(lambda: _number(draw, dtype, kind), None)
        text = f"torch.tensor({_nested(numbers, shape)}, dtype=torch.{dtype})"
    wanted = dtype in FLOATS and draw(st.integers(0, 2)) > 0
    return text + ".requires_grad_()" * wanted


VIEWS = (
    "{}.T",
    "{}[::2]",
    "{}[None]",
    "{}[..., :1]",
    "{}.expand(2, *{}.shape)",
    "{}.unsqueeze(-1)",
    "{} * 1",
    "{}.detach()",
    "{}.mT",
    "{}[0]",
    "{}.transpose(0, -1)",
)


def tensor(draw, session):
    """Return the name of a tensor."""
    return draw(st.sampled_from(sorted(session.tensors())))


def _of_dtype(*dtypes):
    """Return the strategy of a tensor of certain dtypes: one with a name, or a new one."""

    def drawn(draw, session):
        found = [
            name
            for name, value in sorted(session.tensors().items())
            if str(value.dtype).removeprefix("torch.") in dtypes
        ]
        if found and draw(st.integers(0, 3)):
            return draw(st.sampled_from(found))
        return literal(draw, dtypes, kinds=("tame",)).removesuffix(".requires_grad_()")

    return drawn


def _like(*endings):
    """Return the strategy of a tensor made of another one, which has its shape."""

    def drawn(draw, session):
        return tensor(draw, session) + draw(st.sampled_from(endings))

    return drawn


NUMBERS = ("2", "0.5", "0", "1", "-1", "3.0", "-0.0", "inf", "nan", "True", "0.25", "100", "-2.5")
number = one_of(*NUMBERS)


def operand(draw, session):
    """Return a tensor or a number."""
    return (tensor if draw(st.integers(0, 2)) else number)(draw, session)


# ---- dims and shapes ------------------------------------------------------------------

dim = one_of("0", "1", "-1", "0", "-2", "2")
dim_or_dims = one_of("0", "1", "-1", "None", "(0, 1)", "[0]", "()", "(0, -1)", "2", "-3", "(1, 1)")
flag = one_of("True", "False")
SIZES = ("2", "(2, 3)", "[3]", "()", "0", "(2, 0)", "(1,)", "(2, -1)", "-1", "6", "(3, 2)", "(-1,)")
size = one_of(*SIZES)
length = one_of("3", "2", "0", "1", "5", "-1")
dtype = one_of(*(f"torch.{name}" for name in DTYPES), "None", "float", "int", "bool")
reduction = one_of('"mean"', '"sum"', '"none"', '"mean"', '"batchmean"', '"avg"')


def sequence(draw, session):
    """Return a sequence of tensors."""
    names = [tensor(draw, session) for _ in range(draw(st.integers(1, 3)))]
    return draw(st.sampled_from(("[{}]", "({},)"))).format(", ".join(names))


def dims(draw, session):
    """Return several dims as separate arguments, or as one sequence."""
    each = [str(draw(st.integers(-2, 2))) for _ in range(draw(st.integers(0, 3)))]
    text = ", ".join(each)
    return text if each and draw(st.booleans()) else f"[{text}]"


def sizes(draw, session):
    """Return a shape as separate arguments, or as one sequence."""
    count = draw(st.integers(0, 3))
    each = [draw(st.sampled_from(("1", "2", "3", "-1", "6", "0"))) for _ in range(count)]
    text = ", ".join(each)
    return text if each and draw(st.booleans()) else f"({text}{',' * (count == 1)})"


labels = one_of(
    "torch.tensor([0, 1])",
    "torch.tensor([1, -100])",
    "torch.tensor(1)",
    "torch.tensor([2, 0, 1])",
    "torch.tensor([0, 5])",
    "torch.tensor([[0, 1], [1, 0]])",
    "torch.tensor([0, 1], dtype=torch.uint8)",
)


def target(draw, session):
    """Return the target of a loss: classes, or numbers of the input's shape."""
    kind = draw(st.integers(0, 3))
    if kind == 0:
        return labels(draw, session)
    made = _like(".sigmoid()", ".detach()", ".softmax(-1)")
    return (tensor if kind == 1 else made)(draw, session)


indices = one_of(
    "torch.tensor([0, 1])",
    "torch.tensor([[0, 1], [1, 0]])",
    "torch.tensor([[0]])",
    "torch.tensor(0)",
    "torch.tensor([[[0], [1]]])",
    "torch.tensor([2, 0])",
    "torch.zeros(0, dtype=torch.int64)",
    "torch.tensor([[2, -1]])",
)
DATASETS = (
    "torch.utils.data.TensorDataset(torch.arange(5.0), torch.arange(5))",
    "[1, 2.5, 3]",
    "range(7)",
    "torch.arange(6.0).reshape(3, 2)",
    '[{"a": 1, "b": [2, 3]}, {"a": 4, "b": [5, 6]}]',
    "[(1, 2.0), (3, 4.0)]",
    "[np.float64(1), np.float64(2)]",
    "[torch.ones(2), torch.zeros(2)]",
    '["a", "b"]',
    "[]",
)
dataset = one_of(*DATASETS)
generator = one_of("None", "torch.Generator()", "torch.Generator().manual_seed(3)")
DATA = (
    "[1, 2, 3]",
    "[[1.0, 2.0], [3.0, 4.0]]",
    "1.5",
    "True",
    "[]",
    "[[], []]",
    "[[]]",
    "[1, 2.5, True]",
    "(1, 2)",
    "range(3)",
    "np.arange(3)",
    "np.array([1.5, 2.5], np.float32)",
    "np.float32(2)",
    "[np.int8(1), 2]",
    "[[1], [2, 3]]",
    "[[], [1]]",
    "[1, [2]]",
    "[None]",
    "[torch.tensor(1), 2]",
    "[True, False]",
    "[nan, inf]",
    "[2**63]",
    "[300, -1]",
)


def data(draw, session):
    """Return what a tensor is made of."""
    return tensor(draw, session) if not draw(st.integers(0, 4)) else draw(st.sampled_from(DATA))


# ---- graphs, functions of one's own, optimizers -----------------------------------------

FUNCTIONS = (
    "lambda *each: sum(x.exp() for x in each)",
    "lambda *each: sum((x * x).sum() for x in each)",
    "lambda x: x * 2",
    "lambda x: (x, x.sum())",
    "lambda x: x.detach()",
    "lambda x: x.softmax(-1)",
    "lambda x: x[0] * 3",
    "lambda x, y: x * y",
    "lambda x: 1",
    "lambda x: x.sum()",
    "torch.sin",
)
made = _like(" * 2", ".exp()", ".sum()", "", "[0]", ".mean()", " * 1.0")


def several(*strategies):
    """Return the strategy that draws what another one does, or a tuple or list of two of them."""

    def drawn(draw, session):
        strategy = draw(st.sampled_from(strategies))
        if draw(st.integers(0, 2)):
            return strategy(draw, session)
        each = ", ".join(strategy(draw, session) for _ in range(2))
        return draw(st.sampled_from(("[{}]", "({})"))).format(each)

    return drawn


OPTIMIZERS = (
    "torch.optim.SGD([torch.zeros(2, requires_grad=True)], lr=0.5)",
    "torch.optim.SGD([torch.zeros(2, requires_grad=True)], lr=0.5, momentum=0.5)",
    "torch.optim.Adam([torch.zeros(2, requires_grad=True)])",
    "torch.optim.SGD([{'params': [torch.zeros(2, requires_grad=True)], 'lr': 0.25}], lr=1)",
)


def params(draw, session):
    """Return what an optimizer changes."""
    fixed = ("[torch.zeros(2, requires_grad=True)]", "[]", "[{'params': []}]", "3")
    wanted = [name for name, value in sorted(session.tensors().items()) if value.requires_grad]
    if not wanted or not draw(st.integers(0, 5)):
        return draw(st.sampled_from(fixed))
    name = draw(st.sampled_from(wanted))
    return draw(st.sampled_from((f"[{name}]", f"[{{'params': {name}, 'lr': 0.25}}]", f"({name},)")))


# ---- the table ------------------------------------------------------------------------

tensors_of_floats = _of_dtype(*FLOATS)
PARAMETERS = {
    "input": tensor,
    "self": tensor,
    "tensor": tensor,
    "other": operand,
    "exponent": operand,
    "value": operand,
    "min": operand,
    "max": operand,
    "mat2": tensor,
    "vec2": tensor,
    "condition": _of_dtype("bool", "uint8"),
    "mask": _of_dtype("bool"),
    "weight": tensors_of_floats,
    "pos_weight": tensors_of_floats,
    "bias": tensors_of_floats,
    "target": target,
    "index": indices,
    "tensors": sequence,
    "dim": dim_or_dims,
    "axis": dim,
    "dim0": dim,
    "dim1": dim,
    "start_dim": dim,
    "end_dim": dim,
    "dims": dims,
    "args": sizes,
    "size": size,
    "shape": size,
    "keepdim": flag,
    "dtype": dtype,
    "device": one_of("None", '"cpu"', 'torch.device("cpu")'),
    "requires_grad": flag,
    "generator": generator,
    "size_average": one_of("None", "True", "False"),
    "reduce": one_of("None", "True", "False"),
    "reduction": reduction,
    "alpha": number,
    "older": operand,
    "factor": number,
    "p": one_of("2", "1", "0", "inf", "-inf", "0.5", "3", '"fro"', "1.5", "None", "-1"),
    "rtol": one_of("1e-5", "0", "0.5", "-1", "inf"),
    "atol": one_of("1e-8", "0", "0.5", "nan"),
    "equal_nan": flag,
    "data": data,
    "obj": data,
    "ndarray": one_of("np.arange(3)", "np.ones((2, 2))", "np.float64(1)", "np.array(2)"),
    "batch": dataset,
    "unbiased": one_of("True", "False", "None"),
    "correction": one_of("1", "0", "2", "0.5", "-1", "None", "True"),
    "ignore_index": one_of("-100", "0", "1", "-1"),
    "inplace": flag,
    "n": length,
    "m": length,
    "steps": length,
    "mean": one_of("0.0", "1.5", "torch.ones(3)", "0"),
    "std": one_of("1.0", "2.0", "torch.ones(3)", "-1.0", "0", "1"),
    "threshold": one_of("20", "1.0", "0"),
    "start": one_of("0", "1.5", "-2", "0.0", "torch.tensor(1)"),
    "end": one_of("3", "2.5", "-1", "0", "1.0"),
    "step": one_of("1", "0.5", "-1", "2", "0", "0.3"),
    "copy": one_of("True", "False", "None"),
    "chunks": one_of("2", "3", "1", "0", "5"),
    "diagonal": one_of("0", "1", "-1", "3"),
    "fill_value": number,
    "seed": one_of("0", "7", "-1", "2**64 - 1"),
    "low": one_of("0", "2", "-3", "1.0"),
    "high": one_of("5", "3", "2**40", "10.0"),
    "split_size": one_of("2", "1", "[1, 2]", "[1, 1]", "0"),
    "split_size_or_sections": one_of("2", "1", "[1, 2]", "[1, 1]", "0"),
    "label_smoothing": one_of("0.0", "0.1", "1.0", "-0.1", "1.5"),
    "approximate": one_of('"none"', '"tanh"', '"erf"'),
    "log_target": flag,
    "beta": one_of("1", "2.0", "0.5", "-1", "0"),
    "type1": dtype,
    "type2": dtype,
    "in_features": length,
    "out_features": length,
    "num_classes": one_of("-1", "3", "5", "0"),
    "dataset": dataset,
    "indices": one_of("[0, 1]", "[1]", "[]", "[5]"),
    "lengths": one_of("[1, 1]", "[0.5, 0.5]", "[2, 1]", "[0.2, 0.8]", "[3]", "[0.5, 0.6]"),
    "batch_size": one_of("2", "1", "3", "None", "0", "10"),
    "shuffle": one_of("True", "False", "None"),
    "drop_last": flag,
    "num_workers": one_of("0", "-1", "1.5"),
    "timeout": one_of("0", "-1", "5"),
    "bounds": one_of("0.0, 1.0", "-1.0, 3.0", "1, 0", "0"),
    "type": one_of('"cpu"', '"cuda"', '"cuda:1"', '"gpu"', "0"),
    "copy_source": tensor,
    "gradient": _like("", ".detach()", ".float()"),
    "retain_graph": one_of("True", "None", "False"),
    "create_graph": flag,
    "non_blocking": flag,
    "force": flag,
    "including_emulation": flag,
    "params": params,
    "outputs": several(made),
    "inputs": several(tensor),
    "grad_outputs": several(tensor, _like(".detach()"), one_of("None")),
    "grad_tensors": several(tensor, _like(".detach()"), one_of("None")),
    "backward.tensors": several(made),
    "grad_variables": one_of("None"),
    "allow_unused": one_of("True", "False", "None"),
    "materialize_grads": flag,
    "func": one_of(*FUNCTIONS),
    "v": several(tensor, one_of("None")),
    "strict": flag,
    "a": one_of("-2.0", "0.0", "0", "1.5", "-1"),
    "b": one_of("2.0", "1.0", "3", "0"),
    "val": number,
    "gain": one_of("1.0", "2", "0.5", "-1"),
    "nonlinearity": one_of('"relu"', '"linear"', '"leaky_relu"', '"tanh"', '"selu"', '"gelu"'),
    "param": one_of("None", "0.2", "1", "True"),
    "optimizer": one_of(*OPTIMIZERS),
    "T_max": one_of("2", "5", "1", "0"),
    "eta_min": one_of("0.0", "0.1", "1"),
    "last_epoch": one_of("-1", "0", "2"),
    "gamma": one_of("0.5", "0.1", "1", "2.0"),
    "milestones": one_of("[1, 2]", "[2]", "[]", "(1, 3)", "[1, 1]", "3"),
    "step_size": one_of("1", "2", "0", "3"),
    "lr_lambda": one_of("lambda n: 0.5 ** n", "[lambda n: 1 / (n + 1)]", "lambda n: 1"),
    "lr": one_of("0.1", "1", "0", "-1", "torch.tensor(0.1)"),
    "momentum": one_of("0", "0.9", "-1"),
    "dampening": one_of("0", "0.5"),
    "weight_decay": one_of("0", "0.1", "-1"),
    "nesterov": flag,
    "maximize": flag,
    "iterable": one_of("(2, 3)", "[1]", "()", "[1.5]", '"ab"'),
    "mode": one_of("True", "False", '"fan_in"', '"fan_out"'),
    "precision": one_of("2", "6", "None"),
    "edgeitems": one_of("1", "2"),
    "linewidth": one_of("20", "60"),
    "profile": one_of('"short"', '"full"', '"default"', '"none"'),
    "sci_mode": one_of("True", "False", "None"),
    "d": dtype,
    "vec": tensor,
    "decimals": one_of("0", "1", "-1", "2"),
    "descending": flag,
    "num_samples": one_of("1", "2", "3", "0"),
    "replacement": flag,
    "stable": one_of("None", "True", "False"),
    "src": operand,
    "delta": one_of("1.0", "0.5", "0", "-1"),
    "betas": one_of("(0.9, 0.999)", "(0.5, 0.9)", "(0.5, 1.0)"),
    "eps": one_of("1e-8", "0", "0.1", "-1"),
    "amsgrad": flag,
    "decoupled_weight_decay": flag,
    "training": flag,
    "only_inputs": flag,
    "new_state": one_of("torch.get_rng_state()", "torch.zeros(3)"),
}
# Arguments by place that another form of the call has.
RARE = {"older", "factor"}
# Parameters that are left to their defaults, under the reason.
LEFT = {
    "it is a function, which is drawn in programs": {"function", "collate_fn", "hook"},
    "it is refused by a sentence of its own, which tests/test_keywords.py compares": {
        "foreach",
        "differentiable",
        "fused",
        "capturable",
        "memory_format",
        "sampler",
        "batch_sampler",
        "pin_memory",
        "worker_init_fn",
        "multiprocessing_context",
        "prefetch_factor",
        "persistent_workers",
        "pin_memory_device",
        "in_order",
        "outside",
        "named",
    },
    "it is nobody's business": {"_stacklevel"},
    "it is drawn for all functions that take it": {"out"},
    "it is refused, which tests/autograd compare": {
        "is_grads_batched",
        "vectorize",
        "strategy",
        "outer_jacobian_strategy",
    },
    "it is a part of a state": {"defaults"},
}
ALL_LEFT = set().union(*LEFT.values())
