"""What is shown of ``mosaic``."""

from __future__ import annotations

from dae_core.lessons.code.function import Example, Function, Hint

_STUB = '''\
import numpy as np


def mosaic(V, rows, columns):
    """Return V as one picture:
    (rows * 28, columns * 28).

    V (rows * columns, 784): row k is what
    unit k adds, a picture of 28 x 28.
    rows, columns: how many pictures stand
    below and beside one another (15, 15).

    Unit 0 is at the top left, unit 1 to
    its right, and so on, as we read; so
    are the pixels within a picture.
    """
    raise NotImplementedError
'''

_GIVEN_W = """\
import numpy as np


def mosaic(V, rows, columns):
    # The exercise gives the mosaic of W, which is (784, 225): its columns are the pictures.
    # V is (225, 784). What has to change?
    W = V
    return W.reshape(28, 28, 15, 15).transpose(2, 0, 3, 1).reshape(420, 420)
"""

MOSAIC = Function(
    "mosaic",
    "The picture of V",
    "mosaic(V, rows, columns)",
    _STUB,
    (
        Hint(
            "Idea",
            "In W every column is a picture; in V every row is. Each row of 784 numbers becomes a square of 28 × 28 "
            "pixels, and the squares are laid down in the order in which we read.",
        ),
        Hint(
            "Formula",
            "Unit k stands in row k // columns and column k % columns of the grid. Its pixel (i, j) stands at (28 · "
            "(k // columns) + i, 28 · (k % columns) + j) of the whole. A loop over k that fills one square at a time "
            "is enough. Without one: name four axes (grid row, grid column, pixel row, pixel column) by a `reshape`, "
            "bring them into the order of the picture by a `transpose`, and join them by a `reshape`.",
        ),
        Hint(
            "Shapes",
            "(rows · columns, 784) has to become (rows · 28, columns · 28): 28 goes with rows, and 28 with columns. "
            "So the axis of the pixel's row comes right after that of the grid's row. For 225 units in 15 × 15 that "
            "is (420, 420); for 3 rows of 5 it is (84, 140).",
        ),
    ),
    (Example("The exercise's line for W", _GIVEN_W),),
)
