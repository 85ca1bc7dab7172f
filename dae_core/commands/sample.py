"""``python -m dae_core sample``: pictures made by a trained network, and how many of them a classifier recognizes."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dae_core import mosaic
from dae_core.commands import common
from dae_core.commands.terminal import OK, note, say
from dae_core.datasets import Dataset
from dae_core.evaluation.held_out import HeldOut
from dae_core.files import write_atomically
from dae_core.film import PictureFilm, grey_picture, write_film
from dae_core.inspection.manifold import HeldOutDigits, shown_steps
from dae_core.inspection.sampling import CERTAIN, SAMPLERS, Recognized, chain, recognized
from dae_core.jobs import Monitor
from dae_core.representation.linear_classifier import LinearClassifier
from dae_core.representation.probe import CONTENDERS, Encoder, Probe, ProbeError
from dae_core.sessions.model_file import SavedModel
from dae_core.training.scaling import scaled_for

STARTS = ("noise", "digits")
_JUDGES = ("code", "pixels")
_TRAIN, _USUAL, _USUAL_SEED = 10_000, 1000, 20_241_132  # images for the classifiers, and to see how near images are
_ROWS, _TILES, _PER_SECOND = 10, 25, 8.0


def add(commands: Any) -> None:
    """Add the command to the subparsers of the program."""
    command = commands.add_parser(
        "sample",
        help="make pictures with a trained network, and measure how many a classifier recognizes",
        description="Walk from picture to picture with a trained network: "
        + "; ".join(f"{row.key}: {row.tip.split(':')[0]} ({row.source})" for row in SAMPLERS.values())
        + f". A sample is recognized where a linear classifier is certain of it (probability of {CERTAIN:g} or more) "
        "and it is as near to real pictures as these are to one another.",
    )
    command.set_defaults(run=_run)
    common.add_model(command, "MODEL|SESSION", "a .safetensors or .dae file")
    command.add_argument(
        "--method", choices=tuple(SAMPLERS), default="annealed", help="how one picture becomes the next (annealed)"
    )
    command.add_argument("--start", choices=STARTS, default="noise", help="from noise, or held-out images (noise)")
    command.add_argument("--steps", type=common.image_count, default=64, metavar="N", help="steps of a chain (64)")
    command.add_argument("--count", type=common.image_count, default=300, metavar="N", help="how many chains (300)")
    command.add_argument("--seed", type=int, default=0, metavar="N", help="of starts and noise (0)")
    command.add_argument(
        "--out", type=common.path, metavar="FILE.png", help=f"a picture: {_ROWS} chains, a row each, from left to right"
    )
    command.add_argument(
        "--film", type=common.path, metavar="FILE", help=f"{_TILES} chains as a film: .gif, .webp or .mp4"
    )
    common.add_json(command)


def _run(options: argparse.Namespace) -> int:
    for path in (options.out, options.film):
        options.targets.add(path)
    saved, dataset = common.open_model(options)
    dataset = scaled_for(dataset, saved.config)
    with common.progress_shown() as monitor:
        monitor.stage(0.0, 0.5, "Sampling")
        chains = _chains(saved, dataset, options, monitor.part())
        report = {
            "method": options.method,
            "start": options.start,
            "steps": options.steps,
            "count": options.count,
            "seed": options.seed,
            "noise": str(options.noise or saved.config.corruption),
            "dataset": dataset.name,
            "iterations": saved.iteration,
            "hidden_units": saved.model.n_hidden,
        }
        monitor.stage(0.5, 1.0, "Judging the samples")
        report |= _figures(saved, dataset, chains[-1], options, monitor.part())
    if options.out:
        _write_strip(options.out, dataset, chains)
    if options.film:
        pictures = np.stack([dataset.to_pixels(rows[:_TILES]) for rows in chains])
        captions = [f"{options.method} · step {step:,} of {options.steps:,}" for step in range(len(chains))]
        write_film(options.film, PictureFilm(pictures, captions), _PER_SECOND)
    if options.json:
        common.print_json(report)
    else:
        _print(report)
    return OK


def _chains(
    saved: SavedModel, dataset: Dataset, options: argparse.Namespace, monitor: Monitor
) -> list[NDArray[np.floating[Any]]]:
    """Return the pictures (count, d) of each step: of all those that are shown, and of the rest only where filmed."""
    noise = options.noise or saved.config.corruption
    x = _starts(dataset, options.start, options.count, options.seed)
    steps = chain(saved.model, x, SAMPLERS[options.method], options.steps, noise, dataset, options.seed, monitor)
    most = max(_TILES, _ROWS)
    return [rows if step == options.steps else rows[:most].copy() for step, rows in enumerate(steps)]


def _starts(dataset: Dataset, start: str, count: int, seed: int) -> NDArray[np.float32]:
    rng = np.random.default_rng((seed, 0))
    if start == "noise":
        rows = dataset.standardize(dataset.train_images[:1000])  # noise as bright and as strong as the images
        noise = rng.standard_normal((count, dataset.n_inputs), dtype=np.float32)
        return np.asarray(rows.mean() + rows.std() * noise, np.float32)
    chosen = rng.permutation(len(dataset.test_images))[:count]
    return dataset.standardize(dataset.test_images[np.resize(chosen, count)])


def _figures(
    saved: SavedModel, dataset: Dataset, samples: NDArray[Any], options: argparse.Namespace, monitor: Monitor
) -> dict[str, Any]:
    """Return how many samples are recognized, and as many held-out images, by each judge."""
    real = HeldOut(dataset, saved.config.corruption, options.count).clean
    monitor.stage(0.0, 0.3, "Looking for the nearest images")
    digits = HeldOutDigits(dataset)
    rng = np.random.default_rng(_USUAL_SEED)
    usual_images = dataset.train_images[rng.permutation(len(dataset.train_images))[:_USUAL]]
    usual = digits.nearest(dataset.standardize(usual_images), monitor).distances
    distances = digits.nearest(samples, monitor).distances
    report: dict[str, Any] = {"near": float((distances <= np.quantile(usual, 0.99)).mean())}
    try:
        probe = Probe(dataset, saved.config.corruption, _TRAIN)
    except ProbeError as error:
        note(f"{error} Nothing is recognized.")
        return report
    for place, key in enumerate(_JUDGES):
        monitor.stage(0.3 + 0.35 * place, 0.65 + 0.35 * place, CONTENDERS[key].title)
        encoder = CONTENDERS[key].encoder(dataset, saved.model, saved.config)
        classifier = probe.fit(encoder, monitor=monitor.part())
        found = recognized(_probabilities(classifier, encoder, samples), distances, usual)
        report[f"recognized_{key}"] = float(found.both.mean())
        report[f"certain_{key}"] = float(found.certain.mean())
        report[f"classes_{key}"] = found.effective_classes
        report[f"counts_{key}"] = _counts(found, classifier)
        report[f"certain_of_images_{key}"] = float(
            (_probabilities(classifier, encoder, real).max(axis=1) >= CERTAIN).mean()
        )
    return report


def _probabilities(classifier: LinearClassifier, encoder: Encoder, rows: NDArray[Any]) -> NDArray[Any]:
    """Return the probabilities of the classes; none for rows that are not finite."""
    finite = np.isfinite(rows).all(axis=1)
    probabilities = np.zeros((len(rows), len(classifier.classes)))
    if finite.any():
        with np.errstate(all="ignore"):  # of chains that run away
            features = encoder(np.asarray(rows[finite], np.float32))
            usable = np.isfinite(features).all(axis=1)
            probabilities[np.flatnonzero(finite)[usable]] = classifier.probabilities(features[usable])
    return np.nan_to_num(probabilities)


def _counts(found: Recognized, classifier: LinearClassifier) -> dict[str, int]:
    """Return how many samples are recognized as each class."""
    counts = np.bincount(found.classes[found.both], minlength=len(classifier.classes))
    return {str(name): int(count) for name, count in zip(classifier.classes, counts, strict=True)}


def _write_strip(path: Path, dataset: Dataset, chains: list[NDArray[Any]]) -> None:
    """Write the first chains, a row each, at the steps that the window shows, too."""
    import io

    from PIL import Image

    steps = shown_steps(len(chains) - 1)
    count = min(_ROWS, len(chains[0]))
    rows = np.stack([chains[step][:count] for step in steps], axis=1).reshape(count * len(steps), -1)
    stream = io.BytesIO()
    Image.fromarray(grey_picture(mosaic.tile(dataset.to_pixels(rows), len(steps)))).save(stream, "PNG")
    write_atomically(path, stream.getvalue())


def _print(report: dict[str, Any]) -> None:
    say(
        f"{report['count']:,} chains of {report['steps']:,} steps from {report['start']}, {report['method']}; "
        f"{report['hidden_units']:,} units, iteration {report['iterations']:,}, noise {report['noise']}; "
        f"seed {report['seed']}",
        f"as near to real images as these are to one another: {100 * report['near']:.1f} %",
    )
    for key in _JUDGES:
        if f"recognized_{key}" in report:
            counts = ", ".join(f"{name}: {count:,}" for name, count in report[f"counts_{key}"].items() if count)
            say(
                f"recognized by a linear classifier on the {CONTENDERS[key].title}: "
                f"{100 * report[f'recognized_{key}']:.1f} % (it is certain of "
                f"{100 * report[f'certain_of_images_{key}']:.1f} % of real images); as many classes as "
                f"{report[f'classes_{key}']:.1f} equally frequent ones ({counts or 'none'})"
            )
