"""What a report is made of, however it is written: sections of paragraphs, tables, figures and the user's words."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

_NUMBER = re.compile(r"[-−+]?[\d,.]+(e[-−+]?\d+)?( ?%)?|nan|[-−]?inf|–?")


@dataclass(frozen=True)
class Paragraph:
    """Some sentences. ``is_note`` says that they explain the rest, and may be set smaller."""

    text: str
    is_note: bool = False


@dataclass(frozen=True)
class UserWords:
    """What the user has written, several lines perhaps: shown letter by letter, and told apart from the rest."""

    text: str


@dataclass(frozen=True)
class Listing:
    """A program's text below its title: shown letter by letter in letters of equal width."""

    title: str
    text: str


@dataclass(frozen=True)
class RuledSpace:
    """Blank lines to write on by hand: so many, and more where the page has room."""

    lines: int = 6


@dataclass(frozen=True)
class Tiles:
    """Some figures to be seen first: each a value with what it is."""

    items: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Table:
    """Rows of texts below a head (which may be empty)."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    caption: str = ""

    @property
    def numeric(self) -> tuple[bool, ...]:
        """Which columns hold numbers alone, and are aligned to the right."""
        return tuple(all(_NUMBER.fullmatch(text) for text in column) for column in zip(*self.rows, strict=True))


@dataclass(frozen=True)
class Picture:
    """A PNG file, to be shown ``width`` x ``height`` CSS pixels large."""

    png: bytes
    width: int
    height: int
    caption: str


@dataclass(frozen=True)
class Plot:
    """A drawing that can be made of any size in CSS pixels; ``width`` x ``height`` suits it.

    ``draw`` takes width and height, and returns an SVG drawing of that size.
    """

    draw: Callable[[int, int], str] = field(repr=False)
    width: int
    height: int
    caption: str

    @property
    def svg(self) -> str:
        """The drawing in the size that suits it."""
        return self.draw(self.width, self.height)


Single = Paragraph | UserWords | Listing | RuledSpace | Tiles | Table | Picture | Plot


@dataclass(frozen=True)
class SideBySide:
    """Blocks beside one another, with the weights by which they share the width."""

    blocks: tuple[Single, ...]
    weights: tuple[float, ...] = ()

    @property
    def shares(self) -> tuple[float, ...]:
        """The share of the width that each block has; together 1."""
        weights = self.weights or (1.0,) * len(self.blocks)
        return tuple(weight / sum(weights) for weight in weights)


Block = Single | SideBySide


@dataclass(frozen=True)
class Section:
    """A heading and the blocks below it."""

    title: str
    blocks: tuple[Block, ...]

    def singles(self) -> tuple[Single, ...]:
        """Return all blocks, those that stand beside one another from left to right."""
        return tuple(
            single for block in self.blocks for single in (block.blocks if isinstance(block, SideBySide) else (block,))
        )


@dataclass(frozen=True)
class Document:
    """A whole report.

    Parameters
    ----------
    title, subtitle
        What stands at its beginning.
    facts
        What it is a report on, in short: a name and a value each; it stands at the beginning too.
    sections
        The rest, in order.
    head, foot
        What stands above the pages after the first, and below all pages.
    """

    title: str
    subtitle: str
    facts: tuple[tuple[str, str], ...]
    sections: tuple[Section, ...]
    head: str = ""
    foot: str = ""
