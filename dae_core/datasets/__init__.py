"""Data sets of grey images: bundled, fetched, or the user's own, all opened by one function."""

from dae_core.datasets.combine import add_to_training, use_as_held_out
from dae_core.datasets.dataset import Dataset
from dae_core.datasets.errors import DataError
from dae_core.datasets.fetching.catalogue import CATALOGUE, CatalogueEntry, CatalogueFile, data_folder, find_entry
from dae_core.datasets.fetching.download import download
from dae_core.datasets.idx import read_idx_images, read_idx_labels, write_idx
from dae_core.datasets.meaning.image_options import CONTRASTS, FITS, LEAST_SIDE, MOST_SIDE, ImageOptions
from dae_core.datasets.own_set import OwnSet, own_set_names
from dae_core.datasets.scan import OpenResult, Preview, SourceScan, open_images, preview, skipped_text, suggest_options
from dae_core.datasets.sources import (
    BUNDLED_SOURCE,
    OWN_PREFIX,
    PREVIEWED_KINDS,
    is_named,
    open_dataset,
    open_source,
    scan_source,
    source_kind,
    source_title,
)
from dae_core.datasets.statistics import ClassCount, Statistics, random_indices, statistics
from dae_core.datasets.walk import Skipped

__all__ = [
    "BUNDLED_SOURCE",
    "CATALOGUE",
    "CONTRASTS",
    "FITS",
    "LEAST_SIDE",
    "MOST_SIDE",
    "OWN_PREFIX",
    "PREVIEWED_KINDS",
    "CatalogueEntry",
    "CatalogueFile",
    "ClassCount",
    "DataError",
    "Dataset",
    "ImageOptions",
    "OpenResult",
    "OwnSet",
    "Preview",
    "Skipped",
    "SourceScan",
    "Statistics",
    "add_to_training",
    "data_folder",
    "download",
    "find_entry",
    "is_named",
    "open_dataset",
    "open_images",
    "open_source",
    "own_set_names",
    "preview",
    "random_indices",
    "read_idx_images",
    "read_idx_labels",
    "scan_source",
    "skipped_text",
    "source_kind",
    "source_title",
    "statistics",
    "suggest_options",
    "use_as_held_out",
    "write_idx",
]
