"""What is the code good for: a tab for each thing that the hidden code z can be used for."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QSizePolicy, QTabWidget, QWidget

from dae_gui.panels.representation_panel.layers_page import LayersPage
from dae_gui.panels.representation_panel.map_page import MapPage
from dae_gui.panels.representation_panel.probe_page import ProbePage
from dae_gui.support.jobs import Jobs
from dae_gui.support.plain_text import plain_tip
from dae_gui.widgets.controls.layouts import vbox
from dae_gui.workbench.study_panel import StudyPanel
from dae_gui.workbench.workbench import Workbench


@dataclass(frozen=True)
class Page:
    """A page: its key, the name and tip of its tab, and its class.

    A page is a study of its own, made with the workbench and the jobs: its ``study`` is called only while its tab and
    the dock are seen.
    """

    key: str
    title: str
    tip: str
    made_by: type[StudyPanel]


PAGES = (
    Page("probe", "Probe", "How well a linear classifier reads the digits' classes off the code", ProbePage),
    Page("map", "Map", "The codes of the held-out digits in the plane: which the network finds alike", MapPage),
    Page(
        "layers", "Layers", "The code as the input of further layers: a stack, and a classifier made of it", LayersPage
    ),
)
"""The pages, in the order of their tabs."""


class RepresentationPanel(StudyPanel):
    """Tabs of pages, each a study of its own, so that only the one that is seen computes.

    ``pages`` holds them by their keys.
    """

    def __init__(self, workbench: Workbench, jobs: Jobs, parent: QWidget | None = None) -> None:
        super().__init__(workbench, jobs, parent)
        self.setObjectName("representationPanel")
        self._tabs = _Tabs(self)
        self._tabs.setObjectName("representationTabs")
        self._tabs.setAccessibleName("What is the code good for?")
        self._tabs.setDocumentMode(True)
        self.pages: dict[str, StudyPanel] = {}
        for place, row in enumerate(PAGES):
            page = self.pages[row.key] = row.made_by(workbench, jobs, self._tabs)
            page.setAccessibleName(row.title)
            self._tabs.addTab(page, row.title)
            self._tabs.setTabToolTip(place, plain_tip(row.tip))
        self._tabs.currentChanged.connect(self._on_page_changed)
        self._on_page_changed()
        self.setLayout(vbox((self._tabs, 1), spacing=0, margins=(0, 0, 0, 0)))

    def show_page(self, key: str) -> None:
        """Bring a page to the front. Raises KeyError where there is none of this key."""
        self._tabs.setCurrentWidget(self.pages[key])

    @Slot()
    def _on_page_changed(self) -> None:
        """Ask for as much room as the page in front needs, whatever the others do."""
        expands, ignored = QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Ignored
        for page in self.pages.values():
            policy = expands if page is self._tabs.currentWidget() else ignored
            page.setSizePolicy(policy, policy)
        self.updateGeometry()


class _Tabs(QTabWidget):
    """Tabs that are as high as the page in front must be, not as high as it would like to be."""

    def heightForWidth(self, width: int) -> int:
        """Return the smallest height of the page in front, with the tabs."""
        page = self.currentWidget()
        layout = None if page is None else page.layout()
        least = self.minimumSizeHint().height()
        if page is None or layout is None or not layout.hasHeightForWidth():
            return least
        return max(least, self.tabBar().sizeHint().height() + layout.totalMinimumHeightForWidth(width))
