"""What the runs of a hand-in say of themselves: data set, seed, settings, start and snapshots."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from dae_core.lessons.handin.case import Case
from dae_core.lessons.handin.finding import Finding, flagged, passed, refused
from dae_core.lessons.handin.pieces import all_changes
from dae_core.lessons.handin.snapshot_check import first_wrong_snapshot
from dae_core.lessons.names import ANY_DATA, LESSON_SETTINGS
from dae_core.lessons.starting import config_for, data_name
from dae_core.lessons.steps import Code, Do
from dae_core.model.autoencoder import AutoEncoder
from dae_core.sessions.run import Run
from dae_core.training.live_changes import LIVE_CHANGES
from dae_core.training.settings import SETTINGS
from dae_core.training.snapshots import SnapshotKeeper, bytes_of
from dae_core.training.start import start_model


def data_set_is_the_teachers(case: Case) -> Iterator[Finding]:
    """Check that the runs were trained on the teacher's data set."""
    wrong = False
    for run in case.runs.values():
        if run.data.matches(case.dataset):
            continue
        wrong = True
        is_alike = case.data != ANY_DATA and data_name(run.data) == case.data
        if is_alike:
            yield flagged(
                "data",
                f"The run {case.name_of(run)} was trained on “{run.data.name}”, as yours, but with other pixels; "
                "another system may have drawn them otherwise.",
            )
        else:
            yield refused("data", f"The run {case.name_of(run)} was not trained on your data: {_other(case, run)}")
    if case.runs and not wrong:
        yield passed("data", f"The runs were trained on your data set, {case.dataset.name}.")


def _other(case: Case, run: Run) -> str:
    return run.data.difference(case.dataset).split(": ", 1)[-1]


def seed_is_the_students(case: Case) -> Iterator[Finding]:
    """Check that the seed is the one that follows from lesson and student."""
    wrong = [run for run in case.measured.values() if run.config.seed != case.seed]
    for run in wrong:
        yield refused(
            "seed",
            f"The run {case.name_of(run)} has the seed {run.config.seed}; that of this lesson and student "
            f"is {case.seed}.",
        )
    if case.measured and not wrong:
        yield passed("seed", "The seed is that of this lesson and student.")


def settings_are_the_lessons(case: Case) -> Iterator[Finding]:
    """Check that the settings are among those that the lesson sets; others are refused where they are locked."""
    start = config_for(case.lesson, case.data, case.record.student)
    allowed: dict[str, list[Any]] = {name: [getattr(start, name)] for name in LESSON_SETTINGS}
    for step in case.lesson.steps:
        for action in step.actions if isinstance(step, Do) else ():
            for name, value in action.values.get("settings", {}).items():
                allowed[name].append(value)
    if any(isinstance(step, Code) and step.trains for step in case.lesson.steps):
        allowed["gradient"].append("exact")
    wrong = False
    for run in case.measured.values():
        for name, text in _differences(run, allowed):
            wrong = True
            sentence = f"The run {case.name_of(run)} has {text}."
            if name in case.lesson.locked:
                yield refused("settings", f"{sentence[:-1]}, which the lesson keeps locked.")
            else:
                yield flagged("settings", sentence)
    if case.measured and not wrong:
        yield passed("settings", "The settings are the lesson's.")


def _differences(run: Run, allowed: Mapping[str, list[Any]]) -> Iterator[tuple[str, str]]:
    """Yield what of a run is not among what the lesson sets: what locks it, and the sentence's part about it."""
    changes = all_changes(run)
    steered = {LIVE_CHANGES[change.name].field: change for change in changes if change.name in LIVE_CHANGES}
    for name, values in allowed.items():
        value = getattr(run.config, name)
        if name != "seed" and name not in steered and value not in values:
            setting = SETTINGS[name]
            wanted = " or ".join(dict.fromkeys(setting.text(one) for one in values))
            yield name, f"the {setting.name} {setting.text(value)}; the lesson's is {wanted}"
    most = max(allowed["iterations"])
    reached = max(run.checkpoint.end, run.checkpoint.iteration)
    if reached > most and ("iterations" in steered or run.config.iterations in allowed["iterations"]):
        yield "iterations", f"an end at {reached:,} iterations; the lesson's is at {most:,}"
    for change in changes:
        if change.name in LIVE_CHANGES and LIVE_CHANGES[change.name].field != "iterations":
            yield "steering", f"another {change.name} from iteration {change.iteration:,} on ({change})"
        elif change.name == "units revived":
            yield "steering", f"units that were revived at iteration {change.iteration:,}"


def starts_follow_from_the_seed(case: Case) -> Iterator[Finding]:
    """Check that the first weights are those that the seed gives."""
    wrong = False
    for run in case.runs.values():
        if run.base_iteration is not None:
            yield refused("start", f"The run {case.name_of(run)} began with weights of a file, not with the seed's.")
            wrong = True
        elif _has_other_start(case, run):
            yield refused("start", f"The start weights of the run {case.name_of(run)} are not those of its seed.")
            wrong = True
    if case.runs and not wrong:
        yield passed("start", "The start weights are those of the seed.")


def _has_other_start(case: Case, run: Run) -> bool:
    if not (run.snapshots and run.snapshots[0].iteration == 0 and case.fits(run)):
        return False
    return not _is_same(run.snapshots[0].model, start_model(run.data.n_inputs, run.config))


def _is_same(a: AutoEncoder, b: AutoEncoder) -> bool:
    """Whether weights are the same, but for what another version of NumPy may round otherwise."""
    return all(np.allclose(values, b.parameters[name], 1e-5, 1e-7) for name, values in a.parameters.items())


def snapshots_fit(case: Case) -> Iterator[Finding]:
    """Snapshots lie where the program takes them, and each gives the error that the curve has at its iteration."""
    wrong, count = False, 0
    for run in case.runs.values():
        count += len(run.snapshots)
        keeper = SnapshotKeeper(bytes_of(run.model))
        odd = [s.iteration for s in run.snapshots if keeper.next_due(s.iteration) != s.iteration]
        if odd:
            yield flagged(
                "snapshots",
                f"The run {case.name_of(run)} has a snapshot at iteration {odd[0]:,}, where the program takes none.",
            )
            wrong = True
        if not case.fits(run):
            continue
        try:
            bad = first_wrong_snapshot(case.seeded(run), case.dataset)
        except ValueError as error:
            yield refused("snapshots", f"The record of the run {case.name_of(run)} contradicts itself: {error}")
            wrong = True
            continue
        if bad is not None:
            yield refused(
                "snapshots",
                f"The weights that the run {case.name_of(run)} has for iteration {bad:,} do not give the error and "
                "sparsity of its curves there.",
            )
            wrong = True
    if count and not wrong:
        yield passed("snapshots", f"All {count} snapshots give the errors of the curves at their iterations.")
