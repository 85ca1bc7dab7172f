"""What the headless commands share: options, opening what they name, and printing reports."""

from __future__ import annotations

import argparse
import contextlib
import json
import math
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, NoReturn

from dae_core.commands.progress_bar import ProgressBar
from dae_core.commands.terminal import USAGE, note, say
from dae_core.datasets import (
    CONTRASTS,
    FITS,
    PREVIEWED_KINDS,
    DataError,
    Dataset,
    ImageOptions,
    SourceScan,
    open_source,
    scan_source,
    source_kind,
    suggest_options,
)
from dae_core.datasets.meaning.image_options import USUAL_PATCHES
from dae_core.datasets.meaning.orientation import ORIENTATIONS
from dae_core.files import typed_path
from dae_core.jobs import Monitor
from dae_core.model import corruption
from dae_core.model.corruption import Corruption
from dae_core.sessions.data_reference import DataReference
from dae_core.sessions.known_data import refusal, remember, trusted_place
from dae_core.sessions.model_file import SavedModel, load_model

NOISE_HELP = "gaussian:SIGMA, masking:FRACTION or salt-and-pepper:FRACTION"
DATA_HELP = (
    "'digits' (bundled), a name of 'data list', 'own:NAME', a folder of IDX files or of pictures, "
    "or a file (IDX, NumPy, MATLAB, a table, an archive)"
)


