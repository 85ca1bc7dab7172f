"""All that a report has to measure, in one go."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dae_core.datasets import Dataset
from dae_core.evaluation.comparison import Bench, Judged, judge_others
from dae_core.evaluation.denoising import denoise_rows
from dae_core.evaluation.held_out import Figures, HeldOut
from dae_core.evaluation.linear_denoiser import PixelStatistics, linear_bound
from dae_core.evaluation.linear_memory import reason_to_leave_out
from dae_core.inspection.filter_kinds import FilterShapes, filter_shapes
from dae_core.inspection.units import UnitActivity, UnitWeights, measure_units, unit_weights
from dae_core.jobs import Monitor
from dae_core.model.autoencoder import AutoEncoder
from dae_core.model.corruption import Corruption
from dae_core.report.curves import Curves
from dae_core.sessions.own_work import OwnWork
from dae_core.sessions.run import Run
from dae_core.training.config import TrainingConfig
from dae_core.training.scaling import scaled_for

COMPARED = 500
"""Held-out digits that all methods are compared on."""
_MOSAIC, _ROW = 100, 10
_SEED = 20_240_303
_SHARE = 0.25  # of the work, for all but the comparison


@dataclass(frozen=True, eq=False)
class ReportInput:
    """What a report is about: weights with their settings and data; ``curves`` and ``seconds`` where they are known.

    ``iteration`` counts all iterations that made the weights. ``noise`` is what is measured with: that of the training
    if None. ``when`` is a date as the user reads it, or empty. ``runs`` are those of the session, for a comparison, and
    ``key`` tells which of them this one is. ``own_work`` is what was done in lessons, and the user's own code.
    """

    model: AutoEncoder
    config: TrainingConfig
    dataset: Dataset
    iteration: int
    noise: Corruption | None = None
    curves: Curves | None = None
    seconds: float | None = None
    when: str = ""
    compared: int = COMPARED
    runs: tuple[Run, ...] = ()
    key: str = ""
    own_work: OwnWork = field(default_factory=OwnWork)

    @classmethod
    def of_run(
        cls,
        run: Run,
        dataset: Dataset,
        runs: tuple[Run, ...] = (),
        noise: Corruption | None = None,
        when: str = "",
        own_work: OwnWork = OwnWork(),  # noqa: B008 - frozen
    ) -> ReportInput:
        """Return what a report on a run is about; the time that it takes grows with the run's length."""
        return cls(
            run.model,
            run.config,
            dataset,
            run.model_iteration,
            noise,
            Curves.of(run.history()),
            run.checkpoint.seconds,
            when,
            runs=runs,
            key=run.label.key,
            own_work=own_work,
        )

    @property
    def corruption(self) -> Corruption:
        """The noise that is measured with."""
        return self.noise or self.config.corruption


@dataclass(frozen=True, eq=False)
class Measured:
    """What was measured: ``digits`` (n, h, w) and the three ``rows`` (10, h, w) are grey from 0 to 1.

    ``linear_mse`` is None where the best linear denoiser would need too much memory; ``left_out`` then says so.
    ``noun`` is what the images are counted as, ``units`` what errors are measured in. There are no ``methods`` until
    they are compared.
    """

    digits: NDArray[np.floating[Any]]
    rows: tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.float32]]
    weights: UnitWeights
    shapes: dict[str, FilterShapes]
    activity: UnitActivity
    figures: Figures
    linear_mse: float | None
    methods: tuple[Judged, ...] = ()
    n_compared: int = 0
    left_out: str = ""
    noun: str = "images"
    units: str = "standardized units"


def measure(about: ReportInput, monitor: Monitor, *, compares: bool = True) -> Measured:
    """Measure everything; with MNIST it takes some ten seconds, most of them for the comparison with other methods.

    Raises
    ------
    Cancelled
        When ``monitor`` is to stop.
    ValueError
        When the model does not fit the images.
    """
    model, dataset = about.model, scaled_for(about.dataset, about.config)
    if model.n_inputs != dataset.n_inputs:
        raise ValueError(
            f"The model has {model.n_inputs} inputs, but the images of '{dataset.name}' have {dataset.n_inputs} pixels."
        )
    share = _SHARE if compares else 1.0
    monitor.stage(0.0, 0.1 * share, "choosing images")
    rng = np.random.default_rng(_SEED)
    chosen = rng.permutation(len(dataset.train_images))[:_MOSAIC]
    shown = rng.permutation(len(dataset.test_images))[:_ROW]
    digits = dataset.to_pixels(dataset.standardize(dataset.train_images[chosen]))
    rows = denoise_rows(model, dataset, dataset.test_images[shown], about.corruption, _SEED)
    monitor.stage(0.1 * share, 0.5 * share, "measuring the hidden units")
    held_out = HeldOut(dataset, about.corruption)
    activity = measure_units(model, held_out, monitor=monitor)
    figures = held_out.evaluate(model)
    weights = unit_weights(model)
    monitor.stage(0.5 * share, 0.7 * share, "looking at the filters")
    shapes = {"W": filter_shapes(model.W.T, dataset.shape), "V": filter_shapes(model.V, dataset.shape)}
    monitor.stage(0.7 * share, share, "finding the best linear denoiser")
    bound = None
    if not reason_to_leave_out(dataset.shape):
        bound = linear_bound(PixelStatistics.of(dataset, monitor), held_out)
    found = Measured(digits, rows, weights, shapes, activity, figures, bound, noun=dataset.noun, units=dataset.units)
    if not compares:
        return found
    monitor.stage(share, 1.0, "comparing with other methods")
    return compare(about, found, monitor.part())


def compare(about: ReportInput, found: Measured, monitor: Monitor) -> Measured:
    """Return what was measured with the comparison with other methods added. Raises Cancelled."""
    bench = Bench(about.dataset, about.corruption, about.compared)
    others = judge_others(bench, monitor)
    methods = (*others, bench.judge_network(about.model))
    return replace(found, methods=methods, n_compared=len(bench), left_out=bench.left_out)
