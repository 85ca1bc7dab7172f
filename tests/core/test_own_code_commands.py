"""``train --code`` and ``resume --run-code``: code of a file, and of a session only when it is asked for."""

import contextlib

import numpy as np
import pytest

from dae_core.sessions.session_file import load_session
from dae_core.training.trainer import Trainer
from helpers.commands import RUN, last_line
from helpers.datasets import small_dataset
from helpers.own_code import EXACT, WRONG_PRODUCT
from helpers.processes import sandboxes


@pytest.fixture
def code_file(tmp_path):
    path = tmp_path / "mine.py"
    path.write_bytes(EXACT.replace("\n", "\r\n").encode())
    return path


def test_a_run_trains_with_the_code_of_a_file_and_resumes_when_it_is_asked_for(call, code_file, tmp_path):
    path = tmp_path / "run.dae"
    code, output, error = call("train", *RUN, "--iterations", 200, "--code", code_file, "--session", path, "--json")
    assert (code, error) == (0, "")
    assert last_line(output)["config"]["own_backward"] == EXACT
    before = load_session(path).run

    code, output, error = call("resume", path, "--iterations", 100, needs_data=False)
    assert (code, output) == (1, "")
    assert "is trained with a backward of its own, and code runs only when you ask for it" in error
    assert "--run-code" in error
    assert load_session(path).run.checkpoint.iteration == 200

    code, output, error = call("resume", path, "--iterations", 100, "--run-code", "--json", needs_data=False)
    assert (code, error) == (0, "")
    after = load_session(path).run
    with contextlib.closing(Trainer.resume(small_dataset(), before.checkpoint, allows_code=EXACT)) as trainer:
        trainer.extend(100)
        trainer.advance(100)
    np.testing.assert_array_equal(after.model.W, trainer.model.W)
    assert sandboxes() == []

    code, _, error = call("export", path, "--script", "--out", tmp_path / "run.py", needs_data=False)
    assert code == 1
    assert "a backward of its own, which the script lacks" in error


def test_code_that_fails_is_told_and_what_was_trained_is_kept(call, code_file, tmp_path):
    path = tmp_path / "run.dae"
    code_file.write_text(WRONG_PRODUCT)
    code, output, error = call("train", *RUN, "--iterations", 200, "--code", code_file, "--session", path)
    assert (code, output) == (1, "")
    assert "Line 6: `z` has 8 numbers, `dC` has 64 numbers: the product does not fit." in error
    assert load_session(path).run.checkpoint.iteration == 0


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "is empty."),
        (b"\xff\xfe\x00", "is no text in UTF-8."),
        (b"#" * 20_001, "has more than 20,000 characters."),
        (None, "could not be read: "),
    ],
)
def test_what_is_no_code_is_told(call, code_file, content, sentence):
    if content is None:
        code_file.unlink()
    else:
        code_file.write_bytes(content)
    code, output, error = call("train", *RUN, "--code", code_file)
    assert (code, output) == (1, "")
    assert sentence in error
    assert error.count("\n") == 1


def test_own_code_goes_with_the_exercises_way_of_training_only(call, code_file):
    code, _, error = call("train", *RUN, "--code", code_file, "--optimizer", "adam")
    assert code != 0
    assert "it goes with batches of 1 and plain SGD." in error
