"""Sets made of another: rotated digits and digits on a random background."""

import numpy as np
import pytest

from dae_core.datasets import Dataset, is_named, open_dataset, source_kind, source_title
from dae_core.datasets.made import make
from dae_core.jobs import Cancelled, Monitor
from dae_core.sessions.data_reference import DataReference, is_path


@pytest.fixture(scope="module")
def bars():
    """Images with one horizontal bar, whose direction can be measured."""
    images = np.zeros((60, 15, 15), np.uint8)
    images[:, 7, 2:13] = 255
    images[:, 7, 2] = 128  # so that the ends differ
    labels = np.arange(60, dtype=np.uint8) % 3
    return Dataset("Bars", images, labels, images[:9], labels[:9])


def test_a_seed_makes_the_same_images_and_another_one_others(bars):
    for kind in ("rotated", "background"):
        one, same, other = make(kind, bars), make(kind, bars), make(kind, bars, seed=1)
        assert one.fingerprint() == same.fingerprint() != other.fingerprint()
        assert not np.array_equal(one.train_images[:9], one.test_images)  # each part has numbers of its own
        np.testing.assert_array_equal(one.train_labels, bars.train_labels)


def test_a_rotated_image_has_its_ink_turned_about_the_middle_by_any_angle(bars):
    images = make("rotated", bars).train_images.astype(float)
    y, x = np.mgrid[:15, :15] - 7.0
    ink = images.sum((1, 2))
    np.testing.assert_allclose(ink, bars.train_images[0].sum(), rtol=0.15)  # the bar is thin
    xx, yy, xy = ((images * a).sum((1, 2)) / ink for a in (x * x, y * y, x * y))
    direction = np.rad2deg(0.5 * np.arctan2(2 * xy, xx - yy))  # of the bar, by its second moments
    assert np.histogram(direction, bins=6, range=(-90, 90))[0].min() >= 3
    spread = xx + yy  # which no rotation changes
    np.testing.assert_allclose(spread, spread.mean(), rtol=0.1)


def test_a_quarter_turn_is_exact():
    """The formula against NumPy's own turn, by a generator whose every angle is a quarter."""

    class Quarter:
        def uniform(self, *_range_and_count):
            count = _range_and_count[-1]
            return np.full(count, np.pi / 2)

    from dae_core.datasets.made import turned

    images = np.random.default_rng(0).integers(0, 256, (3, 9, 9), np.uint8)
    found = turned(images, Quarter())
    assert any(np.array_equal(found, np.rot90(images, k, (1, 2))) for k in (1, 3))


def test_a_background_shows_where_the_digit_is_darker(bars):
    made = make("background", bars).train_images
    assert (made >= bars.train_images).all()
    assert (made[:, 7, 3:13] == 255).all()
    ground = made[:, :6].ravel()
    assert abs(ground.mean() - 127.5) < 3
    assert {0, 255} <= set(ground.tolist())


def test_they_are_opened_by_name():
    dataset = open_dataset("rotated:digits")
    assert dataset.name == source_title("rotated:digits") == "Bundled digits, rotated"
    assert source_kind("rotated:digits") == "made"
    assert DataReference.of(dataset, "rotated:digits").open("rotated:digits").fingerprint() == dataset.fingerprint()


def test_a_path_behind_the_colon_is_a_path_and_nothing_that_is_opened_by_itself():
    for source in ("rotated:/etc", "background://host/share", "rotated:rotated:digits", "turned:digits"):
        assert is_path(source)
        assert not is_named(source)


def test_making_can_be_cancelled(bars):
    with pytest.raises(Cancelled):
        make("rotated", bars, monitor=Monitor(lambda: True))
