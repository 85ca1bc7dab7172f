"""A session taken apart into named arrays and texts, and put together again with every value checked."""

from __future__ import annotations

import json
import math
import sys
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from dae_core.autoencoder import AutoEncoder
from dae_core.config import TrainingConfig
from dae_core.data_reference import DataReference
from dae_core.divergence import LASTING, Divergence
from dae_core.history import Record
from dae_core.optimizers import moments_of
from dae_core.session import Session, Snapshot
from dae_core.session_format import Arrays
from dae_core.training import Change, Checkpoint

LONGEST_TEXT = 8 * 1024**2
"""Bytes of the changes or of the view settings, as JSON."""
LARGEST_DRAWING = 4096
"""Pixels along a side."""

_T = TypeVar("_T")
_NAMES = ("W", "B", "V", "C")
_MOST = 2**53  # the whole numbers that every reader of JSON keeps
_LARGEST = sys.float_info.max  # NaN is not below it, nor are whole numbers that no float holds
_SEEN_AT_START = 25
_RANDOM = "examples and noise of iteration i are a function of (config.seed, i); no generator has a state"


def pack(session: Session) -> tuple[Arrays, dict[str, str]]:
    """Return the arrays and texts that `write_container` takes.

    The texts "config", "iteration", "dataset" and "shape" and the arrays W, B, V, C are those of a model file, so that
    whatever reads models (``evaluate``, the window) reads the model of a session as well.

    Raises ValueError when `unpack` would refuse them.
    """
    c, record = session.checkpoint, session.record
    arrays = _model_arrays(c.model)
    arrays |= {f"engine/{name}": a for name, a in c.engine.items()}
    arrays |= {
        "history/errors": record.errors,
        "history/sparsities": record.sparsities,
        "history/held_out_iterations": np.array([i for i, _ in record.held_out], np.int64),
        "history/held_out_errors": np.array([e for _, e in record.held_out], np.float64),
        "history/changes": _text_array([_change_values(change) for change in record.changes]),
        "guard/start_errors": np.array(c.guard[0], np.float64),
        "snapshots/iterations": np.array([s.iteration for s in session.snapshots], np.int64),
        "view": _text_array(session.view),
    }
    if c.good is not None:
        arrays |= _model_arrays(c.good[1], "good/")
    for i, snapshot in enumerate(session.snapshots):
        arrays |= _model_arrays(snapshot.model, f"snapshots/{i}/")
    arrays |= {f"drawings/{i}": drawing for i, drawing in enumerate(session.drawings)}
    state = {
        "iteration": c.iteration,
        "leg_start": c.leg_start,
        "end": c.end,
        "seconds": float(c.seconds),
        "high_in_a_row": c.guard[1],
        "good_iteration": None if c.good is None else c.good[0],
        "divergence": None if c.divergence is None else vars(c.divergence),
        "pending_changes": [_change_values(change) for change in c.changes],
        "window": record.window,
        "snapshots": len(session.snapshots),
        "drawings": len(session.drawings),
        "base_iteration": session.base_iteration,
        "random": _RANDOM,
    }
    metadata = {
        "config": c.config.to_json(),
        "iteration": str(session.model_iteration),
        "dataset": _readable(session.data.name),
        "shape": json.dumps(session.data.shape),
        "data": json.dumps(session.data.to_values()),
        "state": json.dumps(state, allow_nan=False),
    }
    unpack(arrays, metadata)
    return arrays, metadata


