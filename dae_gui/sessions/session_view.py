"""What a session keeps of how the window shows it, as the window offers it."""

from __future__ import annotations

from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

Drawings = tuple[NDArray[np.uint8], ...]


class SessionView(Protocol):
    """Reads and restores what is shown."""

    def values(self) -> dict[str, Any]:
        """Return a JSON object."""

    def drawings(self) -> Drawings:
        """Return the user's own images, uint8 (h, w) each."""

    def restore(self, values: dict[str, Any], drawings: Drawings) -> None:
        """Show it as it was; what does not make sense here is passed over."""
