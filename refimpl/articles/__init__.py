"""The ledger: what the articles claim, the verdicts, the evidence."""

from refimpl.articles.ledger import Article, Claim, LedgerError, Value, load
from refimpl.articles.printed import assert_prints

__all__ = ["Article", "Claim", "LedgerError", "Value", "assert_prints", "load"]
