"""Is the network any good? The classical denoisers and the network on the same held-out digits with the same noise."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from dae_core.datasets import Dataset
from dae_core.evaluation import filter_tuning, metrics
from dae_core.evaluation.classical import PcaDenoiser
from dae_core.evaluation.filter_tuning import TrainingPairs, clipped
from dae_core.evaluation.held_out import HeldOut
from dae_core.evaluation.linear_denoiser import LinearDenoiser, PixelStatistics
from dae_core.evaluation.linear_memory import reason_to_leave_out
from dae_core.evaluation.ssim import SimilarityReference
from dae_core.jobs import Monitor
from dae_core.model.autoencoder import AutoEncoder
from dae_core.model.corruption import Corruption
from dae_core.texts import listed, table_cell, table_comment

Floats = NDArray[np.floating[Any]]
Doubles = NDArray[np.float64]
Metric = Literal["mse", "psnr", "ssim"]
METRICS: tuple[Metric, ...] = ("mse", "psnr", "ssim")

NAMES = {
    "noisy": "noisy input",
    "median": "median",
    "blur": "Gaussian blur",
    "tv": "total variation",
    "nlm": "non-local means",
    "pca": "PCA",
    "linear": "best linear denoiser",
    "network": "network",
}
# For the verdict: whether more is better (1 or -1), how a figure is written, and by how much it differs from another.
_VERDICTS: dict[Metric, tuple[int, str, Callable[[float, float], str]]] = {
    "mse": (-1, ".4f", lambda a, b: f" by {100 * abs(1 - a / b):.1f} %" if b > 0 else ""),
    "psnr": (1, ".2f", lambda a, b: f" by {abs(a - b):.2f} dB"),
    "ssim": (1, ".3f", lambda a, b: f" by {abs(a - b):.3f}"),
}
SHOWN = 10  # digits of which pictures are kept
_ROWS = 500
_LINEAR_SEED = 20_240_302
_FILTERS = (
    ("median", filter_tuning.tune_median, 0.10, 0.12),
    ("blur", filter_tuning.tune_blur, 0.12, 0.14),
    ("tv", filter_tuning.tune_total_variation, 0.14, 0.25),
    ("nlm", filter_tuning.tune_non_local_means, 0.25, 1.0),
)


@dataclass(frozen=True, eq=False)
class Judged:
    """What one method makes of the held-out images.

    ``mse`` (n,) is each image's error in standardized units, ``psnr`` (n,) its PSNR in dB for a peak of 1, ``ssim``
    (n,) its structural similarity as it is seen, clipped to black and white. ``pictures`` (k, h, w), float32, are the
    first k results in grey, 0 to 1, not clipped. ``setting`` says with which parameters the method was used.
    """

    key: str
    setting: str
    mse: Doubles
    psnr: Doubles
    ssim: Doubles
    pictures: NDArray[np.float32]

    @property
    def name(self) -> str:
        """The name of the method."""
        return NAMES[self.key]

    @property
    def full_name(self) -> str:
        """The name with its article, for a sentence."""
        return f"the {self.name}" if self.key in ("noisy", "median", "linear") else self.name

    def mean(self, metric: Metric) -> float:
        """Return the mean of a figure over the images; for PSNR the mean of each image's, not that of the mean MSE."""
        values: Doubles = getattr(self, metric)
        return float(values.mean())

    def class_means(self, metric: Metric, labels: NDArray[np.uint8]) -> dict[int, float]:
        """Return the mean of a figure over the images of each class, for labels (n,)."""
        values: Doubles = getattr(self, metric)
        return {int(label): float(values[labels == label].mean()) for label in np.unique(labels)}


