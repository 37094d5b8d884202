"""Modules that hold others: in a list, or under names."""

import operator
from collections.abc import Iterable, Mapping

from refimpl.errors import failure
from refimpl.nn.module import Module


def _check_iterable(name, given):
    if not isinstance(given, Iterable):
        raise failure(
            TypeError,
            f"{name} should be called with an iterable"
            f"{' of key/value pairs' if name.startswith('ModuleDict') else ''}, but got "
            f"{type(given).__name__}",
        )


class ModuleList(Module):
    """A list of modules whose parameters are found.

    Parameters
    ----------
    modules : iterable of Module, optional

    Raises
    ------
    TypeError
        For what is no iterable; for what is no module.
    IndexError
        For a number outside the range of the modules.

    Examples
    --------
    >>> import refimpl as torch
    >>> layers = torch.nn.ModuleList([torch.nn.Linear(2, 2) for _ in range(3)])
    >>> layers
    ModuleList(
      (0-2): 3 x Linear(in_features=2, out_features=2, bias=True)
    )
    >>> len(layers), len(list(layers.parameters()))
    (3, 6)
    """

    def __init__(self, modules=None):
        super().__init__()
        if modules is not None:
            self.extend(modules)

    def _name(self, index):
        index = operator.index(index)
        if not -len(self) <= index < len(self):
            raise failure(
                IndexError, f"index {index} is out of range", f"There are {len(self)} modules."
            )
        return str(index % len(self))

    def _renumber(self, modules):
        """Hold these modules, numbered anew."""
        self._modules.clear()
        for number, module in enumerate(modules):
            self._modules[str(number)] = module

    def __len__(self):
        return len(self._modules)

    def __iter__(self):
        return iter(self._modules.values())

    def __getitem__(self, index):
        if isinstance(index, slice):
            return type(self)(list(self)[index])
        return self._modules[self._name(index)]

    def __setitem__(self, index, module):
        setattr(self, self._name(index), module)

    def __delitem__(self, index):
        modules = list(self)
        del modules[index if isinstance(index, slice) else int(self._name(index))]
        self._renumber(modules)

    def __add__(self, other):
        return type(self)([*self, *other])

    def __iadd__(self, other):
        return self.extend(other)

    def append(self, module):
        """Add a module at the end and return the whole.

        Parameters
        ----------
        module : Module

        Returns
        -------
        ModuleList
            The list itself.

        Raises
        ------
        TypeError
            For what is no module.

        Examples
        --------
        >>> import refimpl as torch
        >>> torch.nn.ModuleList().append(torch.nn.ReLU())
        ModuleList(
          (0): ReLU()
        )
        """
        self.add_module(str(len(self)), module)
        return self

    def extend(self, modules):
        """Add several modules at the end and return the whole.

        Parameters
        ----------
        modules : iterable of Module

        Returns
        -------
        ModuleList
            The list itself.

        Raises
        ------
        TypeError
            For what is no iterable; for what is no module.

        Examples
        --------
        >>> import refimpl as torch
        >>> len(torch.nn.ModuleList().extend([torch.nn.ReLU(), torch.nn.Tanh()]))
        2
        """
        _check_iterable("ModuleList.extend", modules)
        for module in modules:
            self.append(module)
        return self

    def insert(self, index, module):
        """Add a module before that of a number.

        Parameters
        ----------
        index : int
        module : Module

        Raises
        ------
        TypeError
            Where the index is no int.

        Examples
        --------
        >>> import refimpl as torch
        >>> layers = torch.nn.ModuleList([torch.nn.ReLU()])
        >>> layers.insert(0, torch.nn.Tanh())
        >>> layers[0]
        Tanh()
        """
        modules = list(self)
        modules.insert(index, module)
        self._renumber(modules)

    def pop(self, key):
        """Take a module out and return it.

        Parameters
        ----------
        key : int

        Returns
        -------
        Module

        Raises
        ------
        IndexError
            For a number outside the range of the modules.

        Examples
        --------
        >>> import refimpl as torch
        >>> torch.nn.ModuleList([torch.nn.ReLU()]).pop(0)
        ReLU()
        """
        module = self[key]
        del self[key]
        return module

    def __repr__(self):
        texts = [repr(module) for module in self]
        if not texts:
            return f"{type(self).__name__}()"
        lines, at = [], 0
        while at < len(texts):
            end = at
            while end < len(texts) and texts[end] == texts[at]:
                end += 1
            lines.append(_several(at, end, texts[at]))
            at = end
        return f"{type(self).__name__}(\n  " + "\n  ".join(lines) + "\n)"


