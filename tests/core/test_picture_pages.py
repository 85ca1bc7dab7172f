"""Files of several pictures: TIFF stacks and animations, whole and cut off, in a folder and opened by themselves."""

import struct

import numpy as np
import pytest
from PIL import Image

from dae_core.datasets import DataError, ImageOptions, open_dataset, open_images, preview, scan_source, source_kind
from dae_core.datasets.picture import PictureError
from dae_core.datasets.pictures import pages as reading
from dae_core.datasets.pictures.pages import read_pages
from helpers.reading_pictures import read_picture

RNG = np.random.default_rng(8)
PAGES = RNG.integers(0, 256, (9, 16, 16), np.uint8)
KINDS = {
    "stack.tif": {},
    "packed.tiff": {"compression": "tiff_lzw"},
    "animated.webp": {"lossless": True},
    "animated.png": {},
    "animated.gif": {},
}


def save_stack(path, pages=PAGES, **options):
    first, *others = [Image.fromarray(page) for page in pages]
    first.save(path, save_all=True, append_images=others, **options)
    return path


def opened_images(dataset):
    return {image.tobytes() for part in (dataset.train_images, dataset.test_images) for image in part}


def page_at(offset, following, tags):
    """A directory of a TIFF file of 16 x 16 grey pixels that start at 8, with the offset of the next."""
    entries = {256: 16, 257: 16, 258: 8, 259: 1, 262: 1, 273: 8, 277: 1, 278: 16, 279: 256} | tags
    packed = b"".join(struct.pack("<HHII", tag, 4, 1, value) for tag, value in sorted(entries.items()))
    return struct.pack("<H", len(entries)) + packed + struct.pack("<I", following)


def tiff_of(*tags, last=0):
    """A TIFF file of as many pages as `tags`, all of the same pixels, whose last leads to `last`."""
    offset, data = 8 + 256, b"II*\0" + struct.pack("<I", 8 + 256) + PAGES[0].tobytes()
    for number, more in enumerate(tags):
        size = len(page_at(0, 0, more))
        data += page_at(offset, last if number == len(tags) - 1 else offset + size, more)
        offset += size
    return data


@pytest.mark.parametrize("name", KINDS)
def test_every_page_is_an_image(tmp_path, name):
    path = save_stack(tmp_path / name, **KINDS[name])
    assert [page.number for page in read_pages(str(path)).sound] == list(range(9))
    for number in (8, 0, 3):
        np.testing.assert_array_equal(read_picture(str(path), ImageOptions(16, 16), number), PAGES[number])
    assert source_kind(path) == "pictures"
    dataset = open_dataset(path)
    assert (dataset.name, dataset.shape) == (name, (16, 16))
    assert opened_images(dataset) == {page.tobytes() for page in PAGES}


def test_stacks_and_single_pictures_in_a_folder(tmp_path):
    save_stack(tmp_path / "stack.tif")
    Image.fromarray(255 - PAGES[0]).save(tmp_path / "single.png")
    scan = scan_source(tmp_path)
    assert scan.count == 10
    assert scan.notes == ("1 file holds several pages: each page is an image.",)
    assert scan.skipped == ()
    shown = preview(scan, ImageOptions(16, 16), 100)
    assert shown.names == ("single.png", *(f"stack.tif, page {n}" for n in range(1, 10)))
    np.testing.assert_array_equal(shown.images[4], PAGES[3])
    assert {image.tobytes() for image in shown.images} == opened_images(open_dataset(scan))


def test_pages_of_several_sizes_and_depths(tmp_path):
    deep = Image.fromarray(PAGES[1].astype(np.uint16) * 16)
    Image.fromarray(PAGES[0]).save(tmp_path / "a.tif", save_all=True, append_images=[deep, Image.new("L", (1, 1))])
    scan = scan_source(tmp_path)
    assert scan.count == 2
    assert [entry.reason for entry in scan.skipped] == ["page 3: it is 1x1 pixels, too small to show anything"]
    images = preview(scan, scan.suggested).images
    np.testing.assert_array_equal(images[0], PAGES[0])
    np.testing.assert_allclose(images[1], PAGES[1], atol=1)


