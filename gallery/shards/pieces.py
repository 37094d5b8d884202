r"""
The target, seen from a piece of the classes
============================================

The losses of this section see the classes in pieces: shards on ranks, or chunks one after the
other. This file holds what both need of a piece. It is imported by :doc:`sharded` and by
:doc:`chunked`, and prints nothing.

Let :math:`c_{nk}` be the share that sample :math:`n` wants of class :math:`k`, and :math:`m_n` the
largest logit of the sample. Then loss and gradient are

.. math::

   \ell_n = A_n \log S_n - B_n, \qquad
   \frac{\partial \ell_n}{\partial x_{nk}} = A_n \frac{e^{x_{nk} - m_n}}{S_n} - c_{nk}

with three sums over the classes, to which each piece adds its part:

.. math::

   S_n = \sum_k e^{x_{nk} - m_n}, \qquad
   A_n = \sum_k c_{nk}, \qquad
   B_n = \sum_k c_{nk} (x_{nk} - m_n)

:doc:`/derivations/softmax_in_pieces` proves it.
"""

import torch

BLOCK = 2**18  # numbers in the scratch memory of a piece


# %%
# A label wants one class, weighted. Label smoothing wants an equal share of each class beside it.
class Labels:
    """Class indices, seen from the classes ``first`` to ``first + count - 1`` of ``classes``."""

    def __init__(self, target, first, count, classes, weight, ignore_index, label_smoothing):
        self.keep, self.spread = 1 - label_smoothing, label_smoothing / classes
        self.spreads = label_smoothing > 0
        self.counted = target != ignore_index
        place = target.long() - first
        self.rows = (self.counted & (place >= 0) & (place < count)).nonzero()[:, 0]
        self.places = place[self.rows]
        self.weight = weight

    def even_shares(self, rows, dtype):
        """Return the shares beside the label, which are the same for all samples."""
        if self.weight is None:
            return torch.tensor([self.spread], dtype=dtype, device=self.rows.device)
        return self.spread * self.weight.to(dtype)

    def weights(self, dtype):
        """Return the weight of each label that is in this piece."""
        if self.weight is None:
            return torch.ones(len(self.rows), dtype=dtype, device=self.rows.device)
        return self.weight.to(dtype)[self.places]

    def parts(self, x, m):
        """Return the labels' logits and weights: zero for a label of another piece."""
        parts = {"logit": torch.zeros_like(m)}
        parts["logit"][self.rows] = x[self.rows, self.places].to(m.dtype)
        if self.weight is not None:
            parts["weight"] = torch.zeros_like(m)
            parts["weight"][self.rows] = self.weights(m.dtype)
        return parts

    def sums(self, parts, m):
        """Return A, B and what the mean divides by, from the parts of all pieces."""
        weight = parts.get("weight", self.counted.to(m.dtype))
        A, B = self.keep * weight, self.keep * weight * (parts["logit"] - m)
        if self.spreads:
            A, B = A + parts["A"], B + parts["B"]
        return A, B, weight

    def subtract(self, gradient, cotangent):
        """Subtract the labels' shares, times the cotangent of each sample, from a gradient."""
        taken = self.keep * self.weights(cotangent.dtype) * cotangent[self.rows]
        gradient[self.rows, self.places] -= taken.to(gradient.dtype)


# %%
# Probabilities want a share of each class. Who holds the logits of a class holds its
# probabilities, too.
class Probabilities:
    """The probabilities of the classes of a piece."""

    spreads = True

    def __init__(self, target, classes, weight, label_smoothing):
        self.keep, self.spread = 1 - label_smoothing, label_smoothing / classes
        self.counted = torch.ones(len(target), dtype=torch.bool, device=target.device)
        self.target, self.weight = target, weight

    def even_shares(self, rows, dtype):
        """Return the shares of some samples."""
        shares = self.keep * self.target[rows].to(dtype) + self.spread
        return shares if self.weight is None else shares * self.weight.to(dtype)

    def parts(self, x, m):
        """Return nothing more: A and B say it all."""
        return {}

    def sums(self, parts, m):
        """Return A, B and what the mean divides by, from the parts of all pieces."""
        return parts["A"], parts["B"], torch.ones_like(m)

    def subtract(self, gradient, cotangent):
        """Subtract nothing: no share is left."""


