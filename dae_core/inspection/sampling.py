"""Pictures made by a trained network: chains of steps, each of which may add noise before the network reconstructs.

A step from x_t to x_{t+1} is: corrupt x_t at some level, if at all; reconstruct; and bring what is brighter than white
or darker than black back to these, as no picture can be so. The methods differ in the level of each step.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dae_core.datasets import Dataset
from dae_core.inspection.manifold import Path, path_of
from dae_core.jobs import UNWATCHED, Monitor
from dae_core.model.autoencoder import AutoEncoder
from dae_core.model.corruption import Corruption

Floats = NDArray[np.floating[Any]]
Doubles = NDArray[np.float64]


@dataclass(frozen=True)
class Sampler:
    """A way to walk from picture to picture.

    Attributes
    ----------
    key, title, tip
        What commands and code, a menu and its tip call it.
    source
        Where it is from.
    share
        Returns the level of the noise at step t of T (0 … T - 1), as a multiple of the level that the network was
        trained with; 0 is none.
    is_random
        Whether noise is added at all; where it is not, nothing is brought back to black and white either: the path is
        that of the network alone.
    """

    key: str
    title: str
    tip: str
    source: str
    share: Callable[[int, int], float]
    is_random: bool = True


SAMPLERS: dict[str, Sampler] = {
    row.key: row
    for row in (
        Sampler(
            "iterate",
            "Again and again",
            "x ← r(x): the reconstruction applied to its own result, without noise",
            "Alain & Bengio 2014, section 3.4",
            lambda _t, _steps: 0.0,
            is_random=False,
        ),
        Sampler(
            "walkback",
            "Walkback",
            "x ← r(x + noise), with the noise of the training: the chain of Bengio, Yao, Alain & Vincent (2013), whose "
            "walkback training teaches a network to come back from where this chain leads. It never comes to rest.",
            "Bengio, Yao, Alain & Vincent 2013, “Generalized denoising auto-encoders as generative models”",
            lambda _t, _steps: 1.0,
        ),
        Sampler(
            "annealed",
            "Annealed",
            "x ← r(x + noise), with noise that is lowered step by step, from twice that of the training down to none: "
            "r(x) − x points to where data is denser (Vincent 2011; Alain & Bengio 2014)",
            "Vincent 2011; Alain & Bengio 2014",
            lambda t, steps: 2.0 * (1.0 - t / steps) ** 2,
        ),
    )
}


def level_at(sampler: Sampler, t: int, steps: int, corruption: Corruption) -> Corruption:
    """Return the noise of step t of so many: the training's at the sampler's share, where it can be so strong."""
    return corruption.with_level(min(corruption.level_range[1], sampler.share(t, steps) * corruption.level))


def chain(
    model: AutoEncoder,
    x: Floats,
    sampler: Sampler,
    steps: int,
    corruption: Corruption,
    dataset: Dataset,
    seed: int = 0,
    monitor: Monitor = UNWATCHED,
) -> Iterator[Floats]:
    """Make the pictures x_0 = x, x_1, … x_T one after another; the same seed makes the same.

    Parameters
    ----------
    model : AutoEncoder
        Only read.
    x : ndarray, shape (d,) or (n, d)
        Where one chain, or n of them, start.
    steps : int
        T, at least 1. A single chain ends early after a picture that is not finite.
    corruption : Corruption
        The noise that the network was trained with.
    dataset : Dataset
        Whose black and white the pictures have, in the units that the network is used with.

    Raises
    ------
    ValueError
        When x does not fit the model, or there is no step.
    Cancelled
        Where the monitor says so.
    """
    x = np.asarray(x, model.W.dtype)
    if x.ndim not in (1, 2) or x.shape[-1] != model.n_inputs:
        raise ValueError(f"A start of shape {x.shape} does not fit a model of {model.n_inputs} inputs.")
    if steps < 1:
        raise ValueError(f"There must be at least 1 step, not {steps}.")
    return _chain(model, x, sampler, steps, corruption.with_range(dataset.black, dataset.white), dataset, seed, monitor)


def _chain(
    model: AutoEncoder,
    x: Floats,
    sampler: Sampler,
    steps: int,
    corruption: Corruption,
    dataset: Dataset,
    seed: int,
    monitor: Monitor,
) -> Iterator[Floats]:
    rng = np.random.default_rng(seed)
    yield x
    for t in range(steps):
        if x.ndim == 1 and not np.isfinite(x).all():
            return
        monitor.count(t, steps, "images", "Sampling", fraction=t / steps)
        with np.errstate(all="ignore"):  # a diverging chain ends in infinities, and that is its result
            if sampler.is_random:
                noise = level_at(sampler, t, steps, corruption)
                # Clipped in place of a distribution over the pixels: Ho, Jain & Abbeel (2020) do so, too.
                x = np.clip(model.reconstruct(noise.apply(x, rng)), dataset.black, dataset.white)
            else:
                # Row by row where it is one: a vector's product needs no other thread of BLAS, and waits for none.
                x = model.reconstruct(x)
        yield x


def follow(
    model: AutoEncoder,
    x: Floats,
    sampler: Sampler,
    steps: int,
    corruption: Corruption,
    dataset: Dataset,
    seed: int = 0,
    monitor: Monitor = UNWATCHED,
) -> Path:
    """Return the path of one chain from x (d,), with all its pictures; see `chain`."""
    return path_of(np.stack(list(chain(model, x, sampler, steps, corruption, dataset, seed, monitor))))


@dataclass(frozen=True, eq=False)
class Recognized:
    """How many of n samples a classifier is certain of, and how many of these are near real pictures.

    A linear classifier is certain of much that is no digit: what is brighter than any picture, for instance. So only
    those count that are also no farther from the nearest real picture than real ones are, but for one in a hundred.

    Attributes
    ----------
    certain, near, both : ndarray of bool, shape (n,)
        Which samples the classifier is certain of, which are near, and which are both.
    classes : ndarray of int64, shape (n,)
        The places of the classes that they are taken for.
    """

    certain: NDArray[np.bool_]
    near: NDArray[np.bool_]
    classes: NDArray[np.int64]

    @property
    def both(self) -> NDArray[np.bool_]:
        """Which samples are recognized: certain, and near real pictures."""
        return np.asarray(self.certain & self.near)

    @property
    def effective_classes(self) -> float:
        """The exponential of the entropy of the recognized samples' classes: 10 where all ten are as frequent."""
        counts = np.bincount(self.classes[self.both])
        p = counts[counts > 0] / max(1, counts.sum())
        return float(np.exp(-(p * np.log(p)).sum())) if p.size else 0.0


CERTAIN = 0.9


def recognized(probabilities: Floats, distances: Doubles, usual: Doubles, certain: float = CERTAIN) -> Recognized:
    """Judge samples by a classifier's probabilities (n, k) and their distances (n,) to the nearest real picture.

    ``usual`` (m,) are the distances of other real pictures to the nearest of the same; samples that are not finite have
    NaN for a distance, and are not near.
    """
    with np.errstate(all="ignore"):
        sure = probabilities.max(axis=1) >= certain
        near = distances <= np.quantile(usual, 0.99)
    return Recognized(np.asarray(sure), np.asarray(near), probabilities.argmax(axis=1).astype(np.int64))
