"""The unit panel's pages on what a unit is like: what they show is found in the background, while one is seen."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject, Signal, Slot

from dae_gui.panels.unit_panel.likeness_job import LikenessRequest, LikenessResult, OtherRun, find_likes
from dae_gui.panels.unit_panel.other_run_page import OtherRunPage
from dae_gui.panels.unit_panel.similar_page import SimilarPage
from dae_gui.panels.unit_panel.strength_page import StrengthPage
from dae_gui.support.debounce import Debounce
from dae_gui.widgets.pictures.color_maps import ColorMapName
from dae_gui.workbench.state import State
from dae_gui.workbench.study_panel import StudyPanel

_NAME = "likes"
_LOOKING = "Looking for what is like it …"
_LIVE_SHARE, _RESTING_SHARE = 0.05, 0.5  # of the time, at most, is spent on it
_SHORTEST_PAUSE = 0.5


class LikenessPages(QObject):
    """Three pages, and the request for what they show.

    Parameters
    ----------
    panel
        Says which unit of which weights is selected, and asks in its name.
    image_count
        Returns how many held-out images are looked at; None: all of them.

    Signals
    -------
    goneTo(int)
        The user goes to this unit.
    """

    goneTo = Signal(int)

    def __init__(self, panel: StudyPanel, image_count: Callable[[], int | None]) -> None:
        super().__init__(panel)
        self._panel = panel
        self._count = image_count
        self._requested: LikenessRequest | None = None
        self._result: LikenessResult | None = None
        self._next_at = 0.0
        self._timer = Debounce(0, self.show, self)
        self.strength = StrengthPage(panel)
        self.similar = SimilarPage(panel)
        self.other = OtherRunPage(panel)
        self.pages = (self.strength, self.similar, self.other)
        self.similar.goneTo.connect(self.goneTo)
        self.other.runChosen.connect(self.show)
        self.set_color_map("diverging")

    @Slot(str)
    def set_color_map(self, name: ColorMapName) -> None:
        """Colour the tiles of filters."""
        self.similar.set_color_map(name)
        self.other.set_color_map(name)

    def set_runs(self, runs: Sequence[OtherRun]) -> None:
        """Take the other runs of the session."""
        if self.other.set_runs(runs):
            self.show()

    def forget(self) -> None:
        """Forget what was found on a data set that is gone."""
        self.stop()
        self._result = None

    def stop(self) -> None:
        """Ask for nothing any more."""
        self._timer.stop()
        self._panel.discard(_NAME)
        self._requested = None

    @Slot()
    def show(self) -> None:
        """Show what is known of the selected unit on the page that is seen, and ask for what is not."""
        page = next((page for page in self.pages if page.isVisible()), None)
        dataset, model, unit = self._panel.dataset, self._panel.model, self._panel.unit
        if page is None or model is None or not 0 <= unit < model.n_hidden:
            return
        if dataset is None:
            page.show_result(None, self._panel.no_data_text)
            return
        other = self.other.other() if page is self.other else None
        refusal = "" if other is None else other.refusal(dataset.shape)
        request = LikenessRequest(
            dataset, self._panel.config.corruption, self._count(), model, unit, None if refusal else other
        )
        found = self._result
        fits = found is not None and request.differs_in_weights_only(found.request)
        has_other = page is not self.other or (other is not None and not refusal)
        hint = refusal or ("" if not has_other else _LOOKING)
        page.show_result(found if fits and has_other else None, hint)
        if has_other:
            self._ask(request)

    def _ask(self, request: LikenessRequest) -> None:
        """Ask for what is not known, of other weights of a run at most so often."""
        asks = self._panel.is_asking(_NAME)
        last = self._requested if asks else None if self._result is None else self._result.request
        if last is not None and request.is_same_as(last):
            return
        if last is not None and request.differs_in_weights_only(last):
            wait = self._next_at - time.monotonic()
            if asks or wait > 0:
                if not asks and not self._timer.isActive():
                    self._timer.start(int(1000 * wait) + 1)
                return
        self._timer.stop()
        self._requested = request
        self._panel.ask(_NAME, find_likes, self._on_found, request, self._result)

    @Slot(object)
    def _on_found(self, result: LikenessResult) -> None:
        self._result, self._requested = result, None
        share = _LIVE_SHARE if self._panel.state is State.RUNNING else _RESTING_SHARE
        self._next_at = time.monotonic() + max(_SHORTEST_PAUSE, result.seconds * (1 / share - 1))
        self.show()
