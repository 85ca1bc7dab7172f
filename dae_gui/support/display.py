"""Why no window can be opened here, found before Qt, which then only aborts; knows nothing of Qt itself.

On Linux Qt needs a display that answers, a plugin for its kind, and libraries of the system that this plugin needs.
"""

from __future__ import annotations

import ctypes
import importlib.util
import os
import re
import socket
import sys
from collections.abc import Mapping
from pathlib import Path

WITHOUT_WINDOW = "Without a window:  dae-studio train --data digits;  dae-studio --help lists all commands."
_SECONDS = 3.0  # that a display of another machine may take to answer
_LOCAL = ("", "unix")


def obstacle(environment: Mapping[str, str], plugins: Path | None = None) -> str:
    """Return sentences that say why there can be no window and what to do; nothing where there can be one.

    Parameters
    ----------
    environment
        What names the display.
    plugins
        The folder of Qt's platform plugins; PySide6's own by default.
    """
    if sys.platform != "linux":
        return ""
    try:
        reason = _reason(environment, _plugins() if plugins is None else plugins)
    except Exception:  # what this does not understand, Qt may
        return ""
    return f"No window can be opened: {reason} {WITHOUT_WINDOW}" if reason else ""


def missing_library(error: ImportError | OSError) -> str:
    """Return what to do where the dynamic linker found no library of the system; nothing for any other error."""
    found = re.search(r"(lib[\w.+-]+)\.so\.(\d+)[\d.]*: cannot open shared object file", str(error))
    if not found:
        return ""
    name, version = found[1], found[2]
    stem = name.replace("-2.0", "2.0").lower()  # libglib-2.0.so.0 is in libglib2.0-0, all others follow Debian's rule
    package = f"{stem}{'-' if stem[-1].isdigit() else ''}{version}"
    return (
        f"Qt needs {name}.so.{version}, which this system lacks: install it (on Debian and Ubuntu it is in the package "
        f"{package})."
    )


def _reason(environment: Mapping[str, str], plugins: Path) -> str:
    named = [part.split(":")[0] for part in environment.get("QT_QPA_PLATFORM", "").split(";") if part]
    kinds = named or [kind for kind, variable in _VARIABLES.items() if environment.get(variable)]
    if not kinds:
        return (
            "there is no display, for neither DISPLAY nor WAYLAND_DISPLAY is set. Start it in a desktop session, or "
            "over the network with ssh -X."
        )
    reasons = [_reason_against(kind, environment, plugins) for kind in kinds]
    return " And ".join(reasons) if all(reasons) else ""


def _reason_against(kind: str, environment: Mapping[str, str], plugins: Path) -> str:
    files = sorted(plugins.glob(f"libq{kind}*.so"))
    if plugins.is_dir() and not files:
        there = ", ".join(sorted(path.stem.removeprefix("libq") for path in plugins.glob("libq*.so")))
        return f"Qt knows no display of the kind “{kind}” here, only {there}: set QT_QPA_PLATFORM to one of them."
    if kind == "wayland":
        return _wayland_silence(environment)
    if kind != "xcb":
        return ""
    silence = _x_silence(environment.get("DISPLAY", ""))
    if silence or not files:
        return silence
    try:
        ctypes.CDLL(str(files[0]))
    except OSError as error:
        return missing_library(error)
    return ""


def _x_silence(display: str) -> str:
    """Return why the X server of a display does not answer."""
    if not display:
        return "there is no X server, for DISPLAY is not set."
    silence = f"the X server of DISPLAY={display} does not answer. Set DISPLAY to the one of your desktop session."
    found = re.fullmatch(r"(?:\w+/)?(.*):(\d+)(?:\.\d+)?", display)
    if not found:
        return silence
    host, number = found[1], int(found[2])
    try:
        if host not in _LOCAL:  # else the next step would wait for minutes
            socket.create_connection((host.strip("[]"), 6000 + number), _SECONDS).close()
        xcb = ctypes.CDLL("libxcb.so.1")
    except OSError as error:
        return missing_library(error) or silence
    xcb.xcb_connect.restype = ctypes.c_void_p
    xcb.xcb_connection_has_error.argtypes = [ctypes.c_void_p]
    # It stays connected: a server whose last client leaves starts anew, and would refuse Qt at that moment.
    return silence if xcb.xcb_connection_has_error(xcb.xcb_connect(display.encode(), None)) else ""


def _wayland_silence(environment: Mapping[str, str]) -> str:
    """Return why the Wayland compositor does not answer."""
    display = environment.get("WAYLAND_DISPLAY") or "wayland-0"
    path = os.path.join(environment.get("XDG_RUNTIME_DIR", ""), display)
    try:
        with socket.socket(socket.AF_UNIX) as probe:
            probe.settimeout(_SECONDS)
            probe.connect(path)
    except OSError:
        return f"the Wayland compositor of WAYLAND_DISPLAY={display} does not answer."
    return ""


_VARIABLES = {"wayland": "WAYLAND_DISPLAY", "xcb": "DISPLAY"}
"""The kinds of display that Qt takes without being told, and the variable that names one."""


def _plugins() -> Path:
    found = importlib.util.find_spec("PySide6")
    folder = Path(found.origin or "").parent if found is not None else Path()
    return folder / "Qt" / "plugins" / "platforms"
