"""The base of all layers: it finds its parameters and the layers inside it."""

from collections import OrderedDict, namedtuple
from collections.abc import Mapping
from itertools import chain

from refimpl.autograd import no_grad
from refimpl.errors import NotInSubset, failure, near, typename
from refimpl.keywords import refuse
from refimpl.nn.parameter import Parameter, clear_grad
from refimpl.tape import dtypes
from refimpl.tape.operands import destination
from refimpl.tape.tensor import Tensor

Keys = namedtuple("_IncompatibleKeys", ("missing_keys", "unexpected_keys"))


class IncompatibleKeys(Keys):
    """What `load_state_dict` did not find, and what it could not place."""

    __slots__ = ()

    def __repr__(self):
        if not self.missing_keys and not self.unexpected_keys:
            return "<All keys matched successfully>"
        return Keys(*self).__repr__()


# The name under which torch shows it, and pickles name it.
IncompatibleKeys.__name__ = IncompatibleKeys.__qualname__ = Keys.__name__

HELD = ("_parameters", "_buffers", "_modules")
# What torch's modules have beyond the subset.
OUTSIDE = frozenset(
    """bfloat16 call_super_init compile dump_patches get_buffer get_extra_state get_parameter
    get_submodule half ipu mtia register_backward_hook register_forward_hook
    register_forward_pre_hook register_full_backward_hook register_full_backward_pre_hook
    register_load_state_dict_post_hook register_load_state_dict_pre_hook
    register_state_dict_post_hook register_state_dict_pre_hook set_extra_state set_submodule
    share_memory to_empty type xpu""".split()
)


