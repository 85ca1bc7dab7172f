"""One ring around whatever has the keyboard's focus, in every part of the window and in its dialogs."""

from __future__ import annotations

from PySide6.QtCore import QObject, QRectF, Qt, Slot
from PySide6.QtGui import QColor, QGuiApplication, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QApplication, QFocusFrame, QProxyStyle, QStyle, QStyleHintReturn, QStyleOption, QWidget
from shiboken6 import isValid

from dae_gui.support.theme import current_theme

WIDTH = 2.0
"""Of the ring, in pixels of the screen."""
_OUTSIDE = 3  # pixels that the frame reaches beyond its widget: the ring, and a line of the ground within
_MARGINS = (QStyle.PixelMetric.PM_FocusFrameHMargin, QStyle.PixelMetric.PM_FocusFrameVMargin)
_BY_KEYBOARD = Qt.WidgetAttribute.WA_KeyboardFocusChange


class FocusRing(QObject):
    """Shows the ring in a window and in the windows that belong to it, while the focus was moved by keyboard.

    A click hides it, for the mouse has shown where that was; Tab and the keys of docks show it. Qt notes which of the
    two it was in an attribute of the window, and its own style goes by that too.

    Parameters
    ----------
    window
        The window.
    """

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._frame: _Frame | None = None
        application = QApplication.instance()
        if isinstance(application, QApplication):
            application.focusChanged.connect(self._on_focus_changed)

    @Slot(QWidget, QWidget)
    def _on_focus_changed(self, _old: QWidget | None, new: QWidget | None) -> None:
        if new is None or not self._is_ours(new):
            self._show_around(None)
            return
        if QGuiApplication.mouseButtons() != Qt.MouseButton.NoButton:
            new.window().setAttribute(_BY_KEYBOARD, False)
        self._show_around(new if new.window().testAttribute(_BY_KEYBOARD) else None)

    def _is_ours(self, widget: QWidget) -> bool:
        top: QWidget | None = widget.window()
        while top is not None and top is not self._window:
            parent = top.parentWidget()
            top = None if parent is None else parent.window()
        return top is self._window

    def _show_around(self, widget: QWidget | None) -> None:
        if self._frame is not None and not isValid(self._frame):
            self._frame = None  # it has gone with a dialog
        if widget is not None:
            if self._frame is None:
                self._frame = _Frame(widget.window())
            self._frame.setWidget(widget)
            self._frame.raise_()
        elif self._frame is not None:
            self._frame.setWidget(None)  # type: ignore[arg-type]  # as Qt has it


class _Frame(QFocusFrame):
    """The ring; Qt moves it with its widget, and clips it where that is scrolled."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("focusRing")
        self.setStyle(_FrameStyle(self))
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the ring around what is to be seen of the widget: where there is no room outside, on its rim."""
        area = QRectF(self.rect() & self.visibleRegion().boundingRect())
        theme = current_theme(self.palette())
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for color, width, inset in ((theme.surface, 1.0, WIDTH + 0.5), (theme.focus, WIDTH, WIDTH / 2)):
            painter.setPen(QPen(QColor(color), width))
            painter.drawRoundedRect(area.adjusted(inset, inset, -inset, -inset), WIDTH, WIDTH)


class _FrameStyle(QProxyStyle):
    """Has Qt put the frame over its widget, and a little beyond it; only the frame has this style."""

    def __init__(self, parent: QObject) -> None:
        super().__init__("Fusion")
        self.setParent(parent)

    def styleHint(
        self,
        hint: QStyle.StyleHint,
        option: QStyleOption | None = None,
        widget: QWidget | None = None,
        returned: QStyleHintReturn | None = None,
    ) -> int:
        """Return that the frame lies above its widget, and is not cut out."""
        if hint in (QStyle.StyleHint.SH_FocusFrame_AboveWidget, QStyle.StyleHint.SH_FocusFrame_Mask):
            return int(hint == QStyle.StyleHint.SH_FocusFrame_AboveWidget)
        return super().styleHint(hint, option, widget, returned)

    def pixelMetric(
        self, metric: QStyle.PixelMetric, option: QStyleOption | None = None, widget: QWidget | None = None
    ) -> int:
        """Return how far the frame reaches beyond its widget."""
        return _OUTSIDE if metric in _MARGINS else super().pixelMetric(metric, option, widget)
