"""Time of one iteration of every member of the family, beside the exercise's NumPy loop written for that member."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from benchmarks import setting
from benchmarks.member_loop import MemberLoop
from benchmarks.report import Line, Report, at_least
from benchmarks.timing import interleaved, median_us, ratio
from dae_core.model.activations import ACTIVATIONS
from dae_core.model.architecture import Architecture
from dae_core.model.losses import LOSSES
from dae_core.training.config import TrainingConfig
from dae_core.training.progress import Checkpoint
from dae_core.training.start import start_model
from dae_core.training.trainer import CHUNK, Trainer

_TIMES = 10.0
_RATE = 0.0005
_WARM_UP = 2_000
_DIGITS = 2_000
_SIGMOID = Architecture("sigmoid", "cross-entropy", tied=True)
MEMBERS = (
    *(Architecture(activation, loss) for activation in ACTIVATIONS for loss in LOSSES),
    Architecture(tied=True),
    _SIGMOID,
    Architecture(k_sparse=25),
    Architecture(weight_decay=0.0001),
    Architecture(l1=0.05),
    Architecture("sigmoid", contractive=0.01),
    replace(_SIGMOID, kl_weight=0.1),
    replace(_SIGMOID, weight_decay=0.0001, l1=0.01, kl_weight=0.1, contractive=0.01),
)
"""Every activation with every loss, and what else there is one by one; the last has all penalties together."""


def run(quick: bool) -> Report:
    """Measure."""
    report = Report("family", "One iteration of the family's members (784-225-784, batch size 1, σ = 1)")
    for kind in MEMBERS:
        config = TrainingConfig(learning_rate=_RATE, **vars(replace(kind)))
        model = start_model(setting.dataset().n_inputs, config)
        trainer = Trainer(setting.dataset(), config, Checkpoint(config, model, 0, 0, 10**9, 0.0))
        trainer.advance(256 if quick else _WARM_UP)  # so that as many units are active as on the way
        loop = MemberLoop(
            trainer.model, trainer.dataset.standardize(trainer.dataset.train_images[:_DIGITS]), _RATE, 1.0
        )
        competitors: dict[str, tuple[Callable[[], object], int]] = {
            "NumPy": (lambda loop=loop: loop.run(32), 32),  # type: ignore[misc]
            "Trainer": (lambda trainer=trainer: trainer.advance(CHUNK), CHUNK),  # type: ignore[misc]
        }
        seconds = interleaved(competitors, 3 if quick else 15)
        trainer.close()
        times = ratio(seconds["NumPy"], seconds["Trainer"])
        note = f"Trainer {median_us(seconds['Trainer']):.0f} µs, NumPy {median_us(seconds['NumPy']):.0f} µs"
        report.add(at_least(f"{kind.describe()}: NumPy / Trainer", times, _TIMES, note=note))
    report.add(Line("members", len(MEMBERS), ""))
    return report
