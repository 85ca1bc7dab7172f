"""The sections of a report, a function each: figures, tables, and sentences that are made of measurements."""

from __future__ import annotations

import numpy as np

from dae_core.evaluation.comparison import verdict
from dae_core.inspection.filter_kinds import CRITERION
from dae_core.report import findings
from dae_core.report.document import Block, Paragraph, SideBySide, Table, Tiles
from dae_core.report.figures import error_plot, histogram, smoothed_plot
from dae_core.report.measurements import Measured, ReportInput
from dae_core.report.options import ReportOptions
from dae_core.report.pictures import digits_picture
from dae_core.training.settings import SETTINGS


def summary(found: Measured) -> list[Block]:
    """Return the most important figures, and a sentence on them."""
    figures, bound = found.figures, found.linear_mse
    mse = figures.mse
    items = [(f"{mse:.4f}", "held-out MSE"), (f"{figures.psnr:.2f} dB", "held-out PSNR")]
    if bound is not None:
        items.append((f"{bound:.4f}", "best linear denoiser, MSE"))
    if figures.sparsity is not None:
        items.append((findings.percent(figures.sparsity), "hidden units active"))
    return [Tiles(tuple(items)), Paragraph(_judged(found))]


def _judged(found: Measured) -> str:
    figures, bound = found.figures, found.linear_mse
    mse = figures.mse
    if not np.isfinite(mse):
        return "The reconstructions are no numbers: the weights have diverged."
    judged = (
        f"On {figures.n_images:,} held-out {found.noun} the network's MSE is {mse:.4f} in {found.units} "
        f"(PSNR {figures.psnr:.2f} dB, mean over images)"
    )
    if bound is None:
        return f"{judged}."
    side = "below" if mse < bound else "above" if mse > bound else "equal to"
    by = f", by {findings.percent(abs(1 - mse / bound))}" if bound > 0 and mse != bound else ""
    return f"{judged}; that is {side} the {bound:.4f} of the best linear denoiser{by}."


def settings(about: ReportInput, found: Measured) -> list[Block]:
    """Return all settings, beside some of the images."""
    values = [(row, getattr(about.config, field)) for field, row in SETTINGS.items()]
    rows = [(row.name, row.text(value)) for row, value in values if value or not row.is_code]
    dataset = about.dataset
    whose = "" if dataset.given_scale is None else ", of the images that the model was trained on"
    rows += [
        ("iterations done", f"{about.iteration:,}"),
        ("data set", dataset.name),
        ("images", f"{len(dataset.train_images):,} to train on, {len(dataset.test_images):,} held out"),
        ("image size", f"{dataset.shape[0]} × {dataset.shape[1]} pixels"),
        ("mean and standard deviation", f"{dataset.mean:.3f} and {dataset.std:.3f} of 255{whose}"),
    ]
    if about.noise is not None and about.noise != about.config.corruption:
        rows.append(("noise measured with", str(about.noise)))
    if about.seconds:
        rows.append(("time of training", f"{about.seconds:.1f} s"))
    caption = f"(a) {len(found.digits)} random training images of {dataset.name}"
    picture = digits_picture(found.digits, 10, caption)
    blocks: list[Block] = [SideBySide((Table((), tuple(rows)), picture), (1, 1))]
    if about.curves is not None and about.curves.changes:
        blocks.append(Paragraph("Changed during the run: " + "; ".join(about.curves.changes) + "."))
    return blocks


def learning(about: ReportInput) -> list[Block]:
    """Return the curves, and how they went."""
    curves = about.curves
    if curves is None:
        text = "There are no curves: a model file holds the weights but not the history of the run that made them."
        if not about.iteration:
            text = "There are no curves: the run has not begun."
        return [Paragraph(text)]
    blocks: list[Block] = [Paragraph(" ".join(findings.learning(curves, about.config.architecture.output)))]
    if curves.count < about.iteration:
        text = f"The curves cover the last {curves.count:,} of {about.iteration:,} iterations: what was recorded."
        blocks.append(Paragraph(text, is_note=True))
    loss = about.config.architecture.output
    return [*blocks, error_plot(curves, loss), smoothed_plot(curves, loss)]


