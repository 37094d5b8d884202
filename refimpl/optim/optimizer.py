"""The base of all optimisers: groups of parameters with settings of their own."""

import warnings
from collections import defaultdict
from copy import deepcopy

import numpy as np

from refimpl.errors import failure, outside, typename
from refimpl.nn.parameter import clear_grad
from refimpl.tape.tensor import Tensor, wrap


class Optimizer:
    """Parameters in groups, and the state that belongs to each parameter.

    Subclass it and write `step`.

    Parameters
    ----------
    params : iterable of Tensor, of (name, Tensor) or of dict
        A dict is a group: it holds ``"params"`` and settings of its own.
    defaults : dict
        The settings of groups that do not say otherwise.

    Attributes
    ----------
    param_groups : list of dict
        May be changed between steps, for another learning rate say.
    state : dict
        Of each parameter a dict.

    Raises
    ------
    TypeError
        For a tensor alone, for a set, and for what is no tensor.
    ValueError
        Where there is nothing to optimise; for a tensor that is no leaf, or stands in two groups.

    Examples
    --------
    >>> import refimpl as torch
    >>> net = torch.nn.Linear(2, 1)
    >>> groups = [{"params": [net.weight], "lr": 0.5}, {"params": [net.bias]}]
    >>> optimizer = torch.optim.SGD(groups, lr=0.1)
    >>> [group["lr"] for group in optimizer.param_groups]
    [0.5, 0.1]
    """

    def __init__(self, params, defaults):
        if isinstance(params, Tensor):
            raise failure(
                TypeError,
                "params argument given to the optimizer should be an iterable of Tensors or dicts, "
                f"but got {params.type()}",
                "Put it in a list.",
            )
        self.defaults = defaults
        self.state = defaultdict(dict)
        self.param_groups = []
        groups = list(params)
        if not groups:
            raise failure(
                ValueError,
                "optimizer got an empty parameter list",
                "A generator such as model.parameters() can be read only once.",
            )
        if not isinstance(groups[0], dict):
            groups = [{"params": groups}]
        for group in groups:
            self.add_param_group(group)

    def add_param_group(self, param_group):
        """Add a group of parameters with settings of its own.

        Parameters
        ----------
        param_group : dict
            ``"params"`` and the settings.

        Raises
        ------
        TypeError, ValueError
            As the constructor.

        Examples
        --------
        >>> import refimpl as torch
        >>> a, b = torch.ones(1, requires_grad=True), torch.ones(1, requires_grad=True)
        >>> optimizer = torch.optim.SGD([a], lr=0.1)
        >>> optimizer.add_param_group({"params": [b], "lr": 0.01})
        >>> [group["lr"] for group in optimizer.param_groups]
        [0.1, 0.01]
        """
        if not isinstance(param_group, dict):
            raise failure(TypeError, f"param_group must be a dict, but got {type(param_group)}")
        params = _named(param_group["params"])
        for each in params.values():
            _check_leaf(each)
        if len(set(params.values())) < len(params):
            warnings.warn(
                "optimizer contains a parameter group with duplicate parameters; in future, this "
                "will cause an error; see github.com/pytorch/pytorch/issues/40967 for more "
                "information",
                UserWarning,
                stacklevel=3,
            )
        if {p for group in self.param_groups for p in group["params"]} & set(params.values()):
            raise failure(ValueError, "some parameters appear in more than one parameter group")
        names = [name for name in params if isinstance(name, str)]
        group = param_group | {"params": list(params.values())}  # what was given stands first
        if names:
            group["param_names"] = names
        self.param_groups.append(group | {k: v for k, v in self.defaults.items() if k not in group})

    def zero_grad(self, set_to_none=True):
        """Drop the gradients of all parameters, or set them to zero.

        Parameters
        ----------
        set_to_none : bool
            Drop them: each becomes None.

        Examples
        --------
        >>> import refimpl as torch
        >>> w = torch.tensor([2.0], requires_grad=True)
        >>> optimizer = torch.optim.SGD([w], lr=0.1)
        >>> (w * w).backward()
        >>> optimizer.zero_grad()
        >>> print(w.grad)
        None
        """
        _ = self.defaults  # torch looks here first: the error without super().__init__ names it
        for group in self.param_groups:
            for parameter in group["params"]:
                clear_grad(parameter, set_to_none)

    def step(self, closure=None):
        """Change the parameters; subclasses say how.

        Parameters
        ----------
        closure : callable, optional
            Computes the loss anew, gradients and all.

        Raises
        ------
        NotImplementedError
            Unless a subclass has written it.

        Examples
        --------
        >>> import refimpl as torch
        >>> class Halving(torch.optim.Optimizer):
        ...     @torch.no_grad()
        ...     def step(self):
        ...         for group in self.param_groups:
        ...             for parameter in group["params"]:
        ...                 parameter.mul_(0.5)
        >>> w = torch.tensor([2.0], requires_grad=True)
        >>> Halving([w], {}).step()
        >>> w
        tensor([1.], requires_grad=True)
        """
        raise NotImplementedError

    def state_dict(self):
        """Return settings and state, with each parameter replaced by its number.

        Returns
        -------
        dict

        Examples
        --------
        >>> import refimpl as torch
        >>> optimizer = torch.optim.SGD([torch.ones(1, requires_grad=True)], lr=0.1)
        >>> state = optimizer.state_dict()
        >>> state["state"], state["param_groups"][0]["params"]
        ({}, [0])
        """
        numbers = {}
        for group in self.param_groups:
            for parameter in group["params"]:
                numbers.setdefault(parameter, len(numbers))
        return {
            "state": {numbers[parameter]: state for parameter, state in self.state.items()},
            "param_groups": [
                {**_settings(group), "params": [numbers[p] for p in group["params"]]}
                for group in self.param_groups
            ],
        }

    def load_state_dict(self, state_dict):
        """Take settings and state from `state_dict`, which `state_dict` has returned.

        Parameters
        ----------
        state_dict : dict

        Raises
        ------
        ValueError
            Where the groups differ in number or size.

        Examples
        --------
        >>> import refimpl as torch
        >>> w = torch.ones(1, requires_grad=True)
        >>> slow, fast = torch.optim.SGD([w], lr=0.1), torch.optim.SGD([w], lr=1.0)
        >>> slow.load_state_dict(fast.state_dict())
        >>> slow.param_groups[0]["lr"]
        1.0
        """
        state_dict = state_dict.copy()
        groups = state_dict["param_groups"]
        if len(groups) != len(self.param_groups):
            raise failure(
                ValueError,
                "loaded state dict has a different number of parameter groups",
                f"Here are {len(self.param_groups)} groups, in the state {len(groups)}.",
            )
        parameters = {}
        for own, group in zip(self.param_groups, groups, strict=True):
            if len(own["params"]) != len(group["params"]):
                raise failure(
                    ValueError,
                    "loaded state dict contains a parameter group that doesn't match the size of "
                    "optimizer's group",
                    f"The group has {len(own['params'])} parameters, in the state "
                    f"{len(group['params'])}.",
                )
            parameters.update(zip(group["params"], own["params"], strict=True))
        self.param_groups = [
            self._loaded(deepcopy(_settings(group)), own)
            for own, group in zip(self.param_groups, groups, strict=True)
        ]
        self.state.clear()
        for number, state in state_dict["state"].items():
            self.state[parameters[number]] = _with_counted_steps(deepcopy(state))

    _later_settings = ()  # which an older torch did not have, with their defaults

    def _loaded(self, group, own):
        """Return a group that is loaded, with the parameters of its own and the later settings."""
        group["params"] = own["params"]
        if "param_names" in own:
            group.setdefault("param_names", own["param_names"])
        for key, default in self._later_settings:
            group.setdefault(key, default)
        return group

    def __repr__(self):
        text = f"{type(self).__name__} ("
        for i, group in enumerate(self.param_groups):
            text += f"\nParameter Group {i}\n"
            for key in sorted(_settings(group)):
                text += f"    {key}: {group[key]}\n"
        return text + ")"


