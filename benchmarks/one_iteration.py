"""Time of one iteration: the exercise's settings, by every means, taking turns in one run."""

from __future__ import annotations

import importlib
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from benchmarks import memory_limit, setting
from benchmarks.numpy_loops import BlasLoop, ExerciseLoop
from benchmarks.peers import ScikitLoop, TorchLoop
from benchmarks.report import Line, Report, at_least, at_most
from benchmarks.timing import interleaved, median_us, ratio
from dae_core.model import aligned
from dae_core.model.autoencoder import AutoEncoder
from dae_core.model.kernels import sgd_steps
from dae_core.training.history import History
from dae_core.training.trainer import CHUNK

_ROWS = 512
_RATE, _SIGMA = 0.0005, 1.0


def run(quick: bool) -> Report:
    """Measure."""
    report = Report("one_iteration", "One iteration (784-225-784, batch size 1, σ = 1)")
    data = setting.dataset()
    model = setting.half_trained()
    digits = data.standardize(data.train_images)
    rng = np.random.default_rng(0)
    clean = aligned.copy(digits[rng.integers(0, len(digits), _ROWS)])
    noisy = aligned.copy(clean + _SIGMA * rng.standard_normal(clean.shape, np.float32))
    active = model.forward(noisy).z > 0

    exercise = ExerciseLoop(model, digits, _RATE, _SIGMA)
    in_blas = BlasLoop(model, clean, noisy, _RATE)
    trainer, history = setting.trainer_from(model), History()
    fast = model.copy()
    rates = np.full(_ROWS, _RATE, np.float32)
    errors, sparsities = np.empty((2, _ROWS), np.float32)
    limit_model, sums = model.copy(), np.empty(_ROWS, np.float32)

    def kernel() -> None:
        sgd_steps(clean, noisy, rates, fast.W.T, fast.B, fast.V, fast.C, False, errors, sparsities)

    def end_to_end() -> None:
        for _ in range(4):
            history.append(trainer.advance(CHUNK))

    competitors: dict[str, tuple[Callable[[], object], int]] = {
        "the exercise's loop (float64)": (lambda: exercise.run(32), 32),
        "NumPy, in-place BLAS": (in_blas.run, _ROWS),
        "memory limit": (lambda: memory_limit.move(active, limit_model.W.T, limit_model.V, sums), _ROWS),
        "kernel alone": (kernel, _ROWS),
        "Trainer end to end": (end_to_end, 4 * CHUNK),
        "scikit-learn MLPRegressor": (ScikitLoop(clean, noisy, 225, _RATE).run, _ROWS),
        **_torch(report, model, digits),
    }
    seconds = interleaved(competitors, 5 if quick else 40)
    trainer.close()

    trained = seconds["Trainer end to end"]
    for name, taken in sorted(seconds.items(), key=lambda item: -np.median(item[1])):
        report.add(Line(name, median_us(taken), "µs", note=f"{ratio(taken, trained):.2f} x Trainer"))
    report.add(
        at_least("exercise's loop / Trainer", ratio(seconds["the exercise's loop (float64)"], trained), 25),
        at_most("kernel / memory limit", ratio(seconds["kernel alone"], seconds["memory limit"]), 1.3),
        at_most("Trainer / kernel", ratio(trained, seconds["kernel alone"]), 1.15),
    )
    if "PyTorch eager" in seconds:
        report.add(at_least("PyTorch eager / Trainer", ratio(seconds["PyTorch eager"], trained), 12))
    moved = memory_limit.bytes_moved(active, 784)
    report.add(
        Line("units that fire", float(active.mean()), "of 1"),
        Line("bytes moved by the limit", moved / 1e6, "MB"),
        Line("speed of the limit", moved / float(np.median(seconds["memory limit"])) / 1e9, "GB/s"),
    )
    return report


def _torch(
    report: Report, model: AutoEncoder, digits: NDArray[np.float32]
) -> dict[str, tuple[Callable[[], object], int]]:
    try:
        torch = importlib.import_module("torch")
    except ImportError:
        report.skip("PyTorch", "not installed; see the extra `bench`")
        return {}
    torch.set_num_threads(1)
    report.notes.append("PyTorch uses one thread here.")
    eager = TorchLoop(torch, model, digits, _RATE, _SIGMA, compiled=False)
    competitors: dict[str, tuple[Callable[[], object], int]] = {"PyTorch eager": (lambda: eager.run(64), 64)}
    try:
        compiled = TorchLoop(torch, model, digits, _RATE, _SIGMA, compiled=True)
        compiled.run(3)
    except Exception as error:  # without a C++ compiler, for instance; there are many ways to fail
        report.skip("torch.compile", str(error).splitlines()[0][:100])
    else:
        competitors["PyTorch, torch.compile"] = (lambda: compiled.run(64), 64)
    return competitors
