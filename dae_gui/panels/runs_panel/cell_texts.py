"""What the table of runs says besides its numbers: tips, and the second line of a run."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from dae_core.sweeps.run_columns import Kind, RunColumn, begun
from dae_core.sweeps.run_groups import RunGroup
from dae_core.sweeps.run_row import RunRow
from dae_core.texts import plain


def head_tip(column: RunColumn | None, rows: Sequence[RunRow]) -> str:
    """Return what a column means; None is that of the curve."""
    if column is None:
        return "Tick a run to lay its curves over those of the current one. A run keeps its colour."
    unit = f" In {column.unit}." if column.unit and column.is_number else ""
    counts = sorted({row.figures.n_images for row in rows if row.figures is not None})
    images = f" Measured on {' or '.join(f'{n:,}' for n in counts)} images." if counts and column.key == "mse" else ""
    return f"{column.tip}.{unit}{images}".replace("..", ".")


def cell_tip(group: RunGroup, column: RunColumn, *, is_current: bool) -> str:
    """Return a longer text for a cell."""
    if not group.is_single:
        return _group_tip(group, column)
    row = group.rows[0]
    run, data = row.run, row.run.data
    if column.key == "mse":
        return _mse_tip(row)
    if column.key == "name":
        note = f"\n{run.label.notes}" if run.label.notes else ""
        return run.label.name + (" – the current run" if is_current else "") + note
    if column.key == "notes":
        return run.label.notes
    if column.key in ("iteration", "diverged_at"):
        divergence = run.checkpoint.divergence
        end = "" if divergence is None else f"; {divergence.message}"
        return f"{row.iteration:,} of {run.checkpoint.end:,} iterations{end}"
    if column.key == "data":
        return f"{data.name}: {data.train_images:,} training and {data.test_images:,} held-out images"
    if column.key == "begun":
        at = begun(run)
        return "" if at is None else f"{at:%A %d %B %Y, %H:%M:%S}"
    text = column.text(column.value(row))
    return f"{text} {column.unit}" if column.unit and text != "–" else text


def second_line(group: RunGroup, *, is_current: bool) -> str:
    """Return what stands below a run's name: how it ended, if not at its end, and the user's note."""
    if not group.is_single:
        return "mean ± SD"
    row = group.rows[0]
    checkpoint = row.run.checkpoint
    parts = ["current"] if is_current else []
    if checkpoint.divergence is not None and row.live is None:
        parts.append(f"diverged at {checkpoint.divergence.iteration:,}")
    elif row.iteration < checkpoint.end:
        parts.append(f"{row.iteration:,} of {checkpoint.end:,}")
    note = plain(" ".join(row.run.label.notes.split()), 200)
    return " · ".join([*parts, *([note] if note else [])])


def curve_tip(group: RunGroup, shown: Collection[str], *, is_current: bool) -> str:
    """Return what the mark before a run says."""
    if is_current:
        return "The current run: its curves are always shown"
    keys = {row.key for row in group.rows}
    if group.is_single:
        return "Its curves are shown" if keys <= set(shown) else "Tick to show its curves"
    return f"The curves of {len(keys & set(shown)):,} of {len(keys):,} runs are shown"


def _group_tip(group: RunGroup, column: RunColumn) -> str:
    seeds = f"{len(group.seeds):,} runs that differ only in their seed ({', '.join(map(str, group.seeds))})"
    if len(group.rows) > len(group.seeds):
        seeds += f", and {len(group.rows) - len(group.seeds):,} trained again with a seed of these, not counted twice"
    if column.kind is not Kind.FIGURE:
        return f"{group.text(column)}\n{seeds}"
    found = group.statistic(column)
    if not found.n:
        return f"Not measured\n{seeds}"
    spread = "one value has no spread" if found.deviation is None else "mean ± sample standard deviation"
    return f"{found.text(column)}: {spread}, n = {found.n}\n{seeds}"


def _mse_tip(row: RunRow) -> str:
    noise = row.run.config.corruption.describe()
    if row.mse is None:
        return "Not measured: the run's data set is not open."
    if row.live is not None:
        return f"Live, on some of the held-out images, with {noise}"
    n = "?" if row.figures is None else f"{row.figures.n_images:,}"
    return f"{row.mse:.6g}: mean over the pixels of {n} held-out images, with {noise}"
