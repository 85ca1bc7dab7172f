"""Chains beside a loop in NumPy, a network whose chain has a known end, and what counts as recognized."""

import numpy as np
import pytest

from dae_core.datasets.dataset import UNIT_SCALE
from dae_core.inspection.sampling import SAMPLERS, chain, follow, recognized
from dae_core.jobs import Cancelled, Monitor
from dae_core.model.autoencoder import AutoEncoder
from dae_core.model.corruption import Corruption, Gaussian, Masking, SaltAndPepper
from helpers.datasets import small_dataset

DATA = small_dataset()
START = DATA.standardize(DATA.test_images[:3])


def network(scale: float = 0.3) -> AutoEncoder:
    rng = np.random.default_rng(1)
    model = AutoEncoder.random(64, 9, rng)
    model.W[:], model.V[:] = rng.normal(0, scale, model.W.shape), rng.normal(0, scale, model.V.shape)
    return model


@pytest.mark.parametrize("key", ["walkback", "annealed"])
@pytest.mark.parametrize("noise", [Gaussian(0.8), Masking(0.4), SaltAndPepper(0.7)], ids=str)
def test_a_chain_is_noise_and_reconstruction_in_turn(key: str, noise: Corruption) -> None:
    model, steps = network(), 6
    made = list(chain(model, START, SAMPLERS[key], steps, noise, DATA, seed=5))
    rng, x, black, white = np.random.default_rng(5), START, DATA.black, DATA.white
    assert np.array_equal(made[0], x)
    for t in range(steps):
        level = noise.level * (1.0 if key == "walkback" else 2 * (1 - t / steps) ** 2)
        level = min(level, 10.0 if isinstance(noise, Gaussian) else 1.0)
        if isinstance(noise, Gaussian):
            noisy = x + np.float32(level) * rng.standard_normal(x.shape, dtype=np.float32)
        else:
            u = rng.random(x.shape, dtype=np.float32)
            noisy = np.where(u < level, black, x)
            if isinstance(noise, SaltAndPepper):
                noisy = np.where(u < level / 2, black, np.where(u < level, white, x))
        y = np.maximum(noisy @ model.W + model.B, 0) @ model.V + model.C
        x = np.minimum(np.maximum(y, black), white).astype(np.float32)
        assert made[t + 1] == pytest.approx(x, abs=1e-4)
        x = made[t + 1]
    assert len(made) == steps + 1


def test_the_same_seed_makes_the_same_bits_and_another_one_does_not() -> None:
    def last(seed: int) -> bytes:
        return follow(network(), START[0], SAMPLERS["walkback"], 8, Gaussian(), DATA, seed).points.tobytes()

    assert last(3) == last(3) != last(4)


def test_several_chains_at_once_are_of_one_stream_and_do_not_touch_model_or_start() -> None:
    model, start = network(), START.copy()
    before = model.W.tobytes()
    made = np.stack(list(chain(model, start, SAMPLERS["annealed"], 4, Gaussian(), DATA)))
    assert made.shape == (5, 3, 64)
    assert made.dtype == np.float32
    assert (start.tobytes(), model.W.tobytes()) == (START.tobytes(), before)


def test_noisy_chains_stay_between_black_and_white_where_the_network_alone_runs_away() -> None:
    model = network(3.0)
    wild = follow(model, START[0], SAMPLERS["iterate"], 300, Gaussian(), DATA)
    assert not np.isfinite(wild.points[-1]).all()
    assert wild.steps < 300
    for key in ("walkback", "annealed"):
        tame = follow(model, START[0], SAMPLERS[key], 300, Gaussian(), DATA)
        assert tame.steps == 300
        assert tame.points[1:].min() >= np.float32(DATA.black) - 1e-6
        assert tame.points.max() <= np.float32(DATA.white) + 1e-6


def test_an_annealed_chain_comes_to_rest_and_walkback_does_not() -> None:
    """Of r(x) = A x + b with |A| < 1, where noise moves a picture by its own size."""
    d, bias = 64, 1000.0
    A = 0.5 * np.eye(d)
    model = AutoEncoder(np.eye(d), np.full(d, bias), A, np.full(d, 0.2) - bias * A.sum(axis=0))
    lengths = {
        key: follow(model, np.zeros(d), SAMPLERS[key], 200, Gaussian(0.3), DATA, 1).step_lengths
        for key in ("walkback", "annealed")
    }
    assert lengths["annealed"][-1] < 0.01 < 0.5 < lengths["walkback"][-50:].min()
    assert lengths["annealed"][:5].min() > lengths["walkback"][:5].max()  # at first there is twice the noise


def test_pixels_from_0_to_1_are_clipped_to_these() -> None:
    data = DATA.standardized_by(UNIT_SCALE)
    made = follow(network(), data.standardize(data.test_images[0]), SAMPLERS["walkback"], 5, Gaussian(0.5), data)
    assert (made.points.min(), made.points.max()) >= (0.0, 0.0)
    assert made.points.max() <= 1.0


def test_what_makes_no_sense_is_refused_and_a_chain_can_be_cancelled() -> None:
    with pytest.raises(ValueError, match="does not fit a model of 64 inputs"):
        chain(network(), np.zeros(63), SAMPLERS["walkback"], 3, Gaussian(), DATA)
    with pytest.raises(ValueError, match="at least 1 step"):
        chain(network(), START, SAMPLERS["walkback"], 0, Gaussian(), DATA)
    with pytest.raises(Cancelled):
        follow(network(), START[0], SAMPLERS["annealed"], 3, Gaussian(), DATA, monitor=Monitor(lambda: True))


def test_only_what_is_certain_and_near_real_pictures_is_recognized() -> None:
    probabilities = np.array([[0.95, 0.05], [0.2, 0.8], [0.1, 0.9], [0.99, 0.01], [1.0, 0.0]])
    distances = np.array([1.0, 1.0, 1.0, 50.0, np.nan])
    found = recognized(probabilities, distances, np.linspace(0, 10, 101))
    assert found.certain.tolist() == [True, False, True, True, True]
    assert found.near.tolist() == [True, True, True, False, False]
    assert found.both.tolist() == [True, False, True, False, False]
    assert found.effective_classes == pytest.approx(2.0)
    assert recognized(probabilities[1:2], distances[:1], np.ones(3)).effective_classes == 0
