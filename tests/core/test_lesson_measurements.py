"""The measurements of lessons, against values that are worked out another way, and what is said where there is none."""

import dataclasses
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from dae_core.evaluation.held_out import NOISE_SEED
from dae_core.jobs import UNWATCHED, Cancelled, Monitor
from dae_core.lessons.errors import MeasureError
from dae_core.lessons.measure import check_run, measure
from dae_core.lessons.measurements import MEASUREMENTS
from dae_core.lessons.measuring import known_bounds
from dae_core.lessons.measuring.network import ranked_units
from dae_core.lessons.measuring.subject import Subject
from dae_core.lessons.steps import Measure
from dae_core.model.autoencoder import AutoEncoder
from dae_core.model.corruption import Gaussian, Masking
from dae_core.representation.probe import Probe, read_contender
from dae_core.sessions.container import SessionError
from dae_core.sessions.run import Run
from helpers.datasets import small_dataset
from helpers.sessions import SGD, trained

BLOBS = small_dataset()


def heavier_half(images: np.ndarray) -> np.ndarray:
    """Return which half of each image is brighter, as its class."""
    return (images[:, :4].sum(axis=(1, 2)) > images[:, 4:].sum(axis=(1, 2))).astype(np.uint8)


DATA = dataclasses.replace(
    BLOBS, train_labels=heavier_half(BLOBS.train_images), test_labels=heavier_half(BLOBS.test_images)
)
CONFIG = SGD.replace(iterations=1200, corruption=Gaussian(0.5))
RUN = trained(CONFIG, 1200).run
SLOW = (
    "held_out_mse",
    "psnr",
    "ratio_to_linear",
    "linear_mse",
    "sparsity",
    "dead_units",
    "unit_worth",
    "gradient_error",
    "probe_error",
)


def value(name: str, runs: tuple[Run, ...] = (RUN,), **parameters: Any) -> float:
    row = MEASUREMENTS[name]
    given = {one.name: parameters.pop(one.name, one.default) for one in row.parameters}
    assert not parameters
    return row.function(Subject(runs, DATA, given, UNWATCHED))


def images(sigma: float = 0.5) -> tuple[np.ndarray, np.ndarray]:
    """Return clean and noisy held-out images as rows of float64."""
    clean = (DATA.test_images.reshape(90, 64).astype(np.float64) - DATA.train_images.mean()) / DATA.train_images.std()
    noise = np.random.default_rng(NOISE_SEED).standard_normal((90, 64), dtype=np.float32)
    return clean, clean + sigma * noise


def forward(x: np.ndarray, off: tuple[int, ...] = ()) -> tuple[np.ndarray, np.ndarray]:
    W, B, V, C = (np.asarray(a, np.float64) for a in RUN.model.parameters.values())
    z = np.maximum(0, x @ W + B)
    z[..., list(off)] = 0
    return z, z @ V + C


def mse(x: np.ndarray, x0: np.ndarray) -> float:
    return float(((x - x0) ** 2).mean())


def worth(*off: int) -> float:
    clean, noisy = images()
    return 100 * (mse(forward(noisy, off)[1], clean) / mse(forward(noisy)[1], clean) - 1)


