"""Small programs with modules: the same text and warnings on both engines."""

import copy
from collections import OrderedDict

PROGRAMS = {}


def program(function):
    PROGRAMS[function.__name__.strip("_").replace("_", " ")] = function
    return function


def net(T):
    nn = T.nn

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.hidden = nn.Linear(4, 3)
            self.scale = nn.Parameter(T.ones(2))
            self.body = nn.Sequential(nn.ReLU(), nn.Linear(3, 2, bias=False))
            self.register_buffer("count", T.zeros(1))

        def forward(self, x):
            return self.body(self.hidden(x)) * self.scale

    T.manual_seed(3)
    return Net()


@program
def linear_is_initialised_as_torch_does(T):
    T.manual_seed(7)
    return [
        T.nn.Linear(4, 3).weight,
        T.nn.Linear(3, 2).bias,
        T.nn.Linear(5, 2, bias=False).weight,
        T.nn.Linear(2, 2, dtype=T.float64).weight,
        T.rand(2),
    ]


@program
def large_linear_is_initialised_bit_for_bit(T):
    T.manual_seed(11)
    layer = T.nn.Linear(784, 256)
    return [float(each.detach().double().sum()).hex() for each in (layer.weight, layer.bias)]


@program
def modules_as_text(T):
    nn = T.nn
    return [
        net(T),
        nn.Flatten(),
        nn.Flatten(0, 1),
        nn.Sequential(),
        nn.Sequential(nn.Flatten(), nn.Linear(2, 1)),
        nn.Module(),
        nn.Parameter(T.ones(2)),
        nn.Parameter(T.ones(1), False),
        nn.Linear(2, 3, bias=False),
        nn.Sequential(
            OrderedDict([("first", nn.Linear(1, 1)), ("second", nn.Sequential(nn.Tanh()))])
        ),
    ]


@program
def what_a_module_holds(T):
    model = net(T)
    return [
        [name for name, _ in model.named_parameters()],
        [tuple(p.shape) for p in model.parameters()],
        [name for name, _ in model.named_modules()],
        [name for name, _ in model.named_children()],
        [type(each).__name__ for each in model.modules()],
        [name for name, _ in model.named_buffers()],
        len(list(model.children())),
        list(model.state_dict()),
        model.state_dict()["body.1.weight"],
        [name for name, _ in model.named_parameters(recurse=False)],
        [name for name, _ in model.named_parameters(prefix="net")],
    ]


@program
def training_and_evaluation(T):
    model = net(T)
    states = [model.training, model.body[0].training]
    model.eval()
    states += [model.training, model.body[0].training]
    model.train()
    return states + [model.training, model.body[1].training, model.train(False) is model]


@program
def forward_and_backward(T):
    model = net(T)
    x = T.linspace(-1, 1, 8).reshape(2, 4)
    y = model(x)
    loss = T.nn.CrossEntropyLoss()(y, T.tensor([0, 1]))
    loss.backward()
    grads = [p.grad for p in model.parameters()]
    model.zero_grad()
    none = [p.grad for p in model.parameters()]
    model(x).sum().backward()
    model.zero_grad(set_to_none=False)
    return y, loss, grads, none, [p.grad for p in model.parameters()]


@program
def state_goes_from_module_to_module(T):
    first, second = net(T), net(T)
    T.manual_seed(99)
    for parameter in first.parameters():
        parameter.data.add_(1)
    said = second.load_state_dict(first.state_dict())
    same = [T.equal(a, b) for a, b in zip(first.parameters(), second.parameters(), strict=True)]
    part = second.load_state_dict({"scale": T.zeros(2), "other": T.zeros(1)}, strict=False)
    return said, same, part, second.scale


@program
def state_shares_memory(T):
    model = net(T)
    model.state_dict()["scale"].zero_()
    return model.scale, model.state_dict()["scale"].requires_grad


@program
def parameters_can_be_frozen(T):
    model = net(T)
    model.hidden.requires_grad_(False)
    return [p.requires_grad for p in model.parameters()], model(T.ones(1, 4)).requires_grad


@program
def attributes_come_and_go(T):
    model = net(T)
    model.extra = T.nn.Tanh()
    del model.scale
    model.body = None
    model.note = "text"
    return model, [name for name, _ in model.named_parameters()], model.note, model.body


@program
def one_name_holds_another_kind_in_each_instance(T):
    class Net(T.nn.Module):
        def __init__(self, part):
            super().__init__()
            self.part = part

    kinds = [T.nn.Tanh(), T.nn.Parameter(T.ones(1)), 3, None, T.zeros(1)]
    nets = [Net(kind) for kind in kinds]
    seen = [(each.part, sorted(each._modules)) for each in nets]
    nets[0].part = None
    nets[1].part = T.nn.Parameter(T.zeros(2))
    del nets[2].part
    nets[3].part = T.nn.ReLU()
    held = [hasattr(each, "part") and each.part for each in nets]
    return seen, held, ["part" in dir(each) for each in nets], list(nets[1].state_dict())


