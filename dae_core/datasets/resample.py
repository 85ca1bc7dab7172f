"""Redraws 8x8 digits as MNIST's were made: sharp strokes in a 20x20 box, centred on their centre of mass in 28x28.

Each of the 64 values counts the ink in a 4x4 block of a black and white bitmap that is lost. `_strokes` finds a smooth
32x32 drawing (with a margin, 40x40) whose blocks hold just that much ink, so that it is sharp where a mere enlargement
would be blurred, and keeps it as the depth of every point within its stroke. Taking something off the depth makes
strokes thinner without making them grey. `_render` samples it for every image asked for, turned, scaled and shifted.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

VARIANTS = 10
"""Images made of each training digit: itself and nine variations."""

VARIATION_SEED = 20_240_119
"""Seed of the variations."""

SIDE = 28
"""Height and width of the images in pixels."""

_CELLS = 10  # the 8x8 values with a margin of one
_FINE = 4  # points of the drawing per value
_GRID = _CELLS * _FINE
_BOX = 19.0  # the longer side of a digit in pixels, to the middle of its soft edges: 20 with them
_CENTRE = 14.0  # where MNIST has the centre of mass, in pixels counted from 0
_WIDEN = 1.31  # scikit-learn's digits were squeezed sideways more than MNIST's
_SLANT = 0.2  # and lean less to the right
_THINNING = 0.41  # of the stroke is taken away at its edges, for strokes are thicker than MNIST's
_REACH = 8  # points to which distances are measured
_NEARBY = 7  # points around a place in which the stroke's width is sought
_STEEPNESS = 16.0  # of the edge between ink and paper in the drawing
_SMOOTHING = 0.7  # points
_CONTRAST = 1.3  # steps from black to white within a pixel's way across an edge
_BATCH = 256


@dataclass(frozen=True)
class _Pose:
    """How n images are to be drawn, arrays of float32 of shape (n,)."""

    turn: Floats  # radians, counter-clockwise
    size: Floats  # factor of both sides
    widen: Floats  # factor of the width alone
    slant: Floats  # pixels to the right per pixel upwards
    down: Floats  # pixels
    right: Floats  # pixels
    thinning: Floats  # share of the stroke that is taken away


def redraw(digits: NDArray[np.floating], variants: int) -> NDArray[np.uint8]:
    """Draw every digit as it is, then `variants` - 1 times slightly varied.

    Parameters
    ----------
    digits : ndarray of float, shape (n, 8, 8)
        Ink in sixteenths, 0 to 16.
    variants : int
        Images for each digit, at least 1. An image depends on nothing but its own digit, its position and the seed.

    Returns
    -------
    ndarray of uint8, shape (variants * n, 28, 28)
        White on black; first all digits as they are, then all of the second variant, and so on.
    """
    n = len(digits)
    depth = _strokes(digits)
    half_stroke = _half_stroke(depth)
    placement = _placement(depth - _THINNING * half_stroke)
    images = np.empty((variants, n, SIDE, SIDE), np.uint8)
    rng = np.random.default_rng(VARIATION_SEED)
    for i in range(variants):
        pose = _pose(n, rng if i else None)
        for start in range(0, n, _BATCH):
            part = slice(start, start + _BATCH)
            thinned = depth[part] - pose.thinning[part, None, None] * half_stroke[part]
            images[i, part] = _render(thinned, placement[part], _take(pose, part))
    return images.reshape(variants * n, SIDE, SIDE)


def _take(pose: _Pose, part: slice) -> _Pose:
    return _Pose(**{name: values[part] for name, values in vars(pose).items()})


def _pose(n: int, rng: np.random.Generator | None) -> _Pose:
    """Return the plain pose of `n` digits, or one varied at random."""

    def around(middle: float, deviation: float) -> Floats:
        if rng is None:
            return np.full(n, middle, np.float32)
        return (middle + deviation * rng.standard_normal(n).clip(-2, 2)).astype(np.float32)

    return _Pose(
        turn=around(0, np.radians(5)),
        size=around(1, 0.04),
        widen=around(_WIDEN, 0.08),
        slant=around(_SLANT, 0.1),
        down=around(0, 0.5),
        right=around(0, 0.5),
        thinning=around(_THINNING, 0.1),
    )


def _strokes(digits: NDArray[np.floating]) -> Floats:
    """Find drawings whose blocks hold the ink of the digits.

    Returns (n, 40, 40): how deep within the ink a point lies, in points, measured from the edge; negative on paper.
    """
    from scipy.ndimage import gaussian_filter

    ink: Floats = np.pad(digits.astype(np.float32) / np.float32(16), ((0, 0), (1, 1), (1, 1)))
    smooth, linear = _enlarger(order=3), _enlarger(order=1)
    blocks = np.repeat(np.eye(_CELLS, dtype=np.float32), _FINE, axis=1) / np.float32(_FINE)
    height = _resize(ink, smooth) - np.float32(0.5)  # above 0 is ink
    for _ in range(12):
        drawn = _sigmoid(_STEEPNESS * height)
        held = _resize(drawn, blocks)
        height += 0.8 * _resize(ink - held, linear)
        height = gaussian_filter(height, (0, _SMOOTHING, _SMOOTHING), mode="nearest", truncate=3)
    depth = _distance(height > 0) - _distance(height <= 0)
    depth -= 0.5 * np.sign(depth)  # the edge runs half-way between ink and paper
    smoothed: Floats = gaussian_filter(depth, (0, _SMOOTHING, _SMOOTHING), mode="nearest", truncate=3)
    return smoothed


def _sigmoid(x: Floats) -> Floats:
    np.negative(x, out=x)
    np.exp(x, out=x)
    x += 1
    return np.reciprocal(x, out=x)


def _enlarger(order: Literal[1, 3]) -> Floats:
    """Return the matrix (40, 10) that interpolates 10 values at 40 points by splines of an order."""
    from scipy.ndimage import map_coordinates

    points = (np.arange(_GRID) + 0.5) / _FINE - 0.5
    columns = [map_coordinates(unit, [points], order=order, mode="constant") for unit in np.eye(_CELLS)]
    return np.stack(columns, axis=1).astype(np.float32)


def _resize(values: Floats, matrix: Floats) -> Floats:
    """Resize both sides of (n, a, a) by a matrix (b, a) to (n, b, b)."""
    result: Floats = np.matmul(np.matmul(matrix, values), matrix.T)
    return result


def _distance(inside: NDArray[np.bool_]) -> Floats:
    """Return how far the points inside are from the nearest one outside, at most `_REACH`; 0 outside; (n, g, g)."""
    squared = np.where(inside, np.float32(_REACH**2), np.float32(0))
    for before in (squared, squared.swapaxes(1, 2)):  # Pythagoras: along the columns, then along the rows
        straight = before.copy()
        for step in range(1, _REACH):
            further = straight + np.float32(step**2)
            np.minimum(before[:, step:], further[:, :-step], out=before[:, step:])
            np.minimum(before[:, :-step], further[:, step:], out=before[:, :-step])
    return np.sqrt(squared, out=squared)


def _half_stroke(depth: Floats) -> Floats:
    """Return half the width of the stroke around every point, in points: a little more than the deepest ink nearby."""
    from scipy.ndimage import gaussian_filter, maximum_filter

    deepest = maximum_filter(np.maximum(depth, 0), (0, _NEARBY, _NEARBY))
    half_stroke: Floats = gaussian_filter(deepest, (0, _NEARBY / 4, _NEARBY / 4), mode="nearest", truncate=2)
    return half_stroke


def _placement(depth: Floats) -> Floats:
    """Return each drawing's centre of mass (y, x, in points) and the pixels per point that fill the box; (n, 3)."""
    seen: Floats = (depth + np.float32(0.5)).clip(0, 1)
    rows, columns = seen.sum(2), seen.sum(1)
    place = np.arange(_GRID, dtype=np.float32)
    mass = np.maximum(rows.sum(1), 1e-6)
    tall, wide = _extent(seen.max(2)), _extent(seen.max(1))
    scale = _BOX / np.maximum(tall, wide * _WIDEN)
    return np.stack([rows @ place / mass, columns @ place / mass, scale], axis=1).astype(np.float32)


