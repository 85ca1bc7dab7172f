"""Settings worth trying, as a table: the exercise, other members of the family, and published figures to reproduce."""

from __future__ import annotations

from dataclasses import dataclass

from dae_core.model.corruption import Gaussian, Masking
from dae_core.training.config import TrainingConfig

EXERCISE, FAMILY, FIGURES = "The exercise", "Other models", "Published figures"


@dataclass(frozen=True)
class Preset:
    """Settings of a run that show something.

    Parameters
    ----------
    name : str
        As the user chooses it.
    group : str
        Presets of one group stand together.
    config : TrainingConfig
        The settings; the seed is any.
    look : str
        What it shows and where to look, in a sentence or two.
    source : str
        Where it was published first; empty for the exercise's own.
    published : str
        The figure there, as a sentence; empty where there is none.
    """

    name: str
    group: str
    config: TrainingConfig
    look: str
    source: str = ""
    published: str = ""

    @property
    def description(self) -> str:
        """All that is said of it, a line each."""
        lines = [self.look, self.source and f"Source: {self.source}", self.published and f"Published: {self.published}"]
        return "\n".join(line for line in lines if line)


_TIED = TrainingConfig(
    activation="sigmoid",
    loss="cross-entropy",
    tied=True,
    corruption=Masking(0.25),
    learning_rate=0.05,
    iterations=100_000,
)

_ROWS = (
    Preset(
        "Exercise (25,000 iterations)",
        EXERCISE,
        TrainingConfig(),
        "The exercise's own settings. They end behind the best linear denoiser: watch the dashed line.",
    ),
    Preset(
        "Exercise as published (diverges)",
        EXERCISE,
        TrainingConfig(gradient="published"),
        "The ReLU's derivative is forgotten: on MNIST the error climbs and overflows near iteration 22,000.",
    ),
    Preset(
        "Falling rate (25,000)",
        EXERCISE,
        TrainingConfig(schedule="linear"),
        "The same length with a rate that falls to zero: about level with the best linear denoiser on MNIST.",
    ),
    Preset(
        "Best in 15 seconds",
        EXERCISE,
        TrainingConfig(schedule="linear", iterations=400_000),
        "400,000 iterations with a falling rate: on MNIST a quarter better than the best linear denoiser.",
    ),
    Preset(
        "Averaged weights",
        EXERCISE,
        TrainingConfig(average=True),
        "The exercise with a running mean of its weights beside them: on MNIST its error is 0.143, theirs 0.173.",
        "Polyak & Juditsky 1992; Shamir & Zhang 2013",
        "the mean of all weights on the way converges as fast as the best rate would.",
    ),
    Preset(
        "Vincent 2008 (sigmoid, tied)",
        FAMILY,
        _TIED,
        "Sigmoid units, tied weights, cross-entropy, a quarter of the pixels masked. Look at W: strokes and dots.",
        "Vincent, Larochelle, Bengio & Manzagol 2008, sections 2.2 and 5, figure 3b",
        "on 'basic' digits 2.84 % test error with three layers, 3.46 % with plain ones (Vincent et al. 2010, table 3).",
    ),
    Preset(
        "Sparse (L1)",
        FAMILY,
        TrainingConfig(l1=0.1, schedule="linear"),
        "A penalty on |z|: watch the sparsity fall as you move its slider, and W become parts of strokes.",
        "Olshausen & Field 1996",
        "sparse codes of natural images are local, oriented and band-pass (figure 4).",
    ),
    Preset(
        "k-sparse (Makhzani & Frey 2014)",
        FAMILY,
        TrainingConfig(k_sparse=75),
        "The exercise with only the 75 strongest of its units passing. With fewer, W shows more of a digit; some die.",
        "Makhzani & Frey 2014",
        "better classified on MNIST than with denoising autoencoders, dropout networks and RBMs (abstract).",
    ),
    Preset(
        "Contractive (Rifai 2011)",
        FAMILY,
        _TIED.replace(corruption=Gaussian(0.0), contractive=0.1),
        "No noise: a penalty on the slope of z by x takes its place. Units saturate; W shows strokes.",
        "Rifai, Vincent, Muller, Glorot & Bengio 2011",
        "as good as other regularized and denoising autoencoders, or better, on a range of data sets (abstract).",
    ),
    Preset(
        "No masking (figure 3a)",
        FIGURES,
        _TIED.replace(corruption=Masking(0.0)),
        "No noise at all. Look at W: most filters stay without a shape.",
        "Vincent et al. 2008, figure 3a",
        "many filters stay undistinctive, almost uniformly grey.",
    ),
    Preset(
        "Masking 50 % (figure 3c)",
        FIGURES,
        _TIED.replace(corruption=Masking(0.5)),
        "Half of the pixels masked. Look at W: filters are larger, and more of them are strokes.",
        "Vincent et al. 2008, figure 3c",
        "the more noise, the more distinctive are the filters, and the larger what they respond to.",
    ),
    Preset(
        "Natural patches (Gabor-like)",
        FIGURES,
        TrainingConfig(
            activation="sigmoid",
            tied=True,
            hidden_units=100,
            corruption=Gaussian(0.5),
            learning_rate=0.005,
            iterations=200_000,
            weight_decay=0.0,
        ),
        "For your own photographs, taken in with Cut patches. Look at W: edges and bars at all angles.",
        "Vincent et al. 2010, figures 5 to 7",
        "with Gaussian noise detectors of edges like Gabor filters, with weight decay instead none.",
    ),
    Preset(
        "First of three layers (table 3)",
        FIGURES,
        _TIED.replace(hidden_units=1000, learning_rate=0.01, iterations=300_000),
        "A layer to stack others on: train it, then go on in The code, Layers.",
        "Vincent et al. 2010, table 3",
        "1.28 % test error on MNIST with three denoising layers, 1.40 % with three plain ones.",
    ),
)

PRESETS: dict[str, Preset] = {row.name: row for row in _ROWS}
"""All presets by name; those of a group stand together."""
