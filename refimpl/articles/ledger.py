"""Read the ledger: what the articles claim, as data; a broken entry is refused by its id."""

import re
import tomllib
from dataclasses import MISSING, dataclass, fields, replace
from pathlib import Path

KINDS = ("printed-tensor", "formula", "program", "api", "prose")
SOURCES = ("article", "derived")
VERDICTS = (
    "reproduced",
    "confirmed",
    "corrected",
    "restored",
    "misleading",
    "refuted",
    "unverifiable",
)
ERRATA = ("corrected", "restored", "misleading", "refuted")
CHECKS = ("machine", "reading")

NUMBER = re.compile(r"(?<![\w.])[-+]?(?:\d+\.?\d*(?:e[-+]?\d+)?|inf|nan)(?!\w)")


class LedgerError(ValueError):
    """An entry of the ledger cannot be used; the message says which one and what to do.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> from refimpl.articles import LedgerError, load
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     _ = (Path(folder) / "a1.toml").write_text("[article]")
    ...     try:
    ...         load(folder)
    ...     except LedgerError as error:
    ...         print(error)
    a1.toml: holds the tables ['article']; write [article] and [[claim]]
    """


@dataclass(frozen=True)
class Value:
    """A printed value: the article's digits and what the engines have to give.

    Parameters
    ----------
    name : str
        What is printed.
    article : str
        The digits of the article.
    text : str
        What both engines give.
    exact, torch : str
        What refimpl and torch give, where they differ.

    Examples
    --------
    >>> from refimpl.articles import Value
    >>> Value("loss", exact="0.30", torch="0.31").expected("torch")
    '0.31'
    """

    name: str
    article: str = ""
    text: str = ""
    exact: str = ""
    torch: str = ""

    def expected(self, engine):
        """Return the text that an engine has to give.

        Parameters
        ----------
        engine : {"torch", "refimpl"}

        Returns
        -------
        str

        Examples
        --------
        >>> from refimpl.articles import Value
        >>> Value("loss", text="0.5").expected("refimpl")
        '0.5'
        """
        return self.text or (self.torch if engine == "torch" else self.exact)


@dataclass(frozen=True)
class Claim:
    """A sentence, formula, program or print of an article, and the verdict on it.

    Parameters
    ----------
    id, kind, source, statement, verdict, why, check : str
        Such as ``"A1-C01"``; what it is; who says it; its words; the verdict and the reason; how it
        is checked.
    refimpl : str
        ``"torch only: "`` and the reason, where refimpl cannot check it.
    formula : str
        The label of the formula that is meant.
    gallery : list of str
        The examples that show it.
    value : list of Value
        What is printed.

    Examples
    --------
    >>> from refimpl.articles import load
    >>> claim = load()[0].claims[0]
    >>> claim.id, claim.verdict
    ('A1-C01', 'corrected')
    """

    id: str
    kind: str
    source: str
    statement: str
    verdict: str
    why: str
    check: str
    refimpl: str = ""
    formula: str = ""
    gallery: list = ()
    value: list = ()


@dataclass(frozen=True)
class Article:
    """An article under its neutral title, with its claims in reading order.

    Parameters
    ----------
    id, title, teaches : str
        Such as ``"A1"``; the title; what a reader learns.
    claims : tuple of Claim

    Examples
    --------
    >>> from refimpl.articles import load
    >>> [article.id for article in load()]
    ['A1', 'A2', 'A3', 'A4', 'A5']
    """

    id: str
    title: str
    teaches: str
    claims: tuple = ()


def numbers(text):
    """Return the numbers in `text` as they are written; layout and names do not count.

    >>> from refimpl.articles.ledger import numbers
    >>> numbers("tensor([[ 0.5283, -0.0484]], grad_fn=<SoftmaxBackward0>)")
    ['0.5283', '-0.0484']
    """
    return NUMBER.findall(text)


