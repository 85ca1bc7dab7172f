"""The classical denoisers: equal to SciPy, scikit-image and scikit-learn, on any scale, also on tiny pictures."""

import numpy as np
import pytest
from scipy import ndimage
from skimage.metrics import structural_similarity
from skimage.restoration import denoise_nl_means, denoise_tv_chambolle
from sklearn.decomposition import PCA

from dae_core.evaluation import classical, filter_tuning
from dae_core.evaluation.linear_denoiser import LinearDenoiser, PixelStatistics
from dae_core.evaluation.ssim import SimilarityReference
from dae_core.jobs import Cancelled, Monitor
from dae_core.model.corruption import Gaussian, Masking, SaltAndPepper
from helpers.datasets import small_dataset


def pictures(count=4, size=12, seed=0):
    rng = np.random.default_rng(seed)
    return rng.normal(0, 1, (count, size, size)).astype(np.float32)


FILTERS = {
    "median": lambda x, _scale: classical.median(x, 3),
    "blur": lambda x, _scale: classical.gaussian_blur(x, 1.1),
    "tv": lambda x, scale: classical.total_variation(x, 0.8 * scale),
    "nlm": lambda x, scale: classical.non_local_means(x, 5, 6, 0.7 * scale, 0.5 * scale),
}


def test_filters_equal_one_picture_after_another():
    images = pictures()
    for image, median, blur, tv, nlm in zip(images, *(f(images, 1.0) for f in FILTERS.values()), strict=True):
        np.testing.assert_array_equal(median, ndimage.median_filter(image, size=3, mode="reflect"))
        np.testing.assert_allclose(blur, ndimage.gaussian_filter(image, 1.1, mode="reflect"), rtol=1e-5, atol=1e-6)
        np.testing.assert_allclose(tv, denoise_tv_chambolle(image, weight=0.8), atol=1e-6)
        expected = denoise_nl_means(image, 5, 6, h=0.7, sigma=0.5, fast_mode=True, preserve_range=True)
        np.testing.assert_allclose(nlm, expected, atol=1e-6)


@pytest.mark.parametrize("name", FILTERS)
def test_the_scale_of_grey_changes_nothing(name):
    """Standardized units or grey from 0 to 1: the same pictures come out."""
    images = pictures().astype(np.float64)
    scale, offset = 0.3081, 0.1307
    expected = FILTERS[name](images, 1.0) * scale + offset
    np.testing.assert_allclose(FILTERS[name](images * scale + offset, scale), expected, atol=1e-6)
    assert np.abs(expected - (images * scale + offset)).max() > 0.05


@pytest.mark.parametrize("name", FILTERS)
@pytest.mark.parametrize("size", [3, 4, 8])
def test_small_pictures(name, size):
    images = pictures(2, size)
    result = FILTERS[name](images, 1.0)
    assert result.shape == images.shape
    assert np.isfinite(result).all()


def test_long_filters_report_and_stop():
    reports = []
    classical.total_variation(pictures(50), 1.0, Monitor(on_progress=reports.append))
    assert [progress.fraction for progress in reports] == [0.0, 0.4, 0.8]
    for slow in (
        lambda monitor: classical.total_variation(pictures(), 1.0, monitor),
        lambda monitor: classical.non_local_means(pictures(), 3, 3, 1.0, 0.0, monitor),
    ):
        with pytest.raises(Cancelled):
            slow(Monitor(lambda: True))


def test_pca_equals_scikit_learn_for_every_number_of_components():
    dataset = small_dataset()
    clean = dataset.standardize(dataset.train_images).astype(np.float64)
    noisy = clean + np.random.default_rng(0).normal(0, 1, clean.shape)
    ours = classical.PcaDenoiser.fit(PixelStatistics.of(dataset))
    for count in (1, 7, 20, 40):
        theirs = PCA(count, svd_solver="full").fit(clean)
        expected = theirs.inverse_transform(theirs.transform(noisy))
        np.testing.assert_allclose(ours.reconstruct(noisy, count), expected, atol=1e-4)
    errors = [np.mean((ours.reconstruct(noisy, count) - clean) ** 2) for count in range(65)]
    best = ours.best_count(noisy, clean)
    assert best == int(np.argmin(errors))
    assert 0 < best < 64
    np.testing.assert_allclose(ours.reconstruct(noisy, 0), np.tile(clean.mean(axis=0), (len(clean), 1)), atol=1e-6)
    np.testing.assert_allclose(ours.reconstruct(noisy, 64), noisy, atol=1e-6)


@pytest.mark.parametrize("corruption", [Gaussian(1.0), Masking(0.4), SaltAndPepper(0.3)], ids=str)
def test_linear_map_of_samples_draws_near_the_closed_form(corruption):
    dataset = small_dataset()
    corruption = corruption.with_range(dataset.black, dataset.white)
    rng = np.random.default_rng(0)
    clean = dataset.standardize(dataset.train_images)
    estimated = LinearDenoiser.estimate((corruption.apply(clean, rng), clean) for _ in range(150))
    exact = LinearDenoiser.fit(PixelStatistics.of(dataset), corruption)
    noisy = corruption.apply(clean, rng)
    best, ours = (np.mean((one.reconstruct(noisy) - clean) ** 2) for one in (exact, estimated))
    assert ours == pytest.approx(best, rel=0.01)
    assert np.sqrt(np.mean((estimated.reconstruct(noisy) - exact.reconstruct(noisy)) ** 2)) < 0.06


