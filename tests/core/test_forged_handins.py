"""Hand-ins forged with valid checksums: each is refused or flagged, with its own reason."""

import dataclasses
import re

import numpy as np
import pytest

from dae_core.lessons.handin.handin_file import read_handin
from dae_core.sessions.branching import record_until
from dae_core.sessions.lesson_record import Entry
from dae_core.training.snapshots import Snapshot
from helpers import handins
from helpers.datasets import small_dataset
from helpers.handins import (
    LESSON,
    attempt,
    later,
    lesson,
    trained,
    with_checkpoint,
    with_entries,
    with_entry,
    with_record,
    with_run,
    write,
)

REFUSED, FLAGGED = "refused", "flagged"


@pytest.fixture(scope="module")
def made():
    """Honest attempts that the forger starts from: their own and that of a better student."""
    return {student: attempt(student) for student in ("mia", "ben")}


def run(hand_in):
    return hand_in.session.run


def snapshots_with(hand_in, place, model):
    snapshots = list(run(hand_in).snapshots)
    snapshots[place] = Snapshot(snapshots[place].iteration, model)
    return with_run(hand_in, snapshots=tuple(snapshots))


def with_errors(hand_in, change):
    errors = run(hand_in).record.errors.copy()
    change(errors)
    return with_run(hand_in, record=dataclasses.replace(run(hand_in).record, errors=errors))


def edited_curve(made, _folder):
    def change(errors):
        errors[1700:1750] *= 0.5

    return with_errors(made["mia"], change)


def curve_edited_at_one_point(made, _folder):
    def change(errors):
        errors[1234] += 1.0

    return with_errors(made["mia"], change)


def edited_sparsity(made, _folder):
    sparsities = np.clip(run(made["mia"]).record.sparsities - 0.4, 0, 1).astype(np.float32)
    return with_run(made["mia"], record=dataclasses.replace(run(made["mia"]).record, sparsities=sparsities))


def foreign_weights(made, _folder):
    return with_checkpoint(made["mia"], model=run(made["ben"]).model)


def foreign_run(made, _folder):
    """Ben's run, curves and snapshots and all, in a hand-in of Mia."""
    session = dataclasses.replace(made["mia"].session, run=run(made["ben"]))
    there = dataclasses.replace(made["mia"], session=session)
    entries = made["mia"].record.entries
    return with_entries(there, (dataclasses.replace(e, run=run(there).label.key) if e.run else e for e in entries))


def another_seed(made, _folder):
    """Ben's run with Mia's seed written into its settings."""
    there = foreign_run(made, _folder)
    config = run(there).config.replace(seed=run(made["mia"]).config.seed)
    return with_checkpoint(there, config=config)


def false_snapshot(made, _folder):
    model = run(made["mia"]).snapshots[20].model.copy()
    model.W *= np.float32(1.01)
    return snapshots_with(made["mia"], 20, model)


def reordered_snapshots(made, _folder):
    one, other = (run(made["mia"]).snapshots[i].model for i in (10, 20))
    return snapshots_with(snapshots_with(made["mia"], 10, other), 20, one)


def other_start(made, _folder):
    return snapshots_with(made["mia"], 0, run(made["mia"]).snapshots[5].model)


def better_weights(made, _folder):
    """The weights of a run that was trained for longer, in the place of those that were reached."""
    return with_checkpoint(made["mia"], model=run(trained(made["mia"], iterations=6000)).model)


def half_replaced(made, _folder):
    """The first half is Mia's, the second that of a run with another rate; all snapshots fit the curves."""
    one, other = run(made["mia"]), run(trained(made["mia"], learning_rate=0.005))
    half = 1296  # where a snapshot is
    curves = {
        name: np.concatenate([getattr(one.record, name)[: half + 1], getattr(other.record, name)[half + 1 :]])
        for name in ("errors", "sparsities")
    }
    kept = [s for s in one.snapshots if s.iteration <= half] + [s for s in other.snapshots if s.iteration > half]
    there = with_checkpoint(made["mia"], model=other.model)
    return with_run(there, record=dataclasses.replace(one.record, **curves), snapshots=tuple(kept), figures=None)


