"""``python -m dae_core train``: train a model and print its held-out figures."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from dae_core.commands import common
from dae_core.commands.figures import EXPLANATIONS, held_out_figures
from dae_core.config import DECODER_STARTS, GRADIENTS, TrainingConfig
from dae_core.datasets import open_dataset
from dae_core.history import History
from dae_core.model_file import SavedModel, save_model
from dae_core.optimizers import OPTIMIZERS
from dae_core.schedules import SCHEDULES
from dae_core.terminal import ProgressBar
from dae_core.training import Trainer, train


def add(commands: Any) -> None:
    """Add the command to the subparsers of the program."""
    defaults = TrainingConfig()
    command = commands.add_parser("train", help="train a model and print its held-out figures")
    command.set_defaults(run=_run)
    common.add_data(command)
    command.add_argument("--hidden", type=int, default=defaults.hidden_units, metavar="N", help="hidden units")
    command.add_argument("--iterations", type=int, default=defaults.iterations, metavar="N", help="digits to train on")
    command.add_argument("--learning-rate", type=float, default=defaults.learning_rate, metavar="RATE", help="of SGD")
    command.add_argument("--schedule", choices=list(SCHEDULES), default=defaults.schedule, help="of the learning rate")
    command.add_argument(
        "--noise", type=common.noise, default=defaults.corruption, metavar="KIND:LEVEL", help=common.NOISE_HELP
    )
    command.add_argument(
        "--gradient", choices=GRADIENTS, default=defaults.gradient, help="'published' omits the ReLU's derivative"
    )
    command.add_argument("--batch-size", type=int, default=defaults.batch_size, metavar="N", help="digits an iteration")
    command.add_argument("--optimizer", choices=OPTIMIZERS, default=defaults.optimizer, help="for comparing with SGD")
    command.add_argument(
        "--decoder-start", choices=DECODER_STARTS, default=defaults.decoder_start, help="V at random or at 0.2 times W'"
    )
    command.add_argument("--seed", type=int, default=defaults.seed, metavar="N", help="of weights, digits and noise")
    command.add_argument("--out", type=Path, metavar="FILE.safetensors", help="write the model here")
    common.add_json(command)


def _run(options: argparse.Namespace) -> int:
    config = TrainingConfig(
        hidden_units=options.hidden,
        corruption=options.noise,
        learning_rate=options.learning_rate,
        schedule=options.schedule,
        iterations=options.iterations,
        seed=options.seed,
        gradient=options.gradient,
        batch_size=options.batch_size,
        optimizer=options.optimizer,
        decoder_start=options.decoder_start,
    )
    common.check_writable(options.out)
    dataset = open_dataset(options.data)
    trainer, history = Trainer(dataset, config), History()
    with ProgressBar(config.iterations) as bar:
        for progress in train(trainer):
            history.append(progress)
            bar.show(progress.iteration, f"error {history.latest()[0]:.1f}")
    divergence = trainer.divergence
    if options.out:
        iteration = divergence.good_iteration if divergence else trainer.iteration
        save_model(options.out, SavedModel(trainer.model, config, iteration, dataset.name, dataset.shape))
    smoothed_error, smoothed_sparsity = history.latest()
    report = {
        "iterations": trainer.iteration,
        "seconds": trainer.seconds,
        "iterations_per_second": trainer.iteration / trainer.seconds if trainer.seconds else 0.0,
        "smoothed_error": smoothed_error,
        "smoothed_sparsity": smoothed_sparsity,
        **held_out_figures(dataset, config.corruption, trainer.model),
        "diverged_at": divergence.iteration if divergence else None,
        "dataset": dataset.name,
        "config": json.loads(config.to_json()),
    }
    if options.out:
        report["model"] = str(options.out)
    if options.json:
        common.print_json(report)
    else:
        common.print_table(report, EXPLANATIONS)
    if divergence:
        print(divergence.message, file=sys.stderr)  # noqa: T201
        return common.DIVERGED
    return common.OK
