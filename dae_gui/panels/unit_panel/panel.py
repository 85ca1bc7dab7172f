"""The unit inspector: follows the selected unit and the weights, and measures the units in the background."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QHideEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget

from dae_core.inspection.units import UnitActivity
from dae_core.model.autoencoder import AutoEncoder
from dae_gui.panels.unit_panel.likeness_pages import LikenessPages
from dae_gui.panels.unit_panel.measurement import Request, Result, measure
from dae_gui.panels.unit_panel.page_stack import PageStack
from dae_gui.panels.unit_panel.summary import summary
from dae_gui.panels.unit_panel.unit_bar import UnitBar
from dae_gui.panels.unit_panel.unit_page import MEASURING, UnitPage
from dae_gui.support.debounce import Debounce
from dae_gui.support.jobs import Jobs
from dae_gui.support.plain_text import PlainLabel
from dae_gui.widgets.controls.elided_label import ElidedLabel
from dae_gui.widgets.controls.layouts import hbox, vbox
from dae_gui.widgets.controls.named import named
from dae_gui.workbench.arrangement import UnitChoice
from dae_gui.workbench.facts import Weights
from dae_gui.workbench.state import State
from dae_gui.workbench.study_panel import StudyPanel
from dae_gui.workbench.workbench import Workbench

# While a run goes on, so many held-out digits are measured, and at most a twentieth of the time is spent on it.
_LIVE_DIGITS = 1000
_LIVE_SHARE = 0.05
_RESTING_SHARE = 0.5
_SHORTEST_PAUSE = 0.5

_NO_MODEL = "The units can be looked into as soon as data is loaded."
_NO_UNIT = (
    "Click a tile in Filters W or Filters V to look into that hidden unit, or press → here.\n"
    "What it looks for, what it adds, when it fires, and what is lost without it."
)


class UnitPanel(StudyPanel):
    """What one hidden unit looks for, adds, does and is worth. It changes nothing: models are only read.

    Signals
    -------
    sortRequested()
        The units shall be sorted again, by the weights of this moment.
    """

    sortRequested = Signal()

    def __init__(self, workbench: Workbench, jobs: Jobs, parent: QWidget | None = None) -> None:
        super().__init__(workbench, jobs, parent)
        self.setObjectName("unitPanel")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._off: set[int] = set()
        self._requested: Request | None = None
        self._result: Result | None = None
        self._next_at = 0.0
        self._measure_timer = Debounce(0, self._measure, self)

        self.bar = UnitBar(self)
        self._pages = PageStack(self)
        self._empty = named(PlainLabel(_NO_MODEL, self), "unitEmptyLabel")
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._empty.setWordWrap(True)
        self.page = UnitPage(self)
        self._pages.addWidget(self._empty)
        self._pages.addWidget(self.page)
        self.likes = LikenessPages(self, self.image_count)
        for page in self.likes.pages:
            self._pages.addWidget(page)
        name = "Held-out error with and without the units that are off"
        self._summary = named(ElidedLabel(parent=self), "unitSummaryLabel", name)
        self._below = QWidget(self)
        self._below.setLayout(hbox((self._summary, 1), self.bar.switches, spacing=8, margins=(0, 0, 0, 0)))
        self.setLayout(vbox(self.bar, (self._pages, 1), self._below, spacing=4, margins=(6, 4, 6, 4)))
        self._connect()
        self.bar.show_order(workbench.unit_choice.order)
        self._show_unit()

    def _connect(self) -> None:
        workbench = self.workbench
        workbench.weightsChanged.connect(self._on_weights_changed)
        workbench.unitSelected.connect(self._on_unit_selected)
        workbench.unitsChosen.connect(self._on_units_chosen)
        workbench.unitsArranged.connect(self._on_unit_selected)
        self.follow(workbench.weightsChanged, workbench.configChanged, workbench.stateChanged, workbench.digitChanged)
        self.bar.walked.connect(self.walk)
        self.bar.orderChosen.connect(self._on_order_chosen)
        self.bar.sortRequested.connect(self.sortRequested)
        self.bar.colorMapChosen.connect(self.page.set_color_map)
        self.bar.colorMapChosen.connect(self.likes.set_color_map)
        self.bar.viewChosen.connect(self._on_view_chosen)
        self.likes.goneTo.connect(workbench.select_unit)
        self.bar.offToggled.connect(self._on_off_toggled)
        self.bar.allOnRequested.connect(self._on_all_on_requested)
        for key, slot in ((Qt.Key.Key_Left, self._on_left_pressed), (Qt.Key.Key_Right, self._on_right_pressed)):
            shortcut = QShortcut(QKeySequence(key), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(slot)

    # -- what there is to study -----------------------------------------------------------------------------------

    def forget(self) -> None:
        """Have all units on again."""
        self._measure_timer.stop()
        self._off.clear()
        self._result = self._requested = None
        self.page.forget()
        self.likes.forget()

    @Slot(object)
    def _on_weights_changed(self, weights: Weights | None) -> None:
        """Have all units on again in another network, which does not have those that are off."""
        if weights is not None and self._off and max(self._off) >= weights.model.n_hidden:
            self._off.clear()

    @Slot()
    def _on_unit_selected(self) -> None:
        """Show another unit at once, as far as that needs no measuring."""
        self.invalidate()
        if self.isVisible():
            self._show_unit()

    def hideEvent(self, event: QHideEvent) -> None:
        """Stop measuring."""
        super().hideEvent(event)
        self._measure_timer.stop()
        self.likes.stop()
        self.discard_all()
        self._requested = None
        self.invalidate()

    def study(self) -> None:
        """Show the unit with the weights of this moment, and have the units measured."""
        self._show_unit()
        self._measure()

    # -- walking and ordering ------------------------------------------------------------------------------------

    @Slot(int)
    def walk(self, step: int) -> None:
        """Go on to the next unit (1) or back to the previous one (-1) of the order chosen; the first if none is."""
        if self.model is None:
            return
        places = self._places(self.model)
        if not len(places):
            return
        found = np.flatnonzero(places == self.unit)
        position = int(found[0]) + step if len(found) else 0
        self.workbench.select_unit(int(places[min(max(position, 0), len(places) - 1)]))

    def _places(self, model: AutoEncoder) -> NDArray[np.int64]:
        places = self.workbench.arrangement.of(model.n_hidden)
        return np.arange(model.n_hidden) if places is None else places

    @Slot()
    def _on_left_pressed(self) -> None:
        self.walk(-1)

    @Slot()
    def _on_right_pressed(self) -> None:
        self.walk(1)

    @Slot(str)
    def _on_order_chosen(self, order: str) -> None:
        self.workbench.choose_units(replace(self.workbench.unit_choice, order=order))

    @Slot()
    def _on_view_chosen(self) -> None:
        self._below.setVisible(self.bar.view.currentIndex() == 0)  # what turning off costs is seen in the overview
        self._show_unit()

    @Slot(object)
    def _on_units_chosen(self, choice: UnitChoice) -> None:
        self.bar.show_order(choice.order)

    # -- turning off ---------------------------------------------------------------------------------------------

    def units_off(self) -> frozenset[int]:
        """Return the units that are turned off here."""
        return frozenset(self._off)

    @Slot(bool)
    def _on_off_toggled(self, is_off: bool) -> None:
        (self._off.add if is_off else self._off.discard)(self.unit)
        self._show_unit()
        self._measure()

    def turn_off(self, units: Iterable[int]) -> None:
        """Have these units off and all others on."""
        self._off = set(units)
        self._show_unit()
        self._measure()

    @Slot()
    def _on_all_on_requested(self) -> None:
        self._off.clear()
        self._show_unit()
        self._measure()

    # -- measuring -----------------------------------------------------------------------------------------------

    def _request(self) -> Request | None:
        dataset, model = self.dataset, self.model
        if dataset is None or model is None:
            return None
        return Request(dataset, self.config.corruption, self.image_count(), self.units_off(), model, self.iteration)

    def image_count(self) -> int | None:
        """Return how many held-out images are measured on; None: all of them."""
        is_live = self.state in (State.RUNNING, State.STOPPING)
        is_many = self.dataset is not None and len(self.dataset.test_images) > _LIVE_DIGITS
        return _LIVE_DIGITS if is_live and is_many else None

    @Slot()
    def _measure(self) -> None:
        """Have the units measured, unless that has been done, or was done a moment ago for other weights."""
        request = self._request()
        if request is None or not self.isVisible():
            return
        last = self._requested if self.is_asking("measure") else self._result.request if self._result else None
        if last is not None and request.is_same_as(last):
            return
        if last is not None and request.differs_in_weights_only(last):
            if self.is_asking("measure"):
                return  # its result requests the next one
            wait = self._next_at - time.monotonic()
            if wait > 0:
                if not self._measure_timer.isActive():
                    self._measure_timer.start(int(1000 * wait) + 1)
                return
        self._measure_timer.stop()
        self._requested = request
        self.ask("measure", measure, self._on_measured, request, self._result)

    @Slot(object)
    def _on_measured(self, result: Result) -> None:
        self._result, self._requested = result, None
        share = _LIVE_SHARE if self.state is State.RUNNING else _RESTING_SHARE
        self._next_at = time.monotonic() + max(_SHORTEST_PAUSE, result.seconds * (1 / share - 1))
        self._show_unit()
        self._measure()

    def _activity(self) -> UnitActivity | None:
        """Return the last measured figures, if they are of these units and data."""
        result = self._result
        if result is None or self.model is None or result.request.dataset is not self.dataset:
            return None
        return result.activity if result.request.model.n_hidden == self.model.n_hidden else None

    # -- showing -------------------------------------------------------------------------------------------------

    def _show_unit(self) -> None:
        dataset, model, unit = self.workbench.dataset, self.model, self.unit
        if dataset is None or model is None or not 0 <= unit < model.n_hidden:
            self._empty.setText(_NO_MODEL if model is None else _NO_UNIT)
            self._pages.setCurrentWidget(self._empty)
            title = "" if model is None else f"{model.n_hidden:,} units"
            self.bar.show_unit(title, walkable=model is not None, is_off=None, n_off=len(self._off))
        else:
            self._pages.setCurrentIndex(1 + self.bar.view.currentIndex())
            title = self._title(model, unit)
            self.bar.show_unit(title, walkable=True, is_off=unit in self._off, n_off=len(self._off))
            self.page.show_weights(model, unit, dataset.shape)
            hint = MEASURING if self.dataset is not None else self.no_data_text
            self.page.show_activity(self._activity(), dataset, unit, hint)
            self.page.show_digit(model, dataset, self.digit, self.units_off())
            self.likes.show()
        self._summary.setText("" if self._result is None or self._activity() is None else summary(self._result))

    def _title(self, model: AutoEncoder, unit: int) -> str:
        if self.workbench.arrangement.of(model.n_hidden) is None:
            return f"Unit {unit + 1} of {model.n_hidden:,}"
        places = self._places(model)
        found = np.flatnonzero(places == unit)
        number = f"no. {found[0] + 1}" if len(found) else "none"
        return f"Unit {unit + 1} · {number} of {len(places):,}"
