"""At which position of a mosaic a unit's tile stands."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray


class Places:
    """Positions of units and units at positions.

    Parameters
    ----------
    units
        The unit at each position, int (k,); None: each at its own.
    """

    def __init__(self, units: NDArray[np.int64] | None = None) -> None:
        self.units = units

    def unit(self, position: int) -> int:
        """Return the unit at a position."""
        return position if self.units is None else int(self.units[position])

    def position(self, unit: int) -> int:
        """Return the position of a unit; -1 for one that has none."""
        if self.units is None:
            return unit
        found = np.flatnonzero(self.units == unit)
        return int(found[0]) if len(found) else -1

    def positions(self, units: Iterable[int]) -> list[int]:
        """Return the positions of those of the units that have one."""
        if self.units is None:
            return list(units)
        found: list[int] = np.flatnonzero(np.isin(self.units, list(units))).tolist()
        return found
