r"""TeX text -> typed tokens.

The declarations decide what a name is: ``p(1-p)`` is a product where ``p`` is a vector and an
application where ``p`` is a function. So the grammar itself never has to guess.
"""

import re
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
SIMPLE = {
    "+": "PLUS",
    "-": "MINUS",
    "\\cdot": "CDOT",
    "\\times": "CDOT",
    "\\odot": "ODOT",
    "/": "SLASH",
    "(": "LPAR",
    ")": "RPAR",
    "\\{": "LPAR",
    "\\}": "RPAR",
    "[": "LSQB",
    "]": "RSQB",
    "{": "LBRACE",
    "}": "RBRACE",
    "_": "UNDERSCORE",
    "^": "CARET",
    "'": "PRIME",
    ",": "COMMA",
    ":=": "DEFINE",
    "\\to": "TO",
    "\\sim": "SIM",
    "\\parallel": "COMMA",
    "\\in": "IN",
    "&": "AMP",
    "\\\\": "NEWLINE",
    "\\lVert": "LNORM",
    "\\rVert": "RNORM",
    "\\lvert": "LVERT",
    "\\rvert": "RVERT",
    "\\langle": "LANGLE",
    "\\rangle": "RANGLE",
    "\\frac": "FRAC",
    "\\sqrt": "SQRT",
    "\\sum": "SUM",
    "\\prod": "PROD",
    "\\lim": "LIM",
    "\\partial": "PARTIAL",
    "d": "PARTIAL",
    "\\nabla": "NABLA",
    "\\infty": "INFTY",
    "\\pi": "PI",
    "e": "EULER",
    "\\delta": "DELTA",
    "\\mathbb{1}": "INDICATOR",
    "\\mathbb{E}": "EXPECT",
    "\\operatorname{Var}": "EXPECT",
    "\\operatorname{Cov}": "EXPECT",
    "\\mathsf{T}": "TRANSPOSE",
    "\\top": "TRANSPOSE",
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
    *("\\operatorname{rank}", "\\arctan"),
}
EXTREMA = {"\\max", "\\min", "\\operatorname{argmax}", "\\operatorname{argmin}"}
EXTREMA |= {name.replace("operatorname", "operatorname*") for name in EXTREMA}
OPEN, CLOSE = {"(", "[", "{", "\\{", "\\langle"}, {")", "]", "}", "\\}", "\\rangle"}


class TexError(ValueError):
    """The text is not in the small language that the checker reads."""

    def __init__(self, message, start=0):
        super().__init__(message)
        self.start = start


@dataclass
class Raw:
    text: str
    start: int
    end: int


def scan(tex):
    return [Raw(m.group(), m.start(), m.end()) for m in RAW.finditer(tex)]


def group_end(tokens, at):
    """Return the position behind the group that opens at `at`."""
    depth = 0
    for position in range(at, len(tokens)):
        depth += {"{": 1, "}": -1}.get(tokens[position].text, 0)
        if depth == 0:
            return position + 1
    raise TexError("a brace is not closed", tokens[at].start if at < len(tokens) else 0)


def merge_fonts(tokens):
    r"""Join ``\bar x`` and ``\bar{x}`` into one token each, and delimiters with their size."""
    out, at = [], 0
    while at < len(tokens):
        token = tokens[at]
        following = tokens[at + 1].text if at + 1 < len(tokens) else ""
        if token.text in FONTS:
            end = group_end(tokens, at + 1) if following == "{" else at + 2
            inner = merge_fonts([t for t in tokens[at + 1 : end] if t.text not in SPACES])
            text = "".join(t.text for t in inner)
            text = text if following == "{" else "{" + text + "}"
            if token.text.startswith("\\operatorname"):
                text = text.replace(" ", "")
            out.append(Raw(token.text.rstrip("*") + text, token.start, tokens[end - 1].end))
            at = end
        elif SIZED.match(token.text) and following in {"|", "\\|"}:
            side = "r" if token.text.endswith(("r", "right")) else "l"
            name = {"|": "vert", "\\|": "Vert"}[following]
            out.append(Raw(f"\\{side}{name}", token.start, tokens[at + 1].end))
            at += 2
        elif token.text in {"\\dfrac", "\\tfrac"}:
            out.append(Raw("\\frac", token.start, token.end))
            at += 1
        elif SIZED.match(token.text) or token.text in SPACES:
            at += 1
        elif token.text == "{" and following == "}":
            at += 2
        else:
            out.append(token)
            at += 1
    return out


def wrap_scripts(tokens):
    r"""Give every script and every argument of ``\frac`` and ``\sqrt`` its braces."""
    out, at, wanted = [], 0, 0
    while at < len(tokens):
        token = tokens[at]
        if wanted and token.text != "{":
            pieces = [token]
            if re.fullmatch(r"\d\d.*", token.text):  # TeX takes one digit: \frac12
                first = Raw(token.text[0], token.start, token.start + 1)
                tokens[at : at + 1] = [first, Raw(token.text[1:], token.start + 1, token.end)]
                pieces = [first]
            here = token.start
            out += [Raw("{", here, here), *pieces, Raw("}", pieces[-1].end, pieces[-1].end)]
            wanted -= 1
            at += 1
        elif wanted:
            end = group_end(tokens, at)
            out += [token, *wrap_scripts(tokens[at + 1 : end - 1]), tokens[end - 1]]
            wanted -= 1
            at = end
        else:
            out.append(token)
            wanted = {"^": 1, "_": 1, "\\sqrt": 1, "\\frac": 2}.get(token.text, 0)
            at += 1
    if wanted:
        raise TexError("a script or an argument is missing", tokens[-1].start)
    return out