@pytest.mark.parametrize("sigma", [0.5, 1.0, 2.0])
def test_errors_of_images_and_network(sigma: float) -> None:
    clean, noisy = images(sigma)
    noise = f"gaussian:{sigma}"
    assert value("noisy_mse", noise=noise) == pytest.approx(mse(noisy, clean), rel=1e-5)
    assert value("noisy_mse", noise=noise) == pytest.approx(sigma**2, rel=0.05)
    error = mse(forward(noisy)[1], clean)
    assert value("held_out_mse", noise=noise) == pytest.approx(error, rel=1e-4)
    grey = DATA.train_images.std() / 255
    per_image = ((forward(noisy)[1] - clean) ** 2).mean(axis=1) * grey**2
    assert value("psnr", noise=noise) == pytest.approx(float((-10 * np.log10(per_image)).mean()), rel=1e-4)
    rows = (DATA.train_images.reshape(400, 64) - DATA.train_images.mean()) / DATA.train_images.std()
    covariance = np.cov(rows.T, bias=True)
    wiener = np.linalg.inv(covariance + sigma**2 * np.eye(64)) @ covariance
    linear = mse(rows.mean(axis=0) + (noisy - rows.mean(axis=0)) @ wiener, clean)
    assert value("linear_mse", noise=noise) == pytest.approx(linear, rel=1e-4)
    assert value("ratio_to_linear", noise=noise) == pytest.approx(error / linear, rel=1e-3)


def test_without_a_noise_of_its_own_it_is_that_of_the_run() -> None:
    for name in ("noisy_mse", "held_out_mse", "psnr", "linear_mse", "ratio_to_linear", "sparsity", "dead_units"):
        assert value(name) == value(name, noise="gaussian:0.5")
        assert name == "dead_units" or value(name) != value(name, noise="gaussian:1.5")


def test_hidden_units() -> None:
    z, _ = forward(images()[1])
    assert value("sparsity") == pytest.approx(100 * float((z > 0).mean()), abs=0.05)
    dying = RUN.model.copy()
    dying.B[:3] = -100
    dead = dataclasses.replace(RUN, checkpoint=dataclasses.replace(RUN.checkpoint, model=dying))
    assert value("dead_units", (dead,)) == value("dead_units") + 3
    W, V = RUN.model.W, RUN.model.V
    cosines = [float(w @ v / np.sqrt((w @ w) * (v @ v))) for w, v in zip(W.T, V, strict=True)]
    assert value("mean_cosine") == pytest.approx(np.mean(cosines), rel=1e-5)
    assert value("mean_bias") == pytest.approx(float(RUN.model.B.mean()), rel=1e-5)


def test_worth_of_units_alone_and_together() -> None:
    worths = [worth(unit) for unit in range(9)]
    first, second = (int(unit) for unit in np.argsort(worths)[::-1][:2])
    assert value("unit_worth") == pytest.approx(worths[first], rel=1e-3)
    assert value("unit_worth", rank=2) == pytest.approx(worths[second], rel=1e-3)
    assert value("unit_worth", rank=4, by="number") == pytest.approx(worths[3], rel=1e-3)
    together = worth(first, second)
    assert value("pair_worth") == pytest.approx(together, rel=1e-3)
    gap = together - worths[first] - worths[second]
    assert value("pair_worth_gap") == pytest.approx(gap, abs=0.02)
    assert abs(gap) > 0.1


def test_orders_of_units() -> None:
    held_out = Subject((RUN,), DATA, {}, UNWATCHED).held_out()
    z, _ = forward(images()[1])
    by_rate = ranked_units(RUN.model, held_out, "rate")
    rates = (z > 0).mean(axis=0)[by_rate]
    assert (np.diff(rates) <= 0.02).all()
    sizes = np.linalg.norm(RUN.model.W, axis=0) * np.linalg.norm(RUN.model.V, axis=1)
    np.testing.assert_array_equal(ranked_units(RUN.model, held_out, "norm"), np.argsort(-sizes))
    np.testing.assert_array_equal(ranked_units(RUN.model, held_out, "number"), np.arange(9))


def test_what_a_linear_classifier_reads() -> None:
    errors = {}
    for features in ("code", "pixels", "pca", "start"):
        for kind in ("clean", "noisy"):
            reading = read_contender(
                Probe(DATA, CONFIG.corruption), features, RUN.model, RUN.config, noisy=kind == "noisy"
            )
            assert reading is not None
            errors[features, kind] = value("probe_error", features=features, input=kind)
            assert errors[features, kind] == pytest.approx(100 * reading.wrong / 90)
    assert value("probe_error") == errors["code", "clean"]
    # Which half is brighter is linear in the pixels.
    assert errors["pixels", "clean"] < 8 < errors["pixels", "noisy"] < 50
    with pytest.raises(MeasureError, match="have no labels"):
        MEASUREMENTS["probe_error"].function(Subject((RUN,), BLOBS, {"features": "code", "input": "clean"}, UNWATCHED))


