r"""Softmax, its logarithm, softmin and the log-partition they share."""

import numpy as np

from refimpl.formulas._checks import (
    check_cotangent,
    check_dim,
    check_floating,
    check_tangent,
    floating_dtype,
    silent,
)
from refimpl.formulas._partition import (
    centred,
    exponentials,
    others,
    probabilities,
    shifted,
    size_along,
    split,
    total,
)
from refimpl.formulas._slabs import along


def _check(name, x, dim):
    kernel = name.replace("softmin", "softmax")
    check_floating(name, f"{kernel}_lastdim_kernel_impl", x)
    return check_dim(name, x, dim)


def _result(x, dim, kernel, *arrays):
    out = np.empty(x.shape, x.dtype)
    if out.size:
        along(dim, kernel, x.shape, np.atleast_1d(out), *map(np.atleast_1d, arrays))
    return out


def _softmax(axis, out, x):
    d, r, _ = shifted(x, axis)
    e = exponentials(d, r)
    np.divide(e, total(e, axis), out=out, casting="same_kind")


@silent
def softmax(x, dim):
    r"""Turn logits into probabilities along `dim`."""
    dim = _check("softmax", x, dim)
    return _result(x, dim, _softmax, x)


def _softmax_vjp(axis, out, g, x):
    p = probabilities(x, axis)
    np.multiply(p, centred(p, g, axis), out=out, casting="same_kind")


@silent
def softmax_vjp(cotangent, x, dim):
    r"""Pull a cotangent back through `softmax`."""
    dim = _check("softmax", x, dim)
    check_cotangent("softmax", cotangent, x.shape)
    return _result(x, dim, _softmax_vjp, cotangent, x)


@silent
def softmax_jvp(tangent, x, dim):
    r"""Push a tangent forward through `softmax`."""
    dim = _check("softmax", x, dim)
    check_tangent("softmax", tangent, x)
    return _result(x, dim, _softmax_vjp, tangent, x)


def _softmax_vjp_x(axis, out, s, g, x):
    p = probabilities(x, axis)
    product = centred(p, s, axis) * centred(p, g, axis)
    np.multiply(p, centred(p, product, axis), out=out, casting="same_kind")


@silent
def softmax_vjp_vjp(second_cotangent, cotangent, x, dim):
    r"""Pull a cotangent back through `softmax_vjp`."""
    dim = _check("softmax", x, dim)
    check_cotangent("softmax", cotangent, x.shape)
    check_cotangent("softmax_vjp", second_cotangent, x.shape)
    return (
        _result(cotangent, dim, _softmax_vjp, second_cotangent, x),
        _result(x, dim, _softmax_vjp_x, second_cotangent, cotangent, x),
    )


@silent
def softmax_jacobian(x, dim):
    r"""Write the derivative of `softmax` out as a matrix."""
    dim = _check("softmax", x, dim)
    p = np.moveaxis(np.atleast_1d(x), dim, -1)
    if p.size == 0:
        return np.empty((*p.shape, p.shape[-1]), x.dtype)
    identity = np.broadcast_to(np.eye(p.shape[-1]), (*p.shape, p.shape[-1]))
    rows = np.broadcast_to(p[..., None, :], identity.shape)
    return _result(rows, p.ndim, _softmax_vjp, identity, rows)


def _log_softmax(axis, out, x):
    d, r, e, _, rest = split(x, axis)
    if r is None:
        np.subtract(d, np.log1p(rest), out=out, casting="same_kind")
    else:
        np.subtract(d, np.log1p(rest) - r, out=out)


@silent
def log_softmax(x, dim):
    r"""Take the logarithm of `softmax` without computing it."""
    dim = _check("log_softmax", x, dim)
    return _result(x, dim, _log_softmax, x)


def _log_softmax_vjp(axis, out, g, x):
    d, r, e, top, rest = split(x, axis)
    g = g.astype(np.float64)
    sum_g = total(g, axis)
    complement = np.where(top, rest, (1 + rest) - e)
    np.divide(g * complement - e * (sum_g - g), 1 + rest, out=out, casting="same_kind")


@silent
def log_softmax_vjp(cotangent, x, dim):
    r"""Pull a cotangent back through `log_softmax`."""
    dim = _check("log_softmax", x, dim)
    check_cotangent("log_softmax", cotangent, x.shape)
    return _result(x, dim, _log_softmax_vjp, cotangent, x)


def _log_softmax_jvp(axis, out, t, x):
    np.copyto(out, centred(probabilities(x, axis), t, axis), casting="same_kind")


@silent
def log_softmax_jvp(tangent, x, dim):
    r"""Push a tangent forward through `log_softmax`."""
    dim = _check("log_softmax", x, dim)
    check_tangent("log_softmax", tangent, x)
    return _result(x, dim, _log_softmax_jvp, tangent, x)


def _log_softmax_vjp_x(axis, out, s, g, x):
    p = probabilities(x, axis)
    sum_g = total(g.astype(np.float64), axis)
    np.multiply(-sum_g * p, centred(p, s, axis), out=out, casting="same_kind")