def too_many_iterations(made, _folder):
    return trained(made["mia"], iterations=6000)


def more_iterations_than_told(made, _folder):
    """A run of 6,000 iterations whose settings say 2,500; its curve is thinned."""
    longer = trained(made["mia"], iterations=6000)
    config = run(longer).config.replace(iterations=2500)
    picked = np.linspace(0, 5999, 2500).astype(int)
    record = dataclasses.replace(
        run(longer).record, errors=run(longer).record.errors[picked], sparsities=run(longer).record.sparsities[picked]
    )
    snapshots = tuple(s for s in run(longer).snapshots if s.iteration < 2500)
    there = with_checkpoint(longer, config=config, iteration=2500, end=2500, good=None)
    there = with_run(there, record=record, snapshots=snapshots)
    return with_entry(there, "cleaned", iteration=2500)


def another_rate(made, _folder):
    """Trained with another rate; the settings say the lesson's."""
    return with_checkpoint(trained(made["mia"], learning_rate=0.005), config=run(made["mia"]).config)


def other_data(made, _folder):
    return trained(made["mia"], small_dataset(300, 90))


def other_data_with_the_fingerprint(made, _folder):
    return with_run(trained(made["mia"], small_dataset(300, 90)), data=run(made["mia"]).data)


def lesson_with_other_tolerance(_made, _folder):
    text = LESSON.replace("tolerance = 0.1", "tolerance = 10.0")
    return attempt("mia", lesson(text))


def claimed_measurement(made, _folder):
    return with_entry(made["mia"], "cleaned", value=0.05)


def extra_points(made, _folder):
    entry = Entry.now("bonus", "transfer", "four times")
    return with_entries(made["mia"], (*made["mia"].record.entries, entry))


def other_student(made, _folder):
    """Ben's hand-in under Mia's name."""
    return with_record(made["ben"], student="mia")


def predicted_after_measuring(made, _folder):
    entries = list(made["mia"].record.entries)
    late = [e for e in entries if e.step == "left"]
    return with_entries(made["mia"], [e for e in entries if e.step != "left"] + late)


def prediction_with_a_later_time(made, _folder):
    measured = made["mia"].record.entries_of("cleaned")[-1]
    return with_entry(made["mia"], "left", when=later(measured.when, 60))


def changed_times(made, _folder):
    """An hour between all entries, so that they are before the run that they measure."""
    entries = made["mia"].record.entries
    return with_entries(made["mia"], (dataclasses.replace(e, when=later(e.when, -3600)) for e in entries))


def truncated_history(made, _folder):
    """The last thousand iterations are cut away; the weights stay."""
    record = record_until(run(made["mia"]).record, 1444)
    snapshots = tuple(s for s in run(made["mia"]).snapshots if s.iteration <= 1444)
    there = with_run(made["mia"], record=record, snapshots=snapshots, figures=None)
    there = with_checkpoint(there, iteration=1444, good=None)
    return with_entry(there, "cleaned", iteration=1444)


def deleted_divergence(made, _folder):
    """A run that diverged, and whose record says that it only stopped."""
    diverged = trained(made["mia"], learning_rate=0.2)
    assert run(diverged).checkpoint.divergence is not None
    return with_checkpoint(diverged, divergence=None)


def copied_predictions(made, folder):
    """Ben's numbers, at other times."""
    write(folder, made["ben"])
    values = {key: made["ben"].record.entries_of(key)[0].value for key in ("noise", "left")}
    entries = made["mia"].record.entries
    return with_entries(made["mia"], (dataclasses.replace(e, value=values.get(e.step, e.value)) for e in entries))


