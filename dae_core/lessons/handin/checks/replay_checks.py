"""What comes out when the runs, or pieces of them that nobody can foresee, are trained again."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from dae_core.errors import UserError
from dae_core.lessons.handin.case import Case
from dae_core.lessons.handin.closeness import Closeness
from dae_core.lessons.handin.finding import Finding, flagged, noted, passed, refused
from dae_core.lessons.handin.pieces import Gap, Piece, all_changes, pieces_of
from dae_core.lessons.handin.replay import Replayed, replay
from dae_core.lessons.handin.sampling import MOST_WORK, chosen, generator, work_of
from dae_core.sessions.run import Run
from dae_core.texts import listed
from dae_core.training.divergence import DivergenceGuard


def pieces_come_out_again(case: Case) -> Iterator[Finding]:
    """Pieces between snapshots, trained again from the snapshot before, give the same weights and the same curves."""
    for run in case.runs.values():
        if not case.fits(run) or not run.checkpoint.iteration:
            continue
        if run.config.own_backward and not case.options.run_code:
            yield flagged(
                "replay",
                f"The run {case.name_of(run)} was trained with the student's code, which was not run: nothing of it "
                "was trained again (--run-code does that).",
            )
            continue
        try:
            yield from _replayed(case, case.seeded(run))
        except (UserError, ValueError) as error:
            yield refused("replay", f"The run {case.name_of(run)} cannot have come about as its record says: {error}")


def _replayed(case: Case, run: Run) -> Iterator[Finding]:
    pieces, gaps = _short_enough(case, run)
    rng = generator(case.options.seed, case.record.student, run.label.key)
    taken = chosen(run, pieces, case.options.work // len(case.runs), rng) if pieces else ()
    found = [replay(run, case.dataset, piece, runs_code=case.options.run_code) for piece in taken]
    name = case.name_of(run)
    for one in found:
        if one.weights is Closeness.APART:
            yield refused(
                "replay",
                f"{str(one.piece).capitalize()} of the run {name}, trained again, do not lead to its weights: they are "
                f"off by {one.off:.2g} of their norm.",
            )
            break
    for one in found:
        if one.first is not None:
            yield refused(
                "curves",
                f"From iteration {one.first + 1:,} on the curves of the run {name} are not those that its training "
                "gives.",
            )
            break
    yield from _summary(name, run, found, gaps)


def _short_enough(case: Case, run: Run) -> tuple[Sequence[Piece], Sequence[Gap]]:
    """Return the pieces that can be trained again, and those that cannot or would take too long."""
    pieces, gaps = pieces_of(run)
    most = MOST_WORK * case.options.work
    long = [piece for piece in pieces if work_of(run, piece.stops[0] - piece.start) > most]
    more = [Gap(piece.start, piece.end, "it would take too long") for piece in long]
    return [piece for piece in pieces if piece not in long], [*gaps, *more]


def _summary(name: str, run: Run, found: Sequence[Replayed], gaps: Sequence[Gap]) -> Iterator[Finding]:
    """Yield how much came out, how exactly, and what could not be trained again."""
    exact = sum(one.weights is one.curves is Closeness.EXACT for one in found)
    close = [one for one in found if Closeness.CLOSE in (one.weights, one.curves) and Closeness.APART not in one.both]
    unstable = [one for one in found if Closeness.UNSTABLE in one.both]
    total = run.checkpoint.iteration
    count = min(total, sum(one.piece.iterations for one in found))  # where it diverged, the last piece begins earlier
    words = [f"{exact} of {len(found)} pieces bit for bit"]
    if close:
        off = max(one.off for one in close)
        words.append(f"{len(close)} to within {off:.1g}, as another processor rounds otherwise")
    if exact or close:
        yield passed("replay", f"Of the run {name}, {count:,} of {total:,} iterations came out again: {listed(words)}.")
    if unstable:
        pieces = listed([str(one.piece) for one in unstable[:3]])
        yield noted("replay", f"The run {name} is so unstable that {pieces} tell nothing on another processor.")
    if gaps:
        shown = listed([str(gap) for gap in gaps[:3]])
        yield (flagged if not found else noted)(
            "replay", f"Of the run {name} these could not be trained again: {shown}."
        )


def divergences_are_told(case: Case) -> Iterator[Finding]:
    """Where the recorded errors go out of bounds, the record says that the run diverged; and only there."""
    wrong = False
    for run in case.runs.values():
        text = _untold(run)
        if text:
            yield refused("curves", f"The run {case.name_of(run)} {text}.")
            wrong = True
    if case.runs and not wrong:
        yield passed("curves", "Divergences are where the curves show them.")


def _untold(run: Run) -> str:
    """Return what a run does not tell of its divergences, as the end of a sentence."""
    divergence, errors = run.checkpoint.divergence, run.record.errors
    told = {change.iteration for change in all_changes(run) if change.name == "end of the run"}
    if divergence is not None:
        told.add(divergence.iteration)
    guard, at, seen = DivergenceGuard(), 0, set()
    while at < len(errors):
        bad = guard.first_bad(errors[at:])
        if bad is None:
            break
        at += bad[0] + 1
        if at not in told:
            return f"diverged at iteration {at:,} by its curves, and does not say so"
        seen.add(at)
        guard.reset_high()
    if divergence is not None and divergence.iteration not in seen:
        return f"says that it diverged at iteration {divergence.iteration:,}, but its curves do not show that"
    return ""
