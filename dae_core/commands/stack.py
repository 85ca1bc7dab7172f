"""``python -m dae_core stack``: what pre-training layers on one another brings to a classifier of the digits."""

from __future__ import annotations

import argparse
import itertools
import math
import time
from typing import Any

from dae_core.commands import common
from dae_core.commands.errors import CommandError
from dae_core.commands.terminal import OK, say
from dae_core.model.activations import ACTIVATIONS
from dae_core.model.losses import LOSSES
from dae_core.representation.stacking.experiment import (
    KINDS,
    PRE_TRAINING,
    Plan,
    compare,
    mean_with_interval,
    subset,
)
from dae_core.representation.stacking.fine_tuning import FineTuned, FineTuning, LabelsMissingError
from dae_core.representation.stacking.stack import MOST_LAYERS
from dae_core.training.settings import ConfigError

_PLAN, _FINE = Plan(), FineTuning()
_MOST_SEEDS = 100


def add(commands: Any) -> None:
    """Add the command to the subparsers of the program."""
    command = commands.add_parser(
        "stack",
        help="train layers upon one another, and fine-tune them as a classifier",
        description="Trains up to three layers, each on the code of the one below, fine-tunes them with labels, and "
        "compares the held-out error with that of layers trained without noise, and of the same network without "
        "pre-training (Vincent et al. 2010, table 3).",
    )
    command.set_defaults(run=_run)
    common.add_data(command)
    sizes = ",".join(map(str, _PLAN.layers))
    command.add_argument(
        "--layers", type=_layers, default=_PLAN.layers, metavar="N,N,N", help=f"hidden units of each layer ({sizes})"
    )
    command.add_argument("--epochs", type=int, default=_PLAN.epochs, metavar="N", help="of training each layer")
    command.add_argument("--noise", type=common.noise, default=PRE_TRAINING.corruption, metavar="KIND:LEVEL")
    command.add_argument("--learning-rate", type=float, default=PRE_TRAINING.learning_rate, metavar="RATE")
    command.add_argument("--batch-size", type=int, default=PRE_TRAINING.batch_size, metavar="N", help="images a step")
    command.add_argument("--activation", choices=ACTIVATIONS, default=PRE_TRAINING.activation)
    command.add_argument("--loss", choices=LOSSES, default=PRE_TRAINING.loss)
    command.add_argument("--tied", action="store_true", help="V is W transposed")
    command.add_argument("--fine-epochs", type=int, default=_FINE.epochs, metavar="N", help="of fine-tuning")
    command.add_argument("--fine-rate", type=float, default=_FINE.rate, metavar="RATE", help="of fine-tuning")
    command.add_argument(
        "--fine-masking", type=float, default=_FINE.masking, metavar="FRACTION", help="of the pixels, in fine-tuning"
    )
    command.add_argument("--images", type=int, default=0, metavar="N", help="training images; all by default")
    command.add_argument("--held-out", type=int, default=0, metavar="N", help="held-out images; all by default")
    command.add_argument("--kinds", type=_kinds, default=KINDS, metavar="KIND,...", help=", ".join(KINDS))
    command.add_argument("--seeds", type=int, default=1, metavar="N", help="repetitions, with seeds 0 to N - 1")
    common.add_json(command)


def _run(options: argparse.Namespace) -> int:
    plan = _plan(options)
    dataset, _ = common.open_data(options)
    if dataset.train_labels is None or dataset.test_labels is None:
        raise LabelsMissingError(dataset.name)
    runs: list[dict[str, Any]] = []
    for seed in range(options.seeds):
        began, began_cpu = time.perf_counter(), time.process_time()
        images = subset(dataset, options.images, options.held_out, seed)
        with common.progress_shown() as monitor:
            found = compare(images, plan, seed, monitor, options.kinds)
        seconds = {"seconds": time.perf_counter() - began, "cpu_seconds": time.process_time() - began_cpu}
        runs.append({"seed": seed, **seconds, "kinds": {kind: _figures(tuned) for kind, tuned in found.items()}})
        if not options.json:
            errors = ", ".join(f"{kind} {100 * tuned.error:.2f} %" for kind, tuned in found.items())
            say(f"seed {seed}: {errors}  ({seconds['seconds']:.0f} s, {seconds['cpu_seconds']:.0f} s of computing)")
    report = {
        "dataset": dataset.name,
        "layers": list(plan.layers),
        "images": options.images or len(dataset.train_images),
        "held_out": options.held_out or len(dataset.test_images),
        "runs": runs,
        "kinds": {kind: _summary(kind, runs) for kind in options.kinds},
        "differences": _differences(options.kinds, runs),
    }
    if options.json:
        common.print_json(report)
    else:
        _print(report)
    return OK


