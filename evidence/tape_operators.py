"""The tape's own operators with samples: one row for each thing that can be differentiated.

Arithmetic, reductions, products, shapes, indexing, changes in place. A row is a name, a function of
the engine and of tensors, and the arrays to feed it. The samples keep clear of kinks; ties and
kinks have tests of their own. The formulas' rows are made of their records (evidence/calls.py).
"""

import numpy as np

from evidence.calls import Row
from evidence.samples import CUBE, LABELS
from evidence.samples import LOGITS as M

N = np.array([[1.25, -0.75, 0.5], [0.875, 2.0, -1.5]])
V = np.array([0.3, -1.2, 0.7])
S = np.array(0.6)
POSITIVE = np.abs(N)
TALL = np.cos(np.arange(1.0, 211.0)).reshape(70, 3)
LONG = np.sin(np.arange(1.0, 501.0)).reshape(2, 250)


def labels(T):
    """Return classes."""
    return T.tensor(LABELS.tolist())


OPERATORS = [
    Row(*row)
    for row in (
        # arithmetic
        ("add", lambda T, a, b: a + b, (M, N)),
        ("add a row", lambda T, a, b: a + b, (M, V)),
        ("add a number", lambda T, a: a + 2, (M,)),
        ("add to a number", lambda T, a: 2.5 + a, (M,)),
        ("add with alpha", lambda T, a, b: T.add(a, b, alpha=3), (M, N)),
        ("sub", lambda T, a, b: a - b, (M, N)),
        ("sub a rank 0", lambda T, a, b: a - b, (M, S)),
        ("sub from a number", lambda T, a: 1 - a, (M,)),
        ("mul", lambda T, a, b: a * b, (M, N)),
        ("mul a column", lambda T, a, b: a * b, (M, M[:, :1])),
        ("mul by itself", lambda T, a: a * a, (M,)),
        ("mul by a number", lambda T, a: a * 3.0, (M,)),
        ("div", lambda T, a, b: a / b, (M, N)),
        ("div by a row", lambda T, a, b: a / b, (M, V)),
        ("div by a number", lambda T, a: a / 7, (M,)),
        ("number over tensor", lambda T, a: 2 / a, (M,)),
        ("one over tensor", lambda T, a: 1 / a, (M,)),
        ("reciprocal", lambda T, a: T.reciprocal(a), (M,)),
        ("neg", lambda T, a: -a, (M,)),
        ("abs", lambda T, a: abs(a), (M,)),
        ("sign", lambda T, a: T.sign(a), (M,)),
        ("remainder", lambda T, a: a % 0.7, (M,)),
        ("square", lambda T, a: T.square(a), (M,)),
        ("pow 2", lambda T, a: a**2, (M,)),
        ("pow 3", lambda T, a: a**3, (M,)),
        ("pow 1", lambda T, a: a**1, (M,)),
        ("pow 0", lambda T, a: a**0, (M,)),
        ("pow -1.5", lambda T, a: a**-1.5, (POSITIVE,)),
        ("pow of tensors", lambda T, a, b: a**b, (POSITIVE, M)),
        ("pow of a number", lambda T, a: 2**a, (M,)),
        ("exp", lambda T, a: T.exp(a), (M,)),
        ("log", lambda T, a: T.log(a), (POSITIVE,)),
        ("log1p", lambda T, a: T.log1p(a), (POSITIVE,)),
        ("sqrt", lambda T, a: T.sqrt(a), (POSITIVE,)),
        ("sin", lambda T, a: T.sin(a), (M,)),
        ("cos", lambda T, a: a.cos(), (M,)),
        ("expm1", lambda T, a: T.expm1(a), (M,)),
        ("rsqrt", lambda T, a: T.rsqrt(a), (POSITIVE,)),
        ("round", lambda T, a: T.round(a), (M,)),
        ("round to a decimal", lambda T, a: T.round(a, decimals=1), (M,)),
        ("floor", lambda T, a: a.floor(), (M,)),
        ("ceil", lambda T, a: a.ceil(), (M,)),
        ("trunc", lambda T, a: T.trunc(a), (M,)),
        ("frac", lambda T, a: T.frac(a), (M,)),
        ("xlogy", lambda T, a, b: T.xlogy(a, b), (M, POSITIVE)),
        ("xlogy with a row", lambda T, a, b: T.xlogy(a, b), (M, np.abs(V))),
        ("xlogy of a number", lambda T, a: T.xlogy(2, a), (POSITIVE,)),
        ("xlogy by a number", lambda T, a: T.xlogy(a, 2.5), (M,)),
        ("logaddexp", lambda T, a, b: T.logaddexp(a, b), (M, N)),
        ("logaddexp with a row", lambda T, a, b: T.logaddexp(a, b), (M, V)),
        ("clamp", lambda T, a: T.clamp(a, -0.5, 0.5), (M,)),
        ("clamp from below", lambda T, a: a.clamp(min=0.0), (M,)),
        ("maximum", lambda T, a, b: T.maximum(a, b), (M, N)),
        ("minimum", lambda T, a, b: T.minimum(a, b), (M, V)),
        ("where", lambda T, a, b: T.where(a > 0, a, b), (M, N)),
        ("where with a number", lambda T, a: T.where(a > 0, a * a, 0.0), (M,)),
        ("masked_fill", lambda T, a: a.masked_fill(a > 0, -9.0), (M,)),
        ("to float32", lambda T, a: a.float(), (M,)),
        ("clone", lambda T, a: a.clone(), (M,)),
        # reductions
        ("sum", lambda T, a: a.sum(), (M,)),
        ("sum dim", lambda T, a: a.sum(1), (M,)),
        ("sum dim of a tall matrix", lambda T, a: a.sum(1), (TALL,)),
        ("sum columns of a tall matrix", lambda T, a: a.sum(0), (TALL,)),
        ("mean dim of a tall matrix", lambda T, a: a.mean(1), (TALL,)),
        ("add a row to a tall matrix", lambda T, a, b: a + b, (TALL, V)),
        ("sum keepdim", lambda T, a: a.sum(0, True), (M,)),
        ("sum dims", lambda T, a: a.sum((0, 2)), (CUBE,)),
        ("sum of squares", lambda T, a: (a * a).sum(-1), (M,)),
        ("mean", lambda T, a: a.mean(), (M,)),
        ("mean dim", lambda T, a: T.mean(a, dim=1, keepdim=True), (M,)),
        ("prod", lambda T, a: a.prod(), (M,)),
        ("prod dim", lambda T, a: a.prod(1), (M,)),
        ("prod dim of a cube", lambda T, a: a.prod(1, keepdim=True), (CUBE,)),
        ("prod with a zero", lambda T, a: a.prod(), (np.array([2.0, 0.0, 3.0]),)),
        ("prod with two zeros", lambda T, a: a.prod(), (np.array([0.0, 0.0, 3.0]),)),
        ("var", lambda T, a: a.var(), (M,)),
        ("var dim", lambda T, a: a.var(1, keepdim=True), (M,)),
        ("var biased", lambda T, a: T.var(a, 0, correction=0), (M,)),
        ("std", lambda T, a: a.std(), (M,)),
        ("std dim", lambda T, a: a.std(dim=1), (M,)),
        ("norm", lambda T, a: a.norm(), (M,)),
        ("norm dim", lambda T, a: a.norm(dim=1), (M,)),
        ("norm 1", lambda T, a: a.norm(1), (M,)),
        ("norm 3", lambda T, a: a.norm(p=3, dim=0, keepdim=True), (M,)),
        ("norm inf", lambda T, a: a.norm(float("inf")), (M,)),
        ("max", lambda T, a: a.max(), (M,)),
        ("max dim", lambda T, a: a.max(1).values, (M,)),
        ("max dim kept", lambda T, a: T.max(a, 0, keepdim=True)[0], (M,)),
        ("min", lambda T, a: a.min(), (M,)),
        ("min dim", lambda T, a: T.min(a, dim=-1).values, (M,)),
        ("amax", lambda T, a: a.amax(1), (M,)),
        ("amin", lambda T, a: a.amin((0, 1)), (M,)),
        ("cumsum", lambda T, a: T.cumsum(a, 1), (M,)),
        ("cumsum of a cube", lambda T, a: a.cumsum(0), (CUBE,)),
        ("sort", lambda T, a: a.sort().values, (M,)),
        ("sort descending", lambda T, a: T.sort(a, 0, descending=True)[0], (M,)),
        # losses
        ("l1_loss", lambda T, a, b: T.nn.functional.l1_loss(a, b), (M, N)),
        ("l1_loss sum", lambda T, a, b: T.nn.functional.l1_loss(a, b, reduction="sum"), (M, N)),
        ("l1_loss none", lambda T, a, b: T.nn.functional.l1_loss(a, b, reduction="none"), (M, N)),
        ("smooth_l1_loss", lambda T, a, b: T.nn.functional.smooth_l1_loss(a, b), (M, N)),
        ("smooth_l1_loss beta", lambda T, a, b: smooth(T, a, b, beta=2.5), (M, N)),
        ("smooth_l1_loss sum", lambda T, a, b: smooth(T, a, b, reduction="sum"), (M, N)),
        ("smooth_l1_loss none", lambda T, a, b: smooth(T, a, b, reduction="none"), (M, N)),
        ("huber_loss", lambda T, a, b: T.nn.functional.huber_loss(a, b), (M, N)),
        ("huber_loss delta", lambda T, a, b: huber(T, a, b, delta=2.5), (M, N)),
        ("huber_loss sum", lambda T, a, b: huber(T, a, b, reduction="sum"), (M, N)),
        ("huber_loss none", lambda T, a, b: huber(T, a, b, reduction="none"), (M, N)),
        ("dropout", lambda T, a: dropped(T, a), (M,)),
        # products
        ("mv", lambda T, a, b: T.mv(a, b), (M, V)),
        ("matmul", lambda T, a, b: a @ b, (M, N.T.copy())),
        ("matmul of long rows", lambda T, a, b: a @ b, (LONG, LONG[::-1].T.copy())),
        ("mm", lambda T, a, b: T.mm(a, b), (M, N.T.copy())),
        ("matrix times vector", lambda T, a, b: a @ b, (M, V)),
        ("vector times matrix", lambda T, a, b: T.matmul(a, b), (V, N.T.copy())),
        ("vector times vector", lambda T, a, b: a @ b, (V, V + 1)),
        ("dot", lambda T, a, b: T.dot(a, b), (V, V * 2)),
        ("stack times matrix", lambda T, a, b: T.matmul(a, b), (CUBE, CUBE[0].T.copy())),
        ("stack times stack", lambda T, a, b: a @ b, (CUBE, CUBE.transpose(0, 2, 1).copy())),
        ("outer", lambda T, a, b: T.outer(a, b), (V, V + 1)),
        # shapes
        ("reshape", lambda T, a: a.reshape(3, 2), (M,)),
        ("reshape of a transpose", lambda T, a: a.T.reshape(-1), (M,)),
        ("view", lambda T, a: a.view(-1), (M,)),
        ("flatten", lambda T, a: T.flatten(a, 1), (CUBE,)),
        ("T", lambda T, a: a.T, (M,)),
        ("t", lambda T, a: a.t(), (M,)),
        ("mT", lambda T, a: a.mT, (M,)),
        ("transpose", lambda T, a: a.transpose(0, 2), (CUBE,)),
        ("permute", lambda T, a: a.permute(2, 0, 1), (CUBE,)),
        ("squeeze", lambda T, a: a.squeeze(), (M[None],)),
        ("squeeze dim", lambda T, a: a.squeeze(0), (M[None],)),
        ("squeeze dims", lambda T, a: a.squeeze((0,)), (M[None],)),
        ("unsqueeze", lambda T, a: a.unsqueeze(1), (M,)),
        ("expand", lambda T, a: a.expand(4, 2, 3), (M,)),
        ("expand_as", lambda T, a, b: a.expand_as(b), (V, M)),
        ("cat", lambda T, a, b: T.cat([a, b]), (M, N)),
        ("cat dim", lambda T, a, b: T.cat((a, b, a), dim=1), (M, N)),
        ("stack", lambda T, a, b: T.stack([a, b]), (M, N)),
        ("stack dim", lambda T, a, b: T.stack([a, b], dim=-1), (M, N)),
        ("contiguous", lambda T, a: a.T.contiguous(), (M,)),
        ("unbind", lambda T, a: a.unbind(1)[2], (M,)),
        ("iteration", lambda T, a: list(a)[1], (M,)),
        ("split", lambda T, a: a.split(2, dim=1)[0], (M,)),
        ("chunk", lambda T, a: a.chunk(2)[1], (M,)),
        ("flip", lambda T, a: T.flip(a, (1,)), (M,)),
        ("diag", lambda T, a: T.diag(a), (M[:, :2],)),
        ("diag of a vector", lambda T, a: T.diag(a), (V,)),
        # indexing
        ("item", lambda T, a: a[1], (M,)),
        ("element", lambda T, a: a[1, 2], (M,)),
        ("column", lambda T, a: a[:, 1], (M,)),
        ("slice", lambda T, a: a[:, 0:2], (M,)),
        ("steps", lambda T, a: a[:, ::2], (M,)),
        ("item and slice", lambda T, a: a[0, 1:], (M,)),
        ("ellipsis", lambda T, a: a[..., 1], (CUBE,)),
        ("everything", lambda T, a: a[...], (M,)),
        ("all rows", lambda T, a: a[:], (M,)),
        ("new axis", lambda T, a: a[:, None], (M,)),
        ("list", lambda T, a: a[[0, 0, 1]], (M,)),
        ("mask", lambda T, a: a[a > 0], (M,)),
        ("range and labels", lambda T, a: a[range(2), labels(T)], (M,)),
        ("tensor of labels", lambda T, a: a[:, labels(T)], (M,)),
        ("gather", lambda T, a: a.gather(1, T.tensor([[0, 0], [2, 1]])), (M,)),
        ("masked_select", lambda T, a: a.masked_select(a > 0), (M,)),
        (
            "masked_select by a column",
            lambda T, a: T.masked_select(a, T.tensor([[True], [False]])),
            (M,),
        ),
        ("masked_select of a row", lambda T, a, b: T.masked_select(a, b > 0) ** 2, (V, N)),
        ("index_select", lambda T, a: a.index_select(1, T.tensor([2, 0, 2])), (M,)),
        ("scatter a number", lambda T, a: a.scatter(1, T.tensor([[0], [2]]), 7.0), (M,)),
        ("scatter", lambda T, a, b: a.scatter(1, T.tensor([[0, 1], [2, 0]]), b), (M, N[:, :2])),
        # in place
        ("unsqueeze_", lambda T, a: (a * 2).unsqueeze_(1), (M,)),
        ("squeeze_", lambda T, a: (a * 2).squeeze_(), (M[None],)),
        ("squeeze_ dim", lambda T, a: (a * 2).squeeze_(0), (M[None],)),
        ("t_", lambda T, a: (a * 2).t_(), (M,)),
        ("transpose_", lambda T, a: (a * 2).transpose_(0, 2), (CUBE,)),
        ("sin_", lambda T, a: (a * 2).sin_(), (M,)),
        ("scatter_", lambda T, a: (a * 2).scatter_(1, T.tensor([[0], [2]]), 7.0), (M,)),
        (
            "scatter_ of a tensor",
            lambda T, a, b: (a * 2).scatter_(1, T.tensor([[1]]), b),
            (M, N[:1, :1]),
        ),
        ("add_", lambda T, a, b: (a * 2).add_(b), (M, N)),
        ("mul_", lambda T, a, b: (a * 2).mul_(b), (M, V)),
        ("sub_ of a number", lambda T, a: (a * 2).sub_(1.5), (M,)),
        ("div_", lambda T, a, b: (a * 2).div_(b), (M, N)),
        ("+=", lambda T, a, b: changed(a * 2, "+", b), (M, N)),
        ("*=", lambda T, a, b: changed(a * 2, "*", b), (M, N)),
        ("zero_", lambda T, a: (a * 2).zero_(), (M,)),
        ("fill_", lambda T, a: (a * 2).fill_(3.0), (M,)),
        ("copy_", lambda T, a, b: (a * 2).copy_(b), (M, V)),
        ("set a row", lambda T, a, b: assigned(a * 2, 0, b), (M, V)),
        ("set a slice", lambda T, a, b: assigned(a * 2, (slice(None), slice(1, 3)), b), (M, S)),
        ("set by labels", lambda T, a, b: assigned(a * 2, ([0, 1], [2, 0]), b), (M, V[:2])),
        ("change a view", lambda T, a, b: view_changed(a * 2, b), (M, V)),
        ("read a view of what changed", lambda T, a, b: view_read(a * 2, b), (M, V)),
    )
]


def smooth(T, a, b, **options):
    """Call a loss by its short name."""
    return T.nn.functional.smooth_l1_loss(a, b, **options)


def huber(T, a, b, **options):
    """Call a loss by its short name."""
    return T.nn.functional.huber_loss(a, b, **options)


def dropped(T, a):
    """Drop the same elements at every call."""
    T.manual_seed(2)
    return T.nn.functional.dropout(a, 0.4)


def changed(x, sign, y):
    """Change x in place by an operator of Python."""
    if sign == "+":
        x += y
    else:
        x *= y
    return x


def assigned(x, index, value):
    """Set entries of x."""
    x[index] = value
    return x


def view_changed(x, y):
    """Change a view of x."""
    x[1].mul_(y)
    return x


def view_read(x, y):
    """Return a view of x, which is changed after it was made."""
    view = x[:, 1]
    x *= y
    return view
