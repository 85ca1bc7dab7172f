"""One monkey's life: it makes windows, has events done to them, watches for what goes wrong, and tells figures."""

import faulthandler
import gc
import logging
import sys
import threading
import time
import traceback
import warnings
from collections import Counter
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np
from monkey_moves import Moves, blocking_widget
from monkey_runs import RunWatch
from monkey_sandbox import Sandbox
from PySide6.QtCore import (
    QCoreApplication,
    QEvent,
    QMessageLogContext,
    QThread,
    QTimer,
    QtMsgType,
    qInstallMessageHandler,
)
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QPushButton, QWidget

from dae_core.errors import UserError
from dae_gui.app import Application, create_window
from dae_gui.support.settings import Settings
from dae_gui.support.theme import ThemeChoice
from dae_gui.window.main_window import MainWindow

SECONDS_UNTIL_HUNG = 120
SECONDS_TO_CLOSE = 30
SHOWN_FAULTS, SHOWN_FRAMES = 20, 8  # the first ones of each kind; where Qt warned
SERIOUS = (QtMsgType.QtWarningMsg, QtMsgType.QtCriticalMsg, QtMsgType.QtFatalMsg)
# What Qt says rightly of a display that is none, and QTest of a mouse that is dragged out of the window.
BY_THE_WAY = ("This plugin does not support ", "Mouse event at ")
EXPECTED = (UserError, OSError, MemoryError)  # each has a sentence for the user


