"""What the monkey does: each move is a row of a table, made of events that pass through Qt as a display's do."""

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import shiboken6
from monkey_sandbox import Sandbox
from numpy.random import Generator
from PySide6.QtCore import QEvent, QMimeData, QPoint, QPointF, QRect, Qt
from PySide6.QtGui import QAction, QContextMenuEvent, QDragEnterEvent, QDropEvent, QGuiApplication, QInputMethodEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSlider,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QDockWidget,
    QLineEdit,
    QMenu,
    QMenuBar,
    QPlainTextEdit,
    QTabBar,
    QToolBar,
    QToolButton,
    QWidget,
)

from dae_gui.widgets.drawing.drawing_canvas import DrawingCanvas
from dae_gui.widgets.pictures.pictured_widget import PicturedWidget
from dae_gui.widgets.plots.plot_view import PlotView

T = TypeVar("T")
_BUTTON, _KEY, _NO = Qt.MouseButton, Qt.Key, Qt.KeyboardModifier.NoModifier
CONTROLS = (
    QAbstractButton, QAbstractItemView, QAbstractSlider, QAbstractSpinBox, QComboBox, QLineEdit, QMenuBar, QTabBar,
    QPlainTextEdit,
)  # fmt: skip
PICTURES = (PicturedWidget, PlotView, DrawingCanvas)  # each with a pointer, a wheel, keys and a menu of its own
MODIFIERS = (
    _NO, _NO, _NO, _NO,
    Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier,
)  # fmt: skip
KEYS = (
    _KEY.Key_Tab, _KEY.Key_Backtab, _KEY.Key_Return, _KEY.Key_Enter, _KEY.Key_Space, _KEY.Key_Escape, _KEY.Key_Delete,
    _KEY.Key_Backspace, _KEY.Key_Up, _KEY.Key_Down, _KEY.Key_Left, _KEY.Key_Right, _KEY.Key_Home, _KEY.Key_End,
    _KEY.Key_PageUp, _KEY.Key_PageDown, _KEY.Key_F1, _KEY.Key_F2, _KEY.Key_F5, _KEY.Key_F6, _KEY.Key_F10, _KEY.Key_Menu,
    _KEY.Key_0, _KEY.Key_1, _KEY.Key_9, _KEY.Key_Minus, _KEY.Key_Plus, _KEY.Key_Period, _KEY.Key_Comma, _KEY.Key_A,
    _KEY.Key_C, _KEY.Key_V, _KEY.Key_X, _KEY.Key_Z, _KEY.Key_Slash,
)  # fmt: skip
# What is asked for by name more often than chance would: what changes the whole window.
LOOKS = (
    "lightThemeAction", "darkThemeAction", "zoomInAction", "zoomOutAction", "zoomAction", "maximizeAction",
    "presentAction", "spotlightAction", "resetLayoutAction", "shortcutsAction", "reportAction", "exportAction",
)  # fmt: skip
TEXTS = (
    "0", "-1", "1", "7", "12", "1e3", "0.5", "1,5", "1e308", "nan", "99999999999999999999", "", " ", "<b>bold</b>",
    "<img src=/etc/passwd>", "=1+1", "a\u202eb", "٣", "ſ", "🙂", "x" * 2000, "two\nlines", "%s %n {0}", "a/b\\c",
    "../..", "0.001, 0.01", "10, 20", "\x00\x01",
)  # fmt: skip


def blocking_widget() -> QWidget | None:
    """Return the menu or dialog that has to be answered before anything else."""
    return QApplication.activePopupWidget() or QApplication.activeModalWidget()


def is_there(target: QWidget) -> bool:
    """Whether a window can still be reached: what came before may have closed or deleted it."""
    return shiboken6.isValid(target) and target.isVisible() and target.windowHandle() is not None


