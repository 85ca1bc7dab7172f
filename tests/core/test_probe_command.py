"""``python -m dae_core probe``: the JSON line, the table, and a sentence for every mistake."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from dae_core.datasets import open_dataset, write_idx
from dae_core.model.corruption import Gaussian, Masking
from dae_core.representation.confusions import confusions
from dae_core.representation.intervals import wilson
from dae_core.representation.probe import CONTENDERS, Probe, read_contender
from dae_core.sessions.model_file import SavedModel, save_model
from dae_core.training.config import TrainingConfig
from helpers.commands import RUN, last_line
from helpers.datasets import make_dataset
from helpers.models import make_model

Call = Callable[..., tuple[int, str, str]]
CONFIG = TrainingConfig(hidden_units=12, corruption=Gaussian(0.7), seed=6)
MODEL = make_model(make_dataset())


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Labelled images, in which the rows of pixels that tell the classes apart are partly swapped."""
    folder, bars = tmp_path_factory.mktemp("bars"), make_dataset()
    for name, images, labels in (
        ("train", bars.train_images, bars.train_labels),
        ("t10k", bars.test_images, bars.test_labels),
    ):
        assert labels is not None
        labels = labels.copy()
        labels[::7] = (labels[::7] + 1) % 3
        write_idx(folder / f"{name}-images-idx3-ubyte", images)
        write_idx(folder / f"{name}-labels-idx1-ubyte", labels)
    return folder


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("model") / "m.safetensors"
    save_model(path, SavedModel(MODEL, CONFIG, 1234, "bars", (9, 8)))
    return path


def test_the_line_has_the_errors_of_every_kind_of_features(call: Call, model: Path, data: Path) -> None:
    code, out, _ = call("probe", model, "--json", "--train", 80, "--images", 50, "--seed", 3)
    assert code == 0
    report = last_line(out)
    probe = Probe(open_dataset(str(data)), CONFIG.corruption, 80, 50, 3)
    for key in CONTENDERS:
        for ending, noisy in (("", False), ("_noisy", True)):
            reading = read_contender(probe, key, MODEL, CONFIG, noisy=noisy)
            assert reading is not None
            name = f"error_{key}{ending}"
            assert report[name] == reading.error
            assert report["intervals"][name] == pytest.approx(wilson(reading.wrong, 50))
            assert report["features"][name] == reading.size
    reading = read_contender(probe, "code", MODEL, CONFIG, noisy=False)
    assert reading is not None
    assert reading.wrong > 0
    first = confusions(reading)[0]
    assert report["confusions"][0] == {
        "class": first.truth,
        "taken_for": first.taken_for,
        "images": len(first.indices),
    }
    matrix = np.array(report["confusion_matrix"]["images"])
    assert matrix.sum() == 50
    assert matrix.sum() - np.trace(matrix) == reading.wrong
    told = {"train_images": 80, "test_images": 50, "seed": 3, "iterations": 1234, "hidden_units": 12}
    told |= {"noise": "gaussian:0.7", "trained_noise": "gaussian:0.7", "classifier": "logistic regression"}
    assert told.items() <= report.items()


def test_another_noise_changes_what_is_noisy_only(call: Call, model: Path) -> None:
    noises = "gaussian:0.7", "masking:0.9"
    reports = [last_line(call("probe", model, "--json", "--noise", noise)[1]) for noise in noises]
    assert reports[1]["noise"] == str(Masking(0.9))
    assert reports[1]["trained_noise"] == "gaussian:0.7"
    for key in CONTENDERS:
        assert reports[0][f"error_{key}"] == reports[1][f"error_{key}"]
    assert reports[0]["error_pixels_noisy"] != reports[1]["error_pixels_noisy"]


def test_the_table(call: Call, model: Path) -> None:
    code, out, _ = call("probe", model)
    assert code == 0
    report = last_line(call("probe", model, "--json")[1])
    lines = out.splitlines()
    assert "60 held-out images" in lines[0]
    for key, contender in CONTENDERS.items():
        line = next(line for line in lines if line.startswith(contender.title + " "))
        low, high = report["intervals"][f"error_{key}"]
        assert f"{100 * report[f'error_{key}']:.2f} % ({100 * low:.2f} to {100 * high:.2f})" in line
        assert f"{100 * report[f'error_{key}_noisy']:.2f} %" in line
    most = report["confusions"][0]
    assert f"{most['class']} for {most['taken_for']}: {most['images']}" in lines[-1]


def test_images_that_are_too_large_for_components(call: Call, model: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dae_core.evaluation.linear_memory.BUDGET", 1000)
    code, out, _ = call("probe", model)
    assert code == 0
    assert "PCA is left out" in out
    report = last_line(call("probe", model, "--json")[1])
    assert report["error_pca"] is None
    assert "error_pca" not in report["intervals"]


def test_a_session_is_taken_too(call: Call, tmp_path: Path) -> None:
    path = tmp_path / "run.dae"
    assert call("train", *RUN, "--iterations", 60, "--session", path)[0] == 0
    report = last_line(call("probe", path, "--json")[1])
    assert (report["iterations"], report["hidden_units"]) == (60, 8)


def test_mistakes_are_said(call: Call, model: Path, data: Path, tmp_path: Path) -> None:
    bare = tmp_path / "bare"
    bare.mkdir()
    write_idx(bare / "train-images-idx3-ubyte", make_dataset().train_images)
    code, _, error = call("probe", model, "--data", bare)
    assert (code, error.count("\n")) == (1, 1)
    assert "have no labels" in error
    for wrong in (["--train", 0], ["--images", "many"], ["--seed", "x"], ["--seed", -1]):
        assert call("probe", model, *wrong)[0] == 2
    assert call("probe", tmp_path / "nothing.dae")[0] == 1
