"""What a function that the student writes is: its signature, what to begin with, hints and examples."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Hint:
    """One step of help; the next one says more."""

    title: str
    text: str


@dataclass(frozen=True)
class Example:
    """Code to look at and to try, right or not: one text that could be the student's own."""

    title: str
    source: str


@dataclass(frozen=True)
class Function:
    """A function that the student writes.

    Parameters
    ----------
    name : str
        By which it is called.
    title : str
        What it is for, in a few words.
    signature : str
        Name and parameters, as they stand after ``def``.
    stub : str
        The text to begin with: the function with a docstring that says shapes, without what is asked for.
    hints : (Hint, Hint, Hint)
        The idea, the formula, the shapes.
    examples : tuple of Example
        Other texts to look at.
    """

    name: str
    title: str
    signature: str
    stub: str
    hints: tuple[Hint, Hint, Hint]
    examples: tuple[Example, ...] = ()