@silent
def log_softmax_vjp_vjp(second_cotangent, cotangent, x, dim):
    r"""Pull a cotangent back through `log_softmax_vjp`."""
    dim = _check("log_softmax", x, dim)
    check_cotangent("log_softmax", cotangent, x.shape)
    check_cotangent("log_softmax_vjp", second_cotangent, x.shape)
    return (
        _result(cotangent, dim, _log_softmax_jvp, second_cotangent, x),
        _result(x, dim, _log_softmax_vjp_x, second_cotangent, cotangent, x),
    )


def _softmin(axis, out, x):
    _softmax(axis, out, -x)


@silent
def softmin(x, dim):
    r"""Turn costs into probabilities along `dim`: the smallest cost gets the largest share."""
    dim = _check("softmin", x, dim)
    return _result(x, dim, _softmin, x)


def _softmin_vjp(axis, out, g, x):
    p = probabilities(-x, axis)
    np.multiply(-p, centred(p, g, axis), out=out, casting="same_kind")


@silent
def softmin_vjp(cotangent, x, dim):
    r"""Pull a cotangent back through `softmin`."""
    dim = _check("softmin", x, dim)
    check_cotangent("softmin", cotangent, x.shape)
    return _result(x, dim, _softmin_vjp, cotangent, x)


@silent
def softmin_jvp(tangent, x, dim):
    r"""Push a tangent forward through `softmin`."""
    dim = _check("softmin", x, dim)
    check_tangent("softmin", tangent, x)
    return _result(x, dim, _softmin_vjp, tangent, x)


def _softmin_vjp_x(axis, out, s, g, x):
    _softmax_vjp_x(axis, out, s, g, -x)


@silent
def softmin_vjp_vjp(second_cotangent, cotangent, x, dim):
    r"""Pull a cotangent back through `softmin_vjp`."""
    dim = _check("softmin", x, dim)
    check_cotangent("softmin", cotangent, x.shape)
    check_cotangent("softmin_vjp", second_cotangent, x.shape)
    return (
        _result(cotangent, dim, _softmin_vjp, second_cotangent, x),
        _result(x, dim, _softmin_vjp_x, second_cotangent, cotangent, x),
    )


def _logsumexp(axis, out, x):
    d, r, m = shifted(x, axis)
    rest = others(exponentials(d, r), d, axis)[1]
    np.copyto(out, np.where(np.isinf(m), m, m + np.log1p(rest)), casting="same_kind")


def _check_logsumexp(x, dim):
    dtype = floating_dtype("logsumexp", x)
    return x.astype(dtype, copy=False), check_dim("logsumexp", x, dim)


def _reduced(shape, dim, keepdim):
    if keepdim:
        return size_along(shape, dim) if shape else ()
    return shape[:dim] + shape[dim + 1 :]


@silent
def logsumexp(x, dim, keepdim=False):
    r"""Take the log-partition along `dim`."""
    x, dim = _check_logsumexp(x, dim)
    shape = _reduced(x.shape, dim, keepdim)
    x = np.atleast_1d(x)
    out = np.full(size_along(x.shape, dim), -np.inf, x.dtype)
    if x.size:
        along(dim, _logsumexp, x.shape, out, x)
    return out.reshape(shape)


def _logsumexp_vjp(axis, out, g, x):
    # Of an infinite maximum torch leaves exp(x - max): nan at the infinities, 0 elsewhere.
    d, r, m = shifted(x, axis)
    e = exponentials(d, r)
    share = np.where(m == np.inf, 1, total(e, axis))
    np.multiply(g, e / share, out=out, casting="same_kind")


@silent
def logsumexp_vjp(cotangent, x, dim, keepdim=False):
    r"""Pull a cotangent back through `logsumexp`."""
    x, dim = _check_logsumexp(x, dim)
    check_cotangent("logsumexp", cotangent, _reduced(x.shape, dim, keepdim))
    reduced = size_along(np.atleast_1d(x).shape, dim)
    return _result(x, dim, _logsumexp_vjp, cotangent.reshape(reduced), x)


@silent
def logsumexp_jvp(tangent, x, dim, keepdim=False):
    r"""Push a tangent forward through `logsumexp`."""
    x, dim = _check_logsumexp(x, dim)
    check_tangent("logsumexp", tangent, x)
    one = np.ones(size_along(np.atleast_1d(x).shape, dim))
    p = np.empty(np.atleast_1d(x).shape)
    if p.size:
        along(dim, _logsumexp_vjp, p.shape, p, one, np.atleast_1d(x))
    p *= tangent
    return total(p, dim).reshape(_reduced(x.shape, dim, keepdim)).astype(x.dtype)


def _logsumexp_vjp_x(axis, out, s, g, x):
    p = probabilities(x, axis)
    np.multiply(g * p, centred(p, s, axis), out=out, casting="same_kind")


@silent
def logsumexp_vjp_vjp(second_cotangent, cotangent, x, dim, keepdim=False):
    r"""Pull a cotangent back through `logsumexp_vjp`."""
    forward = logsumexp_jvp(second_cotangent, x, dim, keepdim).astype(cotangent.dtype)
    x, dim = _check_logsumexp(x, dim)
    check_cotangent("logsumexp", cotangent, _reduced(x.shape, dim, keepdim))
    check_cotangent("logsumexp_vjp", second_cotangent, x.shape)
    reduced = size_along(np.atleast_1d(x).shape, dim)
    return (
        forward,
        _result(x, dim, _logsumexp_vjp_x, second_cotangent, cotangent.reshape(reduced), x),
    )
