"""How the settings and their values are called in the window."""

from __future__ import annotations

from dae_core.datasets.dataset import GREY_UNITS, STANDARDIZED_UNITS
from dae_core.glossary import meaning
from dae_core.model.corruption import KINDS, Gaussian
from dae_core.model.losses import LOSSES
from dae_core.training.config import TrainingConfig
from dae_core.training.settings import SETTINGS

GRADIENTS = {"exact": "Exact", "published": "As published (faulty)"}
OWN_CODE = "Of your own code"
SCHEDULES = {"constant": "Constant", "linear": "Linear to zero", "cosine": "Cosine to zero"}
OPTIMIZERS = {"sgd": "Plain SGD", "momentum": "Momentum", "adam": "Adam"}
DECODER_STARTS = {"random": "At random", "transposed": "At 0.2 Wᵀ"}
NOISES = {kind: one.name[0].upper() + one.name[1:] for kind, one in KINDS.items()}
LEVELS = {"sigma": "Sigma", "fraction": "Fraction"}
_LEVEL_TIPS = {
    "": "Fraction of the pixels that are corrupted.",
    STANDARDIZED_UNITS: f"{meaning('σ')} It is in {STANDARDIZED_UNITS}, where 1 is that of all pixels.",
    GREY_UNITS: f"{meaning('σ')} It is in {GREY_UNITS}, the pixels of cross-entropy.",
}
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


def level_units(config: TrainingConfig) -> str:
    """Return what the level of the corruption is measured in; empty for a fraction, which has no unit."""
    if config.corruption.kind != Gaussian.kind:
        return ""
    return GREY_UNITS if LOSSES[config.loss].unit_pixels else STANDARDIZED_UNITS


def level_tip(config: TrainingConfig) -> str:
    """Return what the level of the corruption is, in its unit."""
    return f"{meaning('noise level')}\n{_LEVEL_TIPS[level_units(config)]} It may be changed during a run."


def level_note(before: TrainingConfig, after: TrainingConfig, pixel_scale: float | None) -> str:
    """Return what a sigma means after another loss was chosen; empty where it means what it meant.

    Parameters
    ----------
    before, after
        The settings; their levels are the same.
    pixel_scale
        What one standardized unit is in grey from 0 to 1; None while there is no data set.
    """
    units, level = level_units(after), after.corruption.level
    if not units or units == (level_units(before) or units) or not level:
        return ""
    note = f"Sigma {level:.6g} is in {units} now."
    if pixel_scale is None:
        return note
    alike = level * pixel_scale if units == GREY_UNITS else level / pixel_scale
    return f"{note} As much noise as before is {alike:.2g}."