class Moves:
    """Random events for the window that is in front.

    Parameters
    ----------
    sandbox
        Files to be dropped and opened.
    rng
        Called to get the random numbers of this moment's event.

    Attributes
    ----------
    window
        The main window; None while there is none.
    counts
        How many moves of each kind were made.
    """

    def __init__(self, sandbox: Sandbox, rng: Callable[[], Generator]) -> None:
        self.window: QWidget | None = None
        self.counts: Counter[str] = Counter()
        self._sandbox = sandbox
        self._rng = rng
        self._tell: Callable[[str], object] = lambda _what: None
        # How often, and what.
        self._table: tuple[tuple[float, str, Callable[[QWidget], object]], ...] = (
            (30, "click on a control", self._click_control),
            (12, "click anywhere", self._click_anywhere),
            (4, "double click", self._double_click),
            (10, "drag", self._drag),
            (6, "wheel", self._wheel),
            (6, "click on a picture", self._click_picture),
            (6, "wheel on a picture", self._wheel_on_picture),
            (8, "button of a bar", self._bar_button),
            (4, "palette", self._palette),
            (14, "key", self._key),
            (8, "shortcut", self._shortcut),
            (5, "text", self._type),
            (3, "resize", self._resize),
            (2, "focus", self._focus),
            (8, "menu", self._menu),
            (3, "context menu", self._context_menu),
            (2, "drop", self._drop),
            (1, "paste", self._paste),
            (0.3, "disk", self._disk),
            (0.6, "damage", self._damage),
            (0.4, "close", self._close),
        )

    def arguments(self) -> list[str]:
        """Return the command-line arguments of a new window."""
        draw = self._draw()
        if draw < 0.5:
            return []
        return ["--data", self._sandbox.existing()] if draw < 0.75 else [self._sandbox.existing()]

    def pause_ms(self) -> int:
        """Return how long to wait until the next event: mostly not at all, sometimes until something has been done."""
        draw = self._draw()
        return 0 if draw < 0.7 else 20 if draw < 0.95 else 300

    def make(self, tell: Callable[[str], object]) -> None:
        """Make one move at the window that is in front; ``tell`` gets what it will be."""
        target = self._front()
        if target is None or target.windowHandle() is None:
            return
        is_dialog = target is not self.window
        where = f"{type(target).__name__} {target.objectName()!r} {target.windowTitle()[:40]!r}: " if is_dialog else ""
        self._tell = lambda what: tell(where + what)
        if is_dialog and self._draw() < 0.2:
            self.counts["way out"] += 1
            self._leave(target)
            return
        weights = [weight for weight, *_ in self._table]
        number = int(self._rng().choice(len(weights), p=[w / sum(weights) for w in weights]))
        _, name, move = self._table[number]
        self.counts[name] += 1
        move(target)

    # What is there

    def _front(self) -> QWidget | None:
        """Return the window that gets events now: a popup, a dialog that blocks the others, or any."""
        blocking = blocking_widget()
        if blocking is not None:
            return blocking
        others = [
            widget
            for widget in QApplication.topLevelWidgets()
            if widget.isVisible() and widget is not self.window and widget.windowHandle() is not None
        ]
        others = [
            w for w in others if w.windowType() in (Qt.WindowType.Dialog, Qt.WindowType.Window, Qt.WindowType.Tool)
        ]
        others.sort(key=lambda widget: (widget.objectName(), type(widget).__name__))
        return self._one_of(others) if others and self._draw() < 0.3 else self.window

    def _controls(self, target: QWidget, kinds: tuple[type, ...] = CONTROLS) -> list[QWidget]:
        found = [w for w in target.findChildren(QWidget) if isinstance(w, kinds) and w.isVisible()]
        return [w for w in found if w.window() is target and not w.visibleRegion().isEmpty()]

    def _leave(self, target: QWidget) -> None:
        """Take one of the ways out of a dialog or menu: the window's X, Escape, Return, or a button."""
        draw = self._draw()
        if draw < 0.35:
            self._tell("its X")
            target.windowHandle().close()
        elif draw < 0.6:
            self._tell("Escape")
            QTest.keyClick(target.windowHandle(), _KEY.Key_Escape)
        elif draw < 0.75:
            self._tell("Return")
            QTest.keyClick(target.windowHandle(), _KEY.Key_Return)
        else:
            self._click_control(target)

    # Moves

    def _click_control(self, target: QWidget) -> None:
        self._click_one_of(target, self._controls(target))

    def _click_picture(self, target: QWidget) -> None:
        self._click_one_of(target, self._controls(target, PICTURES))

    def _bar_button(self, target: QWidget) -> None:
        """Start, pause, stop …, or show, raise or close a dock: click a button of the run bar or the side rail."""
        buttons = [w for bar in target.findChildren(QToolBar) for w in bar.findChildren(QToolButton)]
        self._click_one_of(
            target, [w for w in self._controls(target, (QToolButton,)) if w in buttons and w.isEnabled()]
        )

    def _click_one_of(self, target: QWidget, controls: Sequence[QWidget]) -> None:
        if not controls:
            self._click_anywhere(target)
            return
        control = self._one_of(controls)
        place = control.mapTo(target, self._place_in(control.visibleRegion().boundingRect()))
        self._click(target, place, f"{type(control).__name__} {control.objectName()!r}")

    def _click_anywhere(self, target: QWidget) -> None:
        place = self._place_in(target.rect())
        at = target.childAt(place)
        self._click(target, place, f"{type(at).__name__} {at.objectName()!r}" if at is not None else "the window")

    def _click(self, target: QWidget, place: QPoint, what: str) -> None:
        button = self._one_of((_BUTTON.LeftButton,) * 8 + (_BUTTON.RightButton, _BUTTON.MiddleButton))
        modifier = self._one_of(MODIFIERS)
        self._tell(f"{button.name} {modifier.name} at {place.x()}, {place.y()} on {what}")
        QTest.mouseMove(target.windowHandle(), place)
        if is_there(target):
            QTest.mouseClick(target.windowHandle(), button, modifier, place)

    def _double_click(self, target: QWidget) -> None:
        place = self._place_in(target.rect())
        self._tell(f"double click at {place.x()}, {place.y()} on {type(target.childAt(place)).__name__}")
        QTest.mouseDClick(target.windowHandle(), _BUTTON.LeftButton, _NO, place)

    def _drag(self, target: QWidget) -> None:
        """Press somewhere, move, perhaps out of the window, and release; a key may come in between."""
        draggable = [*target.findChildren(QDockWidget), *self._controls(target)]
        inside = [w for w in draggable if w.isVisible() and w.window() is target]
        at_control = bool(inside) and self._draw() < 0.4
        if at_control:
            control = self._one_of(inside)
            start = control.mapTo(target, QPoint(control.width() // 2, min(8, control.height() // 2)))
        else:
            start = self._place_in(target.rect())
        ways = [
            self._place_in(target.rect().adjusted(-40, -40, 40, 40)) for _ in range(int(self._rng().integers(1, 7)))
        ]
        button = self._one_of((_BUTTON.LeftButton,) * 5 + (_BUTTON.RightButton,))
        modifier = self._one_of(MODIFIERS)
        self._tell(f"drag {button.name} {modifier.name} from {start} by {ways} on {target.childAt(start)}")
        handle = target.windowHandle()
        QTest.mousePress(handle, button, modifier, start)
        for number, place in enumerate(ways):
            if not is_there(target) or target.windowHandle() is not handle:
                return
            QTest.mouseMove(handle, place)
            if number == 1 and self._draw() < 0.15:
                QTest.keyClick(handle, self._one_of(KEYS))
        if is_there(target) and target.windowHandle() is handle:
            QTest.mouseRelease(handle, button, modifier, ways[-1])

    def _wheel(self, target: QWidget) -> None:
        place = self._place_in(target.rect())
        turns = QPoint(0, self._one_of((-600, -120, 120, 240, 600)))
        modifier = self._one_of(MODIFIERS)
        self._tell(f"wheel {turns.y()} {modifier.name} at {place} on {target.childAt(place)}")
        QTest.wheelEvent(target.windowHandle(), QPointF(place), turns, QPoint(), modifier)

    def _wheel_on_picture(self, target: QWidget) -> None:
        """Turn the wheel a few times over a picture, and move the pointer over what it shows then."""
        pictures = self._controls(target, PICTURES)
        if not pictures:
            return
        picture = self._one_of(pictures)
        modifier = self._one_of(MODIFIERS)
        turns = [QPoint(0, self._one_of((-240, -120, 120, 240))) for _ in range(int(self._rng().integers(1, 6)))]
        self._tell(f"wheel {[turn.y() for turn in turns]} {modifier.name} on {picture.objectName()!r}")
        for turn in turns:
            if not is_there(target) or not shiboken6.isValid(picture) or picture.window() is not target:
                return
            place = picture.mapTo(target, self._place_in(picture.visibleRegion().boundingRect()))
            QTest.mouseMove(target.windowHandle(), place)
            QTest.wheelEvent(target.windowHandle(), QPointF(place), turn, QPoint(), modifier)

    def _palette(self, target: QWidget) -> None:
        """Open the command palette by its key, type a name or a part of one, and choose, mostly."""
        if target is not self.window:
            return
        actions = [a for a in target.findChildren(QAction) if a.text() and a.objectName() not in ("", "quitAction")]
        often = [action for action in actions if action.objectName() in LOOKS]
        action = self._one_of(often if often and self._draw() < 0.4 else actions)
        name = "".join(letter for letter in action.text() if letter.isascii() and letter != "&")
        query = name if self._draw() < 0.7 else name[: int(self._rng().integers(1, 5))]
        keys = [_KEY.Key_Down] * int(self._rng().integers(0, 3) * (query != name))
        keys.append(self._one_of((_KEY.Key_Return,) * 6 + (_KEY.Key_Escape, _KEY.Key_Tab)))
        self._tell(f"palette: {query!r}, {[key.name for key in keys]}")
        QTest.keyClick(target.windowHandle(), _KEY.Key_K, Qt.KeyboardModifier.ControlModifier)
        for key in [*(_KEY(ord(letter.upper())) for letter in query), *keys]:
            popup = QApplication.activePopupWidget()
            if popup is None or popup.windowHandle() is None:
                return
            QTest.keyClick(popup.windowHandle(), key)

    def _key(self, target: QWidget) -> None:
        keys = [self._one_of(KEYS) for _ in range(int(self._rng().integers(1, 4)))]
        # Alt closes a menu, and QTest would send the key itself to what is deleted by then.
        modifier = self._one_of(MODIFIERS[:-1] if isinstance(target, QMenu) else MODIFIERS)
        self._tell(f"keys {[key.name for key in keys]} {modifier.name} with focus on {QApplication.focusWidget()}")
        for key in keys:
            if is_there(target):
                QTest.keyClick(target.windowHandle(), key, modifier)

    def _shortcut(self, target: QWidget) -> None:
        if self.window is None:
            return
        actions = [action for action in self.window.actions() if not action.shortcut().isEmpty()]
        actions += (
            [a for a in self.window.findChildren(type(actions[0])) if not a.shortcut().isEmpty()] if actions else []
        )
        if not actions:
            return
        action = self._one_of(actions)
        if action.objectName() == "quitAction" and self._draw() < 0.95:
            return
        sequence: Any = action.shortcut()  # PySide's stubs do not know that it can be indexed
        keys = sequence[0]
        if keys.key() > Qt.Key.Key_Help:  # those of remote controls and the like, which QTest cannot send
            return
        if isinstance(target, QMenu) and keys.keyboardModifiers() & Qt.KeyboardModifier.AltModifier:
            return  # Alt closes a menu, as in `_key`
        self._tell(f"{action.shortcut().toString()} ({action.objectName()})")
        QTest.keyClick(target.windowHandle(), keys.key(), keys.keyboardModifiers())

    def _type(self, target: QWidget) -> None:
        focus = QApplication.focusWidget()
        if focus is None:
            return
        text = self._one_of(TEXTS)
        self._tell(f"text {text[:30]!r} into {type(focus).__name__} {focus.objectName()!r}")
        if self._draw() < 0.7:
            QTest.keyClick(target.windowHandle(), _KEY.Key_A, Qt.KeyboardModifier.ControlModifier)
        event = QInputMethodEvent("", [])  # as an input method does; keys alone have no such letters
        event.setCommitString(text)
        focus = QApplication.focusWidget()
        if focus is None:
            return
        QApplication.sendEvent(focus, event)
        if is_there(target):
            QTest.keyClick(target.windowHandle(), self._one_of((_KEY.Key_Return, _KEY.Key_Tab, _KEY.Key_Escape)))

    def _resize(self, target: QWidget) -> None:
        width, height = int(self._rng().integers(50, 2200)), int(self._rng().integers(50, 1300))
        state = self._one_of(("size", "size", "size", "showMinimized", "showMaximized", "showFullScreen", "showNormal"))
        if isinstance(target, QMenu):
            return
        self._tell(f"resize {state} {width} x {height} of {type(target).__name__}")
        if state == "size":
            target.windowHandle().resize(width, height)
        else:
            getattr(target, state)()

    def _focus(self, target: QWidget) -> None:
        self._tell("another window becomes active")
        if self._draw() < 0.5 and self.window is not None:
            self.window.windowHandle().requestActivate()
        else:
            target.windowHandle().requestActivate()

    def _menu(self, target: QWidget) -> None:
        """Open a menu of the menu bar with a click, or choose from the one that is open."""
        if isinstance(target, QMenu):
            actions = [a for a in target.actions() if a.isVisible() and not a.isSeparator()]
            if actions:
                action = self._one_of(actions)
                if action.objectName() == "quitAction" and self._draw() < 0.9:
                    return
                self._click(target, target.actionGeometry(action).center(), f"menu entry {action.text()!r}")
            return
        bars = [bar for bar in target.findChildren(QMenuBar) if bar.isVisible() and bar.window() is target]
        if bars:
            action = self._one_of(bars[0].actions())
            place = bars[0].mapTo(target, bars[0].actionGeometry(action).center())
            self._click(target, place, f"menu {action.text()!r}")

    def _context_menu(self, target: QWidget) -> None:
        focus = QApplication.focusWidget()
        by_key = focus is not None and self._draw() < 0.4
        place = self._place_in(target.rect())
        widget = focus if by_key and focus is not None else target.childAt(place) or target
        at = widget.rect().center() if by_key else widget.mapFrom(target, place)
        reason = QContextMenuEvent.Reason.Keyboard if by_key else QContextMenuEvent.Reason.Mouse
        self._tell(f"context menu of {type(widget).__name__} {widget.objectName()!r}")
        QApplication.sendEvent(widget, QContextMenuEvent(reason, at, widget.mapToGlobal(at)))

    def _drop(self, target: QWidget) -> None:
        """Drag files over the main window and drop them, unless a dialog blocks it."""
        if target is not self.window:
            return
        data = QMimeData()
        data.setUrls(self._sandbox.urls())
        place = self._place_in(target.rect())
        self._tell(f"drop {[url.fileName()[:40] for url in data.urls()]}")
        action, button = Qt.DropAction.CopyAction, _BUTTON.LeftButton
        enter = QDragEnterEvent(place, action, data, button, _NO)
        QApplication.sendEvent(target, enter)
        if enter.isAccepted():
            QApplication.sendEvent(target, QDropEvent(QPointF(place), action, data, button, _NO, QEvent.Type.Drop))

    def _paste(self, target: QWidget) -> None:
        text = self._one_of(TEXTS)
        self._tell(f"paste {text[:30]!r}")
        QGuiApplication.clipboard().setText(text)
        QTest.keyClick(target.windowHandle(), _KEY.Key_V, Qt.KeyboardModifier.ControlModifier)

    def _disk(self, _target: QWidget) -> None:
        self._tell(self._sandbox.fill_or_clear_disk())

    def _damage(self, _target: QWidget) -> None:
        self._tell(self._sandbox.damage())

    def _close(self, target: QWidget) -> None:
        self._tell(f"the X of {type(target).__name__}")
        target.windowHandle().close()

    # Chance

    def _draw(self) -> float:
        return float(self._rng().random())

    def _one_of(self, things: Sequence[T]) -> T:
        return things[int(self._rng().integers(len(things)))]

    def _place_in(self, rect: QRect) -> QPoint:
        draw = self._rng()
        return QPoint(
            int(draw.integers(rect.left(), max(rect.left(), rect.right()) + 1)),
            int(draw.integers(rect.top(), max(rect.top(), rect.bottom()) + 1)),
        )
