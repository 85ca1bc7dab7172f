"""A linear probe: how many held-out digits a linear classifier mistakes that reads nothing but features of them.

The features are the code z, beside it what a code has to beat: the pixels, as many principal components, and the code
of start weights, each of clean and of noisy digits. A classifier is fitted to training images and measured on held-out
ones, which decide nothing; all see the same images with the same noise.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dae_core.datasets import Dataset
from dae_core.errors import UserError
from dae_core.evaluation.classical import PcaDenoiser
from dae_core.evaluation.held_out import HeldOut
from dae_core.evaluation.linear_denoiser import PixelStatistics
from dae_core.evaluation.linear_memory import TooLargeError
from dae_core.jobs import UNWATCHED, Monitor
from dae_core.model.autoencoder import AutoEncoder
from dae_core.model.corruption import Corruption
from dae_core.representation.codes import codes
from dae_core.representation.intervals import Interval, wilson
from dae_core.representation.linear_classifier import Floats, Labels, LinearClassifier, fit
from dae_core.training.config import TrainingConfig
from dae_core.training.start import start_model

Encoder = Callable[[Floats], Floats]
"""Features (n, k) of images as rows (n, d)."""

MOST_NUMBERS = 100_000_000
"""So many numbers the features of the training images may have together; of larger images fewer are used."""
_ROWS = 1000
_FEW = 20  # of so few images, every other one may be of a class of its own
_SHUFFLE, _NOISE = 20_241_130, 20_241_131  # streams of the seed


class ProbeError(UserError):
    """There is nothing to be probed; the message says why."""


@dataclass(frozen=True, eq=False)
class Reading:
    """What a classifier made of the held-out images.

    Parameters
    ----------
    size : int
        Features of an image.
    truth, taken_for : ndarray of uint8, shape (m,)
        The class of each held-out image, and the one it was taken for.
    indices : ndarray of int, shape (m,)
        Which of the data set's held-out images they are.
    train_images : int
        Images that the classifier was fitted to.
    strength : float
        The classifier's C.
    """

    size: int
    truth: Labels
    taken_for: Labels
    indices: NDArray[np.intp]
    train_images: int
    strength: float

    @property
    def count(self) -> int:
        """Held-out images."""
        return len(self.truth)

    @property
    def wrong(self) -> int:
        """Those that were mistaken."""
        return int((self.truth != self.taken_for).sum())

    @property
    def error(self) -> float:
        """Share of those that were mistaken."""
        return self.wrong / self.count

    @property
    def interval(self) -> Interval:
        """The 95 % confidence interval of the error."""
        return wilson(self.wrong, self.count)


@dataclass(frozen=True)
class Contender:
    """Features that are probed.

    Parameters
    ----------
    key, title, short : str
        The last is its name where there is little room.
    encoder : callable
        Makes them: for a data set, a network and its settings.
    depends : callable or None
        What of the network and its settings they depend on; None is on the weights, with which they change.
    """

    key: str
    title: str
    short: str
    encoder: Callable[[Dataset, AutoEncoder, TrainingConfig], Encoder]
    depends: Callable[[AutoEncoder, TrainingConfig], Hashable] | None = None


def _code(_dataset: Dataset, model: AutoEncoder, _config: TrainingConfig) -> Encoder:
    return lambda rows: codes(model, rows)


def _pixels(_dataset: Dataset, _model: AutoEncoder, _config: TrainingConfig) -> Encoder:
    return lambda rows: rows


def _components(dataset: Dataset, model: AutoEncoder, _config: TrainingConfig) -> Encoder:
    pca = PcaDenoiser.fit(PixelStatistics.of(dataset))
    mean, axes = pca.mean.astype(np.float32), pca.components[: model.n_hidden].T.astype(np.float32)
    return lambda rows: (rows - mean) @ axes


def _start_code(dataset: Dataset, model: AutoEncoder, config: TrainingConfig) -> Encoder:
    start = start_model(dataset.n_inputs, config.replace(hidden_units=model.n_hidden))
    return lambda rows: codes(start, rows)


def _start_of(model: AutoEncoder, config: TrainingConfig) -> Hashable:
    return model.n_hidden, config.seed, config.activation, config.k_sparse


CONTENDERS: dict[str, Contender] = {
    row.key: row
    for row in (
        Contender("code", "code z", "code z", _code),
        Contender("pixels", "pixels", "pixels", _pixels, lambda _model, _config: None),
        Contender("pca", "PCA of the same size", "PCA", _components, lambda model, _config: model.n_hidden),
        Contender("start", "code of start weights", "start weights", _start_code, _start_of),
    )
}
"""By their keys; that of a report is ``error_`` and the key."""


def reason_against(dataset: Dataset) -> str:
    """Return a sentence that says why nothing can be probed on a data set; empty where it can be."""
    for part, labels in (("training", dataset.train_labels), ("held-out", dataset.test_labels)):
        if labels is None:
            return (
                f"The {part} {dataset.noun} of “{dataset.name}” have no labels: a classifier has to know their classes."
            )
    labels = dataset.train_labels
    return "" if labels is None or (labels != labels[0]).any() else _one_class(labels, dataset.noun)


def _one_class(labels: Labels, noun: str) -> str:
    return f"All {len(labels):,} training {noun} are of class {labels[0]}: a classifier needs two classes at least."


class Probe:
    """The images that classifiers are fitted to and measured on.

    Parameters
    ----------
    dataset : Dataset
        In the units of pixels that the network is used with.
    corruption : Corruption
        The noise of noisy digits; black and white are the data set's.
    train, test : int or None
        How many training and held-out images, at most all, which are used by default.
    seed : int
        Decides which training images these are, in which order, and their noise. The noise of held-out images is that
        of all figures of the program.

    Raises
    ------
    ProbeError
        When the images have no classes, only one, or more than half as many as there are images.
    """

    def __init__(
        self, dataset: Dataset, corruption: Corruption, train: int | None = None, test: int | None = None, seed: int = 0
    ) -> None:
        reason = reason_against(dataset)
        if reason or dataset.train_labels is None or dataset.test_labels is None:
            raise ProbeError(reason)
        self.dataset, self.seed = dataset, seed
        self.held_out = HeldOut(dataset, corruption, test)
        self.corruption = self.held_out.corruption
        self.truth: Labels = dataset.test_labels[self.held_out.indices]
        most = max(1, MOST_NUMBERS // dataset.n_inputs)
        order = np.random.default_rng((seed, _SHUFFLE)).permutation(len(dataset.train_images))
        self.chosen = order[: min(most, train or most)]
        self.labels: Labels = dataset.train_labels[self.chosen]
        classes = len(np.unique(self.labels))
        if classes < 2:
            raise ProbeError(_one_class(self.labels, dataset.noun))
        if 2 * classes > len(self.labels) > _FEW:
            raise ProbeError(
                f"The {len(self.labels):,} training {dataset.noun} are of {classes:,} classes: "
                "too few of each to learn a class from."
            )

    def features(self, encoder: Encoder, *, noisy: bool, monitor: Monitor = UNWATCHED) -> Floats:
        """Return the features (n, k) of the training images, whose classes are ``labels``. Raises Cancelled."""
        rng = np.random.default_rng((self.seed, _NOISE))
        parts = []
        for start in range(0, len(self.chosen), _ROWS):
            monitor.count(start, len(self.chosen), "images")
            rows = self.dataset.standardize(self.dataset.train_images[self.chosen[start : start + _ROWS]])
            parts.append(encoder(np.asarray(self.corruption.apply(rows, rng), np.float32) if noisy else rows))
        return np.concatenate(parts)

    def fit(self, encoder: Encoder, *, noisy: bool = False, monitor: Monitor = UNWATCHED) -> LinearClassifier:
        """Return a classifier that is fitted to the features of the training images.

        Raises ProbeError when they are not finite, for the network has diverged, and Cancelled.
        """
        whole = monitor.part()
        whole.stage(0.0, 0.2, "encoding training images")
        features = self.features(encoder, noisy=noisy, monitor=whole)
        if not np.isfinite(features).all():
            raise ProbeError("The network's weights have diverged: its code has no finite numbers.")
        whole.stage(0.2, 1.0, "fitting the classifier")
        return fit(features, self.labels, whole.part())

    def read(self, encoder: Encoder, *, noisy: bool = False, monitor: Monitor = UNWATCHED) -> Reading:
        """Fit a classifier to features of the training images, and measure it on the held-out ones.

        Raises ProbeError when they are not finite, for the network has diverged, and Cancelled.
        """
        classifier = self.fit(encoder, noisy=noisy, monitor=monitor)
        rows = self.held_out.noisy if noisy else self.held_out.clean
        parts = [encoder(rows[start : start + _ROWS]) for start in range(0, len(rows), _ROWS)]
        taken = np.concatenate([classifier.predict(part) for part in parts])
        size = parts[0].shape[1]
        return Reading(size, self.truth, taken, self.held_out.indices, len(self.chosen), classifier.strength)


def read_contender(
    probe: Probe, key: str, model: AutoEncoder, config: TrainingConfig, *, noisy: bool, monitor: Monitor = UNWATCHED
) -> Reading | None:
    """Return what is read off a contender's features; None where its images are too large for PCA.

    Raises ProbeError and Cancelled.
    """
    try:
        encoder = CONTENDERS[key].encoder(probe.dataset, model, config)
    except TooLargeError:
        return None
    return probe.read(encoder, noisy=noisy, monitor=monitor)
