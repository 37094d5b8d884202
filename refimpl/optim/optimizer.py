"""The base of all optimisers: groups of parameters with settings of their own."""

from copy import deepcopy

from refimpl.tape.errors import failure
from refimpl.tape.tensor import Tensor


class Optimizer:
    """Parameters in groups, and the state that belongs to each parameter.

    Parameters
    ----------
    params : iterable of Tensor, of (name, Tensor) or of dict
        A dict holds ``"params"`` and settings of its own.
    defaults : dict
        The settings of groups that do not say otherwise.

    Raises
    ------
    TypeError, ValueError
        When there is nothing to optimise, or something that cannot be.
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
        self.state = {}
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
            self.add_param_group(dict(group))

    def add_param_group(self, param_group):
        """Add a group of parameters with settings of its own."""
        if not isinstance(param_group, dict):
            raise TypeError(f"param_group must be a dict, but got {type(param_group)}")
        params = param_group["params"]
        if isinstance(params, Tensor):
            params = [params]
        elif isinstance(params, set):
            raise TypeError(
                "optimizer parameters need to be organized in ordered collections, but the "
                "ordering of tensors in sets will change between runs. Please use a list instead."
            )
        params = [each[1] if isinstance(each, tuple) else each for each in params]
        for each in params:
            if not isinstance(each, Tensor):
                raise TypeError(
                    "optimizer can only optimize Tensors, but one of the params is "
                    f"{type(each).__name__}"
                )
            if not each.is_leaf:
                raise failure(
                    ValueError,
                    "can't optimize a non-leaf Tensor",
                    "Only leaves collect gradients; make it one with .detach().requires_grad_().",
                )
        if {id(p) for group in self.param_groups for p in group["params"]} & set(map(id, params)):
            raise ValueError("some parameters appear in more than one parameter group")
        self.param_groups.append({"params": params, **self.defaults, **_settings(param_group)})

    def zero_grad(self, set_to_none=True):
        """Forget the gradients, or set them to zero."""
        for group in self.param_groups:
            for parameter in group["params"]:
                if parameter._grad is not None:
                    if set_to_none:
                        parameter._grad = None
                    else:
                        parameter._grad = parameter._grad.detach().zero_()

    def step(self, closure=None):
        raise NotImplementedError

    def state_dict(self):
        """Return settings and state, with parameters replaced by their numbers."""
        numbers = {}
        for group in self.param_groups:
            for parameter in group["params"]:
                numbers.setdefault(id(parameter), len(numbers))
        return {
            "state": {numbers[id(parameter)]: state for parameter, state in self.state.items()},
            "param_groups": [
                {**_settings(group), "params": [numbers[id(p)] for p in group["params"]]}
                for group in self.param_groups
            ],
        }

    def load_state_dict(self, state_dict):
        """Take settings and state from `state_dict`, which `state_dict` has returned.

        Raises
        ------
        ValueError
            When the groups differ in number or size.
        """
        groups = state_dict["param_groups"]
        if len(groups) != len(self.param_groups):
            raise ValueError("loaded state dict has a different number of parameter groups")
        parameters = {}
        for own, group in zip(self.param_groups, groups, strict=True):
            if len(own["params"]) != len(group["params"]):
                raise ValueError(
                    "loaded state dict contains a parameter group that doesn't match the size of "
                    "optimizer's group"
                )
            parameters.update(zip(group["params"], own["params"], strict=True))
            own.update(deepcopy(_settings(group)))
        self.state = {
            parameters[number]: deepcopy(state) for number, state in state_dict["state"].items()
        }

    def __repr__(self):
        text = f"{type(self).__name__} ("
        for i, group in enumerate(self.param_groups):
            text += f"\nParameter Group {i}\n"
            for key in sorted(_settings(group)):
                text += f"    {key}: {group[key]}\n"
        return text + ")"


def _settings(group):
    return {key: value for key, value in group.items() if key != "params"}
