"""A run's curves as a table in a CSV file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from dae_core.files import replacing
from dae_core.model.architecture import Architecture
from dae_core.model.autoencoder import EXERCISE
from dae_core.texts import table_comment
from dae_core.training.history import History

COLUMNS = ("iteration", "error", "smoothed_error", "sparsity", "smoothed_sparsity", "held_out_error")
_ROWS = 20_000


def write_curves_csv(history: History, path: str | Path, kind: Architecture = EXERCISE) -> None:
    """Write every iteration of a run, about a million rows in two seconds.

    Lines that begin with ``#`` explain the columns with their units, as the model's ``kind`` has them, and list what
    was changed during the run; then come the names of the columns, and one row an iteration. ``held_out_error`` is
    empty where nothing was measured.
    The numbers give back the same float32 values when they are read.

    May be called in another thread than the one that appends to the history: it writes what there was at the start.

    Raises
    ------
    OSError
        When the file cannot be written; what was there before stays as it was.
    """
    with replacing(path) as stream:
        for piece in _pieces(history, kind):
            stream.write(piece.encode("utf-8"))


def _pieces(history: History, kind: Architecture) -> Iterator[str]:
    averages = history.smoothed_error, history.smoothed_sparsity
    series = (history.error, averages[0].series, history.sparsity, averages[1].series)
    held_out = dict(history.held_out)
    columns = [one.values() for one in series]
    count = min(map(len, columns))
    window = averages[0].window
    yield "# Denoising Autoencoder Studio: curves of a training run\n"
    yield "# iteration: number of training steps done, one example each\n"
    loss, active = kind.output, f"z > {kind.hidden.threshold:g}"
    yield f"# error: {loss.error_title} {loss.error_equation} of the iteration's example, in {loss.unit}\n"
    yield f"# sparsity: fraction (0 to 1) of hidden units with {active}\n"
    yield f"# smoothed_error, smoothed_sparsity: mean of the last {window} iterations (of fewer at the start)\n"
    yield "# held_out_error: mean of the same error over the held-out images; empty where not measured\n"
    for change in tuple(history.changes):
        yield f"# changed after iteration {change.iteration}: {table_comment(str(change))}\n"
    yield ",".join(COLUMNS) + "\n"
    beyond = sorted(iteration for iteration in held_out if not 1 <= iteration <= count)
    for iteration in beyond:
        if iteration < 1:
            yield f"{iteration},,,,,{held_out[iteration]:.9g}\n"
    measured = sorted(set(held_out).difference(beyond))
    for start in range(0, count, _ROWS):
        stop = min(start + _ROWS, count)
        # One format of many rows is several times faster than many formats of one row.
        table = np.column_stack([column[start:stop].astype(np.float64) for column in columns])
        values: list[object] = [None] * (5 * (stop - start))
        values[0::5] = range(start + 1, stop + 1)
        for column in range(4):
            values[column + 1 :: 5] = table[:, column].tolist()
        row = "%d,%.9g,%.9g,%.9g,%.9g,"
        lines = [row] * (stop - start)
        for iteration in measured:
            if start < iteration <= stop:
                lines[iteration - 1 - start] = f"{row}{held_out[iteration]:.9g}"
        yield "\n".join(lines) % tuple(values) + "\n"
    for iteration in beyond:
        if iteration > count:
            yield f"{iteration},,,,,{held_out[iteration]:.9g}\n"
