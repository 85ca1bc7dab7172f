"""A new run from an earlier moment of a run: the weights kept there, and all settings as they were then.

Single-sample SGD has no state but its weights, so such a branch repeats the run that it comes from bit for bit, up to
the first thing that is done otherwise. Snapshots hold weights alone: Momentum and Adam begin with fresh moments, the KL
penalty with its target for the mean activities, and averaged weights anew; this is recorded among the changes of the
branch.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from dae_core.model.autoencoder import AutoEncoder
from dae_core.model.penalties import PENALTIES
from dae_core.sessions.run import Label, Run
from dae_core.training.config import TrainingConfig
from dae_core.training.divergence import DivergenceGuard
from dae_core.training.history import Record
from dae_core.training.optimizers import moments_of
from dae_core.training.progress import Change, Checkpoint
from dae_core.training.snapshots import Snapshot

# What changes the weights at its own iteration, and not only what comes after: a snapshot of that iteration is older.
_OF_WEIGHTS = ("units revived",)


def branch(run: Run, iteration: int) -> Checkpoint:
    """Return the checkpoint from which a new run goes on at a snapshot of a run, or at its newest iteration.

    At the newest iteration it is the run's own, with the optimizer's moments; where the run has diverged, with its
    last good weights, as `Trainer.extend` would go on. At a snapshot:

    - Learning rate, noise level, schedule segment and end of the run are those in force then; later changes are undone.
      What was changed at that very iteration counts, except for units that were revived there: the weights are older.
    - The divergence guard is where it was then, from the errors in the record.
    - ``seconds`` is estimated by the share of the iterations, for the time up to there was not recorded.

    The record that belongs to it is ``record_until(run.record, iteration)``.

    Raises
    ------
    ValueError
        When there is no snapshot at this iteration, its weights are not finite, or the settings of that
        time are not in the record. The message is a sentence.
    """
    c = run.checkpoint
    if iteration == c.iteration:
        return _from_newest(c)
    snapshot = next((s for s in run.snapshots if s.iteration == iteration), None)
    if snapshot is None:
        raise ValueError(f"No weights were kept at iteration {iteration:,}: a new run cannot go on from there.")
    if not snapshot.model.is_finite():
        raise ValueError(f"The weights of iteration {iteration:,} are not finite: a new run cannot go on from there.")
    changes = (*run.record.changes, *c.changes)
    segment_start, end = _segment_at(c, changes, iteration)
    guard = _guard_at(run.record, iteration)
    config = _config_at(c.config, changes, iteration)
    return Checkpoint(
        config,
        snapshot.model.copy(),
        iteration,
        segment_start,
        end,
        c.seconds * iteration / c.iteration,
        guard.state(),
        _good_at(run.snapshots, iteration, guard),
        changes=_fresh_state(config, iteration),
    )


def branched(run: Run, iteration: int, label: Label) -> Run:
    """Return the new run itself: its checkpoint, the record and the snapshots up to there; see `branch`."""
    checkpoint = branch(run, iteration)
    snapshots = tuple(s for s in run.snapshots if s.iteration <= iteration)
    return Run(checkpoint, run.data, record_until(run.record, iteration), snapshots, run.base_iteration, label)


def record_until(record: Record, iteration: int) -> Record:
    """Return what a run had recorded when it reached an iteration; views into the same curves.

    Changes made at that very iteration are in it, except for units that were revived there: see `branch`.
    """
    if iteration >= len(record.errors):
        return record
    return dataclasses.replace(
        record,
        errors=record.errors[:iteration],
        sparsities=record.sparsities[:iteration],
        changes=tuple(change for change in record.changes if _counts(change, iteration)),
        held_out=tuple(point for point in record.held_out if point[0] <= iteration),
        averaged=tuple(point for point in record.averaged if point[0] <= iteration),
    )


def _from_newest(c: Checkpoint) -> Checkpoint:
    if c.divergence is None:
        return dataclasses.replace(c, model=c.model.copy())
    guard = DivergenceGuard.restored(c.guard)
    guard.reset_high()
    return dataclasses.replace(c, model=c.model.copy(), guard=guard.state(), divergence=None)


def _counts(change: Change, iteration: int) -> bool:
    return change.iteration < iteration or (change.iteration == iteration and change.name not in _OF_WEIGHTS)


def _in_force(changes: Sequence[Change], name: str, iteration: int, now: float | str) -> tuple[float | str | None, int]:
    """Return the value that something had at an iteration, and since when; ``now`` is what it has at the end."""
    ours = [change for change in changes if change.name == name]
    before = next((change for change in reversed(ours) if change.iteration <= iteration), None)
    after = next((change for change in ours if change.iteration > iteration), None)
    return before.new if before else after.old if after else now, before.iteration if before else 0


def _config_at(config: TrainingConfig, changes: Sequence[Change], iteration: int) -> TrainingConfig:
    rate = _value_at(changes, "learning rate", iteration, config.learning_rate)
    level = _value_at(changes, "noise level", iteration, config.corruption.level)
    strengths = {
        name: _value_at(changes, row.title, iteration, getattr(config, name)) for name, row in PENALTIES.items()
    }
    try:
        return config.replace(learning_rate=rate, corruption=config.corruption.with_level(level), **strengths)
    except ValueError as error:
        raise ValueError(f"The settings of iteration {iteration:,} cannot be restored: {error}") from None


def _value_at(changes: Sequence[Change], name: str, iteration: int, now: float) -> float:
    value, _ = _in_force(changes, name, iteration, now)
    if not isinstance(value, (int, float)):
        raise ValueError(f"The record of the run does not hold the {name} of iteration {iteration:,}.")
    return float(value)


def _segment_at(c: Checkpoint, changes: Sequence[Change], iteration: int) -> tuple[int, int]:
    """Return start and end of the schedule segment that an iteration lies in."""
    if iteration >= c.segment_start:
        return c.segment_start, c.end
    value, start = _in_force(changes, "end of the run", iteration, "")
    end = str(value).replace(",", "")
    if not (end.isascii() and end.isdigit() and len(end) < 16 and start <= iteration <= int(end) != start):
        raise ValueError(
            f"The record of the run does not say where the schedule segment of iteration {iteration:,} ends."
        )
    return start, int(end)


def _guard_at(record: Record, iteration: int) -> DivergenceGuard:
    """Return the guard as it was at an iteration, also where the run had diverged before and gone on."""
    guard, errors = DivergenceGuard(), record.errors[:iteration]
    while len(errors):
        bad = guard.first_bad(errors)
        if bad is None:
            break
        guard.reset_high()
        errors = errors[bad[0] + 1 :]
    return guard


def _good_at(snapshots: Sequence[Snapshot], iteration: int, guard: DivergenceGuard) -> tuple[int, AutoEncoder] | None:
    """Return the newest weights from before the latest high errors, to go back to if the branch diverges at once."""
    _, high_in_a_row = guard.state()
    before = [s for s in snapshots if s.iteration <= iteration - high_in_a_row and s.model.is_finite()]
    return (before[-1].iteration, before[-1].model) if before else None


def _fresh_state(config: TrainingConfig, iteration: int) -> tuple[Change, ...]:
    """Return the changes that record what a snapshot lacks besides the weights; none where they are all there is."""
    if not iteration:
        return ()
    changes = []
    if moments_of(config.optimizer):
        changes.append(Change(iteration, "moments of the optimizer", "as trained", "zero"))
    if config.kl_weight:
        changes.append(Change(iteration, "mean activities", "as trained", "the target"))
    if config.average:
        changes.append(Change(iteration, "averaged weights", "as trained", "begun anew"))
    return tuple(changes)
