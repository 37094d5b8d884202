"""The affine map, where its sums are not finite."""

import numpy as np
import pytest

from refimpl.formulas import linear


@pytest.mark.parametrize("bad", [np.inf, -np.inf, np.nan, 1e308])
def test_what_is_not_finite_or_overflows_comes_out_as_a_plain_product_has_it(bad):
    x, w = np.array([[bad, 2.0], [1.0, 3.0]]), np.array([[4.0, 5.0], [-6.0, 1.0]])
    with np.errstate(all="ignore"):
        plain = x @ w.T
    assert np.array_equal(linear(x, w), plain, equal_nan=True)
