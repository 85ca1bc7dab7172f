"""The settings that a lesson's run begins with: those of the lesson, and a seed that is the student's own."""

from __future__ import annotations

import hashlib

from dae_core.datasets import BUNDLED_SOURCE, CATALOGUE, Dataset
from dae_core.datasets.bundled import NAME as BUNDLED_NAME
from dae_core.lessons.lesson import Lesson
from dae_core.lessons.names import ANY_DATA
from dae_core.sessions.data_reference import DataReference
from dae_core.sessions.lesson_record import student_name
from dae_core.training.config import TrainingConfig

_SEEDS = 2**31
_BUNDLED_COUNTS = (28, 28), 14_370, 360
_CLOSE_MEAN = 1.0  # grey levels: those of the catalogue's sets are further apart, and rounded where they are published


def student_seed(lesson: Lesson, student: str) -> int:
    """Return the seed of a student's runs in a lesson: anyone who has both can compute it.

    It is the first 64 bits (big end first) of SHA-256 over the lesson's digest in hexadecimal digits, a newline, and
    the student's name as `student_name` returns it, all in UTF-8, modulo 2³¹: the window's field has no larger seeds.
    """
    digest = hashlib.sha256(f"{lesson.digest}\n{student_name(student)}".encode()).digest()
    return int.from_bytes(digest[:8], "big") % _SEEDS


def config_for(lesson: Lesson, data: str, student: str = "") -> TrainingConfig:
    """Return the settings that a lesson starts with on a data set, by its name in the lesson.

    Without a student the seed is that of the lesson, or the exercise's.
    """
    config = TrainingConfig(**lesson.settings_on(data))
    return config.replace(seed=student_seed(lesson, student)) if student_name(student) else config


def data_name(data: Dataset | DataReference) -> str:
    """Return what lessons call a data set: "digits", a name of the catalogue, or "any".

    The bundled digits are known by title, size and numbers of images, for they are drawn anew on each machine, and
    a rounding there may be another; a set of the catalogue by size, numbers and mean, from wherever it was opened.
    """
    if isinstance(data, Dataset):
        counts = data.shape, len(data.train_images), len(data.test_images)
    else:
        counts = data.shape, data.train_images, data.test_images
    if (data.name, counts) == (BUNDLED_NAME, _BUNDLED_COUNTS):
        return BUNDLED_SOURCE
    for name, entry in CATALOGUE.items():
        is_close = abs(data.mean - entry.mean) <= _CLOSE_MEAN
        if is_close and counts == (entry.shape, entry.n_train, entry.n_test):
            return name
    return ANY_DATA
