"""The figure of label smoothing as it stands before a script moves it.

A sample whose logits are 0 but for that of its target: the smoothed target beside softmax, the loss
for each score of the target with and without smoothing, and the gradient.
"""

import numpy as np
from sphinx.locale import _

from refimpl.formulas import cross_entropy, log_softmax, softmax

EPSILON, CLASSES, SCORE = 0.1, 3, 2.0  # as START in smoothing_figure.js
MOST, HIGH = 12, 4  # the largest score and loss of the curve
WIDE, TALL = 300, 150  # of the pictures, in pixels
TARGET = np.int64([0])


def smoothed(epsilon):
    """Return the smoothed target in float64."""
    return (1 - epsilon) * np.eye(CLASSES)[0] + epsilon / CLASSES


def logits(score):
    return np.float32([[score, *[0] * (CLASSES - 1)]])


def loss(score, epsilon):
    return cross_entropy(logits(score), TARGET, label_smoothing=epsilon)


def right(score):
    """Return how far to the right a score stands."""
    return f"{score / MOST * WIDE:.1f}"


def up(value):
    """Return how far from the top a loss stands."""
    return f"{TALL - value / HIGH * TALL:.1f}"


def bars(p):
    """Return the bars of the target and of softmax, class by class."""
    step, found = WIDE / CLASSES, []
    for i, heights in enumerate(zip(smoothed(EPSILON), p, strict=True)):
        for j, (name, height) in enumerate(zip(("mf-logit", "mf-share"), heights, strict=True)):
            found.append(
                f'<rect class="{name}" x="{step * (i + 0.1 + 0.4 * j):.1f}" '
                f'y="{TALL - height * TALL:.1f}" width="{step * 0.38:.1f}" '
                f'height="{height * TALL:.1f}"/>'
            )
    return "".join(found)


def curve(epsilon):
    """Return the points of the loss over the score, as far as they are in the picture."""
    scores = np.arange(0, MOST + 0.25, 0.25)
    losses = [float(loss(score, epsilon)) for score in scores]
    points = zip(scores, losses, strict=True)
    return " ".join(f"{right(score)},{up(value)}" for score, value in points if value <= HIGH)


def axes():
    """Return the axes of the curve, and a number at every fourth score and second loss."""
    down = "".join(
        f'<text x="-6" y="{float(up(y)) + 4:g}">{y}</text>' for y in range(0, HIGH + 1, 2)
    )
    along = "".join(
        f'<text class="sf-score" x="{right(x)}" y="{TALL + 16}">{x}</text>'
        for x in range(0, MOST + 1, 4)
    )
    return (
        f'<line class="mf-zero" x1="0" x2="{WIDE}" y1="{TALL}" y2="{TALL}"/>'
        f'<line class="mf-zero" x1="0" x2="0" y1="0" y2="{TALL}"/>{down}{along}'
    )


def curves():
    """Return the picture of both losses, with a dot where the sample is."""
    at = f'cx="{right(SCORE)}" cy="{up(float(loss(SCORE, EPSILON)))}"'
    said = _("loss by the score of the target, with smoothing and without")
    return (
        f'<svg class="sf-curve" viewBox="-22 -8 {WIDE + 30} {TALL + 30}" role="img" '
        f'aria-label="{said}">{axes()}'
        f'<polyline class="sf-smoothed" points="{curve(EPSILON)}"/>'
        f'<polyline class="sf-plain" points="{curve(0.0)}"/><circle r="5" {at}/></svg>'
    )


def row(name, cells):
    return f'<tr><th scope="row">{name}</th>{"".join(f"<td>{cell!s}</td>" for cell in cells)}</tr>'


def table(p, q):
    """Return target, softmax and gradient: of the target's class, and of each other one."""
    gradient = cross_entropy.vjp(
        np.array(1.0, np.float32), logits(SCORE), TARGET, label_smoothing=EPSILON
    )[0][0]
    heads = "", _("target’s class"), _("each other class")
    head = "".join(f'<th scope="col">{each}</th>' for each in heads)
    names = _("target q"), "softmax p", _("gradient p − q")
    rows = "".join(
        row(name, of_classes[:2])
        for name, of_classes in zip(names, (np.float32(q), p, gradient), strict=True)
    )
    return f'<table class="mf-table"><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>'


def sentence(q):
    """Say the loss, and how small it can become."""
    best = np.log(q[0] / q[1])
    least = np.float32(-(q * log_softmax(np.log(q), dim=0)).sum())
    return _(
        "Loss {1}, without smoothing {2}. With smoothing it is never below {3}, its value "
        "at a score of {4}."
    ).format("", loss(SCORE, EPSILON), loss(SCORE, 0.0), least, np.float32(best))


def keys(**texts):
    """Return the colours of a picture with what they stand for."""
    return " ".join(
        f'<small><span class="mf-key {name.replace("_", "-")}"></span> {text}</small>'
        for name, text in texts.items()
    )


def picture():
    """Return the figure."""
    p, q = softmax(logits(SCORE), dim=1)[0], smoothed(EPSILON)
    said = _("target and softmax of each class")
    classes = keys(mf_logit=_("target"), mf_share="softmax")
    losses = _("loss by score:") + " " + keys(sf_smoothed=_("smoothed"), sf_plain=_("plain"))
    return (
        f'<div class="mf-controls"></div><div class="sf-pictures"><figure><svg class="sf-bars" '
        f'viewBox="0 0 {WIDE} {TALL}" role="img" aria-label="{said}">{bars(p)}</svg>'
        f"<figcaption>{classes}</figcaption></figure><figure>{curves()}<figcaption>"
        f"{losses}</figcaption></figure></div>"
        f'<p class="mf-said">{sentence(q)}</p><div class="mf-scroll">{table(p, q)}</div>'
    )
