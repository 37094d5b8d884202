"""Columns, rows and matrices of exact numbers, with no broadcasting: shapes must fit."""


class ShapeError(ValueError):
    """Two shapes do not go together."""


class Array:
    """A `column`, a `row` or a `matrix`; the three are told apart whatever their size."""

    def __init__(self, rows, kind):
        self.rows, self.kind = rows, kind

    @classmethod
    def column(cls, entries):
        return cls([[entry] for entry in entries], "column")

    @property
    def shape(self):
        return self.kind, len(self.rows), len(self.rows[0])

    @property
    def entries(self):
        return [entry for row in self.rows for entry in row]

    def map(self, function):
        return Array([[function(entry) for entry in row] for row in self.rows], self.kind)

    def zip(self, other, function):
        if not isinstance(other, Array) or self.shape != other.shape:
            raise ShapeError(f"{describe(self)} meets {describe(other)}")
        pairs = zip(self.rows, other.rows, strict=True)
        rows = [[function(a, b) for a, b in zip(r, s, strict=True)] for r, s in pairs]
        return Array(rows, self.kind)

    def transposed(self):
        kind = {"column": "row", "row": "column", "matrix": "matrix"}[self.kind]
        return Array([list(column) for column in zip(*self.rows, strict=True)], kind)

    def item(self, *places):
        at = places if self.kind == "matrix" else (*places, 1)
        at = at[::-1] if self.kind == "row" else at
        if len(at) != 2:
            raise ShapeError(f"{describe(self)} takes other subscripts than {places}")
        row, column = at
        if not (1 <= row <= len(self.rows) and 1 <= column <= len(self.rows[0])):
            raise ShapeError(f"subscript {places} is outside {describe(self)}")
        return self.rows[row - 1][column - 1]

    def with_item(self, places, value):
        copy = [list(row) for row in self.rows]
        row, column = places if self.kind == "matrix" else (places[0], 1)
        copy[row - 1][column - 1] = value
        return Array(copy, self.kind)


def describe(value):
    if not isinstance(value, Array):
        return "a number"
    kind, rows, columns = value.shape
    return f"a {kind} of {rows} × {columns}"


def add(a, b):
    if isinstance(a, Array):
        return a.zip(b, lambda x, y: x + y)
    if isinstance(b, Array):
        raise ShapeError(f"a number is added to {describe(b)}")
    return a + b


def negative(a):
    return a.map(lambda x: -x) if isinstance(a, Array) else -a


PRODUCTS = {
    ("row", "column"): "number",
    ("column", "row"): "matrix",
    ("matrix", "column"): "column",
    ("row", "matrix"): "row",
    ("matrix", "matrix"): "matrix",
}


def multiply(a, b):
    if not isinstance(a, Array):
        return b.map(lambda x: a * x) if isinstance(b, Array) else a * b
    if not isinstance(b, Array):
        return a.map(lambda x: x * b)
    kind = PRODUCTS.get((a.kind, b.kind))
    if kind is None or len(a.rows[0]) != len(b.rows):
        raise ShapeError(f"{describe(a)} times {describe(b)} has no meaning")
    columns = list(zip(*b.rows, strict=True))
    rows = [
        [sum((x * y for x, y in zip(row, column, strict=True)), 0) for column in columns]
        for row in a.rows
    ]
    return rows[0][0] if kind == "number" else Array(rows, kind)
