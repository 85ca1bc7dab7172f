"""Tests of the window: off screen, with settings of their own, and strict about what they leave behind."""

import atexit
import gc
import json
import os
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

# The environment must be complete before the QApplication is made; this file is loaded before.
_SESSION_FOLDER = Path(tempfile.mkdtemp(prefix="dae-gui-tests-"))
atexit.register(shutil.rmtree, _SESSION_FOLDER, ignore_errors=True)
for _kind in ("CONFIG", "DATA", "CACHE", "STATE"):
    _folder = _SESSION_FOLDER / _kind.lower()
    _folder.mkdir()
    os.environ[f"XDG_{_kind}_HOME"] = str(_folder)
if "QT_QPA_PLATFORM" not in os.environ:
    # The default off-screen display of 800 x 800 shrinks windows.
    _display = _SESSION_FOLDER / "display.json"
    _screen = {"name": "screen", "x": 0, "y": 0, "width": 1920, "height": 1080}
    _screen |= {"logicalDpi": 96, "logicalBaseDpi": 96, "dpr": 1}
    _display.write_text(json.dumps({"screens": [_screen]}))
    os.environ["QT_QPA_PLATFORM"] = f"offscreen:configfile={_display}"

import pytest  # noqa: E402
import shiboken6  # noqa: E402
from PySide6.QtCore import (  # noqa: E402
    QCoreApplication,
    QEvent,
    QMessageLogContext,
    QObject,
    QPointF,
    QSettings,
    Qt,
    QThread,
    QTimer,
    QtMsgType,
    qInstallMessageHandler,
)
from PySide6.QtGui import QMouseEvent  # noqa: E402
from PySide6.QtWidgets import QApplication, QToolTip, QWidget  # noqa: E402
from pytestqt.qtbot import QtBot  # noqa: E402

from dae_gui.support.collecting import collect_here  # noqa: E402
from dae_gui.support.jobs import Jobs  # noqa: E402
from dae_gui.support.leaving import end_if_left  # noqa: E402
from dae_gui.support.theme import LIGHT, apply_theme  # noqa: E402
from dae_gui.window.main_window import MainWindow  # noqa: E402
from helpers.waiting import PatientBot  # noqa: E402
from helpers.widgets import DrawStroke  # noqa: E402
from helpers.windows import MakeWindow, windows  # noqa: E402

IGNORED_MESSAGES = ("This plugin does not support ",)  # propagateSizeHints(), raise(), ...: off screen, rightly
_SERIOUS = (QtMsgType.QtWarningMsg, QtMsgType.QtCriticalMsg, QtMsgType.QtFatalMsg)


_STATUS = pytest.StashKey[int]()


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    session.config.stash[_STATUS] = int(exitstatus)


@pytest.hookimpl(trylast=True)
def pytest_unconfigure(config: pytest.Config) -> None:
    """Tell whether tests failed also where one left a thread, with which the process would end as if all were well."""
    if not hasattr(config, "workerinput"):
        end_if_left(config.stash.get(_STATUS, 1))


@pytest.hookimpl(trylast=True)
def pytest_configure(config: pytest.Config) -> None:
    # pytest-qt's own message handler is removed before fixtures end; `no_qt_messages` listens to the end.
    logging = config.pluginmanager.get_plugin("_qt_logging")
    if logging is not None:
        config.pluginmanager.unregister(logging)


@pytest.fixture(autouse=True, scope="session")
def as_the_program(qapp: QApplication) -> None:
    """Show every widget, and collect garbage, as the program does, also without the window."""
    collect_here(qapp)
    gc.enable()  # but for tests of the window
    apply_theme(qapp, LIGHT)


@pytest.fixture(autouse=True)
def no_qt_messages(qapp: QApplication) -> Iterator[list[str]]:
    """Fail a test during which Qt warned; gives the messages so far, which a test that expects some may clear."""
    serious: list[str] = []

    def listen(kind: QtMsgType, context: QMessageLogContext, message: str) -> None:
        if kind in _SERIOUS and not any(ignored in message for ignored in IGNORED_MESSAGES):
            serious.append(f"{kind.name}: {message}")

    previous = qInstallMessageHandler(listen)
    yield serious
    qInstallMessageHandler(previous)  # after `no_leaks` has deleted what the test left, which may make Qt speak
    if serious:
        pytest.fail("Qt said:\n" + "\n".join(serious), pytrace=False)


@pytest.fixture(autouse=True)
def no_leaks(no_qt_messages: list[str]) -> Iterator[None]:
    """Fail a test that leaves a top-level widget, a running thread or an active timer behind."""
    gc.collect()  # pytest held the last test's window until now
    before = set(map(_identity, _remaining()))
    gc.freeze()  # what is there already, imports above all, takes part in no further collection
    gc.disable()  # as in the program, whose collector works at turns of the event loop
    yield
    gc.enable()  # tests of the core have no event loop
    QToolTip.hideText()
    _settle()
    left = [_describe(thing) for thing in _remaining() if _identity(thing) not in before]
    if left:
        pytest.fail("Left behind: " + ", ".join(left), pytrace=False)