class Bench:
    """Held-out images, corrupted once, and the figures of any reconstruction of them.

    Parameters
    ----------
    dataset, corruption
        The corruption's black and white are taken from the data set.
    count
        How many held-out images, from a fixed random order; all of them where there are no more.
    clip
        Whether noisy images are cut off at black and white, as a camera would, before any method gets them.
    """

    def __init__(self, dataset: Dataset, corruption: Corruption, count: int, clip: bool = False) -> None:
        held_out = HeldOut(dataset, corruption, count)
        self.dataset = dataset
        self.corruption = held_out.corruption
        self.clip = clip
        self.clean = held_out.clean
        self.noisy = clipped(dataset, held_out.noisy, clip)
        self.labels = None if dataset.test_labels is None else dataset.test_labels[held_out.indices]
        self._reference = SimilarityReference(dataset.to_pixels(self.clean))

    def __len__(self) -> int:
        return len(self.clean)

    @property
    def left_out(self) -> str:
        """Why PCA and the linear denoiser are not compared, in a sentence; empty where they are."""
        return reason_to_leave_out(self.dataset.shape, with_pca=True)

    def clean_pictures(self) -> NDArray[np.float32]:
        """Return the first clean images (k, h, w) in grey, in the order of `Judged.pictures`."""
        return np.asarray(self.dataset.to_pixels(self.clean[:SHOWN]), np.float32)

    def judge(self, key: str, setting: str, rows: Floats) -> Judged:
        """Return the figures of reconstructions (n, d) in standardized units."""
        with np.errstate(over="ignore", invalid="ignore"):  # a diverged network has figures of inf or NaN
            mse = metrics.squared_error(rows, self.clean) / self.dataset.n_inputs
            pictures = np.asarray(self.dataset.to_pixels(rows), np.float32)
        psnr = metrics.psnr(mse, self.dataset.pixel_scale)
        return Judged(key, setting, mse, psnr, self._reference.similarity(pictures), pictures[:SHOWN].copy())

    def judge_network(self, model: AutoEncoder, setting: str = "") -> Judged:
        """Return the figures of a network, which is only read."""
        rows = np.empty_like(self.clean)
        with np.errstate(over="ignore", invalid="ignore"):
            for start in range(0, len(self), _ROWS):
                rows[start : start + _ROWS] = model.reconstruct(self.noisy[start : start + _ROWS])
        return self.judge("network", setting or f"{model.n_hidden:,} hidden units", rows)


def judge_others(bench: Bench, monitor: Monitor) -> tuple[Judged, ...]:
    """Return the figures of every method but the network, tuned on training digits; half a minute for 1,000 of MNIST.

    The filters are tuned on `filter_tuning.TUNING_IMAGES` training digits with the same kind of noise, PCA's number of
    components on `filter_tuning.PCA_IMAGES`, each for the least MSE. PCA and the linear denoiser are fitted to all of
    the training digits; both are missing where they do not fit into memory, as `Bench.left_out` says.

    Raises
    ------
    Cancelled
        When ``monitor`` is to stop.
    """
    dataset, shape = bench.dataset, (len(bench), *bench.dataset.shape)
    results = [bench.judge("noisy", "as it is", bench.noisy)]
    monitor.stage(0.0, 0.05, "measuring the training digits")
    fitted = () if bench.left_out else _judge_fitted(bench, monitor)
    pairs = TrainingPairs(dataset, bench.corruption, filter_tuning.TUNING_IMAGES, bench.clip)
    for key, tune, start, end in _FILTERS:
        middle = start + (end - start) / 2
        monitor.stage(start, middle, f"tuning {NAMES[key]} on training digits")
        tuned = tune(pairs, monitor)
        monitor.stage(middle, end, f"applying {NAMES[key]} to the held-out digits")
        pictures = tuned.apply(bench.noisy.reshape(shape), monitor)
        results.append(bench.judge(key, tuned.setting, pictures.reshape(len(bench), -1)))
    monitor.stage(1.0, 1.0, "done")
    return (*results, *fitted)


def _judge_fitted(bench: Bench, monitor: Monitor) -> tuple[Judged, Judged]:
    """Return the figures of the two methods that take the covariance of all pixels: PCA and the linear denoiser."""
    dataset = bench.dataset
    statistics = PixelStatistics.of(dataset, monitor)
    monitor.stage(0.05, 0.10, "fitting the linear denoiser")
    how = "least squares on samples" if _needs_samples(bench) else "closed form"
    linear = bench.judge("linear", how, _linear(bench, statistics, monitor).reconstruct(bench.noisy))
    pca = PcaDenoiser.fit(statistics)
    pairs = TrainingPairs(dataset, bench.corruption, filter_tuning.PCA_IMAGES, bench.clip)
    best = pca.best_count(*(part.reshape(-1, dataset.n_inputs) for part in (pairs.noisy, pairs.clean)))
    monitor.check()
    setting = f"{best} of {dataset.n_inputs} components"
    return bench.judge("pca", setting, pca.reconstruct(bench.noisy, best)), linear


