"""The small drawings inside controls, in the colours of a theme: arrows, ticks, grips and the buttons of docks.

A style sheet takes them from files, so they are written into the user's cache when a theme is first shown.
"""

from __future__ import annotations

import tempfile
from functools import cache
from hashlib import sha256
from pathlib import Path

from dae_core.files import user_folder

_STROKE = 'fill="none" stroke="{color}" stroke-width="{width}" stroke-linecap="round" stroke-linejoin="round"'
_SIZES = {"grip-across": (40, 8), "grip-along": (8, 40)}
_SQUARE = (16, 16)
_LINES = {
    "down": (1.75, "M4 6.5 8 10.5 12 6.5"),
    "up": (1.75, "M4 9.5 8 5.5 12 9.5"),
    "left": (1.75, "M9.5 4 5.5 8 9.5 12"),
    "right": (1.75, "M6.5 4 10.5 8 6.5 12"),
    "tick": (2.25, "M3.5 8.5 6.5 11.5 12.5 5"),
    "partly": (2.25, "M4 8 12 8"),
    "close": (1.6, "M3 3 13 13M13 3 3 13"),
    "float": (1.6, "M7 3.5H3V13H12.5V9M9.5 2.5H13.5V6.5M13 3 7.5 8.5"),
    "blank": (0, ""),
    "dot": (6, "M8 8 8 8"),
    "grip-across": (3, "M6 4 34 4"),
    "grip-along": (3, "M4 6 4 34"),
}


@cache
def picture(name: str, color: str) -> str:
    """Return the path of a drawing in a colour, as a style sheet writes it; an empty text where none can be written.

    Parameters
    ----------
    name
        ``"down"``, ``"up"``, ``"left"``, ``"right"``, ``"tick"``, ``"partly"``, ``"close"``, ``"float"``, ``"blank"``,
        ``"dot"``, ``"grip-across"`` or ``"grip-along"``.
    color
        As #rrggbb.
    """
    width, path = _LINES[name]
    right, bottom = _SIZES.get(name, _SQUARE)
    stroke = _STROKE.format(color=color, width=width)
    drawing = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{right}" height="{bottom}" viewBox="0 0 {right} {bottom}">'
        f'<path d="{path}" {stroke}/></svg>'
    )
    file_name = f"{name}-{sha256(drawing.encode()).hexdigest()[:12]}.svg"  # another version draws it into another file
    for folder in (_in_cache, _temporary):
        try:
            file = folder() / file_name
            if not file.is_file() or file.read_text(encoding="utf-8") != drawing:
                file.write_text(drawing, encoding="utf-8")
            return file.as_posix()
        except OSError:
            continue
    return ""


def _in_cache() -> Path:
    folder = user_folder("cache") / "controls"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@cache
def _temporary() -> Path:
    return Path(tempfile.mkdtemp(prefix="dae-studio-"))
