"""The report itself: which sections it has, and what stands at its beginning and on every page."""

from __future__ import annotations

import importlib.metadata
from collections.abc import Sequence

from dae_core.report import answers, own_parts, parts
from dae_core.report.document import Block, Document, Section, UserWords
from dae_core.report.measurements import Measured, ReportInput
from dae_core.report.options import ReportOptions
from dae_core.report.runs_table import runs_table
from dae_core.report.topics import AUTHOR, TOPICS
from dae_core.sessions.report_words import ReportWords
from dae_core.texts import plain

TITLE = "A denoising autoencoder: report"
_LONGEST_AUTHOR = 100
_PROGRAM = "Denoising Autoencoder Studio"


def compose(
    about: ReportInput,
    found: Measured,
    words: ReportWords | None = None,
    options: ReportOptions | None = None,
) -> Document:
    """Return the report: every figure of the exercise, what was measured in words, and the user's own words beside it.

    The exercise's question on W and V is answered by the program only where ``options`` say so.
    """
    words, options = words or ReportWords(), options or ReportOptions()
    dataset, version = about.dataset, _version()
    blocks: dict[str, Sequence[Block]] = {
        "summary": parts.summary(found),
        "settings": parts.settings(about, found),
        "code": own_parts.code(about.own_work) if options.lessons else (),
        "learning": parts.learning(about),
        "features": answers.features(about, found, words.get("features"), options),
        "denoising": parts.denoising(about, found),
        "comparison": parts.comparison(about, found) if options.comparison and found.methods else (),
        "units": parts.units(about, found, with_cosines=options.answers),
        "runs": runs_table(about.runs, about.key) if options.runs else (),
        "lessons": own_parts.lessons(about.own_work) if options.lessons else (),
        "method": parts.method(about, options),
    }
    sections = tuple(_section(key, blocks[key], words) for key in TOPICS if blocks[key])
    author = plain(" ".join(words.get(AUTHOR).split()), _LONGEST_AUTHOR)
    facts = (
        ("data set", dataset.name),
        ("seed", str(about.config.seed)),
        ("trained for", f"{about.iteration:,} iterations"),
        ("version", version),
    )
    subtitle = (
        f"{about.model.n_inputs}–{about.model.n_hidden}–{about.model.n_inputs} on {dataset.name}, noise "
        f"{about.corruption.describe()}"
    )
    head = " · ".join(filter(None, (author, plain(dataset.name, 60), f"seed {about.config.seed}", about.when)))
    return Document(
        TITLE,
        subtitle,
        tuple(fact for fact in (("by", author), ("date", about.when), *facts) if fact[1]),
        sections,
        head,
        f"{_PROGRAM} {version}".strip(),
    )


def _section(key: str, blocks: Sequence[Block], words: ReportWords) -> Section:
    """Return a section with the user's words on it, where they are not in their place already."""
    text = words.get(key)
    if text and not any(isinstance(block, UserWords) for block in blocks):
        blocks = (*blocks, UserWords(text))
    return Section(TOPICS[key].title, tuple(blocks))


def _version() -> str:
    try:
        return importlib.metadata.version("dae-studio")
    except importlib.metadata.PackageNotFoundError:
        return ""
