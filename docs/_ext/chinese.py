"""What is wrong with a Chinese message: its markup, its style, its terms.

`faults` compares a translation with its source. What the build would take for something else, in
silence, is found before: a sentence that begins like a list, bold beside a Chinese mark, a formula
or a link that changed.
"""

import re
from collections import Counter

import autocorrect_py
import glossary
from markup import ITEM, MarkupError, parse, parse_source

CJK = r"[\u3400-\u4dbf\u4e00-\u9fff]"
CLOSED = "，。；：？！、（）《》「」『』"  # marks that have their blank in themselves
MARKS = f"{CLOSED}…—"
NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
PLACEHOLDER = re.compile(r"\{[\w-]+\}|%\(\w+\)s|%s")
LETTER = "Z"  # stands for code and formulas where the style is judged
TITLES = (LETTER, "\u5b57")  # a title that a link takes over may be Latin or Chinese
TITLE_ROLES = ("role doc", "role ref")
# What is looked for in the text, and what is wrong with it.
STYLE = (
    (rf"{CJK}\s+{CJK}", "a space between Chinese characters"),
    (rf"\s[{CLOSED}]|[{CLOSED}]\s", "a space beside a Chinese mark"),
    (rf"{CJK}\s*[,;!?]|[,;!?]\s*{CJK}", "a half-width mark in a Chinese sentence"),
    (rf"{CJK}[:.](?!\w)|[:.]\s*{CJK}", "a half-width mark in a Chinese sentence"),
    (rf"\([^()]*{CJK}[^()]*\)", "half-width parentheses around Chinese"),
    (rf"[“”‘’]|\"[^\"]*{CJK}[^\"]*\"", "other quotation marks than 「」"),
    (
        r"(?<!\d)\*\*|\*\*(?!\d)|(?<![\w*])\*(?=\S)",
        "asterisks that are no markup, as of bold that ends with a mark",
    ),
    (
        r"[「（][，。；：？！、）」]|[，；：、][，。；：？！、]|[？！][，。；：、]",
        "two marks that do not go together",
    ),
    (r"\n", "a line break"),
    ("您", "您 where the site says 你"),
)


def flat(parts):
    """Return all items among the parts of a message, those inside others too."""
    items = [part for part in parts if not isinstance(part, str)]
    return items + [item for each in items for item in flat(each.inside or ())]


def marked(parts):
    """Count what has to be the same in both languages."""
    return Counter((item.kind, item.content) for item in flat(parts))


def text(parts, shown=LETTER, title=LETTER):
    """Return what is read: a letter for what is no words, a title for a link that takes it over."""
    return "".join(part if isinstance(part, str) else read(part, shown, title) for part in parts)


def read(item, shown, title):
    """Return what is read of an item."""
    if item.inside:
        return text(item.inside, shown, title)
    if item.kind == "tag":
        return ""
    return title if item.inside == () or item.kind in TITLE_ROLES else shown


def differences(wanted, found):
    """Say what is missing and what is too much."""
    missing, extra = wanted - found, found - wanted
    told = [f"{kind} missing: {content}" for kind, content in missing.elements()]
    return told + [f"{kind} too many: {content}" for kind, content in extra.elements()]


def numbers(words):
    """Count the numbers among the words."""
    return Counter(("number", found) for found in NUMBER.findall(PLACEHOLDER.sub(" ", words)))


def placeholders(message):
    """Count the placeholders."""
    return Counter(("placeholder", found) for found in PLACEHOLDER.findall(message))


def style_faults(shown):
    """Say which rules of the style a text breaks."""
    shown = PLACEHOLDER.sub(LETTER, ITEM.sub("", shown).lstrip())
    told = [
        f"{fault}: {shown[max(found.start() - 6, 0) : found.end() + 6]!r}"
        for rule, fault in STYLE
        for found in [re.search(rule, shown)]
        if found
    ]
    better = autocorrect_py.format(shown)
    return told or ([f"spacing or marks: write {better}"] if better != shown else [])


def bold_faults(parts):
    """Say which bold parts begin or end with a mark: beside letters they are not paired."""
    said = [text(item.inside) for item in flat(parts) if item.kind in ("bold", "emphasis")]
    wrong = [words for words in said if words[:1] in MARKS or words[-1:] in MARKS]
    return [f"bold begins or ends with a mark: {words}" for words in wrong]


def faults(message, translation, markup):
    """Return what is wrong with a translation, in sentences; nothing when it is right."""
    if not translation.strip():
        return ["it is empty"]
    if translation == message:
        return ["it is the English text; a name that stays goes into docs/_ext/unchanged.txt"]
    source = parse_source(message, markup)
    try:
        target = parse(translation, markup)
    except MarkupError as broken:
        return [str(broken)]
    said, meant = text(source, " "), text(target, " ")
    told = differences(marked(source), marked(target))
    told += differences(numbers(said), numbers(meant))
    told += differences(placeholders(message), placeholders(translation))
    told += bold_faults(target)
    told += min((style_faults(text(target, title=title)) for title in TITLES), key=len)
    return told + glossary.faults(said, meant)
