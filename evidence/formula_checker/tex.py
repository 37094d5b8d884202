r"""TeX text -> typed tokens.

The declarations of the page decide what a name is: ``p(1-p)`` is a product where ``p`` is a vector
and an application where ``p`` is a function. So the grammar itself never has to guess.

The text is cut into pieces (`scan`). Then each of four walks goes over the pieces once: fonts are
joined with their names, scripts get their braces, alignments are dropped, and every piece gets
its type. A type that begins with ``_`` is punctuation: lark leaves it out of the tree.
"""

import re
from collections import deque
from dataclasses import dataclass

from lark.lexer import Lexer, Token

RAW = re.compile(r"\\[A-Za-z]+\*?|\\.|:=|\d+(?:\.\d+)?|[A-Za-z]|\S", re.DOTALL)
SPACES = {"\\,", "\\;", "\\:", "\\!", "\\ ", "~", "\\limits", "\\displaystyle", "\\left", "\\right"}
SIZED = re.compile(r"\\(?:left|right|[bB]igg?[lr]?)$")
FONTS = {
    *("\\bar", "\\hat", "\\tilde", "\\dot", "\\mathbf", "\\mathrm", "\\mathsf", "\\mathcal"),
    *("\\mathbb", "\\operatorname", "\\operatorname*", "\\boldsymbol"),
}
ALIGNED = {"aligned", "align", "align*", "gathered", "gather", "gather*"}
ARGUMENTS = {"^": 1, "_": 1, "\\sqrt": 1, "\\frac": 2}  # how many groups follow
SIMPLE = {
    "+": "_PLUS",
    "-": "_MINUS",
    "\\cdot": "_CDOT",
    "\\times": "_CDOT",
    "\\odot": "_ODOT",
    "/": "_SLASH",
    "(": "_LPAR",
    ")": "_RPAR",
    "\\{": "_LPAR",
    "\\}": "_RPAR",
    "[": "_LSQB",
    "]": "_RSQB",
    "{": "_LBRACE",
    "}": "_RBRACE",
    "_": "_UNDERSCORE",
    "^": "_CARET",
    "'": "PRIME",
    ",": "_COMMA",
    ":=": "DEFINE",
    "\\to": "_TO",
    "\\sim": "_SIM",
    "\\parallel": "_COMMA",
    "\\in": "IN",
    "&": "_AMP",
    "\\\\": "_NEWLINE",
    "\\lVert": "_LNORM",
    "\\rVert": "_RNORM",
    "\\lvert": "_LVERT",
    "\\rvert": "_RVERT",
    "\\langle": "_LANGLE",
    "\\rangle": "_RANGLE",
    "\\frac": "_FRAC",
    "\\sqrt": "_SQRT",
    "\\sum": "_SUM",
    "\\prod": "_PROD",
    "\\lim": "_LIM",
    "\\partial": "_PARTIAL",
    "d": "_PARTIAL",
    "\\nabla": "_NABLA",
    "\\infty": "_INFTY",
    "\\pi": "_PI",
    "e": "_EULER",
    "\\delta": "_DELTA",
    "\\mathbb{1}": "_INDICATOR",
    "\\mathbb{E}": "EXPECT",
    "\\operatorname{Var}": "EXPECT",
    "\\operatorname{Cov}": "EXPECT",
    "\\mathsf{T}": "_TRANSPOSE",
    "\\top": "_TRANSPOSE",
}
RELATIONS = {
    **{text: text for text in "=<>"},
    "\\le": "<=",
    "\\leq": "<=",
    "\\ge": ">=",
    "\\geq": ">=",
    "\\ne": "!=",
    "\\neq": "!=",
    "\\approx": "~",
    "\\succeq": "psd",
}
BUILTINS = {
    *("\\exp", "\\log", "\\ln", "\\sin", "\\cos", "\\sinh", "\\cosh", "\\tanh", "\\max", "\\min"),
    *("\\sigma", "\\operatorname{sign}", "\\operatorname{diag}", "\\operatorname{tr}"),
    *("\\operatorname{rank}", "\\arctan", "\\operatorname{erf}", "\\operatorname{erfc}"),
}
EXTREMA = {"\\max", "\\min", "\\operatorname{argmax}", "\\operatorname{argmin}"}
EXTREMA |= {name.replace("operatorname", "operatorname*") for name in EXTREMA}
OPEN = {"(", "[", "{", "\\{", "\\langle", "begin-cases", "begin-matrix"}
CLOSE = {")", "]", "}", "\\}", "\\rangle", "end-cases", "end-matrix"}
QUADS = {"\\quad", "\\qquad"}
SEPARATORS = {*QUADS, ",", ";", "\\\\"}
FINAL = {*QUADS, ".", ",", ";"}  # what may end a displayed formula


