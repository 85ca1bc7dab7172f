"""Each snapshot of a run against its curves: the error that it has on the example of its own iteration.

The example and the noise of iteration i follow from (seed, i). So this ties the weights of every snapshot to the seed,
the data set and the recorded curves, at the price of one example.
"""

from __future__ import annotations

import numpy as np

from dae_core.datasets import Dataset
from dae_core.lessons.handin.pieces import all_changes
from dae_core.model.autoencoder import AutoEncoder
from dae_core.sessions.branching import branch
from dae_core.sessions.run import Run
from dae_core.training.examples import examples_at
from dae_core.training.scaling import scaled_for

_TOLERANCE = 1e-3  # relative; sums in another order are off by 1e-6
_UNITS = 3


def first_wrong_snapshot(run: Run, dataset: Dataset) -> int | None:
    """Return the iteration of the first snapshot whose recorded error or sparsity its weights do not give; or None.

    ``run`` has a snapshot at 0. Those at which units were revived are passed over.

    Raises
    ------
    ValueError
        With a sentence, where the record of the run contradicts itself.
    """
    revived = {change.iteration for change in all_changes(run) if change.name == "units revived"}
    for snapshot in run.snapshots:
        at = snapshot.iteration
        if at < len(run.record.errors) and at not in revived and not _fits(run, dataset, at, snapshot.model):
            return at
    return None


def _fits(run: Run, dataset: Dataset, at: int, model: AutoEncoder) -> bool:
    if not model.is_finite():
        return not np.isfinite(run.record.errors[at])
    config = branch(run, at).config
    dataset = scaled_for(dataset, config)
    corruption = config.corruption.with_range(dataset.black, dataset.white)
    clean, noisy = examples_at(dataset, corruption, config.seed, at, config.batch_size)
    with np.errstate(over="ignore", invalid="ignore"):
        z, error = model.code(noisy), float(model.errors(noisy, clean).mean())
    recorded, units = float(run.record.errors[at]), model.n_hidden
    if not np.isfinite(error) or not np.isfinite(recorded):
        return not (np.isfinite(error) or np.isfinite(recorded))
    off = abs(float(model.active(z).mean()) - float(run.record.sparsities[at])) * units
    return abs(error - recorded) <= _TOLERANCE * abs(error) + 1e-6 and off <= _UNITS