def copied_words(made, folder):
    write(folder, made["ben"])
    text = made["ben"].session.words.get("summary").upper().replace(" ", "\n")
    words = made["mia"].session.words.with_text("summary", text)
    return dataclasses.replace(made["mia"], session=dataclasses.replace(made["mia"].session, words=words))


def renamed_file(made, folder):
    path = folder / "how-loud-ben.handin"
    write(folder, made["mia"], path.name)
    return read_handin(path)


FORGERIES = [
    (edited_curve, REFUSED, "From iteration 1,701 on the curves"),
    (curve_edited_at_one_point, REFUSED, "From iteration 1,235 on the curves"),
    (edited_sparsity, REFUSED, "curves"),
    (foreign_weights, REFUSED, "do not lead to its weights"),
    (foreign_run, REFUSED, "has the seed"),
    (another_seed, REFUSED, "start weights of the run"),
    (false_snapshot, REFUSED, "for iteration 1,600 do not give"),
    (reordered_snapshots, REFUSED, "for iteration 400 do not give"),
    (other_start, REFUSED, "start weights of the run"),
    (better_weights, REFUSED, "do not lead to its weights"),
    (half_replaced, REFUSED, "Iterations 1,296 to 1,600 of the run .* do not lead to its weights"),
    (too_many_iterations, REFUSED, "6,000; the lesson's is 2,500"),
    (more_iterations_than_told, REFUSED, "From iteration 2 on|do not give the error"),
    (another_rate, REFUSED, "do not lead to its weights"),
    (other_data, REFUSED, "was not trained on your data"),
    (other_data_with_the_fingerprint, REFUSED, "do not give the error and sparsity|do not lead to its weights"),
    (lesson_with_other_tolerance, REFUSED, "not yours: it differs in step “noisy”"),
    (claimed_measurement, REFUSED, "“cleaned” claims 0.05; measured again it is"),
    (extra_points, REFUSED, "“bonus” of the kind transfer, which your lesson does not have"),
    (other_student, REFUSED, "has the seed"),
    (predicted_after_measuring, REFUSED, "“left” was predicted after “noisy”"),
    (prediction_with_a_later_time, REFUSED, "“left” has a later time than the one at which “cleaned”"),
    (changed_times, FLAGGED, "is older than the run"),
    (truncated_history, REFUSED, "do not lead to its weights"),
    (deleted_divergence, REFUSED, "diverged at iteration [0-9,]+ by its curves, and does not say so"),
    (copied_predictions, FLAGGED, "the same predictions and answers as how-loud-ben.handin"),
    (copied_words, FLAGGED, "A text of its report is that of how-loud-ben.handin"),
    (renamed_file, FLAGGED, "is called how-loud-ben.handin, but it is a hand-in of “mia”"),
]


@pytest.mark.parametrize(("forge", "verdict", "reason"), FORGERIES, ids=[one[0].__name__ for one in FORGERIES])
def test_a_forgery_is_found_out_with_its_reason(made, tmp_path, forge, verdict, reason):
    forged = forge(made, tmp_path)
    if not forged.name:
        write(tmp_path, forged)
    grade = next(one for one in handins.graded(tmp_path).values() if one.student == forged.student)
    assert any(re.search(reason, sentence) for sentence in grade.reasons), grade.reasons
    assert grade.accepted == (verdict == FLAGGED), grade.reasons


@pytest.mark.parametrize("forge", [half_replaced, better_weights])
def test_where_runs_are_put_together_is_always_looked_at(made, tmp_path, forge):
    """Also where there is work for three pieces only, whichever seed draws the third."""
    write(tmp_path, forge(made, tmp_path))
    for seed in range(4):
        (grade,) = handins.graded(tmp_path, work=12 * 64 * 100, seed=seed).values()
        assert any("do not lead to its weights" in sentence for sentence in grade.reasons)


def test_every_kind_of_forgery_has_its_own_reason():
    assert len({reason for _, _, reason in FORGERIES}) >= 20
