"""Where the digit to denoise comes from: drawn by hand, or picked from the held-out digits."""

from __future__ import annotations

from collections import deque
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QSignalBlocker, QSize, Signal, Slot
from PySide6.QtWidgets import QBoxLayout, QButtonGroup, QComboBox, QStackedWidget, QWidget

from dae_core.datasets import Dataset
from dae_core.datasets.centering import center_digit
from dae_gui.panels.denoise_panel.digit_picker import DigitPicker, digit_name
from dae_gui.panels.denoise_panel.draw_page import DrawPage
from dae_gui.panels.denoise_panel.segment_button import SegmentButton
from dae_gui.support import notices
from dae_gui.support.plain_text import plain_tip
from dae_gui.support.undo import UNDO_LIMIT
from dae_gui.widgets.controls.icon_button import IconButton
from dae_gui.widgets.controls.layouts import hbox, vbox
from dae_gui.widgets.controls.named import named

_SEED = 1
_SPACING = 4
_REMEMBERED = UNDO_LIMIT  # as many digits as there are steps to undo
_SAMPLES = 10
_ROUNDING = 1  # the canvas gives an image back within one grey level


class DigitSource(QWidget):
    """A canvas and a mosaic of held-out digits to switch between, and the buttons that pick a digit.

    What is on the canvas is what counts; it is blank at first. A picked digit is put there, and a stroke of the pen on
    it begins a new drawing.
    """

    imageChanged = Signal()
    """`image` is another one; also during a stroke."""
    digitPicked = Signal(int)
    """The held-out digit with this index was put on the canvas."""
    drawingKept = Signal(object, object)
    """The user wants to keep a drawing: uint8 (h, w) as the network sees it, and its label or None."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rng = np.random.default_rng(_SEED)
        self._dataset: Dataset | None = None
        self._current: int | None = None
        self._form: tuple[bool, bool] | None = None  # is compact, is one line
        self._picked: deque[NDArray[np.uint8]] = deque(maxlen=_REMEMBERED)
        self.draw_page = DrawPage(self)
        self.picker = DigitPicker(self)
        self._pages = QStackedWidget(self)
        self._draw = SegmentButton("drawTabButton", "Draw", "Draw a digit by hand", True, self)
        self._data = SegmentButton("dataTabButton", "Data", "Pick one of a hundred held-out images", False, self)
        self._draw.setChecked(True)
        self._class = named(QComboBox(self), "classComboBox", "Class to pick from")
        self._class.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self._random = IconButton("randomDigitButton", "random", "Random digit", "Take a random held-out digit", self)
        self._next = IconButton("nextDigitButton", "next", "Next digit", "Take the next held-out digit", self)
        self._fill_classes()  # first: laid out, Qt remembers its smallest size, and an empty box asks for more
        self._lay_out()
        self._connect()
        self._enable(False)

    def _lay_out(self) -> None:
        self._pages.addWidget(self.draw_page)
        self._pages.addWidget(self.picker)
        switch = hbox(self._draw, self._data, spacing=0)
        picks = hbox(1, self._class, self._random, self._next, spacing=2)
        self._halves = switch, picks
        self._header = hbox(switch, (picks, 1), spacing=2)
        self.setLayout(vbox(self._header, (self._pages, 1), spacing=_SPACING, margins=(0, 0, 0, 0)))
        order = (self._draw, self._data, self._class, self._random, self._next, *self.draw_page.tab_order())
        for before, after in pairwise((*order, self.picker.view, self.picker.another_button)):
            QWidget.setTabOrder(before, after)

    def _connect(self) -> None:
        group = QButtonGroup(self)
        for page, button in enumerate((self._draw, self._data)):
            group.addButton(button, page)
        group.idClicked.connect(self._pages.setCurrentIndex)
        self.draw_page.canvas.drawing.changed.connect(self.imageChanged)
        self.draw_page.center.toggled.connect(self.imageChanged)
        self.picker.digitChosen.connect(self.pick)
        self.draw_page.keep.labelChosen.connect(self._on_label_chosen)
        self.draw_page.keep.menu_of_labels.aboutToShow.connect(self._on_keep_asked)
        self._class.activated.connect(self._on_class_chosen)
        self._random.clicked.connect(self.pick_random)
        self._next.clicked.connect(self.pick_next)

    def uncover(self, inner: QWidget) -> None:
        """Show the page that a widget stands on."""
        for page, button in ((self.draw_page, self._draw), (self.picker, self._data)):
            if page is inner or page.isAncestorOf(inner):
                button.click()

    # -- the digit -----------------------------------------------------------------------------------------------

    def image(self) -> NDArray[np.uint8] | None:
        """Return what the network shall see, uint8 (h, w), or None while nothing is drawn.

        A digit that was picked and not changed since is given as it is in the data set; a drawing is centred, if that
        is wished.
        """
        canvas = self.draw_page.canvas.drawing
        if canvas.is_blank():
            return None
        drawn = canvas.image()
        picked = self._as_picked(drawn)
        if picked is not None:
            return picked
        return center_digit(drawn) if self.draw_page.center.isChecked() else drawn

    def _as_picked(self, drawn: NDArray[np.uint8]) -> NDArray[np.uint8] | None:
        for picked in reversed(self._picked):
            if np.abs(drawn.astype(np.int16) - picked).max() <= _ROUNDING:
                return picked
        return None

    def set_dataset(self, dataset: Dataset) -> None:
        """Pick from another data set.

        A blank canvas stays blank and a drawing of the right shape is kept; in the place of a digit of the former data
        set comes a random one of this.
        """
        canvas = self.draw_page.canvas.drawing
        was_picked = not canvas.is_blank() and self._as_picked(canvas.image()) is not None
        keep = not was_picked and canvas.shape == dataset.shape
        self._dataset, self._current = dataset, None
        self._picked.clear()
        canvas.set_shape(dataset.shape)
        self._enable(True)
        self._fill_classes()
        self.picker.set_digits(dataset, self._candidates())
        self.draw_page.canvas.set_blank_text(f"{invitation(dataset)},\nor try a sample")
        if was_picked:
            self._put(self._random_index())
        if not keep:
            canvas.forget_steps()  # digits of the former data set are nothing to go back to
        self.imageChanged.emit()

    @Slot(int)
    def pick(self, index: int) -> None:
        """Take the held-out digit with this index; can be undone on the canvas."""
        if self._dataset is not None:
            self._put(index)
            notices.note(self, digit_name(self._dataset, index))

    def _put(self, index: int) -> None:
        if self._dataset is None:
            return
        self._current = index
        image = self._dataset.test_images[index]
        self._picked.append(image)
        self.draw_page.canvas.drawing.set_image(image, "digit", is_sample=True)
        self.picker.mark(index)
        self.imageChanged.emit()
        self.digitPicked.emit(index)

    @Slot()
    def pick_random(self) -> None:
        """Take a random held-out digit of the chosen class, another than now if there is one."""
        self.pick(self._random_index())

    def _random_index(self) -> int:
        candidates = self._candidates()
        others = candidates[candidates != self._current]
        return int(self._rng.choice(others if len(others) else candidates))

    @Slot()
    def pick_next(self) -> None:
        """Take the next held-out digit of the chosen class; after the last one comes the first."""
        candidates = self._candidates()
        place = 0 if self._current is None else int(np.searchsorted(candidates, self._current, side="right"))
        self.pick(int(candidates[place % len(candidates)]))

    def samples(self) -> NDArray[np.intp]:
        """Return the indices of up to ten held-out images to try: one of each class, or, where none are known, any."""
        if self._dataset is None:
            return np.zeros(0, np.intp)
        labels, count = self._dataset.test_labels, len(self._dataset.test_images)
        if labels is None:
            return self._rng.choice(count, min(_SAMPLES, count), replace=False)
        of_class = (np.flatnonzero(labels == label) for label in np.unique(labels)[:_SAMPLES])
        return np.array([self._rng.choice(indices) for indices in of_class], np.intp)

    def drawing(self) -> NDArray[np.uint8] | None:
        """Return what the user drew, uint8 (h, w); None for a blank canvas and for a digit of the data set."""
        canvas = self.draw_page.canvas.drawing
        is_drawn = not canvas.is_blank() and self._as_picked(canvas.image()) is None
        return self.image() if is_drawn else None

    @Slot()
    def _on_keep_asked(self) -> None:
        self.draw_page.keep.set_drawing_available(self.drawing() is not None)
        if self.drawing() is None:
            notices.note(self, "Draw a digit of your own first, then it can be kept.")

    @Slot(object)
    def _on_label_chosen(self, label: int | None) -> None:
        drawing = self.drawing()
        if drawing is not None:
            self.drawingKept.emit(drawing, label)

    def select_class(self, label: int | None) -> None:
        """Pick from one class only; None: from all. A class that the data set does not have changes nothing."""
        place = self._class.findData(label)
        if place >= 0 and place != self._class.currentIndex():
            self._class.setCurrentIndex(place)
            self._on_class_chosen()

    def _candidates(self) -> NDArray[np.intp]:
        """Return the indices of the held-out digits of the chosen class: ascending, at least one."""
        if self._dataset is None:
            return np.zeros(0, np.intp)
        labels, label = self._dataset.test_labels, self._class.currentData()
        if labels is None or label is None:
            return np.arange(len(self._dataset.test_images))
        return np.flatnonzero(labels == label)

    @Slot()
    def _on_class_chosen(self) -> None:
        if self._dataset is not None:
            self.picker.set_digits(self._dataset, self._candidates())
            self.pick_random()

    def _fill_classes(self) -> None:
        labels = None if self._dataset is None else self._dataset.test_labels
        with QSignalBlocker(self._class):
            self._class.clear()
            self._class.addItem("All", None)
            if labels is not None:
                for label in np.unique(labels):
                    self._class.addItem(str(label), int(label))
        known = self._dataset is not None and labels is not None
        self._class.setEnabled(known)
        self._class.setToolTip(
            plain_tip("Pick only digits of this class" if known else "The data set does not say what is what")
        )

    def _enable(self, enabled: bool) -> None:
        for widget in (self._random, self._next):
            widget.setEnabled(enabled)

    # -- room ----------------------------------------------------------------------------------------------------

    def set_form(self, *, is_compact: bool, is_one_line: bool) -> None:
        """Put the tools beside the canvas or below it, and what picks a digit beside the switch or below that."""
        if (is_compact, is_one_line) == self._form:
            return  # Qt lays out anew whatever is put where it stands already, and would ask for this without end
        self._form = is_compact, is_one_line
        self.draw_page.set_compact(is_compact)
        self.picker.set_compact(is_compact)
        direction = QBoxLayout.Direction
        self._header.setDirection(direction.LeftToRight if is_one_line else direction.TopToBottom)

    def minimumSizeHint(self) -> QSize:
        """Return the smallest size with the tools beside the canvas, and what stands above them in two lines."""
        return QSize(self.smallest_width(), self.least_height(is_one_line=False))

    def smallest_width(self) -> int:
        """Return the smallest width with the tools beside the canvas, and what stands above them in two lines."""
        page = self.draw_page.smallest_compact_size().width()
        return max(page, *(half.minimumSize().width() for half in self._halves))

    def one_line_width(self) -> int:
        """Return the width from which on what stands above the canvas has room in one line."""
        return sum(half.minimumSize().width() for half in self._halves) + self._header.spacing()

    def least_height(self, *, is_one_line: bool) -> int:
        """Return the smallest height with the tools beside the canvas."""
        heights = [half.minimumSize().height() for half in self._halves]
        header = max(heights) if is_one_line else sum(heights) + self._header.spacing()
        return self.draw_page.smallest_compact_size().height() + _SPACING + header

    def width_for_height(self, height: int) -> int:
        """Return the width at which the canvas gets the aspect of the images at this height."""
        across, down = self._around_canvas()
        rows, columns = self.draw_page.canvas.drawing.shape
        return (height - down) * columns // rows + across

    def height_for_width(self, width: int) -> int:
        """Return the height at which the canvas gets the aspect of the images at this width."""
        across, down = self._around_canvas()
        rows, columns = self.draw_page.canvas.drawing.shape
        is_one_line = self._header.direction() is QBoxLayout.Direction.LeftToRight
        return max((width - across) * rows // columns + down, self.least_height(is_one_line=is_one_line))

    def _around_canvas(self) -> tuple[int, int]:
        """Return the width and the height that go to other things than the canvas."""
        is_compact = self._form is not None and self._form[0]
        tools, header = self.draw_page.tools_thickness(is_compact), self._header.sizeHint().height() + _SPACING
        return (tools, header) if is_compact else (0, header + tools)


def invitation(dataset: Dataset) -> str:
    """Return what there is to draw: ``Draw a digit``, or only to draw where the images are of anything."""
    return "Draw a digit" if dataset.noun == "digits" else "Draw something"