class TexError(ValueError):
    """The text is not in the small language that the checker reads; `start` is the place in it."""

    def __init__(self, message, start=0):
        super().__init__(message)
        self.start = start


@dataclass
class Raw:
    """A piece of the text that has no type yet, with its place."""

    text: str
    start: int
    end: int


def scan(tex):
    """Cut a text into its pieces: commands, numbers, single letters and signs."""
    return [Raw(m.group(), m.start(), m.end()) for m in RAW.finditer(tex)]


def walk(tokens, *steps):
    """Go over the tokens once and yield what they become.

    At each place the first step that knows what stands there answers. A step takes the tokens and
    the place; it returns how many tokens it takes and a list of what they become, or None.
    """
    at = 0
    while at < len(tokens):
        count, made = next(filter(None, (step(tokens, at) for step in steps)))
        at += count
        yield from made


def unchanged(tokens, at):
    """Take one token as it is (a step of `walk`)."""
    return 1, [tokens[at]]


def text_at(tokens, at):
    """Return the text of a token; behind the end, an empty one."""
    return tokens[at].text if at < len(tokens) else ""


def texts(tokens):
    """Return the texts of some tokens."""
    return [token.text for token in tokens]


def group_end(tokens, at):
    """Return the position behind the group that opens at `at`."""
    depth = 0
    for position in range(at, len(tokens)):
        depth += {"{": 1, "}": -1}.get(tokens[position].text, 0)
        if depth == 0:
            return position + 1
    raise TexError("a brace is not closed", tokens[at].start if at < len(tokens) else 0)


# First walk: fonts, sizes, spaces.


def merge_fonts(tokens):
    r"""Join ``\bar x`` and ``\bar{x}`` into one token each, and delimiters with their size."""
    return list(walk(tokens, font, sized_bar, fraction, invisible, unchanged))


def font(tokens, at):
    """Join a font or an accent with what it is put on."""
    token = tokens[at]
    if token.text not in FONTS:
        return None
    braced = text_at(tokens, at + 1) == "{"
    end = group_end(tokens, at + 1) if braced else at + 2
    inner = merge_fonts([t for t in tokens[at + 1 : end] if t.text not in SPACES])
    if not inner:
        raise TexError(f"{token.text} stands before nothing", token.start)
    text = "".join(texts(inner))
    text = text if braced else "{" + text + "}"
    return end - at, [Raw(token.text.rstrip("*") + text, token.start, tokens[end - 1].end)]


def sized_bar(tokens, at):
    r"""Read ``\bigl|`` and the like: the size says whether the bar opens or closes."""
    size, bar = tokens[at].text, text_at(tokens, at + 1)
    if not SIZED.match(size) or bar not in {"|", "\\|"}:
        return None
    side = "r" if size.endswith(("r", "right")) else "l"
    name = {"|": "vert", "\\|": "Vert"}[bar]
    return 2, [Raw(f"\\{side}{name}", tokens[at].start, tokens[at + 1].end)]


def fraction(tokens, at):
    """Read a fraction of another size as a fraction."""
    token = tokens[at]
    if token.text in {"\\dfrac", "\\tfrac"}:
        return 1, [Raw("\\frac", token.start, token.end)]
    return None


def invisible(tokens, at):
    """Drop spaces, sizes and empty groups."""
    text = tokens[at].text
    if SIZED.match(text) or text in SPACES:
        return 1, []
    if text == "{" and text_at(tokens, at + 1) == "}":
        return 2, []
    return None


