"""The report's sentences and measures of filters flip with the data."""

import numpy as np
import pytest

from dae_core.evaluation.held_out import HeldOut
from dae_core.inspection.filter_kinds import filter_shapes
from dae_core.inspection.units import measure_units, unit_weights
from dae_core.model.autoencoder import EXERCISE, AutoEncoder
from dae_core.model.corruption import Gaussian
from dae_core.report import findings
from dae_core.report.curves import Curves
from dae_core.report.figures import error_plot, smoothed_plot
from dae_core.report.plots import histogram_svg, ticks
from dae_core.training.history import History
from dae_core.training.progress import Progress
from helpers.datasets import small_dataset
from helpers.filters import SIDE, bump


def test_the_sentence_on_features_follows_the_shares() -> None:
    strokes = np.stack([bump(1.2, 4.0, angle) for angle in np.linspace(0, 3, 8)])
    noise = np.random.default_rng(0).normal(size=(8, SIDE * SIDE))
    spots = np.stack([bump(1.5, 1.5)] * 8)

    def verdict(*parts: np.ndarray) -> str:
        return findings.features("W", filter_shapes(np.concatenate(parts), (SIDE, SIDE)))[0]

    assert "100 % are stroke-like" in verdict(strokes)
    assert "most of them are stroke-like" in verdict(strokes)
    assert "most of them are noise-like" in verdict(noise)
    mixed = verdict(strokes, noise, spots)
    assert "33 % are stroke-like, 33 % spot-like, 0 % spread out, 33 % noise-like" in mixed
    assert "no kind has the majority" in mixed


@pytest.mark.parametrize(
    ("share", "expected"),
    [(1.0, "much the same pattern"), (0.3, "only in part"), (0.0, "nothing to do"), (-1.0, "the opposite")],
)
def test_the_sentence_on_w_and_v_follows_their_cosine(share: float, expected: str) -> None:
    model = AutoEncoder.random(400, 50, np.random.default_rng(3), dtype=np.float64)
    other = np.random.default_rng(4).normal(0, 0.01, model.V.shape)
    model.V[:] = share * model.W.T + np.sqrt(1 - share**2) * other
    first, second = findings.relation(unit_weights(model), 400)
    assert expected in first
    cosines = np.sum(model.W.T * model.V, axis=1) / np.linalg.norm(model.W, axis=0) / np.linalg.norm(model.V, axis=1)
    assert f"is {findings.number(cosines.mean())} in the mean over 50 units" in first
    assert f"{findings.percent((cosines < 0).mean())} a negative one" in second
    model.V[:] = 0
    assert "cannot be said" in findings.relation(unit_weights(model), 400)[0]


def test_the_sentence_on_biases_follows_them() -> None:
    model = AutoEncoder.random(16, 10, np.random.default_rng(0))
    assert "None is negative" in findings.biases(unit_weights(model))[0]
    assert "0 % lie below 0.5" in findings.biases(unit_weights(model))[0]
    model.B[:4] = -1
    text = findings.biases(unit_weights(model))[0]
    assert "40 % are negative" in text
    assert "40 % lie below 0.5" in text
    assert "mean of −0.10" in text


def test_the_sentences_on_activity_follow_the_units() -> None:
    model = AutoEncoder.random(64, 6, np.random.default_rng(0))
    model.B[:] = (-100, -100, 100, 100, 100, 0)
    held_out = HeldOut(small_dataset(), Gaussian(1.0))
    found = measure_units(model, held_out)
    assert found is not None
    text = " ".join(findings.activity(found))
    assert f"On {len(held_out)} noisy held-out digits" in text
    assert "2 units never (dead) and 3 units always" in text
    best = int(np.argmax(found.importances))
    z, y = model.forward(held_out.noisy)
    z[:, best] = 0
    change = 100 * (np.mean((z @ model.V + model.C - held_out.clean) ** 2) / np.mean((y - held_out.clean) ** 2) - 1)
    assert (
        f"unit {best + 1}, the most useful one, changes the held-out MSE by {change:+.2g} %".replace("+-", "−") in text
    )


def history(errors: np.ndarray) -> History:
    made = History(25)
    sparsities = np.linspace(0.9, 0.3, len(errors))
    made.append(Progress(len(errors), len(errors), errors.astype(np.float32), sparsities.astype(np.float32), 1.0, 0.1))
    return made


def curves(errors: np.ndarray) -> Curves:
    made = Curves.of(history(errors))
    assert made is not None
    return made


def test_the_sentence_on_learning_follows_the_curve() -> None:
    falling = findings.learning(curves(np.linspace(500, 100, 1000)))
    assert "fell from 495.2 to 104.8" in falling[0]
    assert "still fell by" in falling[1]
    assert "rose from" in findings.learning(curves(np.linspace(100, 500, 1000)))[0]
    assert "changed by less than 2.0 %" in findings.learning(curves(np.full(1000, 100.0)))[1]
    broken = np.linspace(500, 100, 1000)
    broken[-3] = np.nan
    assert "did not stay a finite number" in findings.learning(curves(broken))[0]
    assert len(findings.learning(curves(np.array([5.0, 4.0])))) == 1
    assert Curves.of(History()) is None


def test_no_extreme_value_is_lost_and_all_are_inside_the_axes() -> None:
    rng = np.random.default_rng(0)
    errors = rng.random(40_000) + 10
    errors[[0, 12_345, 39_999]] = 15.0, 1.0, 14.0
    found = curves(errors)
    assert len(found.x) <= 550
    assert found.error.high.max() == 15
    assert found.error.low.min() == 1
    assert found.x[-1] == 40_000
    assert "cut" not in error_plot(found, EXERCISE.output).caption
    errors[777] = 1e9
    assert "cut" in error_plot(curves(errors), EXERCISE.output).caption
    errors[777] = np.inf
    assert "inf" not in smoothed_plot(curves(errors), EXERCISE.output).svg


def test_histograms_count_every_value() -> None:
    svg = histogram_svg(np.array([0.0, 0.1, 0.1, np.nan, 1.0]), "x", "#123456", bins=10)
    heights = sorted(float(part.split('"')[0]) for part in svg.split('height="')[2:])
    assert len(heights) == 3
    assert heights[-1] == pytest.approx(2 * heights[0], rel=0.01)
    assert "<rect" not in histogram_svg(np.array([np.nan]), "x", "#123456")
    assert histogram_svg(np.full(5, 3.0), "x", "#123456").count("<rect") == 1


def test_ticks_are_round_and_few() -> None:
    assert ticks(0, 25_000) == [0, 5000, 10_000, 15_000, 20_000, 25_000]
    assert ticks(-0.13, 0.41) == pytest.approx([-0.1, 0.0, 0.1, 0.2, 0.3, 0.4])
    for low, high in ((0, 1), (0, 7.3), (-3e-5, 2e-5), (0, 1e9)):
        found = ticks(low, high)
        assert 2 <= len(found) <= 8
        assert low - 1e-12 <= min(found)
        assert max(found) <= high * (1 + 1e-9)
    assert ticks(1.0, 1.0) == [1.0]
