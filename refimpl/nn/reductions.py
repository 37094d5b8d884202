"""The deprecated flags of a reduction."""

import warnings


def legacy_reduction(size_average, reduce, stacklevel=3):
    """Return the reduction that the deprecated flags stand for, with torch's warning."""
    size_average = True if size_average is None else size_average
    reduce = True if reduce is None else reduce
    reduction = "mean" if size_average and reduce else "sum" if reduce else "none"
    warnings.warn(
        "size_average and reduce args will be deprecated, please use "
        f"reduction='{reduction}' instead.",
        UserWarning,
        stacklevel=stacklevel,
    )
    return reduction


def reduction_of(size_average, reduce, reduction):
    """Return the reduction of a loss whose caller may have used the deprecated flags."""
    if size_average is None and reduce is None:
        return reduction
    return legacy_reduction(size_average, reduce, stacklevel=4)
