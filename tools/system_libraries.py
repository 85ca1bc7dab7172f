"""Check for the system libraries that Qt needs and its wheel does not bring, and get them where we can.

    python tools/system_libraries.py          for a window that nobody sees (the tests)
    python tools/system_libraries.py --xcb    for a window on an X server
    python tools/system_libraries.py --xvfb   for that, and an X server without a screen
    python tools/system_libraries.py --atspi  for that, and what programs use that read the screen

What counts is whether the dynamic linker finds a library, not whether some package is installed: that also holds for
distributions that name their packages otherwise. The lists are what `ldd` shows for libQt6Gui and for the plugins
libqoffscreen and libqxcb; Qt itself blames xcb-cursor0 whichever of them is missing.
"""

import argparse
import ctypes
import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import apt

# What Qt loads -> the Debian package that holds it. Newer releases rename some (libglib2.0-0t64); apt knows both names.
OFFSCREEN = {
    "libglib-2.0.so.0": "libglib2.0-0",
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1",
    "libfreetype.so.6": "libfreetype6",
    "libxkbcommon.so.0": "libxkbcommon0",
}
XCB = {
    "libX11.so.6": "libx11-6",
    "libX11-xcb.so.1": "libx11-xcb1",
    "libxcb.so.1": "libxcb1",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-randr.so.0": "libxcb-randr0",
    "libxcb-render.so.0": "libxcb-render0",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-shm.so.0": "libxcb-shm0",
    "libxcb-sync.so.1": "libxcb-sync1",
    "libxcb-util.so.1": "libxcb-util1",
    "libxcb-xfixes.so.0": "libxcb-xfixes0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
}
XVFB_PROGRAMS = {"Xvfb": "xvfb", "xvfb-run": "xvfb", "xauth": "xauth"}
ATSPI_PROGRAMS = {"dbus-run-session": "dbus", "/usr/libexec/at-spi-bus-launcher": "at-spi2-core"}
FONT_PACKAGE = "fonts-dejavu-core"
FONT_SUFFIXES = {".ttf", ".otf", ".ttc", ".pfb", ".pcf"}


def can_load(library: str) -> bool:
    """Ask the dynamic linker for `library`, as Qt will."""
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def has_font() -> bool:
    """Tell whether there is any font; without one all text is boxes."""
    home = Path.home()
    data = Path(os.environ.get("XDG_DATA_HOME") or home / ".local/share")
    folders = (Path("/usr/share/fonts"), Path("/usr/local/share/fonts"), data / "fonts", home / ".fonts")
    files = (file for folder in folders for file in folder.rglob("*"))
    return any(FONT_SUFFIXES.intersection(suffix.lower() for suffix in file.suffixes) for file in files)


def missing(xcb: bool, xvfb: bool, atspi: bool) -> Iterator[tuple[str, str]]:
    """Yield what Qt would not find here, each with its Debian package."""
    for library, package in (OFFSCREEN | XCB if xcb or xvfb else OFFSCREEN).items():
        if not can_load(library):
            yield library, package
    if not has_font():
        yield "a font", FONT_PACKAGE
    programs = (XVFB_PROGRAMS if xvfb else {}) | (ATSPI_PROGRAMS if atspi else {})
    for program, package in programs.items():
        if not shutil.which(program):
            yield program, package


def main() -> int:
    """Check, install if we may, and check again."""
    parser = argparse.ArgumentParser(description="Check for the system libraries that Qt needs.")
    parser.add_argument("--xcb", action="store_true", help="also what a window on an X server needs")
    parser.add_argument("--xvfb", action="store_true", help="also an X server without a screen")
    parser.add_argument("--atspi", action="store_true", help="also what programs use that read the screen")
    options = parser.parse_args()
    options.xvfb = options.xvfb or options.atspi
    if sys.platform != "linux":  # Qt's wheels for Windows and macOS bring everything.
        return 0

    wanted = list(missing(options.xcb, options.xvfb, options.atspi))
    if not wanted:
        return 0
    print(f"Qt needs these, and they are missing: {', '.join(name for name, _ in wanted)}.", file=sys.stderr)
    if not apt.is_available():
        print("Please install them with your system's package manager, then try again.", file=sys.stderr)
        return 1
    if not apt.install(sorted({package for _, package in wanted})):
        return 1
    if still := [name for name, _ in missing(options.xcb, options.xvfb, options.atspi)]:
        print(f"They were installed, but still cannot be found: {', '.join(still)}.", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
