"""Misuses of modules: programs that torch refuses, for both engines."""

from evidence.programs.nn import net

MISUSES = {}


def misuse(function):
    MISUSES[function.__name__.strip("_").replace("_", " ")] = function
    return function


@misuse
def forward_that_is_missing(T):
    T.nn.Module()(1)


@misuse
def module_before_init(T):
    class Net(T.nn.Module):
        def __init__(self):
            self.layer = T.nn.Linear(2, 2)

    Net()


@misuse
def parameter_before_init(T):
    class Net(T.nn.Module):
        def __init__(self):
            self.weight = T.nn.Parameter(T.ones(2))

    Net()


@misuse
def parameter_in_the_place_of_a_method(T):
    net(T).forward = T.nn.Parameter(T.ones(2))


@misuse
def parameter_of_a_class(T):
    return T.nn.Linear.weight


@misuse
def number_as_parameter(T):
    net(T).scale = 3


@misuse
def tensor_as_parameter(T):
    net(T).scale = T.ones(2)


@misuse
def number_as_module(T):
    net(T).hidden = 3


@misuse
def attribute_that_is_missing_(T):
    found = getattr(net(T), "hiden", None)
    if found is None:
        raise LookupError("hiden")


@misuse
def state_without_keys(T):
    net(T).load_state_dict({})


@misuse
def state_of_another_shape(T):
    T.nn.Linear(3, 2).load_state_dict({"weight": T.ones(2, 2), "bias": T.ones(2), "q": T.ones(1)})


@misuse
def sequential_without_the_item(T):
    T.nn.Sequential(T.nn.Tanh())[1]


@misuse
def integer_parameter(T):
    T.nn.Parameter(T.tensor([1, 2]))


@misuse
def logits_as_x(T):
    T.nn.functional.softmax(x=T.ones(2), dim=0)


@misuse
def loss_with_an_unknown_reduction(T):
    T.nn.CrossEntropyLoss(reduction="avg")(T.ones(1, 2), T.tensor([0]))


@misuse
def linear_of_integers(T):
    T.nn.Linear(2, 2)(T.ones(1, 2, dtype=T.int64))


def having(fault):
    """Build a net and do one thing wrong to it."""
    return lambda T: fault(T, net(T))


def whole(model):
    return dict(model.state_dict())


FAULTS = {
    "a module that is a number": lambda T, m: m.add_module("a", 3),
    "a module that is a function": lambda T, m: T.nn.Sequential(T.nn.ReLU(), len),
    "a module appended that is none": lambda T, m: m.body.append(3),
    "a module with a dot": lambda T, m: m.add_module("a.b", T.nn.ReLU()),
    "a module without name": lambda T, m: m.add_module("", T.nn.ReLU()),
    "a module with a number as name": lambda T, m: m.add_module(3, T.nn.ReLU()),
    "a module in place of a method": lambda T, m: m.add_module("forward", T.nn.ReLU()),
    "a parameter that is a tensor": lambda T, m: m.register_parameter("a", T.zeros(1)),
    "a parameter with a dot": lambda T, m: m.register_parameter("a.b", None),
    "a parameter without name": lambda T, m: m.register_parameter("", None),
    "a parameter with a number as name": lambda T, m: m.register_parameter(2, None),
    "a parameter in place of a method": lambda T, m: m.register_parameter("forward", None),
    "a buffer that is a number": lambda T, m: m.register_buffer("a", 3),
    "a buffer with a dot": lambda T, m: m.register_buffer("a.b", None),
    "a buffer without name": lambda T, m: m.register_buffer("", None),
    "a buffer with a number as name": lambda T, m: m.register_buffer(2, None),
    "a number into a buffer": lambda T, m: setattr(m, "count", 2),
    "a state with an unknown key": lambda T, m: m.load_state_dict({**whole(m), "q": T.ones(1)}),
    "a state that lacks and adds": lambda T, m: m.load_state_dict({"q": T.ones(1)}),
    "a state with lists": lambda T, m: m.load_state_dict({**whole(m), "scale": [1, 2]}),
    "a state that is a list": lambda T, m: m.load_state_dict([1, 2]),
    "a state with unknown keys at two depths": lambda T, m: m.load_state_dict(
        {**whole(m), "hidden.q": T.ones(1), "q": T.ones(1), "body.7.q": T.ones(1)}
    ),
    "a mode that is a number": lambda T, m: m.train(3),
    "a module of integers": lambda T, m: m.to(T.int64),
    "an item by name": lambda T, m: m.body["0"],
    "an item that is too far back": lambda T, m: m.body[-3],
    "two inputs for a chain": lambda T, m: m.body(1, 2),
    "a parameter that is a list": lambda T, m: T.nn.Parameter([1, 2]),
    "a fraction of features": lambda T, m: T.nn.Linear(3.5, 2),
    "features below zero": lambda T, m: T.nn.Linear(3, -2),
    "weights that are integers": lambda T, m: T.nn.Linear(3, 2, dtype=T.int64),
    "one length of two": lambda T, m: T.nn.Linear(3),
    "flattening beyond": lambda T, m: T.nn.Flatten(3)(T.ones(2, 3)),
}
MISUSES |= {name: having(fault) for name, fault in FAULTS.items()}