def unpack(arrays: Arrays, metadata: dict[str, str]) -> Session:
    """Return the session that ``pack`` took apart.

    Raises
    ------
    ValueError
        With the end of a sentence that begins with "... is damaged:".
    """
    rest = dict(arrays)
    state = _Fields(_parsed(_text(metadata, "state"), dict))
    data = DataReference.from_values(_parsed(_text(metadata, "data"), dict))
    config = TrainingConfig.from_json(_text(metadata, "config"))
    sizes = data.n_inputs, config.hidden_units

    def model(prefix: str = "") -> AutoEncoder:
        return _model(rest, prefix, sizes, config)

    iteration = state.whole("iteration")
    end = state.whole("end", 1)
    leg_start = state.whole("leg_start", 0, end - 1)
    if not leg_start <= iteration <= end:
        raise ValueError(f"its iteration {iteration:,} is not between {leg_start:,} and {end:,}.")
    good_iteration = state.maybe_whole("good_iteration", iteration)
    engine = {name: _take(rest, f"engine/{name}", *kind) for name, kind in _engine_arrays(rest, config, sizes).items()}
    _check_steps(engine)
    starts = _take(rest, "guard/start_errors", np.float64, None)
    if len(starts) > _SEEN_AT_START:
        raise ValueError(f"it has {len(starts)} starting errors.")
    checkpoint = Checkpoint(
        config,
        model(),
        iteration,
        leg_start,
        end,
        state.number("seconds"),
        (starts.tolist(), state.whole("high_in_a_row", 0, LASTING)),
        None if good_iteration is None else (good_iteration, model("good/")),
        _divergence(state.get("divergence"), iteration),
        tuple(_change(values) for values in state.listed("pending_changes")),
        engine,
    )
    record = _record(rest, state)
    if len(record.errors) != iteration:
        raise ValueError(f"its curves have {len(record.errors):,} points for {iteration:,} iterations.")
    count, drawn = (state.whole(name, 0, len(arrays)) for name in ("snapshots", "drawings"))
    iterations = _take(rest, "snapshots/iterations", np.int64, count).tolist()
    if any(not 0 <= i <= iteration for i in iterations) or iterations != sorted(iterations):
        raise ValueError("the iterations of its snapshots are not in order.")
    snapshots = tuple(Snapshot(at, model(f"snapshots/{i}/")) for i, at in enumerate(iterations))
    drawings = tuple(_drawing(rest, f"drawings/{i}") for i in range(drawn))
    view = _parsed(_text_of(_take(rest, "view", np.uint8, None)), dict)
    if rest:
        raise ValueError(f"it holds something that belongs to no session ({sorted(rest)[0]}).")
    return Session(checkpoint, data, record, snapshots, drawings, view, state.maybe_whole("base_iteration", _MOST))


class _Fields:
    """The values of a JSON object, each checked when it is asked for."""

    def __init__(self, values: dict[str, Any]) -> None:
        self._values = values

    def get(self, name: str) -> Any:
        if name not in self._values:
            raise ValueError(f"it does not tell its {name}.")
        return self._values[name]

    def whole(self, name: str, low: int = 0, high: int = _MOST) -> int:
        value = self.get(name)
        if type(value) is not int or not low <= value <= high:
            raise ValueError(f"its {name} is not a whole number between {low:,} and {high:,}.")
        return value

    def maybe_whole(self, name: str, high: int) -> int | None:
        return None if self.get(name) is None else self.whole(name, 0, high)

    def number(self, name: str) -> float:
        value = self.get(name)
        if type(value) is not float or not 0 <= value < math.inf:
            raise ValueError(f"its {name} is not a positive number.")
        return value

    def listed(self, name: str) -> list[Any]:
        value = self.get(name)
        if not isinstance(value, list):
            raise ValueError(f"its {name} is no list.")
        return value


def _record(rest: Arrays, state: _Fields) -> Record:
    errors = _take(rest, "history/errors", np.float32, None)
    sparsities = _take(rest, "history/sparsities", np.float32, len(errors))
    at = _take(rest, "history/held_out_iterations", np.int64, None)
    held_out = zip(at.tolist(), _take(rest, "history/held_out_errors", np.float64, len(at)).tolist(), strict=True)
    changes = _parsed(_text_of(_take(rest, "history/changes", np.uint8, None)), list)
    window = state.whole("window", 1, 1_000_000)
    return Record(errors, sparsities, tuple(_change(values) for values in changes), tuple(held_out), window)


def _take(rest: Arrays, name: str, dtype: type, *shape: int | None) -> NDArray[Any]:
    """Remove an array from the rest; None stands for any length."""
    if name not in rest:
        raise ValueError(f"it lacks {name}.")
    array = rest.pop(name)
    fits = array.ndim == len(shape) and all(w in (None, n) for n, w in zip(array.shape, shape, strict=True))
    if array.dtype != dtype or not fits:
        raise ValueError(f"{name} is {array.dtype} of shape {array.shape}.")
    return array


