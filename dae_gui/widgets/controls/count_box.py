"""How many of something a panel takes: a choice of round numbers, as far as there are so many."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSignalBlocker
from PySide6.QtWidgets import QComboBox, QWidget

from dae_gui.widgets.controls.named import named


class CountBox(QComboBox):
    """Offers round numbers of images, and all where there are fewer.

    Parameters
    ----------
    name, title, tip
        Its object name, its name to be read aloud, and its tip.
    counts
        The numbers, rising; the last one is the most that is ever taken.
    preferred
        Which of them is chosen at first, and again where there are so many.
    parent
        What it stands in.
    """

    def __init__(self, name: str, title: str, tip: str, counts: Sequence[int], preferred: int, parent: QWidget) -> None:
        super().__init__(parent)
        named(self, name, title, tip)
        self._counts = tuple(counts)
        self._wanted = preferred
        self.offer(self._counts[-1] + 1)  # as long as nobody says how many there are
        self.activated.connect(self._on_activated)

    def count_of_images(self) -> int:
        """Return how many are chosen."""
        return int(self.currentData())

    def offer(self, available: int) -> None:
        """Offer what there is of so many images: nothing is said to be taken that is not there."""
        most = min(available, self._counts[-1])
        counts = [*(count for count in self._counts if count < most), most]
        with QSignalBlocker(self):
            self.clear()
            for count in counts:
                self.addItem(f"all {count:,} images" if count == available else f"{count:,} images", count)
            self.setCurrentIndex(max(sum(count <= self._wanted for count in counts) - 1, 0))

    def _on_activated(self) -> None:
        self._wanted = self.count_of_images()
