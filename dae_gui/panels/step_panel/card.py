"""One stage of an iteration: its picture, its figures, its equation and the line of code that computes it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QFont, QFontMetrics
from PySide6.QtWidgets import QFrame, QLabel, QSizePolicy, QWidget

from dae_core.datasets.dataset import PIXEL_UNITS
from dae_core.inspection.step_pictures import StagePicture
from dae_core.inspection.step_stages import Stage
from dae_gui.support.accessible import attach
from dae_gui.support.code_font import code_font
from dae_gui.support.plain_text import PlainLabel, plain_tip
from dae_gui.widgets.controls.layouts import vbox
from dae_gui.widgets.pictures.image_view import ImageView
from dae_gui.widgets.pictures.mosaic_view import MosaicView

_MARGIN = 6
_CODE_LINES = 3
_NARROWEST = 182
_TILED = ("hidden", "hidden_gradient", "gradient_V", "gradient_W", "change_V", "change_W", "change_B")


class StageCard(QFrame):
    """A card of the step dock; all its texts can be selected and copied.

    Parameters
    ----------
    number
        Its place in the row, from 1.
    stage
        What it shows.
    parent
        The widget that this one stands in.
    """

    def __init__(self, number: int, stage: Stage, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._number = number
        self.key = stage.key
        self.setObjectName(f"stepCard_{stage.key}")
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)
        self._title = self._label("Title")
        self._equation = self._label("Equation")
        self._numbers = self._label("Numbers")
        self._code = self._label("Code")
        self._code.setWordWrap(True)
        self._code.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        self.view: MosaicView | ImageView = MosaicView(self) if stage.key in _TILED else ImageView(self)
        self.view.setObjectName(f"stepView_{stage.key}")
        self.view.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.view.setMinimumHeight(60)
        self.view.set_picture_name(f"step-{stage.key}".replace("_", "-"))
        if isinstance(self.view, MosaicView):
            self.view.set_tile_names(_unit_name)

        items = (self._title, self._equation, (self.view, 1), self._numbers, self._code)
        self.setLayout(vbox(*items, spacing=2, margins=(_MARGIN, 4, _MARGIN, 4)))
        self._set_fonts()
        self.set_stage(stage)
        self.clear()

    def _label(self, name: str) -> QLabel:
        label = PlainLabel(parent=self)
        label.setObjectName(f"step{name}_{self.key}")
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        return label

    def set_stage(self, stage: Stage) -> None:
        """Take the texts of a stage; the equation and the line depend on the noise and on the kind of gradient."""
        self._title.setText(f"{self._number}  {stage.title}")
        self._equation.setText(stage.equation)
        self._equation.setToolTip(plain_tip(stage.equation))
        self._code.setText(stage.code.replace("; ", "\n"))
        self._code.setToolTip(plain_tip(f"The program's own code:\n{self._code.text()}"))
        self.view.setAccessibleName(stage.title)
        attach(self).setAccessibleName(f"{stage.title}: {stage.equation}")

    def show_picture(self, picture: StagePicture) -> None:
        """Show what a step computed at this stage."""
        self.view.set_color_map("diverging" if picture.is_signed else "gray")
        if isinstance(self.view, MosaicView):
            self.view.set_tiles(picture.picture, picture.tile, picture.count, picture.levels)
        else:
            self.view.set_array(picture.picture, picture.levels)
        self._numbers.setText(picture.numbers)
        low, high = picture.levels
        if picture.is_signed:
            scale = f"blue is negative, red positive, full colour at ±{high:.2g}, in {PIXEL_UNITS}"
        else:
            scale = f"black is {low:.3g}, white {high:.3g}" + ("" if self.key == "hidden" else " (grey level)")
        self._numbers.setToolTip(plain_tip(f"{picture.numbers}; {scale}"))
        self.view.setToolTip(plain_tip(f"{self._title.text()[3:].strip()}: {scale}"))

    def clear(self) -> None:
        """Show no picture."""
        self.view.set_empty_text("no step yet")
        self.view.clear()
        self._numbers.setText("")

    def set_selected(self, unit: int) -> None:
        """Outline a unit's tile where there are tiles; -1 is none."""
        if isinstance(self.view, MosaicView):
            self.view.set_selected(unit if unit >= 0 else None)

    def fit_to_height(self, height: int) -> None:
        """Become as wide as the picture is high, but no narrower than the texts need."""
        texts = sum(label.sizeHint().height() for label in (self._title, self._equation, self._numbers))
        side = height - texts - self._code.height() - 2 * _MARGIN - 8
        code = QFontMetrics(self._code.font())
        equation, numbers = QFontMetrics(self._equation.font()), QFontMetrics(self._numbers.font())
        words = [code.horizontalAdvance(word) for word in self._code.text().split()]
        words += [equation.horizontalAdvance(self._equation.text()), numbers.horizontalAdvance(self._numbers.text())]
        words.append(self._wide_enough(code))
        self.setFixedWidth(max(side, max(words) + 4, _NARROWEST) + 2 * _MARGIN)

    def _wide_enough(self, metrics: QFontMetrics) -> int:
        """Return the least width at which the code needs no more than its lines."""
        for width in range(_NARROWEST, 700, 12):
            flags = int(Qt.TextFlag.TextWordWrap)
            if metrics.boundingRect(0, 0, width, 1000, flags, self._code.text()).height() <= self._code.height():
                return width
        return 700

    def hasHeightForWidth(self) -> bool:
        """Say no, though there is wrapped text: the row would be made higher than its room."""
        return False

    def changeEvent(self, event: QEvent) -> None:
        """Follow a change of the application's font."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.ApplicationFontChange:
            self._set_fonts()

    def _set_fonts(self) -> None:
        size = self.font().pointSizeF()
        bold = QFont(self.font())
        bold.setBold(True)
        self._title.setFont(bold)
        small = QFont(self.font())
        small.setPointSizeF(0.9 * size)
        self._numbers.setFont(small)
        code = code_font(0.8 * size)
        self._code.setFont(code)
        lines = QFontMetrics(code).boundingRect(0, 0, 1000, 1000, 0, "\n".join("|" * _CODE_LINES))
        self._code.setFixedHeight(lines.height() + 2)


def _unit_name(unit: int) -> str:
    return f"Unit {unit + 1}"
