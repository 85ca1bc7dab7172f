"""The best linear denoiser is left out, in a sentence, where it would take too much memory."""

import json
import tracemalloc

import numpy as np
import pytest

from dae_core.__main__ import main
from dae_core.commands.figures import EXPLANATIONS, held_out_figures
from dae_core.datasets import Dataset, write_idx
from dae_core.evaluation import filter_tuning, linear_memory
from dae_core.evaluation.classical import PcaDenoiser
from dae_core.evaluation.comparison import Bench, comparison_csv, judge_others
from dae_core.evaluation.held_out import HeldOut
from dae_core.evaluation.linear_denoiser import LinearDenoiser, PixelStatistics, linear_bound
from dae_core.evaluation.linear_memory import TooLargeError, needed_bytes, reason_to_leave_out
from dae_core.evaluation.noise_mismatch import NoiseLadder
from dae_core.jobs import Monitor
from dae_core.model.autoencoder import AutoEncoder
from dae_core.model.corruption import Gaussian
from dae_core.report.compose import compose
from dae_core.report.measurements import ReportInput, measure
from dae_core.report.web_page import html
from dae_core.sessions.model_file import SavedModel, save_model
from dae_core.training.config import TrainingConfig
from helpers.datasets import small_dataset

WITHOUT = ["noisy", "median", "blur", "tv", "nlm"]


def images_of(side: int) -> Dataset:
    images = np.random.default_rng(0).integers(0, 256, (40, side, side), dtype=np.uint8)
    return Dataset("noise", images[:30], None, images[30:], None)


@pytest.fixture
def tiny_budget(monkeypatch):
    """Too little memory for 64 pixels."""
    monkeypatch.setattr(linear_memory, "BUDGET", needed_bytes(64) - 1)
    monkeypatch.setattr(filter_tuning, "TUNING_IMAGES", 12)


def peak(work):
    tracemalloc.start()
    try:
        kept = work()
        return kept, tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def samples(dataset):
    clean = dataset.standardize(dataset.train_images)
    for start in range(0, len(clean), 10):
        yield clean[start : start + 10], clean[start : start + 10]


@pytest.mark.parametrize("side", [24, 36])
def test_the_estimate_is_what_it_takes(side):
    dataset, matrix = images_of(side), 8 * side**4
    held_out = HeldOut(dataset, Gaussian(1.0))
    linear_bound(PixelStatistics.of(dataset), held_out)  # whatever is made once
    statistics, measuring = peak(lambda: PixelStatistics.of(dataset))
    _, fit = peak(lambda: linear_bound(statistics, held_out))
    _, sums = peak(lambda: LinearDenoiser.estimate(samples(dataset)))
    _, components = peak(lambda: PcaDenoiser.fit(statistics))
    images, needed = 0.4 * matrix, needed_bytes(side**2)
    assert measuring < needed / 2
    # Only Python's memory is traced: to the fit belong the covariance, which was there before, and LAPACK's two copies.
    assert needed - images < matrix + fit + 2 * matrix < needed + images
    # These end with half a matrix of single precision, and with a matrix in order, when LAPACK's copies are gone.
    assert sums < 3.5 * matrix + images
    assert components < 2 * matrix + images


def test_the_budget_takes_digits_and_refuses_what_ends_the_program():
    for shape in ((8, 8), (28, 28), (64, 64)):
        assert reason_to_leave_out(shape) == ""
    assert reason_to_leave_out((96, 96)) == (
        "The best linear denoiser is left out: it would need 4.1 GB of memory for images of 96x96."
    )
    assert reason_to_leave_out((128, 100), with_pca=True) == (
        "PCA and the best linear denoiser are left out: they would need 7.9 GB of memory for images of 128x100."
    )


def test_nobody_can_forget_to_ask():
    with pytest.raises(TooLargeError, match=r"12\.9 GB of memory for images of 128x128"):
        PixelStatistics.of(images_of(128))


