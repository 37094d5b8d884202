"""A formula: one object for the value of an operator and its derivatives.

A module defines the value and then, under it, the roles::

    @Formula
    def softmax(x, dim): ...

    @softmax.role
    def softmax_vjp(cotangent, x, dim): ...

and callers write ``softmax(x, dim)`` and ``softmax.vjp(cotangent, x, dim)``.
"""

import functools
import inspect
from typing import NamedTuple

from refimpl.errors import silent
from refimpl.formulas._checks import check_backward, check_floating, check_tangent
from refimpl.formulas._chunks import pointwise
from refimpl.formulas._pointwise import Entry, apply


class Formula:
    """A function of arrays and its derivatives: a call gives the value.

    Parameters
    ----------
    value : callable
        The value; its docstring is the formula's.
    inputs : int
        How many of the first arguments have derivatives. Above one, gradients come as a tuple and
        tangents go as one.

    Attributes
    ----------
    name : str
        The operator's name.
    vjp : callable
        ``vjp(cotangent, *arguments)`` pulls a cotangent back to the inputs.
    jvp : callable
        ``jvp(tangent, *arguments)`` pushes a tangent of the inputs forward.
    vjp_vjp : callable
        ``vjp_vjp(second_cotangent, cotangent, *arguments)`` pulls a cotangent of the gradient back
        to the cotangent and the inputs.

    Examples
    --------
    >>> import numpy as np
    >>> from refimpl.formulas import tanh
    >>> tanh
    <formula tanh>
    >>> tanh(np.array([0.0])), tanh.vjp(np.array([3.0]), np.array([0.0]))
    (array([0.]), array([3.]))
    """

    def __init__(self, value, inputs=1):
        functools.update_wrapper(self, value)
        self.name = value.__name__
        self.inputs = inputs
        self._value = value
        self.value = silent(value)

    def __call__(self, *arguments, **options):
        return self.value(*arguments, **options)

    def __repr__(self):
        return f"<formula {self.name}>"

    def role(self, function):
        """Make the function ``NAME_vjp`` the role ``vjp`` of this formula; return the function.

        Parameters
        ----------
        function : callable
            Called by the name of the formula, an underscore and the name of the role.

        Returns
        -------
        callable
            The function itself.

        Examples
        --------
        >>> from refimpl.formulas import Formula
        >>> @Formula
        ... def half(x):
        ...     return x / 2
        >>> @half.role
        ... def half_vjp(cotangent, x):
        ...     return cotangent / 2
        >>> half.vjp(3.0, 1.0)
        1.5
        """
        name = function.__name__.removeprefix(f"{self.name}_")
        # NumPy's warnings are silenced once, here; `_vjp` is for callers who have done so already.
        role = silent(function)
        role.__name__, role.__qualname__ = name, f"{self.name}.{name}"
        setattr(self, name, role)
        setattr(self, f"_{name}", function)
        return function

    def keeps(self, function):
        """Let the function be `ahead`: it keeps for the pullback what the value has computed.

        Parameters
        ----------
        function : callable
            Returns the value and the function of a cotangent that returns the gradient.

        Returns
        -------
        callable
            The function itself.

        Examples
        --------
        >>> from refimpl.formulas import Formula
        >>> @Formula
        ... def squared(x):
        ...     return x * x
        >>> @squared.keeps
        ... def squared_ahead(x):
        ...     return x * x, lambda cotangent: 2 * x * cotangent
        >>> value, pullback = squared.value_and_pullback(3.0)
        >>> value, pullback(1.0)
        (9.0, 6.0)
        """
        self.ahead = function
        return function

    def ahead(self, *arguments, **options):
        """Do what `value_and_pullback` does, for a caller who has silenced NumPy's warnings.

        Parameters
        ----------
        *arguments, **options
            As for the value.

        Returns
        -------
        tuple
            The value, and the function of a cotangent that returns what `vjp` returns.

        Raises
        ------
        Exception
            What the value raises.

        Examples
        --------
        >>> import numpy as np
        >>> from refimpl.formulas import relu
        >>> value, pullback = relu.ahead(np.array([-1.0, 2.0]))
        >>> value, pullback(np.array([5.0, 5.0]))
        (array([0., 2.]), array([0., 5.]))
        """
        value = self._value(*arguments, **options)
        return value, lambda cotangent: self._vjp(cotangent, *arguments, **options)

    @silent
    def value_and_pullback(self, *arguments, **options):
        r"""Return the value and the function that pulls a cotangent back.

        .. math:: \bigl(f(x), \quad \bar y \mapsto \bar y \, f'(x)\bigr)

        Parameters
        ----------
        *arguments, **options
            As for the value.

        Returns
        -------
        tuple
            The value, and a function of a cotangent that returns what `vjp` returns. It keeps what
            the value has computed, so that nothing is computed twice. Neither the arguments nor
            the value may be changed before it is called.

        Raises
        ------
        Exception
            What the value raises; the function raises what `vjp` raises.

        Examples
        --------
        >>> import numpy as np
        >>> from refimpl.formulas import softmax
        >>> probs, pullback = softmax.value_and_pullback(np.array([1.0, 2.0, 3.0]), 0)
        >>> pullback(np.array([1.0, 0.0, 0.0])).round(4)
        array([ 0.0819, -0.022 , -0.0599])
        """
        value, pullback = self.ahead(*arguments, **options)
        return value, silent(pullback)

    def value_and_vjp(self, cotangent, *arguments, **options):
        r"""Return the value and the gradient, where the cotangent is known beforehand.

        .. math:: \bigl(f(x), \quad \bar y \, f'(x)\bigr)

        Parameters
        ----------
        cotangent : ndarray
            Of the shape of the value.
        *arguments, **options
            As for the value.

        Returns
        -------
        tuple
            The value, then one gradient for each input.

        Raises
        ------
        Exception
            What the value and `vjp` raise.

        Examples
        --------
        >>> import numpy as np
        >>> from refimpl.formulas import sigmoid
        >>> sigmoid.value_and_vjp(np.array([2.0]), np.array([0.0]))
        (array([0.5]), array([0.5]))
        """
        value, pullback = self.value_and_pullback(*arguments, **options)
        gradients = pullback(cotangent)
        return (value, *gradients) if self.inputs > 1 else (value, gradients)


