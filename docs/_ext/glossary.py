"""The terms of both languages: one term, one translation, from docs/glossary/terms.toml."""

import functools
import re
import tomllib
from pathlib import Path

FILE = Path(__file__).resolve().parents[1] / "glossary/terms.toml"


@functools.cache
def terms():
    """Return the terms, the longest English first, so that it is the one that is meant."""
    listed = tomllib.loads(FILE.read_text("utf-8"))["term"]
    return sorted(listed, key=lambda term: -max(map(len, term["en"])))


def sources():
    """Return what the terms name as their sources."""
    return tomllib.loads(FILE.read_text("utf-8"))["sources"]


@functools.cache
def pattern(term):
    """Return what matches a term or its plural in an English text."""
    spelled = re.escape(term).replace(r"\ ", r"[\s-]").replace(r"\-", r"[\s-]")
    return re.compile(rf"(?<![\w-]){spelled}(?:e?s)?(?![\w-])", re.IGNORECASE)


def faults(source, target):
    """Say which terms of a source are not translated as the glossary has them."""
    told = []
    for term in terms():
        found = [p for p in map(pattern, term["en"]) if p.search(source)]
        for each in found:
            source = each.sub("\0", source)
        said = [term["zh"], *term.get("also", ())]
        if found and term.get("always") and not any(zh in target for zh in said):
            told.append(f"the glossary has {term['en'][0]} = {' or '.join(said)}")
        for other in term.get("never", ()) if found else ():
            if other in target:
                told.append(f"{term['en'][0]} is {term['zh']} here, not {other}")
    return told
