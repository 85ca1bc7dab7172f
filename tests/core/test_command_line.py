"""The headless command: exit codes, the JSON line, the model file, and one plain sentence for every mistake."""

import math
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import safetensors.numpy

import dae_core
from dae_core.commands.progress_bar import ProgressBar
from dae_core.datasets import open_dataset
from dae_core.evaluation.held_out import HeldOut
from dae_core.model.autoencoder import AutoEncoder
from dae_core.model.corruption import Gaussian, Masking
from dae_core.sessions import model_file
from dae_core.sessions.model_file import SavedModel, load_model, save_model
from dae_core.training.config import TrainingConfig
from dae_core.training.trainer import Trainer, train
from helpers.commands import last_line

REQUIRED = {
    "iterations",
    "seconds",
    "iterations_per_second",
    "smoothed_error",
    "sparsity",
    "test_mse",
    "test_psnr",
    "linear_bound_mse",
    "dead_units",
    "diverged_at",
}
SHORT = ["--hidden", "12", "--iterations", "600", "--learning-rate", "0.01"]


def test_train_prints_the_required_figures(call, data):
    code, output, error = call("train", *SHORT, "--json", "--seed", 3, "--schedule", "linear")
    report = last_line(output)
    assert (code, error) == (0, "")
    assert report.keys() >= REQUIRED
    assert (report["iterations"], report["diverged_at"], report["test_images"]) == (600, None, 90)
    assert report["iterations_per_second"] == pytest.approx(600 / report["seconds"])
    assert report["config"]["seed"] == 3

    # The same by hand, from the library.
    config = TrainingConfig(hidden_units=12, iterations=600, learning_rate=0.01, seed=3, schedule="linear")
    trainer = Trainer(open_dataset(data), config)
    errors = np.concatenate([progress.errors for progress in train(trainer)])
    figures = HeldOut(open_dataset(data), Gaussian(1.0)).evaluate(trainer.model)
    assert report["smoothed_error"] == pytest.approx(errors[-25:].mean(), rel=1e-5)
    assert report["test_mse"] == figures.mse
    assert report["test_psnr"] == figures.psnr
    assert report["sparsity"] == figures.sparsity
    assert report["dead_units"] == figures.dead_units
    assert 0 < report["linear_bound_mse"] < report["test_mse"] < 2


def test_train_without_json_prints_a_table(call):
    code, output, error = call("train", *SHORT)
    assert (code, error) == (0, "")
    assert "held-out MSE per pixel (standardized units, or pixels from 0 to 1)" in output
    assert "{" not in output


@pytest.mark.parametrize("noise", ["gaussian:0.5", "masking:0.3", "salt-and-pepper:0.2", "gaussian:0", "masking:1"])
def test_every_noise_trains(call, noise):
    code, output, error = call("train", *SHORT, "--noise", noise, "--json")
    assert (code, error) == (0, "")
    assert last_line(output)["config"]["corruption"] == noise


def test_model_file_is_what_the_issue_says_and_evaluate_reproduces_the_figures(call, tmp_path):
    out = tmp_path / "model.safetensors"
    noise = "masking:0.123456789"
    code, output, error = call("train", *SHORT, "--noise", noise, "--out", out, "--json")
    trained = last_line(output)
    assert (code, error) == (0, "")
    assert trained["model"] == str(out)

    tensors = safetensors.numpy.load_file(out)
    shapes = {name: (a.shape, str(a.dtype)) for name, a in tensors.items()}
    assert shapes == {
        "W": ((64, 12), "float32"),
        "B": ((12,), "float32"),
        "V": ((12, 64), "float32"),
        "C": ((64,), "float32"),
    }
    loaded = load_model(out)
    assert (loaded.iteration, loaded.config.corruption) == (600, Masking(0.123456789))

    code, output, error = call("evaluate", out, "--json")
    evaluated = last_line(output)
    assert (code, error) == (0, "")
    for key in ("test_mse", "test_psnr", "sparsity", "dead_units", "linear_bound_mse"):
        assert evaluated[key] == trained[key], key
    code, output, _ = call("evaluate", out, "--noise", "masking:0.9", "--json")
    assert code == 0
    assert last_line(output)["test_mse"] > trained["test_mse"]
    code, output, error = call("evaluate", out)
    assert (code, error) == (0, "")
    assert "held-out MSE" in output


