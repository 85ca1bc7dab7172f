"""Pictures of more than eight bits: one scale for all of a set, from what all of them hold."""

import struct
import zlib

import numpy as np
import pytest
from PIL import Image

from dae_core.datasets import DataError, ImageOptions, open_dataset, open_images, preview, scan_source, suggest_options
from dae_core.datasets.meaning.grey_levels import EIGHT_BITS, Extent
from helpers.reading_pictures import read_picture

RNG = np.random.default_rng(3)
DIGITS = RNG.integers(0, 256, (8, 12, 12), np.uint8)
DIGITS[0, 0, :2] = 0, 255


def folder_of(path, images, ending, **options):
    path.mkdir(parents=True, exist_ok=True)
    for number, image in enumerate(images):
        Image.fromarray(image).save(path / f"{number}{ending}", **options)
    return path


def greys(folder):
    scan = scan_source(folder)
    return preview(scan, suggest_options(scan), 100).images


@pytest.mark.parametrize("ending", [".png", ".tif"])
@pytest.mark.parametrize(("factor", "white"), [(1, 255), (16, 4095), (64, 16383), (257, 65535)])
def test_white_is_the_greatest_of_the_bits_that_are_used(tmp_path, ending, factor, white):
    folder = folder_of(tmp_path, DIGITS.astype(np.uint16) * factor, ending)
    options = suggest_options(scan_source(folder))
    assert (options.black, options.white) == (0, white)
    expected = np.rint(DIGITS.astype(float) * factor * 255 / white)
    np.testing.assert_array_equal(greys(folder), expected)


def test_a_dark_picture_stays_dark_beside_a_bright_one(tmp_path):
    images = DIGITS.astype(np.float32) * np.where(np.arange(8) % 2, 10, 2)[:, None, None].astype(np.float32)
    folder = folder_of(tmp_path, images, ".tif")
    scan = scan_source(folder)
    assert scan.extent == Extent(0, images.max(), True)
    found = greys(folder)
    white = suggest_options(scan).white
    np.testing.assert_array_equal(found, np.rint(images * 255 / white))
    opened = open_dataset(folder)
    assert {x.tobytes() for part in (opened.train_images, opened.test_images) for x in part} == {
        x.tobytes() for x in found
    }


@pytest.mark.parametrize(
    ("values", "black", "white"),
    [
        (DIGITS / np.float32(255), 0, 1),
        (DIGITS / np.float32(127.5) - 1, -1, 1),
        (DIGITS.astype(np.int32) * 1000 - 100_000, -100_000, 155_000),
        (DIGITS.astype(np.float32) * 1e6 + 0.5, 0.5, 255e6),
    ],
)
def test_shares_and_signs(tmp_path, values, black, white):
    folder = folder_of(tmp_path, values, ".tif")
    options = suggest_options(scan_source(folder))
    assert (options.black, options.white) == pytest.approx((black, white))
    np.testing.assert_allclose(greys(folder), DIGITS, atol=1)


def wide_colours(array):
    """A PNG of three equal colours of sixteen bits, which no library here writes."""

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = b"".join(b"\0" + np.repeat(row[:, None], 3, 1).astype(">u2").tobytes() for row in array)
    header = struct.pack(">IIBBBBB", array.shape[1], array.shape[0], 16, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        chunk(*part) for part in ((b"IHDR", header), (b"IDAT", zlib.compress(rows)), (b"IEND", b""))
    )


@pytest.mark.parametrize(("factor", "white", "error"), [(16, 4095, 16), (257, 65535, 1)])
def test_colours_of_sixteen_bits_are_scaled_by_the_bits_that_are_used(tmp_path, factor, white, error):
    for number, image in enumerate(DIGITS):
        (tmp_path / f"{number}.png").write_bytes(wide_colours(image.astype(np.uint16) * factor))
    assert suggest_options(scan_source(tmp_path)).white == white
    np.testing.assert_allclose(greys(tmp_path), DIGITS, atol=error)
    np.testing.assert_allclose(read_picture(str(tmp_path / "0.png"), ImageOptions(12, 12)), DIGITS[0], atol=error)


def test_training_and_test_pictures_share_the_scale(tmp_path):
    deep = DIGITS.astype(np.uint16) * 16
    folder_of(tmp_path / "train", deep, ".png")
    folder_of(tmp_path / "test", deep // 4, ".png")
    opened = open_dataset(tmp_path)
    np.testing.assert_allclose(opened.test_images, opened.train_images / 4, atol=1)


def test_pictures_of_eight_bits_beside_deep_ones_stay_as_they_are(tmp_path):
    folder_of(tmp_path / "a", DIGITS, ".png")
    folder_of(tmp_path / "b", DIGITS.astype(np.uint16) * 16, ".png")
    found = greys(tmp_path)
    np.testing.assert_array_equal(found[:8], DIGITS)
    np.testing.assert_allclose(found[8:], DIGITS, atol=1)


def test_pictures_of_eight_bits_have_their_range_by_their_format_unless_another_is_chosen(tmp_path):
    folder = folder_of(tmp_path, DIGITS // 4, ".png")
    scan = scan_source(folder)
    assert scan.extent == EIGHT_BITS
    np.testing.assert_array_equal(greys(folder), DIGITS // 4)
    chosen = preview(scan, ImageOptions(12, 12, black=0, white=63), 100).images
    np.testing.assert_array_equal(chosen, np.rint((DIGITS // 4) * (255 / 63)))


def test_white_may_be_zero_and_bytes_may_be_swapped(tmp_path):
    deep = DIGITS[0].astype(np.uint16) * 257
    tags = Image.fromarray(deep)
    tags.save(tmp_path / "a.tif", tiffinfo={262: 0})
    with Image.open(tmp_path / "a.tif") as image:
        white_is_zero = image.tag_v2[262] == 0
    expected = 255 - DIGITS[0] if white_is_zero else DIGITS[0]
    np.testing.assert_array_equal(read_picture(str(tmp_path / "a.tif"), ImageOptions(12, 12)), expected)
    Image.frombytes("I;16B", (12, 12), deep.astype(">u2").tobytes()).save(tmp_path / "b.tif")
    np.testing.assert_array_equal(
        read_picture(str(tmp_path / "b.tif"), ImageOptions(12, 12, black=0, white=65535)), DIGITS[0]
    )


def test_pictures_with_values_that_are_no_numbers_are_left_out(tmp_path):
    values = DIGITS.astype(np.float32)
    values[3, 2, 2], values[5, 0, 0] = np.nan, np.inf
    result = open_images(scan_source(folder_of(tmp_path, values, ".tif")))
    assert len(result.dataset.train_images) + len(result.dataset.test_images) == 6
    assert [(entry.path.name, "not numbers" in entry.reason) for entry in result.skipped] == [
        ("3.tif", True),
        ("5.tif", True),
    ]
    with pytest.raises(DataError, match="not numbers"):
        open_dataset(folder_of(tmp_path / "bad", values[3:4], ".tif"))


def test_large_deep_pictures_are_averaged_in_bands(tmp_path):
    large = np.kron(DIGITS[0].astype(np.uint16) * 257, np.ones((200, 200), np.uint16))
    Image.fromarray(large).save(tmp_path / "a.png")
    found = read_picture(str(tmp_path / "a.png"), ImageOptions(12, 12, "stretch", black=0, white=65535))
    at_once = Image.fromarray((large // 257).astype(np.uint8)).resize((12, 12), Image.Resampling.BICUBIC)
    np.testing.assert_allclose(found, np.asarray(at_once), atol=3)