class Module:
    """A function with parameters: subclass it and write `forward`.

    Parameters and modules that are assigned to attributes are found by `parameters`,
    `state_dict` and the rest, in the order of their assignment.

    Raises
    ------
    AttributeError
        When a parameter or a module is assigned before ``super().__init__()``.

    References
    ----------
    A. Paszke et al., "PyTorch: an imperative style, high-performance deep learning library",
    NeurIPS 32 (2019), section 4.1.

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

    _outside = OUTSIDE

    def __init__(self):
        self.__dict__.update(training=True, _parameters={}, _buffers={}, _modules={})

    def forward(self, *inputs):
        """Return the result of the module; subclasses write it, and calling the module calls it.

        Parameters
        ----------
        *inputs : object
            What the module was called with.

        Raises
        ------
        NotImplementedError
            Unless a subclass has written it.

        Examples
        --------
        >>> import refimpl as torch
        >>> try:
        ...     torch.nn.Module()(1)
        ... except NotImplementedError as error:
        ...     print(error)
        Module [Module] is missing the required "forward" function
        """
        raise failure(
            NotImplementedError,
            f'Module [{type(self).__name__}] is missing the required "forward" function',
        )

    def __call__(self, *inputs, **options):
        return self.forward(*inputs, **options)

    # ---- attributes -------------------------------------------------------------------

    def __setattr__(self, name, value):
        if isinstance(value, Parameter):
            self._hold("_parameters", "parameters", name, value)
        elif isinstance(value, Module):
            self._hold("_modules", "module", name, value)
        else:
            for held in HELD:
                if name in self.__dict__.get(held, ()):
                    _check_kind(held, name, value)
                    self.__dict__[held][name] = value
                    return
            object.__setattr__(self, name, value)

    def _hold(self, held, what, name, value):
        if held not in self.__dict__:
            raise failure(
                AttributeError,
                f"cannot assign {what} before Module.__init__() call",
                f"{type(self).__name__}.__init__ has to begin with super().__init__().",
            )
        for other in (self.__dict__, *(self.__dict__[each] for each in HELD if each != held)):
            other.pop(name, None)
        if held == "_parameters" and hasattr(type(self), name):
            raise failure(KeyError, f"attribute '{name}' already exists")
        self.__dict__[held][name] = value

    def __getattr__(self, name):
        own = self.__dict__
        for held in HELD:
            members = own.get(held)
            if members and name in members:
                return members[name]
        message = f"'{type(self).__name__}' object has no attribute '{name}'"
        neighbours = near(name, dir(self))
        if name in type(self)._outside:
            raise NotInSubset(message, name, neighbours)
        error = AttributeError(message)  # a name of the program's, and none that torch has
        if neighbours:
            error.add_note(f"Near it: {', '.join(neighbours)}.")
        raise error

    def __delattr__(self, name):
        for held in HELD:
            if name in self.__dict__[held]:
                del self.__dict__[held][name]
                return
        object.__delattr__(self, name)

    def __dir__(self):
        return {*object.__dir__(self), *chain(*(self.__dict__.get(held, ()) for held in HELD))}

    def _check_name(self, what, name, detail=""):
        if not isinstance(name, str):
            raise failure(TypeError, f"{what} name should be a string. Got {_kind(name)}")
        if hasattr(self, name) and name not in self.__dict__[f"_{what}s"]:
            raise failure(KeyError, f"attribute '{name}' already exists")
        if "." in name:
            raise failure(
                KeyError,
                f'{what} name can\'t contain "."{detail}',
                "The dot separates the names of a path, as in a state_dict.",
            )
        if not name:
            raise failure(KeyError, f'{what} name can\'t be empty string ""')

    def register_parameter(self, name, param):
        """Add a parameter under a name, or None to hold its place.

        Parameters
        ----------
        name : str
        param : Parameter of any shape, or None

        Raises
        ------
        TypeError
            For a tensor that is no `Parameter`; for a name that is no text.
        KeyError
            For a name that is empty, has a dot in it or exists already.

        Examples
        --------
        >>> import refimpl as torch
        >>> layer = torch.nn.Module()
        >>> layer.register_parameter("scale", torch.nn.Parameter(torch.ones(1)))
        >>> [name for name, parameter in layer.named_parameters()]
        ['scale']
        """
        self._check_name("parameter", name)
        if param is not None and not isinstance(param, Parameter):
            raise failure(
                TypeError,
                f"cannot assign '{_kind(param)}' object to parameter '{name}' "
                "(torch.nn.Parameter or None required)",
                "Wrap the tensor: torch.nn.Parameter(tensor).",
            )
        self._parameters[name] = param

    def register_buffer(self, name, tensor, persistent=True, **outside):
        """Add a tensor that belongs to the state and is not trained, or None.

        Parameters
        ----------
        name : str
        tensor : Tensor of any dtype and shape, or None
        persistent : bool
            Outside the subset: a buffer belongs to the state.

        Raises
        ------
        TypeError
            For what is no tensor; for a name that is no text.
        KeyError
            For a name that is empty, has a dot in it or exists already.

        Examples
        --------
        >>> import refimpl as torch
        >>> layer = torch.nn.Module()
        >>> layer.register_buffer("mean", torch.zeros(2))
        >>> list(layer.state_dict()), list(layer.parameters())
        (['mean'], [])
        """
        if outside or persistent is not True:
            refuse(Module.register_buffer, {"persistent": persistent, **outside})
        self._check_name("buffer", name)
        if tensor is not None and not isinstance(tensor, Tensor):
            raise failure(
                TypeError,
                f"cannot assign '{_kind(tensor)}' object to buffer '{name}' "
                "(torch Tensor or None required)",
            )
        self._buffers[name] = tensor

    def add_module(self, name, module):
        """Add a module under a name, or None to hold its place.

        Parameters
        ----------
        name : str
        module : Module or None

        Raises
        ------
        TypeError
            For what is no module; for a name that is no text.
        KeyError
            For a name that is empty, has a dot in it or exists already.

        Examples
        --------
        >>> import refimpl as torch
        >>> net = torch.nn.Sequential()
        >>> net.add_module("squash", torch.nn.Tanh())
        >>> net.squash
        Tanh()
        """
        check_module(module)
        self._check_name("module", name, f", got: {name}")
        self._modules[name] = module

    register_module = add_module

    # ---- what is inside ---------------------------------------------------------------

    def _paths(self, prefix=""):
        """Yield the path and module of every place, this one first."""
        yield prefix, self
        for name, module in self._modules.items():
            if module is not None:
                yield from module._paths(f"{prefix}.{name}" if prefix else name)

    def named_children(self):
        """Return the names and modules directly inside, each module once.

        Returns
        -------
        iterator of tuples of str and Module

        Examples
        --------
        >>> import refimpl as torch
        >>> dict(torch.nn.Sequential(torch.nn.Tanh()).named_children())
        {'0': Tanh()}
        """
        return _shown("named_children", _once(self._modules.items()))

    def children(self):
        """Return the modules directly inside, each once.

        Returns
        -------
        iterator of Module

        Examples
        --------
        >>> import refimpl as torch
        >>> list(torch.nn.Sequential(torch.nn.Tanh(), torch.nn.ReLU()).children())
        [Tanh(), ReLU()]
        """
        return _shown("children", (module for _, module in self.named_children()))

    def named_modules(self, memo=None, prefix="", remove_duplicate=True):
        """Yield the paths and modules at every depth, this one first, each module once.

        Parameters
        ----------
        memo : set of Module, optional
            Modules that are left out; those that are listed are put into it.
        prefix : str
            Stands before every path.
        remove_duplicate : bool
            List a module once, not at each of its paths.

        Yields
        ------
        tuple of str and Module

        Raises
        ------
        TypeError
            Where `memo` is no set.

        Examples
        --------
        >>> import refimpl as torch
        >>> net = torch.nn.Sequential(torch.nn.Sequential(torch.nn.Tanh()))
        >>> [name for name, module in net.named_modules()]
        ['', '0', '0.0']
        """
        memo = set() if memo is None else memo
        if self in memo:
            return
        if remove_duplicate:
            memo.add(self)
        yield prefix, self
        for name, module in self._modules.items():
            if module is not None:
                path = f"{prefix}.{name}" if prefix else name
                yield from module.named_modules(memo, path, remove_duplicate)

    def modules(self, remove_duplicate=True):
        """Return the modules at every depth, this one first, each once.

        Parameters
        ----------
        remove_duplicate : bool
            List a module once, not at each of its paths.

        Returns
        -------
        iterator of Module

        Examples
        --------
        >>> import refimpl as torch
        >>> tanh = torch.nn.Tanh()
        >>> len(list(torch.nn.Sequential(tanh, tanh).modules()))
        2
        """
        listed = self.named_modules(remove_duplicate=remove_duplicate)
        return _shown("modules", (module for _, module in listed))

    def named_parameters(self, prefix="", recurse=True, remove_duplicate=True):
        """Return the paths and parameters, each parameter once.

        Parameters
        ----------
        prefix : str
            Stands before every path.
        recurse : bool
            Go into the modules inside.
        remove_duplicate : bool
            List a parameter once, not at each of its paths.

        Returns
        -------
        iterator of tuples of str and Parameter

        Examples
        --------
        >>> import refimpl as torch
        >>> net = torch.nn.Sequential(torch.nn.Linear(2, 3))
        >>> {name: parameter.shape for name, parameter in net.named_parameters()}
        {'0.weight': torch.Size([3, 2]), '0.bias': torch.Size([3])}
        """
        found = _once(self._named(("_parameters",), prefix, recurse), remove_duplicate)
        return _shown("named_parameters", found)

    def parameters(self, recurse=True):
        """Return the parameters, each once: what an optimiser is given.

        Parameters
        ----------
        recurse : bool
            Go into the modules inside.

        Returns
        -------
        iterator of Parameter

        Examples
        --------
        >>> import refimpl as torch
        >>> sum(parameter.numel() for parameter in torch.nn.Linear(784, 10).parameters())
        7850
        """
        found = (parameter for _, parameter in self.named_parameters(recurse=recurse))
        return _shown("parameters", found)

    def named_buffers(self, prefix="", recurse=True, remove_duplicate=True):
        """Return the paths and buffers, each buffer once.

        Parameters
        ----------
        prefix : str
            Stands before every path.
        recurse : bool
            Go into the modules inside.
        remove_duplicate : bool
            List a buffer once, not at each of its paths.

        Returns
        -------
        iterator of tuples of str and Tensor

        Examples
        --------
        >>> import refimpl as torch
        >>> dict(torch.nn.NLLLoss(weight=torch.tensor([1.0, 2.0])).named_buffers())
        {'weight': tensor([1., 2.])}
        """
        found = _once(self._named(("_buffers",), prefix, recurse), remove_duplicate)
        return _shown("named_buffers", found)

    def buffers(self, recurse=True):
        """Return the buffers, each once.

        Parameters
        ----------
        recurse : bool
            Go into the modules inside.

        Returns
        -------
        iterator of Tensor

        Examples
        --------
        >>> import refimpl as torch
        >>> list(torch.nn.NLLLoss(weight=torch.tensor([1.0, 2.0])).buffers())
        [tensor([1., 2.])]
        """
        found = (buffer for _, buffer in self.named_buffers(recurse=recurse))
        return _shown("buffers", found)

    def _named(self, kinds, prefix, recurse=True):
        for path, module in self._paths(prefix) if recurse else [(prefix, self)]:
            for held in kinds:
                for name, value in module.__dict__[held].items():
                    yield f"{path}.{name}" if path else name, value

    # ---- modes and dtype --------------------------------------------------------------

    def train(self, mode=True):
        """Set the mode of training, here and inside, and return the module.

        Parameters
        ----------
        mode : bool
            False sets the mode of evaluation.

        Returns
        -------
        Module
            The module itself.

        Raises
        ------
        ValueError
            For a mode that is no bool.

        Examples
        --------
        >>> import refimpl as torch
        >>> torch.nn.Tanh().train(False).training
        False
        """
        if not isinstance(mode, bool):
            raise failure(ValueError, "training mode is expected to be boolean")
        for module in self.modules():
            module.training = mode
        return self

    def eval(self):
        """Set the mode of evaluation, here and inside, and return the module.

        Returns
        -------
        Module
            The module itself.

        Examples
        --------
        >>> import refimpl as torch
        >>> net = torch.nn.Sequential(torch.nn.Tanh()).eval()
        >>> net[0].training
        False
        """
        return self.train(False)

    def requires_grad_(self, requires_grad=True):
        """Ask for gradients of all parameters, or stop asking, and return the module.

        Parameters
        ----------
        requires_grad : bool

        Returns
        -------
        Module
            The module itself.

        Raises
        ------
        RuntimeError
            Where a parameter is of integers.

        Examples
        --------
        >>> import refimpl as torch
        >>> frozen = torch.nn.Linear(1, 1).requires_grad_(False)
        >>> frozen(torch.ones(1)).requires_grad
        False
        """
        for parameter in self.parameters():
            parameter.requires_grad_(requires_grad)
        return self

    def zero_grad(self, set_to_none=True):
        """Drop the gradients of all parameters, or set them to zero.

        Parameters
        ----------
        set_to_none : bool
            Drop them: each becomes None.

        Examples
        --------
        >>> import refimpl as torch
        >>> layer = torch.nn.Linear(1, 1)
        >>> layer(torch.ones(1)).backward()
        >>> layer.zero_grad(set_to_none=False)
        >>> layer.weight.grad
        tensor([[0.]])
        """
        for parameter in self.parameters():
            clear_grad(parameter, set_to_none)

    def apply(self, fn):
        """Call ``fn(module)`` for every module inside, then for this one, and return this one.

        Parameters
        ----------
        fn : callable

        Returns
        -------
        Module
            The module itself.

        Examples
        --------
        >>> import refimpl as torch
        >>> seen = []
        >>> _ = torch.nn.Sequential(torch.nn.Tanh(), torch.nn.ReLU()).apply(seen.append)
        >>> [type(module).__name__ for module in seen]
        ['Tanh', 'ReLU', 'Sequential']
        """
        for module in self.children():
            module.apply(fn)
        fn(self)
        return self

    def to(self, *args, dtype=None, device=None, non_blocking=False, **outside):
        """Convert the floating-point parameters and buffers to `dtype`, and return the module.

        Parameters
        ----------
        *args : dtype, Tensor of any shape, or device
            As of `Tensor.to`.
        dtype : dtype, optional
            The dtype.
        device : device, str or int, optional
            The CPU; no other is there.
        non_blocking : bool
            It concerns other devices: nothing changes.

        Returns
        -------
        Module
            The module itself.

        Raises
        ------
        TypeError
            Where `dtype` is no floating-point dtype.
        AssertionError, RuntimeError
            For another device.

        Examples
        --------
        >>> import refimpl as torch
        >>> torch.nn.Linear(1, 1).to(torch.float64).weight.dtype
        torch.float64
        """
        if outside:
            refuse(Module.to, outside)
        dtype, _ = destination(args, dtype, device, non_blocking)
        if dtype is None:
            return self
        if not dtype.is_floating_point:
            raise failure(
                TypeError,
                "nn.Module.to only accepts floating point or complex dtypes, but got desired "
                f"dtype={dtype}",
            )
        for value in chain(self.parameters(), self.buffers()):
            if value.is_floating_point():
                value.data = value.data.to(dtype)
        return self

    def float(self):
        """Convert the floating-point parameters and buffers to float32, and return the module.

        Returns
        -------
        Module
            The module itself.

        Examples
        --------
        >>> import refimpl as torch
        >>> torch.nn.Linear(1, 1, dtype=torch.float64).float().weight.dtype
        torch.float32
        """
        return self.to(dtypes.float32)

    def double(self):
        """Convert the floating-point parameters and buffers to float64, and return the module.

        Returns
        -------
        Module
            The module itself.

        Examples
        --------
        >>> import refimpl as torch
        >>> torch.nn.Linear(1, 1).double().bias.dtype
        torch.float64
        """
        return self.to(dtypes.float64)

    def cpu(self):
        """Return the module: it is on the CPU already.

        Returns
        -------
        Module
            The module itself.

        Examples
        --------
        >>> import refimpl as torch
        >>> torch.nn.Tanh().cpu()
        Tanh()
        """
        return self

    def cuda(self, device=None):
        """Refuse to move the module: no GPU is there.

        Parameters
        ----------
        device : device, str or int, optional

        Returns
        -------
        Module
            The module itself, where it has no parameters and no buffers.

        Raises
        ------
        AssertionError
            Where there is something to move, as in a torch that is built for the CPU alone.

        Examples
        --------
        >>> import refimpl as torch
        >>> torch.nn.Tanh().cuda()
        Tanh()
        """
        for tensor in chain(self.parameters(), self.buffers()):
            tensor.cuda(device)
        return self

    # ---- state ------------------------------------------------------------------------

    def state_dict(self, *, prefix="", **outside):
        """Return the parameters and buffers by path; they share the module's memory.

        Parameters
        ----------
        prefix : str
            Stands before every path.

        Returns
        -------
        OrderedDict of str to Tensor

        Examples
        --------
        >>> import refimpl as torch
        >>> list(torch.nn.Linear(2, 1).state_dict(prefix="last."))
        ['last.weight', 'last.bias']
        """
        if outside:
            refuse(Module.state_dict, outside)
        path = prefix.removesuffix(".")
        state = self._named(("_parameters", "_buffers"), path)
        return OrderedDict((key, value.detach()) for key, value in state if value is not None)

    def load_state_dict(self, state_dict, strict=True, assign=False, **outside):
        """Copy the values of `state_dict` into the parameters and buffers.

        Parameters
        ----------
        state_dict : dict of str to Tensor
            As returned by `state_dict`, of the shapes of the module's own.
        strict : bool
            Refuse missing and unknown keys.
        assign : bool
            Outside the subset: the values are copied.

        Returns
        -------
        IncompatibleKeys
            The keys that were missing, and those that were unknown.

        Raises
        ------
        RuntimeError
            Where a shape differs or a value is no tensor, or a key is missing or unknown and
            `strict` is set; what fits has been copied all the same, as in torch.
        TypeError
            Where `state_dict` is no mapping.

        Examples
        --------
        >>> import refimpl as torch
        >>> one, other = torch.nn.Linear(2, 1), torch.nn.Linear(2, 1)
        >>> other.load_state_dict(one.state_dict())
        <All keys matched successfully>
        >>> torch.equal(one.weight, other.weight)
        True
        """
        if outside or assign is not False:
            refuse(Module.load_state_dict, {"assign": assign, **outside})
        if not isinstance(state_dict, Mapping):
            raise failure(
                TypeError,
                f"Expected state_dict to be dict-like, got {type(state_dict)}.",
            )
        missing, unexpected, errors = [], [], []
        self._load(state_dict, "", missing, unexpected, errors)
        if strict and unexpected:
            errors.insert(0, f"Unexpected key(s) in state_dict: {_quoted(unexpected)}. ")
        if strict and missing:
            errors.insert(0, f"Missing key(s) in state_dict: {_quoted(missing)}. ")
        if errors:
            raise failure(
                RuntimeError,
                f"Error(s) in loading state_dict for {type(self).__name__}:\n\t"
                + "\n\t".join(errors),
                "The state is that of a model of another structure; print both state_dicts.",
            )
        return IncompatibleKeys(missing, unexpected)

    def _load(self, state, prefix, missing, unexpected, errors):
        own = {
            name: value
            for name, value in chain(self._parameters.items(), self._buffers.items())
            if value is not None
        }
        for name, value in own.items():
            if prefix + name not in state:
                missing.append(prefix + name)
            else:
                errors += _copy_into(value, prefix + name, state[prefix + name])
        for key in state:
            if key.startswith(prefix):
                name, dot, _ = key.removeprefix(prefix).partition(".")
                if name not in (self._modules if dot else own):
                    unexpected.append(key)
        for name, module in self._modules.items():
            if module is not None:
                module._load(state, f"{prefix}{name}.", missing, unexpected, errors)

    # ---- text -------------------------------------------------------------------------

    def extra_repr(self):
        """Return the settings that ``print(module)`` shows in brackets; subclasses write it.

        Returns
        -------
        str

        Examples
        --------
        >>> import refimpl as torch
        >>> torch.nn.Linear(2, 1).extra_repr()
        'in_features=2, out_features=1, bias=True'
        """
        return ""

    def __repr__(self):
        lines = [
            f"({name}): " + repr(module).replace("\n", "\n  ")
            for name, module in self._modules.items()
        ]
        settings = self.extra_repr().splitlines()
        if not lines and len(settings) < 2:
            return f"{type(self).__name__}({''.join(settings)})"
        return f"{type(self).__name__}(\n  " + "\n  ".join(settings + lines) + "\n)"


def check_module(module):
    """Raise torch's error unless `module` is a module or None."""
    if module is not None and not isinstance(module, Module):
        raise failure(
            TypeError,
            f"{_kind(module)} is not a Module subclass",
            "A function is called in `forward`; only modules can be held.",
        )


