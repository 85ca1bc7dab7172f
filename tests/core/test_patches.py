"""Patches cut from pictures of 1/f noise: their number, places, contrast, honest split, and that a session reopens."""

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from dae_core.datasets import DataError, ImageOptions, open_dataset, open_source, preview, scan_source
from dae_core.datasets.split import held_out_split
from dae_core.jobs import Cancelled, Monitor
from dae_core.sessions.data_reference import DataReference
from helpers.commands import last_line

OPTIONS = ImageOptions(12, 12, contrast="normalize", patches=600)


def pink(rng: np.random.Generator, shape: tuple[int, int]) -> np.ndarray:
    """Return noise whose amplitude falls as 1/f, as that of photographs does (Field 1987), uint8."""
    fy, fx = np.fft.fftfreq(shape[0])[:, None], np.fft.fftfreq(shape[1])[None]
    f = np.sqrt(fy**2 + fx**2)
    f[0, 0] = np.inf
    spectrum = np.fft.fft2(rng.standard_normal(shape)) / f
    picture = np.real(np.fft.ifft2(spectrum))
    return np.clip(128 + 45 * picture / picture.std(), 0, 255).astype(np.uint8)


@pytest.fixture
def photographs(tmp_path: Path) -> Path:
    """Write eight pictures of 1/f noise."""
    folder = tmp_path / "photographs"
    folder.mkdir()
    rng = np.random.default_rng(0)
    for number in range(8):
        Image.fromarray(pink(rng, (60, 50 + number))).save(folder / f"{number}.png")
    return folder


def stored(folder: Path) -> list[np.ndarray]:
    return [np.asarray(Image.open(path)) for path in sorted(folder.glob("*.png"))]


def origin(patch: np.ndarray, pictures: list[np.ndarray]) -> int:
    """Return which picture a patch with the grey levels as they are is from."""
    for number, picture in enumerate(pictures):
        windows = np.lib.stride_tricks.sliding_window_view(picture, patch.shape)
        if (windows == patch).all((-2, -1)).any():
            return number
    raise AssertionError("of none")


def test_patches_are_cut_where_they_are_and_held_out_ones_are_of_other_pictures(photographs: Path) -> None:
    data = open_dataset(photographs, ImageOptions(12, 12, patches=120))
    assert (data.train_images.shape, data.test_images.shape) == ((100, 12, 12), (20, 12, 12))
    assert data.noun == "patches"
    pictures = stored(photographs)
    train, test = ({origin(patch, pictures) for patch in part} for part in (data.train_images, data.test_images))
    assert [sorted(train), sorted(test)] == [part.tolist() for part in held_out_split(8)]
    counts = np.bincount([origin(patch, pictures) for patch in data.train_images], minlength=8)
    assert set(counts) - {0} <= {14, 15}  # 100 of seven pictures


def test_the_same_pictures_and_options_give_the_same_patches(photographs: Path) -> None:
    first, again = (open_dataset(photographs, OPTIONS).fingerprint() for _ in range(2))
    assert first == again


def test_normalized_patches_have_the_mean_and_variance_of_the_formula(photographs: Path) -> None:
    plain = open_dataset(photographs, ImageOptions(12, 12, patches=600)).train_images.astype(float)
    made = open_dataset(photographs, OPTIONS).train_images
    flat = plain.reshape(len(plain), -1)
    z = (flat - flat.mean(axis=1, keepdims=True)) / np.sqrt(flat.var(axis=1, keepdims=True) + 10)
    assert np.abs(made.reshape(len(made), -1) - np.clip(127.5 + 42.5 * z, 0, 255)).max() <= 0.5 + 1e-9
    assert made.mean((1, 2)) == pytest.approx(127.5, abs=2)
    assert plain.mean((1, 2)).std() > 10  # as they are, some are dark and others bright


