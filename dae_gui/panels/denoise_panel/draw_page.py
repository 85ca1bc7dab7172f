"""The canvas with its tools: in a row below it, or in a column beside it where height is scarce."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, QSize, Qt, Slot
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QBoxLayout, QButtonGroup, QSizePolicy, QSlider, QWidget

from dae_gui.panels.denoise_panel.icon_button import IconButton
from dae_gui.panels.denoise_panel.keep_button import KeepButton
from dae_gui.widgets.drawing_canvas import MAXIMUM_BRUSH_SIZE, MINIMUM_BRUSH_SIZE, DrawingCanvas, Tool

_SLIDER_STEPS = 10  # of the slider in one pixel of the image
_SPACING = 4
_BUTTONS, _SHORTEST_SLIDER = 7, 32
_BRUSH_SIZE = 2.8  # as broad as MNIST's strokes, when a drawing of the whole canvas was scaled into MNIST's box


class DrawPage(QWidget):
    """A canvas, and the tools to draw on it.

    Parameters
    ----------
    parent
        The widget that this one stands in.
    """

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
        self._brush = QSlider(Qt.Orientation.Horizontal, self)
        self._brush.setObjectName("brushSizeSlider")
        self._brush.setAccessibleName("Brush size")
        self._brush.setRange(round(MINIMUM_BRUSH_SIZE * _SLIDER_STEPS), round(MAXIMUM_BRUSH_SIZE * _SLIDER_STEPS))
        self._brush.setPageStep(_SLIDER_STEPS // 2)
        self._undo = IconButton("undoButton", "undo", "Undo", "Take back the last stroke or digit (Ctrl+Z)", self)
        self._redo = IconButton("redoButton", "redo", "Redo", "Do again what was taken back (Ctrl+Shift+Z)", self)
        self._clear = IconButton("clearButton", "clear", "Clear", "Remove all ink (Delete); can be undone", self)
        self.center = IconButton(
            "centerDrawingCheckBox",
            "center",
            "Centre and scale as MNIST does",
            "Centre and scale what is drawn as MNIST's digits are: in a box of 20 of 28 pixels, its centre of mass in "
            "the middle.\nA digit from the data set stays as it is.",
            self,
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
        for widget in (self._undo, self._redo):
            widget.setEnabled(False)

    def _connect(self) -> None:
        canvas = self.canvas
        self._pen.toggled.connect(self._on_pen_toggled)
        self._brush.valueChanged.connect(self._on_brush_moved)
        canvas.brushSizeChanged.connect(self._show_brush_size)
        for signal, slot in ((self._undo.clicked, canvas.undo), (self._redo.clicked, canvas.redo)):
            signal.connect(slot)
        self._clear.clicked.connect(canvas.clear)
        canvas.undoAvailableChanged.connect(self._undo.setEnabled)
        canvas.redoAvailableChanged.connect(self._redo.setEnabled)
        # The canvas itself knows these keys; they shall also work while a tool button has the focus.
        for keys, slot in (
            ("P", self._pen.click),
            ("E", self._eraser.click),
            ("K", self.keep.click),
            ("Ctrl+Z", canvas.undo),
            ("Ctrl+Shift+Z", canvas.redo),
            ("Ctrl+Y", canvas.redo),
        ):
            shortcut = QShortcut(QKeySequence(keys), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(slot)

    def set_compact(self, compact: bool) -> None:
        """Put the tools into a column beside the canvas, or into a row below it."""
        direction = QBoxLayout.Direction
        self._layout.setDirection(direction.LeftToRight if compact else direction.BottomToTop)
        self._tools.setDirection(direction.TopToBottom if compact else direction.LeftToRight)
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
        tools = _BUTTONS * (button.height() + self._tools.spacing()) + _SHORTEST_SLIDER
        return QSize(canvas.width() + self.tools_thickness(compact=True), max(canvas.height(), tools))

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
        self._brush.setToolTip(f"Width of the pen: {size:.2g} of the picture's pixels ([ and ])")
