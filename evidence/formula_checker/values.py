"""Columns, rows and matrices of exact numbers, with no broadcasting: shapes must fit."""


class ShapeError(ValueError):
    """Two shapes do not go together."""


class Array:
    """A `column`, a `row` or a `matrix`; the three are told apart whatever their size."""

    def __init__(self, rows, kind):
        self.rows, self.kind = rows, kind

    @classmethod
    def column(cls, entries):
        """Make a column of numbers."""
        return cls([[entry] for entry in entries], "column")

    @property
    def shape(self):
        """Return the kind and the numbers of rows and columns."""
        return self.kind, len(self.rows), len(self.rows[0])

    @property
    def entries(self):
        """Return all entries in one list, row by row."""
        return [entry for row in self.rows for entry in row]

    def map(self, function):
        """Apply a function to every entry."""
        return Array([[function(entry) for entry in row] for row in self.rows], self.kind)

    def zip(self, other, function):
        """Apply a function to every pair of entries of two arrays of one shape."""
        if not isinstance(other, Array) or self.shape != other.shape:
            raise ShapeError(f"{describe(self)} meets {describe(other)}")
        pairs = zip(self.rows, other.rows, strict=True)
        rows = [[function(a, b) for a, b in zip(r, s, strict=True)] for r, s in pairs]
        return Array(rows, self.kind)

    def transposed(self):
        """Turn rows into columns."""
        kind = {"column": "row", "row": "column", "matrix": "matrix"}[self.kind]
        return Array([list(column) for column in zip(*self.rows, strict=True)], kind)

    def item(self, *places):
        """Return one entry; places count from 1."""
        at = places if self.kind == "matrix" else (*places, 1)
        at = at[::-1] if self.kind == "row" else at
        if len(at) != 2:
            raise ShapeError(f"{describe(self)} takes other subscripts than {places}")
        row, column = at
        if not (1 <= row <= len(self.rows) and 1 <= column <= len(self.rows[0])):
            raise ShapeError(f"subscript {places} is outside {describe(self)}")
        return self.rows[row - 1][column - 1]

    def with_item(self, places, value):
        """Return a copy in which one entry is another."""
        copy = [list(row) for row in self.rows]
        row, column = places if self.kind == "matrix" else (places[0], 1)
        copy[row - 1][column - 1] = value
        return Array(copy, self.kind)


def describe(value):
    """Say in words what shape a value has."""
    if not isinstance(value, Array):
        return "a number"
    kind, rows, columns = value.shape
    return f"a {kind} of {rows} × {columns}"


def add(a, b):
    """Return a + b of two numbers, or of two arrays of one shape."""
    if isinstance(a, Array):
        return a.zip(b, lambda x, y: x + y)
    if isinstance(b, Array):
        raise ShapeError(f"a number is added to {describe(b)}")
    return a + b


def negative(a):
    """Return -a."""
    return a.map(lambda x: -x) if isinstance(a, Array) else -a


PRODUCTS = {
    ("row", "column"): "number",
    ("column", "row"): "matrix",
    ("matrix", "column"): "column",
    ("row", "matrix"): "row",
    ("matrix", "matrix"): "matrix",
}


def multiply(a, b):
    """Return the product of two numbers, of a number and an array, or of two arrays that fit."""
    if not isinstance(a, Array):
        return b.map(lambda x: a * x) if isinstance(b, Array) else a * b
    return product(a, b) if isinstance(b, Array) else a.map(lambda x: x * b)


def product(a, b):
    """Return the matrix product of two arrays; a row times a column is a number."""
    kind = PRODUCTS.get((a.kind, b.kind))
    if kind is None or len(a.rows[0]) != len(b.rows):
        raise ShapeError(f"{describe(a)} times {describe(b)} has no meaning")
    columns = list(zip(*b.rows, strict=True))
    rows = [[dot(row, column) for column in columns] for row in a.rows]
    return rows[0][0] if kind == "number" else Array(rows, kind)


def dot(row, column):
    """Return the sum of the products of two lists of numbers."""
    return sum((x * y for x, y in zip(row, column, strict=True)), 0)
