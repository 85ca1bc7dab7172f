"""A piece of a run trained again, and compared with what a hand-in says of it.

Where a run enlarges what is rounded, a fixed tolerance would accuse whoever has another processor. There the piece is
trained again, from weights that differ in their last bits, and may be 100 times as far away as that comes out.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from dae_core.datasets import Dataset
from dae_core.lessons.handin.closeness import (
    OF_THE_CURVE,
    OF_THE_WAY,
    SAME_PROCESSOR,
    TOLERANCE,
    Closeness,
    Doubles,
    Singles,
    are_same,
    distance,
    first_apart,
    is_same,
    relative,
)
from dae_core.lessons.handin.pieces import Piece, all_changes
from dae_core.model.autoencoder import AutoEncoder
from dae_core.sessions.branching import branch
from dae_core.sessions.run import Run
from dae_core.training.divergence import FACTOR, LASTING
from dae_core.training.live_changes import LIVE_CHANGES
from dae_core.training.progress import Checkpoint
from dae_core.training.trainer import Trainer

AMPLIFIED = 100.0
"""How many times as far as a change of the last bit leads, a piece may be away."""
_LAST_BITS = (1e-7, 1e-7, 1e-6, 1e-6, 1e-5, 1e-5)  # relative changes of the weights; 20,000 iterations add up roundings
_AHEAD = 25  # iterations by which one of two processors may be earlier in what grows from one to the next
_CHUNK = 512


@dataclass(frozen=True)
class Replayed:
    """What came out of a piece.

    Parameters
    ----------
    weights, curves : Closeness
        Of the weights at its end, and of errors and sparsities on the way.
    off : float
        How far the weights are away, relative to the norm of all.
    first : int or None
        The first iteration, from 0, whose recorded error or sparsity is another one.
    """

    piece: Piece
    weights: Closeness
    curves: Closeness
    off: float = 0.0
    first: int | None = None

    @property
    def both(self) -> tuple[Closeness, Closeness]:
        """How weights and curves compare."""
        return self.weights, self.curves


@dataclass(frozen=True)
class _Trained:
    """Errors and sparsities, shorter where it diverged on the way, and the weights at each stop."""

    curves: tuple[Singles, Singles]
    models: tuple[AutoEncoder, ...]


class _WentBackTooFar(Exception):  # noqa: N818 - it is no error
    """A run diverged and went on with weights from before the piece."""


def replay(run: Run, dataset: Dataset, piece: Piece, *, runs_code: bool = False) -> Replayed:
    """Train a piece again and compare it with the run.

    Parameters
    ----------
    run : Run
        With a snapshot at the start of the piece.
    dataset : Dataset
        The teacher's; it need not be the run's, but has as many pixels.
    runs_code : bool
        Whether the student's own ``backward`` may be run.

    Raises
    ------
    ValueError, UserError
        With a sentence, where the record of the run contradicts itself, or its code may not or cannot be run.
    """
    try:
        found = _train(run, dataset, piece, runs_code)
    except _WentBackTooFar:
        return Replayed(piece, Closeness.UNSTABLE, Closeness.UNSTABLE)
    claimed, curves = [_weights_at(run, stop) for stop in piece.stops], _curves(run, piece)
    is_exact = are_same(found.models, claimed)
    if is_exact and all(map(is_same, found.curves, curves)):
        return Replayed(piece, Closeness.EXACT, Closeness.EXACT)
    if is_exact and not _ends_diverged(run, piece):  # so it was this kind of processor, which rounds as this one
        first = first_apart(found.curves, curves, np.full(piece.iterations, SAME_PROCESSOR), 0.0)
        return _judged(piece, Closeness.EXACT, first)
    off, moved = distance(found.models, claimed), distance([_weights_at(run, piece.start)] * len(claimed), claimed)
    first = first_apart(found.curves, curves, _limits(run, piece, OF_THE_CURVE), OF_THE_CURVE)
    if off <= max(TOLERANCE, OF_THE_WAY * moved) and first is None:
        return _judged(piece, Closeness.CLOSE, None, off)
    return _beside_last_bits(run, dataset, piece, found, off, moved, runs_code)


def weights_at(run: Run, dataset: Dataset, iteration: int, *, runs_code: bool = False) -> AutoEncoder:
    """Return the weights that a run had at an iteration, trained again from the snapshot before where none was kept.

    Raises
    ------
    ValueError, UserError
        With a sentence, where they cannot be had: the run has not come so far, or the piece cannot be trained again.
    """
    kept = [s for s in run.snapshots if s.iteration <= iteration]
    if not kept or iteration > run.checkpoint.iteration:
        raise ValueError(f"The run has no weights of iteration {iteration:,}.")
    if kept[-1].iteration == iteration:
        return kept[-1].model
    try:
        return _train(run, dataset, Piece(kept[-1].iteration, (iteration,)), runs_code).models[-1]
    except _WentBackTooFar:
        raise ValueError(f"The weights of iteration {iteration:,} cannot be had: the run diverged before.") from None


def _beside_last_bits(
    run: Run, dataset: Dataset, piece: Piece, found: _Trained, off: float, moved: float, runs_code: bool
) -> Replayed:
    """Compare with a tolerance that is measured: what changes of the last bits of the start lead to.

    Whether a unit that is a rounding away from firing does fire is decided once in some thousand iterations. So the
    start is changed again, and by more, until that explains what is claimed.
    """
    parted, furthest = np.zeros(piece.iterations), 0.0
    for number, size in enumerate(_LAST_BITS):
        other = _train(run, dataset, piece, runs_code, shaken=(number, size))
        parted = np.maximum(parted, _parted(found, other, piece.iterations))
        furthest = max(furthest, distance(found.models, other.models))
        limits = _limits(run, piece, np.maximum(OF_THE_CURVE, AMPLIFIED * parted))
        first = first_apart(found.curves, _curves(run, piece), limits, OF_THE_CURVE)
        weights = Closeness.APART
        if off <= max(TOLERANCE, OF_THE_WAY * moved):
            weights = Closeness.CLOSE
        elif AMPLIFIED * furthest > OF_THE_WAY * moved:
            weights = Closeness.UNSTABLE
        judged = _judged(piece, weights, first, off)
        if Closeness.APART not in judged.both:
            break
    return judged


def _parted(found: _Trained, other: _Trained, iterations: int) -> Doubles:
    """Return the greatest relative distance (iterations,) of two curves up to then, and a little beyond."""
    count = min(len(found.curves[0]), len(other.curves[0]))
    parted = np.maximum.accumulate(relative(found.curves[0][:count], other.curves[0][:count]))
    return np.asarray(np.append(parted[_AHEAD:], np.full(iterations, parted[-1]))[:iterations])


def _judged(piece: Piece, weights: Closeness, first: int | None, off: float = 0.0) -> Replayed:
    curves = Closeness.CLOSE if first is None else Closeness.APART
    return Replayed(piece, weights, curves, off, None if first is None else piece.start + first)


def _limits(run: Run, piece: Piece, limits: float | Doubles) -> Doubles:
    """Return limits (n,) of relative errors; none where the run is out of bounds, for there nothing comes out again."""
    errors = run.record.errors
    with np.errstate(invalid="ignore"):
        bound = FACTOR * float(np.mean(errors[:LASTING]))
        is_wild = ~(errors[piece.start : piece.end] <= bound)
    return np.asarray(np.where(is_wild, np.inf, limits))


def _ends_diverged(run: Run, piece: Piece) -> bool:
    """Whether a run diverged at the end of a piece, and went back to weights from before."""
    return run.checkpoint.divergence is not None and piece.end == run.checkpoint.iteration


def _train(
    run: Run, dataset: Dataset, piece: Piece, runs_code: bool, *, shaken: tuple[int, float] | None = None
) -> _Trained:
    """Train a piece as it was trained, with what was changed on the way."""
    checkpoint = branch(run, piece.start)
    if shaken is not None:
        checkpoint = replace(checkpoint, model=_shaken(checkpoint.model, *shaken), good=None)
    changes = [c for c in all_changes(run) if piece.start < c.iteration < piece.end and c.name in LIVE_CHANGES]
    parts: list[tuple[Singles, Singles]] = []
    models: list[AutoEncoder] = []
    with _open_trainer(dataset, checkpoint, runs_code) as trainer:
        for stop in sorted({*(change.iteration for change in changes), *piece.stops}):
            parts += _advance(trainer, stop)
            for change in changes:
                if change.iteration == stop == trainer.iteration:
                    if trainer.divergence and trainer.divergence.good_iteration <= piece.start > 0:
                        raise _WentBackTooFar
                    LIVE_CHANGES[change.name].make(trainer, change.new)
            if stop in piece.stops:
                models.append(trainer.model.copy())
    errors, sparsities = (np.concatenate([part[i] for part in parts]) for i in range(2))
    return _Trained((errors, sparsities), tuple(models))


def _advance(trainer: Trainer, stop: int) -> Iterator[tuple[Singles, Singles]]:
    while trainer.iteration < stop and trainer.divergence is None:
        progress = trainer.advance(min(_CHUNK, stop - trainer.iteration))
        yield progress.errors, progress.sparsities
        if not len(progress.errors):
            return  # its segment of the schedule ends before the piece does


@contextlib.contextmanager
def _open_trainer(dataset: Dataset, checkpoint: Checkpoint, runs_code: bool) -> Iterator[Trainer]:
    allowed = checkpoint.config.own_backward if runs_code else ""
    trainer = Trainer.resume(dataset, checkpoint, allows_code=allowed)
    try:
        yield trainer
    finally:
        trainer.close()


def _shaken(model: AutoEncoder, seed: int, size: float) -> AutoEncoder:
    """Return a copy whose weights differ by a relative size, of the last bit or so."""
    copy, rng = model.copy(), np.random.default_rng(seed)
    for values in copy.parameters.values():
        values *= (1.0 + size * rng.standard_normal(values.shape)).astype(values.dtype)
    return copy


def _weights_at(run: Run, iteration: int) -> AutoEncoder:
    if iteration == run.checkpoint.iteration:
        return run.model
    return next(s.model for s in run.snapshots if s.iteration == iteration)


def _curves(run: Run, piece: Piece) -> tuple[Singles, Singles]:
    some = slice(piece.start, piece.end)
    return run.record.errors[some], run.record.sparsities[some]