def test_same_seed_same_weights(call, tmp_path):
    for name, seed in (("a", 1), ("b", 1), ("c", 2)):
        assert call("train", *SHORT, "--seed", seed, "--out", tmp_path / name)[0] == 0
    # Not the files' bytes: safetensors writes the metadata in any order.
    first, second, other = (load_model(tmp_path / name) for name in "abc")
    assert first.config == second.config != other.config
    for name, array in first.model.parameters.items():
        np.testing.assert_array_equal(array, second.model.parameters[name])
    assert not np.array_equal(first.model.W, other.model.W)


def test_a_diverging_run_exits_with_3_and_keeps_the_last_good_model(call, tmp_path):
    out = tmp_path / "model.safetensors"
    code, output, error = call("train", "--hidden", 12, "--learning-rate", 100, "--out", out, "--json")
    report = last_line(output)
    assert code == 3
    assert report["diverged_at"] == report["iterations"] < 100
    assert report["smoothed_error"] is None  # infinite: JSON has no word for it
    assert math.isfinite(report["test_mse"])
    assert error.startswith(f"Training diverged at iteration {report['diverged_at']:,}: ")
    assert "Traceback" not in error
    loaded = load_model(out)
    assert loaded.model.is_finite()
    assert loaded.iteration == 0


MISTAKES = {
    "missing data folder": (["train", "--data", "/nonexistent/data"], 1, "/nonexistent/data"),
    "empty data": (["train", "--data", ""], 1, "No data set is named"),
    "unknown noise": (["train", "--noise", "fog:1"], 2, "Unknown noise 'fog'"),
    "noise without number": (["train", "--noise", "gaussian:much"], 2, "'much'"),
    "noise out of range": (["train", "--noise", "masking:2"], 2, "between 0 and 1"),
    "noise nan": (["train", "--noise", "gaussian:nan"], 2, "between 0 and 10"),
    "hidden 0": (["train", "--hidden", "0"], 2, "hidden units is 0; it must be a whole number between 1 and 10,000"),
    "hidden a fraction": (["train", "--hidden", "2.5"], 2, "--hidden"),
    "negative iterations": (["train", "--iterations", "-5"], 2, "iterations is -5; it must be"),
    "endless iterations": (["train", "--iterations", "1" + "0" * 400], 2, "it must be a whole number between 1"),
    "learning rate 1e9": (["train", "--learning-rate", "1e9"], 2, "learning rate is 1000000000.0; it must be"),
    "learning rate nan": (["train", "--learning-rate", "nan"], 2, "learning rate is nan; it must be"),
    "learning rate words": (["train", "--learning-rate", "fast"], 2, "--learning-rate"),
    "negative seed": (["train", "--seed", "-1"], 2, "seed is -1; it must be"),
    "unknown schedule": (["train", "--schedule", "steps"], 2, "--schedule"),
    "unknown gradient": (["train", "--gradient", "wrong"], 2, "--gradient"),
    "abbreviated option": (["train", "--iter", "5"], 2, "--iter"),
    "out in no folder": (["train", "--out", "/nonexistent/model.safetensors"], 1, "there is no folder /nonexistent"),
    "out a folder": (["train", "--out", "/tmp"], 1, "/tmp is a folder"),  # noqa: S108
    "no command": ([], 2, "COMMAND"),
    "unknown command": (["fly"], 2, "fly"),
    "no model": (["evaluate"], 2, "MODEL"),
    "model not there": (["evaluate", "/nonexistent/m.safetensors"], 1, "No such file"),
    "model a folder": (["evaluate", "/"], 1, "could not be read"),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_answered_in_one_sentence(call, mistake):
    arguments, expected, words = MISTAKES[mistake]
    code, output, error = call(*arguments, needs_data=bool(arguments) and arguments[0] == "train")
    assert (code, output) == (expected, "")
    assert words in error
    assert error.count("\n") == 1
    assert error.endswith("\n")
    assert "Traceback" not in error


def test_a_model_that_is_none(call, tmp_path):
    path = tmp_path / "notes.safetensors"
    path.write_text("These are notes.")
    code, output, error = call("evaluate", path)
    assert (code, output) == (1, "")
    assert error.count("\n") == 1
    assert "is damaged or no safetensors file" in error


def test_a_model_for_images_of_another_size(call, tmp_path):
    path = tmp_path / "model.safetensors"
    model = AutoEncoder.random(100, 5, np.random.default_rng(0))
    save_model(path, SavedModel(model, TrainingConfig(), 0, "", (10, 10)))
    code, output, error = call("evaluate", path)
    assert (code, output) == (1, "")
    assert error.count("\n") == 1
    assert "has 100 inputs, but the images of" in error
    assert "have 64 pixels" in error


def test_a_full_disk_is_said_in_one_sentence(call, tmp_path, monkeypatch):
    def full(path, data):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(model_file, "write_atomically", full)
    code, _, error = call("train", *SHORT, "--out", tmp_path / "model.safetensors", "--json")
    assert code == 1
    assert error.count("\n") == 1
    assert "could not be written: No space left on device" in error


def test_an_unwritable_folder_is_said_before_the_training(call, tmp_path, monkeypatch):
    monkeypatch.setattr("os.access", lambda *_: False)
    monkeypatch.setattr("dae_core.commands.common.open_source", lambda *_: pytest.fail("the data were read first"))
    code, _, error = call("train", *SHORT, "--out", tmp_path / "model.safetensors")
    assert code == 1
    assert "no permission to write in" in error


@pytest.mark.parametrize(("failure", "words"), [(KeyboardInterrupt, "Interrupted"), (MemoryError, "not enough memory")])
def test_interruption_and_lack_of_memory_are_said(call, monkeypatch, failure, words):
    def fail(self, iterations):
        raise failure

    monkeypatch.setattr(Trainer, "advance", fail)
    code, output, error = call("train", *SHORT)
    assert (code, output) == (130 if failure is KeyboardInterrupt else 1, "")
    assert words in error


@pytest.mark.parametrize("arguments", [["--help"], ["train", "--help"], ["evaluate", "--help"]])
def test_help(call, arguments):
    code, output, error = call(*arguments, needs_data=False)
    assert (code, error) == (0, "")
    assert "usage: dae-studio" in output


def run_program(*arguments):
    return subprocess.run(  # noqa: S603
        [sys.executable, "-W", "error", "-m", "dae_core", *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
        cwd=Path(dae_core.__path__[0]).parent,
    )


def test_the_program_itself_trains(data, tmp_path):
    out = tmp_path / "model.safetensors"
    done = run_program("train", "--data", data, *SHORT, "--out", out, "--json")
    assert (done.returncode, done.stderr) == (0, "")
    assert last_line(done.stdout).keys() >= REQUIRED
    assert load_model(out).model.n_hidden == 12


def test_the_program_itself_diverges(data):
    done = run_program("train", "--data", data, "--hidden", 12, "--learning-rate", 100, "--json")
    assert done.returncode == 3
    assert done.stderr.startswith("Training diverged")
    assert done.stderr.count("\n") == 1


def test_the_program_itself_fails_plainly():
    done = run_program("train", "--data", "/nonexistent/data")
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (1, "", 1)
    done = run_program("train", "--hidden", "0")
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)


class Stream:
    """A stream that remembers what is written to it."""

    def __init__(self, terminal):
        self.terminal = terminal
        self.text = ""

    def isatty(self):
        return self.terminal

    def write(self, text):
        self.text += text

    def flush(self):
        pass


def test_the_progress_bar_shows_on_a_terminal_only(monkeypatch):
    clock = iter(range(100))
    monkeypatch.setattr("time.monotonic", lambda: next(clock))
    streams = Stream(True), Stream(False)
    for stream in streams:
        with ProgressBar(1000, stream) as bar:
            bar.show(500, "error 3.0")
    assert " 50%  500  " in streams[0].text
    assert "error 3.0" in streams[0].text
    assert streams[0].text.endswith("\r\033[K")
    assert "\n" not in streams[0].text
    assert streams[1].text == ""


def test_the_progress_bar_is_redrawn_ten_times_a_second_at_most(monkeypatch):
    now = [0.0]
    monkeypatch.setattr("time.monotonic", lambda: now[0])
    stream = Stream(True)
    with ProgressBar(1000, stream) as bar:
        for done in range(1000):
            now[0] = done / 1000
            bar.show(done)
    assert 8 <= stream.text.count("left") <= 10
