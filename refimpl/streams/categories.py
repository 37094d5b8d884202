"""Draws of categories: multinomial."""

import numpy as np

from refimpl.errors import failure, title
from refimpl.streams.uniforms import unit

MOST = 2**24  # categories: the whole numbers that float32 holds without a gap


def multinomial(generator, p, num_samples, replacement=False):
    r"""Draw numbers of categories with weights `p`, as ``torch.multinomial``.

    Without replacement, and for a single draw, those of the greatest

    .. math:: p_k / x_k, \qquad x_k = -\log(1 - u_k)

    with :math:`u_k` of `rand` in float64, the greatest first. With replacement the first :math:`k`
    with

    .. math:: u \leq \sum_{j \leq k} p_j \Big/ \sum_j p_j

    with :math:`u` of `rand` in float64.

    Parameters
    ----------
    generator : Generator
    p : ndarray of float16, float32 or float64, shape (categories,) or (rows, categories)
        Weights; they need not sum to 1.
    num_samples : int
        How many are drawn from each row.
    replacement : bool
        A category can come again.

    Returns
    -------
    ndarray of int64, shape (num_samples,) or (rows, num_samples)

    Raises
    ------
    RuntimeError
        Weights below 0, infinite, nan, or all 0; another rank or dtype; more samples than
        categories without replacement.

    Notes
    -----
    Categories whose keys are equal come in their order: those of weight 0, and some in float16.
    torch leaves the order among them to a sort that does not keep it.

    References
    ----------
    T. Yellott, "The relationship between Luce's choice axiom, Thurstone's theory of comparative
    judgment, and the double exponential distribution", J. Math. Psychol. 15 (1977) 109-144.

    Examples
    --------
    >>> import numpy as np
    >>> from refimpl.streams import Generator, multinomial
    >>> multinomial(Generator(0), np.array([0.1, 0.2, 0.7]), 2).tolist()
    [2, 1]
    """
    _check_weights(p, num_samples, replacement)
    if not len(p) and p.ndim == 2:
        return np.empty((0, num_samples), np.int64)
    if replacement and num_samples != 1:
        return _by_sums(generator, p, num_samples)
    _check_row_sums(p)
    x = np.empty_like(p)
    turned = x.T if x.ndim == 2 and x.strides[0] < x.strides[1] else x  # the order of the memory
    turned[...] = -np.log1p(-unit(generator, p.size, np.float64)).reshape(turned.shape)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        keys = p / x
    order = np.argsort(-keys, axis=-1, kind="stable")[..., :num_samples]
    return order.astype(np.int64, copy=False)  # NumPy's places have 32 bits in a browser


def _by_sums(generator, p, num_samples):
    """Return draws with replacement, row by row."""
    wide = np.float64 if p.dtype == np.float64 else np.float32
    out = np.empty((*p.shape[:-1], num_samples), np.int64)
    for row, drawn in zip(np.atleast_2d(p), np.atleast_2d(out), strict=True):
        _check_row(row)
        sums = np.cumsum(row, dtype=wide)
        sums /= sums[-1]
        sums[-1] = 1
        drawn[...] = np.searchsorted(sums, unit(generator, num_samples, np.float64))
    return out


def _check_weights(p, num_samples, replacement):
    """Refuse what no draw can be made from, in torch's order and words."""
    if p.ndim not in (1, 2):
        raise failure(
            RuntimeError,
            "prob_dist must be 1 or 2 dim",
            f"multinomial: the weights have {p.ndim} dimensions.",
        )
    if p.dtype.kind != "f":
        raise failure(
            RuntimeError,
            f"multinomial only supports floating-point dtypes for input, got: {title(p.dtype)}",
            "multinomial: convert the weights with .astype(numpy.float32).",
        )
    if num_samples <= 0:
        raise failure(RuntimeError, "cannot sample n_sample <= 0 samples")
    if not replacement and num_samples > p.shape[-1]:
        raise failure(
            RuntimeError,
            "cannot sample n_sample > prob_dist.size(-1) samples without replacement",
            f"multinomial: there are {p.shape[-1]} categories; write replacement=True, or draw at "
            "most as many.",
        )
    if p.shape[-1] > MOST:
        raise failure(RuntimeError, "number of categories cannot exceed 2^24")


def _check_row_sums(p):
    """Refuse weights for a draw by keys."""
    if not p.size:
        raise failure(
            RuntimeError,
            "aminmax(): cannot compute aminmax over an empty dimension as the operation has no "
            "identity.",
            "multinomial: there are no categories to draw from.",
        )
    if not ((p >= 0) & (p < np.inf)).all():
        raise failure(
            RuntimeError, "probability tensor contains either `inf`, `nan` or element < 0", LOGITS
        )
    if not p.any(axis=-1).all():
        raise failure(RuntimeError, "invalid multinomial distribution (sum of probabilities <= 0)")


LOGITS = "multinomial: it takes probabilities; softmax makes them of logits."


def _check_row(row):
    """Refuse weights for a draw by sums."""
    wrong = row[~((row >= 0) & (row < np.inf))]
    if wrong.size:
        what = "= infinity or NaN" if wrong[0] == np.inf else "< 0"
        raise failure(
            RuntimeError,
            f"invalid multinomial distribution (encountering probability entry {what})",
            LOGITS,
        )
    if not row.any():
        raise failure(RuntimeError, "invalid multinomial distribution (sum of probabilities <= 0)")
