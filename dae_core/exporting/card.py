"""A model card: what the exported weights are, what they were trained on, how good they are, and how to load them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from dae_core.datasets.dataset import GREY_UNITS, STANDARDIZED_UNITS, UNIT_SCALE
from dae_core.evaluation.held_out import Figures
from dae_core.exporting.script import write_text
from dae_core.sessions.run import Run
from dae_core.texts import number_text, plain
from dae_core.training.settings import SETTINGS

_MARKUP = re.compile(r"([\\`*_{}\[\]<>&#|~!$]|^[-+=]|(?<=^\d)[.)](?=\s))")


def write_card(run: Run, figures: Figures | None, path: str | Path, weights: str) -> None:
    """Write the model card of a run as Markdown.

    Parameters
    ----------
    run : Run
        Whose weights are exported.
    figures : Figures or None
        Of the model on all held-out images; None where the data set is not there, and then those that the run has.
    path : str or path
        The file.
    weights : str
        The name of the file of the weights, which is beside it.

    Raises
    ------
    ExportError
        When the file cannot be written.
    """
    write_text(path, card(run, figures, weights))


def card(run: Run, figures: Figures | None, weights: str) -> str:
    """Return the model card; see `write_card`."""
    sections = (
        (f"# {_text(run.label.name) or 'A run'}: a denoising autoencoder", _about(run)),
        ("## Held-out figures", _figures(run, run.figures if figures is None else figures)),
        ("## Data", _data(run)),
        ("## Load it", _loading(run, weights)),
        ("## Settings", _settings(run)),
        ("## Limits", _limits(run)),
    )
    return "\n\n".join(f"{title}\n\n" + "\n".join(lines) for title, lines in sections) + "\n"


def _about(run: Run) -> Iterator[str]:
    model, kind = run.model, run.config.architecture
    yield f"{model.n_inputs:,} inputs, {model.n_hidden:,} hidden units, {model.n_inputs:,} outputs: {kind.describe()}."
    yield f"Weights of iteration {run.model_iteration:,}, trained with Denoising Autoencoder Studio."
    if run.checkpoint.divergence is not None:
        yield ""
        yield f"**{_text(run.checkpoint.divergence.message)}**"
    if run.label.notes.strip():
        yield ""
        yield from (f"> {_text(line)}" for line in run.label.notes.strip().splitlines())


def _figures(run: Run, figures: Figures | None) -> Iterator[str]:
    units = GREY_UNITS if run.data.scale == UNIT_SCALE else STANDARDIZED_UNITS
    if figures is None:
        yield "They were not measured: the data set was not there when this was written."
        return
    kind = run.config.architecture
    noise = _text(run.config.corruption.describe())
    yield f"On {figures.n_images:,} images that were not trained on, with {noise} noise:"
    yield ""
    rows = [
        (f"MSE per pixel ({units})", number_text(figures.mse, ".4f")),
        ("PSNR (dB, mean over images)", number_text(figures.psnr, ".2f")),
        ("active hidden units", f"{number_text(100 * (figures.sparsity or 0.0), '.1f')} %"),
        ("dead hidden units", f"{figures.dead_units:,}"),
    ]
    if figures.loss_error is not None:
        rows.append((f"{kind.output.error_title} ({kind.output.unit})", number_text(figures.loss_error, ".2f")))
    yield from _table(("figure", "value"), rows)


def _data(run: Run) -> Iterator[str]:
    data = run.data
    rows = [
        ("data set", _text(data.name)),
        ("images", f"{data.train_images:,} to train on, {data.test_images:,} held out"),
        ("size", f"{data.shape[0]}x{data.shape[1]} pixels, grey levels from 0 (black) to 255 (white)"),
        ("mean", repr(data.mean)),
        ("standard deviation", repr(data.std)),
        ("SHA-256 of the images", data.fingerprint),
    ]
    yield from _table(("fact", "value"), rows)
    yield ""
    yield "The network reads (grey level - mean) / standard deviation."


def _loading(run: Run, weights: str) -> Iterator[str]:
    model, kind, data = run.model, run.config.architecture, run.data
    yield "```python"
    yield "from dae_core.sessions.model_file import load_model"
    yield f"model = load_model({weights!r}).model"
    yield f"y = model.reconstruct((images.reshape(len(images), -1) - {data.mean!r}) / {data.std!r})"
    yield "```"
    yield ""
    yield f"`images` are grey levels, shape (n, {data.shape[0]}, {data.shape[1]}); `y` are reconstructions in the units"
    yield "of what the network reads."
    yield "Elsewhere, any safetensors reader gives the arrays:"
    yield ""
    yield from _table(
        ("array", "shape"), [(name, " x ".join(map(str, a.shape))) for name, a in model.parameters.items()]
    )
    yield ""
    strongest = f", of which only the {kind.k_sparse:,} greatest in a row stay" if kind.k_sparse else ""
    yield f"With a = x W + B: z = {kind.hidden.equation}{strongest}."
    yield f"With o = z V + C: y = {kind.output.output_equation}."
    if run.checkpoint.average is not None:
        yield ""
        yield "The averaged weights are the arrays whose names begin with `average/`: `load_model(…, averaged=True)`."


def _settings(run: Run) -> Iterator[str]:
    yield from _table(
        ("setting", "value"), [(row.name, _text(row.text(getattr(run.config, name)))) for name, row in SETTINGS.items()]
    )
    changes = (*run.record.changes, *run.checkpoint.changes)
    if changes:
        yield ""
        yield "Changed on the way:"
        yield ""
        yield from (f"- iteration {change.iteration:,}: {_text(str(change))}" for change in changes)


def _limits(run: Run) -> Iterator[str]:
    (height, width), noise = run.data.shape, _text(run.config.corruption.describe())
    yield f"- It takes images of {height}x{width} pixels, standardized with the two numbers above, and no others."
    yield f"- It was trained with {noise} noise, and with none of another kind or strength."
    yield "- Images unlike those of the data set come out more like those of the data set."


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    for row in (head, ["---"] * len(head), *rows):
        yield f"| {' | '.join(row)} |"


def _text(text: str) -> str:
    """Return a text that anyone may have written, such that Markdown shows it letter by letter on one line."""
    return _MARKUP.sub(r"\\\1", plain(text, len(text)))
