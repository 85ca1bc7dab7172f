"""Names of other rooms that a lesson's file may use; tests hold them against the tables of these rooms."""

from __future__ import annotations

from dae_core.datasets import BUNDLED_SOURCE, CATALOGUE
from dae_core.training.settings import SETTINGS

ANY_DATA = "any"
"""Stands for a data set that a lesson does not name."""

DATA_NAMES = (BUNDLED_SOURCE, *CATALOGUE)
"""The data sets that a lesson can name."""

DOCKS = (
    "trainingDock",
    "filtersWDock",
    "filtersVDock",
    "timelineDock",
    "denoiseDock",
    "datasetDock",
    "unitDock",
    "comparisonDock",
    "mismatchDock",
    "healthDock",
    "manifoldDock",
    "representationDock",
    "stepDock",
    "runsDock",
    "logDock",
    "yourCodeDock",
)
"""The docks of the window that a lesson may show or hide."""

WRITE_TOPICS = ("summary", "settings", "learning", "features", "denoising", "comparison", "units", "runs")
"""The parts of the report that have room for the student's own words."""

UNIT_ORDERS = {
    "worth": "by how much the held-out MSE rises without it, the most first",
    "rate": "how often it fires, the most first",
    "norm": "|column of W| times |row of V|, the largest first",
    "number": "its number in the mosaics, from 1",
}
"""How hidden units are ranked, for a lesson cannot know the numbers of those that matter in a student's run."""

LESSON_SETTINGS = tuple(name for name, setting in SETTINGS.items() if not setting.is_code)
"""The settings that a lesson may set: all but the student's own code."""

LOCKS = {
    **{name: SETTINGS[name].name for name in LESSON_SETTINGS},
    "data": "the data set",
    "weights": "weights from a file",
    "steering": "rate, noise and pace during the run",
}
"""What a lesson may keep as it is, each with its name for the user."""