ROLES = {
    "vjp": (
        "Pull a cotangent back through `{name}`: multiply it by the slope.",
        r"\bar x = \bar y \, f'(x), \qquad f'(x) = {slope}",
    ),
    "jvp": (
        "Push a tangent forward through `{name}`: multiply it by the slope.",
        r"\dot y = f'(x) \, \dot x, \qquad f'(x) = {slope}",
    ),
    "vjp_vjp": (
        "Pull a cotangent s back through `{name}.vjp`, to (cotangent, x).",
        r"\bar g = s \, f'(x), \qquad \bar x = s \, \bar y \, f''(x), \qquad f''(x) = {bend}",
    ),
}


class Kernels(NamedTuple):
    """What an elementwise formula computes of float64 arrays."""

    value: callable
    sloped: callable  # a cotangent or a tangent times the slope
    bent: callable  # two cotangents times the bend


class Entries(NamedTuple):
    """How the nearest numbers of a function of each entry and of its slope are found."""

    value: Entry
    slope: Entry


def _kernels(value, slope, bend):
    def sloped(a, x, *settings, **options):
        return a * slope(x, *settings, **options)

    def bent(s, g, x, *settings, **options):
        return s * g * bend(x, *settings, **options)

    return Kernels(value, sloped, bent)


class Way(NamedTuple):
    """How one result of an elementwise formula is computed."""

    wide: callable
    narrow: callable
    entry: Entry | None  # how its nearest number is found
    signature: inspect.Signature  # of the function: x and settings
    defaults: tuple  # of the settings

    def __call__(self, dtype, arrays, settings, options):
        """Return the result for arrays of one shape."""
        if not self.entry:
            kernel = self.wide if dtype.itemsize == 8 else self.narrow
            return pointwise(kernel, dtype, arrays, *settings, **options)
        if options:
            bound = self.signature.bind(None, *settings, **options)
            bound.apply_defaults()
            settings = bound.args[1:]
        settings += self.defaults[len(settings) :]
        return apply(self.entry, self.narrow, dtype, arrays, settings)


