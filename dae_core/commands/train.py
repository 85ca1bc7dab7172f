"""``python -m dae_core train``: train a model and print its held-out figures."""

from __future__ import annotations

import argparse
from typing import Any

from dae_core.commands import common
from dae_core.commands.errors import CommandError
from dae_core.commands.running import SessionFile, print_report, report_of, run_on
from dae_core.commands.settings import add_settings, config_of
from dae_core.commands.targets import kept_for
from dae_core.files import FileStamp
from dae_core.lessons.code.source_file import read_source
from dae_core.sessions.data_reference import DataReference
from dae_core.sessions.model_file import SavedModel, save_model
from dae_core.training.config import TrainingConfig
from dae_core.training.history import History
from dae_core.training.trainer import Trainer


def add(commands: Any) -> None:
    """Add the command to the subparsers of the program."""
    command = commands.add_parser("train", help="train a model and print its held-out figures")
    command.set_defaults(run=_run)
    common.add_data(command)
    add_settings(command)
    command.add_argument(
        "--code",
        type=common.path,
        metavar="FILE.py",
        help="train with the function backward(x, x0, z, y, W, V) of this file, which runs in a process of its own",
    )
    command.add_argument("--out", type=common.path, metavar="FILE.safetensors", help="write the model here")
    command.add_argument(
        "--session", type=common.path, metavar="FILE.dae", help="keep the whole run here, to go on later"
    )
    common.add_json(command)


def _run(options: argparse.Namespace) -> int:
    config = config_of(options)
    if options.code:
        config = config.replace(own_backward=read_source(options.code, CommandError))
    with kept_for(options.session, "dae_core train", "--session"):
        return _train(options, config)


def _train(options: argparse.Namespace, config: TrainingConfig) -> int:
    options.targets.add(options.out)
    options.targets.add(options.session)
    stamp = FileStamp.of(options.session) if options.session else None
    dataset, image_options = common.open_data(options)
    trainer, history = Trainer(dataset, config, allows_code=config.own_backward), History()
    file = None
    if options.session:
        reference = DataReference.of(trainer.dataset, options.data, image_options)
        file = SessionFile(options.session, reference, trainer.model, stamp=stamp)
    run_on(trainer, history, config.iterations, file)
    if options.out:
        divergence = trainer.divergence
        iteration = divergence.good_iteration if divergence else trainer.iteration
        about = dataset.name, dataset.shape, trainer.dataset.scale, trainer.average
        save_model(options.out, SavedModel(trainer.model, config, iteration, *about))
    report = report_of(trainer, history, file, trainer.iteration, trainer.seconds)
    if options.out:
        report["model"] = str(options.out)
    return print_report(report, trainer, options)
