"""Is one relation true of two values, and how closely?"""

from dataclasses import dataclass, field

from mpmath import mp

from evidence.formula_checker.tex import TexError
from evidence.formula_checker.values import Array, ShapeError

TOLERANCE = mp.mpf(10) ** -30  # ten digits above what derivatives lose


@dataclass
class Link:
    """One relation of a chain, and what is known of it.

    `points` counts where it was found true, `deviation` is the largest distance of the sides of an
    equation, `gap` the smallest of an inequality.
    """

    text: str
    relation: str
    points: int = 0
    deviation: object = field(default_factory=lambda: mp.mpf(0))
    gap: object = mp.inf
    proved: bool = False


@dataclass
class Comparison:
    """Compares two values as a link says, and notes in the link how closely it holds.

    `right_node` is the tree of the right side. `plain` says that the values are of ordinary size,
    `small` that there is only one of something, where an inequality is often an equation.
    """

    link: Link
    right_node: object
    plain: bool
    small: bool

    def holds(self, left, right):
        """Say whether the relation is true of these values."""
        tests = {"=": self.equal, "~": self.near, "!=": self.different, "psd": self.semidefinite}
        return tests.get(self.link.relation, self.ordered)(left, right)

    def equal(self, left, right):
        """Say whether two values are equal to thirty digits."""
        deviation = distance(left, right)
        self.link.deviation = max(self.link.deviation, deviation)
        return deviation <= TOLERANCE

    def near(self, left, right):
        """Say whether a displayed decimal number is the value, rounded."""
        unit = last_digit(self.right_node)
        return abs(left - right) <= unit / 2 * (1 + mp.mpf(10) ** -9)

    def different(self, left, right):
        """Say whether two values differ."""
        return distance(left, right) > TOLERANCE

    def semidefinite(self, left, right):
        """Say whether a matrix has no negative eigenvalue."""
        if not is_number(right) or right != 0:
            raise ShapeError("⪰ stands before 0 only")
        least = smallest_eigenvalue(left)
        if self.plain and not self.small:
            self.link.gap = min(self.link.gap, abs(least))
        return least >= -TOLERANCE

    def ordered(self, left, right):
        """Say whether an inequality is true of two numbers, or of every entry."""
        relation = self.link.relation
        if relation in {">", ">="}:
            left, right = right, left
        gaps = [b - a for a, b in pairs_of(left, right)]
        if not self.small:
            self.link.gap = min(self.link.gap, *gaps)
        if relation in {"<", ">"} and self.plain:  # else the difference may be beyond the digits
            return min(gaps) > 0
        scale = max(1, abs(left)) if is_number(left) else 1
        return min(gaps) >= -TOLERANCE * scale


def is_number(value):
    """Say whether a value is a number, not an array."""
    return not isinstance(value, Array)


def distance(left, right):
    """Return |left − right| relative to the larger, or to one where both are small."""
    if is_number(left) != is_number(right) and right != 0:
        raise ShapeError(f"the sides differ in shape: {show(left)} and {show(right)}")
    if not is_number(left):
        return max(distance(a, b) for a, b in pairs_of(left, right))
    if left == right:
        return mp.mpf(0)
    return abs(left - right) / max(1, abs(left), abs(right))


def pairs_of(left, right):
    """Return the pairs of numbers that are compared; a lone 0 stands beside every entry."""
    if is_number(left) and is_number(right):
        return [(left, right)]
    if is_number(left) or is_number(right):
        return pairs_with_zero(left, right)
    return left.zip(right, lambda a, b: (a, b)).entries


def pairs_with_zero(left, right):
    """Return the pairs of the entries of one array and the 0 beside it."""
    if (left if is_number(left) else right) != 0:
        raise ShapeError("a vector is compared with a number other than 0")
    if is_number(left):
        return [(left, entry) for entry in right.entries]
    return [(entry, right) for entry in left.entries]


def smallest_eigenvalue(matrix):
    """Return the smallest eigenvalue of a symmetric matrix, relative to its largest entry."""
    if is_number(matrix) or matrix.kind != "matrix" or len(matrix.rows) != len(matrix.rows[0]):
        raise ShapeError("⪰ 0 is said of a square matrix")
    largest = max(1, max(abs(entry) for entry in matrix.entries))
    if distance(matrix, matrix.transposed()) > TOLERANCE:
        raise ShapeError("⪰ 0 is said of a symmetric matrix")
    return min(mp.eigsy(mp.matrix(matrix.rows), eigvals_only=True)) / largest


def last_digit(node):
    """Return the unit of the last digit of a displayed decimal number, such as 0.01 of 2.50."""
    match node.data:
        case "number":
            _, _, decimals = str(node.children[0]).partition(".")
            return mp.mpf(10) ** -len(decimals)
        case "neg":
            return last_digit(node.children[0])
        case "mul":
            return last_digit(node.children[0]) * power_of_number(node.children[1])
    raise not_decimal()


def power_of_number(node):
    r"""Return the value of ``10^{-3}``, the second factor of a displayed number."""
    if node.data != "power":
        raise not_decimal()
    base, exponent = node.children
    sign = 1
    if exponent.data == "neg":
        sign, exponent = -1, exponent.children[0]
    if not base.data == exponent.data == "number":
        raise not_decimal()
    return mp.mpf(str(base.children[0])) ** (sign * int(exponent.children[0]))


def not_decimal():
    """Make the error for what is no displayed decimal number."""
    return TexError("≈ needs a decimal number on its right")


def show(value):
    """Write a value in a few digits."""
    if not isinstance(value, Array):
        return mp.nstr(mp.mpf(value), 8)
    if value.kind == "column":
        return in_brackets(value.entries)
    return "(" + ", ".join(in_brackets(row) for row in value.rows) + ")"


def in_brackets(entries):
    """Write a list of numbers in a few digits."""
    return "(" + ", ".join(mp.nstr(entry, 4) for entry in entries) + ")"