def _named(params):
    """Return {name or number: parameter} of a group's parameters, given in any of torch's ways."""
    if isinstance(params, Tensor):
        params = [params]
    elif isinstance(params, set):
        raise failure(
            TypeError,
            "optimizer parameters need to be organized in ordered collections, but the "
            "ordering of tensors in sets will change between runs. Please use a list instead.",
        )
    params = list(params)
    named = [isinstance(each, tuple) for each in params]
    if any(named) and not all(named):
        raise failure(
            ValueError,
            "all optimizer params should be with/without names. Some param names are missing",
        )
    return dict(params if any(named) else enumerate(params))


def _check_leaf(parameter):
    if not isinstance(parameter, Tensor):
        came = typename(type(parameter))
        raise failure(
            TypeError, f"optimizer can only optimize Tensors, but one of the params is {came}"
        )
    if not parameter.is_leaf:
        raise failure(
            ValueError,
            "can't optimize a non-leaf Tensor",
            "Only leaves collect gradients; make it one with .detach().requires_grad_().",
        )


def _with_counted_steps(state):
    """Return a state that is loaded; an older torch counted the steps by a number."""
    if not isinstance(state.get("step", Tensor), (Tensor, type)):
        state["step"] = wrap(np.array(float(state["step"]), np.float32))
    return state


def _settings(group):
    return {key: value for key, value in group.items() if key != "params"}


__all__ = ["Optimizer"]

__getattr__ = outside("torch.optim.optimizer", __all__)