# Second walk: braces around every script and every argument.


def wrap_scripts(tokens):
    r"""Give every script and every argument of ``\frac`` and ``\sqrt`` its braces."""
    out, waiting, wanted = [], deque(tokens), 0
    while waiting:
        if wanted:
            out += group(waiting) if waiting[0].text == "{" else lone_argument(waiting)
            wanted -= 1
        else:
            out.append(waiting.popleft())
            wanted = ARGUMENTS.get(out[-1].text, 0)
    if wanted:
        raise TexError("a script or an argument is missing", tokens[-1].start)
    return out


def group(waiting):
    """Take a group in braces, and wrap the scripts inside it."""
    first, *inner, last = (waiting.popleft() for _ in range(group_end(waiting, 0)))
    return [first, *wrap_scripts(inner), last]


def lone_argument(waiting):
    r"""Take an argument without braces; of a number TeX takes one digit: ``\frac12`` is 1/2."""
    token = waiting.popleft()
    if re.match(r"\d\d", token.text):
        middle = token.start + 1
        waiting.appendleft(Raw(token.text[1:], middle, token.end))
        token = Raw(token.text[0], token.start, middle)
    return [Raw("{", token.start, token.start), token, Raw("}", token.end, token.end)]


def normalise(tex):
    """Return the pieces of a text, spelled in one way: fonts joined, scripts in braces."""
    return wrap_scripts(merge_fonts(scan(tex)))


def name_of(tex):
    """Return the spelling under which a declared name is found again."""
    return tuple(texts(normalise(tex)))


# Third walk: alignments, cases, matrices.


class Environments:
    r"""Steps that drop alignments and make one token of ``\begin{cases}`` and the like."""

    def __init__(self):
        self.open = []

    def mark(self, tokens, at):
        r"""Read ``\begin{name}`` or ``\end{name}``."""
        token = tokens[at]
        if token.text not in {"\\begin", "\\end"}:
            return None
        end = group_end(tokens, at + 1)
        name = "".join(texts(tokens[at + 2 : end - 1]))
        if token.text == "\\begin":
            self.open.append(name)
        elif not self.open or self.open.pop() != name:
            raise TexError(f"\\end{{{name}}} closes nothing", token.start)
        if name in ALIGNED:
            return end - at, []
        kind = "cases" if name == "cases" else "matrix"
        return end - at, [Raw(f"{token.text[1:]}-{kind}", token.start, tokens[end - 1].end)]

    def alignment(self, tokens, at):
        """Drop an ``&`` that only aligns; in cases and matrices it parts the columns."""
        if tokens[at].text == "&" and (not self.open or self.open[-1] in ALIGNED):
            return 1, []
        return None


def environments(tokens):
    """Drop alignments, keep ``cases`` and matrices as one token at each end."""
    found = Environments()
    return list(walk(tokens, found.mark, found.alignment, unchanged))


# Fourth walk: types.


