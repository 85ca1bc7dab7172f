"""The comparison: every figure recomputed by scikit-image, the same noisy digits for all, and an honest sentence."""

import csv
import io

import numpy as np
import pytest
from skimage.metrics import peak_signal_noise_ratio, structural_similarity

from dae_core.datasets import Dataset, open_dataset
from dae_core.evaluation import comparison, filter_tuning
from dae_core.evaluation.comparison import Bench, Judged, comparison_csv, judge_others, verdict
from dae_core.evaluation.filter_tuning import TrainingPairs, tune_median
from dae_core.evaluation.held_out import HeldOut
from dae_core.evaluation.linear_denoiser import PixelStatistics, linear_bound
from dae_core.jobs import Cancelled, Monitor
from dae_core.model.autoencoder import AutoEncoder
from dae_core.model.corruption import Gaussian, Masking, SaltAndPepper
from dae_core.training.config import TrainingConfig
from dae_core.training.trainer import Trainer, train
from helpers.datasets import blobs, small_dataset

pytestmark = pytest.mark.usefixtures("few_tuning_images")

KEYS = ["noisy", "median", "blur", "tv", "nlm", "pca", "linear"]


def labelled():
    rng = np.random.default_rng(3)
    labels = (np.arange(60) % 3).astype(np.uint8)
    return Dataset("blobs", blobs(200, rng), np.zeros(200, np.uint8), blobs(60, rng), labels)


def some_model(n_inputs=64, seed=0):
    rng = np.random.default_rng(seed)
    model = AutoEncoder.random(n_inputs, 20, rng)
    model.V[:] = rng.normal(0, 0.2, model.V.shape)
    return model


@pytest.fixture(scope="module")
def bench():
    return Bench(labelled(), Gaussian(0.8), 50)


@pytest.fixture(scope="module")
def others(bench):
    return judge_others(bench, Monitor())


def test_figures_equal_scikit_image(bench):
    model = some_model()
    judged = bench.judge_network(model)
    held_out = HeldOut(bench.dataset, Gaussian(0.8), 50)
    np.testing.assert_array_equal(bench.noisy, held_out.noisy)
    rows = np.stack([model.reconstruct(row) for row in held_out.noisy]).astype(np.float64)
    clean = bench.dataset.to_pixels(held_out.clean.astype(np.float64))
    seen = bench.dataset.to_pixels(rows)
    assert judged.mean("mse") == pytest.approx(np.mean((rows - held_out.clean) ** 2), rel=1e-5)
    psnr = [peak_signal_noise_ratio(a, b, data_range=1.0) for a, b in zip(clean, seen, strict=True)]
    np.testing.assert_allclose(judged.psnr, psnr, rtol=1e-5)
    assert judged.mean("psnr") == pytest.approx(np.mean(psnr))
    ssim = [
        structural_similarity(a, b.clip(0, 1), data_range=1.0, win_size=7) for a, b in zip(clean, seen, strict=True)
    ]
    np.testing.assert_allclose(judged.ssim, ssim, atol=1e-5)
    figures = held_out.evaluate(model)
    assert (judged.mean("mse"), judged.mean("psnr")) == pytest.approx((figures.mse, figures.psnr), rel=1e-6)
    np.testing.assert_allclose(judged.pictures, seen[:10], atol=1e-5)
    labels = bench.dataset.test_labels[held_out.indices]
    np.testing.assert_array_equal(bench.labels, labels)
    assert judged.class_means("ssim", labels) == pytest.approx(
        {c: np.mean([s for s, label in zip(ssim, labels, strict=True) if label == c]) for c in (0, 1, 2)}, abs=1e-5
    )


def test_all_methods_are_there_and_judged_on_the_same_digits(bench, others):
    assert [method.key for method in others] == KEYS
    by_key = {method.key: method for method in others}
    assert by_key["noisy"].mean("mse") == pytest.approx(np.mean((bench.noisy - bench.clean) ** 2), rel=1e-6)
    bound = linear_bound(PixelStatistics.of(bench.dataset), HeldOut(bench.dataset, Gaussian(0.8), 50))
    assert by_key["linear"].mean("mse") == pytest.approx(bound, rel=1e-5)
    for key in KEYS[1:]:
        assert by_key[key].mean("mse") < by_key["noisy"].mean("mse"), key
        assert by_key[key].setting


def test_held_out_digits_do_not_influence_the_tuning(others):
    """The same filters come out whatever the held-out digits are."""
    first = labelled()
    second = Dataset("b", first.train_images, None, 255 - first.test_images, None)
    settings = [method.setting for method in judge_others(Bench(second, Gaussian(0.8), 10), Monitor())]
    assert settings == [method.setting for method in others]


def test_progress_rises_and_cancelling_ends_it(bench):
    reports = []
    judge_others(Bench(bench.dataset, Gaussian(0.8), 5), Monitor(on_progress=reports.append))
    fractions = [progress.fraction for progress in reports]
    assert fractions == sorted(fractions)
    assert (fractions[0], fractions[-1]) == (0.0, 1.0)
    for stop_after in (0, 3, 12):
        calls = iter(range(10**9))
        with pytest.raises(Cancelled):
            judge_others(bench, Monitor(lambda calls=calls, last=stop_after: next(calls) > last))


