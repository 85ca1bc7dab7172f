"""Figures of several methods as rows of a table: means, or one column for each class."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from dae_core.evaluation.comparison import Judged, Metric
from dae_gui.widgets.controls.figure_table import Cell, number_cell

SPECS: dict[Metric, str] = {"mse": ".4f", "psnr": ".2f", "ssim": ".3f"}
TITLES = ("Method", "Setting, tuned on training images", "MSE", "PSNR (dB)", "SSIM")
METHOD_TIPS = {
    "noisy": "Doing nothing",
    "median": "Each pixel's median over a square around it",
    "blur": "Gaussian blur",
    "tv": "Total variation (Rudin, Osher & Fatemi 1992), Chambolle's algorithm",
    "nlm": "Non-local means (Buades, Coll & Morel 2005): the mean of the pixels with similar surroundings",
    "pca": "Only what the leading principal components of clean training images can express",
    "linear": "The affine map with the least squared error for this noise (Wiener filter with the full covariance)",
    "network": "The network with the weights of now",
}

Table = tuple[tuple[str, ...], list[list[Cell]]]


def means_table(methods: Sequence[Judged]) -> Table:
    """Return titles and rows with the means over all images; the best of each column is bold."""
    means = {metric: [method.mean(metric) for method in methods] for metric in SPECS}
    best = {metric: best_place(values, metric) for metric, values in means.items()}
    rows = []
    for place, method in enumerate(methods):
        cells = [_name(method), Cell(method.setting)]
        cells += [number_cell(means[metric][place], spec, bold=place == best[metric]) for metric, spec in SPECS.items()]
        rows.append(cells)
    return TITLES, rows


def class_table(methods: Sequence[Judged], metric: Metric, labels: NDArray[np.uint8]) -> Table:
    """Return titles and rows with a figure's means over each class; the best of each column is bold."""
    means = [method.class_means(metric, labels) for method in methods]
    classes = sorted(means[0])
    best = {c: best_place([entry[c] for entry in means], metric) for c in classes}
    rows = [
        [_name(method), *(number_cell(entry[c], SPECS[metric], bold=place == best[c]) for c in classes)]
        for place, (method, entry) in enumerate(zip(methods, means, strict=True))
    ]
    return ("Method", *map(str, classes)), rows


def best_place(values: Sequence[float], metric: Metric) -> int:
    """Return where the best value stands: the least MSE, the largest PSNR or SSIM; -1 where there is none."""
    known = [(value, place) for place, value in enumerate(values) if not math.isnan(value)]
    if not known:
        return -1
    return (min if metric == "mse" else max)(known, key=lambda entry: entry[0])[1]


def _name(method: Judged) -> Cell:
    return Cell(method.name, bold=method.key == "network", tip=METHOD_TIPS[method.key])
