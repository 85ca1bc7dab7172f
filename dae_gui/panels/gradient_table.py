"""The picture of a gradient check: a table of the blocks, and how far each is from finite differences."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtWidgets import QHeaderView, QWidget

from dae_core.model.gradient_check import TOLERANCE, BlockCheck
from dae_gui.widgets.controls.figure_table import Cell, FigureTable, number_cell
from dae_gui.widgets.controls.named import named

_TITLES = ("Block", "Worst relative error", "Entries checked", "Skipped at kinks", "Verdict")
_BRIEF_TITLES = ("Block", "Deviation", "Verdict")
_SHAPES = {"W": "W, inputs × units", "B": "B, units", "V": "V, units × inputs", "C": "C, inputs"}


class GradientTable(FigureTable):
    """Has a row for each block; dashes where nothing was checked yet.

    Parameters
    ----------
    parent
        The widget that it is in.
    name
        Its object name.
    is_brief
        Whether it leaves out shapes and counts, where there is little room.
    """

    def __init__(self, parent: QWidget | None = None, name: str = "gradientTable", *, is_brief: bool = False) -> None:
        super().__init__(parent, sortable=False)
        self._is_brief = is_brief
        named(
            self,
            name,
            "Worst relative error of each block",
            f"Relative to the entry, or to the block's mean where that is larger; at most {TOLERANCE:.0e} is right.\n"
            "At a kink a unit switches on or off between the two evaluations. Ctrl+C copies the numbers.",
        )
        self.verticalHeader().setVisible(False)
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        self.horizontalHeader().setStretchLastSection(True)
        self.show_checks({})

    def show_checks(self, checks: Mapping[str, BlockCheck]) -> None:
        """Show what was found, by the names of the blocks."""
        shapes = {name: title for name, title in _SHAPES.items() if name in checks or not checks}  # of tied ones no V
        rows = [_row(title, checks.get(name)) for name, title in shapes.items()]
        if self._is_brief:
            brief = [[Cell(name), row[1], row[-1]] for name, row in zip(shapes, rows, strict=True)]
            self.show_rows(_BRIEF_TITLES, brief)
        else:
            self.show_rows(_TITLES, rows)


def _row(title: str, check: BlockCheck | None) -> list[Cell]:
    if check is None:
        return [Cell(title), *(Cell("–", float("nan")) for _ in range(3)), Cell("")]
    verdict = "right" if check.ok else "WRONG" if check.checked else "not checked"
    return [
        Cell(title),
        number_cell(check.worst if check.checked else float("nan"), ".1e", bold=not check.ok),
        number_cell(float(check.checked), ",.0f"),
        number_cell(float(check.skipped), ",.0f"),
        Cell(verdict, bold=not check.ok),
    ]
