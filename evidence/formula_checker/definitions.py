"""What ``:=`` binds: a name, a function of declared symbols, an entry of a vector or matrix."""

from dataclasses import dataclass

from evidence.formula_checker.syntax import free_indices
from evidence.formula_checker.tex import TexError


@dataclass
class Definition:
    """``name(parameters)_places := body``."""

    name: str
    parameters: list
    places: list
    body: object

    @property
    def fixed(self):
        """Return the subscripts that are numbers: ``x_1 := a`` defines one entry only."""
        return [str(place.children[0]) for place in self.places if place.data == "number"]


def definition(side, body):
    """Turn the trees of both sides of ``:=`` into a `Definition`."""
    places = []
    if side.data == "item":
        side, subscript = side.children
        places = subscript.children
    name, parameters = name_and_parameters(side)
    check_places(places, body)
    return Definition(name, parameters, places, body)


def name_and_parameters(side):
    """Read ``name`` or ``name(arguments)``."""
    if side.data not in {"symbol", "apply"}:
        raise TexError("the left of := is a name, name(arguments) or name with subscripts")
    name, *parameters = side.children
    if any(p.data != "symbol" for p in parameters):
        raise TexError("the arguments in a definition are declared symbols")
    return str(name), [str(p.children[0]) for p in parameters]


def check_places(places, body):
    """Raise unless the subscripts are indices or numbers, and bind all indices of the body."""
    if any(p.data not in {"index", "number"} for p in places):
        raise TexError("the subscripts in a definition are indices or numbers")
    named = {str(p.children[0]) for p in places if p.data == "index"}
    loose = free_indices(body) - named
    if loose:
        raise TexError(f"the index {', '.join(sorted(loose))} is bound by nothing")


def define(statement, symbols, definitions):
    """Add the definition that a statement makes to `definitions`: name -> list."""
    if statement.conditions:
        raise TexError("a definition holds everywhere; write cases instead of a condition")
    found = definition(statement.sides[0], statement.sides[1])
    if found.name not in symbols.by_name:
        raise TexError(f"{found.name} is not declared on this page")
    before = definitions.setdefault(found.name, [])
    if any(other.fixed == found.fixed for other in before):
        raise TexError(f"{found.name} is defined twice")
    before.append(found)
