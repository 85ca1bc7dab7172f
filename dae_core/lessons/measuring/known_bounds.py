"""The error of the best linear denoiser, measured once for a data set and its noise: seconds for MNIST.

A teacher who grades a hundred hand-ins, and a student who measures again, ask for the same one each time.
"""

from __future__ import annotations

from dae_core.datasets import Dataset
from dae_core.evaluation.held_out import HeldOut
from dae_core.evaluation.linear_denoiser import PixelStatistics, linear_bound
from dae_core.jobs import Monitor

_MOST = 32
_known: dict[tuple[object, ...], float] = {}


def known_bound(dataset: Dataset, held_out: HeldOut, monitor: Monitor) -> float:
    """Return the MSE of the best linear denoiser on held-out images; 8 bytes of it are kept for the next time.

    Raises TooLargeError where the images are too large for it, and Cancelled.
    """
    key = (dataset.fingerprint(), dataset.mean, dataset.std, str(held_out.corruption), len(held_out))
    found = _known.get(key)
    if found is None:
        found = linear_bound(PixelStatistics.of(dataset, monitor), held_out)
        if len(_known) >= _MOST:
            _known.clear()
        _known[key] = found
    return found
