"""How cost grows: with hidden units, with the size of the images, with the length of the history."""

from __future__ import annotations

import gc
import time
import tracemalloc

import numpy as np
from scipy import ndimage

from benchmarks import setting
from benchmarks.report import Line, Report, at_most
from benchmarks.subprocesses import ProbeError, probe
from dae_core.datasets import Dataset
from dae_core.model.autoencoder import AutoEncoder
from dae_core.training.history import History
from dae_core.training.progress import Progress

_HIDDEN = (100, 225, 500, 1000, 2000, 4000)
_SIDES = (8, 16, 28, 48, 64)
_LENGTHS = (10**3, 10**4, 10**5, 10**6, 10**7)
_BINS = 2000  # two for each of a thousand pixels


def run(quick: bool) -> Report:
    """Measure."""
    report = Report("growth", "Growth")
    for hidden in _HIDDEN:
        microseconds, fires = _iteration(setting.dataset(), hidden, 0.3 if quick else 3.0)
        size = 8 * 784 * hidden / 1e6
        report.add(Line(f"{hidden} hidden units", microseconds, "µs/iteration", note=_note(fires, size)))
    for side in _SIDES:
        microseconds, fires = _iteration(_resized(side), 225, 0.3 if quick else 3.0)
        size = 8 * side * side * 225 / 1e6
        report.add(Line(f"{side}x{side} pixels, 225 units", microseconds, "µs/iteration", note=_note(fires, size)))
    for length in _LENGTHS[: 4 if quick else None]:
        append, envelope, memory = _history(length)
        note = f"appending {append:.2f} µs and {memory:.0f} bytes an iteration, {memory * length / 1e6:,.1f} MB in all"
        report.add(Line(f"history of {length:,}: the four envelopes", envelope, "ms", note=note))
    _redraws(report, 10**5 if quick else max(_LENGTHS))
    return report


def _redraws(report: Report, longest: int) -> None:
    try:
        found = probe("benchmarks.redraw_probe", str(10**4), str(longest))
    except ProbeError as error:
        report.skip("redraws", str(error))
        return
    short, long = found[str(10**4)], found[str(longest)]
    report.add(
        Line("redraw of the curves panel, 10,000 iterations", short, "ms"),
        Line(f"redraw of the curves panel, {longest:,} iterations", long, "ms"),
        at_most(f"redraw of {longest:,} / of 10,000", long / short, 2),
        at_most("mosaic of 225 units, coloured", found["mosaic"], 2, "ms"),
    )


def _note(fires: float, megabytes: float) -> str:
    return f"{fires:.2f} of the units fire; W and V take {megabytes:.1f} MB"


def _iteration(data: Dataset, hidden: int, seconds: float) -> tuple[float, float]:
    """Return the median µs of a Trainer's iteration, and how many units fire, after a while of training."""
    model = AutoEncoder.random(data.n_inputs, hidden, np.random.default_rng(0))
    trainer = setting.trainer_from(model, data)
    trainer.set_learning_rate(0.0005 * min(1.0, 225 / hidden) * min(1.0, 784 / data.n_inputs))  # else big ones diverge
    taken: list[float] = []
    fires = 0.0
    while sum(taken) < seconds or len(taken) < 4:
        started = time.perf_counter()
        progress = trainer.advance(trainer.chunk)
        taken.append(time.perf_counter() - started)
        fires = float(progress.sparsities.mean())
    trainer.close()
    return float(np.median(taken[len(taken) // 2 :])) / trainer.chunk * 1e6, fires


def _resized(side: int) -> Dataset:
    data = setting.dataset()
    train, test = (
        np.clip(ndimage.zoom(images.astype(np.float32), (1, side / 28, side / 28), order=1), 0, 255).astype(np.uint8)
        for images in (data.train_images[:2000], data.test_images[:200])
    )
    return Dataset(f"{data.name} at {side}x{side}", train, None, test, None)


def _history(length: int) -> tuple[float, float, float]:
    """Return µs to append an iteration, ms for the envelopes of all four curves, bytes per iteration."""
    gc.collect()
    rng = np.random.default_rng(0)
    errors, sparsities = rng.random((2, 512), np.float32)
    tracemalloc.start()
    history, done = History(), 0
    taken = []
    while done < length:
        count = min(512, length - done)
        progress = Progress(done + count, length, errors[:count], sparsities[:count], 0.0, 0.0)
        started = time.perf_counter()
        history.append(progress)
        taken.append((time.perf_counter() - started) / count)
        done += count
    memory = tracemalloc.get_traced_memory()[0] / length
    tracemalloc.stop()
    series = [history.error, history.sparsity, history.smoothed_error.series, history.smoothed_sparsity.series]
    edges = np.unique(np.linspace(0, length, _BINS + 1).astype(np.int64))
    envelopes = []
    for _ in range(30):
        started = time.perf_counter()
        for each in series:
            each.envelope(edges)
        envelopes.append(time.perf_counter() - started)
    return float(np.median(taken)) * 1e6, float(np.median(envelopes)) * 1e3, memory
