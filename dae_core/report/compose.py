"""The report itself: its sections and their content."""

from __future__ import annotations

import dataclasses
import importlib.metadata

import numpy as np

from dae_core import mosaic
from dae_core.evaluation.comparison import verdict
from dae_core.model.corruption import Corruption
from dae_core.report import findings
from dae_core.report.document import Block, Document, Paragraph, Section, Table
from dae_core.report.features import CRITERION, KINDS
from dae_core.report.figures import error_plot, held_out_plot, histogram, smoothed_plot
from dae_core.report.measurements import Measured, ReportInput
from dae_core.report.pictures import digits_picture, filters_picture

TITLE = "A denoising autoencoder: report"


def compose(about: ReportInput, found: Measured) -> Document:
    """Return the report: every figure of the exercise, and its questions answered by what was measured."""
    dataset = about.dataset
    subtitle = (
        f"{about.model.n_inputs}–{about.model.n_hidden}–{about.model.n_inputs} on {dataset.name}, "
        f"{about.iteration:,} iterations, noise {about.corruption}"
    )
    sections = (
        _summary(found),
        _settings(about),
        _digits(about, found),
        _curves(about),
        _filters(about, found),
        _reconstructions(about, found),
        _comparison(about, found),
        _units(about, found),
        Section("How it was measured", (Paragraph(CRITERION, is_note=True), Paragraph(_method(about), is_note=True))),
    )
    return Document(TITLE, ", ".join(part for part in (subtitle, about.when) if part), sections)


def _summary(found: Measured) -> Section:
    figures, bound = found.figures, found.linear_mse
    mse = figures.mse
    if not np.isfinite(mse):
        judged = "The reconstructions are no numbers: the weights have diverged."
    else:
        judged = (
            f"On {figures.n_images:,} held-out digits the network's MSE is {mse:.4f} in standardized units "
            f"(PSNR {figures.psnr:.2f} dB, mean over images)"
        )
        if bound is None:
            judged += "."
        else:
            side = "below" if mse < bound else "above" if mse > bound else "equal to"
            by = f", by {findings.percent(abs(1 - mse / bound))}" if bound > 0 and mse != bound else ""
            judged += f"; that is {side} the {bound:.4f} of the best linear denoiser{by}."
    return Section("In short", (Paragraph(judged),))


def _settings(about: ReportInput) -> Section:
    rows = [
        (field.name.replace("_", " "), _setting(getattr(about.config, field.name)))
        for field in dataclasses.fields(about.config)
    ]
    dataset = about.dataset
    whose = "" if dataset.given_scale is None else ", of the images that the model was trained on"
    rows += [
        ("iterations done", f"{about.iteration:,}"),
        ("data set", dataset.name),
        ("images", f"{len(dataset.train_images):,} to train on, {len(dataset.test_images):,} held out"),
        ("image size", f"{dataset.shape[0]} × {dataset.shape[1]} pixels"),
        ("mean and standard deviation", f"{dataset.mean:.3f} and {dataset.std:.3f} grey levels of 255{whose}"),
    ]
    if about.noise is not None and about.noise != about.config.corruption:
        rows.append(("noise measured with", str(about.noise)))
    if about.seconds:
        rows.append(("seconds of training", f"{about.seconds:.1f}"))
    rows.append(("version", _version()))
    blocks: list[Block] = [Table((), tuple(rows), is_numeric=False)]
    if about.curves is not None and about.curves.changes:
        blocks.append(Paragraph("Changed during the run: " + "; ".join(about.curves.changes) + "."))
    return Section("Settings", tuple(blocks))


def _setting(value: object) -> str:
    if isinstance(value, Corruption):
        return str(value)
    return f"{value:,}" if isinstance(value, int) else f"{value:g}" if isinstance(value, float) else str(value)


def _digits(about: ReportInput, found: Measured) -> Section:
    caption = f"(a) {len(found.digits)} random training images of {about.dataset.name}"
    return Section("The data", (digits_picture(found.digits, 10, caption),))


def _curves(about: ReportInput) -> Section:
    curves = about.curves
    title = "How it learned"
    if curves is None:
        text = "There are no curves: a model file holds the weights but not the history of the run that made them."
        return Section(title, (Paragraph(text),))
    blocks: list[Block] = [Paragraph(text) for text in findings.learning(curves)]
    if curves.count < about.iteration:
        text = f"The curves cover the last {curves.count:,} of {about.iteration:,} iterations: what was recorded."
        blocks.append(Paragraph(text, is_note=True))
    blocks += [error_plot(curves), smoothed_plot(curves)]
    if curves.held_out:
        blocks.append(held_out_plot(curves))
    return Section(title, tuple(blocks))


