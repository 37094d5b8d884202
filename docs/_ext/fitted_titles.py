"""Fit titles into the sentences that name them: no stop behind a question, no blank in Chinese.

A link takes over the title of its page, so neither the author nor the translator of the sentence
knows whether it ends in a question mark or begins in Chinese. They write "Related: [](a.md),
[](b.md)." and the page shows "Related: Why? · How?".
"""

import re

from docutils import nodes

MARK = "，。；：？！、（）《》「」『』"  # these have their blank in themselves
CHINESE = f"\u3400-\u4dbf\u4e00-\u9fff{MARK}"
# \ue000 stands where two texts meet. Blanks go between Chinese, and beside a mark.
BLANK = re.compile(
    rf"(?<=[{CHINESE}]) +(?=\ue000[{CHINESE}])|(?<=[{CHINESE}]\ue000) +(?=[{CHINESE}])"
    rf"| +(?=\ue000[{MARK}])|(?<=[{MARK}]\ue000) +"
)
NEXT = re.compile("(?<=[?!]\ue000)(?:, ?|[，、])$")  # and before another title
NEXT_CHINESE = re.compile("(?<=[？！]\ue000)(?:, ?|[，、])$")
STOP = re.compile("(?<=[?!？！]\ue000)(?:[.,](?= |$)|[。，、])")  # behind a title that asks


def met(before, after, title):
    """Return two texts as they stand beside each other; the first may end a title."""
    joined = BLANK.sub("", f"{before}\ue000{after}")
    if title:
        joined = STOP.sub("", NEXT_CHINESE.sub("·", NEXT.sub(" · ", joined)))
    return joined.split("\ue000")


def ends_title(text):
    """Tell whether a text is the end of a link."""
    node = text
    while isinstance(node, nodes.Text | nodes.inline | nodes.literal):
        if node.parent.children[-1] is not node:
            return False
        node = node.parent
    return isinstance(node, nodes.reference)


def fit(app, tree, page):
    """Fit the titles of a page."""
    for block in tree.findall(nodes.TextElement):
        if isinstance(block, nodes.Inline | nodes.FixedTextElement):
            continue
        texts = list(block.findall(nodes.Text))
        for i in range(len(texts) - 1):
            title = ends_title(texts[i])
            for j, text in enumerate(met(texts[i], texts[i + 1], title), i):
                if text != texts[j]:
                    texts[j] = put(texts[j], text)


def put(old, text):
    """Put another text in the place of one; an equal one may stand before it."""
    place = next(i for i, each in enumerate(old.parent.children) if each is old)
    old.parent[place] = new = nodes.Text(text)
    return new


def setup(app):
    """Fit when all titles are known."""
    app.connect("doctree-resolved", fit, priority=900)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
