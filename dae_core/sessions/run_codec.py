"""One run of a session taken apart into arrays and a JSON object, and put together again with every value checked.

The arrays of the current run are at the top level of the file, W, B, V, C as in a model file; those of the kept run i
begin with ``runs/<i>/``.
"""

from __future__ import annotations

import dataclasses
import json
import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import numpy as np

from dae_core.datasets.dataset import UNIT_SCALE
from dae_core.evaluation.held_out import Figures
from dae_core.model.autoencoder import AutoEncoder
from dae_core.model.losses import LOSSES
from dae_core.sessions import change_codec
from dae_core.sessions.array_rules import MOST, RunArrays
from dae_core.sessions.checked_values import LONGEST_SENTENCE, Fields, parsed, take_text, text_array
from dae_core.sessions.container import Arrays
from dae_core.sessions.data_reference import DataReference
from dae_core.sessions.model_file import AVERAGE
from dae_core.sessions.run import FIRST_NAME, LONGEST_NAME, LONGEST_NOTES, Label, Run, shown_name
from dae_core.training.config import TrainingConfig
from dae_core.training.divergence import LASTING, Divergence
from dae_core.training.history import Record
from dae_core.training.optimizers import moments_of
from dae_core.training.progress import Change, Checkpoint
from dae_core.training.settings import RANGES
from dae_core.training.snapshots import Snapshot

_NAMES = ("W", "B", "V", "C")
_COLORS = 1_000_000
_LONGEST_TIME = 40
_YEARS = range(1970, 9000)  # with room for any time zone
_MOST_SECONDS = 1e10
_LONGEST_SEGMENT = int(RANGES["iterations"][1])


def pack_run(run: Run, prefix: str = "") -> tuple[Arrays, dict[str, Any]]:
    """Return the arrays of a run, whose names begin with the prefix, and a JSON object with all the rest of it.

    The object has "config", "data", "state" and "label", each an object.
    """
    c, record = run.checkpoint, run.record
    arrays = _model_arrays(c.model)
    arrays |= {f"engine/{name}": a for name, a in c.engine.items()}
    arrays |= {
        "history/errors": record.errors,
        "history/sparsities": record.sparsities,
        **_points_arrays("held_out", record.held_out),
        **(_points_arrays("averaged", record.averaged) if record.averaged else {}),
        "history/changes": text_array([change_codec.to_values(change) for change in record.changes]),
        "guard/start_errors": np.array(c.guard[0], np.float64),
        "snapshots/iterations": np.array([s.iteration for s in run.snapshots], np.int64),
    }
    if c.good is not None:
        arrays |= _model_arrays(c.good[1], "good/")
    if c.average is not None:
        arrays |= _model_arrays(c.average, AVERAGE)
    for i, snapshot in enumerate(run.snapshots):
        arrays |= _model_arrays(snapshot.model, f"snapshots/{i}/")
    arrays |= _figures_arrays(run.figures)
    state = {
        "iteration": c.iteration,
        "leg_start": c.segment_start,
        "end": c.end,
        "seconds": float(c.seconds),
        "high_in_a_row": c.guard[1],
        "good_iteration": None if c.good is None else c.good[0],
        "divergence": None if c.divergence is None else vars(c.divergence),
        "averaged": c.averaged,
        "pending_changes": [change_codec.to_values(change) for change in c.changes],
        "window": record.window,
        "snapshots": len(run.snapshots),
        "base_iteration": run.base_iteration,
        "figures_images": None if run.figures is None else run.figures.n_images,
    }
    about = {
        "config": json.loads(c.config.to_json()),
        "data": run.data.to_values(),
        "state": state,
        "label": dataclasses.asdict(run.label),
    }
    return {prefix + name: a for name, a in arrays.items()}, about


