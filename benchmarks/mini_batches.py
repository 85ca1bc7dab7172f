"""Time of one mini-batch with Adam, noise and record included: the studio's `Trainer` against PyTorch at its best.

PyTorch has its choice of one thread or all cores, of eager mode or ``torch.compile``, and the fused optimizer.
"""

from __future__ import annotations

import importlib
import os
from collections.abc import Callable
from typing import Any

import numpy as np

from benchmarks import setting
from benchmarks.peers import TorchBatches
from benchmarks.report import Line, Report, at_least
from benchmarks.timing import interleaved, median_us, ratio
from dae_core.training.config import TrainingConfig
from dae_core.training.progress import Checkpoint
from dae_core.training.start import start_model
from dae_core.training.trainer import Trainer

_UNITS = (225, 1000, 4000)
_BATCH = 128
_RATE, _SIGMA = 0.0005, 1.0
_ITERATIONS = {225: 40, 1000: 8, 4000: 3}  # a call, of some tenths of a second
_TIMES = 1.2


def run(quick: bool) -> Report:
    """Measure."""
    report = Report("mini_batches", f"One mini-batch of {_BATCH} (784 pixels, Adam, σ = 1)")
    try:
        torch = importlib.import_module("torch")
    except ImportError:
        torch = None
        report.skip("PyTorch", "not installed; see the extra `bench`")
    for units in _UNITS:
        _measure(report, torch, units, 2 if quick else 12)
    return report


def _measure(report: Report, torch: Any, units: int, rounds: int) -> None:
    config = TrainingConfig(hidden_units=units, batch_size=_BATCH, optimizer="adam", learning_rate=_RATE)
    model = start_model(setting.dataset().n_inputs, config)
    trainer = Trainer(setting.dataset(), config, Checkpoint(config, model, 0, 0, 10**9, 0.0))
    count = _ITERATIONS[units]
    competitors: dict[str, tuple[Callable[[], object], int]] = {"studio": (lambda: trainer.advance(count), count)}
    if torch is not None:
        digits = trainer.dataset.standardize(trainer.dataset.train_images)
        for threads in sorted({1, os.cpu_count() or 1}):
            for is_compiled in (False, True):
                try:
                    loop = TorchBatches(torch, model, digits, _BATCH, _RATE, _SIGMA, threads, compiled=is_compiled)
                    loop.run(1)
                except Exception as error:  # without a C++ compiler, for instance; there are many ways to fail
                    report.skip("torch.compile", str(error).splitlines()[0][:100])
                    continue
                kind = "compiled" if is_compiled else "eager"
                competitors[f"PyTorch {kind}, threads: {threads}"] = (lambda loop=loop: loop.run(count), count)  # type: ignore[misc]
    seconds = interleaved(competitors, rounds)
    trainer.close()
    for name, taken in seconds.items():
        report.add(Line(f"{units:,} units: {name}", median_us(taken), "µs"))
    others = [name for name in seconds if name != "studio"]
    if others:
        best = min(others, key=lambda name: float(np.median(seconds[name])))
        what = f"{units:,} units: PyTorch's best / studio"
        report.add(at_least(what, ratio(seconds[best], seconds["studio"]), _TIMES, note=best))
