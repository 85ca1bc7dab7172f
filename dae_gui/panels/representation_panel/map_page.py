"""The map: the codes of the held-out digits in the plane."""

from __future__ import annotations

from typing import ClassVar

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QWidget

from dae_core.datasets import Dataset
from dae_core.jobs import Monitor
from dae_core.model.autoencoder import AutoEncoder
from dae_core.representation.codes import codes
from dae_core.representation.map import Plane, principal_plane
from dae_gui.support.jobs import Jobs
from dae_gui.widgets.controls.layouts import vbox
from dae_gui.widgets.controls.named import text_label
from dae_gui.workbench.study_panel import StudyPanel
from dae_gui.workbench.workbench import Workbench

_DIGITS = 2000


class MapPage(StudyPanel):
    """Says how much of the codes a map can show."""

    interval_ms: ClassVar[int] = 1000

    def __init__(self, workbench: Workbench, jobs: Jobs, parent: QWidget | None = None) -> None:
        super().__init__(workbench, jobs, parent)
        self.setObjectName("mapPage")
        self._text = text_label("mapTextLabel", "What the map shows", self)
        self.setLayout(vbox(self._text, 1, spacing=4, margins=(6, 4, 6, 4)))
        self.follow(workbench.weightsChanged)

    def study(self) -> None:
        """Have the plane computed."""
        if self.dataset is None or self.model is None:
            self._text.setText(self.no_data_text)
        elif not self.is_asking("plane"):
            self.ask("plane", _plane, self._on_plane, self.dataset, self.model)

    @Slot(object)
    def _on_plane(self, plane: Plane) -> None:
        self._text.setText(f"The plane of the map holds {plane.share:.0%} of the variance of the codes.")


def _plane(dataset: Dataset, model: AutoEncoder, monitor: Monitor) -> Plane:
    return principal_plane(codes(model, dataset.standardize(dataset.test_images[:_DIGITS]), monitor))