class Types:
    """Steps that give every piece its type; they know how deep in brackets they are."""

    def __init__(self, tex, kinds):
        self.tex, self.kinds = tex, kinds
        self.names = sorted(kinds, key=len, reverse=True)  # x_1 before x
        self.depth, self.bars = 0, []

    def typed(self, kind, first, last=None, value=None):
        """Make a typed token that reaches from one piece to another."""
        end = (last or first).end
        text = value if value is not None else self.tex[first.start : end]
        return Token(kind, text, start_pos=first.start, end_pos=end)

    def count_brackets(self, tokens, at):
        """Note how deep the place is, and leave the token to the other steps."""
        text = tokens[at].text
        self.depth += (text in OPEN) - (text in CLOSE)

    def end_of_environment(self, tokens, at):
        """Read the first or the last token of cases or of a matrix."""
        token = tokens[at]
        if token.text not in {"begin-cases", "begin-matrix", "end-cases", "end-matrix"}:
            return None
        return 1, [self.typed("_" + token.text.upper().replace("-", ""), token)]

    def declared(self, tokens, at):
        """Read a name that the page declares, the longest that fits."""
        for name in self.names:
            end = at + len(name)
            if tuple(texts(tokens[at:end])) == name and not self.is_extremum(tokens, at):
                kind, spelled = self.kinds[name], " ".join(name)
                return len(name), [self.typed(kind, tokens[at], tokens[end - 1], spelled)]
        return None

    def is_extremum(self, tokens, at):
        r"""Say whether a ``\max`` or the like stands here with a line below it."""
        return tokens[at].text in EXTREMA and text_at(tokens, at + 1) == "_"

    def side(self, tokens, at):
        """Read ``^{+}``: the side from which a limit is approached."""
        if texts(tokens[at : at + 4]) not in (["^", "{", "+", "}"], ["^", "{", "-", "}"]):
            return None
        return 4, [self.typed("SIDE", tokens[at], tokens[at + 3], tokens[at + 2].text)]

    def separator(self, tokens, at):
        """Read what stands between two statements, or between a statement and its condition."""
        first = tokens[at]
        if self.depth or first.text not in SEPARATORS:
            return None
        end = at
        while text_at(tokens, end) in SEPARATORS:
            end += 1
        following = text_at(tokens, end)
        if following == "(" and set(texts(tokens[at:end])) <= QUADS:
            self.depth += 1
            return end + 1 - at, [self.typed("_LCOND", tokens[end])]
        continued = first.text == "\\\\" and following in RELATIONS  # the chain goes on
        ends = end == len(tokens)
        return end - at, [] if continued or ends else [self.typed("_SEP", first)]

    def wide_space(self, tokens, at):
        """Drop a wide space inside brackets."""
        return (1, []) if tokens[at].text in QUADS else None

    def bar(self, tokens, at):
        """Read a bar: it closes the last one of the same kind and depth, or it opens."""
        text = tokens[at].text
        if text not in {"|", "\\|"}:
            return None
        kind = {"|": "VERT", "\\|": "NORM"}[text]
        if self.bars and self.bars[-1] == (text, self.depth):
            self.bars.pop()
            return 1, [self.typed("_R" + kind, tokens[at])]
        self.bars.append((text, self.depth))
        return 1, [self.typed("_L" + kind, tokens[at])]

    def extremum(self, tokens, at):
        r"""Read ``\max_k`` and the like, as ``max``."""
        if not self.is_extremum(tokens, at):
            return None
        value = re.sub(r"\\|operatorname|\*|[{}]", "", tokens[at].text)
        return 1, [self.typed("EXTREMUM", tokens[at], value=value)]

    def single(self, tokens, at):
        """Read a function, a relation, a number or a sign; refuse everything else."""
        token, text = tokens[at], tokens[at].text
        if text in BUILTINS:
            return 1, [self.typed("FUNC", token, value=text)]
        if text in RELATIONS:
            return 1, [self.typed("REL", token, value=RELATIONS[text])]
        if text[0].isdigit():
            return 1, [self.typed("NUMBER", token, value=text)]
        if text in SIMPLE:
            return 1, [self.typed(SIMPLE[text], token, value={"\\in": "in"}.get(text, text))]
        raise TexError(f"the symbol {text} is not declared on this page", token.start)


def tokenize(tex, kinds):
    r"""Yield typed tokens; `kinds` maps declared names to ``FUNC``, ``SYMBOL`` or ``INDEX``."""
    tokens = environments(normalise(tex))
    while tokens and tokens[-1].text in FINAL:
        tokens.pop()
    types = Types(tex, kinds)
    return walk(
        tokens,
        types.count_brackets,
        types.end_of_environment,
        types.declared,
        types.side,
        types.separator,
        types.wide_space,
        types.bar,
        types.extremum,
        types.single,
    )


class TexLexer(Lexer):
    """Hands `tokenize` to lark; the parsed object is the pair (text, kinds)."""

    def __init__(self, conf):
        pass

    def lex(self, data):
        """Yield the tokens of a pair (text, kinds)."""
        return tokenize(*data)