def _plan(options: argparse.Namespace) -> Plan:
    for name, least, most in (
        ("epochs", 1, 1000),
        ("fine_epochs", 1, 1000),
        ("seeds", 1, _MOST_SEEDS),
        ("images", 0, math.inf),
        ("held_out", 0, math.inf),
    ):
        value = getattr(options, name)
        if not least <= value <= most:
            upper = "" if most == math.inf else f" and at most {most:,}"
            raise ConfigError(f"--{name.replace('_', '-')} is {value}; it must be at least {least}{upper}.")
    if not 0 <= options.fine_masking < 1 or not 0 < options.fine_rate <= 10:
        raise ConfigError("--fine-masking must lie from 0 to below 1, and --fine-rate above 0 and at most 10.")
    if "stacked plain" in options.kinds and options.noise.level == 0:
        raise CommandError("Without noise, stacked denoising is stacked plain: give --noise a level above 0.")
    names = ("learning_rate", "batch_size", "activation", "loss", "tied")
    changes = {name: getattr(options, name) for name in names}
    config = PRE_TRAINING.replace(corruption=options.noise, **changes)
    for units in options.layers:
        config.replace(hidden_units=units)  # which says what may be
    fine = FineTuning(options.fine_epochs, options.fine_rate, masking=options.fine_masking)
    return Plan(options.layers, config, options.epochs, fine)


def _figures(tuned: FineTuned) -> dict[str, Any]:
    return {"error": tuned.error, "interval": tuned.interval, "errors_by_epoch": tuned.errors}


def _summary(kind: str, runs: list[dict[str, Any]]) -> dict[str, float]:
    """Return mean and 95 % interval over the seeds; of one seed, over the held-out images."""
    errors = [run["kinds"][kind]["error"] for run in runs]
    mean, half = mean_with_interval(errors)
    low, high = (mean - half, mean + half) if len(runs) > 1 else runs[0]["kinds"][kind]["interval"]
    return {"error": mean, "low": low, "high": high}


def _differences(kinds: tuple[str, ...], runs: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return how much worse each kind is than the one before, seed by seed, with its 95 % interval over the seeds."""
    found = []
    for better, worse in itertools.pairwise(kinds):
        mean, half = mean_with_interval([run["kinds"][worse]["error"] - run["kinds"][better]["error"] for run in runs])
        found.append({"of": worse, "from": better, "error": mean, "low": mean - half, "high": mean + half})
    return found


def _print(report: dict[str, Any]) -> None:
    over = f"over {len(report['runs'])} seeds" if len(report["runs"]) > 1 else "over the held-out images"
    say(
        "",
        f"{report['dataset']}: {report['images']:,} training and {report['held_out']:,} held-out images, layers of "
        f"{', '.join(map(str, report['layers']))} units",
        f"error on held-out images in %, with its 95 % interval {over}",
        *(f"{kind:<20} {_percents(figures)}" for kind, figures in report["kinds"].items()),
    )
    if len(report["runs"]) > 1:
        say(*(f"{entry['of']} minus {entry['from']}: {_percents(entry)}" for entry in report["differences"]))


def _percents(figures: dict[str, float]) -> str:
    return f"{100 * figures['error']:.2f}  ({100 * figures['low']:.2f} to {100 * figures['high']:.2f})"


def _layers(text: str) -> tuple[int, ...]:
    try:
        units = tuple(map(int, text.split(",")))
    except ValueError:
        units = ()
    if not 1 <= len(units) <= MOST_LAYERS or min(units) < 1:
        raise argparse.ArgumentTypeError(f"'{text}' are no layers such as 500,500,500 (one to {MOST_LAYERS})")
    return units


def _kinds(text: str) -> tuple[str, ...]:
    kinds = tuple(part.strip() for part in text.split(","))
    if not kinds or set(kinds) - set(KINDS) or len(set(kinds)) < len(kinds):
        raise argparse.ArgumentTypeError(f"'{text}' are not some of {', '.join(KINDS)}")
    return kinds