def _model_arrays(model: AutoEncoder, prefix: str = "") -> Arrays:
    return {f"{prefix}{name}": a for name, a in model.parameters.items()}


def _model(rest: Arrays, prefix: str, sizes: tuple[int, int], config: TrainingConfig) -> AutoEncoder:
    d, h = sizes
    shapes = (d, h), (h,), (h, d), (d,)
    W, B, V, C = (_take(rest, prefix + name, np.float32, *shape) for name, shape in zip(_NAMES, shapes, strict=True))
    return AutoEncoder(W, B, V, C, config.gradient)


def _engine_arrays(rest: Arrays, config: TrainingConfig, sizes: tuple[int, int]) -> dict[str, tuple[Any, ...]]:
    """Return type and shape of each array of the optimizer's state: none before the first mini-batch."""
    if not any(name.startswith("engine/") for name in rest):
        return {}
    d, h = sizes
    shapes = (h, d), (h,), (h, d), (d,)
    moments = range(moments_of(config.optimizer))
    return {
        "steps": (np.float64, 1),
        **{f"moment_{i}_{k}": (np.float32, *shape) for i, shape in enumerate(shapes) for k in moments},
    }


def _check_steps(engine: Arrays) -> None:
    steps = float(engine["steps"][0]) if engine else 0.0
    if not (0 <= steps <= _MOST and steps.is_integer()):
        raise ValueError(f"its optimizer has taken {steps} steps.")


def _drawing(rest: Arrays, name: str) -> NDArray[np.uint8]:
    drawing = _take(rest, name, np.uint8, None, None)
    if not all(1 <= side <= LARGEST_DRAWING for side in drawing.shape):
        raise ValueError(f"{name} has {drawing.shape[0]}x{drawing.shape[1]} pixels.")
    return drawing


def _divergence(values: Any, iteration: int) -> Divergence | None:
    if values is None:
        return None
    if not isinstance(values, dict) or values.keys() != Divergence.__dataclass_fields__.keys():
        raise ValueError("it does not tell how it diverged.")
    fields = _Fields(values)
    if not (isinstance(values["reason"], str) and isinstance(values["advice"], str)):
        raise ValueError("it does not tell why it diverged.")
    fields.whole("good_iteration", 0, fields.whole("iteration", 0, iteration))
    return Divergence(**values)


def _change_values(change: Change) -> list[Any]:
    return [change.iteration, change.name, change.old, change.new]


def _change(values: Any) -> Change:
    if not (isinstance(values, list) and len(values) == 4):
        raise ValueError("one of its changes is not of four values.")
    iteration, name, *both = values
    kinds = all(v is None or isinstance(v, str) or (type(v) in (int, float) and abs(v) <= _LARGEST) for v in both)
    if type(iteration) is not int or not 0 <= iteration <= _MOST or not isinstance(name, str) or not kinds:
        raise ValueError("one of its changes has values of another kind.")
    return Change(iteration, name, *both)


def _text(metadata: dict[str, str], name: str) -> str:
    if name not in metadata:
        raise ValueError(f"it does not tell its {name}.")
    return metadata[name]


def _text_array(value: Any) -> NDArray[np.uint8]:
    return np.frombuffer(json.dumps(value, allow_nan=False).encode(), np.uint8)


def _text_of(array: NDArray[np.uint8]) -> str:
    if array.size > LONGEST_TEXT:
        raise ValueError(f"its changes or view settings take {array.size:,} bytes; at most {LONGEST_TEXT:,} are read.")
    return array.tobytes().decode()


def _parsed(text: str, kind: type[_T]) -> _T:
    value = json.loads(text)
    if not isinstance(value, kind):
        raise ValueError(f"it has a {type(value).__name__} where it should have a {kind.__name__}.")
    return value


def _readable(text: str) -> str:
    return text.encode("utf-8", "replace").decode()  # a folder's name may hold any bytes