class Faults(logging.Handler):
    """Everything that should not have happened; each is printed when it does."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.counts: Counter[str] = Counter()
        self.event = "the start"

    def add(self, kind: str, text: str) -> None:
        """Count a fault, and print it with the event that it came with."""
        self.counts[kind] += 1
        if self.counts[kind] <= SHOWN_FAULTS:
            print(f"monkey: {kind} at {self.event}\n{text.rstrip()}", flush=True)

    def listen(self) -> None:
        """Hear of exceptions in all threads, of Qt's warnings, and of what was caught and only logged."""

        def on_exception(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
            self.add("exception", "".join(traceback.format_exception(kind, error, trace)))

        def on_message(kind: QtMsgType, _context: QMessageLogContext, text: str) -> None:
            if kind in SERIOUS and not text.startswith(BY_THE_WAY):
                seen = [w for w in QApplication.allWidgets() if w.isVisible() and w.size().isEmpty()]
                empty = [f"{type(w).__name__} {w.objectName()!r} in {w.window().objectName()!r}" for w in seen]
                stack = "".join(traceback.format_stack()[-SHOWN_FRAMES:-1])
                if text.startswith("QPainter") and "dae_gui" not in stack:
                    # Qt's own style draws where it has no room; nothing here could keep it from that.
                    print(f"monkey: Qt at {self.event}: {text}; without room: {empty or 'nothing'}", flush=True)
                else:
                    self.add("Qt warning", f"{text}\n{stack}")

        def on_unraisable(unraisable: Any) -> None:
            on_exception(unraisable.exc_type, unraisable.exc_value, unraisable.exc_traceback)

        def on_warning(message: Warning | str, kind: type[Warning], *_place: object, **_further: object) -> None:
            stack = "".join(traceback.format_stack()[-SHOWN_FRAMES:-1])
            self.add("warning of Python", f"{kind.__name__}: {message}\n{stack}")

        sys.excepthook = on_exception
        set_hook: Any = warnings
        set_hook.showwarning = on_warning
        sys.unraisablehook = on_unraisable
        threading.excepthook = on_unraisable
        qInstallMessageHandler(on_message)
        logging.getLogger().addHandler(self)

    def emit(self, record: logging.LogRecord) -> None:
        """Take what the program logged as a failure of its own."""
        error = record.exc_info[1] if record.exc_info else None
        if error is not None and not isinstance(error, EXPECTED):
            trace = "".join(traceback.format_exception(error))
            self.add("failure in the log", f"{record.name}: {record.getMessage()}\n{trace}")
        elif record.levelno >= logging.ERROR:  # as a thread that ends late, which a busy machine may be the reason of
            print(f"monkey: in the log at {self.event}: {record.getMessage()}", flush=True)


class Life:
    """A monkey and the windows that it is let loose on, one after another.

    Parameters
    ----------
    home
        The sandbox.
    seed
        Of every choice.
    seconds, events
        When it ends.
    theme
        Of each window at first; the monkey may choose another one.
    """

    def __init__(self, home: Path, seed: int, seconds: float, events: int, theme: ThemeChoice) -> None:
        self.faults = Faults()
        self.n_events = self.n_windows = 0
        self.memory: list[float] = []
        self._seed = seed
        self._rng = np.random.default_rng([seed, 0])
        self._end = time.monotonic() + seconds
        self._most = events
        self._depth = 0
        self._level = 0
        self._log = (home / "events.log").open("w", encoding="utf-8", buffering=1)
        self._application = Application(sys.argv[:1])
        self._application.setQuitOnLastWindowClosed(False)
        self._sandbox = Sandbox(home, lambda: self._rng)
        self._moves = Moves(self._sandbox, lambda: self._rng)
        self._theme = theme
        self._window: MainWindow | None = None
        self._runs: RunWatch | None = None
        self.used: Counter[str] = Counter()

    def live(self) -> None:
        """Do it all."""
        self._sandbox.close()
        self.faults.listen()
        while not self._is_over():
            self._in_one_window()
        faulthandler.cancel_dump_traceback_later()

    def _is_over(self) -> bool:
        return time.monotonic() > self._end or self.n_events >= self._most

    def _in_one_window(self) -> None:
        """Make a window, do events to it until it is closed, and see that nothing of it stays."""
        before = set(map(id, QApplication.topLevelWidgets()))
        self._begin_event()
        arguments = self._moves.arguments()
        self.tell(f"a window with {arguments}")
        Settings().theme = self._theme
        window = create_window(arguments)
        self._window = window
        self._runs = watch = RunWatch(window, lambda text: self.faults.add("lost run", text))
        self.n_windows += 1
        self._moves.window = window
        for name, action in window.actions_by_name.items():
            self.used[name] += 0
            action.triggered.connect(partial(count, self.used, name))
        for dock in window.rail.buttons():
            self.used[dock.text()] += 0
            dock.defaultAction().triggered.connect(partial(count, self.used, dock.text()))
        window.show()
        QTimer.singleShot(0, self._act)
        self._application.exec()
        faulthandler.dump_traceback_later(SECONDS_UNTIL_HUNG, exit=True)
        self._window = None
        self._moves.window = None
        close_for_good(window)
        watch.look_after_close()
        window.deleteLater()
        self._runs = None
        del window, watch
        settle()
        self.memory.append(resident_megabytes())
        left = [w for w in QApplication.topLevelWidgets() if id(w) not in before and not is_tooltip(w)]
        if left:
            names = ", ".join(f"{type(w).__name__} {w.objectName()!r} {w.windowTitle()!r}" for w in left)
            self.faults.add("window left behind", names)

    def _begin_event(self) -> None:
        """Have the choices of the next event depend on nothing but its number."""
        self.n_events += 1
        self._rng = np.random.default_rng([self._seed, self.n_events])

    def tell(self, what: str) -> None:
        """Write down what is about to be done."""
        self.faults.event = f"event {self.n_events}: {what}"
        self._log.write(self.faults.event + "\n")

    def _act(self) -> None:
        """Do one event; the next one is due in any case, also where this one's dialog waits for its answer."""
        if self._is_over() or self._window is None or not self._window.isVisible():
            if self._window is not None and self._window.isVisible():
                self._sandbox.clear_disk()  # the loop's end is the window's as well, which cannot ask any more
            self._application.exit()  # quit would leave it to windows that want to stay
            return
        level = QThread.currentThread().loopLevel()
        waits_for_answer = blocking_widget() is not None and level > self._level
        if self._depth and not waits_for_answer:  # QTest handles other events between those that it makes, in no loop
            QTimer.singleShot(20, self._act)
            return
        before, self._level = self._level, level
        faulthandler.dump_traceback_later(SECONDS_UNTIL_HUNG, exit=True)
        self._begin_event()
        QTimer.singleShot(self._moves.pause_ms(), self._act)
        self._depth += 1
        try:
            if self._runs is not None:
                self._runs.look()
            self._moves.make(self.tell)
        finally:
            self._depth -= 1
            self._level = before


def run(home: Path, seed: int, seconds: float, events: int, theme: str) -> Counter[str]:
    """Let a monkey loose; prints its figures and returns how many faults of which kind it found."""
    life = Life(home, seed, seconds, events, ThemeChoice(theme))
    life.live()
    memory = f"{life.memory[0]:.0f} MB after the first window, {life.memory[-1]:.0f} MB after the last"
    counts = ", ".join(f"{count} × {kind}" for kind, count in sorted(life.faults.counts.items())) or "no faults"
    print(f"monkey: {life.n_events} events in {life.n_windows} windows, {memory}, {counts}", flush=True)
    print("monkey: " + ", ".join(f"{count} {kind}" for kind, count in life._moves.counts.most_common()), flush=True)
    never = ", ".join(name for name, count in life.used.items() if not count) or "none"
    print(f"monkey: {len(life.used)} actions and docks; never used: {never}", flush=True)
    return life.faults.counts


def settle() -> None:
    """Delete what waits to be deleted, and what only reference cycles keep."""
    for _ in range(5):
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        QCoreApplication.processEvents()
        gc.collect()


def close_for_good(window: MainWindow) -> None:
    """Close a window; if it asks what is to become of unsaved work, discard that, and answer no other question."""
    end = time.monotonic() + SECONDS_TO_CLOSE
    while not window.close() and window.isVisible() and time.monotonic() < end:
        for question in window.findChildren(QDialog):
            name = "discardSessionButton" if question.objectName() == "closeSessionQuestion" else "cancelSessionButton"
            for button in question.findChildren(QPushButton, name):
                button.click()
        QTest.qWait(50)


def is_tooltip(widget: QWidget) -> bool:
    """Whether it is Qt's one tooltip, which goes by itself."""
    return str(widget.metaObject().className()) == "QTipLabel"


def resident_megabytes() -> float:
    """Return how much memory this process holds now; 0 where the system does not tell it so."""
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    except OSError:
        return 0.0
    return pages * 4096 / 1e6


def count(counter: Counter[str], name: str, *_arguments: object) -> None:
    """Count a signal."""
    counter[name] += 1
