"""What is shown in the place of a missing data set takes little, however large a file says that its images are."""

from dae_core.datasets.bundled import load_bundled_digits
from dae_core.datasets.stand_in import stand_in
from dae_core.sessions.data_reference import LARGEST_SIDE


def test_few_large_images_stand_in():
    large = stand_in("large", (LARGEST_SIDE, LARGEST_SIDE), 30.0, 70.0)
    assert large.shape == (LARGEST_SIDE, LARGEST_SIDE)
    assert large.train_images.nbytes + large.test_images.nbytes < 120_000_000
    assert len(large.train_labels) == len(large.train_images) >= 10


def test_all_digits_of_the_usual_size_stand_in():
    usual = stand_in("usual", (28, 28), 30.0, 70.0)
    assert len(usual.train_images) == len(load_bundled_digits().train_images)
    assert (usual.mean, usual.std) == (30.0, 70.0)
