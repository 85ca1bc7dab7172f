"""Which curves the panel shows, in which order, and how they and the axes are called."""

from dae_gui.widgets.plots.curve_legend import Entry, Swatch
from dae_gui.widgets.plots.curve_plot import CurveStyle

# From the hindmost to the foremost. Other runs' thin lines lie over the bands, else those would hide them.
STYLES = (
    CurveStyle("sparsity_raw", "sparsity_raw", on_right=True, behind=True),
    CurveStyle("error_raw", "error_raw", behind=True),
    CurveStyle("sparsity", "sparsity", on_right=True, behind=True, broken=True),
    CurveStyle("error", "error", behind=True),
    CurveStyle("held_out", "held_out"),
)
LEGEND = (
    Entry("error_raw", "Error", "Squared error of each iteration's image", Swatch.BAND),
    Entry("error", "Error, mean", "Squared error, moving average", Swatch.LINE),
    Entry("held_out", "Held-out", "Mean squared error on held-out images", Swatch.DOTS),
    Entry("linear_bound", "Best linear", "Error of the best linear denoiser", Swatch.DASHES),
    Entry("sparsity_raw", "Sparsity", "Sparsity: fraction of active hidden units at each iteration", Swatch.BAND),
    Entry("sparsity", "Sparsity, mean", "Sparsity: fraction of active hidden units, moving average", Swatch.BROKEN),
)
BOTTOM = ("Iteration",)
LEFT = (
    "Squared error |y − x₀|² per image (standardized units)",
    "Squared error |y − x₀|² per image<br>(standardized units)",
    "Error |y − x₀|² per image<br>(standardized units)",
    "|y − x₀|² per image<br>(standardized)",
    "Error per<br>image",
)
RIGHT = ("Sparsity: active hidden units (fraction)", "Active hidden units<br>(fraction)", "Active<br>(fraction)")
HINT = "Press Start to watch the error fall"
HINT_WHILE_ACTIVE = "The first iterations are about to come"
EMPTY_RANGE = (0.0, 800.0)  # about what an untrained network errs
RIGHT_RANGE = (0.0, 1.0)
MAX_DOTS = 250
NOISE_CHANGE = "noise level"  # the name of a change from which on the best linear denoiser is another one
PIXELS_PER_DOT = 7.0
