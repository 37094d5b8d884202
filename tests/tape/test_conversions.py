"""What conversions leave behind in memory."""

import refimpl


def strides(T):
    turned = T.arange(6).view(2, 3).T
    rows = turned.contiguous()
    return rows.stride(), rows.view(-1).tolist(), turned.clone().stride()


def test_contiguous_lays_rows_one_after_the_other_and_clone_keeps_the_order(torch):
    assert strides(refimpl) == strides(torch) == ((2, 1), [0, 3, 1, 4, 2, 5], (1, 3))
