"""The canvas with its tools: in a row below it, or in a column beside it where height is scarce."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSignalBlocker, QSize, Qt, Slot
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QBoxLayout, QButtonGroup, QSizePolicy, QSlider, QWidget

from dae_gui.panels.denoise_panel.keep_button import KeepButton
from dae_gui.support.accessible import Kind, speaks
from dae_gui.support.plain_text import plain_tip
from dae_gui.support.scale import scaled
from dae_gui.support.undo import UndoHistory
from dae_gui.widgets.controls.icon_button import IconButton
from dae_gui.widgets.controls.named import named
from dae_gui.widgets.drawing.drawing_canvas import MAXIMUM_BRUSH_SIZE, MINIMUM_BRUSH_SIZE, DrawingCanvas, Tool

_SLIDER_STEPS = 10  # of the slider in one pixel of the image
_SPACING = 4
_BUTTONS, _SHORTEST_SLIDER = 7, 32
_BRUSH_SIZE = 2.8  # as broad as MNIST's strokes, when a drawing of the whole canvas was scaled into MNIST's box


class DrawPage(QWidget):
    """A canvas, and the tools to draw on it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.canvas = DrawingCanvas(parent=self)
        self.canvas.setObjectName("drawingCanvas")
        self.canvas.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.canvas.set_brush_size(_BRUSH_SIZE)
        self._pen = IconButton("penButton", "pen", "Pen", "Draw (P)", self, checkable=True)
        self._eraser = IconButton(
            "eraserButton", "eraser", "Eraser", "Erase (E), as the right mouse button or Shift do", self, checkable=True
        )
        self._pen.setChecked(True)
        group = QButtonGroup(self)
        group.addButton(self._pen)
        group.addButton(self._eraser)
        self._brush = named(QSlider(Qt.Orientation.Horizontal, self), "brushSizeSlider", "Brush size")
        self._brush.setRange(round(MINIMUM_BRUSH_SIZE * _SLIDER_STEPS), round(MAXIMUM_BRUSH_SIZE * _SLIDER_STEPS))
        self._brush.setPageStep(_SLIDER_STEPS // 2)
        speaks(self._brush, Kind.SLIDER, lambda: f"{self.canvas.brush_size():.1f} pixels of the image wide")
        self._undo = IconButton("undoButton", "undo", "Undo", "", self)
        self._redo = IconButton("redoButton", "redo", "Redo", "", self)
        self._clear = IconButton("clearButton", "clear", "Clear", "Remove all ink (Delete); can be undone", self)
        self.center = IconButton(
            "centerDrawingCheckBox",
            "center",
            "Centre",
            "Centre and scale what is drawn as MNIST's digits are: in a box of 20 of 28 pixels, its centre of mass in "
            "the middle.\nA digit from the data set stays as it is.",
            self,
            accessible_name="Centre and scale as MNIST does",
            checkable=True,
        )
        self.center.setChecked(True)
        self.keep = KeepButton(self)
        self._connect()

        self._tools = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._tools.setSpacing(1)
        self._tools.addWidget(self._pen)
        self._tools.addWidget(self._eraser)
        self._tools.addWidget(self._brush, 1)
        for button in (self._undo, self._redo, self._clear, self.center, self.keep):
            self._tools.addWidget(button)
        self._layout = QBoxLayout(QBoxLayout.Direction.BottomToTop, self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(_SPACING)
        self._layout.addLayout(self._tools)
        self._layout.addWidget(self.canvas, 1)
        self._show_brush_size(self.canvas.brush_size())
        self._show_steps()

    def _connect(self) -> None:
        canvas = self.canvas
        self._pen.toggled.connect(self._on_pen_toggled)
        self._brush.valueChanged.connect(self._on_brush_moved)
        canvas.brushSizeChanged.connect(self._show_brush_size)
        drawing = canvas.drawing
        for button, slot in ((self._undo, drawing.undo), (self._redo, drawing.redo), (self._clear, drawing.clear)):
            button.clicked.connect(slot)
        drawing.history.changed.connect(self._show_steps)
        for keys, slot in (("P", self._pen.click), ("E", self._eraser.click), ("K", self.keep.click)):
            self._add_key(keys, slot)
        # The canvas itself knows these keys; they shall also work while a tool button has the focus.
        undo_keys = (("Ctrl+Z", drawing.undo), ("Ctrl+Shift+Z", drawing.redo), ("Ctrl+Y", drawing.redo))
        self._undo_keys = [self._add_key(keys, slot) for keys, slot in undo_keys]

    def _add_key(self, keys: str, slot: Callable[[], object]) -> QShortcut:
        shortcut = QShortcut(QKeySequence(keys), self)
        shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        shortcut.activated.connect(slot)
        return shortcut

    def use_history(self, history: UndoHistory) -> None:
        """Share a history with the rest of the window, which has the keys of Undo and Redo from now on."""
        for shortcut in self._undo_keys:
            shortcut.setEnabled(False)  # or Qt would find them ambiguous
        self.canvas.drawing.history.changed.disconnect(self._show_steps)
        self.canvas.drawing.use_history(history)
        history.changed.connect(self._show_steps)
        self._show_steps()

    @Slot()
    def _show_steps(self) -> None:
        history = self.canvas.drawing.history
        undo, redo = history.undo_text(), history.redo_text()
        self._undo.setEnabled(history.can_undo())
        self._redo.setEnabled(history.can_redo())
        self._undo.setToolTip(plain_tip(f"Undo {undo or 'the last step'} (Ctrl+Z)"))
        self._redo.setToolTip(plain_tip(f"Redo {redo or 'what was taken back'} (Ctrl+Shift+Z)"))

    def set_compact(self, compact: bool) -> None:
        """Put the tools into a column beside the canvas, or into a row below it."""
        direction = QBoxLayout.Direction
        self._layout.setDirection(direction.LeftToRight if compact else direction.BottomToTop)
        self._tools.setDirection(direction.TopToBottom if compact else direction.LeftToRight)
        self.center.set_text_visible(not compact)
        self._brush.setOrientation(Qt.Orientation.Vertical if compact else Qt.Orientation.Horizontal)
        self._tools.setAlignment(
            self._brush, Qt.AlignmentFlag.AlignHCenter if compact else Qt.AlignmentFlag.AlignVCenter
        )

    def tab_order(self) -> tuple[QWidget, ...]:
        """Return the widgets in the order in which the Tab key visits them."""
        tools = (self._pen, self._eraser, self._brush, self._undo, self._redo, self._clear, self.center, self.keep)
        return (self.canvas, *tools)

    def smallest_compact_size(self) -> QSize:
        """Return the smallest size with the tools beside the canvas."""
        canvas, button = self.canvas.minimumSizeHint(), self._pen.sizeHint()
        tools = _BUTTONS * (button.height() + self._tools.spacing()) + scaled(_SHORTEST_SLIDER)
        return QSize(canvas.width() + self.tools_thickness(compact=True), max(canvas.height(), tools))

    def width_of_tools(self) -> int:
        """Return the width from which on the tools have room in a row, the one with its text."""
        across = _BUTTONS * (self._pen.sizeHint().width() + self._tools.spacing()) + scaled(_SHORTEST_SLIDER)
        return across + self.center.width_of_text()

    def tools_thickness(self, compact: bool) -> int:
        """Return what the tools and the gap beside them take away from the canvas, in width or in height."""
        hint = self._pen.sizeHint()
        return (hint.width() if compact else hint.height()) + _SPACING

    @Slot(bool)
    def _on_pen_toggled(self, pen: bool) -> None:
        self.canvas.set_tool(Tool.PEN if pen else Tool.ERASER)

    @Slot(int)
    def _on_brush_moved(self, steps: int) -> None:
        self.canvas.set_brush_size(steps / _SLIDER_STEPS)

    @Slot(float)
    def _show_brush_size(self, size: float) -> None:
        with QSignalBlocker(self._brush):
            self._brush.setValue(round(size * _SLIDER_STEPS))
        self._brush.setToolTip(plain_tip(f"Width of the pen: {size:.2g} of the picture's pixels ([ and ])"))
