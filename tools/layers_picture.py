"""Draws docs/architecture.svg: the rooms of both packages on their floors, as the import contracts have them.

Run it as ``python tools/layers_picture.py``; a test holds the picture against the contracts.
"""

from __future__ import annotations

import tomllib
from pathlib import Path
from xml.sax.saxutils import escape

ROOT = Path(__file__).resolve().parents[1]
PICTURE = ROOT / "docs" / "architecture.svg"
_WIDTH, _LEFT, _ROW, _GAP, _HEAD = 900, 26, 42, 8, 46
_PACKAGES = (
    ("dae_gui", "#2563c9", "the window: draws and asks"),
    ("dae_core", "#0f7f5c", "the mathematics: NumPy, no Qt"),
)
# What stands in a room, in a few words; one that is not listed says enough by its name.
_WORDS = {
    "dae_gui.app": "the application",
    "dae_gui.command_line": "options and commands of dae-studio",
    "dae_gui.window": "main window, its tables, presenters, what happens in which order when something is opened",
    "dae_gui.exports": "a run, a figure or a report as files",
    "dae_gui.sessions": "the open document, the run list, saving, autosave, recovery",
    "dae_gui.panels": "a package each",
    "dae_gui.data": "choosing, loading, importing",
    "dae_gui.training": "thread, worker, recorder",
    "dae_gui.workbench": "what is being worked on: facts with a signal each",
    "dae_gui.widgets": "plots, pictures, drawing, controls",
    "dae_gui.support": "theme, settings, jobs, undo, log, file dialogs",
    "dae_core.commands": "a command of the command line each",
    "dae_core.exporting": "arrays, ONNX, script, notebook",
    "dae_core.report": "HTML and PDF",
    "dae_core.sweeps": "series of runs",
    "dae_core.sessions": "runs, as values and files",
    "dae_core.representation": "the code as features, map",
    "dae_core.inspection": "units, health, one step",
    "dae_core.film": "GIF, WebP, MP4",
    "dae_core.evaluation": "held-out error, and the denoisers to compare with",
    "dae_core.training": "settings, schedules, optimizers, trainer, history, snapshots",
    "dae_core.datasets": "Dataset and its sources",
    "dae_core.model": "model, kernels, corruption, gradients",
}


def floors(package: str) -> list[list[str]]:
    """Return the rooms of a package from top to bottom, those of one floor side by side."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    layers = next(c["layers"] for c in contracts if c["type"] == "layers" and c["containers"] == [package])
    return [[room.strip() for room in layer.replace(":", "|").split("|")] for layer in layers]


def draw() -> str:
    """Return the picture as SVG."""
    parts: list[str] = []
    top = 12
    for package, color, about in _PACKAGES:
        rows = floors(package)
        height = _HEAD + len(rows) * (_ROW + _GAP) + 8
        parts.append(
            f'<rect x="10" y="{top}" width="{_WIDTH - 20}" height="{height}" rx="12" fill="none" stroke="{color}" '
            f'stroke-width="2"/><text x="{_LEFT}" y="{top + 28}" fill="{color}"><tspan font-weight="bold">{package}'
            f"</tspan>  {about}</text>"
        )
        for floor, rooms in enumerate(rows):
            y = top + _HEAD + floor * (_ROW + _GAP)
            width = (_WIDTH - 2 * _LEFT - (len(rooms) - 1) * _GAP) / len(rooms)
            for place, room in enumerate(rooms):
                parts.append(_room(f"{package}.{room}", _LEFT + place * (width + _GAP), y, width, color))
        top += height + 14
    style = 'font-family="DejaVu Sans, Helvetica, Arial, sans-serif" font-size="13"'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{_WIDTH}" height="{top}" viewBox="0 0 {_WIDTH} {top}" {style}>'
        f'<rect width="{_WIDTH}" height="{top}" fill="#ffffff"/>\n' + "\n".join(parts) + "\n</svg>\n"
    )


def _room(path: str, x: float, y: float, width: float, color: str) -> str:
    words, name = _WORDS.get(path, ""), path.rpartition(".")[2]
    middle = x + width / 2
    first = y + (18 if words else 26)
    text = f'<text x="{middle:.1f}" y="{first:.1f}" text-anchor="middle" fill="#1b1f27">{escape(name)}</text>'
    if words:
        text += (
            f'<text x="{middle:.1f}" y="{y + 34:.1f}" text-anchor="middle" fill="#5b6472" font-size="11">'
            f"{escape(words)}</text>"
        )
    return (
        f'<rect x="{x:.1f}" y="{y}" width="{width:.1f}" height="{_ROW}" rx="6" fill="{color}" fill-opacity="0.10" '
        f'stroke="{color}" stroke-opacity="0.5"/>{text}'
    )


if __name__ == "__main__":
    PICTURE.write_text(draw(), encoding="utf-8")