def test_clipped_noise_gets_a_linear_map_of_its_own():
    dataset = small_dataset()
    plain, clipped = (Bench(dataset, Gaussian(1.0), 90, clip) for clip in (False, True))
    assert clipped.noisy.min() >= np.float32(dataset.black)
    assert clipped.noisy.max() <= np.float32(dataset.white)
    np.testing.assert_allclose(clipped.noisy, plain.noisy.clip(dataset.black, dataset.white), atol=1e-6)
    results = {method.key: method for method in judge_others(clipped, Monitor())}
    assert "samples" in results["linear"].setting
    # The closed form for noise that is not clipped is a worse map here.
    fitted = comparison.LinearDenoiser.fit(PixelStatistics.of(dataset), plain.corruption)
    wrong = clipped.judge("linear", "", fitted.reconstruct(clipped.noisy))
    assert results["linear"].mean("mse") < wrong.mean("mse")


@pytest.mark.parametrize("corruption", [Gaussian(0.0), Masking(1.0), SaltAndPepper(1.0)], ids=str)
def test_the_ends_of_the_range(corruption):
    methods = judge_others(Bench(small_dataset(), corruption, 5), Monitor())
    assert all(np.isfinite(method.mean("mse")) for method in methods)


def judged(key, mse, psnr, ssim):
    one = np.ones(4)
    return Judged(key, "", mse * one, psnr * one, ssim * one, np.zeros((4, 2, 2), np.float32))


def test_verdict_says_who_wins_in_each_measure():
    methods = [judged("noisy", 1, 10, 0.3), judged("median", 0.2, 17.18, 0.82), judged("linear", 0.18, 17.8, 0.673)]
    assert verdict([*methods, judged("network", 0.135, 18.74, 0.741)]) == (
        "The network beats the best linear denoiser in MSE by 25.0 % (0.1350 against 0.1800) "
        "and PSNR by 0.94 dB (18.74 against 17.80) and loses to the median in SSIM by 0.079 (0.741 against 0.820)."
    )
    worse = verdict([*methods, judged("network", 0.27, 16, 0.9)])
    assert "loses to the best linear denoiser in MSE by 50.0 %" in worse
    assert "beats the median in SSIM by 0.080" in worse
    assert "the noisy input" in verdict([methods[0], judged("network", 2, 7, 0.1)])
    assert verdict(methods) == ""
    assert verdict([judged("network", 1, 1, 1)]) == ""


def test_verdict_without_numbers():
    methods = [judged("noisy", 1, 10, 0.3)]
    assert "diverged" in verdict([*methods, judged("network", np.nan, np.nan, np.nan)])
    assert "diverged" in verdict([*methods, judged("network", np.inf, -np.inf, np.nan)])
    no_ssim = verdict([judged("noisy", 1, 10, np.nan), judged("network", 0.5, 12, np.nan)])
    assert "SSIM" not in no_ssim
    assert no_ssim.endswith(".")
    assert "draws with the noisy input in MSE, PSNR and SSIM." in verdict([*methods, judged("network", 1, 10, 0.3)])


def test_a_diverged_network_has_no_figures_and_gives_no_warning(bench):
    model = some_model()
    model.V[0, 0] = np.inf
    result = bench.judge_network(model)
    assert not np.isfinite(result.mean("mse"))
    assert np.isnan(result.mean("ssim"))


def test_judging_does_not_change_the_network(bench):
    model = some_model()
    before = {name: array.copy() for name, array in model.parameters.items()}
    bench.judge_network(model)
    for name, array in model.parameters.items():
        np.testing.assert_array_equal(array, before[name])


def test_csv_holds_every_figure(bench, others):
    methods = (*others, bench.judge_network(some_model()))
    text = comparison_csv(bench, methods)
    comments = [line for line in text.splitlines() if line.startswith("#")]
    assert any("50 held-out images" in line for line in comments)
    rows = list(csv.DictReader(io.StringIO("\n".join(line for line in text.splitlines() if line[0] != "#"))))
    assert [row["method"] for row in rows] == [method.name for method in methods]
    for row, method in zip(rows, methods, strict=True):
        assert float(row["mse"]) == method.mean("mse")
        assert float(row["ssim_class_2"]) == method.class_means("ssim", bench.labels)[2]


@pytest.mark.slow
def test_reference_figures_of_mnist(mnist_folder, monkeypatch):
    """DESIGN section 3, and facts in favour of others than the network."""
    monkeypatch.setattr(filter_tuning, "TUNING_IMAGES", 40)
    dataset = open_dataset(mnist_folder)
    mse = {m.key: m.mean("mse") for m in judge_others(Bench(dataset, Gaussian(1.0), 300), Monitor())}
    assert mse["linear"] == pytest.approx(0.1315, abs=0.004)
    for key, at_most in (("nlm", 0.16), ("tv", 0.185), ("blur", 0.229), ("median", 0.287)):
        assert mse[key] < at_most, key

    def median_of(bench):
        tuned = tune_median(TrainingPairs(dataset, bench.corruption, 100, bench.clip), Monitor())
        return bench.judge("median", "", tuned.apply(bench.noisy.reshape(-1, 28, 28), Monitor()).reshape(-1, 784))

    clipped = Bench(dataset, Gaussian(0.5 / dataset.pixel_scale), 300, clip=True)
    assert median_of(clipped).mean("psnr") == pytest.approx(14.19, abs=0.1)

    masked = Bench(dataset, Masking(0.5), 300)
    nothing = masked.judge("noisy", "", masked.noisy)
    assert median_of(masked).mean("mse") > nothing.mean("mse")

    salted = Bench(dataset, SaltAndPepper(0.25), 300)
    median = median_of(salted)
    trainer = Trainer(dataset, TrainingConfig(corruption=SaltAndPepper(0.25), iterations=60_000, schedule="linear"))
    for _ in train(trainer):
        pass
    network = salted.judge_network(trainer.model)
    assert median.mean("ssim") == pytest.approx(0.815, abs=0.015)
    assert median.mean("ssim") > network.mean("ssim")
    assert network.mean("psnr") > median.mean("psnr")
