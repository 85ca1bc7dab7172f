"""What a reader's numbers look like as grey levels."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from dae_core.datasets.meaning.grey_levels import Scale, suggested_range
from dae_core.datasets.meaning.raw import RawImages, understand
from dae_core.jobs import UNWATCHED, Monitor


def grey(raw: RawImages, part: int = 0, monitor: Monitor = UNWATCHED) -> NDArray[np.uint8]:
    """Return the grey levels (n, h, w) of one part, by the range that suits the set."""
    found = understand(raw, monitor)
    stack, scale = found.parts[part], Scale.between(*suggested_range(found.extent))
    return np.concatenate([stack.levels(scale, piece) for piece in stack.pieces()])


def labels(raw: RawImages, part: int = 0) -> NDArray[np.uint8] | None:
    """Return the labels (n,) of one part as they are understood."""
    return understand(raw, UNWATCHED).parts[part].labels