def _extent(most_ink: Floats) -> NDArray[np.intp]:
    """Count the places from the first to the last inked one, at least 1; (n, g) to (n,)."""
    inked = most_ink > 0.5
    extent: NDArray[np.intp] = np.maximum(_GRID - inked.argmax(1) - inked[:, ::-1].argmax(1), 1)
    return extent


def _render(depth: Floats, placement: Floats, pose: _Pose) -> NDArray[np.uint8]:
    """Sample n drawings (n, 40, 40) in their poses; (n, 28, 28)."""
    n = len(depth)
    scale = placement[:, 2] * pose.size
    cos, sin = np.cos(pose.turn), np.sin(pose.turn)
    down, right = (np.arange(SIDE, dtype=np.float32) - shift[:, None] - _CENTRE for shift in (pose.down, pose.right))
    # From pixels back to points: undo the turn, the slant, the widening, the scale.
    y = ((cos / scale)[:, None] * down)[:, :, None] + ((sin / scale)[:, None] * right)[:, None, :]
    x = ((-sin / scale)[:, None] * down)[:, :, None] + ((cos / scale)[:, None] * right)[:, None, :]
    x += pose.slant[:, None, None] * y
    x /= pose.widen[:, None, None]
    y += placement[:, 0, None, None]
    x += placement[:, 1, None, None]
    ink = _sample(depth, y, x)
    ink *= (255 * _CONTRAST * scale)[:, None, None]  # points to pixels to grey levels
    ink += 128  # a half of 255, and a half for rounding
    return ink.clip(0, 255, out=ink).astype(np.uint8).reshape(n, SIDE, SIDE)


def _sample(fields: Floats, y: Floats, x: Floats) -> Floats:
    """Interpolate (n, g, g) fields linearly at points (n, h, w); points outside take the nearest edge's value."""
    g = fields.shape[1]
    y.clip(0, g - 1.001, out=y)
    x.clip(0, g - 1.001, out=x)
    top, left = y.astype(np.intp), x.astype(np.intp)
    y -= top
    x -= left
    corner = top * g + left
    corner += np.arange(len(fields))[:, None, None] * (g * g)
    flat = fields.reshape(-1)
    upper = _mix(flat.take(corner), flat.take(corner + 1), x)
    corner += g
    lower = _mix(flat.take(corner), flat.take(corner + 1), x)
    return _mix(upper, lower, y)


def _mix(a: Floats, b: Floats, share: Floats) -> Floats:
    b -= a
    b *= share
    b += a
    return b
