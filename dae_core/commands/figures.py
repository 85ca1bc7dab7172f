"""The held-out figures that commands report."""

from __future__ import annotations

from typing import Any

from dae_core.datasets import Dataset
from dae_core.evaluation.held_out import Figures, HeldOut
from dae_core.evaluation.linear_denoiser import PixelStatistics, linear_bound
from dae_core.evaluation.linear_memory import reason_to_leave_out
from dae_core.model.autoencoder import AutoEncoder
from dae_core.model.corruption import Corruption

EXPLANATIONS = {
    "iterations": "iterations trained",
    "seconds": "seconds of training",
    "iterations_per_second": "iterations a second",
    "smoothed_error": "error |y - x0|² or cross-entropy, mean of the last 25 iterations",
    "smoothed_sparsity": "fraction of active hidden units, mean of the last 25 iterations",
    "sparsity": "fraction of active hidden units on held-out images",
    "test_mse": "held-out MSE per pixel (standardized units, or pixels from 0 to 1)",
    "test_mse_averaged": "held-out MSE per pixel of the averaged weights",
    "test_loss": "held-out cross-entropy (nats, mean over images)",
    "test_psnr": "held-out PSNR (dB, mean over images)",
    "test_images": "held-out images",
    "linear_bound_mse": "held-out MSE of the best linear denoiser",
    "linear_bound_left_out": "not measured",
    "dead_units": "hidden units that fire on no held-out image",
    "diverged_at": "diverged at iteration",
    "dataset": "data set",
    "mean": "mean that standardized the images (grey levels of 255)",
    "std": "standard deviation that standardized them",
    "standardized_by": "both are those of the",
    "noise": "noise",
    "model": "model written to",
    "session": "session written to",
}


def held_out_figures(dataset: Dataset, noise: Corruption, model: AutoEncoder) -> tuple[Figures, dict[str, Any]]:
    """Return the figures on all held-out images, also as values to report beside the best linear denoiser's error.

    That error is None where it would need too much memory; ``linear_bound_left_out`` then says so in a sentence.
    """
    held_out = HeldOut(dataset, noise)
    figures = held_out.evaluate(model)
    left_out = reason_to_leave_out(dataset.shape)
    bound = None if left_out else linear_bound(PixelStatistics.of(dataset), held_out)
    return figures, values_of(figures) | {"linear_bound_mse": bound, "linear_bound_left_out": left_out or None}


def values_of(figures: Figures) -> dict[str, Any]:
    """Return held-out figures as values to report."""
    loss = {} if figures.loss_error is None else {"test_loss": figures.loss_error}
    return {
        "test_mse": figures.mse,
        **loss,
        "test_psnr": figures.psnr,
        "test_images": figures.n_images,
        "sparsity": figures.sparsity,
        "dead_units": figures.dead_units,
    }
