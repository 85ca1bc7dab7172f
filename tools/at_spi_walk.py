"""Walk through the real window as a screen reader does on Linux: over D-Bus, through AT-SPI, on a virtual screen.

    python tools/at_spi_walk.py

Prints a line for everything that is found: its role, name, and its value or description. Exits 0 only if all that can
have the focus has a role and a name, and what must be there is there; 77 if this system lacks what it takes (see
`tools/system_libraries.py --atspi`).
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

SKIPPED = 77
_LAUNCHER = Path("/usr/libexec/at-spi-bus-launcher")
_PROGRAMS = ("dbus-run-session", "xvfb-run", "Xvfb")
_SECONDS_TO_START = 120
_ROOT = "org.a11y.atspi.Registry", "/org/a11y/atspi/accessible/root"
_ACCESSIBLE, _VALUE = "org.a11y.atspi.Accessible", "org.a11y.atspi.Value"
_REFERENCE = re.compile(r'"([^"]+)", \[ObjectPath: ([^\]]+)\]')
_FOCUSABLE, _SHOWING = 11, 25  # bits of AT-SPI's states
_MOST_ITEMS = 12  # tiles that are looked at one by one
_WITHOUT_MEANING = ("filler", "unknown", "invalid", "panel", "layered pane")
_EXPECTED = (
    ("chart", "Plot of error and active hidden units over the iterations"),
    ("list", "Filters W"),
    ("list", "Filters V"),
    ("list item", "Unit 1 "),
    ("slider", "Iteration to look at"),
    ("canvas", "Drawing canvas"),
    ("push button", "Start"),
    ("combo box", "Schedule: "),
    ("spin box", "Learning rate"),
    ("progress bar", "Progress of the run"),
    ("label", "What the run is doing: "),
)


@dataclass(frozen=True)
class Thing:
    """One thing on the screen, as AT-SPI has it."""

    depth: int
    role: str
    name: str
    told: str
    can_have_focus: bool

    def __str__(self) -> str:
        """Return a line."""
        return f"{'  ' * self.depth}{self.role} | {self.name} | {self.told}"


class Bus:
    """The bus of AT-SPI.

    PySide cannot read lists that come over D-Bus, but it prints them: references and states are taken from there.
    """

    def __init__(self) -> None:
        from PySide6.QtDBus import QDBusConnection, QDBusMessage

        self._message = QDBusMessage.createMethodCall
        session = QDBusConnection.sessionBus()
        reply = session.call(self._message("org.a11y.Bus", "/org/a11y/bus", "org.a11y.Bus", "GetAddress"))
        self._bus = QDBusConnection.connectToBus(str(reply.arguments()[0]), "at-spi")

    def call(self, at: tuple[str, str], interface: str, method: str, *arguments: object) -> Any:
        """Return the reply to a call."""
        message = self._message(*at, interface, method)
        message.setArguments(list(arguments))
        return self._bus.call(message)

    def read(self, at: tuple[str, str], interface: str, name: str) -> Any:
        """Return a property."""
        values = self.call(at, "org.freedesktop.DBus.Properties", "Get", interface, name).arguments()
        value = values[0] if values else ""
        return value.variant() if hasattr(value, "variant") else value

    def children(self, at: tuple[str, str]) -> list[tuple[str, str]]:
        """Return what is in a thing."""
        return _REFERENCE.findall(repr(self.call(at, _ACCESSIBLE, "GetChildren")))

    def states(self, at: tuple[str, str]) -> int:
        """Return the states of a thing as bits."""
        found = re.search(r"\[Argument: au \{(\d+), (\d+)\}\]", repr(self.call(at, _ACCESSIBLE, "GetState")))
        return int(found[1]) | int(found[2]) << 32 if found else 0

    def walk(self, at: tuple[str, str], depth: int = 0) -> Iterator[Thing]:
        """Yield a thing, and all that is in it and to be seen."""
        states = self.states(at)
        is_showing = bool(states >> _SHOWING & 1)
        role = str((self.call(at, _ACCESSIBLE, "GetRoleName").arguments() or [""])[0])
        if depth > 1 and not is_showing:
            return
        told = str(self.read(at, _ACCESSIBLE, "Description"))
        if role in ("slider", "progress bar"):
            told = f"{self.read(at, _VALUE, 'CurrentValue'):g}; {told}"
        name = str(self.read(at, _ACCESSIBLE, "Name"))
        yield Thing(depth, role, name, told.replace("\n", " "), bool(states >> _FOCUSABLE & 1))
        for child in self.children(at)[: _MOST_ITEMS if role == "list" else None]:
            yield from self.walk(child, depth + 1)


def faults(things: list[Thing]) -> list[str]:
    """Return what a screen reader would stumble over."""
    found = [f"can have the focus, but what is it? {thing}" for thing in things if _is_mute(thing)]
    for role, name in _EXPECTED:
        if not any(thing.role == role and thing.name.startswith(name) for thing in things):
            found.append(f"there is no {role} called {name!r}")
    return found


def _is_mute(thing: Thing) -> bool:
    return thing.can_have_focus and (thing.role in _WITHOUT_MEANING[:3] or not (thing.name or thing.role == "label"))


def inside() -> int:
    """Start the window, walk through it, and end it; returns the exit code."""
    environment = {**os.environ, "QT_QPA_PLATFORM": "xcb", "QT_LINUX_ACCESSIBILITY_ALWAYS_ON": "1"}
    window = subprocess.Popen(
        [sys.executable, "-X", "faulthandler", "-m", "dae_gui", "--data", "digits"], env=environment
    )
    from PySide6.QtCore import QCoreApplication

    application = QCoreApplication([])
    try:
        bus, things = Bus(), list[Thing]()
        deadline = time.monotonic() + _SECONDS_TO_START
        while time.monotonic() < deadline and window.poll() is None:
            things = list(bus.walk(_ROOT))
            if not faults(things):  # until the data are there, some of it is not
                break
            time.sleep(0.5)
        ended = window.poll()
    finally:
        window.terminate()
        window.wait()
        del application
    print(*things, sep="\n")
    found = faults(things)
    if ended is not None:
        found.insert(0, f"the window ended by itself with {ended}")
    print(*found, sep="\n", file=sys.stderr)
    print(f"{len(things)} things, {len(found)} faults")
    return 1 if found else 0


def main() -> int:
    """Walk on a virtual screen with a bus of its own."""
    if "--inside" in sys.argv:
        return inside()
    lacking = [program for program in _PROGRAMS if shutil.which(program) is None]
    lacking += [] if _LAUNCHER.exists() else [str(_LAUNCHER)]
    if lacking:
        print(f"Not there: {', '.join(lacking)}. See tools/system_libraries.py --atspi.", file=sys.stderr)
        return SKIPPED
    with tempfile.TemporaryDirectory() as folder:
        own = {f"XDG_{kind}_HOME": folder for kind in ("CONFIG", "STATE", "DATA", "CACHE")}
        own["XDG_RUNTIME_DIR"] = folder
        command = ["dbus-run-session", "--", "xvfb-run", "-a", "-s", "-screen 0 1440x900x24", sys.executable, __file__]
        return subprocess.run([*command, "--inside"], env={**os.environ, **own}, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