@program
def a_held_name_is_looked_up_where_it_was_put(T):
    class Net(T.nn.Module):
        def __init__(self):
            super().__init__()
            self.part = T.nn.Tanh()

    class Other(Net):
        def __init__(self):
            super().__init__()
            self.register_buffer("more", T.zeros(1))
            self.more = T.ones(1)

        def part(self):
            return "a method"

    class Third(T.nn.Module):
        part = "of the class"

        def __init__(self):
            super().__init__()
            self.part = T.nn.Tanh()

    net, other, third, fourth = Net(), Other(), Net(), Third()
    net._modules["part"] = T.nn.ReLU()
    third.__dict__["part"] = "of the instance"
    copied = copy.deepcopy(net)
    found = net.part, other.part(), other.more, third.part, fourth.part
    return found, third, fourth, copied.part is net.part, copied


@program
def modules_of_a_list_are_replaced(T):
    class Layers(T.nn.ModuleList):
        def __init__(self, modules):
            super().__init__(modules)
            self.last = T.nn.Sigmoid()

    layers = T.nn.ModuleList([T.nn.Tanh(), T.nn.ReLU()])
    layers[0] = T.nn.Linear(1, 1)
    layers[-1] = T.nn.Sigmoid()
    own = Layers([T.nn.Tanh()])
    own[0] = T.nn.ReLU()
    return layers, list(layers.state_dict()), own.last, [name for name, _ in own.named_modules()]


@program
def apply_visits_all(T):
    seen = []
    net(T).apply(lambda module: seen.append(type(module).__name__))
    return seen


@program
def sequential_is_a_list(T):
    model = T.nn.Sequential(T.nn.Flatten(), T.nn.Linear(4, 2), T.nn.Softmax(dim=1))
    return (
        len(model),
        model[0],
        model[-1],
        [type(m).__name__ for m in model],
        model[1:],
        model[1](T.ones(1, 4)).shape,
    )


@program
def shared_parameters_count_once(T):
    model = T.nn.Sequential(T.nn.Linear(2, 2), T.nn.Linear(2, 2))
    model[1].weight = model[0].weight
    return [name for name, _ in model.named_parameters()], list(model.state_dict())


@program
def flattening(T):
    return T.nn.Flatten(0)(T.tensor([[1.5, -0.5, 0.0], [2.0, -3.0, 1.0]]))


# ---- warnings -------------------------------------------------------------------------


@program
def implicit_dims_warn(T):
    nn, f = T.nn, T.nn.functional
    cube = T.arange(8.0).reshape(2, 2, 2)
    return [
        nn.Softmax()(T.ones(2)),
        nn.LogSoftmax()(T.ones(2, 2)),
        nn.Softmin()(cube),
        f.softmax(cube),
        f.log_softmax(T.ones(2)),
        f.softmin(T.ones(2, 2)),
        f.softmax(T.tensor(1.0)),
        f.softmax(cube[None]),
    ]


@program
def deprecated_loss_arguments_warn(T):
    nn, x = T.nn, T.tensor([[1.0, 2.0]])
    return [
        nn.CrossEntropyLoss(size_average=False).reduction,
        nn.NLLLoss(reduce=False).reduction,
        nn.MSELoss(size_average=True).reduction,
        T.nn.functional.cross_entropy(x, T.tensor([0]), reduce=False),
        T.nn.functional.mse_loss(x, x, size_average=False),
        T.nn.functional.nll_loss(x, T.tensor([0]), size_average=False),
    ]


@program
def broadcast_targets_warn(T):
    f = T.nn.functional
    return f.mse_loss(T.ones(2), T.zeros(2, 1)), f.kl_div(T.zeros(2), T.ones(2) / 2)


@program
def super_of_two_arguments(T):
    class Net(T.nn.Module):
        def __init__(self):
            parent = super
            parent(Net, self).__init__()
            self.layer = T.nn.Linear(2, 1)

        def forward(self, x):
            return self.layer(x)

    T.manual_seed(0)
    return Net(), Net()(x=T.ones(1, 2))


@program
def states_by_prefix(T):
    return list(net(T).state_dict(prefix="net."))


@program
def modules_are_converted(T):
    return [
        net(T).double().hidden.bias,
        net(T).to(T.float64).count,
        net(T).double().float().scale,
        [p.requires_grad for p in net(T).double().parameters()],
    ]


@program
def modules_are_copied_whole(T):
    model = net(T)
    twin = copy.deepcopy(model)
    with T.no_grad():
        model.scale.zero_()
    return twin, twin.scale, type(twin.scale).__name__


@program
def linear_without_features(T):
    return T.nn.Linear(0, 2), T.nn.Linear(2, 0)


@program
def items_of_sequential_are_replaced(T):
    model = T.nn.Sequential(T.nn.Tanh(), T.nn.ReLU())
    model[-1] = T.nn.Sigmoid()
    return model.append(T.nn.Tanh()), len(model)


@program
def activations_in_place(T):
    f, found = T.nn.functional, []
    for activate in (
        lambda x: f.relu(x, inplace=True),
        lambda x: f.silu(x, inplace=True),
        T.nn.ReLU(inplace=True),
        T.nn.SiLU(inplace=True),
    ):
        x, w = T.tensor([-1.0, 0.5]), T.tensor([-1.0, 0.5], requires_grad=True)
        found += [activate(x) is x, x]
        z = w * 2
        y = activate(z)
        (y * T.tensor([3.0, 4.0])).sum().backward()
        found += [y is z, z.detach(), w.grad]
    return found
