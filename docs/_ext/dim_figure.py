"""The figure of `dim` as it stands before a script moves it.

The entries of a matrix with their softmax, those that share one sum in one colour under one letter.
Where no script runs, a picture for each dimension of a matrix and of a block follows. The groups
come from the indices alone: two entries are in one group where all indices but that of the
dimension agree.
"""

import math
from itertools import product

import numpy as np
from sphinx.locale import _

from refimpl.formulas import softmax

LOGITS = np.float32([[1, 2, 3], [1, 1, 1]])  # as the first of STARTS in dim_figure.js
DIM = 1
NAMES = "abcdef"
SHAPES = (2, 3), (2, 2, 3)  # of the pictures
CELL, GAP, MARGIN, TITLE = 44, 26, 8, 26  # pixels


def written(index):
    return ",".join(map(str, index))


def group(index, dim, shape):
    """Return the number of the group of an entry, counted over all other indices."""
    number = 0
    for axis, (i, n) in enumerate(zip(index, shape, strict=True)):
        if axis != dim:
            number = number * n + i
    return number


def place(index, shape):
    """Return the left upper corner of an entry; the matrices of a block stand side by side."""
    *block, row, column = index
    across = block[0] * (shape[-1] * CELL + GAP) if block else 0
    return MARGIN + across + column * CELL, TITLE + row * CELL


def size(shape):
    """Return width and height of a picture."""
    blocks = shape[0] if len(shape) == 3 else 1
    width = blocks * shape[-1] * CELL + (blocks - 1) * GAP + 2 * MARGIN
    return width, TITLE + shape[-2] * CELL + MARGIN


def still(shape, dim):
    """Return the picture for one dimension as SVG."""
    width, height = size(shape)
    groups = math.prod(shape) // shape[dim]
    said = _(
        "dim={dim}: {groups} groups of {size} entries; in a group only index number {dim} changes"
    ).format(dim=dim, groups=groups, size=shape[dim])
    parts = [
        f'<svg class="dim-picture" role="img" viewBox="0 0 {width} {height}" width="{width}" '
        f'height="{height}" aria-label="{said}"><text x="{MARGIN}" y="17">dim={dim}</text>'
    ]
    for index in product(*map(range, shape)):
        x, y = place(index, shape)
        number = group(index, dim, shape)
        parts.append(
            f'<rect class="group-{number}" x="{x + 2}" y="{y + 2}" rx="5" '
            f'width="{CELL - 4}" height="{CELL - 4}"/>'
            f'<text class="entry" x="{x + CELL / 2}" y="{y + CELL / 2 + 5}">'
            f"{written(index)}</text>"
        )
    return "".join([*parts, "</svg>"])


def cell(index, share):
    """Return an entry: its place, the letter of its group, its logit and its share."""
    number = group(index, DIM, LOGITS.shape)
    return (
        f'<div class="df-cell group-{number}"><span class="df-name">{written(index)}</span>'
        f'<span class="df-logit">{LOGITS[index]:g}</span>'
        f'<span class="df-letter">{NAMES[number]}</span>'
        f'<span class="df-share">{share:.4f}</span></div>'
    )


def line(row, shares):
    """Return the sum of a row."""
    text = " + ".join(f"{share:.4f}" for share in shares)
    return (
        f'<li class="group-{row}"><span class="df-head">{NAMES[row]}: p[{row}, :]</span> '
        f"<span>{text} = {shares.sum():.4f}</span></li>"
    )


def picture():
    """Return the figure of the matrix, and the pictures for where no script runs."""
    p = softmax(LOGITS, dim=DIM)
    said = _("dim={1}: {2} sums of {3} entries. In a sum only index number {4} changes.").format(
        "", DIM, *p.shape, DIM
    )
    cells = "".join(cell(index, p[index]) for index in np.ndindex(*p.shape))
    lines = "".join(line(row, shares) for row, shares in enumerate(p))
    stills = "".join(still(shape, dim) for shape in SHAPES for dim in range(len(shape)))
    room = '<div class="mf-controls"></div>' * 2
    return (
        f'{room}<p class="mf-said">{said}</p><div class="df-blocks"><div class="df-block">{cells}'
        f'</div></div><ul class="df-sums">{lines}</ul>'
        f'<noscript><div class="dim-pictures">{stills}</div></noscript>'
    )