def _several(start, end, text):
    """Write equal neighbours as one line."""
    numbers = f"({start}): " if end == start + 1 else f"({start}-{end - 1}): {end - start} x "
    return numbers + text.replace("\n", "\n  ")


class ModuleDict(Module):
    """Modules under names, whose parameters are found.

    Parameters
    ----------
    modules : mapping of str to Module, or iterable of pairs, optional

    Raises
    ------
    TypeError
        For what is no iterable of pairs; for what is no module; for a name that is no text.
    KeyError
        For a name that is not there, that is taken, that is empty or has a dot.

    Examples
    --------
    >>> import refimpl as torch
    >>> heads = torch.nn.ModuleDict({"mean": torch.nn.Linear(2, 1), "act": torch.nn.ReLU()})
    >>> heads["act"], "mean" in heads, list(heads.keys())
    (ReLU(), True, ['mean', 'act'])
    """

    def __init__(self, modules=None):
        super().__init__()
        if modules is not None:
            self.update(modules)

    def __len__(self):
        return len(self._modules)

    def __iter__(self):
        return iter(self._modules)

    def __contains__(self, key):
        return key in self._modules

    def __getitem__(self, key):
        return self._modules[key]

    def __setitem__(self, key, module):
        self.add_module(key, module)

    def __delitem__(self, key):
        del self._modules[key]

    def keys(self):
        """Return the names.

        Returns
        -------
        dict_keys

        Examples
        --------
        >>> import refimpl as torch
        >>> torch.nn.ModuleDict({"a": torch.nn.ReLU()}).keys()
        dict_keys(['a'])
        """
        return self._modules.keys()

    def values(self):
        """Return the modules.

        Returns
        -------
        dict_values

        Examples
        --------
        >>> import refimpl as torch
        >>> torch.nn.ModuleDict({"a": torch.nn.ReLU()}).values()
        dict_values([ReLU()])
        """
        return self._modules.values()

    def items(self):
        """Return the pairs of a name and a module.

        Returns
        -------
        dict_items

        Examples
        --------
        >>> import refimpl as torch
        >>> torch.nn.ModuleDict({"a": torch.nn.ReLU()}).items()
        dict_items([('a', ReLU())])
        """
        return self._modules.items()

    def update(self, modules):
        """Add modules under their names; one that is there takes the new module.

        Parameters
        ----------
        modules : mapping of str to Module, or iterable of pairs

        Raises
        ------
        TypeError, ValueError, KeyError
            As the constructor; ValueError for what is no pair.

        Examples
        --------
        >>> import refimpl as torch
        >>> heads = torch.nn.ModuleDict()
        >>> heads.update([("a", torch.nn.ReLU())])
        >>> heads["a"]
        ReLU()
        """
        _check_iterable("ModuleDict.update", modules)
        if isinstance(modules, (Mapping, ModuleDict)):
            modules = modules.items()
        for at, pair in enumerate(modules):
            if not isinstance(pair, Iterable):
                raise failure(
                    TypeError,
                    f"ModuleDict update sequence element #{at} should be Iterable; is"
                    f"{type(pair).__name__}",
                )
            if len(pair) != 2:
                raise failure(
                    ValueError,
                    f"ModuleDict update sequence element #{at} has length {len(pair)}; 2 is "
                    "required",
                )
            self[pair[0]] = pair[1]

    def pop(self, key):
        """Take a module out and return it.

        Parameters
        ----------
        key : str

        Returns
        -------
        Module

        Raises
        ------
        KeyError
            For a name that is not there.

        Examples
        --------
        >>> import refimpl as torch
        >>> torch.nn.ModuleDict({"a": torch.nn.ReLU()}).pop("a")
        ReLU()
        """
        return self._modules.pop(key)

    def clear(self):
        """Take all modules out.

        Examples
        --------
        >>> import refimpl as torch
        >>> heads = torch.nn.ModuleDict({"a": torch.nn.ReLU()})
        >>> heads.clear()
        >>> len(heads)
        0
        """
        self._modules.clear()