def _ways(function, signature, slope, bend, quick, nearest):
    """Return the ways of value, slope and bend."""
    wide = _kernels(function, slope, bend)
    narrow = _kernels(*quick) if quick else wide
    entries = nearest or (None, None)
    own = signature, function.__defaults__ or ()
    return [Way(*each, *own) for each in zip(wide, narrow, (*entries, None), strict=True)]


def elementwise(
    slope, bend, kernel, check, *, slope_tex, bend_tex, quick=None, plus_zero=False, nearest=None
):
    """Return the decorator that makes a formula of a float64 function of each entry.

    Parameters
    ----------
    slope, bend : callable
        The first and the second derivative, of float64 arrays and the settings.
    kernel : str
        What torch calls the kernel of its derivative, for the errors.
    check : callable
        ``check(x, *settings)`` refuses what the value refuses and returns the result's dtype.
    slope_tex, bend_tex : str
        The two derivatives, as the documentation displays them.
    quick : tuple of callable, optional
        Value, slope and bend for results of float32 and float16, which a relative error of 1e-13
        does not change, where the function and its derivatives take longer to be exact in float64.
    nearest : Entries, optional
        With them value and slope are the nearest numbers; without them results are rounded once.
    plus_zero : bool
        Whether float32 and float64 have +0 for a negative value that is too small, as torch has.
    """

    def declare(function):
        name, signature = function.__name__, inspect.signature(function)
        found, sloped, bent = _ways(function, signature, slope, bend, quick, nearest)

        @functools.wraps(function)
        def value(x, *settings, **options):
            dtype = check(x, *settings, **options)
            out = found(dtype, (x,), settings, options)
            if plus_zero and dtype.itemsize > 2:
                out += 0
            return out

        def vjp(cotangent, x, *settings, **options):
            check_backward(name, kernel, x, cotangent)
            check(x, *settings, **options)
            return sloped(x.dtype, (cotangent, x), settings, options)

        def jvp(tangent, x, *settings, **options):
            check_floating(name, kernel, x)
            check_tangent(name, tangent, x)
            check(x, *settings, **options)
            return sloped(x.dtype, (tangent, x), settings, options)

        def vjp_vjp(second_cotangent, cotangent, x, *settings, **options):
            check_backward(name, kernel, x, cotangent, second_cotangent)
            check(x, *settings, **options)
            return (
                sloped(cotangent.dtype, (second_cotangent, x), settings, options),
                bent(x.dtype, (second_cotangent, cotangent, x), settings, options),
            )

        # The roles are closures that look alike; each gets the words and the signature of its own.
        formula = Formula(value)
        for role in (vjp, jvp, vjp_vjp):
            sentence, formula_tex = ROLES[role.__name__]
            shown = formula_tex.format(slope=slope_tex, bend=bend_tex)
            role.__doc__ = f"{sentence.format(name=name)}\n\n.. math:: {shown}\n"
            role.__signature__ = signature_of(role, signature)
            role.__module__ = function.__module__
            formula.role(role)
        return formula

    return declare


def signature_of(role, signature):
    """Return a role's signature: its own arguments, then the settings of the function."""
    code, kind = role.__code__, inspect.Parameter.POSITIONAL_OR_KEYWORD
    own = [inspect.Parameter(name, kind) for name in code.co_varnames[: code.co_argcount]]
    _, *settings = signature.parameters.values()
    return signature.replace(parameters=[*own, *settings])
