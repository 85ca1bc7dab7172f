"""The options that set a run's settings, for ``train`` and ``sweep``."""

from __future__ import annotations

import argparse
from typing import Any

from dae_core.commands import common
from dae_core.sweeps import sweep_values
from dae_core.sweeps.sweep import SweepError
from dae_core.training.config import TrainingConfig
from dae_core.training.settings import CHOICES, RANGES

# Option, the setting that it sets, what stands for its value in the help, and the explanation there.
OPTIONS: tuple[tuple[str, str, str, str], ...] = (
    ("hidden", "hidden_units", "N", "hidden units"),
    ("iterations", "iterations", "N", "digits to train on"),
    ("learning-rate", "learning_rate", "RATE", "of SGD"),
    ("schedule", "schedule", "", "of the learning rate"),
    ("noise", "corruption", "KIND:LEVEL", common.NOISE_HELP),
    ("gradient", "gradient", "", "'published' omits the ReLU's derivative"),
    ("batch-size", "batch_size", "N", "digits an iteration"),
    ("optimizer", "optimizer", "", "for comparing with SGD"),
    ("decoder-start", "decoder_start", "", "V at random or at 0.2 times W'"),
    ("seed", "seed", "N", "of weights, digits and noise"),
)


def add_settings(command: argparse.ArgumentParser) -> None:
    """Add an option for every setting of a run; the defaults are the exercise's."""
    defaults = TrainingConfig()
    for option, field, metavar, explanation in OPTIONS:
        reader = type(RANGES[field][0]) if field in RANGES else common.noise
        how: dict[str, Any] = {"choices": CHOICES[field]} if field in CHOICES else {"type": reader, "metavar": metavar}
        command.add_argument(f"--{option}", dest=field, default=getattr(defaults, field), help=explanation, **how)


def config_of(options: argparse.Namespace) -> TrainingConfig:
    """Return the settings that the options name. Raises ConfigError when one is out of its range."""
    return TrainingConfig(**{field: getattr(options, field) for _, field, *_ in OPTIONS})


def read_values(text: str) -> tuple[str, list[Any]]:
    """Read ``"hidden=100,225"`` as a setting's field and its values.

    Raises
    ------
    argparse.ArgumentTypeError
        With a sentence that names what is allowed.
    """
    name, equals, values = text.partition("=")
    known = {option: field for option, field, *_ in OPTIONS}
    if not equals or name not in known:
        raise argparse.ArgumentTypeError(f"'{text}' is not NAME=VALUE,VALUE,... with a NAME of {', '.join(known)}")
    field = known[name]
    try:
        return field, sweep_values.read_values(field, values, name)
    except SweepError as error:
        raise argparse.ArgumentTypeError(str(error).removesuffix(".")) from None