def test_the_exact_gradient_is_right_and_the_published_one_is_not() -> None:
    assert value("gradient_error") < 1e-6
    published = dataclasses.replace(RUN.checkpoint, config=RUN.config.replace(gradient="published"))
    assert value("gradient_error", (dataclasses.replace(RUN, checkpoint=published),)) > 0.1


@pytest.mark.parametrize(("curve", "window", "last"), [("error", 25, 900), ("sparsity", 250, 400), ("error", 1, 100)])
def test_scatter_and_end_of_the_curve(curve: str, window: int, last: int) -> None:
    raw = (RUN.record.errors if curve == "error" else RUN.record.sparsities).astype(np.float64)
    smoothed = np.convolve(raw, np.full(window, 1 / window), "valid")[-last:]
    at = np.arange(last)
    around = smoothed - np.polyval(np.polyfit(at, smoothed, 1), at)
    assert value("curve_scatter", curve=curve, window=window, last=last) == pytest.approx(around.std(), rel=1e-5)
    assert value("curve_end", curve=curve, window=window) == pytest.approx(raw[-window:].mean(), rel=1e-6)


def test_a_longer_window_scatters_less_by_about_the_root_of_the_ratio() -> None:
    rng = np.random.default_rng(3)
    record = dataclasses.replace(RUN.record, errors=rng.normal(100, 9, 120_000).astype(np.float32))
    record = dataclasses.replace(record, sparsities=np.zeros(120_000, np.float32))
    run = dataclasses.replace(RUN, record=record)
    short, long = (value("curve_scatter", (run,), window=window, last=100_000) for window in (25, 250))
    assert short == pytest.approx(9 / 5, rel=0.02)
    assert short / long == pytest.approx(np.sqrt(10), rel=0.1)


def test_a_run_that_is_too_short_for_the_window_is_refused() -> None:
    for name, parameters in (("curve_scatter", {"window": 250, "last": 1000}), ("curve_end", {"window": 1201})):
        with pytest.raises(MeasureError, match="it must have at least"):
            value(name, **parameters)


def test_repeated_passes() -> None:
    clean, x = images()
    errors = [mse(x, clean)]
    while len(errors) < 3 or errors[-1] <= errors[-2]:
        x = forward(x)[1]
        errors.append(mse(x, clean))
    worse = next(i for i in range(1, len(errors)) if errors[i] > errors[i - 1])
    assert value("passes_until_worse") == worse
    assert worse > 1
    with pytest.raises(MeasureError, match="does not rise within 2 passes"):
        value("passes_until_worse", (identical(),), most=2)


def identical() -> Run:
    """Return a run whose network hands on what it is given."""
    eye = np.eye(64, dtype=np.float32)
    model = AutoEncoder(eye, np.full(64, 100, np.float32), eye.copy(), np.full(64, -100, np.float32))
    calm = dataclasses.replace(RUN.checkpoint, model=model, config=RUN.config.replace(hidden_units=64))
    return dataclasses.replace(RUN, checkpoint=calm)


