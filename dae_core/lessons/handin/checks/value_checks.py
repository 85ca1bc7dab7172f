"""What is claimed to have been measured, beside what comes out on the teacher's data."""

from __future__ import annotations

from collections.abc import Iterator

from dae_core.evaluation.held_out import HeldOut
from dae_core.lessons.handin.case import Case
from dae_core.lessons.handin.finding import Finding, flagged, passed, refused
from dae_core.lessons.handin.measured_anew import Anew
from dae_core.lessons.measurements import MEASUREMENTS
from dae_core.sessions.run import Run
from dae_core.training.scaling import scaled_for

_TOLERANCE = 1e-4  # relative, of a mean over all held-out images


def figures_come_out_again(case: Case) -> Iterator[Finding]:
    """Check that the held-out figures that a run claims are those of its weights."""
    count, wrong = 0, False
    for run in case.runs.values():
        if run.figures is None or not case.fits(run):
            continue
        count += 1
        claimed, found = run.figures.mse, _mse(case, run)
        if not abs(claimed - found) <= _TOLERANCE * found:
            yield refused(
                "figures",
                f"The run {case.name_of(run)} claims a held-out MSE of {claimed:.4g}; its weights give {found:.4g}.",
            )
            wrong = True
    if count and not wrong:
        yield passed("figures", "The held-out figures are those of the weights.")


def _mse(case: Case, run: Run) -> float:
    images = None if run.figures is None else run.figures.n_images
    count = None if images == len(case.dataset.test_images) else images
    return HeldOut(scaled_for(case.dataset, run.config), run.config.corruption, count).evaluate(run.model).mse


def measurements_come_out_again(case: Case) -> Iterator[Finding]:
    """Check every claimed measurement by measuring again, with the weights of that iteration."""
    wrong = False
    for one in case.anew:
        if one.value is None:
            yield flagged("measurements", f"“{one.step.key}” could not be measured again: {one.why_not}")
        elif not one.agrees:
            yield refused(
                "measurements", f"“{one.step.key}” claims {_claimed(one)}; measured again it is {_found(one)}."
            )
        else:
            continue
        wrong = True
    if case.anew and not wrong:
        yield passed("measurements", f"All {len(case.anew)} measurements come out again.")


def _claimed(one: Anew) -> str:
    value = one.entry.value
    return _text(one, value) if isinstance(value, (int, float)) else "no number"


def _found(one: Anew) -> str:
    return "nothing" if one.value is None else _text(one, one.value)


def _text(one: Anew, value: float) -> str:
    return MEASUREMENTS[one.step.measurement].text(value)
