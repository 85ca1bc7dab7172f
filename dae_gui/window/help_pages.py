"""The pages of the help: which there are, in their order, and the docks that each tells of.

Each is a file of ``resources/help``, plain Markdown, that Qt can show as it is. `make docs` makes them a part of the
manual, with pictures, and puts that into ``resources/manual``; where it is, the help shows its pages instead.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from dae_core.files import resources_folder

START = "start"
EXERCISE = "exercise"
CENTRE = "curves"
"""What stands in the middle of the window, where no dock is."""


@dataclass(frozen=True)
class HelpPage:
    """One page: the name of its file without the ending, and the object names of the docks that it tells of."""

    name: str
    docks: tuple[str, ...] = ()

    @property
    def source(self) -> Path:
        """The file of Markdown."""
        return resources_folder() / "help" / f"{self.name}.md"

    @property
    def path(self) -> Path:
        """What the help shows: the page of the manual where that was built, or else the file of Markdown."""
        built = resources_folder() / "manual" / "window" / f"{self.name}.html"
        return built if built.is_file() else self.source

    @cached_property
    def title(self) -> str:
        """Its first heading."""
        return self.text.partition("\n")[0].removeprefix("# ")

    @cached_property
    def text(self) -> str:
        """Its Markdown."""
        return self.source.read_text(encoding="utf-8")


_ALL = (
    HelpPage(START),
    HelpPage(EXERCISE),
    HelpPage("training", ("trainingDock",)),
    HelpPage(CENTRE),
    HelpPage("filters", ("filtersWDock", "filtersVDock")),
    HelpPage("denoise", ("denoiseDock",)),
    HelpPage("time-machine", ("timelineDock",)),
    HelpPage("data-sets", ("datasetDock",)),
    HelpPage("unit", ("unitDock",)),
    HelpPage("any-good", ("comparisonDock",)),
    HelpPage("other-noise", ("mismatchDock",)),
    HelpPage("health", ("healthDock",)),
    HelpPage("where-to", ("manifoldDock",)),
    HelpPage("the-code", ("representationDock",)),
    HelpPage("one-step", ("stepDock",)),
    HelpPage("gradient-check"),
    HelpPage("lessons", ("lessonDock",)),
    HelpPage("your-code", ("yourCodeDock",)),
    HelpPage("runs", ("runsDock",)),
    HelpPage("log", ("logDock",)),
    HelpPage("sessions"),
    HelpPage("export"),
    HelpPage("report"),
    HelpPage("finding"),
    HelpPage("view"),
    HelpPage("keyboard"),
    HelpPage("glossary"),
)
PAGES: dict[str, HelpPage] = {page.name: page for page in _ALL}
"""All pages by their names, in the order in which the manual has them."""

DOCK_PAGES: dict[str, HelpPage] = {dock: page for page in _ALL for dock in page.docks}
"""The page of each dock."""


def contents() -> Path:
    """Return what the help shows as its contents: the manual's, or else the first page, which names all others."""
    built = resources_folder() / "manual" / "index.html"
    return built if built.is_file() else PAGES[START].path
