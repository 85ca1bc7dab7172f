"""How the settings and their values are called in the window."""

from __future__ import annotations

from dae_core.model.corruption import KINDS
from dae_core.training.config import TrainingConfig
from dae_core.training.settings import SETTINGS

GRADIENTS = {"exact": "Exact", "published": "As published (faulty)"}
OWN_CODE = "Of your own code"
SCHEDULES = {"constant": "Constant", "linear": "Linear to zero", "cosine": "Cosine to zero"}
OPTIMIZERS = {"sgd": "Plain SGD", "momentum": "Momentum", "adam": "Adam"}
DECODER_STARTS = {"random": "At random", "transposed": "At 0.2 Wᵀ"}
NOISES = {kind: one.name[0].upper() + one.name[1:] for kind, one in KINDS.items()}
LEVELS = {"sigma": "Sigma", "fraction": "Fraction"}
LOCKED = "This defines the run and cannot change while it goes on. Stop or reset it first."

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


def value_text(field: str, config: TrainingConfig) -> str:
    """Return a setting's value as the panel shows it: ``1,000``, ``0.0005``, ``Linear to zero``."""
    if field == "level":
        return f"{config.corruption.level:.6g}"
    if field == "corruption":
        return NOISES[config.corruption.kind]
    value = getattr(config, field)
    return _VALUES[field][value] if field in _VALUES else SETTINGS[field].text(value)
