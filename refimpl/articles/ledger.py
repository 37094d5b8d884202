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
# What went wrong in a sentence of the errata, and in words; the errata are grouped by it.
SLIPS = {
    "formula": "A slip in a formula or a number",
    "taken for another": "One thing taken for another",
    "too general": "Right under conditions only",
    "not so": "Not so, when reckoned or measured",
    "numerics": "A recipe that fails in floating point",
    "program": "A program that does something else, or works in vain",
    "call": "A call that is another one today",
    "lost": "Lost in the copy",
}
CHECKS = ("machine", "reading")
IMAGES = "Fashion-MNIST"

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
    slip : str
        What went wrong, a key of `SLIPS`, where the verdict finds a fault.
    refimpl : str
        ``"torch only: "`` and the reason, where refimpl cannot check it.
    images : str
        ``"Fashion-MNIST"``, where the check trains on those pictures.
    formula : str
        The right formula, in TeX.
    shown : str
        The formula of the article, in TeX, where it differs: the slip is underlined.
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
    slip: str = ""
    refimpl: str = ""
    images: str = ""
    formula: str = ""
    shown: str = ""
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


def load(folder=None):
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
        For a folder that is not there, and a file or an entry that cannot be used.

    Examples
    --------
    >>> from refimpl.articles import load
    >>> sum(len(article.claims) for article in load()) > 100
    True
    """
    folder = Path(__file__).parent if folder is None else Path(folder)
    if not folder.is_dir():
        raise LedgerError(f"{folder}: no such folder; give the one with a1.toml, a2.toml ...")
    articles = [read(path) for path in sorted(folder.glob("a*.toml"))]
    seen = set()
    for claim in (claim for article in articles for claim in article.claims):
        if claim.id in seen:
            raise LedgerError(f"{claim.id}: the id stands twice; number the second entry anew")
        seen.add(claim.id)
    return articles


def read(path):
    """Return the `Article` of one file, every entry validated."""
    tables = _tables(path)
    if set(tables) != {"article", "claim"}:
        raise LedgerError(
            f"{path.name}: holds the tables {sorted(tables)}; write [article] and [[claim]]"
        )
    _check_tables([tables["article"]], f"{path.name}: article", "[article]")
    _check_tables(tables["claim"], f"{path.name}: claim", "[[claim]]")
    article = _fill(Article, tables["article"], path.name)
    if not re.fullmatch(r"A\d+", article.id):
        raise LedgerError(f"{path.name}: the article's id is {article.id!r}; write A1, A2 ...")
    if article.id.lower() != path.stem:
        raise LedgerError(f"{path.name}: the article's id is {article.id}; rename one of them")
    claims = [_claim(table, article, n) for n, table in enumerate(tables["claim"], 1)]
    return replace(article, claims=tuple(claims))


def _tables(path):
    """Return what the file holds; say where it cannot be read."""
    try:
        data = path.read_bytes()
        return tomllib.loads(data.decode("utf-8"))
    except OSError as error:
        raise LedgerError(f"{path.name}: cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise LedgerError(
            f"{path.name}: not UTF-8: {error.reason} (at line {line}); save it in that encoding"
        ) from error
    except (ValueError, RecursionError) as error:  # a number or a nesting beyond Python's limit too
        raise LedgerError(f"{path.name}: not TOML: {error}") from error


def _check_tables(tables, where, wanted):
    """Refuse all but a list of tables; a TOML file may hold anything under a name."""
    if not isinstance(tables, list) or not tables:
        raise LedgerError(f"{where} is {_short(tables)}; write {wanted} before each entry")
    for n, table in enumerate(tables, 1):
        if not isinstance(table, dict):
            nth = f" {n}" if wanted.startswith("[[") else ""
            raise LedgerError(f"{where}{nth} is {_short(table)}; write it as a table {wanted}")


def _short(value):
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."


def _claim(table, article, number):
    where = table.get("id")
    if not _has_content(where, str):
        where = f"{article.id}, an entry without id (number {number})"
    claim = _fill(Claim, table, where)
    if not re.fullmatch(article.id + r"-C\d\d", claim.id):
        raise LedgerError(f"{where}: the id has the form {article.id}-C01; rename the entry")
    _check_words(claim)
    claim = replace(claim, value=_values(claim), gallery=_gallery(claim))
    if claim.images not in ("", IMAGES):
        raise LedgerError(f"{where}: images is {claim.images!r}; write {IMAGES!r}, or nothing")
    if claim.check == "reading" and (claim.value or claim.refimpl):
        raise LedgerError(f"{where}: nothing is computed for a reading; drop its values")
    if claim.shown and not claim.formula:
        raise LedgerError(f"{where}: shown stands beside the right formula; add formula")
    if claim.refimpl and not re.match(r"torch only: \S", claim.refimpl):
        raise LedgerError(f'{where}: refimpl has the form "torch only: reason"; give the reason')
    if claim.verdict == "reproduced":
        _digits_agree(claim)
    return claim


def _check_words(claim):
    """Refuse a word that is not among the known ones, and a slip where nothing went wrong."""
    known = {"kind": KINDS, "source": SOURCES, "verdict": VERDICTS, "check": CHECKS}
    if claim.slip:
        known["slip"] = SLIPS
    for key, words in known.items():
        if getattr(claim, key) not in words:
            raise LedgerError(
                f"{claim.id}: unknown {key} {getattr(claim, key)!r}; "
                f"write one of {', '.join(words)}"
            )
    if claim.slip and claim.verdict not in ERRATA:
        raise LedgerError(f"{claim.id}: {claim.verdict}, so nothing went wrong; drop its slip")


def _gallery(claim):
    for n, name in enumerate(claim.gallery, 1):
        if not _has_content(name, str):
            raise LedgerError(
                f"{claim.id}: gallery {n} is {_short(name)}; write a str with content"
            )
    return tuple(claim.gallery)


def _values(claim):
    if claim.value:
        _check_tables(claim.value, f"{claim.id}: value", "[[claim.value]]")
    values = tuple(_value(table, claim.id, n) for n, table in enumerate(claim.value, 1))
    names = [value.name for value in values]
    if len(set(names)) < len(names):
        raise LedgerError(f"{claim.id}: two values have the same name; rename one")
    return values


def _value(table, where, number):
    name = table.get("name")
    title = repr(name) if _has_content(name, str) else f"'without name' (number {number})"
    value = _fill(Value, table, f"{where}, value {title}")
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


def _has_content(value, kind):
    """Say whether a value has the right type and holds more than blanks."""
    return isinstance(value, kind) and bool(value.strip() if isinstance(value, str) else value)


def _fill(cls, table, where):
    known = {field.name: field for field in fields(cls) if field.name != "claims"}
    for key, value in table.items():
        if key not in known:
            raise LedgerError(f"{where}: unknown key {key!r}; write one of {', '.join(known)}")
        if not _has_content(value, known[key].type):
            raise LedgerError(
                f"{where}: {key} is {_short(value)}; "
                f"write a {known[key].type.__name__} with content"
            )
    for key, field in known.items():
        if field.default is MISSING and key not in table:
            hint = " (the reason)" if (key, table.get("verdict")) == ("why", "unverifiable") else ""
            raise LedgerError(f"{where}: {key}{hint} is missing; add it")
    return cls(**table)
