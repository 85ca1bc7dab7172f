"""``python -m dae_core report``."""

import dataclasses
from pathlib import Path

import numpy as np
import pytest

from dae_core.__main__ import main
from dae_core.datasets import write_idx
from dae_core.model.autoencoder import AutoEncoder
from dae_core.sessions.model_file import SavedModel, save_model
from dae_core.sessions.report_words import ReportWords
from dae_core.sessions.session_file import load_session, save_session
from dae_core.training.config import TrainingConfig
from helpers.datasets import small_dataset

pytestmark = pytest.mark.usefixtures("few_tuning_images")


@pytest.fixture
def model(tmp_path: Path) -> Path:
    path = tmp_path / "model.safetensors"
    made = AutoEncoder.random(64, 9, np.random.default_rng(0))
    save_model(path, SavedModel(made, TrainingConfig(hidden_units=9), 1234, "blobs", (8, 8)))
    return path


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    folder.mkdir()
    dataset = small_dataset()
    write_idx(folder / "train-images-idx3-ubyte", dataset.train_images)
    write_idx(folder / "t10k-images-idx3-ubyte", dataset.test_images)
    return folder


def test_it_writes_one_file_that_names_run_and_noise(
    model: Path, data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "a <report>.html"
    code = main(["report", str(model), "--data", str(data), "--noise", "masking:0.3", "--out", str(out)])
    assert code == 0
    text = out.read_text("utf-8")
    assert "1,234 iterations" in text
    assert "masking:0.3" in text
    assert "There are no curves" in text
    assert str(out) in capsys.readouterr().out
    assert {path.name for path in tmp_path.iterdir()} == {"model.safetensors", "data", out.name}


@pytest.mark.parametrize(
    ("name", "reason"),
    [("report.pdf", "The window writes PDF"), ("report.txt", "must end in .html"), ("none/report.html", "no folder")],
)
def test_what_cannot_be_written_is_said_before_the_work(
    model: Path, tmp_path: Path, name: str, reason: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["report", str(model), "--data", "no such data", "--out", str(tmp_path / name)]) == 1
    told = capsys.readouterr().err
    assert reason in told
    assert "Traceback" not in told
    assert not (tmp_path / name).exists()


def test_a_model_of_another_size_is_refused(model: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "other"
    folder.mkdir()
    images = np.random.default_rng(0).integers(0, 256, (50, 5, 5)).astype(np.uint8)
    write_idx(folder / "train-images-idx3-ubyte", images)
    out = tmp_path / "report.html"
    assert main(["report", str(model), "--data", str(folder), "--out", str(out)]) == 1
    assert "64 inputs" in capsys.readouterr().err
    assert not out.exists()


def test_a_failing_disk_is_told_in_a_sentence(
    model: Path, data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("dae_core.commands.report.write_atomically", fail)
    out = tmp_path / "report.html"
    assert main(["report", str(model), "--data", str(data), "--out", str(out)]) == 1
    assert "No space left on device" in capsys.readouterr().err


def test_the_report_of_a_session_has_the_curves(data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    session, model, out = tmp_path / "run.dae", tmp_path / "run.safetensors", tmp_path / "report.html"
    train = ["train", "--data", str(data), "--hidden", "9", "--iterations", "300", "--session", str(session)]
    assert main([*train, "--out", str(model)]) == 0
    texts = []
    for path in (session, model):
        assert main(["report", str(path), "--data", str(data), "--out", str(out)]) == 0
        texts.append(out.read_text("utf-8"))
    assert texts[0].count("<svg") > texts[1].count("<svg")
    assert "There are no curves" not in texts[0]
    assert "There are no curves" in texts[1]


def test_the_words_of_a_session_stand_in_it_and_the_answer_only_where_it_is_asked_for(
    data: Path, tmp_path: Path
) -> None:
    session, out = tmp_path / "run.dae", tmp_path / "report.html"
    train = ["train", "--data", str(data), "--hidden", "9", "--iterations", "300", "--session", str(session)]
    assert main([*train, "--out", str(tmp_path / "m.safetensors")]) == 0
    opened = load_session(session)
    words = ReportWords.of({"features": "<b>strokes</b>", "author": "Ada"})
    save_session(session, dataclasses.replace(opened, words=words))
    pages = []
    for options in ([], ["--answers", "--no-comparison"]):
        assert main(["report", str(session), "--data", str(data), "--out", str(out), *options]) == 0
        pages.append(out.read_text("utf-8"))
    for page in pages:
        assert "&lt;b&gt;strokes&lt;/b&gt;" in page
        assert "Ada" in page
    assert ["cosine" in page for page in pages] == [False, True]
    assert ["Is it any good?" in page for page in pages] == [True, False]


def test_a_damaged_session_is_refused_in_a_sentence(
    data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    session = tmp_path / "run.dae"
    session.write_bytes(b"rubbish")
    assert main(["report", str(session), "--data", str(data), "--out", str(tmp_path / "r.html")]) == 1
    assert "run.dae" in capsys.readouterr().err
