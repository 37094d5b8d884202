"""What others have published of the articles' programs, read from the ledger."""

from refimpl.articles.ledger import load, numbers


def published_losses():
    """Return the losses that others published of A4's program, a list for each epoch (A4-C42).

    Returns
    -------
    list of list of float
        Ten epochs, each in three public logs.

    Raises
    ------
    LedgerError
        Where the ledger cannot be read.

    Examples
    --------
    >>> from refimpl.articles import published_losses
    >>> published_losses()[0]
    [0.786, 0.7861, 0.7859]
    """
    claims = {claim.id: claim for article in load() for claim in article.claims}
    table = [line for line in claims["A4-C42"].statement.splitlines() if line.startswith("| ")]
    return [[float(text) for text in numbers(row.split("|")[2])] for row in table[2:]]
