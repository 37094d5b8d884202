"""The ledger: what the articles claim, the verdicts, the evidence."""

from refimpl.articles.ledger import Article, Claim, LedgerError, Value, load
from refimpl.articles.pictures import Pictures, pictures
from refimpl.articles.printed import assert_prints
from refimpl.articles.published import published_losses

__all__ = [
    "Article",
    "Claim",
    "LedgerError",
    "Pictures",
    "Value",
    "assert_prints",
    "load",
    "pictures",
    "published_losses",
]