def unpack_run(rest: Arrays, about: dict[str, Any], prefix: str = "", version: int = 2) -> Run:
    """Remove the arrays of a run from the rest and return the run; ``version`` is that of the format.

    Raises
    ------
    ValueError
        With the end of a sentence that begins with "... is damaged:".
    """
    fields = Fields(about)
    state = Fields(fields.get("state", dict))
    data = DataReference.from_values(fields.get("data", dict))
    config = TrainingConfig.from_json(json.dumps(fields.get("config", dict)))
    if LOSSES[config.loss].unit_pixels != (data.scale == UNIT_SCALE):
        raise ValueError(f"pixels with {data.scale} are not those that its loss, the {config.loss}, takes.")
    sizes = data.n_inputs, config.hidden_units
    arrays = RunArrays(rest, prefix)

    def model(name: str = "") -> AutoEncoder:
        return _model(arrays, name, sizes, config)

    iteration = state.whole("iteration")
    end = state.whole("end", 1)
    segment_start = state.whole("leg_start", max(0, end - _LONGEST_SEGMENT), end - 1)
    if not segment_start <= iteration <= end:
        raise ValueError(f"its iteration {iteration:,} is not between {segment_start:,} and {end:,}.")
    has_average = arrays.has(f"{AVERAGE}W")
    good_iteration = state.maybe_whole("good_iteration", iteration)
    changes = parsed(take_text(rest, f"{prefix}history/changes"), list)
    made = change_codec.read_changes(changes, config, 0, iteration)
    since = made[-1].iteration if made else 0
    checkpoint = Checkpoint(
        config,
        model(),
        iteration,
        segment_start,
        end,
        state.number("seconds", 0, _MOST_SECONDS),
        (arrays.take("guard/start_errors", None).tolist(), state.whole("high_in_a_row", 0, LASTING)),
        None if good_iteration is None else (good_iteration, model("good/")),
        _divergence(state.get("divergence"), iteration),
        change_codec.read_changes(state.get("pending_changes", list), config, since, iteration),
        _engine(arrays, config, sizes, iteration),
        model(AVERAGE) if has_average else None,
        state.whole("averaged", 1) if has_average else 0,
    )
    record = _record(arrays, state, made, iteration)
    if len(record.errors) != iteration:
        raise ValueError(f"its curves have {len(record.errors):,} points for {iteration:,} iterations.")
    count = state.whole("snapshots", 0, len(rest))
    iterations = arrays.take("snapshots/iterations", count, high=iteration).tolist()
    snapshots = tuple(Snapshot(at, model(f"snapshots/{i}/")) for i, at in enumerate(iterations))
    base = state.maybe_whole("base_iteration", MOST)
    if version == 1:  # a session was one run without a name
        return Run(checkpoint, data, record, snapshots, base, dataclasses.replace(Label.new(FIRST_NAME), created=""))
    images = state.maybe_whole("figures_images", data.test_images)
    figures = None if images is None else _figures(arrays, images, sizes)
    return Run(checkpoint, data, record, snapshots, base, _label(fields.get("label", dict)), figures)


def _record(arrays: RunArrays, state: Fields, changes: tuple[Change, ...], iteration: int) -> Record:
    errors = arrays.take("history/errors", None)
    sparsities = arrays.take("history/sparsities", len(errors))
    measured = _points(arrays, "held_out", iteration)
    averaged = _points(arrays, "averaged", iteration) if arrays.has("history/averaged_iterations") else ()
    return Record(errors, sparsities, changes, measured, state.whole("window", 1, 1_000_000), averaged)


def _points_arrays(name: str, points: Sequence[tuple[int, float]]) -> Arrays:
    return {
        f"history/{name}_iterations": np.array([i for i, _ in points], np.int64),
        f"history/{name}_errors": np.array([e for _, e in points], np.float64),
    }


def _points(arrays: RunArrays, name: str, iteration: int) -> tuple[tuple[int, float], ...]:
    at = arrays.take(f"history/{name}_iterations", None, high=iteration).tolist()
    return tuple(zip(at, arrays.take(f"history/{name}_errors", len(at)).tolist(), strict=True))


def _model_arrays(model: AutoEncoder, prefix: str = "") -> Arrays:
    return {f"{prefix}{name}": a for name, a in model.parameters.items()}


def _model(arrays: RunArrays, place: str, sizes: tuple[int, int], config: TrainingConfig) -> AutoEncoder:
    d, h = sizes
    shapes = (d, h), (h,), (h, d), (d,)
    W, B, V, C = (arrays.take(place + name, *shape, rule=name) for name, shape in zip(_NAMES, shapes, strict=True))
    if config.tied and not np.array_equal(V, W.T, equal_nan=True):
        raise ValueError(f"{place}V is not the transpose of {place}W, though its weights are tied.")
    return AutoEncoder(W, B, V, C, config.gradient, config.architecture)


