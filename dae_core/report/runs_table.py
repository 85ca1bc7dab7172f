"""The runs of a session in one table: in which settings they differ, and what came of it."""

from __future__ import annotations

from collections.abc import Sequence

from dae_core.report.document import Block, Table
from dae_core.sessions.run import Run
from dae_core.sessions.run_comparison import differences
from dae_core.texts import listed, shortened

_MOST_SETTINGS = 4
_LONGEST = 60
_ITERATIONS = "trained for"  # has a column of its own


def runs_table(runs: Sequence[Run], key: str = "") -> list[Block]:
    """Return a table with a row for each run that was trained; nothing where fewer than two were.

    ``key`` is that of the run that the report is on.
    """
    trained = [run for run in runs if run.checkpoint.iteration]
    if len(trained) < 2:
        return []
    found = [difference for difference in differences(trained) if difference.name != _ITERATIONS]
    shown, more = found[:_MOST_SETTINGS], found[_MOST_SETTINGS:]
    rows = tuple(
        (
            f"{shortened(run.label.name, _LONGEST)}{' (this report)' if run.label.key == key else ''}",
            *(shortened(difference.values[place], _LONGEST) for difference in shown),
            f"{run.checkpoint.iteration:,}",
            *_figures(run),
        )
        for place, run in enumerate(trained)
    )
    head = ("run", *(difference.name for difference in shown), "iterations", "MSE", "PSNR", "sparsity")
    caption = "Held-out figures of each run, with its own noise, as measured when it last stopped"
    if more:
        caption += f". The runs also differ in {listed([difference.name for difference in more])}"
    return [Table(head, rows, caption)]


def _figures(run: Run) -> tuple[str, str, str]:
    figures = run.figures
    if figures is None:
        return "–", "–", "–"
    sparsity = "–" if figures.sparsity is None else f"{figures.sparsity:.3f}"
    return f"{figures.mse:.4f}", f"{figures.psnr:.2f}", sparsity