def test_the_best_training_noise_is_that_of_the_test() -> None:
    levels, slow = (0.25, 0.75, 1.5), CONFIG.replace(learning_rate=0.003)
    runs = tuple(trained(slow.replace(corruption=Gaussian(level), seed=i), 1200).run for i, level in enumerate(levels))
    errors = {test: [value("held_out_mse", (run,), noise=f"gaussian:{test}") for run in runs] for test in levels}
    for test in levels:
        best = levels[int(np.argmin(errors[test]))]
        assert value("best_training_noise", runs, test=test) == best
        assert value("best_training_noise", runs[::-1], test=test) == best
    short = trained(CONFIG.replace(corruption=Gaussian(1.0)), 600).run
    other = trained(CONFIG.replace(hidden_units=8, corruption=Gaussian(1.0)), 1200).run
    masked = trained(CONFIG.replace(corruption=Masking(0.5)), 1200).run
    for beside in (short, other, masked):
        with pytest.raises(MeasureError, match="at least two runs that differ in the level"):
            value("best_training_noise", (RUN, beside))


def test_how_training_and_held_out_errors_stand_to_each_other() -> None:
    gap = value("training_gap")
    clean, noisy = images()
    held_out = ((forward(noisy)[1] - clean) ** 2).sum(axis=1).mean()
    rows = (DATA.train_images.reshape(400, 64) - DATA.train_images.mean()) / DATA.train_images.std()
    others = [rows + 0.5 * np.random.default_rng(seed).standard_normal(rows.shape) for seed in range(20)]
    training = np.mean([((forward(x)[1] - rows) ** 2).sum(axis=1).mean() for x in others])
    assert gap == pytest.approx(held_out / training, rel=0.02)


def test_kinds_of_filters_add_up_and_those_of_the_start_are_noise() -> None:
    kinds = ("stroke-like", "spot-like", "spread out", "noise-like")
    assert sum(value("filter_share", layer="V", filter=kind) for kind in kinds) == pytest.approx(100)
    noise = AutoEncoder.random(64, 200, np.random.default_rng(0))
    run = dataclasses.replace(RUN, checkpoint=dataclasses.replace(RUN.checkpoint, model=noise))
    assert value("filter_share", (run,), filter="noise-like") > 80


def test_divergence_and_iterations() -> None:
    wild = trained(CONFIG.replace(learning_rate=5.0), 1200).run
    assert wild.checkpoint.divergence is not None
    assert value("divergence_iteration", (wild,)) == wild.checkpoint.iteration
    assert value("iteration", (wild,)) == wild.checkpoint.divergence.good_iteration
    assert value("iteration") == 1200
    with pytest.raises(MeasureError, match="has not diverged in 1,200 iterations"):
        value("divergence_iteration")


ALONE = [name for name in MEASUREMENTS if name not in ("best_training_noise", "divergence_iteration")]
SHORT = {"curve_scatter": {"last": 1000}}


def step(name: str, **fields: Any) -> Measure:
    parameters = {one.name: one.default for one in MEASUREMENTS[name].parameters} | SHORT.get(name, {})
    return Measure("m", "Measure", measurement=name, parameters=parameters, **fields)


@pytest.mark.parametrize("name", ALONE)
def test_it_is_the_same_every_time_and_says_of_what_it_is(name: str) -> None:
    before = {key: array.copy() for key, array in RUN.model.parameters.items()}
    one, other = measure(step(name), (RUN,), DATA), measure(step(name), (RUN,), DATA)
    assert one == other
    assert (one.run_key, one.iteration) == (RUN.label.key, 1200)
    assert one.text.endswith(MEASUREMENTS[name].unit)
    assert one.text[0] in "−0123456789"
    for key, array in RUN.model.parameters.items():
        np.testing.assert_array_equal(array, before[key])


@pytest.mark.parametrize("name", ALONE)
def test_it_ends_as_soon_as_it_is_cancelled(name: str) -> None:
    with pytest.raises(Cancelled):
        measure(step(name), (RUN,), DATA, Monitor(lambda: True))