@pytest.mark.parametrize("name", KINDS)
@pytest.mark.parametrize("share", [0.3, 0.6, 0.95])
def test_of_a_cut_off_stack_the_sound_pages_stay(tmp_path, name, share):
    whole = save_stack(tmp_path / name, **KINDS[name]).read_bytes()
    (tmp_path / name).write_bytes(whole[: int(share * len(whole))])
    Image.fromarray(PAGES[0]).save(tmp_path / "one.bmp")
    Image.fromarray(PAGES[1]).save(tmp_path / "two.bmp")
    scan = scan_source(tmp_path)
    result = open_images(scan, ImageOptions(16, 16))
    images = opened_images(result.dataset)
    assert images <= {page.tobytes() for page in PAGES}
    assert result.skipped, "what is missing is told"
    assert all(entry.path.name == name for entry in result.skipped)
    if name == "stack.tif" and share > 0.5:
        assert len(images) >= 4


def test_directories_in_a_circle_end(tmp_path):
    (tmp_path / "a.tif").write_bytes(tiff_of({}, {}, {}, last=8 + 256))
    assert len(read_pages(str(tmp_path / "a.tif")).sound) == 3
    (tmp_path / "b.tif").write_bytes(tiff_of({}, {}, last=10**6))
    pages = read_pages(str(tmp_path / "b.tif"))
    assert len(pages.sound) == 2
    assert "page 3" in pages.reasons[0]


def test_smaller_copies_and_masks_are_no_images(tmp_path):
    (tmp_path / "a.tif").write_bytes(tiff_of({}, {254: 1}, {254: 2}, {254: 4}))
    pages = read_pages(str(tmp_path / "a.tif"))
    assert [page.number for page in pages.sound] == [0, 2]
    assert pages.reasons == ("page 2: a smaller copy of another page", "page 4: a mask of another page")


def test_too_many_pages_are_told(tmp_path, monkeypatch):
    path = save_stack(tmp_path / "stack.tif")
    monkeypatch.setattr(reading, "MOST_PAGES", 4)
    assert read_pages(str(path)).reasons == ("what follows page 4 is not read: the limit is 4 pages of a file",)
    monkeypatch.setattr(reading, "MOST_PIXELS_OF_A_STACK", 256 * 2)
    assert len(read_pages(str(path)).sound) == 3
    assert open_images(scan_source(path)).skipped[0].reason.startswith("what follows page 3 is not read: the limit")


@pytest.mark.parametrize("name", ["animated.gif", "animated.png", "animated.webp"])
def test_animations_have_limits_of_their_own(tmp_path, monkeypatch, name):
    path = save_stack(tmp_path / name)
    monkeypatch.setattr(reading, "MOST_PIXELS_OF_AN_ANIMATION", 256 * 4)
    assert len(read_pages(str(path)).sound) == 5
    monkeypatch.setattr(reading, "MOST_PIXELS_OF_A_FRAME", 255)
    with pytest.raises(PictureError, match="an animation of 16 x 16 pixels, above the limit"):
        read_pages(str(path))


def test_a_small_file_that_says_its_canvas_is_wide(tmp_path):
    data = bytearray(save_stack(tmp_path / "a.webp", lossless=True).read_bytes())
    data[24:27] = (3_000_000 - 1).to_bytes(3, "little")  # times 16 rows, of which none needs more than a few bytes
    (tmp_path / "a.webp").write_bytes(data)
    with pytest.raises(PictureError, match="an animation of 3,000,000 x 16 pixels, above the limit of 8 million"):
        read_pages(str(tmp_path / "a.webp"))


def test_an_animation_on_a_canvas_that_is_too_large_is_not_decoded(tmp_path):
    data = bytearray(save_stack(tmp_path / "a.gif").read_bytes())
    data[6:10] = struct.pack("<HH", 9000, 9000)
    (tmp_path / "a.gif").write_bytes(data)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("PIL.ImageFile.ImageFile.load", lambda _: pytest.fail("it is decoded"))
        with pytest.raises(PictureError, match="9,000 x 9,000 pixels, above the limit"):
            read_pages(str(tmp_path / "a.gif"))


def test_images_that_a_stack_says_but_does_not_list(tmp_path):
    description = "ImageJ=1.53\nimages=50\nslices=50\n"
    Image.fromarray(PAGES[0]).save(tmp_path / "a.tif", description=description)
    assert "says that it holds 50 images, but only 1" in read_pages(str(tmp_path / "a.tif")).reasons[0]


def test_a_single_page_is_no_source(tmp_path):
    for name in ("a.gif", "a.tif", "a.webp"):
        Image.fromarray(PAGES[0]).save(tmp_path / name)
        with pytest.raises(DataError, match="is a single picture: open the folder"):
            open_dataset(tmp_path / name)


def test_the_second_picture_of_a_photograph_is_left_alone(tmp_path):
    save_stack(tmp_path / "a.jpg", PAGES[:2], format="MPO")
    assert len(read_pages(str(tmp_path / "a.jpg")).sound) == 1
