"""The hooks of leaves run when their last cotangent has arrived, in torch's order."""

import pytest

import refimpl

LINEAR = "T.nn.functional.linear"
PROGRAMS = {
    "network": "net = T.nn.Sequential(T.nn.Linear(3, 4), T.nn.ReLU(), T.nn.Linear(4, 2))\n"
    "for name, p in net.named_parameters(): p.register_hook(seen(name))\n"
    "hid = net[1](net[0](x))\n"
    "hid.register_hook(seen('hid'))\n"
    "net[2](hid).sum().backward()",
    "used twice": "y = w * 2\ny.register_hook(seen('y'))\nz = y + b\nz.register_hook(seen('z'))\n"
    "(z * w).sum().backward()",
    "used three times": "(w + b + w).sum().backward()",
    "stack": "T.stack([w, b]).sum().backward()",
    "where": "T.where(w > 0, b, w).sum().backward()",
    "one goal": "T.autograd.grad((w * b).sum(), [w])",
    "two goals": "y = w * b\nT.autograd.grad((y + w).sum(), [b, w])",
    "create_graph": "(g,) = T.autograd.grad((w * w * b).sum(), [w], create_graph=True)\n"
    "g.register_hook(seen('g'))\n(g * w).sum().backward()",
    "linear of rows": f"{LINEAR}(x, W, c).sum().backward()",
    "linear of a vector": f"{LINEAR}(w, W, c).sum().backward()",
    "linear of a stack": f"{LINEAR}(x[None], W, c).sum().backward()",
    "linear without a bias": f"{LINEAR}(x, W).sum().backward()",
    "matmul": "(x @ W.T + c).sum().backward()",
    "retained": "y = w * b\ny.retain_grad()\ny.sum().backward()\nseen('y')(y.grad)",
    "an answer": "w.register_hook(lambda g: g * 3)\n(w * b).sum().backward()\nseen('w')(w.grad)",
    "twice": "y = (w * b).sum()\ny.backward(retain_graph=True)\ny.backward()",
}


def run(T, program):
    """Return what the hooks of a program were shown, in their order."""
    T.manual_seed(0)
    shown = []
    names = {"T": T, "seen": lambda name: lambda g: shown.append((name, g.tolist())) or None}
    leaves = {"x": (5, 3), "w": (3,), "b": (3,), "W": (2, 3), "c": (2,)}
    for name, shape in leaves.items():
        names[name] = T.arange(1.0, 1 + T.zeros(shape).numel()).reshape(shape).requires_grad_()
        names[name].register_hook(names["seen"](name))
    exec(program, names)
    return [(name, [round(n, 4) for n in T.tensor(g).reshape(-1).tolist()]) for name, g in shown]


@pytest.mark.parametrize("name", PROGRAMS)
def test_hooks_run_in_torchs_order_with_torchs_gradients(name, torch):
    ours, theirs = run(refimpl, PROGRAMS[name]), run(torch, PROGRAMS[name])
    assert ours == theirs
    assert ours


def test_hooks_run_once_where_the_walk_fails(torch):
    for engine in (refimpl, torch):
        a, b = (engine.ones(1, requires_grad=True) for _ in range(2))
        seen, y = [], b.exp()
        a.register_hook(lambda g, seen=seen: seen.append("a"))
        b.register_hook(lambda g, seen=seen: seen.append("b"))
        z = (y * 2 + a).sum()
        y.add_(1)
        with pytest.raises(RuntimeError, match="modified by an inplace operation"):
            z.backward()
        assert seen == ["a"]
        assert a.grad.tolist() == [1.0] and b.grad is None
