"""How the settings and their values are called in the window."""

from __future__ import annotations

from dae_core.model.corruption import KINDS
from dae_core.training.config import PRESETS, TrainingConfig
from dae_core.training.settings import SETTINGS

CUSTOM = "Own settings"
GRADIENTS = {"exact": "Exact", "published": "As published (faulty)"}
OWN_CODE = "Of your own code"
SCHEDULES = {"constant": "Constant", "linear": "Linear to zero", "cosine": "Cosine to zero"}
OPTIMIZERS = {"sgd": "Plain SGD", "momentum": "Momentum", "adam": "Adam"}
DECODER_STARTS = {"random": "At random", "transposed": "At 0.2 Wᵀ"}
NOISES = {kind: one.name[0].upper() + one.name[1:] for kind, one in KINDS.items()}
LEVELS = {"sigma": "Sigma", "fraction": "Fraction"}
LOCKED = "This defines the run and cannot change while it goes on. Stop or reset it first."

# Each fits into three lines of the form, for which there is always room.
PRESET_NOTES = {
    "Exercise (25,000 iterations)": "The exercise's own settings. They end behind the best linear denoiser: "
    "watch the dashed line.",
    "Exercise as published (diverges)": "The ReLU's derivative is forgotten: on MNIST the error climbs and "
    "overflows near iteration 22,000.",
    "Falling rate (25,000)": "The same length with a rate that falls to zero: about level with the best linear "
    "denoiser on MNIST.",
    "Best in 15 seconds": "400,000 iterations with a falling rate: on MNIST a quarter better than the best linear "
    "denoiser.",
    CUSTOM: "Settings of your own. A preset puts all of them back.",
}

# Fields of TrainingConfig; "level" is that of its corruption.
FIELD_NAMES = {
    "hidden_units": "hidden units",
    "corruption": "corruption",
    "level": "noise level",
    "learning_rate": "learning rate",
    "schedule": "schedule",
    "iterations": "iterations",
    "seed": "seed",
    "gradient": "gradient",
    "own_backward": "backward",
    "batch_size": "batch size",
    "optimizer": "optimizer",
    "decoder_start": "start of V",
    **{name: one.name for name, one in SETTINGS.items() if not one.is_exercise and not one.is_code},
}
_VALUES = {
    "schedule": SCHEDULES,
    "gradient": GRADIENTS,
    "optimizer": OPTIMIZERS,
    "decoder_start": DECODER_STARTS,
}


def preset_name(config: TrainingConfig) -> str:
    """Return which preset these settings are, whatever the seed; or that they are the user's own."""
    return next((name for name, preset in PRESETS.items() if preset.replace(seed=config.seed) == config), CUSTOM)


def value_text(field: str, config: TrainingConfig) -> str:
    """Return a setting's value as the panel shows it: ``1,000``, ``0.0005``, ``Linear to zero``."""
    if field == "level":
        return f"{config.corruption.level:.6g}"
    if field == "corruption":
        return NOISES[config.corruption.kind]
    value = getattr(config, field)
    return _VALUES[field][value] if field in _VALUES else SETTINGS[field].text(value)
