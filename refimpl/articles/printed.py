"""Compare what an object prints with a text, and show both when they differ."""


def assert_prints(obj, text):
    """Raise AssertionError with both texts unless ``print(obj)`` shows `text`.

    Parameters
    ----------
    obj : object
    text : str
        Line breaks around it do not count, so that a tensor may start on a line of its own.

    Raises
    ------
    AssertionError
        Where something else is printed.

    Examples
    --------
    >>> from refimpl.articles import assert_prints
    >>> assert_prints([1, 2], "[1, 2]")
    >>> assert_prints([1, 2], "[1, 3]")
    Traceback (most recent call last):
        ...
    AssertionError: expected
    [1, 3]
    but this is printed
    [1, 2]
    """
    printed, expected = str(obj), text.strip("\n")
    if printed != expected:
        raise AssertionError(f"expected\n{expected}\nbut this is printed\n{printed}")
