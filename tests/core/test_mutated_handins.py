"""Hand-ins changed at random under a right checksum: each is graded, or refused in words; nothing of it is run."""

import json
import os

import numpy as np
import pytest

from dae_core.lessons.handin.handin_file import write_handin
from dae_core.sessions.container import read_container, write_container
from helpers.crafting import changed_value, mutated
from helpers.handins import LESSON, attempt, graded, lesson

MANY = int(os.environ.get("DAE_STUDIO_MUTATIONS", "240"))
SHORT = LESSON.replace("2500", "300").replace("hidden_units = 12", "hidden_units = 3")
TEXTS = ("handin", "lessons", "report", "code")
CODE = "raise SystemExit('it was run')\n"


@pytest.fixture(scope="module")
def parts(tmp_path_factory):
    """The arrays and texts of a small hand-in with code in it."""
    made = attempt("mia", lesson(SHORT))
    path = tmp_path_factory.mktemp("handin") / "a.handin"
    write_handin(path, made.session, made.record)
    arrays, texts = read_container(path)
    return arrays, {**texts, "code": json.dumps({"backward": CODE})}


def changed(parts, rng):
    """Return the parts with one thing changed: of the session, or of what belongs to the lesson."""
    arrays, texts = parts
    if rng.random() < 0.5:
        return mutated(arrays, texts, rng)
    name = TEXTS[int(rng.integers(len(TEXTS)))]
    value = changed_value(json.loads(texts[name]), rng)
    return arrays, {**texts, name: json.dumps(value)}


@pytest.mark.filterwarnings("ignore:invalid value encountered in cast:RuntimeWarning")  # made by the mutations
def test_each_is_graded_or_refused_in_words(parts, tmp_path, monkeypatch):
    monkeypatch.setattr("os.fsync", lambda _: None)
    one, rng, accepted = lesson(SHORT), np.random.default_rng(3), 0
    path = tmp_path / "how-loud-mia.handin"
    for _ in range(MANY):
        path.unlink(missing_ok=True)
        write_container(path, *changed(parts, rng))
        (grade,) = graded(tmp_path, one).values()
        accepted += grade.accepted
        assert 0 <= grade.points <= grade.of == 10
        assert grade.accepted or grade.reasons
        for finding in grade.findings:
            assert "could not be graded" not in finding.sentence
            assert "\n" not in finding.sentence
            assert len(finding.sentence) < 900
    assert 0 < accepted < MANY