def test_a_flat_patch_stays_flat(tmp_path: Path) -> None:
    rng = np.random.default_rng(1)
    for number in range(3):
        picture = pink(rng, (40, 40))
        picture[:20] = 200
        Image.fromarray(picture).save(tmp_path / f"{number}.png")
    made = open_dataset(tmp_path, ImageOptions(8, 8, contrast="normalize", patches=400)).train_images
    flat = made[made.std((1, 2)) == 0]
    assert len(flat) > 20
    assert set(np.unique(flat)) == {128}


def test_the_preview_shows_patches_that_are_opened(photographs: Path) -> None:
    scan = scan_source(photographs)
    shown = preview(scan, OPTIONS, 24, seed=3)
    opened = {patch.tobytes() for patch in open_dataset(scan, OPTIONS).train_images}
    assert len(shown.images) == len(shown.names) == 24
    assert all(patch.tobytes() in opened for patch in shown.images)
    assert shown.names[0].split(", ")[1].startswith("patch ")
    assert preview(scan, OPTIONS, 24, seed=4).names != shown.names


def test_folders_that_say_what_is_held_out_are_obeyed_and_what_is_too_small_is_told(tmp_path: Path) -> None:
    rng = np.random.default_rng(2)
    for part, sizes in (("train", (40, 50, 9)), ("test", (45,))):
        (tmp_path / part).mkdir()
        for size in sizes:
            Image.fromarray(pink(rng, (size, size))).save(tmp_path / part / f"{size}.png")
    opened = open_source(tmp_path, ImageOptions(12, 12, patches=60))
    assert [entry.reason for entry in opened.skipped] == ["smaller than a patch of 12 × 12 pixels"]
    held_out = np.asarray(Image.open(tmp_path / "test" / "45.png"))
    assert {origin(patch, [held_out]) for patch in opened.dataset.test_images} == {0}
    assert len(opened.dataset.test_images) == 10
    with pytest.raises(DataError, match="1 picture of at least 48 × 48"):
        open_dataset(tmp_path, ImageOptions(48, 48, patches=60))


def test_a_reference_opens_the_same_patches_again(photographs: Path) -> None:
    data = open_dataset(photographs, OPTIONS)
    values = json.loads(json.dumps(DataReference.of(data, str(photographs), OPTIONS).to_values()))
    reference = DataReference.from_values(values)
    assert reference.options == OPTIONS
    assert reference.open(photographs).fingerprint() == data.fingerprint()
    del values["options"]["patches"]  # of a session that was saved before there were any
    assert DataReference.from_values(values).options == ImageOptions(12, 12, contrast="normalize")
    for wrong in (-1, 3, 2_000_000, True, 2.5, "many"):
        values["options"]["patches"] = wrong
        with pytest.raises(ValueError, match="number of patches"):
            DataReference.from_values(values)


def test_what_makes_no_sense_is_refused(photographs: Path, tmp_path: Path) -> None:
    with pytest.raises(DataError, match="square"):
        ImageOptions(12, 13, patches=60)
    np.save(tmp_path / "a.npy", np.random.default_rng(0).integers(0, 256, (20, 16, 16), dtype=np.uint8))
    with pytest.raises(DataError, match="from pictures only"):
        open_dataset(tmp_path / "a.npy", OPTIONS)
    with pytest.raises(Cancelled):
        open_dataset(scan_source(photographs), OPTIONS, Monitor(lambda: True))


def test_the_command_line_trains_on_patches(call, photographs: Path) -> None:
    arguments = ["--hidden", 8, "--iterations", 30, "--patches", "12:600", "--json"]
    code, output, _ = call("train", "--data", photographs, *arguments, needs_data=False)
    assert code == 0
    assert last_line(output)["test_images"] == 100
    for text, words in (("6:600", "8 to 128"), ("a:b", "such as 12:20000"), ("12:3", "number of patches")):
        code, _, error = call("train", "--data", photographs, "--patches", text, needs_data=False)
        assert code == 2
        assert words in error
    code, _, error = call("train", "--data", "digits", "--patches", "12", needs_data=False)
    assert (code, "no pictures" in error) == (1, True)