def test_statistics_in_parts_equal_numpy():
    """More pixels than are treated at a time, and not a multiple of it."""
    dataset = images_of(23)
    rows = dataset.standardize(dataset.train_images).astype(np.float64)
    np.testing.assert_allclose(PixelStatistics.of(dataset).covariance, np.cov(rows.T, bias=True), atol=1e-6)


def test_the_comparison_goes_on_without(tiny_budget):
    bench = Bench(small_dataset(), Gaussian(0.8), 10)
    methods = judge_others(bench, Monitor())
    assert [method.key for method in methods] == WITHOUT
    assert bench.left_out.startswith("PCA and the best linear denoiser are left out")
    assert f"# {bench.left_out}\n" in comparison_csv(bench, methods)


def test_other_noise_goes_on_without(tiny_budget):
    ladder = NoiseLadder(small_dataset(), Gaussian(), (0.5, 1.0), 10)
    assert np.isfinite(ladder.noisy_psnr).all()
    assert np.isnan(ladder.linear_psnr).all()
    assert ladder.left_out.startswith("The best linear denoiser is left out")


def test_the_report_goes_on_without(tiny_budget):
    model = AutoEncoder.random(64, 12, np.random.default_rng(0))
    about = ReportInput(model, TrainingConfig(hidden_units=12), small_dataset(), 0, compared=10)
    found = measure(about, Monitor())
    assert found.linear_mse is None
    text = html(compose(about, found))
    assert found.left_out in text
    assert "<td>PCA" not in text


def test_the_figures_of_a_run_go_on_without(tiny_budget):
    model = AutoEncoder.random(64, 12, np.random.default_rng(0))
    _, report = held_out_figures(small_dataset(), Gaussian(), model)
    assert report["linear_bound_mse"] is None
    assert report["linear_bound_left_out"].startswith("The best linear denoiser is left out")
    assert report["test_mse"] > 0
    assert "linear_bound_left_out" in EXPLANATIONS


@pytest.mark.parametrize("command", ["train", "evaluate", "compare", "report"])
def test_no_command_works_out_what_is_too_large(tiny_budget, tmp_path, monkeypatch, capsys, command):
    """Nor anything else that is of the order of the square of the pixels: whichever function would begin it."""

    def never(*_, **__):
        raise AssertionError("this takes more memory than there is for it")

    monkeypatch.setattr(PixelStatistics, "__init__", never)
    for kind, name in ((LinearDenoiser, "estimate"), (LinearDenoiser, "fit"), (PcaDenoiser, "fit")):
        monkeypatch.setattr(kind, name, never)
    write_idx(tmp_path / "train-images-idx3-ubyte", small_dataset().train_images)
    write_idx(tmp_path / "t10k-images-idx3-ubyte", small_dataset().test_images)
    path, data = tmp_path / "m.safetensors", ["--data", str(tmp_path)]
    model = AutoEncoder.random(64, 12, np.random.default_rng(0))
    save_model(path, SavedModel(model, TrainingConfig(), 0, "blobs", (8, 8)))
    further = {
        "train": ["--iterations", "20", "--hidden", "4", "--out", str(path)],
        "evaluate": [str(path)],
        "compare": [str(path), "--images", "5"],
        "report": [str(path), "--out", str(tmp_path / "r.html")],
    }
    assert main([command, *further[command], *data]) == 0, capsys.readouterr().err


def test_the_command_says_so(tiny_budget, tmp_path, capsys):
    write_idx(tmp_path / "train-images-idx3-ubyte", small_dataset().train_images)
    write_idx(tmp_path / "t10k-images-idx3-ubyte", small_dataset().test_images)
    path = tmp_path / "m.safetensors"
    model = AutoEncoder.random(64, 12, np.random.default_rng(0))
    save_model(path, SavedModel(model, TrainingConfig(), 0, "blobs", (8, 8)))
    call = ["compare", str(path), "--data", str(tmp_path), "--images", "10"]
    assert main([*call, "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert report["left_out"].startswith("PCA and the best linear denoiser are left out")
    assert len(report["methods"]) == len(WITHOUT) + 1
    assert main(call) == 0
    assert capsys.readouterr().out.splitlines()[-1] == report["left_out"]
