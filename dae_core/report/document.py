"""What a report is made of, however it is written: sections of paragraphs, tables, pictures and plots."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Paragraph:
    """Some sentences. ``is_note`` says that they explain the rest, and may be set smaller."""

    text: str
    is_note: bool = False


@dataclass(frozen=True)
class Table:
    """Rows of texts below a head (which may be empty); all columns but the first are aligned to the right."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    caption: str = ""
    is_numeric: bool = True


@dataclass(frozen=True)
class Picture:
    """A PNG file, to be shown ``width`` x ``height`` CSS pixels large."""

    png: bytes
    width: int
    height: int
    caption: str


@dataclass(frozen=True)
class Plot:
    """An SVG drawing, to be shown ``width`` x ``height`` CSS pixels large."""

    svg: str
    width: int
    height: int
    caption: str


Block = Paragraph | Table | Picture | Plot


@dataclass(frozen=True)
class Section:
    """A heading and the blocks below it."""

    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class Document:
    """A whole report."""

    title: str
    subtitle: str
    sections: tuple[Section, ...]