def test_linear_map_of_samples_equals_least_squares():
    rng = np.random.default_rng(1)
    x = rng.normal(size=(300, 5)).astype(np.float32)
    y = np.tanh(x @ rng.normal(size=(5, 5)) + 1).astype(np.float32)
    ours = LinearDenoiser.estimate([(x[:100], y[:100]), (x[100:], y[100:])])
    expected, *_ = np.linalg.lstsq(np.column_stack([x, np.ones(300)]).astype(float), y, rcond=None)
    np.testing.assert_allclose(np.vstack([ours.matrix, ours.offset]), expected, atol=2e-5)
    with pytest.raises(ValueError, match="without samples"):
        LinearDenoiser.estimate([])


@pytest.mark.parametrize("shape", [(28, 28), (8, 8), (6, 5), (3, 9)])
def test_similarity_equals_scikit_image(shape):
    rng = np.random.default_rng(0)
    clean = rng.random((40, *shape))
    seen = clean + rng.normal(0, 0.4, clean.shape)
    window = min(7, min(shape) - 1 + min(shape) % 2)
    expected = [
        structural_similarity(a.clip(0, 1), b, data_range=1.0, win_size=window)
        for a, b in zip(seen, clean, strict=True)
    ]
    np.testing.assert_allclose(SimilarityReference(clean).similarity(seen), expected, atol=1e-12)
    np.testing.assert_allclose(SimilarityReference(clean).similarity(clean), 1.0)


def test_similarity_of_what_is_no_picture():
    clean = np.random.default_rng(0).random((3, 8, 8))
    broken = clean.copy()
    broken[1, 0, 0] = np.nan
    broken[2, 0, 0] = np.inf
    values = SimilarityReference(clean).similarity(broken)
    assert values[0] == pytest.approx(1)
    assert np.isnan(values[1:]).all()
    assert np.isnan(SimilarityReference(clean[:, :2]).similarity(clean[:, :2])).all()


# -- tuning ----------------------------------------------------------------------------------------------------------


def test_best_positive_finds_the_valley():
    asked = []

    def score(x):
        asked.append(x)
        return (np.log(x) - np.log(0.55)) ** 2

    best, value = filter_tuning.best_positive(score, (0.1, 0.3, 1.0, 3.0))
    assert best == pytest.approx(0.55, rel=0.25)
    assert value == score(best)
    assert len(asked) == len(set(asked)) + 1 <= 9
    assert filter_tuning.best_positive(lambda x: x, (0.1, 1.0))[0] == 0.1
    assert filter_tuning.best_positive(lambda x: -x, (0.1, 1.0))[0] == 1.0


@pytest.mark.parametrize("tune", ["median", "blur", "total_variation", "non_local_means"])
@pytest.mark.parametrize("corruption", [Gaussian(0.8), Masking(0.5), SaltAndPepper(0.25)], ids=str)
def test_tuned_filters_are_no_worse_than_others(tune, corruption):
    pairs = filter_tuning.TrainingPairs(small_dataset(), corruption, 30)
    tuned = getattr(filter_tuning, f"tune_{tune}")(pairs, Monitor())
    others = {
        "median": [classical.median(pairs.noisy, size) for size in (3, 5, 7)],
        "blur": [classical.gaussian_blur(pairs.noisy, s) for s in (0.4, 0.6, 0.9, 1.3, 2.0)],
        "total_variation": [classical.total_variation(pairs.noisy, w) for w in (0.1, 0.3, 0.6, 1.2, 2.4)],
        "non_local_means": [classical.non_local_means(pairs.noisy, 5, 6, h, 0.0) for h in (0.1, 0.2, 0.6, 1.4)],
    }[tune]
    result = tuned.apply(pairs.noisy, Monitor())
    assert np.mean((result - pairs.clean) ** 2) == pytest.approx(tuned.tuning_mse, rel=1e-5)
    assert tuned.tuning_mse <= min(np.mean((other - pairs.clean) ** 2) for other in others) * 1.0001


def test_tuning_looks_at_training_digits_only(monkeypatch):
    dataset = small_dataset()
    pairs = filter_tuning.TrainingPairs(dataset, Gaussian(0.5), 50)
    grey = np.rint(dataset.to_pixels(pairs.clean.reshape(50, -1)) * 255).astype(np.uint8)
    known = {image.tobytes() for image in dataset.train_images}
    assert all(image.tobytes() in known for image in grey)
    assert len(filter_tuning.TrainingPairs(dataset, Gaussian(0.5), 10_000).clean) == 400
    assert np.std(pairs.noisy - pairs.clean) == pytest.approx(0.5, rel=0.05)


def test_clipped_pairs_stay_between_black_and_white():
    dataset = small_dataset()
    pairs = filter_tuning.TrainingPairs(dataset, Gaussian(1.0), 50, clip=True)
    assert pairs.noisy.min() == pytest.approx(dataset.black, rel=1e-6)
    assert pairs.noisy.max() <= dataset.white * 1.000001
    plain = filter_tuning.TrainingPairs(dataset, Gaussian(1.0), 50)
    np.testing.assert_allclose(pairs.noisy, plain.noisy.clip(dataset.black, dataset.white), atol=1e-6)
