"""Switching the record off and on."""

import functools
import inspect

from refimpl.errors import check_bool, failure
from refimpl.tape.tensor import GradMode


class _Switch:
    """A context, a decorator: sets `GradMode.enabled` and puts back what was."""

    value = None

    def __enter__(self):
        self._before = GradMode.enabled
        GradMode.enabled = self.value

    def __exit__(self, *exception):
        GradMode.enabled = self._before

    def __call__(self, function):
        if inspect.isgeneratorfunction(function):
            raise failure(
                TypeError, "a generator function cannot be decorated here; use the context inside"
            )

        @functools.wraps(function)
        def switched(*args, **options):
            with type(self).__new__(type(self)):
                return function(*args, **options)

        return switched

    def __new__(cls, function=None):
        self = object.__new__(cls)
        return self if function is None else self(function)


class no_grad(_Switch):
    """Record nothing inside: a context, or a decorator with or without brackets.

    Parameters
    ----------
    function : callable, optional
        The function to decorate, where there are no brackets.

    Raises
    ------
    TypeError
        For a generator function.

    Examples
    --------
    >>> import refimpl as torch
    >>> w = torch.ones(2, requires_grad=True)
    >>> with torch.no_grad():
    ...     w -= 0.5
    >>> w
    tensor([0.5000, 0.5000], requires_grad=True)
    """

    value = False


class enable_grad(_Switch):
    """Record inside, also within `no_grad`: a context, or a decorator with or without brackets.

    Parameters
    ----------
    function : callable, optional
        The function to decorate, where there are no brackets.

    Raises
    ------
    TypeError
        For a generator function.

    Examples
    --------
    >>> import refimpl as torch
    >>> w = torch.ones(1, requires_grad=True)
    >>> with torch.no_grad():
    ...     with torch.enable_grad():
    ...         y = 2 * w
    >>> y.requires_grad
    True
    """

    value = True


class set_grad_enabled:
    """Record or not, from here on; as a context or a decorator, only inside.

    Parameters
    ----------
    mode : bool
        Whether to record.

    Examples
    --------
    >>> import refimpl as torch
    >>> w = torch.ones(1, requires_grad=True)
    >>> with torch.set_grad_enabled(False):
    ...     y = 2 * w
    >>> y
    tensor([2.])
    """

    def __init__(self, mode):
        check_bool(mode, "set_grad_enabled", "enabled", 1)
        self._before, self._mode = GradMode.enabled, mode
        GradMode.enabled = mode

    def __enter__(self):
        return None

    def __exit__(self, *exception):
        GradMode.enabled = self._before

    def __call__(self, function):
        GradMode.enabled = self._before  # a decorator changes nothing where it stands
        return (enable_grad if self._mode else no_grad)()(function)

    def __repr__(self):
        return f"torch.autograd.grad_mode.set_grad_enabled(mode={self._mode})"


def is_grad_enabled():
    """Return whether operators are recorded.

    Returns
    -------
    bool

    Examples
    --------
    >>> import refimpl as torch
    >>> with torch.no_grad():
    ...     torch.is_grad_enabled()
    False
    """
    return GradMode.enabled