# %%
# The sums are taken over blocks of samples, so no second array of the size of the logits is needed.
# Where all logits of a piece are :math:`-\infty`, zero is subtracted from them: another piece may
# hold the largest logit.
def blocks(x):
    """Yield slices of samples whose logits fill the scratch memory."""
    size = max(1, BLOCK // max(1, x.shape[1]))
    for start in range(0, len(x), size):
        yield slice(start, start + size)


def largest(x, dtype):
    """Return the largest logit of each sample; of no logits it is -inf."""
    if x.shape[1] == 0:
        return torch.full((len(x),), -torch.inf, dtype=dtype, device=x.device)
    return x.amax(1).to(dtype)


def finite(m):
    """Return what is subtracted from logits whose largest is m."""
    return torch.where(m == -torch.inf, 0, m)


def parts_of(x, m, targets):
    """Return what a piece adds to the sums over all classes, by name."""
    names = ("S", "A", "B") if targets.spreads else ("S",)
    parts = {name: torch.zeros_like(m) for name in names}
    for rows in blocks(x):
        shifted = x[rows].to(m.dtype) - finite(m)[rows, None]
        if targets.spreads:
            shares = targets.even_shares(rows, m.dtype)
            parts["A"][rows] = shares.expand_as(shifted).sum(1)
            parts["B"][rows] = (shares * shifted).sum(1)
        parts["S"][rows] = shifted.exp_().sum(1)
    return parts | targets.parts(x, m)


def losses_of(parts, m, targets):
    """Return the loss of each sample, its A, and what the mean divides by."""
    A, B, weight = targets.sums(parts, m)
    losses = torch.where(targets.counted, A * parts["S"].log() - B, 0)
    return losses, A, torch.where(targets.counted, weight, 0)


def gradient_of(x, m, S, A, targets, cotangent, out=None):
    """Return the gradient of the losses, times their cotangents, by the logits of a piece.

    It may be written over the logits: ``out=x``.
    """
    cotangent = torch.where(targets.counted, cotangent, 0)
    gradient = torch.empty_like(x) if out is None else out
    for rows in blocks(x):
        block = (x[rows].to(m.dtype) - m[rows, None]).exp_()
        block *= (cotangent * A / S)[rows, None]
        if targets.spreads:
            block -= targets.even_shares(rows, m.dtype) * cotangent[rows, None]
        gradient[rows] = block
    targets.subtract(gradient, cotangent)
    return gradient


def gradient_of_shares(x, m, S, targets, cotangent):
    """Return the gradient of the losses, times their cotangents, by the probabilities wanted."""
    slope = ((S.log() + m)[:, None] - x) * (targets.keep * cotangent)[:, None]
    return (slope if targets.weight is None else slope * targets.weight).to(targets.target.dtype)


def reduced(losses, weights, reduction):
    """Return the losses, their sum, or their mean."""
    if reduction == "none":
        return losses
    return losses.sum() if reduction == "sum" else losses.sum() / weights.sum()


# %%
# What torch refuses is refused in torch's words: torch itself is asked, with one class in the place
# of all.
def refusal(shape, dtype, target, weight, options):
    """Return the error that torch raises for logits of a shape and dtype, or None."""
    if not shape:
        return IndexError("Dimension specified as 1 but tensor has no dimensions")
    dim = min(1, len(shape) - 1)
    if weight is not None and weight.shape != (shape[dim],):
        return RuntimeError(
            f"weight tensor should be defined either for all {shape[dim]} classes or no classes "
            f"but got weight tensor of shape: {list(weight.shape)}"
        )
    thin = [*shape[:dim], 1, *shape[dim + 1 :]]
    if target.shape != shape and list(target.shape) == thin:
        thin[dim] = 2  # of one class, labels of that shape would be taken for probabilities
    wanted = torch.zeros(thin if target.shape == shape else target.shape, dtype=target.dtype)
    weights = None
    if weight is not None:
        weights = torch.ones(thin[dim], dtype=weight.dtype, requires_grad=weight.requires_grad)
    try:
        torch.nn.functional.cross_entropy(
            torch.zeros(thin, dtype=dtype), wanted, weights, **options
        )
    except (RuntimeError, ValueError, IndexError) as error:
        return error
    return None


def check_labels(target, ignore_index, classes):
    """Raise what torch raises where a label names no class."""
    wrong = target[(target != ignore_index) & ((target < 0) | (target >= classes))]
    if len(wrong):
        raise IndexError(f"Target {wrong[0]} is out of bounds.")
