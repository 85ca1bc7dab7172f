"""What a model is besides its weights: a member of the family, with its penalties."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

from dae_core.model.activations import ACTIVATIONS, Activation, ActivationName
from dae_core.model.losses import LOSSES, Loss, LossName
from dae_core.model.penalties import PENALTIES, Penalty


@dataclass(frozen=True)
class Architecture:
    """A member of the family; the default is the exercise's.

    Parameters
    ----------
    activation, loss : str
        Keys of `ACTIVATIONS` and `LOSSES`.
    tied : bool
        Whether V is Wᵀ.
    k_sparse : int
        How many of the hidden units, the strongest, pass their value on (Makhzani & Frey 2014); 0 for all.
    weight_decay, l1, kl_weight, contractive : float
        Strengths of the penalties; 0 for none.
    kl_target : float
        The activity that the KL penalty draws every unit to.
    """

    activation: ActivationName = "relu"
    loss: LossName = "squared"
    tied: bool = False
    k_sparse: int = 0
    weight_decay: float = 0.0
    l1: float = 0.0
    kl_weight: float = 0.0
    kl_target: float = 0.05
    contractive: float = 0.0

    @property
    def hidden(self) -> Activation:
        """The row of the activation."""
        return ACTIVATIONS[self.activation]

    @property
    def output(self) -> Loss:
        """The row of the loss."""
        return LOSSES[self.loss]

    @property
    def penalties(self) -> tuple[tuple[Penalty, float], ...]:
        """The penalties that are in force, with their strengths."""
        return tuple((row, getattr(self, name)) for name, row in PENALTIES.items() if getattr(self, name))

    @cached_property
    def is_exercise(self) -> bool:
        """Whether it is the exercise's: ReLU, linear output, squared error, untied, nothing added."""
        return replace(self, kl_target=Architecture.kl_target) == Architecture()

    def describe(self) -> str:
        """Return it in words: "ReLU, linear, untied"."""
        parts = [self.hidden.title, self.output.output_title, "tied" if self.tied else "untied"]
        if self.k_sparse:
            parts.append(f"{self.k_sparse:,} strongest")
        parts += [row.title for row, _ in self.penalties]
        return ", ".join(parts)

    def conflict(self) -> str:
        """Return why this combination makes no sense, a sentence; empty where it makes some."""
        return next((reason for applies, reason in self._conflicts() if applies), "")

    def _conflicts(self) -> tuple[tuple[bool, str], ...]:
        row = self.hidden
        return (
            (
                bool(self.kl_weight) and not row.unit_interval,
                f"The KL penalty compares mean activities from 0 to 1, and {row.title} units are not bounded so: "
                "choose sigmoid units, or the L1 penalty.",
            ),
            (
                bool(self.kl_weight) and bool(self.k_sparse),
                "The KL penalty and k-sparse units both set how many units are active: choose one of them.",
            ),
            (
                bool(self.contractive) and row.constant_slope,
                f"For {row.title} units the contractive penalty is weight decay on W: choose weight decay.",
            ),
        )
