"""A logit that is tiny beside the maximum: their difference is rounded, the result must not be.

The probability of the smaller of two logits is e^(x - m) / (1 + e^(x - m)). Beside a maximum of 80
the tiny x moves it by less than float64 sees in x - m. So x is chosen here such that the exact
result lies beside a tie of float32, nearer than that.
"""

import mpmath as mp
import numpy as np
import pytest

from refimpl.formulas import cross_entropy, log_softmax, logsumexp, softmax

PRECISION = 160
ROWS = 200


def ties(m):
    """Return the numbers next to e^-m that lie halfway between neighbours of float32."""
    exact = np.exp(-m.astype(np.float64))
    low = np.nextafter(exact.astype(np.float32), np.float32(0))
    low = np.where(np.nextafter(low, np.float32(1)) < exact, np.nextafter(low, np.float32(1)), low)
    return (low + np.nextafter(low, np.float32(1)).astype(np.float64)) / 2


def nearest(exact):
    """Return the float32 number next to an exact one."""
    first = np.float32(float(exact))
    near = (first, np.nextafter(first, np.float32(0)), np.nextafter(first, np.float32(np.inf)))
    return min(near, key=lambda number: abs(mp.mpf(float(number)) - exact))


@pytest.fixture(scope="module")
def rows():
    """Return rows (m, x), and the exact e^(x - m) of each."""
    maxima = np.random.default_rng(0).uniform(64, 85, ROWS).astype(np.float32)
    with mp.workprec(PRECISION):
        tiny = [
            mp.log(mp.mpf(tie)) + mp.mpf(float(m))
            for tie, m in zip(ties(maxima), maxima, strict=True)
        ]
        x = np.array([maxima, [float(each) for each in tiny]], np.float32).T
        exact = [mp.exp(mp.mpf(float(each)) - mp.mpf(float(m))) for m, each in x]
    m, tiny = x.T.astype(np.float64)
    rounded = tiny - m + m != tiny
    assert rounded.mean() > 0.9
    return x, exact


def first_class(x):
    return np.zeros(len(x), np.int64)


def one_hot(x):
    return np.eye(2, dtype=np.float32)[first_class(x)]


# Of each row: the number that is e^(x - m) / (1 + e^(x - m)), or its logarithm or its negative.
SHARES = {
    "softmax": lambda x: softmax(x, 1)[:, 1],
    "softmax, kept": lambda x: softmax.ahead(x, 1)[0][:, 1],
    "softmax.vjp": lambda x: -softmax.vjp(one_hot(x), x, 1)[:, 1],
    "logsumexp.vjp": lambda x: logsumexp.vjp(np.ones(len(x), np.float32), x, 1)[:, 1],
    "logsumexp.jvp": lambda x: logsumexp.jvp(1 - one_hot(x), x, 1),
    "log_softmax": lambda x: -log_softmax(x, 1)[:, 0],
    "log_softmax.vjp": lambda x: -log_softmax.vjp(one_hot(x), x, 1)[:, 1],
    "cross_entropy": lambda x: cross_entropy(x, first_class(x), reduction="none"),
    "cross_entropy.vjp": lambda x: cross_entropy.vjp(
        np.array(1.0), x, first_class(x), reduction="sum"
    )[0][:, 1],
}
# All are e^(x - m) to 64 bits: it is below 2**-92, so its square is nothing beside it.


@pytest.mark.parametrize("repeated", [1, 50], ids=["few", "many"])
@pytest.mark.parametrize("name", SHARES)
def test_the_result_is_the_nearest_number_where_a_difference_is_rounded(name, repeated, rows):
    x, exact = rows
    with mp.workprec(PRECISION):
        wanted = np.array([nearest(each) for each in exact])
    got = SHARES[name](np.tile(x, (repeated, 1)))
    np.testing.assert_array_equal(got.reshape(repeated, -1), np.tile(wanted, (repeated, 1)))


def test_in_rows_alone_too(rows):
    x, exact = rows
    with mp.workprec(PRECISION):
        wanted = [nearest(each) for each in exact]
    for name in ("softmax", "softmax.vjp", "cross_entropy.vjp"):
        assert [SHARES[name](x[i : i + 1])[0] for i in range(ROWS)] == wanted, name
