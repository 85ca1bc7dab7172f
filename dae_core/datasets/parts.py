"""Names of files, folders and arrays that tell which part of a set they hold."""

from __future__ import annotations

import re

TRAIN, TEST, VALIDATION = "train", "test", "validation"

_STEMS = {
    TRAIN: ("train", "training", "trainings"),
    TEST: ("test", "testing", "heldout", "holdout", "eval", "evaluation"),
    VALIDATION: ("val", "valid", "validation", "validate", "validierung", "validierungs", "dev"),
}
_PREFIXES = ("", "x", "y")  # xtrain
_SUFFIXES = ("", "s", "x", "y", "set", "data", "daten", "images", "imgs", "bilder", "pictures", "digits")  # traindata
_SHORT = {TRAIN: ("tr", "trn", "learn"), TEST: ("te", "ts", "tst", "t10k"), VALIDATION: ()}
_BY_WORD = {
    prefix + stem + suffix: part
    for part, stems in _STEMS.items()
    for stem in stems
    for prefix in _PREFIXES
    for suffix in _SUFFIXES
} | {word: part for part, words in _SHORT.items() for word in words}


def part_of_name(name: str) -> str | None:
    """Return `TRAIN`, `TEST` or `VALIDATION` if one word of a name tells it, and no other word another; else None.

    Words end at capitals, digits, spaces and signs: trainX, x_train, train-images and TestSet all tell.
    """
    stem = re.sub(r"(?i)held[\s_-]?out", "heldout", name)
    words = re.findall(r"t10k|[A-Z]?[a-z]+|[A-Z]+(?![a-z])", stem)
    found = {part for word in words if (part := _BY_WORD.get(word.lower()))}
    return found.pop() if len(found) == 1 else None
