"""The parts of a report, a row each: what they are called, and what the user may want to write there."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Topic:
    """One part of a report.

    Parameters
    ----------
    key
        By which the user's words on it are kept.
    title
        Its heading.
    prompt
        A question that helps to begin with one's own words; empty where there is no room for them.
    """

    key: str
    title: str
    prompt: str = ""


TOPICS = {
    topic.key: topic
    for topic in (
        Topic("summary", "In short", "What did you find out, in two or three sentences?"),
        Topic("settings", "Settings and data", "Why these settings? What did you change, and what for?"),
        Topic("code", "My own code"),
        Topic("learning", "How it learned", "What do error and sparsity do over the run, and why?"),
        Topic(
            "features",
            "Which features do W and V model, and how do they relate?",
            "What do the columns of W respond to? What do the rows of V add? How do the two relate?",
        ),
        Topic("denoising", "What it does to noise", "Where does it do well, where does it fail, and what is lost?"),
        Topic("comparison", "Is it any good?", "Which method would you use, and what does the comparison not show?"),
        Topic("units", "The hidden units", "How many units matter? What would you do about those that do not?"),
        Topic("runs", "The runs side by side", "Which difference in the settings made which in the figures?"),
        Topic("lessons", "What I predicted, and what came out"),
        Topic("method", "How it was measured"),
    )
}
"""By their keys, in the order of the report."""

AUTHOR = "author"
"""The key of the user's name, which stands at the beginning."""

OWN_WORDS = "In my own words"
"""What stands above what the user has written."""
