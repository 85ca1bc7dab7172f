"""Open the real window, train in it, take its picture and close it: what a person does first, on a virtual screen.

    xvfb-run python tools/smoke.py [PNG]

Exits 0 only if the bundled digits loaded, 2,000 iterations finished, the picture shows something, and the window
closed without a complaint from Python or Qt.
"""

import faulthandler
import os
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

ITERATIONS = 2000
SECONDS_TO_LOAD = 60
SECONDS_TO_TRAIN = 120  # mostly for compiling the kernel, once, on a busy machine
SECONDS_TO_CLOSE = 5
# What Qt says when threads, timers or objects are misused; other warnings are about the virtual screen.
MISUSE = ("QThread", "QTimer", "QObject", "QSocketNotifier", "QPainter", "QBackingStore", "QCoreApplication")


class SmokeError(Exception):
    """Something did not happen as it should."""


def wait_until(condition: Callable[[], object], seconds: float, what: str) -> None:
    """Keep the window alive until `condition` holds, but no longer than `seconds`."""
    from PySide6.QtCore import QEventLoop, QTimer

    loop = QEventLoop()
    deadline = time.monotonic() + seconds
    failures: list[SmokeError] = []

    def look() -> None:
        try:
            done = bool(condition()) or time.monotonic() > deadline
        except SmokeError as failure:  # it must not leave through Qt's event loop, which would only print it
            failures.append(failure)
            done = True
        if done:
            loop.quit()

    poll = QTimer(interval=20)
    poll.timeout.connect(look)
    poll.start()
    loop.exec()
    poll.stop()
    if failures:
        raise failures[0]
    if not condition():
        raise SmokeError(f"{what} did not happen within {seconds} seconds")


def smoke(picture: Path) -> list[str]:
    """Do it all; return the complaints that came by the way."""
    from PySide6.QtCore import QObject, QThread, qInstallMessageHandler
    from PySide6.QtGui import QAction
    from PySide6.QtWidgets import QApplication, QWidget

    app = QApplication(sys.argv[:1])
    from dae_gui.app import create_window

    window = create_window(argv=())

    # From here on the application's own hook would open a dialog that nobody answers.
    complaints: list[str] = []
    sys.excepthook = lambda *error: complaints.append("".join(traceback.format_exception(*error)))

    def on_message(_kind: object, _context: object, text: str) -> None:
        print(f"Qt: {text}", file=sys.stderr)
        if text.startswith(MISUSE):
            complaints.append(text)

    qInstallMessageHandler(on_message)

    def find(kind: type[QObject], name: str) -> Any:
        found = window.findChild(kind, name)
        if found is None:
            raise SmokeError(f"the window has no {kind.__name__} named {name}")
        return found

    def has_finished() -> bool:
        state = window.workbench.state
        if state in {"DIVERGED", "FAILED"}:
            raise SmokeError(f"training ended as {state}")
        return bool(state == "FINISHED")

    window.show()
    wait_until(lambda: window.windowHandle() and window.windowHandle().isExposed(), 20, "the window's first paint")
    start = find(QAction, "startAction")
    wait_until(start.isEnabled, SECONDS_TO_LOAD, "loading the bundled digits")
    find(QWidget, "iterationsSpinBox").setValue(ITERATIONS)
    begun = time.monotonic()
    start.trigger()
    wait_until(has_finished, SECONDS_TO_TRAIN, f"training for {ITERATIONS} iterations")
    print(f"Trained {ITERATIONS} iterations in {time.monotonic() - begun:.1f} s on {app.platformName()}")

    image = window.grab().toImage()
    picture.parent.mkdir(parents=True, exist_ok=True)
    if not image.save(str(picture)):
        raise SmokeError(f"{picture} could not be written")
    colours = Counter(image.pixel(x, y) for x in range(0, image.width(), 4) for y in range(0, image.height(), 4))
    if colours.most_common(1)[0][1] > 0.9 * colours.total():
        raise SmokeError(f"{picture} is all but blank")
    print(f"Saved {picture} ({image.width()}x{image.height()})")

    if not window.close():
        raise SmokeError("the window refused to close")
    wait_until(lambda: not any(w.isVisible() for w in app.topLevelWidgets()), SECONDS_TO_CLOSE, "closing every window")
    if any(thread.isRunning() for thread in window.findChildren(QThread)):
        raise SmokeError("a thread is still running although the window is closed")
    return complaints


def main() -> int:
    """Run in a temporary home, so that nobody's settings are read or changed."""
    picture = Path(sys.argv[1] if len(sys.argv) > 1 else "out/smoke.png").absolute()
    faulthandler.enable()
    # The last resort when the event loop itself hangs: show where, and end.
    faulthandler.dump_traceback_later(SECONDS_TO_LOAD + SECONDS_TO_TRAIN + 60, exit=True)
    with tempfile.TemporaryDirectory(prefix="dae-smoke-") as home:
        for name in ("CONFIG", "CACHE", "DATA", "STATE"):
            os.environ[f"XDG_{name}_HOME"] = str(Path(home, name.lower()))
        try:
            complaints = smoke(picture)
        except SmokeError as error:
            complaints = [str(error)]
    for complaint in complaints:
        print(f"smoke: {complaint}", file=sys.stderr)
    return bool(complaints)


if __name__ == "__main__":
    sys.exit(main())