def _shown(method, generator):
    """Give a generator the name under which it is shown: whoever prints it forgot a list."""
    generator.__name__, generator.__qualname__ = method, f"Module.{method}"
    return generator


def _once(named, remove_duplicate=True):
    """Yield the (name, value) pairs without None and without values that have come before."""
    seen = set()
    for name, value in named:
        if value is not None and value not in seen:
            if remove_duplicate:
                seen.add(value)
            yield name, value


def _check_kind(held, name, value):
    """Raise unless `value` may take the place of a parameter, a buffer or a module."""
    kind, what, wanted = {
        "_parameters": (Parameter, "parameter", "torch.nn.Parameter"),
        "_buffers": (Tensor, "buffer", "torch.nn.Buffer, torch.Tensor"),
        "_modules": (Module, "child module", "torch.nn.Module"),
    }[held]
    if value is not None and not isinstance(value, kind):
        raise failure(
            TypeError,
            f"cannot assign '{_kind(value)}' as {what} '{name}' ({wanted} or None expected)",
        )


def _copy_into(own, key, value):
    """Copy one value of a state; return what is wrong with it as a list of texts."""
    if not isinstance(value, Tensor):
        return [
            f'While copying the parameter named "{key}", expected torch.Tensor or Tensor-like '
            f"object from checkpoint but received {type(value)}"
        ]
    if value.shape != own.shape:
        return [
            f"size mismatch for {key}: copying a param with shape {value.shape} from checkpoint, "
            f"the shape in current model is {own.shape}."
        ]
    with no_grad():
        own.copy_(value)
    return []


def _quoted(keys):
    return ", ".join(f'"{key}"' for key in keys)


def _kind(value):
    return value.type() if isinstance(value, Tensor) else typename(value)