def load(folder=Path(__file__).parent):
    """Return every `Article` of a folder, in the order of the names of their files.

    Parameters
    ----------
    folder : str or Path
        Holds the files ``a1.toml``, ``a2.toml`` and so on; by default the articles of this project.

    Returns
    -------
    list of Article

    Raises
    ------
    LedgerError
        For an entry that cannot be used.

    Examples
    --------
    >>> from refimpl.articles import load
    >>> sum(len(article.claims) for article in load()) > 100
    True
    """
    articles = [read(path) for path in sorted(Path(folder).glob("a*.toml"))]
    seen = set()
    for claim in (claim for article in articles for claim in article.claims):
        if claim.id in seen:
            raise LedgerError(f"{claim.id}: the id stands twice; number the second entry anew")
        seen.add(claim.id)
    return articles


def read(path):
    """Return the `Article` of one file, every entry validated."""
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise LedgerError(f"{path.name}: not TOML: {error}") from error
    if set(tables) != {"article", "claim"}:
        raise LedgerError(
            f"{path.name}: holds the tables {sorted(tables)}; write [article] and [[claim]]"
        )
    article = _fill(Article, tables["article"], path.name)
    if article.id.lower() != path.stem:
        raise LedgerError(f"{path.name}: the article's id is {article.id}; rename one of them")
    return replace(article, claims=tuple(_claim(table, article) for table in tables["claim"]))


def _claim(table, article):
    where = table.get("id", f"{article.id}, an entry without id")
    claim = _fill(Claim, table, where)
    if not re.fullmatch(article.id + r"-C\d\d", claim.id):
        raise LedgerError(f"{where}: the id has the form {article.id}-C01; rename the entry")
    for key, known in (
        ("kind", KINDS),
        ("source", SOURCES),
        ("verdict", VERDICTS),
        ("check", CHECKS),
    ):
        if getattr(claim, key) not in known:
            raise LedgerError(
                f"{where}: unknown {key} {getattr(claim, key)!r}; write one of {', '.join(known)}"
            )
    values = tuple(_value(value, where) for value in claim.value)
    claim = replace(claim, value=values, gallery=tuple(claim.gallery))
    names = [value.name for value in values]
    if len(set(names)) < len(names):
        raise LedgerError(f"{where}: two values have the same name; rename one")
    if claim.check == "reading" and (values or claim.refimpl):
        raise LedgerError(f"{where}: nothing is computed for a reading; drop its values")
    if claim.refimpl and not re.match("torch only: .", claim.refimpl):
        raise LedgerError(f'{where}: refimpl has the form "torch only: reason"; give the reason')
    if claim.verdict == "reproduced":
        _digits_agree(claim)
    return claim


def _value(table, where):
    value = _fill(Value, table, f"{where}, value {table.get('name', 'without name')!r}")
    if bool(value.text) == bool(value.exact or value.torch):
        raise LedgerError(f"{where}: {value.name!r} needs either text or both exact and torch")
    if not value.text and not (value.exact and value.torch):
        raise LedgerError(f"{where}: {value.name!r} has one of exact and torch; store both")
    if not value.text and value.exact == value.torch:
        raise LedgerError(f"{where}: {value.name!r}: exact and torch are equal; write text")
    return value


def _digits_agree(claim):
    printed = [value for value in claim.value if value.article]
    if not printed:
        raise LedgerError(
            f"{claim.id}: reproduced, but no value holds the article's print; add article = ..."
        )
    for value in printed:
        if numbers(value.article) != numbers(value.expected("torch")):
            raise LedgerError(
                f"{claim.id}: reproduced, but the article's {value.article!r} has other numbers "
                f"than {value.expected('torch')!r}; correct one of them or the verdict"
            )


def _fill(cls, table, where):
    known = {field.name: field for field in fields(cls) if field.name != "claims"}
    for key, value in table.items():
        if key not in known:
            raise LedgerError(f"{where}: unknown key {key!r}; write one of {', '.join(known)}")
        if not isinstance(value, known[key].type) or not value:
            raise LedgerError(
                f"{where}: {key} is {value!r}; write a {known[key].type.__name__} with content"
            )
    for key, field in known.items():
        if field.default is MISSING and key not in table:
            hint = " (the reason)" if (key, table.get("verdict")) == ("why", "unverifiable") else ""
            raise LedgerError(f"{where}: {key}{hint} is missing; add it")
    return cls(**table)
