"""The docks that study the run: which there are, and their panels, which are made when they are first shown."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pkgutil import resolve_name
from typing import Any, Literal

from PySide6.QtCore import QObject, Qt, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QDockWidget, QMainWindow

from dae_gui.support.jobs import Jobs
from dae_gui.widgets.controls.panel_area import PanelArea
from dae_gui.window.dock_frame import Dock
from dae_gui.window.dock_switch import DockSwitch
from dae_gui.workbench.study_panel import StudyPanel
from dae_gui.workbench.workbench import Workbench

StudyMenu = Literal["file", "understand", "view"]


@dataclass(frozen=True)
class StudySpec:
    """A study: object name and title of its dock (with its mnemonic), its key and tip, and the class of its panel.

    ``icon`` and ``short`` stand for it in the rail. ``panel`` is the class as "module:name": the module is imported
    when the dock is first shown, not at the start.
    """

    name: str
    text: str
    icon: str
    short: str
    shortcut: str
    tip: str
    panel: str
    menu: StudyMenu = "understand"
    """Where it stands: with what is opened, among the explanations of the network, or as a record of what was done."""
    behind: str = "denoiseDock"
    """The dock whose place it shares at first."""


STUDIES: tuple[StudySpec, ...] = (
    StudySpec(
        "datasetDock",
        "Da&ta sets",
        "data",
        "Data sets",
        "Ctrl+Shift+1",
        "Choose, download and remove data sets, and see the present one at a glance",
        "dae_gui.panels.dataset_panel:DatasetPanel",
        menu="file",
    ),
    StudySpec(
        "unitDock",
        "U&nit",
        "unit",
        "Unit",
        "Ctrl+5",
        "What the selected hidden unit looks for, adds, does and is worth; sorts the filters",
        "dae_gui.panels.unit_panel:UnitPanel",
    ),
    StudySpec(
        "comparisonDock",
        "&Is it any good?",
        "compare",
        "Any good?",
        "Ctrl+6",
        "The network beside the classical denoisers, on the same held-out images with the same noise",
        "dae_gui.panels.comparison_panel:ComparisonPanel",
    ),
    StudySpec(
        "mismatchDock",
        "&Other noise",
        "levels",
        "Other noise",
        "Ctrl+7",
        "Noise that the network was not trained on: its quality over the level, and a series trained at several",
        "dae_gui.panels.mismatch_panel:MismatchPanel",
    ),
    StudySpec(
        "healthDock",
        "&Health",
        "health",
        "Health",
        "Ctrl+8",
        "Sparsity, dead units, biases, norms and gradients of the run, what is wrong with it, and what helps",
        "dae_gui.panels.health_panel:HealthPanel",
    ),
    StudySpec(
        "manifoldDock",
        "Where does it &lead?",
        "path",
        "Where to?",
        "Ctrl+9",
        "The network applied again and again, with or without noise, from a digit or from noise: paths and samples",
        "dae_gui.panels.manifold_panel:ManifoldPanel",
    ),
    StudySpec(
        "representationDock",
        "What is the code good &for?",
        "map",
        "The code",
        "Ctrl+Shift+8",
        "The hidden code as features: a map of the digits, a classifier on it, and further layers",
        "dae_gui.panels.representation_panel:RepresentationPanel",
    ),
    StudySpec(
        "stepDock",
        "One ste&p",
        "iteration",
        "One step",
        "Ctrl+Shift+5",
        "One iteration in pictures, in the order in which it happens, with its equations and code",
        "dae_gui.panels.step_panel:StepPanel",
    ),
    StudySpec(
        "lessonDock",
        "Le&ssons",
        "lesson",
        "Lessons",
        "Ctrl+Shift+6",
        "Predict, measure, explain: lessons that ask before they show, and the exercise itself",
        "dae_gui.lessons.lesson:LessonPanel",
        behind="trainingDock",
    ),
    StudySpec(
        "yourCodeDock",
        "&Your code",
        "code",
        "Your code",
        "Ctrl+Shift+7",
        "Write the exercise's functions yourself: check them, and train with your own backward",
        "dae_gui.lessons.code.panel:CodePanel",
    ),
    StudySpec(
        "runsDock",
        "R&uns",
        "runs",
        "Runs",
        "Ctrl+Shift+2",
        "All runs of the session side by side: what differs, their filters and figures, and sweeps",
        "dae_gui.panels.runs_panel:RunsPanel",
        menu="view",
    ),
    StudySpec(
        "logDock",
        "Lo&g",
        "log",
        "Log",
        "Ctrl+Shift+3",
        "What happened when: runs, changed settings, files, warnings and errors",
        "dae_gui.panels.log_panel:LogPanel",
        menu="view",
    ),
)


def in_menus() -> tuple[tuple[StudySpec, ...], ...]:
    """Return the studies of each menu, those that explain the network first."""
    menus: tuple[StudyMenu, ...] = ("understand", "file", "view")
    return tuple(tuple(spec for spec in STUDIES if spec.menu == menu) for menu in menus)


class PanelRegistry(QObject):
    """Makes the docks of the studies, hidden at first, and the panel of each when it is first shown.

    Parameters
    ----------
    window
        The window that the docks belong to.
    workbench, jobs
        What the panels read, and where they compute.
    """

    def __init__(self, window: QMainWindow, workbench: Workbench, jobs: Jobs) -> None:
        super().__init__(window)
        self._window = window
        self._workbench = workbench
        self._jobs = jobs
        self._panels: dict[str, StudyPanel] = {}
        self._presenters: Mapping[str, Callable[[Any], object]] = {}
        self.docks: dict[str, QDockWidget] = {}
        for spec in STUDIES:
            dock = Dock(spec.name, spec.text, window)
            dock.visibilityChanged.connect(self._on_visibility_changed)
            self.docks[spec.name] = dock
            DockSwitch(dock, window, spec.text, spec.shortcut, spec.tip)

    def present_with(self, presenters: Mapping[str, Callable[[Any], object]]) -> None:
        """Hand each panel, when it is made, to the function that connects it; by the object name of the panel."""
        self._presenters = presenters

    def place(self) -> None:
        """Put all docks where they are at first: each behind one that is always there, closed."""
        fronts = {}
        for spec in STUDIES:
            dock, front = self.docks[spec.name], self._window.findChild(QDockWidget, spec.behind)
            dock.hide()  # first: side by side, if only for a moment, they would make the window wider
            dock.setFloating(False)
            area = Qt.DockWidgetArea.BottomDockWidgetArea if front is None else self._window.dockWidgetArea(front)
            self._window.addDockWidget(area, dock)
            if front is not None:
                self._window.tabifyDockWidget(front, dock)
                fronts[spec.behind] = front
        for front in fronts.values():
            front.raise_()

    def actions(self, menu: StudyMenu) -> list[QAction]:
        """Return the actions of the docks that stand in a menu."""
        return [self.docks[spec.name].toggleViewAction() for spec in STUDIES if spec.menu == menu]

    def unmade(self) -> list[str]:
        """Return the names of the docks whose panels were not made yet."""
        return [name for name in self.docks if name not in self._panels]

    def panel(self, name: str) -> StudyPanel:
        """Return the panel of a dock, made now if it was never shown."""
        if name not in self._panels:
            spec = next(spec for spec in STUDIES if spec.name == name)
            panel: StudyPanel = resolve_name(spec.panel)(self._workbench, self._jobs)
            panel.setAccessibleName(self.docks[name].windowTitle())
            self._panels[name] = panel
            area = PanelArea(panel, self.docks[name])
            self.docks[name].setWidget(area)
            self.docks[name].setFocusProxy(area)
            self._presenters.get(panel.objectName(), lambda _panel: None)(panel)
        return self._panels[name]

    @Slot(bool)
    def _on_visibility_changed(self, is_visible: bool) -> None:
        dock = self.sender()
        if is_visible and isinstance(dock, QDockWidget):
            self.panel(dock.objectName())
