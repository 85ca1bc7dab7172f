"""``python -m dae_core probe``: how well a linear classifier reads the classes of held-out images off the code."""

from __future__ import annotations

import argparse
from typing import Any

from dae_core.commands import common
from dae_core.commands.terminal import OK, say
from dae_core.jobs import Monitor
from dae_core.representation.confusions import confusion_matrix, confusions
from dae_core.representation.linear_classifier import NAME
from dae_core.representation.probe import CONTENDERS, Probe, Reading, read_contender
from dae_core.sessions.model_file import SavedModel
from dae_core.training.scaling import scaled_for
from dae_core.training.settings import check_setting

_INPUTS = {"": False, "_noisy": True}  # what ends a key of the report, and whether the images are noisy
_SHOWN = 5  # confusions
_LEFT_OUT = "PCA is left out: the images have too many pixels for it."


def add(commands: Any) -> None:
    """Add the command to the subparsers of the program."""
    command = commands.add_parser(
        "probe",
        help="measure what the code of a saved model is good for: a linear classifier on it",
        description="Fit a linear classifier to the code z of labelled training images, and print its error on "
        "held-out ones, of clean and of noisy images; beside it those of classifiers on the pixels, on as many "
        "principal components, and on the code of start weights.",
    )
    command.set_defaults(run=_run)
    common.add_model(command, "MODEL|SESSION", "a .safetensors or .dae file")
    command.add_argument(
        "--train", type=common.image_count, metavar="N", help="training images to fit to, chosen at random (all)"
    )
    command.add_argument("--images", type=common.image_count, metavar="N", help="held-out images to measure on (all)")
    command.add_argument("--seed", type=int, default=0, metavar="N", help="of the training images' order and noise (0)")
    common.add_json(command)


def _run(options: argparse.Namespace) -> int:
    check_setting("seed", options.seed)
    saved, dataset = common.open_model(options)
    dataset = scaled_for(dataset, saved.config)
    noise = options.noise or saved.config.corruption
    probe = Probe(dataset, noise, options.train, options.images, options.seed)
    with common.progress_shown() as monitor:
        readings = _read(probe, saved, monitor)
    code = readings["error_code"]
    assert code is not None  # noqa: S101 - only PCA can be left out
    report = {
        **{key: None if reading is None else reading.error for key, reading in readings.items()},
        "intervals": {key: list(reading.interval) for key, reading in readings.items() if reading is not None},
        "features": {key: reading.size for key, reading in readings.items() if reading is not None},
        "train_images": code.train_images,
        "test_images": code.count,
        "classifier": NAME,
        "seed": options.seed,
        "noise": str(noise),
        "trained_noise": str(saved.config.corruption),
        "dataset": dataset.name,
        "iterations": saved.iteration,
        "hidden_units": saved.model.n_hidden,
        "confusions": [
            {"class": one.truth, "taken_for": one.taken_for, "images": len(one.indices)} for one in confusions(code)
        ],
        "confusion_matrix": dict(zip(("classes", "images"), (a.tolist() for a in confusion_matrix(code)), strict=True)),
        **common.scale_report(dataset),
    }
    if options.json:
        common.print_json(report)
    else:
        _print(report, readings)
    return OK


def _read(probe: Probe, saved: SavedModel, monitor: Monitor) -> dict[str, Reading | None]:
    readings = {}
    steps = [(key, ending) for ending in _INPUTS for key in CONTENDERS]
    for place, (key, ending) in enumerate(steps):
        monitor.stage(place / len(steps), (place + 1) / len(steps), CONTENDERS[key].title)
        readings[f"error_{key}{ending}"] = read_contender(
            probe, key, saved.model, saved.config, noisy=_INPUTS[ending], monitor=monitor.part()
        )
    return readings


def _print(report: dict[str, Any], readings: dict[str, Reading | None]) -> None:
    say(
        f"{report['test_images']:,} held-out images of {report['dataset']}, which a classifier mistakes that was "
        f"fitted to {report['train_images']:,} training images",
        f"{report['classifier']}; weights of iteration {report['iterations']:,}, trained with "
        f"{report['trained_noise']}; noisy images with {report['noise']}; seed {report['seed']}",
        "",
        f"{'features':<24} {'number':>7}   {'clean, 95 % interval':<24} noisy, 95 % interval",
    )
    for contender in CONTENDERS.values():
        found = [readings[f"error_{contender.key}{ending}"] for ending in _INPUTS]
        if found[0] is None:
            say(_LEFT_OUT)
        else:
            say(f"{contender.title:<24} {found[0].size:>7,}   {_text(found[0]):<24} {_text(found[1])}")
    most = [f"{one['class']} for {one['taken_for']}: {one['images']:,}" for one in report["confusions"][:_SHOWN]]
    if most:
        say("", f"On the clean code it most often takes {', '.join(most)}")


def _text(reading: Reading | None) -> str:
    if reading is None:
        return ""
    low, high = reading.interval
    return f"{100 * reading.error:5.2f} % ({100 * low:.2f} to {100 * high:.2f})"
