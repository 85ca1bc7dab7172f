"""Reads from the names of a table's columns what they hold: the label, an index, the part, or pixels and where."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

# Names as `key_of` has them. Of labels: those that are nothing else, then others, the surer first.
_SURE = """
label labels class classes target targets y digit digits classlabel labelid klasse klassen ziffer ziffern etikett
zielwert etiquette classe chiffre cible etiqueta clase digito
"""
_LIKELY = """
category categories kategorie categorie categoria zeichen buchstabe lettre caractere character characters char letter
letters symbol species art espece emotion number output outcome truth groundtruth gt annotation glyph ytrue ytrain ytest
"""
_INDICES = """
unnamed index idx id ids uid uuid guid key row rows rowid rownr rownumber rowname rownames no nr num nummer lfd lfdnr
zeile zeilennummer ligne numero image images imageid imageno imagename imagepath img imgid imgname bild bildname
filename filenames file files filepath path datei dateiname pfad fichier chemin name source sample sampleid instance
instanceid record recordid observation obs line count counter md5 sha1 hash url date time timestamp writer person
subject user
"""
_ENDINGS_OF_INDICES = "id index idx file filename path name nr datei"
_PARTS = """
split splits usage set subset partition part parts fold phase dataset datasettype purpose istest istrain istraining test
train training teil teilmenge menge aufteilung ensemble
"""
_RANKS = {word: rank for rank, word in enumerate((_SURE + _LIKELY).split())}


def key_of(name: str) -> str:
    """Return a name without what seldom tells names apart: case, accents, spaces and punctuation."""
    plain = unicodedata.normalize("NFKD", name.casefold())
    key = "".join(c for c in plain if c.isalnum())
    return "unnamed" if key.startswith("unnamed") else key


def _words(name: str) -> list[str]:
    """Return the words of a name such as ``true_label`` or ``classLabel``."""
    return [key_of(word) for word in re.findall(r"[^\W\d_]+", re.sub(r"(?<=[a-zà-þ])(?=[A-Z])", " ", name))]


def label_rank(name: str) -> int | None:
    """Return how surely a name is that of the label, 0 the surest, or None where it is not, as ``class_3`` is not."""
    key = key_of(name)
    if key in _RANKS:
        return _RANKS[key]
    if re.search(r"\d", name) and not re.search(r"\d+\W+\d+\W*$", name):  # "label (0-9)" is one
        return None
    return min((len(_RANKS) + _RANKS[word] for word in _words(name) if len(word) > 2 and word in _RANKS), default=None)


def is_surely_label(name: str) -> bool:
    """Return whether a name is that of a label and of nothing else."""
    return key_of(name) in _SURE.split()


def is_index(name: str) -> bool:
    """Return whether a name is that of a column which only tells the rows apart."""
    words = _words(name)
    by_ending = bool(words) and not re.search(r"\d", name) and words[-1] in _ENDINGS_OF_INDICES.split()
    return by_ending or key_of(name) in _INDICES.split()


def is_part(name: str) -> bool:
    """Return whether a name is that of a column which says training or test."""
    return key_of(name) in _PARTS.split()


_COLUMN_FIRST = re.compile(r"(?:x|c|col|column|spalte|colonne)#(?:y|r|row|zeile|ligne)#$")


@dataclass(frozen=True, eq=False)
class Family:
    """Columns whose names differ in numbers only, in the order of these, and the shape of the image if they tell it."""

    columns: NDArray[np.intp]
    shape: tuple[int, int] | None = None


def find_family(names: Sequence[str]) -> Family | None:
    """Return the columns named ``pixel0`` to ``pixel783``, ``1x1`` to ``28x28``, or alike, in the order of the image.

    It is the largest group whose numbers leave no gap; None where no four names are alike.
    """
    groups: defaultdict[str, dict[tuple[int, ...], int]] = defaultdict(dict)
    for column, name in enumerate(names):
        numbers = tuple(int(digits) for digits in re.findall(r"\d{1,9}", name))
        if numbers:
            groups[re.sub(r"\d+", "#", key_of(re.sub(r"(?<=\d)[\W_]+(?=\d)", "-x-", name)))].setdefault(numbers, column)
    families = (_family(group, stem) for stem, group in groups.items() if len(group) >= 4)
    return max(filter(None, families), key=lambda family: len(family.columns), default=None)


def _family(group: dict[tuple[int, ...], int], stem: str) -> Family | None:
    """Order columns by the numbers in their names, leaving out numbers that are the same in all."""
    if len({len(numbers) for numbers in group}) > 1:
        return None
    numbers = np.array(list(group))
    columns = np.array(list(group.values()), np.intp)
    numbers = numbers[:, numbers.min(0) < numbers.max(0)]
    sides = numbers.max(0) - numbers.min(0) + 1
    if len(sides) not in (1, 2) or np.prod(sides) != len(columns):
        return None
    if _COLUMN_FIRST.search(stem):
        numbers, sides = numbers[:, ::-1], sides[::-1]
    columns = columns[np.lexsort(numbers.T[::-1])]
    return Family(columns, (int(sides[0]), int(sides[1])) if len(sides) == 2 else None)
