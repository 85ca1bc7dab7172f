"""Which hidden units are seen in which order: what the user wants, and what has been worked out."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dae_core.inspection.unit_orders import ALL, INDEX, USUAL_RATE, find_order, find_selection


@dataclass(frozen=True)
class UnitChoice:
    """What the user wants: keys of `ORDERS` and `SELECTIONS`, and the firing rate that some selections ask for."""

    order: str = INDEX
    selection: str = ALL
    rate: float = USUAL_RATE

    @property
    def is_plain(self) -> bool:
        """Whether all units are wanted by index."""
        return self.order == INDEX and self.selection == ALL

    @property
    def needs_activity(self) -> bool:
        """Whether the units have to be measured for it."""
        return find_order(self.order).needs_activity or find_selection(self.selection).needs_activity

    @property
    def text(self) -> str:
        """Say it in a few words: "By firing rate", "Strokes by norm of V"."""
        selection, order = find_selection(self.selection), find_order(self.order)
        name = selection.name.replace("…", f"{100 * self.rate:g} %") if selection.needs_rate else selection.name
        if self.order == INDEX:
            return name
        by = f"by {order.name[0].lower()}{order.name[1:]}"
        return f"B{by[1:]}" if self.selection == ALL else f"{name} {by}"


@dataclass(frozen=True, eq=False)
class Arrangement:
    """What has been worked out.

    Attributes
    ----------
    choice
        For which choice.
    places
        The unit at each position, int (k,); None: all units by index.
    n_units
        Of how many units.
    iteration
        By the weights of which iteration.
    """

    choice: UnitChoice = UnitChoice()
    places: NDArray[np.int64] | None = None
    n_units: int = 0
    iteration: int = 0

    def of(self, n_units: int) -> NDArray[np.int64] | None:
        """Return the unit at each position for a network of so many units; None: all by index."""
        return self.places if self.n_units == n_units else None