@pytest.fixture(autouse=True)
def own_settings(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give each test empty settings; the folder that stands for ~/.config."""
    folder = tmp_path_factory.mktemp("settings")
    for kind in ("CONFIG", "STATE"):
        (folder / kind.lower()).mkdir()
        monkeypatch.setenv(f"XDG_{kind}_HOME", str(folder / kind.lower()))
    monkeypatch.setenv("DAE_STUDIO_DATA", str(folder / "own data"))
    for file_format in (QSettings.Format.NativeFormat, QSettings.Format.IniFormat):
        QSettings.setPath(file_format, QSettings.Scope.UserScope, str(folder / "config"))
    return folder / "config"


@pytest.fixture
def qtbot(qapp: QApplication, request: pytest.FixtureRequest) -> QtBot:
    """In the place of pytest-qt's, whose waits end after five seconds."""
    return PatientBot(request)


@pytest.fixture
def restored_theme(qapp: QApplication) -> Iterator[QApplication]:
    """Give the application, which has the light theme again afterwards."""
    yield qapp
    apply_theme(qapp, LIGHT)


@pytest.fixture
def jobs(qapp: QApplication) -> Iterator[Jobs]:
    """Give threads, which are ended afterwards."""
    made = Jobs()
    yield made
    made.shutdown()
    made.deleteLater()


@pytest.fixture
def make_window(qtbot: QtBot) -> Iterator[MakeWindow]:
    """Make whole windows, which are closed in the end."""
    with windows(qtbot) as make:
        yield make


@pytest.fixture
def window(make_window: MakeWindow) -> MainWindow:
    """Make one whole window, ready to train on the bundled digits."""
    return make_window()


@pytest.fixture
def draw_stroke(qapp: QApplication) -> DrawStroke:
    """Draw with the mouse: press at the first point, move through the others with the button held, release."""

    def draw(
        widget: QWidget,
        points: Sequence[QPointF],
        button: Qt.MouseButton = Qt.MouseButton.LeftButton,
        modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier,
        *,
        release: bool = True,
    ) -> None:
        none = Qt.MouseButton.NoButton
        _mouse(widget, QEvent.Type.MouseMove, points[0], none, none, modifiers)
        _mouse(widget, QEvent.Type.MouseButtonPress, points[0], button, button, modifiers)
        for point in points[1:]:
            _mouse(widget, QEvent.Type.MouseMove, point, none, button, modifiers)
        if release:
            _mouse(widget, QEvent.Type.MouseButtonRelease, points[-1], button, none, modifiers)

    return draw


def _mouse(
    widget: QWidget,
    kind: QEvent.Type,
    position: QPointF,
    button: Qt.MouseButton,
    held: Qt.MouseButton,
    modifiers: Qt.KeyboardModifier,
) -> None:
    """Send a mouse event as a window system would; unlike QTest's, at fractions of a pixel and with modifiers."""
    event = QMouseEvent(kind, position, QPointF(widget.mapToGlobal(position)), button, held, modifiers)
    QApplication.sendEvent(widget, event)


def _settle() -> None:
    """Delete what waits to be deleted, and what only reference cycles keep (pyqtgraph's menus, for one)."""
    for _ in range(3):
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        QCoreApplication.processEvents()
        if not gc.collect():
            break


def _remaining() -> list[QObject]:
    """Top-level widgets, running threads and active timers that exist now."""
    found: dict[int, QObject] = {}
    for widget in QApplication.topLevelWidgets():
        if widget.metaObject().className() != "QTipLabel":  # Qt's one tooltip, which goes by itself
            found[_identity(widget)] = widget
    main_thread = QCoreApplication.instance().thread()
    for thing in gc.get_objects():
        if not issubclass(type(thing), QObject) or not shiboken6.isValid(thing):
            continue
        running = isinstance(thing, QThread) and thing is not main_thread and thing.isRunning()
        if running and thing.metaObject().className() == "QAdoptedThread":
            continue
        if running or (isinstance(thing, QTimer) and thing.isActive()):
            found[_identity(thing)] = thing
    return list(found.values())


def _identity(thing: QObject) -> int:
    """Address of the C++ object: Python's wrappers come and go."""
    return int(shiboken6.getCppPointer(thing)[0])


def _describe(thing: QObject) -> str:
    name = f" {thing.objectName()!r}" if thing.objectName() else ""
    state = " (running)" if isinstance(thing, QThread) else " (active)" if isinstance(thing, QTimer) else ""
    return f"{type(thing).__name__}{name}{state}"