def _filters(about: ReportInput, found: Measured) -> Section:
    model, shape = about.model, about.dataset.shape
    rows, columns = mosaic.grid_shape(model.n_hidden)
    tiles = f"{rows}×{columns} tiles of {shape[0]}×{shape[1]} pixels; black is −{{level:.2g}}, white +{{level:.2g}}"
    w_picture, _ = filters_picture(model.W.T, shape, f"(d) The columns of W as {tiles}")
    v_picture, _ = filters_picture(model.V, shape, f"(e) The rows of V as {tiles}")
    shares = {layer: found.shapes[layer].shares() for layer in ("W", "V")}
    table = Table(
        ("kind of filter", "W", "V"),
        tuple((kind, *(findings.percent(shares[layer][kind]) for layer in ("W", "V"))) for kind in KINDS),
        "Share of the units, by the criterion under “How it was measured”",
    )
    blocks: list[Block] = [
        Paragraph(text) for layer in ("W", "V") for text in findings.features(layer, found.shapes[layer])
    ]
    blocks += [table, w_picture, v_picture]
    blocks += [Paragraph(text) for text in findings.relation(found.weights, model.n_inputs)]
    blocks.append(histogram(found.weights.cosines, "cosine between a unit's column of W and its row of V"))
    return Section("Which features do W and V model, and how do they relate?", tuple(blocks))


def _reconstructions(about: ReportInput, found: Measured) -> Section:
    rows = np.concatenate(found.rows)
    caption = (
        f"(f) {len(found.rows[0])} random held-out digits: original, with noise ({about.corruption}), reconstruction"
    )
    return Section("What it does to noisy digits", (digits_picture(rows, len(found.rows[0]), caption),))


def _comparison(about: ReportInput, found: Measured) -> Section:
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
    caption = (
        f"Means over the same {found.n_compared:,} held-out digits with the same noise ({about.corruption}): MSE in "
        "standardized units, PSNR in dB (the mean of each image's), SSIM"
    )
    head = ("method", "setting", "MSE", "PSNR", "SSIM")
    sentence = f"On these {found.n_compared:,} held-out digits: {verdict(found.methods)}"
    missing = (Paragraph(found.left_out),) if found.left_out else ()
    return Section("Is it any good?", (Paragraph(sentence), *missing, Table(head, rows, caption)))


def _units(about: ReportInput, found: Measured) -> Section:
    activity, weights = found.activity, found.weights
    measures = (
        ("firing rate", activity.firing_rates),
        ("bias", weights.biases),
        ("norm of the column of W", weights.norms_w),
        ("norm of the row of V", weights.norms_v),
        ("cosine of W and V", weights.cosines),
        ("rise of the MSE when switched off", activity.importances),
    )
    rows = []
    for name, values in measures:
        known = values[np.isfinite(values)]
        shown = np.percentile(known, (0, 25, 50, 75, 100)) if known.size else np.full(5, np.nan)
        rows.append((name, *(f"{value:.3g}".replace("-", "−") for value in shown)))
    table = Table(
        ("", "smallest", "lower quartile", "median", "upper quartile", "largest"),
        tuple(rows),
        f"All {about.model.n_hidden:,} hidden units, measured on {activity.n_images:,} noisy held-out digits",
    )
    texts = [*findings.activity(activity), *findings.biases(weights)]
    plot = histogram(weights.biases, "bias of a hidden unit")
    return Section("The hidden units", (*(Paragraph(text) for text in texts), table, plot))


def _method(about: ReportInput) -> str:
    source = "recorded while training" if about.curves is not None else "not available"
    return (
        "Errors are in standardized units: grey levels minus their mean, divided by their standard deviation. "
        f"Held-out digits are those that {about.dataset.name} keeps apart from its training digits; their noise has a "
        "seed of its own, the same for every method. The classical filters were tuned on training digits. The best "
        "linear denoiser is the affine map with the least mean squared error for this noise. "
        f"The curves are {source}."
    )


def _version() -> str:
    try:
        return importlib.metadata.version("dae-studio")
    except importlib.metadata.PackageNotFoundError:
        return "not installed"
