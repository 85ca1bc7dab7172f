"""Data sets of grey images: the bundled digits and IDX files, all opened by one function."""

from dae_core.datasets.dataset import Dataset
from dae_core.datasets.errors import DataError
from dae_core.datasets.idx import read_idx_images, read_idx_labels, write_idx
from dae_core.datasets.sources import BUNDLED_SOURCE, open_dataset

__all__ = [
    "BUNDLED_SOURCE",
    "DataError",
    "Dataset",
    "open_dataset",
    "read_idx_images",
    "read_idx_labels",
    "write_idx",
]