def denoising(about: ReportInput, found: Measured) -> list[Block]:
    """Return some images, the same with noise, and what the network makes of them."""
    rows = np.concatenate(found.rows)
    caption = (
        f"(f) {len(found.rows[0])} random held-out {found.noun}: original, with noise ({about.corruption.describe()}), "
        "reconstruction"
    )
    return [digits_picture(rows, len(found.rows[0]), caption)]


def comparison(about: ReportInput, found: Measured) -> list[Block]:
    """Return all methods in a table, and who wins."""
    rows = tuple(
        (
            method.name,
            method.setting,
            f"{method.mean('mse'):.4f}",
            f"{method.mean('psnr'):.2f}",
            f"{method.mean('ssim'):.3f}",
        )
        for method in found.methods
    )
    noise = about.corruption.describe()
    caption = (
        f"Means over the same {found.n_compared:,} held-out {found.noun} with the same noise ({noise}): "
        f"MSE in {found.units}, PSNR in dB (the mean of each image's), SSIM"
    )
    head = ("method", "setting", "MSE", "PSNR", "SSIM")
    sentence = f"On these {found.n_compared:,} held-out {found.noun}: {verdict(found.methods)}"
    missing = (Paragraph(found.left_out),) if found.left_out else ()
    return [Paragraph(sentence), *missing, Table(head, rows, caption)]


def units(about: ReportInput, found: Measured, *, with_cosines: bool) -> list[Block]:
    """Return how the hidden units' quantities are distributed; the cosines of W and V are part of an answer."""
    activity, weights = found.activity, found.weights
    squared = about.model.architecture.output.is_squared
    measures = [
        ("firing rate", activity.firing_rates),
        ("bias", weights.biases),
        ("norm of the column of W", weights.norms_w),
        ("norm of the row of V", weights.norms_v),
        (f"rise of the {'MSE' if squared else 'error a pixel'} when switched off", activity.importances),
    ]
    if with_cosines and not about.model.architecture.tied:
        measures.append(("cosine of W and V", weights.cosines))
    rows = []
    for name, values in measures:
        known = values[np.isfinite(values)]
        shown = np.percentile(known, (0, 25, 50, 75, 100)) if known.size else np.full(5, np.nan)
        rows.append((name, *(f"{value:.3g}".replace("-", "−") for value in shown)))
    table = Table(
        ("", "smallest", "lower quartile", "median", "upper quartile", "largest"),
        tuple(rows),
        f"All {about.model.n_hidden:,} hidden units, measured on {activity.n_images:,} noisy held-out {found.noun}",
    )
    kind = about.model.architecture
    texts = [*findings.activity(activity, found.noun, kind), *findings.biases(weights, kind)]
    plots = (
        histogram(activity.firing_rates, "firing rate of a hidden unit"),
        histogram(weights.biases, "bias of a hidden unit"),
    )
    return [*map(Paragraph, texts), table, SideBySide(plots)]


def method(about: ReportInput, options: ReportOptions) -> list[Block]:
    """Return how all of it was measured."""
    tuned = "The classical filters were tuned on training images. " if options.comparison else ""
    source = "recorded while training" if about.curves is not None else "not available"
    scale = (
        "Errors are in standardized units: grey levels minus their mean, divided by their standard deviation."
        if about.config.architecture.output.is_squared
        else f"Mean squared errors are of {about.dataset.units}, the curves in {about.config.architecture.output.unit}."
    )
    text = (
        f"{scale} Held-out images are those that {about.dataset.name} keeps apart from its training images; "
        f"their noise has a seed of its own, the same for every method. {tuned}The best "
        "linear denoiser is the affine map with the least mean squared error for this noise. "
        f"The curves are {source}."
    )
    notes = [CRITERION, text] if options.answers else [text]
    return [Paragraph(note, is_note=True) for note in notes]
