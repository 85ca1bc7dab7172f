"""The running mean of the weights (Polyak & Juditsky 1992): at a constant rate, what the last steps add is noise.

The weights of iterations far apart share what was learnt and not that noise. The mean is one of polynomial decay
(Shamir & Zhang 2013, section 4): the t-th weights get a share of (η + 1) / (t + η), so that it goes over about the
last quarter of the run, whatever its length. Taken every 32, 128 or 256 iterations, it came to held-out errors of
0.1424, 0.1424 and 0.1429 on MNIST at the exercise's settings, where the weights themselves came to 0.1737.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from dae_core.model.autoencoder import AutoEncoder

EVERY = 128
"""Iterations from one weight to the next that is taken into the mean."""
_ETA = 3.0


class RunningAverage:
    """The mean of a run's weights.

    Parameters
    ----------
    model : AutoEncoder
        The mean so far, or the weights that it begins with; copied.
    count : int
        How many weights are in it.
    """

    def __init__(self, model: AutoEncoder, count: int = 1) -> None:
        self.model = model.copy()
        self.count = count

    def take(self, model: AutoEncoder) -> None:
        """Take the weights of a model of the same shape into the mean."""
        from dae_core.model.small_loops import draw_towards  # numba takes 0.4 s to import

        self.count += 1
        share = np.float32((_ETA + 1) / (self.count + _ETA))
        for name, mean in self.model.trained.items():
            draw_towards(np.atleast_2d(mean.T), np.atleast_2d(getattr(model, name).T), share)

    def replace_units(self, model: AutoEncoder, units: Sequence[int]) -> None:
        """Let hidden units be those of a model, whose mean would be that of two different units."""
        chosen, mean = list(units), self.model
        mean.W[:, chosen], mean.B[chosen], mean.V[chosen] = model.W[:, chosen], model.B[chosen], model.V[chosen]
