"""What the folders that pictures lie in say: which are for training and which held out, and the class of each."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from dae_core.datasets.errors import DataError, quoted
from dae_core.datasets.parts import TEST, TRAIN, VALIDATION, part_of_name

Folders = tuple[str, ...]
"""The names of the folders between the root and a picture, outermost first."""

_MOST_CLASSES = 256  # labels are bytes
_ASIDE = {  # words of folders that lie beside the pictures of a part and hold others
    "sample": "a sample of the other pictures, by its folder's name",
    "mask": "a mask, by its folder's name",
    "masks": "a mask, by its folder's name",
    "labels": "a label, by its folder's name",
    "annotations": "an annotation, by its folder's name",
}
_UNMISTAKABLE = re.compile(  # classes are not called so, but may be "dev", "valid" or "test tube"
    r"(?i)(test(s|ing)?|t10k|val(idation)?)[ _-]?(set|data|daten|images|imgs|bilder|pictures|digits)?"
)


class Place(NamedTuple):
    """Where the pictures of a folder belong: to `TRAIN` or `TEST`, and to which class, if it is known.

    A ``reason`` says that they are left out, and why.
    """

    part: str
    label: int | None = None
    reason: str = ""


@dataclass(frozen=True)
class Arrangement:
    """What is made of the folders of a set.

    Parameters
    ----------
    places : mapping of Folders to Place
        For each folder that holds pictures.
    is_split : bool
        Whether the folders say what is held out.
    classes : tuple of str
        The names of all classes in the order of their labels. A label is the position of its class here, or the
        class's own number where all are called by numbers from 0 to 255.
    notes : tuple of str
        Sentences on what was understood or left out.
    """

    places: Mapping[Folders, Place]
    is_split: bool
    classes: tuple[str, ...]
    notes: tuple[str, ...]


def arrange(counts: Mapping[Folders, int]) -> Arrangement:
    """Make sense of the folders that pictures lie in, from how many each holds.

    Names of parts (train, testing, val ...) are looked for from outside to inside, at one level for all. Validation
    pictures are held out where there are no test pictures, and else left out. The classes are the names of the
    innermost level that differ among the training pictures and that all of these have.

    Raises
    ------
    DataError
        There are test pictures and no training pictures.
    """
    parts, rest, reasons = _parts_of(counts)
    notes = []
    total = Counter[str]()
    for folders, part in parts.items():
        total[part] += counts[folders]
    held = next((part for part in (TEST, VALIDATION) if total[part]), None)
    if held and not total[TRAIN]:
        raise _no_training(counts, parts)
    if held:
        what = "test" if held == TEST else "validation"
        notes.append(f"{_pictures(total[held])} held out, as the names of training and {what} pictures say.")
    if held == TEST and total[VALIDATION]:
        notes.append(f"{_pictures(total[VALIDATION], ' for validation')} left out.")
        reasons |= {folders: "a validation picture" for folders, part in parts.items() if part == VALIDATION}
    train = {rest[folders]: counts[folders] for folders, part in parts.items() if part == TRAIN}
    test = {rest[folders] for folders, part in parts.items() if part == held}
    level = _class_level(train)
    classes: tuple[str, ...] = ()
    labels: dict[str, int] = {}
    test_level = None
    if level is not None:
        names = {folders[level] for folders in train}
        test_level = _class_level_of_test(test, names, level)
        if test and test_level is None:
            notes.append("The folders tell the classes of the training pictures, but not of the held-out ones.")
        if test_level is not None:
            names |= {folders[test_level] for folders in test}
        classes, labels = _numbered(names)
    places = {}
    for folders in counts:
        if folders in reasons:
            places[folders] = Place(TRAIN, reason=reasons[folders])
            continue
        is_train = parts[folders] == TRAIN
        at = level if is_train else test_level
        places[folders] = Place(TRAIN if is_train else TEST, None if at is None else labels.get(rest[folders][at]))
    return Arrangement(places, held is not None, classes, tuple(notes))


def with_parts_of_names(files: Sequence[tuple[Folders, str]]) -> list[Folders]:
    """Return the folders of files (folders, name); if no folder but every name tells a part, this comes first.

    So train_1.png, test_1.png ... in one folder are as good as folders for each part.
    """
    folders = [where for where, _ in files]
    if _part_level(set(folders))[0] is None:
        told = [part_of_name(name) for _, name in files]
        if TRAIN in told and len(set(told)) > 1 and None not in told:
            return [(part or TRAIN, *where) for part, where in zip(told, folders, strict=True)]
    return folders


def _parts_of(counts: Mapping[Folders, int]) -> tuple[dict[Folders, str], dict[Folders, Folders], dict[Folders, str]]:
    """Return the part of each folder, its names without that of the part, and why others are left out."""
    level, told = _part_level(counts)
    if level is None:
        return dict.fromkeys(counts, TRAIN), {folders: folders for folders in counts}, {}
    others_train = TRAIN not in told.values() and not (
        all(len(folders) > level and folders[level] in told for folders in counts)
    )
    aside = _aside(told)
    parts: dict[Folders, str] = {}
    rest: dict[Folders, Folders] = {}
    reasons: dict[Folders, str] = {}
    for folders in counts:
        name = folders[level] if len(folders) > level else ""
        rest[folders] = folders
        if name in aside:
            reasons[folders] = aside[name]
        elif name in told:
            parts[folders] = told[name]
            rest[folders] = folders[:level] + folders[level + 1 :]
        elif others_train:
            parts[folders] = TRAIN
        else:
            reasons[folders] = "outside of the folders of training and test pictures"
    return parts, rest, reasons


def _part_level(counts: Collection[Folders]) -> tuple[int | None, dict[str, str]]:
    """Return the outermost level whose names are those of parts, and the part of each name.

    A single name of a part among others may well be a class (bus, car, train), unless nobody would call a class so.
    """
    for level in range(max(map(len, counts), default=0)):
        names = {folders[level] for folders in counts if len(folders) > level}
        told = {name: part for name in names if (part := part_of_name(name))}
        kinds = set(told.values())
        if (TRAIN in kinds and len(kinds) > 1) or (kinds and len(told) == len(names)):
            return level, told
        if kinds and TRAIN not in kinds and all(_UNMISTAKABLE.fullmatch(name) for name in told):
            return level, told
    return None, {}


def _aside(told: Mapping[str, str]) -> dict[str, str]:
    """Return the reasons to leave out what lies beside the pictures of the same part."""
    reasons = {}
    for name in told:
        words = [word.lower() for word in re.findall(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])", name)]
        reason = next((_ASIDE[word] for word in words if word in _ASIDE), None)
        if reason:
            reasons[name] = reason
    kept = {part for name, part in told.items() if name not in reasons}
    return {name: reason for name, reason in reasons.items() if told[name] in kept}


def _class_level(counts: Mapping[Folders, int]) -> int | None:
    """Return the innermost level, common to all, at which names differ and most stand for several pictures."""
    total = sum(counts.values())
    several = []
    for level in reversed(range(min(map(len, counts), default=0))):
        names = {folders[level] for folders in counts}
        if 1 < len(names) <= _MOST_CLASSES:
            if 2 * len(names) <= total:
                return level
            several.append(level)
    return several[0] if several else None


def _class_level_of_test(test: Collection[Folders], classes: Collection[str], level: int) -> int | None:
    """Return the level at which the held-out pictures' folders are called as the classes of training."""
    depth = min(map(len, test), default=0)
    for inner in reversed(range(depth)):
        if all(folders[inner] in classes for folders in test):
            return inner
    names = {folders[level] for folders in test} if level < depth else set()
    return level if len(names) > 1 and not names.isdisjoint(classes) else None


def _numbered(names: Collection[str]) -> tuple[tuple[str, ...], dict[str, int]]:
    """Give each class a label; none where bytes cannot count them."""
    if len(names) > _MOST_CLASSES:
        return (), {}
    if all(name.isascii() and name.isdigit() and int(name) < _MOST_CLASSES for name in names):
        labels = {name: int(name) for name in names}
        if len(set(labels.values())) == len(names):
            return tuple(sorted(names, key=int)), labels
    ordered = tuple(sorted(names))
    return ordered, {name: number for number, name in enumerate(ordered)}


def _no_training(counts: Collection[Folders], parts: Mapping[Folders, str]) -> DataError:
    level, told = _part_level(counts)
    name = sorted(told)[0] if level is not None and told else sorted(parts.values())[0]
    return DataError(
        f"There are test pictures (in {quoted(name)}) but no training pictures beside them: "
        f"to train on them, open the folder {quoted(name)} itself."
    )


def _pictures(count: int, which: str = "") -> str:
    return f"1 picture{which} is" if count == 1 else f"{count:,} pictures{which} are"
