"""The controls above a unit: walking through the units, their order, colours, and turning them off."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSignalBlocker, Qt, Signal, Slot
from PySide6.QtGui import QFont, QFontMetrics
from PySide6.QtWidgets import QToolButton, QWidget

from dae_core.inspection.unit_orders import INDEX, ORDERS
from dae_gui.support.plain_text import PlainLabel, plain_tip
from dae_gui.widgets.controls.flow_layout import FlowLayout
from dae_gui.widgets.controls.icon_button import IconButton
from dae_gui.widgets.controls.layouts import hbox
from dae_gui.widgets.controls.named import combo_box, named, push_button
from dae_gui.widgets.pictures.color_maps import ColorMapName

VIEWS = (
    ("Overview", "Its weights and numbers, when it fires, what excites it most, and what is lost without it"),
    ("Weak to strong", "Images from the weakest to the strongest that it is active on"),
    ("Similar units", "The units most like it: in what they look for, in what they add, in what they fire on"),
    ("In another run", "Its best match in another run of the session, and whether it has split there"),
)
"""What can be shown of a unit, with tips."""

_LONGEST_TITLE, _LONGEST_TITLE_IN_ORDER = "Unit 225 of 225", "Unit 225 · no. 225 of 225"
_COLOR_MAPS: tuple[tuple[str, ColorMapName], ...] = (("Blue–red", "diverging"), ("Grey", "gray"))


class UnitBar(QWidget):
    """The unit panel's controls. It only announces what the user does."""

    viewChosen = Signal(int)
    """What is to be shown, by its place in `VIEWS`."""
    walked = Signal(int)
    """To the next unit (1) or to the previous one (-1)."""
    orderChosen = Signal(str)
    """The key of one of `ORDERS`."""
    sortRequested = Signal()
    colorMapChosen = Signal(str)
    offToggled = Signal(bool)
    """The unit shown is to be off (True) or on."""
    allOnRequested = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._previous = self._arrow("previousUnitButton", Qt.ArrowType.LeftArrow, "Previous unit", "Left arrow")
        self._next = self._arrow("nextUnitButton", Qt.ArrowType.RightArrow, "Next unit", "Right arrow")
        self._previous.clicked.connect(self._on_previous_clicked)
        self._next.clicked.connect(self._on_next_clicked)
        self._title = named(PlainLabel(parent=self), "unitTitleLabel")
        self._title.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._title.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        font = self._title.font()
        font.setBold(True)
        self._title.setFont(font)

        self.view = combo_box(
            "unitViewComboBox",
            "What is shown of the unit",
            "What is shown of the unit",
            [(name, place) for place, (name, _) in enumerate(VIEWS)],
            self,
            [tip for _, tip in VIEWS],
        )
        self.view.currentIndexChanged.connect(self.viewChosen)
        self.order = combo_box(
            "unitOrderComboBox",
            "Order of the units",
            "Order of the tiles in both mosaics, and of the arrow keys here; largest first.\n"
            "While training, the tiles stay where they are until you sort again.",
            [(order.name, order.key) for order in ORDERS],
            self,
            [order.tip for order in ORDERS],
        )
        self.order.activated.connect(self._on_order_activated)
        order_label = PlainLabel("&Order", self)
        order_label.setBuddy(self.order)
        tip = "Sort the tiles again, by the weights of this moment"
        self._again = IconButton("sortUnitsButton", "reset", "Sort again", tip, self)
        self._again.clicked.connect(self.sortRequested)

        tip = "Grey: black is negative, white positive. Blue–red: the neutral middle is zero."
        self._colors = combo_box("unitColorMapComboBox", "Colours of W and V", tip, _COLOR_MAPS, self)
        self._colors.currentIndexChanged.connect(self._on_color_map_changed)

        tip = "Cut this unit out (z = 0), here only: the run goes on"
        self._off = push_button("unitOffButton", "Turn unit off", tip, self)
        self._off.setCheckable(True)
        self._off.toggled.connect(self.offToggled)
        self._all_on = push_button("allUnitsOnButton", "All on again", "Turn all units on again", self)
        self._all_on.clicked.connect(self.allOnRequested)

        layout = FlowLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        for group in (
            self._group(self._previous, self._title, self._next),
            self.view,
            self._group(order_label, self.order, self._again),
            self._colors,
        ):
            layout.addWidget(group)
        self.switches = hbox(self._off, self._all_on, spacing=4)
        """Stand elsewhere: beside what turning units off costs."""
        self._give_title_room()
        self.show_unit("", walkable=False, is_off=None, n_off=0)

    def changeEvent(self, event: QEvent) -> None:
        """Give the title the room that letters of another size need."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange and hasattr(self, "order"):
            self._give_title_room()

    def _group(self, *widgets: QWidget) -> QWidget:
        """Return what stays in one line."""
        group = QWidget(self)
        group.setLayout(hbox(*widgets, spacing=4, margins=(0, 0, 0, 0)))
        return group

    def _give_title_room(self) -> None:
        """Keep what stands beside the title in its place from one unit to the next."""
        font = QFont(self.font())
        font.setBold(True)
        longest = _LONGEST_TITLE if self.order.currentData() == INDEX else _LONGEST_TITLE_IN_ORDER
        self._title.setMinimumWidth(QFontMetrics(font).horizontalAdvance(longest))

    def _arrow(self, name: str, arrow: Qt.ArrowType, text: str, key: str) -> QToolButton:
        button = named(QToolButton(self), name, text, f"{text} in the order chosen ({key})")
        button.setArrowType(arrow)
        button.setAutoRaise(True)
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
        self._title.setToolTip(plain_tip(title))
        for button in (self._previous, self._next):
            button.setEnabled(walkable)
        self._off.setEnabled(is_off is not None)
        with QSignalBlocker(self._off):
            self._off.setChecked(bool(is_off))
        self._off.setText("Unit is off" if is_off else "Turn unit off")
        self._all_on.setEnabled(n_off > 0)
        self._all_on.setText(f"All on again ({n_off})" if n_off > 1 else "All on again")

    def show_order(self, order: str) -> None:
        """Show an order without telling it."""
        self.order.setCurrentIndex(self.order.findData(order))
        self._again.setEnabled(order != INDEX)
        self._give_title_room()

    @Slot()
    def _on_previous_clicked(self) -> None:
        self.walked.emit(-1)

    @Slot()
    def _on_next_clicked(self) -> None:
        self.walked.emit(1)

    @Slot()
    def _on_order_activated(self) -> None:
        self.orderChosen.emit(self.order.currentData())

    @Slot()
    def _on_color_map_changed(self) -> None:
        self.colorMapChosen.emit(self._colors.currentData())
