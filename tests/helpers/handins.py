"""A small lesson, honest hand-ins of it, and many ways of forging one."""

import dataclasses
from datetime import datetime, timedelta

import numpy as np

from dae_core.lessons.handin.attempt import carry_out
from dae_core.lessons.handin.grading import grade
from dae_core.lessons.handin.handin_file import HandIn, read_handin, write_handin
from dae_core.lessons.handin.material import GradeOptions
from dae_core.lessons.handin.measured_anew import measures
from dae_core.lessons.handin.sampling import WORK
from dae_core.lessons.measure import measure
from dae_core.lessons.reading import parse_lesson
from dae_core.sessions.data_reference import DataReference
from dae_core.sessions.run import Run
from dae_core.training.history import History
from dae_core.training.snapshots import SnapshotKeeper, bytes_of
from dae_core.training.trainer import Trainer
from helpers.datasets import small_dataset

LESSON = """format = 1
key = "how-loud"
title = "How loud?"
minutes = 10
summary = "The noise, and what is left of it."
locked = ["iterations", "hidden_units", "steering"]

[settings]
hidden_units = 12
iterations = 2500
learning_rate = 0.01

[[step]]
kind = "predict"
key = "noise"
title = "The noise"
text = "What is the MSE of the noisy images?"
low = 0.0
high = 100.0

[[step]]
kind = "predict"
key = "left"
title = "What is left"
text = "And that of the network?"
low = 0.0
high = 100.0

[[step]]
kind = "do"
key = "train"
title = "Train"
label = "Start"
actions = [{ do = "start" }]

[[step]]
kind = "measure"
key = "noisy"
title = "Measured"
measurement = "noisy_mse"
beside = "noise"
points = 2
expected = { any = { value = 1.0, tolerance = 0.1 } }

[[step]]
kind = "measure"
key = "cleaned"
title = "Cleaned"
measurement = "held_out_mse"
beside = "left"
from_iteration = 2500
points = 3
expected = { any = { value = 0.0, high = 0.7, relation = "between" } }

[[step]]
kind = "transfer"
key = "louder"
title = "Louder"
text = "And with a sigma of 2?"
choices = ["twice", "four times"]
answer = "four times"
points = 1

[[step]]
kind = "write"
key = "words"
title = "In your words"
topic = "summary"
points = 4
"""


def lesson(text=LESSON):
    return parse_lesson(text)


def answers(student):
    """Different for each student, as they are in a class."""
    rng = np.random.default_rng(list(student.encode()))
    noise, left = (round(float(value), 3) for value in rng.uniform(0.2, 2.0, 2))
    words = f"I think that {student} has seen how the noise of {noise} becomes {left} when it is cleaned, and no less."
    return {"noise": noise, "left": left, "louder": "four times", "words": words}


def attempt(student, one=None, dataset=None, **other):
    """Return what a student hands in, before it is written."""
    dataset = dataset or small_dataset()
    reference = DataReference.of(dataset, "digits")
    found = carry_out(one or lesson(), student, {**answers(student), **other}, dataset, reference)
    return HandIn(found.session, found.record, "")


def honest(folder, student, one=None, dataset=None, **other):
    """Write an honest hand-in and return what is read of it."""
    made = attempt(student, one, dataset, **other)
    return write(folder, made)


def write(folder, hand_in, name=""):
    path = folder / (name or f"how-loud-{hand_in.record.student}.handin")
    write_handin(path, hand_in.session, hand_in.record)
    return read_handin(path)


def graded(folder, one=None, dataset=None, **options):
    """Return the grades of a folder by the names of the files."""
    chosen = GradeOptions(**{"seed": 7, "work": WORK, **options})
    grades = grade(folder, one or lesson(), lambda _: dataset or small_dataset(), chosen)
    return {grade.file: grade for grade in grades}


def with_run(hand_in, **changes):
    """Return a hand-in whose run is changed."""
    run = dataclasses.replace(hand_in.session.run, **changes)
    return dataclasses.replace(hand_in, session=dataclasses.replace(hand_in.session, run=run))


def with_checkpoint(hand_in, **changes):
    return with_run(hand_in, checkpoint=dataclasses.replace(hand_in.session.run.checkpoint, **changes))


def with_entries(hand_in, entries):
    record = dataclasses.replace(hand_in.record, entries=tuple(entries))
    session = dataclasses.replace(hand_in.session, lessons=(record,))
    return dataclasses.replace(hand_in, record=record, session=session)


def with_entry(hand_in, step, **changes):
    """Return a hand-in in which the entries of a step are changed."""
    return with_entries(
        hand_in, (dataclasses.replace(e, **changes) if e.step == step else e for e in hand_in.record.entries)
    )


def with_record(hand_in, **changes):
    record = dataclasses.replace(hand_in.record, **changes)
    session = dataclasses.replace(hand_in.session, lessons=(record,))
    return dataclasses.replace(hand_in, record=record, session=session)


def later(when, seconds):
    return (datetime.fromisoformat(when) + timedelta(seconds=seconds)).isoformat(timespec="seconds")


def trained(hand_in, dataset=None, steer=None, **settings):
    """Return a hand-in whose run was trained with other settings or data, with what is then measured.

    ``steer`` are functions of the trainer by the iteration before which they are called.
    """
    dataset, steer = dataset or small_dataset(), dict(steer or {})
    old = hand_in.session.run
    trainer, history = Trainer(dataset, old.config.replace(**settings)), History()
    keeper = SnapshotKeeper(bytes_of(trainer.model))
    while True:
        if trainer.divergence is None and keeper.is_due(trainer.iteration):
            keeper.add(trainer.iteration, trainer.model.copy())
        steer.pop(trainer.iteration, lambda _: None)(trainer)
        if trainer.iteration >= trainer.end or trainer.divergence is not None:
            break
        stop = min([trainer.end, keeper.next_due(trainer.iteration + 1), *steer])
        history.append(trainer.advance(stop - trainer.iteration))
    trainer.close()
    reference = DataReference.of(dataset, "digits")
    run = Run(trainer.checkpoint(), reference, history.record(), keeper.snapshots, None, old.label)
    there = dataclasses.replace(hand_in, session=dataclasses.replace(hand_in.session, run=run))
    for step in measures(lesson()):
        found = measure(dataclasses.replace(step, from_iteration=0), [run], dataset)
        there = with_entry(there, step.key, value=found.value, iteration=found.iteration)
    return there
