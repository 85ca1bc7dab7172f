"""The options that set a run's settings, for ``train`` and ``sweep``."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Collection
from typing import Any

from dae_core.commands import common
from dae_core.sweeps import sweep_values
from dae_core.sweeps.plan import PAIRED, SweepError
from dae_core.training.config import TrainingConfig
from dae_core.training.settings import CHOICES, RANGES, SETTINGS

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
    ("activation", "activation", "", "of the hidden units"),
    ("loss", "loss", "", "cross-entropy has a sigmoid output, and pixels from 0 to 1"),
    ("tied", "tied", "", "V is W transposed"),
    ("k-sparse", "k_sparse", "K", "only the K strongest hidden units pass their value on; 0 for all"),
    ("weight-decay", "weight_decay", "X", "strength of the penalty on |W|² and |V|²"),
    ("l1", "l1", "X", "strength of the penalty on |z|"),
    ("kl", "kl", "TARGET:WEIGHT", "penalty that draws each sigmoid unit's mean activity to a target"),
    ("contractive", "contractive", "X", "strength of the penalty on the code's derivative"),
    ("average", "average", "", "keep a running mean of the weights as well"),
)


def add_settings(command: argparse.ArgumentParser, fields: Collection[str] = ()) -> None:
    """Add an option for every setting of a run, or for some; the defaults are the exercise's."""
    defaults = TrainingConfig()
    for option, field, metavar, explanation in OPTIONS:
        if fields and field not in fields:
            continue
        how: dict[str, Any] = {"dest": field, "help": explanation}
        if field in PAIRED:
            first = tuple(getattr(defaults, name) for name in PAIRED[field])
            how |= {"type": _pair_reader(field, option), "metavar": metavar, "default": first}
        elif SETTINGS[field].switch is not None:
            how |= {"action": "store_true"}
        elif field in CHOICES:
            how |= {"choices": CHOICES[field], "default": getattr(defaults, field)}
        else:
            reader = type(RANGES[field][0]) if field in RANGES else common.noise
            how |= {"type": reader, "metavar": metavar, "default": getattr(defaults, field)}
        command.add_argument(f"--{option}", **how)


def config_of(options: argparse.Namespace, fields: Collection[str] = ()) -> TrainingConfig:
    """Return the settings that the options name, all or some. Raises ConfigError when one is out of its range."""
    values: dict[str, Any] = {}
    for _, field, *_ in OPTIONS:
        if not fields or field in fields:
            value = getattr(options, field)
            values |= dict(zip(PAIRED[field], value, strict=True)) if field in PAIRED else {field: value}
    return TrainingConfig(**values)


def _pair_reader(field: str, option: str) -> Callable[[str], tuple[float, float]]:
    def read(text: str) -> tuple[float, float]:
        try:
            (pair,) = sweep_values.read_values(field, text, option)
        except SweepError as error:
            raise argparse.ArgumentTypeError(str(error).removesuffix(".")) from None
        return pair  # type: ignore[no-any-return]

    return read


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
