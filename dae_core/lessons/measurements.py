"""The measurements that a lesson can ask for, a row each."""

from __future__ import annotations

from dae_core.lessons.measurement import Measurement, Parameter
from dae_core.lessons.measuring import classes, curve, network, quality
from dae_core.lessons.names import UNIT_ORDERS
from dae_core.model.activations import ACTIVE
from dae_core.representation.probe import CONTENDERS

_NOISE = Parameter("noise", "the noise on the held-out images, such as gaussian:0.5; that of the run if left out", "")
_TEST = Parameter("test", "the level of the noise on the held-out images", 1.0, 0.0, 10.0)
_MOST = Parameter("most", "how often at most", 20, 2, 200)
_LAYER = Parameter("layer", "which filters", "W", choices=("W", "V"))
_FILTER = Parameter("filter", "which kind", "stroke-like", choices=tuple(network.KINDS))
_BY = Parameter("by", "how the units are ranked", "worth", choices=tuple(UNIT_ORDERS))
_RANK = Parameter("rank", "which unit, 1 for the first", 1, 1, 10_000)
_PAIR = Parameter("first", "the rank of one", 1, 1, 10_000), Parameter("second", "that of the other", 2, 1, 10_000), _BY
_CURVE = Parameter("curve", "which curve", "error", choices=("error", "sparsity"))
_WINDOW = Parameter("window", "iterations averaged over", 25, 1, 100_000)
_FEATURES = Parameter("features", "what the classifier reads", "code", choices=tuple(CONTENDERS))
_INPUT = Parameter("input", "of which images", "clean", choices=("clean", "noisy"))
_LAST = Parameter("last", "iterations looked at", 5_000, 100, 1_000_000)
_MSE = "mean squared error over pixels and held-out images, in standardized units"

_ROWS = (
    Measurement(
        "noisy_mse",
        "MSE of the noisy images",
        "",
        f"The {_MSE}, of the noisy images themselves.",
        quality.noisy_mse,
        (_NOISE,),
    ),
    Measurement(
        "held_out_mse",
        "held-out MSE",
        "",
        f"The {_MSE}, of what the network makes of noisy images.",
        quality.held_out_mse,
        (_NOISE,),
    ),
    Measurement(
        "psnr",
        "PSNR",
        "dB",
        "The mean over held-out images of the PSNR of what the network makes of them, for a peak of 1.",
        quality.psnr,
        (_NOISE,),
    ),
    Measurement(
        "linear_mse",
        "MSE of the best linear denoiser",
        "",
        f"The {_MSE}, of the best linear denoiser.",
        quality.linear_mse,
        (_NOISE,),
    ),
    Measurement(
        "ratio_to_linear",
        "held-out MSE as a multiple of the best linear denoiser's",
        "",
        "The network's held-out MSE divided by that of the best linear denoiser: above 1 it is the worse one.",
        quality.ratio_to_linear,
        (_NOISE,),
    ),
    Measurement(
        "training_gap",
        "held-out error as a multiple of the training error",
        "",
        "Both on 500 images with fixed noise: well above 1 where the network has learnt its examples by heart.",
        quality.training_gap,
    ),
    Measurement(
        "best_training_noise",
        "best training noise",
        "",
        "The level of the training noise of that run of the session which has the least MSE on held-out images with "
        "noise of the level `test`. Compared are the runs that differ from the present one in the level of their noise "
        "(and the seed) alone and are equally long, at least two.",
        quality.best_training_noise,
        (_TEST,),
    ),
    Measurement(
        "passes_until_worse",
        "pass at which it gets worse",
        "",
        "All noisy held-out images go through the network again and again: the first pass after which their mean error "
        "is larger than before it.",
        quality.passes_until_worse,
        (_MOST,),
        is_count=True,
    ),
    Measurement(
        "sparsity",
        "active hidden units",
        "%",
        f"The mean share of the hidden units that are active ({ACTIVE}) on noisy held-out images.",
        network.sparsity,
        (_NOISE,),
    ),
    Measurement(
        "dead_units",
        "dead units",
        "",
        "How many hidden units are active on none of the noisy held-out images, or, where units that are not active "
        "are not silent, have one value on all of them.",
        network.dead_units,
        (_NOISE,),
        is_count=True,
    ),
    Measurement(
        "mean_cosine",
        "mean cosine between W and V",
        "",
        "The mean over hidden units of the cosine between the column of W and the row of V.",
        network.mean_cosine,
    ),
    Measurement("mean_bias", "mean bias", "", "The mean of B.", network.mean_bias),
    Measurement(
        "filter_share",
        "share of a kind of filters",
        "%",
        "How many filters of a layer are of a kind, by the criteria of the filters' panels.",
        network.filter_share,
        (_LAYER, _FILTER),
    ),
    Measurement(
        "unit_worth",
        "worth of a unit",
        "%",
        "By how much the held-out MSE rises when the unit of a rank is switched off.",
        network.unit_worth,
        (_RANK, _BY),
    ),
    Measurement(
        "pair_worth",
        "worth of two units together",
        "%",
        "By how much the held-out MSE rises when the units of two ranks are switched off.",
        network.pair_worth,
        _PAIR,
    ),
    Measurement(
        "pair_worth_gap",
        "worth of two units together beyond the sum of both",
        "% of the MSE",
        "The rise of the held-out MSE without both units, less the rises without each alone.",
        network.pair_worth_gap,
        _PAIR,
    ),
    Measurement(
        "probe_error",
        "error of a linear classifier",
        "%",
        "The share of the held-out images that a linear classifier mistakes which was fitted to features of the "
        "training images: the code z, the pixels, as many principal components, or the code of start weights.",
        classes.probe_error,
        (_FEATURES, _INPUT),
    ),
    Measurement(
        "gradient_error",
        "worst relative error of the gradient",
        "",
        "The run's kind of gradient (exact or as published), at its weights and for one noisy held-out image, against "
        "finite differences in float64: the worst of up to 50 entries of each of W, B, V and C.",
        network.gradient_error,
    ),
    Measurement(
        "curve_scatter",
        "scatter of the smoothed curve",
        "",
        "The standard deviation of the moving average over `window` iterations around a straight line, over the `last` "
        "iterations.",
        curve.curve_scatter,
        (_CURVE, _WINDOW, _LAST),
    ),
    Measurement(
        "curve_end",
        "end of the curve",
        "",
        "The mean of the curve over the last `window` iterations: |y − x₀|², or the share of active units from 0 to 1.",
        curve.curve_end,
        (_CURVE, _WINDOW),
    ),
    Measurement(
        "divergence_iteration",
        "iteration of the divergence",
        "",
        "The iteration at which the run diverged.",
        curve.divergence_iteration,
        is_count=True,
    ),
    Measurement(
        "iteration",
        "iterations",
        "",
        "How many iterations made the run's weights.",
        curve.iteration,
        is_count=True,
    ),
)

MEASUREMENTS: dict[str, Measurement] = {row.name: row for row in _ROWS}
"""By their names."""
