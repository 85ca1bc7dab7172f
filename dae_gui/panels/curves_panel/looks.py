"""Which curves the panel shows, in which order, and how they and the axes are called."""

from dae_core.glossary import meaning
from dae_core.model.losses import Loss
from dae_gui.widgets.plots.curve_legend import Entry, Swatch
from dae_gui.widgets.plots.curve_plot import CurveStyle

# From the hindmost to the foremost. Other runs' thin lines lie over the bands, else those would hide them.
STYLES = (
    CurveStyle("sparsity_raw", "sparsity_raw", on_right=True, behind=True),
    CurveStyle("error_raw", "error_raw", behind=True),
    CurveStyle("sparsity", "sparsity", on_right=True, behind=True, broken=True),
    CurveStyle("error", "error", behind=True),
    CurveStyle("held_out", "held_out"),
    CurveStyle("averaged", "averaged"),
)
LEGEND = (
    Entry("error_raw", "Error", f"{meaning('error')} Of each iteration's image.", Swatch.BAND),
    Entry("error", "Error, mean", "The same, moving average", Swatch.LINE),
    Entry("held_out", "Held-out", f"The mean error. {meaning('held-out images')}", Swatch.DOTS),
    Entry("averaged", "Averaged", f"The mean error on held-out images. {meaning('averaged weights')}", Swatch.DOTS),
    Entry("linear_bound", "Best linear", f"Its error. {meaning('best linear denoiser')}", Swatch.DASHES),
    Entry("sparsity_raw", "Sparsity", f"{meaning('sparsity')} At each iteration.", Swatch.BAND),
    Entry("sparsity", "Sparsity, mean", f"{meaning('sparsity')} Moving average.", Swatch.BROKEN),
)
MEASURED = ("held_out", "averaged")
"""What is measured from time to time; fields of `History`."""
BOTTOM = ("Iteration",)
RIGHT = ("Sparsity: active hidden units (fraction)", "Active hidden units<br>(fraction)", "Active<br>(fraction)")
HINT = "Press Start to watch the error fall"
HINT_WHILE_ACTIVE = "The first iterations are about to come"
EMPTY_RANGE = (0.0, 800.0)  # about what an untrained network errs
RIGHT_RANGE = (0.0, 1.0)
MAX_DOTS = 250
NOISE_CHANGE = "noise level"  # the name of a change from which on the best linear denoiser is another one
PIXELS_PER_DOT = 7.0


def error_name(loss: Loss) -> str:
    """Return what a run's error is called: "Squared error |y − x₀|²", "Cross-entropy"."""
    title = loss.error_title[0].upper() + loss.error_title[1:]
    return f"{title} |y − x₀|²" if loss.is_squared else title


def error_unit(loss: Loss) -> str:
    """Return what it is measured in, in a word or two."""
    return "standardized units" if loss.is_squared else loss.unit.partition(",")[0]


def left(loss: Loss) -> tuple[str, ...]:
    """Return the labels of the left axis for a run's loss, the longest first."""
    name, unit = error_name(loss), error_unit(loss)
    short = name.removeprefix("Squared ")
    return (
        f"{name} per image ({unit})",
        f"{name} per image<br>({unit})",
        f"{short[0].upper()}{short[1:]} per image<br>({unit})",
        f"{short.removeprefix('error ')} per image<br>({unit.removesuffix(' units')})",
        "Error per<br>image",
    )
