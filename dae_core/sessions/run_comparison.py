"""Runs side by side: in which settings they differ, and whether two of them are a fair pair."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from functools import cache, partial

import numpy as np

from dae_core.model.autoencoder import AutoEncoder
from dae_core.mosaic import Floats, scaled, tile
from dae_core.sessions.run import Run
from dae_core.texts import listed
from dae_core.training.progress import Change
from dae_core.training.settings import SETTINGS

_TRAINED, _ORIGIN = "trained for", "comes from"
_PACE = "pace"  # how fast a run is shown changes nothing of it


@dataclass(frozen=True)
class Difference:
    """Something in which runs differ: what, and each run's own, in the order of the runs."""

    name: str
    values: tuple[str, ...]


@dataclass(frozen=True)
class FairPair:
    """Whether two runs differ by their settings alone, and not by chance.

    Parameters
    ----------
    same_start : bool
        They began with the same weights.
    same_examples : bool
        They see the same digits in the same order, with the same random numbers where the kind of noise is the same.
    why : tuple of str
        Sentences: what is the same, and what is not.
    """

    same_start: bool
    same_examples: bool
    why: tuple[str, ...]

    @property
    def is_fair(self) -> bool:
        """Both."""
        return self.same_start and self.same_examples


def differences(runs: Sequence[Run]) -> tuple[Difference, ...]:
    """Return in what some runs differ, each thing once; nothing for fewer than two runs.

    Settings are those now in force; what was changed on the way is listed by itself. Figures are no settings.
    """
    if len(runs) < 2:
        return ()
    rows = [(name, tuple(map(read, runs)), tuple(map(shown, runs))) for name, read, shown in _things()]
    return tuple(Difference(name, texts) for name, values, texts in rows if len(set(values)) > 1)


def settings_and_changes(run: Run, apart_from: Collection[str] = ()) -> tuple[object, ...]:
    """Return what decides how a run turned out, to be compared with that of others; its name and origin do not.

    ``apart_from`` are settings that may differ, as `differences` names them ("seed", "hidden units"). How far a run was
    trained is among these things, unless it diverged: that is how it turned out. One that began with the weights of a
    file is like no other, for they may come from anywhere.
    """
    things = [read(run) for name, read, _ in _things() if name not in {_TRAINED, _ORIGIN, *apart_from}]
    checkpoint = run.checkpoint
    reached = checkpoint.end if checkpoint.divergence is not None else checkpoint.iteration
    file = None if run.base_iteration is None else run.label.key
    return (*things, file, None if "iterations" in apart_from else reached)


_Read = Callable[[Run], object]
_Show = Callable[[Run], str]


@cache
def _things() -> tuple[tuple[str, _Read, _Show], ...]:
    """Return all that can differ: its name, what is compared, and how that is shown."""
    things: list[tuple[str, _Read, _Show]] = [
        (setting.name, partial(_value, field), partial(_text, field)) for field, setting in SETTINGS.items()
    ]
    things += [
        ("data set", lambda run: run.data.fingerprint, lambda run: f"{run.data.name} ({run.data.train_images:,})"),
        ("image size", lambda run: run.data.shape, lambda run: f"{run.data.shape[0]}x{run.data.shape[1]}"),
        (_TRAINED, lambda run: run.checkpoint.iteration, lambda run: f"{run.checkpoint.iteration:,} iterations"),
        ("begun from", _beginning, _beginning),
        (_ORIGIN, lambda run: run.label.origin, lambda run: run.label.origin or "its start"),
        ("changed on the way", _changes, _changes_text),
    ]
    return tuple(things)


def _value(field: str, run: Run) -> object:
    return getattr(run.config, field)


def _text(field: str, run: Run) -> str:
    return SETTINGS[field].text(_value(field, run))


def _beginning(run: Run) -> str:
    return "the seed" if run.base_iteration is None else f"a file ({run.base_iteration:,} iterations)"


def _changes(run: Run) -> tuple[Change, ...]:
    """Return the changes made during a run that affect its weights, each once."""
    found = dict.fromkeys((*run.record.changes, *run.checkpoint.changes))
    return tuple(change for change in found if change.name != _PACE)


def _changes_text(run: Run) -> str:
    return "; ".join(f"{change} at {change.iteration:,}" for change in _changes(run)) or "nothing"