def _engine(arrays: RunArrays, config: TrainingConfig, sizes: tuple[int, int], iteration: int) -> Arrays:
    """Return the state of what trains: nothing before the first mini-batch, nor where it has none."""
    d, h = sizes
    engine: Arrays = {}
    if arrays.has("engine/activity") and config.architecture.hidden.unit_interval:
        engine["activity"] = arrays.take("engine/activity", h)
    has_state = arrays.has("engine/steps") or arrays.has("engine/moment_0_0")
    if not has_state or (config.batch_size == 1 and config.optimizer == "sgd"):
        return engine  # what there is then, is left over
    engine["steps"] = arrays.take("engine/steps", 1, high=iteration)
    for i, shape in enumerate(((h, d), (h,), (d,)) if config.tied else ((h, d), (h,), (h, d), (d,))):
        for k in range(moments_of(config.optimizer)):
            rule = "engine/moment of squares" if k else "engine/moment"
            engine[f"moment_{i}_{k}"] = arrays.take(f"engine/moment_{i}_{k}", *shape, rule=rule)
    return engine


def _figures_arrays(figures: Figures | None) -> Arrays:
    if figures is None:
        return {}
    arrays = {"figures/errors": np.array([figures.mse, figures.psnr], np.float64)}
    if figures.sparsity is not None and figures.firing_rates is not None:
        arrays["figures/sparsity"] = np.array([figures.sparsity], np.float64)
        arrays["figures/firing_rates"] = np.asarray(figures.firing_rates, np.float64)
    if figures.still is not None:
        arrays["figures/still"] = figures.still.astype(np.float64)
    if figures.loss_error is not None:
        arrays["figures/loss_error"] = np.array([figures.loss_error], np.float64)
    return arrays


def _figures(arrays: RunArrays, images: int, sizes: tuple[int, int]) -> Figures:
    """Return the figures; error and PSNR of a run that is out of bounds may be infinite or NaN, and are kept so."""
    d, h = sizes
    mse, psnr = arrays.take("figures/errors", 2).tolist()
    if mse < 0 or images < 1:
        raise ValueError(f"its mean squared error is {mse:g} on {images} images.")
    recorded = float(arrays.take("figures/loss_error", 1)[0]) if arrays.has("figures/loss_error") else None
    if not (arrays.has("figures/sparsity") or arrays.has("figures/firing_rates")):
        return Figures(mse, psnr, images, d, loss_error=recorded)
    sparsity = float(arrays.take("figures/sparsity", 1)[0])
    still = arrays.take("figures/still", h).astype(bool) if arrays.has("figures/still") else None
    return Figures(mse, psnr, images, d, sparsity, arrays.take("figures/firing_rates", h), recorded, still)


def _label(values: dict[str, Any]) -> Label:
    if values.keys() != Label.__dataclass_fields__.keys():
        raise ValueError("a run of it is named by other fields than this program knows.")
    fields = Fields(values)
    key, created = fields.text("key", 64), fields.text("created", _LONGEST_TIME)
    if not re.fullmatch("[0-9a-f]+", key):
        raise ValueError("the key of a run is not made of hexadecimal digits.")
    if created:
        try:
            time = datetime.fromisoformat(created)
        except ValueError:
            time = datetime.min
        if time.utcoffset() != timedelta(0) or time.year not in _YEARS:
            raise ValueError("the time at which a run was created is not a time in UTC.")
    name, notes, origin = (
        fields.text(*limit) for limit in (("name", LONGEST_NAME), ("notes", LONGEST_NOTES), ("origin", LONGEST_NAME))
    )
    return Label(key, shown_name(name), notes, fields.whole("color", 0, _COLORS), created, shown_name(origin))


def _divergence(values: Any, iteration: int) -> Divergence | None:
    if values is None:
        return None
    if not isinstance(values, dict) or values.keys() != Divergence.__dataclass_fields__.keys():
        raise ValueError("its divergence is described by other fields than this program knows.")
    fields = Fields(values)
    for name in ("reason", "advice"):
        fields.text(name, LONGEST_SENTENCE)
    fields.whole("good_iteration", 0, fields.whole("iteration", 0, iteration))
    return Divergence(**values)
