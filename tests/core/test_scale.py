"""What standardizes a model's images travels with the model, and is used wherever it meets other images."""

import numpy as np
import pytest

from dae_core.datasets import write_idx
from dae_core.datasets.dataset import Dataset, Scale
from dae_core.evaluation.held_out import HeldOut
from dae_core.model.autoencoder import AutoEncoder
from dae_core.model.corruption import Gaussian
from dae_core.sessions.model_file import ModelFileError, SavedModel, load_model, save_model
from dae_core.training.config import TrainingConfig
from helpers.commands import RUN, last_line
from helpers.datasets import small_dataset

pytestmark = pytest.mark.usefixtures("few_tuning_images")
OTHERS = {
    "inverted": lambda images: 255 - images,
    "brighter": lambda images: images // 2 + 99,
    "lighter": lambda images: (255 * (images / 255) ** 0.5).astype(np.uint8),
    "thicker": lambda images: np.maximum(images, np.roll(images, 1, axis=2)),
}
AS_STORED = "--no-image-invert"


@pytest.fixture
def model(call, tmp_path):
    """A model file of a short run on blobs."""
    path = tmp_path / "model.safetensors"
    assert call("train", *RUN, "--iterations", 600, "--out", path)[0] == 0
    return path


def other_folder(parent, change):
    folder = parent / "other"
    folder.mkdir()
    write_idx(folder / "train-images-idx3-ubyte", change(small_dataset().train_images))
    write_idx(folder / "t10k-images-idx3-ubyte", change(small_dataset().test_images))
    return folder


def test_a_model_file_keeps_mean_and_standard_deviation_to_the_last_bit(model):
    assert load_model(model).scale == small_dataset().scale


@pytest.mark.parametrize("change", OTHERS.values(), ids=OTHERS)
def test_evaluate_standardizes_other_images_as_the_model_was_trained(call, model, tmp_path, change):
    code, output, error = call("evaluate", model, "--data", other_folder(tmp_path, change), AS_STORED, "--json")
    report = last_line(output)

    # By hand: the same random numbers on images in the model's own units.
    scale, net = small_dataset().scale, load_model(model).model
    clean = ((change(small_dataset().test_images).reshape(90, 64).astype(np.float64)) - scale.mean) / scale.std
    usual = HeldOut(small_dataset(), Gaussian(1.0))
    noisy = clean + (usual.noisy - usual.clean)
    y = np.maximum(0, noisy @ net.W + net.B) @ net.V + net.C
    assert code == 0
    assert report["test_mse"] == pytest.approx(((y - clean) ** 2).mean(), rel=1e-4)
    assert (report["mean"], report["std"], report["standardized_by"]) == (scale.mean, scale.std, "model")
    assert error.count("\n") == 1
    assert "are standardized as the model was trained: mean" in error


def test_on_its_own_images_nothing_is_noted_and_the_figures_are_those_of_the_training(call, model):
    code, output, error = call("evaluate", model)
    assert (code, error) == (0, "")
    assert "both are those of the" in output
    assert f"{small_dataset().mean:.4g}" in output


def test_a_file_that_does_not_say_gets_the_data_sets(call, tmp_path):
    net = AutoEncoder.random(64, 5, np.random.default_rng(0))
    path = tmp_path / "old.safetensors"
    save_model(path, SavedModel(net, TrainingConfig(), 0, "", (8, 8)))
    other = other_folder(tmp_path, OTHERS["inverted"])
    code, output, error = call("evaluate", path, "--data", other, AS_STORED, "--json")
    report = last_line(output)
    assert (code, error, report["standardized_by"]) == (0, "", "data set")
    assert report["mean"] == pytest.approx(255 - small_dataset().mean)


@pytest.mark.parametrize("command", ["compare", "report"])
def test_comparison_and_report_do_the_same_and_say_so(call, model, tmp_path, command):
    out = ["--out", tmp_path / "r.html"] if command == "report" else ["--images", 20]
    code, output, error = call(command, model, *out, "--data", other_folder(tmp_path, OTHERS["inverted"]), AS_STORED)
    text = (tmp_path / "r.html").read_text() if command == "report" else output
    assert code == 0
    assert "are standardized as the model was trained" in error
    assert f"{small_dataset().mean:.3f}" in text
    assert ("those of the model" if command == "compare" else "of the images that the model was trained on") in text


def test_a_session_and_the_runs_of_a_sweep_carry_it_too(call, tmp_path):
    assert call("train", *RUN, "--iterations", 60, "--session", tmp_path / "s.dae")[0] == 0
    assert call("sweep", *RUN, "--iterations", 60, "--set", "seed=1,2", "--out", tmp_path / "sweep")[0] == 0
    for path in (tmp_path / "s.dae", tmp_path / "sweep" / "run-001.safetensors", tmp_path / "sweep" / "sweep.dae"):
        assert load_model(path).scale == small_dataset().scale


@pytest.mark.parametrize(
    ("mean", "std"), [(-1.0, 5.0), (256.0, 5.0), (9.0, 0.0), (9.0, -3.0), (9.0, 1e300), (np.nan, 1.0)]
)
def test_a_scale_that_no_image_has_is_refused(tmp_path, mean, std):
    path = tmp_path / "m.safetensors"
    net = AutoEncoder.random(64, 5, np.random.default_rng(0))
    save_model(path, SavedModel(net, TrainingConfig(), 0, "", (8, 8), Scale(mean, std)))
    with pytest.raises(ModelFileError, match="is damaged: it standardizes with mean"):
        load_model(path)


def test_a_model_for_as_many_pixels_in_another_arrangement_is_refused(call, tmp_path):
    path = tmp_path / "m.safetensors"
    net = AutoEncoder.random(64, 5, np.random.default_rng(0))
    save_model(path, SavedModel(net, TrainingConfig(), 0, "", (4, 16)))
    code, _, error = call("evaluate", path)
    assert (code, error.count("\n")) == (1, 1)
    assert "is for images of 4x16 pixels, but those of 'blobs" in error


def test_a_data_set_in_another_scale_is_its_own_images_in_other_units():
    plain = small_dataset()
    other = plain.standardized_by(Scale(10.0, 50.0))
    assert (other.mean, other.std, plain.mean) == (10.0, 50.0, small_dataset().mean)
    assert isinstance(other, Dataset)
    assert other.fingerprint() == plain.fingerprint()
    np.testing.assert_allclose(other.standardize(plain.test_images), (plain.test_images.reshape(90, 64) - 10.0) / 50.0)
    np.testing.assert_allclose(
        other.to_pixels(other.standardize(plain.test_images)), plain.test_images / 255, atol=1e-6
    )
    assert other.black == -0.2
