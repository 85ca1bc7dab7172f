"""The pieces of a run that can be trained again: between snapshots, with the settings that were in force then."""

from __future__ import annotations

import dataclasses
import itertools
from dataclasses import dataclass

from dae_core.model.penalties import PENALTIES
from dae_core.sessions.run import Run
from dae_core.training.live_changes import LIVE_CHANGES, has_more_than_weights
from dae_core.training.progress import Change
from dae_core.training.snapshots import Snapshot
from dae_core.training.start import start_model

_KL = PENALTIES["kl_weight"].title
_WITHOUT_EFFECT = ("pace", "averaged weights")
_WHY_NOT = {
    "units revived": "units were revived in it, and the record does not say which",
    "moments of the optimizer": "the moments of the optimizer were set to zero in it",
    "mean activities": "the mean activities of the units were forgotten in it",
}


@dataclass(frozen=True)
class Piece:
    """Iterations ``start`` to ``end`` of a run.

    Parameters
    ----------
    start : int
        The iteration of the weights that it begins with.
    stops : tuple of int
        Ascending iterations at which weights were kept; the last one is the end of the piece. Several only where the
        training depends on more than the weights that snapshots hold, so that only the start can be begun with.
    """

    start: int
    stops: tuple[int, ...]

    @property
    def end(self) -> int:
        """The last iteration."""
        return self.stops[-1]

    @property
    def iterations(self) -> int:
        """How many there are to train."""
        return self.end - self.start

    def __str__(self) -> str:
        return f"iterations {self.start:,} to {self.end:,}"


@dataclass(frozen=True)
class Gap:
    """A piece that cannot be trained again, and why: the end of a sentence."""

    start: int
    end: int
    why: str

    def __str__(self) -> str:
        return f"iterations {self.start:,} to {self.end:,} ({self.why})"


def all_changes(run: Run) -> tuple[Change, ...]:
    """Return what was changed during a run, each once, in order; also what no iteration has followed."""
    return tuple(dict.fromkeys((*run.record.changes, *run.checkpoint.changes)))


def with_seeded_start(run: Run) -> Run:
    """Return a run whose first snapshot are the weights that follow from its seed, whatever it has there itself."""
    start = Snapshot(0, start_model(run.data.n_inputs, run.config))
    return dataclasses.replace(run, snapshots=(start, *(s for s in run.snapshots if s.iteration > 0)))


def pieces_of(run: Run) -> tuple[tuple[Piece, ...], tuple[Gap, ...]]:
    """Return what a run consists of: pieces that can be trained again, and those that cannot.

    ``run`` has a snapshot at 0; see `with_seeded_start`. Where it has diverged, the last piece begins before the good
    weights that it went back to, for these must come out again.
    """
    last = run.checkpoint.iteration
    if not last:
        return (), ()
    kept = [s.iteration for s in run.snapshots if s.iteration < last]
    if has_more_than_weights(run.config) or any(change.name == _KL for change in all_changes(run)):
        return _from_start(run, (*kept[1:], last))
    back = min(last - 1, run.model_iteration)
    final = max(at for at in kept if at <= back)
    ways = [Piece(start, (end,)) for start, end in itertools.pairwise(kept)] + [Piece(final, (last,))]
    pieces = [piece for piece in ways if not _obstacle(run, piece.start, piece.end)]
    gaps = [Gap(p.start, p.end, _obstacle(run, p.start, p.end)) for p in ways if p not in pieces]
    return tuple(pieces), tuple(gaps)


def _from_start(run: Run, stops: tuple[int, ...]) -> tuple[tuple[Piece, ...], tuple[Gap, ...]]:
    good = tuple(stop for stop in stops if not _obstacle(run, 0, stop))
    gaps = () if good == stops else (Gap(good[-1] if good else 0, stops[-1], _obstacle(run, 0, stops[-1])),)
    return ((Piece(0, good),) if good else ()), gaps


def _obstacle(run: Run, start: int, end: int) -> str:
    """Return why a piece cannot be trained again; empty where it can."""
    for change in all_changes(run):
        # Units are revived after the snapshot of the same iteration was taken; the final weights have them in any case.
        is_within = start <= change.iteration < end or change.iteration == end == run.checkpoint.iteration
        if is_within and change.name in _WHY_NOT and not (change.iteration == start and change.name != "units revived"):
            return _WHY_NOT[change.name]
        if start < change.iteration < end and change.name not in (*LIVE_CHANGES, *_WITHOUT_EFFECT, *_WHY_NOT):
            return "something was changed in it that this program does not know"
    return ""
