"""A generated, self-contained Python script that repeats a run from its settings with NumPy alone."""

from __future__ import annotations

from pathlib import Path

from dae_core.exporting import model_parts
from dae_core.exporting import script_parts as parts
from dae_core.exporting.errors import ExportError
from dae_core.exporting.recipe import Recipe
from dae_core.files import file_errors_as, write_atomically
from dae_core.training.schedules import SCHEDULES

_TITLE = "A denoising autoencoder, trained again"
_ABOUT = """\
This repeats a run of the Denoising Autoencoder Studio from its settings: the same start weights, the same
examples in the same order with the same noise, drawn from the same random numbers. Sums are rounded in another
order than in the studio's compiled loop, so figures agree to about 0.1 %, not to the last digit.
It needs NumPy, and matplotlib for the figures."""

_OPTIONS = """\
import argparse

parser = argparse.ArgumentParser(description="Repeats a training run and draws its figures.")
parser.add_argument("--data", type=Path, default=Path(__file__).parent / IMAGES, help="the images: .npz or a folder")
parser.add_argument("--out", type=Path, default=Path(__file__).parent / OUT, help="folder for figures and results")
parser.add_argument("--no-figures", action="store_true", help="numbers only; matplotlib is not needed then")
options = parser.parse_args()
DATA = options.data
"""
_RESULTS = '''\
options.out.mkdir(parents=True, exist_ok=True)
np.savez(options.out / "results.npz", W=W, B=B, V=V, C=C, errors=errors, sparsities=sparsities)
if options.no_figures:
    raise SystemExit
try:
    import matplotlib
except ImportError:
    raise SystemExit("The figures need matplotlib: pip install matplotlib") from None
matplotlib.use("Agg")  # figures go into files
import matplotlib.pyplot as plt


def show(figure, name):
    """Write a figure as PNG."""
    figure.savefig(options.out / f"{name}.png", dpi=150)
    plt.close(figure)
'''


def write_script(recipe: Recipe, path: str | Path, images: str) -> None:
    """Write the script; ``images`` is the file beside it that it reads when it is given no other.

    Raises ExportError when the file cannot be written.
    """
    write_text(path, script(recipe, images, f"{Path(path).stem}-figures"))


def script(recipe: Recipe, images: str, out: str) -> str:
    """Return the script's text."""
    head = f'"""{_TITLE}.\n\n{_ABOUT}\n"""\n'
    names = f"IMAGES = {images!r}  # beside this script\nOUT = {out!r}\n"
    options = ("Options", f"{names}\n{_OPTIONS}")
    sections = [*opening(recipe)[:1], options, *opening(recipe)[1:], ("Results", _RESULTS), ("Figures", plots(recipe))]
    bodies = [f"# {title}\n\n{code}" for title, code in sections]
    return "\n\n".join([f"{head}\n{parts.IMPORTS}", *bodies])


def opening(recipe: Recipe) -> list[tuple[str, str]]:
    """Return what scripts and notebooks share, up to the figures: pairs of title and code."""
    config, corruption = recipe.config, recipe.config.corruption
    noise = parts.CORRUPTION.replace("@DRAW@", corruption.script_draw).replace("@TEXT@", corruption.script_text)
    noise = noise.replace("@CORRUPT@", corruption.script_corrupt)
    training = parts.TRAINING.replace("@SCHEDULE@", SCHEDULES[config.schedule].code)
    training = training.replace("@BEFORE@", model_parts.before_training(recipe))
    training = training.replace("@ERROR@", config.architecture.output.error_line)
    training = training.replace("@GRADIENTS@", model_parts.gradients(recipe))
    return [
        ("Settings of the run", settings(recipe)),
        ("Images", parts.DATA),
        ("Noise", noise),
        ("Examples: random numbers are a function of the seed and of the iteration", parts.EXAMPLES),
        ("Start weights", model_parts.start(config)),
        (f"The model: {config.architecture.describe()}", model_parts.model(config)),
        ("One step of the optimizer", parts.STEPS[config.optimizer]),
        ("Training", training.replace("@THRESHOLD@", _threshold(recipe))),
        ("Figures on held-out images, beside the session's", parts.FIGURES),
    ]


def plots(recipe: Recipe) -> str:
    """Return the code of the exercise's figures."""
    loss = recipe.config.architecture.output
    label = f"{loss.error_title} ({loss.unit})"
    return parts.PLOTS.replace("@YLABEL@", label).replace("@THRESHOLD@", _threshold(recipe))


def _threshold(recipe: Recipe) -> str:
    return f"{recipe.config.architecture.hidden.threshold:g}"


def settings(recipe: Recipe) -> str:
    """Return the settings as assignments."""
    config, data = recipe.config, recipe.data
    lines = [
        f"SEED = {config.seed}",
        f"HIDDEN = {config.hidden_units}  # hidden units",
        f"BATCH = {config.batch_size}  # examples an iteration",
        f"ITERATIONS = {recipe.iterations}",
        f"RESULT = {recipe.result}  # the iteration whose weights are the result",
        "# Pairs (from this iteration on, value): what was changed during the run.",
        f"RATES = {list(recipe.rates)!r}  # learning rate",
        f"LEVELS = {list(recipe.levels)!r}  # of the {config.corruption.kind} noise",
        f"SEGMENTS = {list(recipe.segments)!r}  # where the {config.schedule} schedule starts, and ends",
        *model_parts.strengths(recipe),
        f"WINDOW = {recipe.window}  # iterations that the smoothed curves average over",
        f"MEAN, STD = {data.mean!r}, {data.std!r}  # of all training pixels, in grey levels",
        f"FINGERPRINT = {data.fingerprint!r}  # SHA-256 of the images",
        "EXPECTED = {  # figures of the session, for comparing",
        *(f"    {name!r}: {value!r}," for name, value in recipe.expected.items()),
        "}",
    ]
    return "\n".join(lines).replace(": nan,", ': float("nan"),').replace(": inf,", ': float("inf"),') + "\n"


def write_text(path: str | Path, text: str) -> None:
    """Write a text in UTF-8. Raises ExportError when that fails."""
    with file_errors_as(ExportError, path):
        write_atomically(path, text.encode("utf-8", "replace"))
