"""What the images of a data set are counted as."""

from pathlib import Path

from dae_core.datasets.bundled import load_bundled_digits
from dae_core.datasets.fetching.catalogue import CATALOGUE
from dae_core.datasets.sources import open_dataset
from helpers.datasets import idx_folder, save_pictures


def test_only_what_is_known_to_be_digits_is_counted_as_digits(tmp_path: Path) -> None:
    assert load_bundled_digits().noun == "digits"
    assert [name for name, entry in CATALOGUE.items() if entry.noun == "digits"] == ["mnist"]
    assert open_dataset(str(save_pictures(tmp_path / "photographs"))).noun == "images"
    assert open_dataset(str(idx_folder(tmp_path, "clothes", (8, 8)))).noun == "images"