def verdict(methods: Sequence[Judged]) -> str:
    """Return one sentence: by how much the network wins or loses against the best other method, in each measure.

    The noisy input counts as a method: doing nothing may be the best.
    """
    network = next((method for method in methods if method.key == "network"), None)
    others = [method for method in methods if method.key != "network"]
    if network is None or not others:
        return ""
    if not np.isfinite(network.mean("mse")):
        return "The network's weights have diverged: its reconstructions are no numbers."
    parts: list[tuple[str, list[str]]] = []  # whom it beats or loses to, and in which measures
    for metric in METRICS:
        against = _against_best(metric, network, others)
        if against is not None and parts and parts[-1][0] == against[0]:
            parts[-1][1].append(against[1])
        elif against is not None:
            parts.append((against[0], [against[1]]))
    return f"The network {listed([f'{whom} in {listed(measures)}' for whom, measures in parts])}."


def _against_best(metric: Metric, network: Judged, others: Sequence[Judged]) -> tuple[str, str] | None:
    """Return "beats the median" or the like, and the measure with its numbers; None where there is nothing to say."""
    sign, numbers, difference = _VERDICTS[metric]
    known = [other for other in others if not np.isnan(other.mean(metric))]
    mine = network.mean(metric)
    if not known or np.isnan(mine):
        return None
    best = max(known, key=lambda other: sign * other.mean(metric))
    theirs = best.mean(metric)
    if mine == theirs:
        return f"draws with {best.full_name}", metric.upper()
    verb = "beats" if sign * mine > sign * theirs else "loses to"
    both = f"{mine:{numbers}} against {theirs:{numbers}}"
    return f"{verb} {best.full_name}", f"{metric.upper()}{difference(mine, theirs)} ({both})"


def _needs_samples(bench: Bench) -> bool:
    """Whether the noise has no closed form: it goes beyond black and white, and is cut off there."""
    return bench.clip and not bench.corruption.is_bounded


def _linear(bench: Bench, statistics: PixelStatistics, monitor: Monitor) -> LinearDenoiser:
    if not _needs_samples(bench):
        return LinearDenoiser.fit(statistics, bench.corruption)
    return LinearDenoiser.estimate(_samples(bench, monitor))


def _samples(bench: Bench, monitor: Monitor) -> Iterator[tuple[Floats, Floats]]:
    """Yield all training images as (noisy, clean) rows: small data sets several times, each time with new noise."""
    dataset, images = bench.dataset, bench.dataset.train_images
    rng = np.random.default_rng(_LINEAR_SEED)
    rounds = max(1, -(-20_000 // len(images)))
    for turn in range(rounds):
        for start in range(0, len(images), _ROWS):
            monitor.report((turn + start / len(images)) / rounds)
            clean = dataset.standardize(images[start : start + _ROWS])
            yield clipped(dataset, bench.corruption.apply(clean, rng), bench.clip), clean


def comparison_csv(bench: Bench, methods: Sequence[Judged]) -> str:
    """Return one row a method: the means of MSE, PSNR and SSIM, then the same for each class where classes are known.

    Lines that begin with ``#`` say what the numbers are and which images and noise they belong to.
    """
    labels = bench.labels
    classes = [] if labels is None else sorted({int(label) for label in labels})
    stream = io.StringIO()
    cut = ", cut off at black and white" if bench.clip else ""
    stream.write("# Denoising Autoencoder Studio: denoisers compared on the same held-out images\n")
    name = table_comment(repr(bench.dataset.name))
    stream.write(f"# data set {name}, {len(bench)} held-out images, noise {bench.corruption}{cut}\n")
    stream.write("# mse: in standardized units; psnr: dB for a peak of 1, mean of each image's; ssim: mean\n")
    if bench.left_out:
        stream.write(f"# {table_comment(bench.left_out)}\n")
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(["method", "setting", *METRICS, *(f"{m}_class_{c}" for m in METRICS for c in classes)])
    for method in methods:
        row: list[object] = [
            table_cell(method.name),
            table_cell(method.setting),
            *(method.mean(metric) for metric in METRICS),
        ]
        if labels is not None:
            for metric in METRICS:
                means = method.class_means(metric, labels)
                row += [means[c] for c in classes]
        writer.writerow(row)
    return stream.getvalue()
