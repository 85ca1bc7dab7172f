"""The line above a unit: walking through the units, their order, colours, and turning them off."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSignalBlocker, Qt, Signal, Slot
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QPushButton, QToolButton, QWidget

from dae_core.inspection.units import UnitOrder
from dae_gui.support.icons import icon
from dae_gui.widgets.pictures.color_maps import ColorMapName

_ORDERS: tuple[tuple[str, UnitOrder], ...] = (
    ("Index", "index"),
    ("Firing rate", "rate"),
    ("Norm of V", "norm"),
    ("Cosine W, V", "cosine"),
    ("Importance", "importance"),
)
_COLOR_MAPS: tuple[tuple[str, ColorMapName], ...] = (("Blue–red", "diverging"), ("Grey", "gray"))


class UnitBar(QWidget):
    """The unit panel's controls. It only tells what the person does.

    Parameters
    ----------
    parent
        The widget that it stands in.
    """

    walked = Signal(int)
    """To the next unit (1) or to the previous one (-1)."""
    orderChosen = Signal(str)
    """A `UnitOrder`, chosen anew or once more."""
    colorMapChosen = Signal(str)
    offToggled = Signal(bool)
    """The unit shown is to be off (True) or on."""
    allOnAsked = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._previous = self._arrow("previousUnitButton", Qt.ArrowType.LeftArrow, "Previous unit", "Left arrow")
        self._next = self._arrow("nextUnitButton", Qt.ArrowType.RightArrow, "Next unit", "Right arrow")
        self._previous.clicked.connect(self._on_previous_clicked)
        self._next.clicked.connect(self._on_next_clicked)
        self._title = QLabel(self)
        self._title.setObjectName("unitTitleLabel")
        self._title.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._title.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        font = self._title.font()
        font.setBold(True)
        self._title.setFont(font)
        self._title.setMinimumWidth(self._title.fontMetrics().horizontalAdvance("Unit 225 · no. 225 of 225"))

        self.order = QComboBox(self)
        self.order.setObjectName("unitOrderComboBox")
        self.order.setAccessibleName("Order of the units")
        self.order.setToolTip(
            "Order of the tiles in both mosaics, and of the arrow keys here; largest first.\n"
            "While training, the tiles stay where they are until you sort again."
        )
        for text, order in _ORDERS:
            self.order.addItem(text, order)
        self.order.activated.connect(self._on_order_activated)
        order_label = QLabel("&Order", self)
        order_label.setBuddy(self.order)
        self._again = QToolButton(self)
        self._again.setObjectName("sortUnitsButton")
        self._again.setAccessibleName("Sort again")
        self._again.setToolTip("Sort the tiles again, by the weights of this moment")
        self._again.setAutoRaise(True)
        self._again.setIcon(icon("reset"))
        self._again.clicked.connect(self._on_order_activated)

        self._colors = QComboBox(self)
        self._colors.setObjectName("unitColorMapComboBox")
        self._colors.setAccessibleName("Colours of W and V")
        self._colors.setToolTip("Grey: black is negative, white positive. Blue–red: the neutral middle is zero.")
        for text, name in _COLOR_MAPS:
            self._colors.addItem(text, name)
        self._colors.currentIndexChanged.connect(self._on_color_map_changed)

        self._off = self._push(
            "unitOffButton", "Turn unit off", "Cut this unit out (z = 0), here only: the run goes on"
        )
        self._off.setCheckable(True)
        self._off.toggled.connect(self.offToggled)
        self._all_on = self._push("allUnitsOnButton", "All on again", "Turn all units on again")
        self._all_on.clicked.connect(self.allOnAsked)

        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        groups: tuple[tuple[QWidget, ...], ...] = (
            (self._previous, self._title, self._next),
            (order_label, self.order, self._again),
            (self._colors,),
        )
        for group in groups:
            for widget in group:
                layout.addWidget(widget)
            layout.addSpacing(6)
        layout.addStretch(1)
        layout.addWidget(self._off)
        layout.addWidget(self._all_on)
        self.show_unit("", walkable=False, is_off=None, n_off=0)

    def _arrow(self, name: str, arrow: Qt.ArrowType, text: str, key: str) -> QToolButton:
        button = QToolButton(self)
        button.setObjectName(name)
        button.setAccessibleName(text)
        button.setToolTip(f"{text} in the order chosen ({key})")
        button.setArrowType(arrow)
        button.setAutoRaise(True)
        return button

    def _push(self, name: str, text: str, tip: str) -> QPushButton:
        button = QPushButton(text, self)
        button.setObjectName(name)
        button.setAccessibleName(text)
        button.setToolTip(tip)
        return button

    def show_unit(self, title: str, *, walkable: bool, is_off: bool | None, n_off: int) -> None:
        """Show which unit is looked at.

        Parameters
        ----------
        title
            What it is called.
        walkable
            Whether there are units to walk to.
        is_off
            Whether it is turned off; None: no unit is looked at.
        n_off
            How many units are off.
        """
        self._title.setText(title)
        self._title.setToolTip(title)
        for button in (self._previous, self._next):
            button.setEnabled(walkable)
        self._off.setEnabled(is_off is not None)
        with QSignalBlocker(self._off):
            self._off.setChecked(bool(is_off))
        self._off.setText("Unit is off" if is_off else "Turn unit off")
        self._all_on.setEnabled(n_off > 0)
        self._all_on.setText(f"All on again ({n_off})" if n_off > 1 else "All on again")

    def show_order(self, order: UnitOrder) -> None:
        """Show an order without telling it."""
        self.order.setCurrentIndex(self.order.findData(order))
        self._again.setEnabled(order != "index")

    def changeEvent(self, event: QEvent) -> None:
        """Draw the icon anew in another theme's colours."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._again.setIcon(icon("reset"))

    @Slot()
    def _on_previous_clicked(self) -> None:
        self.walked.emit(-1)

    @Slot()
    def _on_next_clicked(self) -> None:
        self.walked.emit(1)

    @Slot()
    def _on_order_activated(self) -> None:
        self._again.setEnabled(self.order.currentData() != "index")
        self.orderChosen.emit(self.order.currentData())

    @Slot()
    def _on_color_map_changed(self) -> None:
        self.colorMapChosen.emit(self._colors.currentData())
