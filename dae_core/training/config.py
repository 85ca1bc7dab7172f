"""All settings of a training run in one frozen, validated value, and its JSON form."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from dae_core.model import corruption as corruptions
from dae_core.model.activations import ActivationName
from dae_core.model.architecture import Architecture
from dae_core.model.autoencoder import Gradient
from dae_core.model.corruption import Corruption, Gaussian
from dae_core.model.losses import LossName
from dae_core.training.optimizers import OptimizerName
from dae_core.training.schedules import Schedule
from dae_core.training.settings import SETTINGS, ConfigError, check_setting

SCHEMA = 1
DecoderStart = Literal["random", "transposed"]


@dataclass(frozen=True)
class TrainingConfig:
    """Settings of a run; the defaults are the exercise's.

    With a ``batch_size`` above 1 an iteration is one batch, and the gradient is its mean. ``decoder_start`` says where
    V starts: at random numbers of its own as in the exercise, or at 0.2 Wᵀ, which leaves fewer units dead with Adam.

    ``own_backward`` is the text of a user's own ``backward``, which takes the place of the exact gradient; empty for
    the program's. It gets one example at a time, so it goes with single examples and plain SGD only.

    From ``activation`` to ``contractive`` they are the fields of `Architecture`. With ``average``, a running mean of
    the weights is kept beside them.

    Raises
    ------
    ConfigError
        When a value is of the wrong kind or out of its range, or the settings do not go together.
    """

    hidden_units: int = 225
    corruption: Corruption = field(default_factory=Gaussian)
    learning_rate: float = 0.0005
    schedule: Schedule = "constant"
    iterations: int = 25_000
    seed: int = 0
    gradient: Gradient = "exact"
    batch_size: int = 1
    optimizer: OptimizerName = "sgd"
    decoder_start: DecoderStart = "random"
    own_backward: str = ""
    activation: ActivationName = "relu"
    loss: LossName = "squared"
    tied: bool = False
    k_sparse: int = 0
    weight_decay: float = 0.0
    l1: float = 0.0
    kl_weight: float = 0.0
    kl_target: float = 0.05
    contractive: float = 0.0
    average: bool = False

    def __post_init__(self) -> None:
        for name in SETTINGS:
            check_setting(name, getattr(self, name))
        if conflict := self._conflict():
            raise ConfigError(conflict)
        if self.own_backward and (self.gradient, self.batch_size, self.optimizer) != ("exact", 1, "sgd"):
            raise ConfigError(
                "A backward of your own takes the place of the exact gradient, and gets one example at a time: "
                "it goes with batches of 1 and plain SGD."
            )

    @property
    def architecture(self) -> Architecture:
        """What the model is besides its weights."""
        return Architecture(**{f.name: getattr(self, f.name) for f in dataclasses.fields(Architecture)})

    def _conflict(self) -> str:
        """Return why these settings do not go together, a sentence; empty where they do."""
        kind = self.architecture
        if conflict := kind.conflict():
            return conflict
        if self.k_sparse > self.hidden_units:
            return f"The {self.k_sparse:,} strongest of {self.hidden_units:,} hidden units cannot be taken."
        if self.tied and self.decoder_start != "random":
            return "Where the weights are tied, V is Wᵀ from the start: there is no start of V to choose."
        if not kind.is_exercise and (self.gradient == "published" or self.own_backward):
            which = "A backward of your own" if self.own_backward else "The published gradient"
            return f"{which} is for the exercise's model: ReLU, linear output, untied weights, no penalty."
        return ""

    def replace(self, **changes: Any) -> TrainingConfig:
        """Return a copy with some fields changed, validated anew."""
        return dataclasses.replace(self, **changes)

    def without_own_code(self) -> TrainingConfig:
        """Return the same settings with the program's exact gradient in the place of a user's own code."""
        return self.replace(own_backward="") if self.own_backward else self

    def short_name(self, fields: Sequence[str]) -> str:
        """Return a name for a run by some of its settings: "masking 25 %, 100 hidden units"."""
        return ", ".join(SETTINGS[name].label.format(SETTINGS[name].text(getattr(self, name))) for name in fields)

    def to_json(self) -> str:
        """Return the settings as one line of JSON; of those that the exercise lacks, only what differs from it."""
        fields = {
            f.name: getattr(self, f.name)
            for f in dataclasses.fields(self)
            if SETTINGS[f.name].is_exercise or getattr(self, f.name) != f.default
        }
        fields["corruption"] = str(self.corruption)
        return json.dumps({"schema": SCHEMA, **fields})

    @classmethod
    def from_json(cls, text: str) -> TrainingConfig:
        """Read what ``to_json`` wrote; fields that are absent take their defaults.

        Raises
        ------
        ConfigError
            When the text is no such JSON, is of a newer schema, or holds unknown fields or values out of range.
        """
        try:
            values = json.loads(text)
        except (ValueError, RecursionError) as error:  # also whole numbers of thousands of digits
            raise ConfigError(f"The settings are not valid JSON: {error}.") from None
        if not isinstance(values, dict):
            raise ConfigError("The settings are not a JSON object.")
        schema = values.pop("schema", None)
        if schema != SCHEMA:
            raise ConfigError(f"The settings are of schema {schema!r}; this version reads schema {SCHEMA}.")
        unknown = values.keys() - {f.name for f in dataclasses.fields(cls)}
        if unknown:
            raise ConfigError(f"Unknown settings: {', '.join(sorted(unknown))}.")
        if "corruption" in values:
            try:
                values["corruption"] = corruptions.parse(str(values["corruption"]))
            except ValueError as error:
                raise ConfigError(str(error)) from None
        return cls(**values)
