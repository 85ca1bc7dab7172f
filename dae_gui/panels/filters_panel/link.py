"""What the two mosaics have in common: the part that is seen, the unit pointed at, and the lens that shows it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QObject, QPoint, QRect, Slot

from dae_gui.panels.filters_panel.lens_content import lens_content
from dae_gui.panels.filters_panel.panel import MosaicPanel
from dae_gui.support import notices
from dae_gui.support.jobs import Job
from dae_gui.support.settings import Settings
from dae_gui.widgets.pictures.mosaic_zoom import Zoom
from dae_gui.widgets.pictures.tile_lens import TileLens
from dae_gui.workbench.unit_sorter import UnitSorter

_LINK, _LENS = "mosaic_link", "mosaic_lens"


class MosaicLink(QObject):
    """Keeps mosaics of the same units in step, and shows the unit pointed at in one of them enlarged.

    Parameters
    ----------
    panels
        The mosaics.
    sorter
        Measures and sorts the units.
    settings
        Remembers what is switched on.
    """

    def __init__(
        self, panels: Sequence[MosaicPanel], sorter: UnitSorter, settings: Settings, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._panels = tuple(panels)
        self._sorter = sorter
        self._settings = settings
        self._is_linked, self._has_lens = settings.switch(_LINK), settings.switch(_LENS)
        self._lens: TileLens | None = None
        self._pointed: tuple[MosaicPanel, int] | None = None
        for panel in self._panels:
            # `partial` keeps who it was; the slots run in this thread, as nothing else emits these signals.
            panel.view.zoomChanged.connect(partial(self._on_zoom_changed, panel))
            panel.unitPointed.connect(partial(self._on_unit_pointed, panel))
            panel.drawn.connect(partial(self._on_drawn, panel))
            panel.arrange.linkToggled.connect(self.set_linked)
            panel.arrange.lensToggled.connect(self.set_lens)
            panel.arrange.sortRequested.connect(sorter.sort)
        sorter.begun.connect(self._on_begun)
        sorter.refused.connect(self._on_refused)
        sorter.surveyed.connect(self._refresh)
        self._show_switches()

    @Slot(bool)
    def set_linked(self, is_linked: bool) -> None:
        """Have all mosaics show the same part from now on, or each its own."""
        if is_linked != self._is_linked:
            self._is_linked = is_linked
            self._settings.set_switch(_LINK, is_linked)
            self._show_switches()

    @Slot(bool)
    def set_lens(self, has_lens: bool) -> None:
        """Show the unit pointed at enlarged from now on, or not."""
        if has_lens != self._has_lens:
            self._has_lens = has_lens
            self._settings.set_switch(_LENS, has_lens)
            self._show_switches()
            self._refresh()

    def lens(self) -> TileLens | None:
        """Return the lens while it is open."""
        return self._lens if self._lens is not None and self._lens.isVisible() else None

    def _show_switches(self) -> None:
        for panel in self._panels:
            panel.arrange.show_switches(is_linked=self._is_linked, has_lens=self._has_lens)
            panel.view.set_tips(not self._has_lens)

    def _on_zoom_changed(self, source: MosaicPanel, zoom: Zoom | None) -> None:
        if self._is_linked:
            for panel in self._panels:
                if panel is not source:
                    panel.set_zoom(zoom)
        self._refresh()

    def _on_unit_pointed(self, source: MosaicPanel, unit: int) -> None:
        for panel in self._panels:
            if panel is not source:
                panel.set_pointed(unit)
        self._pointed = (source, unit) if unit >= 0 else None
        if unit >= 0 and self._has_lens:
            self._sorter.measure()
        self._refresh()

    def _on_drawn(self, panel: MosaicPanel) -> None:
        if self._pointed is not None and self._pointed[0] is panel:
            self._refresh()

    @Slot()
    def _refresh(self) -> None:
        """Show in the lens what is so now, or close it."""
        places = None if self._pointed is None or not self._has_lens else self._places(*self._pointed)
        if places is None or self._pointed is None:
            if self._lens is not None:
                self._lens.hide()
            return
        panel, unit = self._pointed
        pictures = [(f"{each.layer}", each.unit_image(unit)) for each in self._panels]
        content = lens_content(panel.workbench, self._sorter, unit, pictures)
        if content is None:
            return
        window = panel.window()
        if self._lens is None:
            self._lens = TileLens(window)
        self._lens.move_to(window)
        self._lens.show_content(content, places)

    @staticmethod
    def _places(panel: MosaicPanel, unit: int) -> list[QRect] | None:
        """Return what the lens may not cover, in the coordinates of the window: the picture, and the unit's tile."""
        view, position = panel.view, panel.position(unit)
        grid = view.grid()
        if grid is None or position < 0 or not view.isVisible():
            return None
        corner = view.mapTo(panel.window(), QPoint())
        areas = grid.area().intersected(view.contentsRect().toRectF()), grid.tile(position)
        return [area.toAlignedRect().translated(corner) for area in areas]

    @Slot(object)
    def _on_begun(self, job: Job) -> None:
        panel = next((panel for panel in self._panels if panel.isVisible()), self._panels[0])
        job.show_in(panel.strip, "Measuring the units …")

    @Slot(str)
    def _on_refused(self, text: str) -> None:
        notices.warn(self._panels[0], text)