@pytest.mark.parametrize("name", SLOW)
def test_it_asks_on_its_way_whether_it_is_cancelled(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(known_bounds, "_known", {})  # what is known takes no time
    asked: list[int] = []

    def is_cancelled() -> bool:
        asked.append(0)
        return len(asked) > 2

    with pytest.raises(Cancelled):
        measure(step(name), (RUN,), DATA, Monitor(is_cancelled))


OWN_CODE = dataclasses.replace(RUN.checkpoint, config=RUN.config.replace(own_backward="def backward(): pass"))
REFUSED: dict[str, tuple[Callable[[], object], type[Exception], str]] = {
    "no run": (lambda: check_run(step("iteration"), ()), MeasureError, "There is no run yet: start one first."),
    "another setting": (
        lambda: check_run(step("iteration", needs={"corruption": Gaussian(2.0)}), (RUN,)),
        MeasureError,
        "This is measured on a run with noise Gaussian σ 2, not Gaussian σ 0.5.",
    ),
    "too early": (
        lambda: check_run(step("iteration", from_iteration=5000), (RUN,)),
        MeasureError,
        "The run has 1,200 iterations; train it to 5,000 first.",
    ),
    "other data": (
        lambda: measure(step("iteration"), (RUN,), small_dataset(300)),
        SessionError,
        "is not the one that the session was trained on",
    ),
    "no such unit": (
        lambda: measure(dataclasses.replace(step("unit_worth"), parameters={"rank": 10, "by": "worth"}), (RUN,), DATA),
        MeasureError,
        "There is no unit of rank 10: the network has 9 hidden units.",
    ),
    "own code": (
        lambda: value("gradient_error", (dataclasses.replace(RUN, checkpoint=OWN_CODE),)),
        MeasureError,
        "trained with code of your own",
    ),
    "one unit": (lambda: value("pair_worth", first=2, second=2), MeasureError, "The two units are the same."),
    "no noise": (lambda: value("ratio_to_linear", noise="gaussian:0"), MeasureError, "there is no noise."),
    "no level": (
        lambda: value("best_training_noise", (RUN, trained(CONFIG.replace(corruption=Gaussian(1)), 1200).run), test=11),
        MeasureError,
        "it must lie between 0 and 10.",
    ),
}


@pytest.mark.parametrize(("call", "kind", "said"), REFUSED.values(), ids=REFUSED)
def test_what_cannot_be_measured_is_told_with_what_to_do(
    call: Callable[[], object], kind: type[Exception], said: str
) -> None:
    with pytest.raises(kind) as caught:
        call()
    assert said in str(caught.value)


def test_what_is_not_finite_is_told() -> None:
    broken = RUN.model.copy()
    broken.V[:] = np.inf
    run = dataclasses.replace(RUN, checkpoint=dataclasses.replace(RUN.checkpoint, model=broken))
    with pytest.raises(MeasureError, match="is not a finite number: has the run diverged"):
        measure(step("held_out_mse"), (run,), DATA)


def test_a_diverged_run_need_not_go_on() -> None:
    wild = trained(CONFIG.replace(learning_rate=5.0), 1200).run
    check_run(step("divergence_iteration", from_iteration=1000), (wild,))


def test_every_row_says_what_it_is() -> None:
    for name, row in MEASUREMENTS.items():
        assert row.name == name
        assert row.doc.endswith(".")
        assert row.title[0].islower() or row.title.startswith(("MSE", "PSNR"))
        for parameter in row.parameters:
            assert f"`{parameter.name}`" in row.doc or parameter.doc


def test_the_linear_denoiser_is_fitted_once_for_a_data_set_and_a_noise(monkeypatch):
    """Or whoever grades a hundred hand-ins waits for a hundred fits."""
    monkeypatch.setattr(known_bounds, "_known", {})  # nothing public empties it
    fits = []
    real = known_bounds.PixelStatistics.of
    monkeypatch.setattr(known_bounds.PixelStatistics, "of", lambda *given: fits.append(given) or real(*given))
    first = [value("linear_mse", noise=noise) for noise in ("gaussian:0.5", "gaussian:1", "gaussian:0.5")]
    assert first[0] == first[2] != first[1]
    assert len(fits) == 2
