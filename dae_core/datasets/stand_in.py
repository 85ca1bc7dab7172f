"""Something to look at in the place of a data set that is missing: bundled digits in its size, and its two numbers."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from dae_core.datasets.bundled import load_bundled_digits
from dae_core.datasets.dataset import Dataset

_MOST_PIXELS = 50_000_000
_LEAST = 10  # images


@dataclass(frozen=True, eq=False)
class StandIn(Dataset):
    """A data set that standardizes as the missing one does, so that weights trained there can be shown at work.

    Its images are other ones: nothing that is measured on them says anything about the run.

    Parameters
    ----------
    missing_mean, missing_std : float
        Of the data set that it stands in for, in grey levels (0 to 255).
    """

    is_stand_in: ClassVar[bool] = True

    missing_mean: float = field(kw_only=True)
    missing_std: float = field(kw_only=True)

    @property
    def mean(self) -> float:
        """Mean of the missing data set's training pixels, in grey levels."""
        return self.missing_mean

    @property
    def std(self) -> float:
        """Standard deviation of the missing data set's training pixels, in grey levels."""
        return self.missing_std


def stand_in(name: str, shape: tuple[int, int], mean: float, std: float) -> StandIn:
    """Return bundled digits as images of ``shape`` (height, width), with the mean and std of a missing data set.

    Of large images there are fewer, for it is a file that says how large they are.
    """
    bundled = load_bundled_digits()
    most = max(_LEAST, _MOST_PIXELS // (shape[0] * shape[1]))
    train, test = (_resized(images[:most], shape) for images in (bundled.train_images, bundled.test_images))
    return StandIn(
        f"{name} (missing)",
        train,
        None if bundled.train_labels is None else bundled.train_labels[:most],
        test,
        None if bundled.test_labels is None else bundled.test_labels[:most],
        missing_mean=mean,
        missing_std=std,
    )


def _resized(images: NDArray[np.uint8], shape: tuple[int, int]) -> NDArray[np.uint8]:
    """Return images (n, h, w) in another size: each pixel is the nearest of the old image."""
    rows, columns = (np.arange(new) * old // new for new, old in zip(shape, images.shape[1:], strict=True))
    return np.ascontiguousarray(images[:, rows][:, :, columns])
