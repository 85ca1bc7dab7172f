"""Which pieces of a run are trained again: all where that is little work, else some that nobody can foresee."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import numpy as np

from dae_core.lessons.handin.pieces import Piece
from dae_core.sessions.run import Run

WORK = 25_000 * 784 * 225
"""How much is trained again of one hand-in: iterations x examples x weights of W, as much as the exercise."""
MOST_WORK = 4
"""How many times as much a single piece may take: a hand-in must not be able to keep the teacher's machine busy."""

OWN_CODE = 2
"""Pieces of a run with the student's own code: each has a process of its own, and is slower."""


def generator(seed: int, *texts: str) -> np.random.Generator:
    """Return the generator that chooses for one run; the texts tell it from others, such as its student and its key.

    The seed is the teacher's, drawn when grading begins and printed: the student cannot know it, and the teacher can
    grade again with the very same pieces.
    """
    digest = hashlib.sha256("\0".join(texts).encode("utf-8", "replace")).digest()
    return np.random.default_rng([seed, *np.frombuffer(digest, np.uint32)])


def work_of(run: Run, iterations: int) -> int:
    """Return the work of so many iterations of a run, in the unit of `WORK`."""
    return iterations * run.config.batch_size * run.config.hidden_units * run.data.n_inputs


def chosen(run: Run, pieces: Sequence[Piece], work: int, rng: np.random.Generator) -> tuple[Piece, ...]:
    """Return the pieces to train again, by their start.

    The last one is always among them, for its end is what is graded, and so is the one whose weights move the furthest
    beside its neighbours, where two runs would have been put together. The others are drawn as long as there is work
    left; at least one is. Of a run with the student's own code there are only `OWN_CODE`.
    """
    if run.config.own_backward:
        others = rng.permutation(len(pieces) - 1)[: OWN_CODE - 1].tolist()
        return tuple(pieces[i] for i in sorted([*others, len(pieces) - 1]))
    if sum(work_of(run, piece.iterations) for piece in pieces) <= work:
        return tuple(pieces)
    if len(pieces) == 1:
        return (_shortened(run, pieces[0], work),)
    order = [len(pieces) - 1, *_widest(run, pieces), *rng.permutation(len(pieces) - 1).tolist()]
    taken: list[int] = []
    for i in dict.fromkeys(order):
        spent = sum(work_of(run, pieces[k].iterations) for k in [*taken, i])
        if spent <= work or len(taken) < 3:
            taken.append(i)
    return tuple(pieces[i] for i in sorted(taken))


def _shortened(run: Run, piece: Piece, work: int) -> Piece:
    """Return as much of a piece with several stops as the work allows; its first stop in any case."""
    fitting = [stop for stop in piece.stops if work_of(run, stop - piece.start) <= work]
    return Piece(piece.start, tuple(fitting) or piece.stops[:1])


def _widest(run: Run, pieces: Sequence[Piece]) -> list[int]:
    """Return the place of the piece in which W moves the furthest for its length, beside the pieces around it."""
    models = {s.iteration: s.model for s in run.snapshots}
    models[run.checkpoint.iteration] = run.model
    with np.errstate(over="ignore", invalid="ignore"):
        moved = [float(np.linalg.norm(models[p.end].W - models[p.start].W)) / np.sqrt(p.iterations) for p in pieces]
    around = [max(moved[max(0, i - 1)], moved[min(len(moved) - 1, i + 1)], 1e-30) for i in range(len(moved))]
    inner = range(1, len(moved) - 1)
    return [max(inner, key=lambda i: moved[i] / around[i])] if inner else []