def is_fair_pair(a: Run, b: Run) -> FairPair:
    """Return whether two runs began alike and see the same examples, so that they differ by their settings alone.

    The start weights are drawn from the seed, for the model's sizes and the start of V; the gradient plays no part.
    The digits of an iteration are a function of seed, batch size and data; the random numbers of their noise follow
    from the same generator, so they are the same for any level of a kind. Masking and salt and pepper, too, draw the
    same numbers, but use them differently.
    """
    start, why_start = _compare_starts(a, b)
    examples, why_examples = _compare_examples(a, b)
    return FairPair(start, examples, (*why_start, *why_examples))


def _compare_starts(a: Run, b: Run) -> tuple[bool, list[str]]:
    sizes = [
        ("the number of hidden units", a.config.hidden_units, b.config.hidden_units),
        ("the number of inputs", a.data.n_inputs, b.data.n_inputs),
    ]
    differ = [name for name, first, second in sizes if first != second]
    if not differ and (a.base_iteration is not None or b.base_iteration is not None):
        return _compare_kept_starts(a, b)
    if a.config.seed != b.config.seed:
        differ.insert(0, "the seed")
    if a.config.decoder_start != b.config.decoder_start or a.config.tied != b.config.tied:
        differ.append("the start of V")
    if _spread(a) != _spread(b):
        differ.append("the activation")
    if differ:
        return False, [f"Other start weights: {listed(differ)} {'differs' if len(differ) == 1 else 'differ'}."]
    return True, ["The same start weights."]


def _spread(run: Run) -> tuple[float, float]:
    """Return the spread of the start weights and the start biases."""
    row = run.config.architecture.hidden
    return row.weight_scale, row.start_bias


def _compare_kept_starts(a: Run, b: Run) -> tuple[bool, list[str]]:
    """Compare the weights themselves, where at least one run began with those of a file."""
    first, second = (_first_weights(run) for run in (a, b))
    if first is None or second is None:
        return False, ["A run began with weights of a file, and its first weights were not kept."]
    theirs = second.parameters
    same = all(np.array_equal(values, theirs[name]) for name, values in first.parameters.items())
    return same, ["The same start weights." if same else "Other start weights: a run began with those of a file."]


def _first_weights(run: Run) -> AutoEncoder | None:
    if run.snapshots and run.snapshots[0].iteration == 0:
        return run.snapshots[0].model
    return run.model if run.checkpoint.iteration == 0 else None


def _compare_examples(a: Run, b: Run) -> tuple[bool, list[str]]:
    things = [
        ("the seed", a.config.seed, b.config.seed),
        ("the batch size", a.config.batch_size, b.config.batch_size),
        ("the data set", a.data.fingerprint, b.data.fingerprint),
    ]
    differ = [name for name, first, second in things if first != second]
    if differ:
        return False, [f"Other examples: {listed(differ)} {'differs' if len(differ) == 1 else 'differ'}."]
    mine, theirs = a.config.corruption, b.config.corruption
    if mine.kind != theirs.kind:
        return True, ["The same digits in the same order, with noise of another kind."]
    if mine.level != theirs.level:
        return True, ["The same digits and the same random numbers, with another level of noise."]
    return True, ["The same digits with the same noise, in the same order."]


def paired_filters(
    a: Floats, b: Floats, shape: tuple[int, int], columns: int, *, scale_each: bool = False
) -> tuple[Floats, float]:
    """Return filters of two models as one mosaic of pairs, a's at the left of b's, and the level to show it with.

    ``a`` and ``b`` (n_hidden, d) are each ``W.T`` or ``V``, of filters with rows and columns ``shape`` (h, w); a tile
    of the mosaic is (h, 2w), with ``columns`` pairs in a row. With ``scale_each`` each filter is divided by its own
    largest magnitude (a pair's two separately); else both models share one level, the 99.5th percentile of all their
    magnitudes. Raises ValueError when the two are of different shapes.
    """
    if a.shape != b.shape:
        raise ValueError(f"Filters of shapes {a.shape} and {b.shape} make no pairs.")
    both, level = scaled(np.concatenate([a, b]), scale_each=scale_each)
    left, right = both.reshape(2, len(a), *shape)
    return tile(np.concatenate([left, right], axis=2), columns), level