class Parser(argparse.ArgumentParser):
    """A parser that never matches abbreviated options, so that later options cannot change what a script means."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **{**options, "allow_abbrev": False})

    def error(self, message: str) -> NoReturn:
        """Say what is wrong in one line, and exit with 2."""
        note(f"{self.prog}: {message} (--help lists the options)")
        self.exit(USAGE)


def noise(text: str) -> Corruption:
    """Read a corruption from the command line."""
    try:
        return corruption.parse(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def image_count(text: str) -> int:
    """Read from the command line how many images are to be used."""
    try:
        count = int(text)
    except ValueError:
        count = 0
    if count < 1:
        raise argparse.ArgumentTypeError(f"'{text}' is not a number of images; give a whole number above 0.")
    return count


def path(text: str) -> Path:
    """Read a path from the command line; the shell leaves a "~" behind "--out=" to the program."""
    return typed_path(text, argparse.ArgumentTypeError)


def source(text: str) -> str:
    """Read what names a data set: a name, or a path, which is looked at later."""
    path(text)
    return text


def add_data(command: argparse.ArgumentParser) -> None:
    """Add the option that names the data set."""
    command.add_argument("--data", type=source, default="digits", metavar="NAME|PATH", help=DATA_HELP)
    images = command.add_argument_group("own images", "how images are read (default: as it suits them)")
    images.add_argument("--image-size", type=_image_size, metavar="HxW", help="8 to 128 pixels a side, such as 28x28")
    images.add_argument("--image-fit", choices=FITS, help="margins, the middle only, or distorted")
    images.add_argument("--image-invert", action=argparse.BooleanOptionalAction, help="swap black and white")
    images.add_argument("--image-contrast", choices=CONTRASTS, help="grey levels as they are, or from black to white")
    images.add_argument("--image-orientation", choices=tuple(ORIENTATIONS), help="how images are brought upright")
    images.add_argument(
        "--image-range", type=_image_range, metavar="BLACK:WHITE", help="the stored values that become black and white"
    )
    images.add_argument(
        "--patches",
        type=_patches,
        metavar="SIZE[:COUNT]",
        help=f"cut COUNT ({USUAL_PATCHES:,}) square patches of SIZE pixels a side from pictures, a sixth of them from "
        "held-out pictures; their contrast is normalized unless --image-contrast says otherwise",
    )
    images.add_argument("--image-label", metavar="COLUMN", help="a table's column of labels; 'none' for no labels")


def _image_range(text: str) -> tuple[float, float]:
    try:
        black, white = map(float, text.split(":"))
        ImageOptions(black=black, white=white)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no range such as 0:255") from None
    except DataError as error:
        raise argparse.ArgumentTypeError(str(error)) from None
    return black, white


def _image_size(text: str) -> tuple[int, int]:
    try:
        height, width = map(int, text.lower().split("x"))
        ImageOptions(height, width)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no size such as 28x28") from None
    except DataError as error:
        raise argparse.ArgumentTypeError(str(error)) from None
    return height, width


def _patches(text: str) -> dict[str, int]:
    try:
        side, _, count = text.partition(":")
        found = {"height": int(side), "width": int(side), "patches": int(count) if count else USUAL_PATCHES}
        ImageOptions(**found)  # type: ignore[arg-type]
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no size and number of patches such as 12:20000") from None
    except DataError as error:
        raise argparse.ArgumentTypeError(str(error)) from None
    return found


def add_model(command: argparse.ArgumentParser, metavar: str = "MODEL", text: str = "a .safetensors file") -> None:
    """Add the argument that names a saved model, and the options of the data and the noise that it is used with."""
    command.add_argument("model", type=path, metavar=metavar, help=text)
    command.add_argument("--averaged", action="store_true", help="its averaged weights (see 'train --average')")
    add_data(command)
    command.add_argument("--noise", type=noise, metavar="KIND:LEVEL", help=f"{NOISE_HELP}; the model's own by default")


def open_model(options: argparse.Namespace) -> tuple[SavedModel, Dataset]:
    """Return the model and the data set that the options of `add_model` name, if the images fit the model.

    They are standardized as those that the model was trained on, where its file says how.

    Raises ModelFileError or DataError when one of them cannot be read, or they do not fit each other.
    """
    saved = load_model(options.model, averaged=options.averaged)
    dataset, _ = open_data(options)
    if dataset.n_inputs != saved.model.n_inputs:
        raise DataError(
            f"The model {options.model} has {saved.model.n_inputs} inputs, "
            f"but the images of '{dataset.name}' have {dataset.n_inputs} pixels."
        )
    if saved.shape not in (None, dataset.shape):
        model, images = (f"{height}x{width}" for height, width in (saved.shape, dataset.shape))
        raise DataError(
            f"The model {options.model} is for images of {model} pixels, but those of '{dataset.name}' are {images}."
        )
    if saved.scale is None:
        return saved, dataset
    if saved.scale.differs_from(dataset.scale):
        note(
            f"The images of '{dataset.name}' have a {dataset.scale}; "
            f"they are standardized as the model was trained: {saved.scale}."
        )
    return saved, dataset.standardized_by(saved.scale)


def scale_report(dataset: Dataset) -> dict[str, Any]:
    """Return what standardized the images for a model of `open_model`, and whose numbers these are."""
    whose = "data set" if dataset.given_scale is None else "model"
    return {"mean": dataset.mean, "std": dataset.std, "standardized_by": whose}


def open_data(options: argparse.Namespace) -> tuple[Dataset, ImageOptions | None]:
    """Open the data set that the options of `add_data` name; return with it what `open_dataset` needs to do it again.

    Raises DataError when it cannot be used.
    """
    fields = ("fit", "invert", "contrast", "orientation", "label")
    given = {field: getattr(options, f"image_{field}") for field in fields}
    changes: dict[str, Any] = {field: value for field, value in given.items() if value is not None}
    if options.image_size:
        changes["height"], changes["width"] = options.image_size
    if options.patches:
        changes = {"contrast": "normalize"} | changes | options.patches
    if options.image_range:
        changes["black"], changes["white"] = options.image_range
    chosen: ImageOptions | None = None
    source: str | SourceScan = options.data
    is_own = source_kind(options.data) in PREVIEWED_KINDS if changes else False
    if options.patches and not is_own:
        raise DataError(f"'{options.data}' holds no pictures that patches could be cut from.")
    if is_own:
        source = scan_source(options.data)
        chosen = replace(suggest_options(source), **changes)
    opened = open_source(source, chosen)
    for sentence in opened.notes:
        note(sentence)
    return opened.dataset, chosen


def open_data_of(session: Path, data: DataReference, named: str | None) -> tuple[Dataset, str]:
    """Open the data set of a session at the place that the user names, or else at one that can be trusted.

    Returns
    -------
    Dataset, str
        The data set, and where it is.

    Raises
    ------
    SessionError
        When it is not there, is another one, or is only where the session's file says.
    """
    place = trusted_place(data, session) if named is None else named
    if place is None:
        raise refusal(data)
    dataset = data.open(place)
    remember(data.fingerprint, place)
    return dataset, place


@contextlib.contextmanager
def progress_shown() -> Iterator[Monitor]:
    """Give the monitor of a long function, whose progress is shown on the terminal."""
    with ProgressBar() as bar:
        yield Monitor(on_progress=bar.show_job)


def add_json(command: argparse.ArgumentParser) -> None:
    """Add the option that prints one line of JSON for other programs."""
    command.add_argument("--json", action="store_true", help="print one line of JSON at the end")


def print_json(report: Mapping[str, Any]) -> None:
    """Print one line of JSON. It has no NaN: a figure that does not exist is null."""
    say(json.dumps(finite(report), allow_nan=False))


def print_table(report: Mapping[str, Any], explanations: Mapping[str, str]) -> None:
    """Print the explained entries of a report, one a line."""
    for key, explanation in explanations.items():
        value = report.get(key)
        if value is not None:
            shown = f"{value:,}" if isinstance(value, int) else f"{value:.4g}" if isinstance(value, float) else value
            say(f"{explanation:<66} {shown}")


def finite(value: Any) -> Any:
    """Return a JSON value with null in the place of numbers that are not finite."""
    if isinstance(value, Mapping):
        return {key: finite(entry) for key, entry in value.items()}
    if isinstance(value, (list, tuple)):
        return [finite(entry) for entry in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value