def normalise(tex):
    return wrap_scripts(merge_fonts(scan(tex)))


def name_of(tex):
    """Return the spelling under which a declared name is found again."""
    return tuple(token.text for token in normalise(tex))


def environments(tokens):
    r"""Drop alignments, keep ``cases`` and matrices as one token at each end."""
    out, at = [], 0
    stack = []
    while at < len(tokens):
        token = tokens[at]
        if token.text in {"\\begin", "\\end"}:
            end = group_end(tokens, at + 1)
            name = "".join(t.text for t in tokens[at + 2 : end - 1])
            if token.text == "\\begin":
                stack.append(name)
            elif not stack or stack.pop() != name:
                raise TexError(f"\\end{{{name}}} closes nothing", token.start)
            if name not in ALIGNED:
                kind = "cases" if name == "cases" else "matrix"
                out.append(Raw(f"{token.text[1:]}-{kind}", token.start, tokens[end - 1].end))
            at = end
            continue
        if token.text == "&" and (not stack or stack[-1] in ALIGNED):
            at += 1
            continue
        out.append(token)
        at += 1
    return out


def tokenize(tex, kinds):
    r"""Yield typed tokens; `kinds` maps declared names to ``FUNC``, ``SYMBOL`` or ``INDEX``."""
    tokens = environments(normalise(tex))
    while tokens and tokens[-1].text in {".", ",", ";", "\\quad", "\\qquad"}:
        tokens.pop()
    names = sorted(kinds, key=len, reverse=True)
    depth, bars, at = 0, [], 0

    def typed(kind, first, last=None, value=None):
        end = (last or first).end
        text = value if value is not None else tex[first.start : end]
        return Token(kind, text, start_pos=first.start, end_pos=end)

    while at < len(tokens):
        token, text = tokens[at], tokens[at].text
        after = tokens[at + 1].text if at + 1 < len(tokens) else ""
        name = next(
            (n for n in names if tuple(t.text for t in tokens[at : at + len(n)]) == n), None
        )
        if text in OPEN:
            depth += 1
        if text in CLOSE:
            depth -= 1
        if text in {"begin-cases", "begin-matrix", "end-cases", "end-matrix"}:
            depth += 1 if text.startswith("begin") else -1
            yield typed(text.upper().replace("-", ""), token)
        elif name and not (text in EXTREMA and after == "_"):
            yield typed(kinds[name], token, tokens[at + len(name) - 1], " ".join(name))
            at += len(name)
            continue
        elif [t.text for t in tokens[at : at + 4]] in (["^", "{", "+", "}"], ["^", "{", "-", "}"]):
            yield typed("SIDE", token, tokens[at + 3], tokens[at + 2].text)
            at += 4
            continue
        elif text in {"\\quad", "\\qquad", ",", ";", "\\\\"} and depth == 0:
            end = at
            while tokens[end].text in {"\\quad", "\\qquad", ",", ";", "\\\\"}:
                end += 1
            quad = all(t.text in {"\\quad", "\\qquad"} for t in tokens[at:end])
            if quad and tokens[end].text == "(":
                depth += 1
                yield typed("LCOND", tokens[end])
                at = end + 1
                continue
            if not (text == "\\\\" and tokens[end].text in RELATIONS):
                yield typed("SEP", token)
            at = end
            continue
        elif text in {"\\quad", "\\qquad"}:
            pass
        elif text in {"|", "\\|"}:
            kind = {"|": "VERT", "\\|": "NORM"}[text]
            if bars and bars[-1] == (text, depth):
                bars.pop()
                yield typed("R" + kind, token)
            else:
                bars.append((text, depth))
                yield typed("L" + kind, token)
        elif text in EXTREMA and after == "_":
            yield typed("EXTREMUM", token, value=re.sub(r"\\|operatorname|\*|[{}]", "", text))
        elif text in BUILTINS:
            yield typed("FUNC", token, value=text)
        elif text in RELATIONS:
            yield typed("REL", token, value=RELATIONS[text])
        elif re.fullmatch(r"\d.*", text):
            yield typed("NUMBER", token, value=text)
        elif text in SIMPLE:
            yield typed(SIMPLE[text], token, value={"\\in": "in"}.get(text, text))
        else:
            raise TexError(f"the symbol {text} is not declared on this page", token.start)
        at += 1


class TexLexer(Lexer):
    """Hand `tokenize` to lark; the parsed object is the pair (text, kinds)."""

    def __init__(self, conf):
        pass

    def lex(self, data):
        return tokenize(*data)
