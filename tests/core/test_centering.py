"""A drawing is centred and scaled as MNIST's digits were."""

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import ndimage

from dae_core.datasets import open_dataset
from dae_core.datasets.centering import LARGEST_SCALE, center_digit

Image = NDArray[np.uint8]


def seven(shape: tuple[int, int], top: int, left: int, height: int, width: int, stroke: int = 2) -> Image:
    """Draw a 7: a bar and a slanted line, softened as a pen's strokes are."""
    image = np.zeros(shape)
    image[top : top + stroke, left : left + width] = 255
    for row in range(height):
        column = left + round((width - stroke) * (1 - row / height))
        image[top + row, column : column + stroke] = 255
    return ndimage.gaussian_filter(image, 0.4).astype(np.uint8)


def box(image: Image) -> tuple[int, int]:
    """Height and width of the clearly visible ink."""
    rows, columns = (np.flatnonzero((image > 64).any(axis=axis)) for axis in (1, 0))
    return int(np.ptp(rows)) + 1, int(np.ptp(columns)) + 1


DRAWINGS = {
    "small in a corner": seven((28, 28), 1, 2, 10, 8),
    "filling all": seven((28, 28), 0, 2, 28, 22),
    "flat": seven((28, 28), 18, 1, 6, 26),
    "right size, wrong place": seven((28, 28), 0, 0, 20, 14),
    "large picture": seven((64, 64), 3, 30, 40, 30, stroke=5),
    "wide picture": seven((20, 32), 2, 20, 12, 9),
    "high picture": seven((40, 24), 20, 3, 18, 12),
    "tiny picture": np.pad(np.full((4, 2), 255, np.uint8), ((0, 4), (1, 5))),
}


@pytest.mark.parametrize("drawing", DRAWINGS.values(), ids=DRAWINGS)
def test_mass_is_where_mnist_has_it(drawing: Image) -> None:
    mass = np.array(ndimage.center_of_mass(center_digit(drawing).astype(float)))
    assert np.abs(mass - np.array(drawing.shape) / 2).max() < 0.6


@pytest.mark.parametrize("drawing", DRAWINGS.values(), ids=DRAWINGS)
def test_ink_just_fits_the_box(drawing: Image) -> None:
    centered = center_digit(drawing)
    room = np.array(drawing.shape) * 20 / 28
    fill = np.array(box(centered)) / room
    pixel = 1.6 / room
    assert (fill <= 1 + pixel).all()
    assert (fill >= 1 - pixel).any()


@pytest.mark.parametrize("drawing", DRAWINGS.values(), ids=DRAWINGS)
def test_centering_again_changes_little(drawing: Image) -> None:
    once = center_digit(drawing)
    twice = center_digit(once)
    assert (once.shape, once.dtype) == (drawing.shape, np.uint8)
    assert np.abs(once.astype(float) - twice).mean() < 0.05 * 255


@pytest.mark.parametrize("shape", [(28, 28), (8, 8), (20, 32), (1, 1)])
def test_blank_stays_blank(shape: tuple[int, int]) -> None:
    blank = np.zeros(shape, np.uint8)
    centered = center_digit(blank)
    assert not centered.any()
    assert centered is not blank
    assert centered.shape == shape


def test_a_single_pixel_becomes_a_small_dot_in_the_middle() -> None:
    image = np.zeros((28, 28), np.uint8)
    image[3, 24] = 200
    centered = center_digit(image)
    assert centered.max() > 100
    assert max(box(centered)) <= LARGEST_SCALE + 2
    assert np.abs(np.array(ndimage.center_of_mass(centered.astype(float))) - 14).max() < 0.6


def test_no_ink_is_lost_at_the_rim() -> None:
    image = np.zeros((28, 28), np.uint8)
    image[20:28, 0:8] = 255  # a heavy blot with a long thin tail: its mass is far from the middle of its box
    image[27, 8:28] = 120
    centered = center_digit(image)
    assert np.flatnonzero((centered > 40).any(axis=0))[-1] <= 27
    assert box(centered)[1] >= 19


def test_the_drawing_is_not_changed() -> None:
    drawing = DRAWINGS["filling all"].copy()
    drawing.flags.writeable = False
    assert center_digit(drawing) is not drawing
    assert np.array_equal(drawing, DRAWINGS["filling all"])


def test_digits_of_mnist_stay_as_they_are(mnist_folder: Path) -> None:
    for digit in open_dataset(mnist_folder).test_images[:200]:
        assert np.array_equal(center_digit(digit), digit)
