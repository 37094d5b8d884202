"""The base of all layers: it finds its parameters and the layers inside it."""

from collections import OrderedDict, namedtuple

from refimpl.autograd import no_grad
from refimpl.nn.parameter import Parameter
from refimpl.tape.errors import NotInSubset, failure, near
from refimpl.tape.tensor import Tensor

Keys = namedtuple("Keys", ("missing_keys", "unexpected_keys"))


class IncompatibleKeys(Keys):
    """What `load_state_dict` did not find, and what it could not place."""

    __slots__ = ()

    def __repr__(self):
        if not self.missing_keys and not self.unexpected_keys:
            return "<All keys matched successfully>"
        return super().__repr__()


class Module:
    """A function with parameters: subclass it and write `forward`.

    Parameters and modules that are assigned to attributes are found by `parameters`,
    `state_dict` and the rest.

    Examples
    --------
    >>> import refimpl as torch
    >>> class Scale(torch.nn.Module):
    ...     def __init__(self):
    ...         super().__init__()
    ...         self.factor = torch.nn.Parameter(torch.tensor(3.0))
    ...
    ...     def forward(self, x):
    ...         return self.factor * x
    >>> Scale()(torch.tensor([1.0, 2.0]))
    tensor([3., 6.], grad_fn=<MulBackward0>)
    """

    training = True

    def __init__(self):
        object.__setattr__(self, "_parameters", {})
        object.__setattr__(self, "_buffers", {})
        object.__setattr__(self, "_modules", {})

    def forward(self, *inputs):
        raise NotImplementedError(
            f'Module [{type(self).__name__}] is missing the required "forward" function'
        )

    def __call__(self, *inputs, **options):
        return self.forward(*inputs, **options)

    # ---- attributes -------------------------------------------------------------------

    def __setattr__(self, name, value):
        known = self.__dict__
        kind = (
            "_parameters"
            if isinstance(value, Parameter)
            else "_modules"
            if isinstance(value, Module)
            else None
        )
        if kind is not None:
            if kind not in known:
                what = "parameters" if kind == "_parameters" else "module"
                raise failure(
                    AttributeError,
                    f"cannot assign {what} before Module.__init__() call",
                    f"{type(self).__name__}.__init__ has to begin with super().__init__().",
                )
            for other in ("_parameters", "_modules", "_buffers"):
                known[other].pop(name, None)
            known.pop(name, None)
            known[kind][name] = value
            return
        for kind, what in (("_parameters", "torch.nn.Parameter"), ("_modules", "torch.nn.Module")):
            if name in known.get(kind, ()):
                if value is not None:
                    raise failure(
                        TypeError,
                        f"cannot assign '{_kind(value)}' as "
                        f"{'parameter' if kind == '_parameters' else 'child module'} '{name}' "
                        f"({what} or None expected)",
                    )
                known[kind][name] = None
                return
        if name in known.get("_buffers", ()):
            known["_buffers"][name] = value
            return
        object.__setattr__(self, name, value)

    def __getattr__(self, name):
        for kind in ("_parameters", "_buffers", "_modules"):
            held = self.__dict__.get(kind, {})
            if name in held:
                return held[name]
        raise NotInSubset(
            f"'{type(self).__name__}' object has no attribute '{name}'", name, near(name, dir(self))
        )

    def __delattr__(self, name):
        for kind in ("_parameters", "_buffers", "_modules"):
            if name in self.__dict__[kind]:
                del self.__dict__[kind][name]
                return
        object.__delattr__(self, name)

    def __dir__(self):
        return [*object.__dir__(self), *self._parameters, *self._buffers, *self._modules]

    def register_parameter(self, name, param):
        """Add a parameter under a name, or None to hold its place."""
        self._parameters[name] = param

    def register_buffer(self, name, tensor, persistent=True):
        """Add a tensor that belongs to the state and is not trained."""
        self._buffers[name] = tensor

    def add_module(self, name, module):
        """Add a module under a name."""
        self._modules[name] = module

    register_module = add_module

    # ---- what is inside ---------------------------------------------------------------

    def named_children(self):
        """Yield the names and modules directly inside."""
        for name, module in self._modules.items():
            if module is not None:
                yield name, module

    def children(self):
        """Yield the modules directly inside."""
        for _, module in self.named_children():
            yield module

    def named_modules(self, prefix=""):
        """Yield the paths and modules at every depth, this one first."""
        yield prefix, self
        for name, module in self.named_children():
            yield from module.named_modules(f"{prefix}.{name}" if prefix else name)

    def modules(self):
        """Yield the modules at every depth, this one first."""
        for _, module in self.named_modules():
            yield module

    def named_parameters(self, prefix="", recurse=True):
        """Yield the paths and parameters, each parameter once."""
        yield from self._named("_parameters", prefix, recurse)

    def parameters(self, recurse=True):
        """Yield the parameters, each once."""
        for _, parameter in self.named_parameters(recurse=recurse):
            yield parameter

    def named_buffers(self, prefix="", recurse=True):
        """Yield the paths and buffers, each once."""
        yield from self._named("_buffers", prefix, recurse)

    def buffers(self, recurse=True):
        """Yield the buffers, each once."""
        for _, buffer in self.named_buffers(recurse=recurse):
            yield buffer

    def _named(self, kind, prefix="", recurse=True):
        seen = set()
        for path, module in self.named_modules(prefix) if recurse else [(prefix, self)]:
            for name, value in module.__dict__[kind].items():
                if value is not None and value not in seen:
                    seen.add(value)
                    yield f"{path}.{name}" if path else name, value

    # ---- modes and state --------------------------------------------------------------

    def train(self, mode=True):
        """Set the mode of training, here and inside."""
        for module in self.modules():
            module.training = mode
        return self

    def eval(self):
        """Set the mode of evaluation, here and inside."""
        return self.train(False)

    def requires_grad_(self, requires_grad=True):
        """Ask for gradients of all parameters, or stop asking."""
        for parameter in self.parameters():
            parameter.requires_grad_(requires_grad)
        return self

    def zero_grad(self, set_to_none=True):
        """Forget the gradients of all parameters, or set them to zero."""
        for parameter in self.parameters():
            if parameter._grad is not None:
                if set_to_none:
                    parameter._grad = None
                else:
                    parameter._grad = parameter._grad.detach().zero_()

    def apply(self, fn):
        """Call ``fn(module)`` for every module inside, then for this one."""
        for module in self.children():
            module.apply(fn)
        fn(self)
        return self

    def state_dict(self):
        """Return the parameters and buffers by path; they share the module's memory."""
        state = OrderedDict()
        for path, module in self.named_modules():
            for kind in ("_parameters", "_buffers"):
                for name, value in module.__dict__[kind].items():
                    if value is not None:
                        state[f"{path}.{name}" if path else name] = value.detach()
        return state

    def load_state_dict(self, state_dict, strict=True):
        """Copy the values of `state_dict` into the parameters and buffers.

        Raises
        ------
        RuntimeError
            When a shape differs, or a key is missing or unknown and `strict` is set.
        """
        own = {**dict(self.named_parameters()), **dict(self.named_buffers())}
        missing = [key for key in own if key not in state_dict]
        unexpected = [key for key in state_dict if key not in own]
        errors = []
        if strict and unexpected:
            names = ", ".join(f'"{key}"' for key in unexpected)
            errors.append(f"Unexpected key(s) in state_dict: {names}. ")
        if strict and missing:
            names = ", ".join(f'"{key}"' for key in missing)
            errors.append(f"Missing key(s) in state_dict: {names}. ")
        with no_grad():
            for key, value in own.items():
                if key in state_dict:
                    if state_dict[key].shape != value.shape:
                        errors.append(
                            f"size mismatch for {key}: copying a param with shape "
                            f"{state_dict[key].shape} from checkpoint, the shape in current model "
                            f"is {value.shape}."
                        )
                    else:
                        value.copy_(state_dict[key])
        if errors:
            raise failure(
                RuntimeError,
                f"Error(s) in loading state_dict for {type(self).__name__}:\n\t"
                + "\n\t".join(errors),
            )
        return IncompatibleKeys(missing, unexpected)

    # ---- text -------------------------------------------------------------------------

    def extra_repr(self):
        """Return the settings to be shown in brackets."""
        return ""

    def __repr__(self):
        lines = [
            f"({name}): " + repr(module).replace("\n", "\n  ")
            for name, module in self._modules.items()
        ]
        extra = self.extra_repr()
        if not lines:
            return f"{type(self).__name__}({extra})"
        head = [extra] if extra else []
        return f"{type(self).__name__}(\n  " + "\n  ".join(head + lines) + "\n)"


def _kind(value):
    name = type(value)
    if isinstance(value, Tensor):
        return "torch.FloatTensor" if value.dtype.name == "float32" else value.type()
    return name.__name__ if name.__module__ == "builtins" else f"{name.__module__}.{name.__name__}"
