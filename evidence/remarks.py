"""Remarks on differences between exact limit, torch and refimpl that several records make."""

FORMULA_REFUSES = (
    "torch lets no integer tensor require a gradient; here the formula itself refuses."
)
ROUNDED_ONCE = "torch rounds to float16 on the way, refimpl once, at the end."
HALF_IS_A_TIE = (
    "Half of the least number is a tie, and the exact value is larger by less than float64 tells."
)
INFINITY_TIMES_ZERO = "Infinity times 0 is nan; refimpl follows torch."
INTEGERS_REFUSED = "Integers are refused; the limit is that of the same real numbers."
SPREADING_NAN = (
    "Infinity minus infinity, the winner against itself, is nan and spreads through the slice; "
    "refimpl follows torch."
)
NOT_ON_THAT_ENTRY = "The slope does not depend on the entry that is nan."


def everywhere(text, *edges):
    """Remark on value and gradient of several edges."""
    return {f"{edge}, {quantity}": text for edge in edges for quantity in ("value", "gradient")}
