"""The figure of softmax as it stands before a script moves it: logits and softmax as bars."""

import numpy as np
from sphinx.locale import _

from refimpl.formulas import log_softmax, softmax

LOGITS = np.float32([2.0, 1.0, 0.1])  # as in START of softmax_figure.js
TARGET = 0
CLASSES = "ABC"
HEADS = ("", "softmax", "log-softmax", "p − y")
SCALE, ZERO = 15, 75  # pixels of a logit of 1, and of the line that stands for 0


def bar(name, logit, share):
    """Return the picture of one class: its logit and its share, each as a bar."""
    height = abs(logit) * SCALE
    top = ZERO - max(logit, 0) * SCALE
    return (
        f'<svg viewBox="0 0 72 150" role="img" aria-label="{name}: logit {logit:g}, '
        f'softmax {share:.4f}"><rect class="mf-logit" x="8" y="{top:g}" width="24" '
        f'height="{height:g}" rx="3"/><rect class="mf-share" x="40" y="{ZERO - share * ZERO:.2f}" '
        f'width="24" height="{share * ZERO:.2f}" rx="3"/>'
        f'<line class="mf-zero" x1="0" x2="72" y1="{ZERO}" y2="{ZERO}"/></svg>'
    )


def row(name, cells):
    return f'<tr><th scope="row">{name}</th>{"".join(f"<td>{cell!s}</td>" for cell in cells)}</tr>'


def picture():
    """Return the figure as it stands before a script moves it: digits as refimpl has them."""
    p, logs = softmax(LOGITS, dim=0), log_softmax(LOGITS, dim=0)
    gradient = p - np.eye(len(p), dtype=p.dtype)[TARGET]
    bars = "".join(
        f'<div class="mf-bar">{name} {x:g}{bar(name, x, share)}</div>'
        for name, x, share in zip(CLASSES, LOGITS.tolist(), p.tolist(), strict=True)
    )
    heads = "".join(f'<th scope="col">{head}</th>' for head in HEADS)
    rows = "".join(map(row, CLASSES, zip(p, logs, gradient, strict=True)))
    said = _("Cross entropy for {1}: {2}.").format("", CLASSES[TARGET], str(-logs[TARGET]))
    return (
        f'<div class="mf-bars">{bars}</div><p class="mf-said">{said}</p>'
        '<div class="mf-scroll"><table class="mf-table">'
        f"<thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table></div>"
    )
