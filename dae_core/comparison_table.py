"""A comparison as the contents of a CSV file."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

from dae_core.comparison import METRICS, Bench, Judged


def comparison_csv(bench: Bench, methods: Sequence[Judged]) -> str:
    """Return one row a method: the means of MSE, PSNR and SSIM, then the same for each class where classes are known.

    Lines that begin with ``#`` say what the numbers are and which images and noise they belong to.
    """
    labels = bench.labels
    classes = [] if labels is None else sorted({int(label) for label in labels})
    stream = io.StringIO()
    cut = ", cut off at black and white" if bench.clip else ""
    stream.write("# Denoising Autoencoder Studio: denoisers compared on the same held-out images\n")
    stream.write(f"# data set {bench.dataset.name!r}, {len(bench)} held-out images, noise {bench.corruption}{cut}\n")
    stream.write("# mse: in standardized units; psnr: dB for a peak of 1, mean of each image's; ssim: mean\n")
    if bench.left_out:
        stream.write(f"# {bench.left_out}\n")
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(["method", "setting", *METRICS, *(f"{m}_class_{c}" for m in METRICS for c in classes)])
    for method in methods:
        row: list[object] = [method.name, method.setting, *(method.mean(metric) for metric in METRICS)]
        if labels is not None:
            for metric in METRICS:
                means = method.class_means(metric, labels)
                row += [means[c] for c in classes]
        writer.writerow(row)
    return stream.getvalue()
