"""One panel in all of the window, and Present: other views of the same layout, which comes back exactly."""

from __future__ import annotations

from PySide6.QtCore import QByteArray, QObject, QSize, Qt, Signal, Slot
from PySide6.QtGui import QAction, QCursor, QKeySequence
from PySide6.QtWidgets import QApplication, QDockWidget, QMainWindow, QToolBar, QWidget
from shiboken6 import isValid

from dae_gui.support.zoom import Zoom
from dae_gui.widgets.controls.passing_note import PassingNote
from dae_gui.window.kept_layout import KeptLayout

_BESIDE = Qt.DockWidgetArea.LeftDockWidgetArea, Qt.DockWidgetArea.RightDockWidgetArea
_WIDER, _MOST_OF_WIDTH = 1.3, 0.35
_HINT = "{leave} ends Present  ·  {start} starts, {pause} pauses  ·  {spotlight} spotlight"


class ViewModes(QObject):
    """Maximizes a panel, and presents the panels that are open; each can begin and end while the other one goes on.

    Parameters
    ----------
    window
        The window.
    actions
        Its actions by name: those of the two modes are connected here, and the others work on while no menu is seen.
    zoom
        Which has a scale for a projector.
    form
        The dock that a presentation does without.

    Signals
    -------
    cameBack()
        The layout of before a mode has come to rest, or what the user did ended that.
    """

    cameBack = Signal()

    def __init__(
        self,
        window: QMainWindow,
        actions: dict[str, QAction],
        zoom: Zoom,
        form: QDockWidget,
    ) -> None:
        super().__init__(window)
        self._window, self._zoom, self._form = window, zoom, form
        self._maximize, self._present = actions["maximizeAction"], actions["presentAction"]
        self._actions = actions
        self._modes: dict[QAction, KeptLayout] = {}  # those that are on, the first to begin first
        self._returning: KeptLayout | None = None  # the layout that has not come to rest yet
        self._panel: QWidget | None = None
        self._keys: list[QAction] = []
        self._titles: dict[QDockWidget, QWidget] = {}
        self._note = PassingNote(window)
        self._leave = QAction(window)
        self._leave.setObjectName("leaveViewAction")
        self._leave.setText("Leave Present, or the one panel")
        self._leave.setShortcut(QKeySequence(Qt.Key.Key_Escape))
        self._leave.setEnabled(False)
        window.addAction(self._leave)
        self._maximize.triggered.connect(self._on_maximize_triggered)
        self._present.triggered.connect(self._on_present_triggered)
        self._leave.triggered.connect(self._on_leave_triggered)
        for dock in self._docks():
            dock.visibilityChanged.connect(self._on_dock_seen, Qt.ConnectionType.QueuedConnection)

    def layout(self) -> QByteArray:
        """Return the layout of the window as it is without any mode, for ``restoreState``."""
        first = next(iter(self._modes.values()), None)
        return self._window.saveState() if first is None else first.state

    def geometry(self) -> QByteArray:
        """Return place and size of the window as they are without any mode, for ``restoreGeometry``."""
        first = next(iter(self._modes.values()), None)
        return self._window.saveGeometry() if first is None else first.geometry

    def are_on(self) -> bool:
        """Whether one panel is maximized, or the window presents."""
        return bool(self._modes)

    def leave_all(self) -> bool:
        """End all modes; return whether a layout is coming back, which takes some turns of the event loop."""
        while self._modes:
            self._on_leave_triggered()
        return self._returning is not None

    # One panel

    def panel_at_pointer(self) -> QWidget:
        """Return the panel under the pointer, else that with the focus, else the centre: a dock, or the centre."""
        window, at = self._window, QCursor.pos()  # not QApplication.widgetAt: that may be the spotlight
        floating = [dock for dock in self._docks() if dock.isFloating() and dock.isVisible()]
        above = next((dock for dock in floating if dock.frameGeometry().contains(at)), None)
        for pointed in (above, window.childAt(window.mapFromGlobal(at)), QApplication.focusWidget()):
            widget: QWidget | None = pointed
            while widget is not None:
                if widget is self._window.centralWidget() or widget in self._docks():
                    return widget
                widget = widget.parentWidget()
        return self._window.centralWidget()

    @Slot()
    def _on_maximize_triggered(self) -> None:
        if self._maximize in self._modes:
            self._end_maximized()
            return
        self._begin(self._maximize)
        panel = self._panel = self.panel_at_pointer()
        for dock in self._docks():
            dock.setVisible(dock is panel)
        if isinstance(panel, QDockWidget):
            panel.setFloating(False)
            self._window.centralWidget().hide()
        panel.setFocus()

    def _end_maximized(self, in_front: QDockWidget | None = None) -> None:
        began_first = next(iter(self._modes)) is self._maximize
        kept = self._modes.pop(self._maximize)
        self._panel = None
        if began_first and self._modes:  # Present began with this one panel: it goes on with the panels of before
            self._modes[self._present].drop()
            self._modes[self._present] = kept
            kept.restore_docks()
            self._hide_all_but_panels()
        else:
            self._return(kept, in_front)
        self._tell()

    @Slot(bool)
    def _on_dock_seen(self, is_seen: bool) -> None:
        """Bring the layout back when the user opens another panel, with that one in front."""
        dock = self.sender()
        if not is_seen or self._panel in (None, dock) or not isinstance(dock, QDockWidget) or not dock.isVisible():
            return
        self._end_maximized(dock)

    # All panels, for a projector

    @Slot()
    def _on_present_triggered(self) -> None:
        if self._present in self._modes:
            self._end_present()
            return
        self._begin(self._present)
        window, before = self._window, self._window.size()
        self._keys = [one for one in window.findChildren(QAction) if one.shortcuts() and one not in window.actions()]
        window.addActions(self._keys)  # the keys of a menu that is not seen do nothing
        for dock in self._docks():
            self._titles[dock] = dock.titleBarWidget()
            dock.setTitleBarWidget(QWidget(dock))
        self._hide_all_but_panels()
        self._zoom.set_projected(True)
        window.setWindowState(window.windowState() | Qt.WindowState.WindowFullScreen)
        self._grow_docks(before)
        keys = {name: self._actions[f"{name}Action"].shortcut().toString() for name in ("start", "pause", "spotlight")}
        self._note.show_text(_HINT.format(leave="Esc", **keys))

    def _end_present(self) -> None:
        began_first = next(iter(self._modes)) is self._present
        kept = self._modes.pop(self._present)
        if began_first and self._modes:  # a panel was maximized meanwhile
            self._modes.pop(self._maximize).drop()
            self._panel = None
        for action in filter(isValid, self._keys):  # some belong to menus that are made anew
            self._window.removeAction(action)
        self._zoom.set_projected(False)  # first: a title bar keeps the height that it has when it comes
        for dock, title in self._titles.items():
            dock.titleBarWidget().deleteLater()
            dock.setTitleBarWidget(title)
        self._titles.clear()
        self._note.hide()
        self._return(kept)
        self._tell()

    def _hide_all_but_panels(self) -> None:
        self._form.hide()
        for part in (self._window.menuBar(), self._window.statusBar(), *self._window.findChildren(QToolBar)):
            part.hide()

    def _grow_docks(self, before: QSize) -> None:
        """Give the docks their part of a larger window; Qt would give all to the centre."""
        window, now = self._window, self._window.size()
        docks = [dock for dock in self._docks() if not dock.isHidden() and not dock.isFloating()]
        across = [dock for dock in docks if window.dockWidgetArea(dock) in _BESIDE]
        along = [dock for dock in docks if dock not in across]
        wider = max(now.width() / before.width(), _WIDER)  # for letters that are larger
        widths = [round(min(dock.width() * wider, _MOST_OF_WIDTH * now.width())) for dock in across]
        heights = [round(dock.height() * now.height() / before.height()) for dock in along]
        window.resizeDocks(across, widths, Qt.Orientation.Horizontal)
        window.resizeDocks(along, heights, Qt.Orientation.Vertical)

    # Both

    @Slot()
    def _on_leave_triggered(self) -> None:
        """End the mode that began last."""
        (self._end_present if list(self._modes)[-1] is self._present else self._end_maximized)()

    def _begin(self, mode: QAction) -> None:
        returning, self._returning = self._returning, None  # so the window is not yet as it shall be after this mode
        if returning is not None and returning.hold():
            self._modes[mode] = returning
        else:
            if returning is not None:
                returning.drop()
            self._modes[mode] = kept = KeptLayout(self._window)
            kept.returned.connect(self._on_returned)
        self._tell()

    def _return(self, kept: KeptLayout, in_front: QDockWidget | None = None) -> None:
        """Have a layout come back; one that is still about to would come after it."""
        before, self._returning = self._returning, kept
        if before is not None:
            before.drop()
        kept.restore(in_front)

    @Slot()
    def _on_returned(self) -> None:
        if self.sender() is self._returning:
            self._returning = None
            self.cameBack.emit()

    def _tell(self) -> None:
        for mode in (self._maximize, self._present):
            mode.setChecked(mode in self._modes)
        self._leave.setEnabled(bool(self._modes))

    def _docks(self) -> list[QDockWidget]:
        return self._window.findChildren(QDockWidget)
