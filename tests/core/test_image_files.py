"""Folders of pictures: how each becomes a grey image of one size, and everything that can be wrong with them."""

import os
import struct
import sys
import zlib

import numpy as np
import pytest
from PIL import Image

from dae_core.datasets import (
    DataError,
    ImageOptions,
    open_dataset,
    open_images,
    preview,
    scan_source,
    source_kind,
    suggest_options,
)
from dae_core.datasets.picture import MOST_PIXELS, PictureError, opened, size_of
from dae_core.datasets.pictures import folder as folders
from dae_core.datasets.pictures.picture_scan import scan_pictures
from dae_core.datasets.split import held_out_split
from dae_core.jobs import Cancelled, Monitor
from helpers.reading_pictures import read_picture

RNG = np.random.default_rng(5)
DIGITS = RNG.integers(0, 256, (12, 28, 28), np.uint8)
SAME = ImageOptions()


def save(array, path, **options):
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(array).save(path, **options)
    return str(path)


def folder_of(path, images=DIGITS, ending=".png"):
    for number, image in enumerate(images):
        save(image, path / f"{number:03}{ending}")
    return path


def announced(width, height):
    """A PNG of a few bytes that says it is large."""

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0")) + chunk(b"IEND", b"")


class TestOnePicture:
    @pytest.mark.parametrize("ending", [".png", ".bmp", ".tif", ".tiff", ".webp"])
    def test_its_own_size_keeps_every_grey_level(self, tmp_path, ending):
        extra = {"lossless": True} if ending == ".webp" else {}
        path = save(DIGITS[0], tmp_path / f"a{ending}", **extra)
        np.testing.assert_array_equal(read_picture(path, SAME), DIGITS[0])

    def test_jpeg(self, tmp_path):
        smooth = np.add.outer(np.arange(28), np.arange(28)).astype(np.uint8) * 4
        path = save(smooth, tmp_path / "a.JPG", quality=95)
        assert np.abs(read_picture(path, SAME).astype(int) - smooth).max() <= 6

    @pytest.mark.parametrize("orientation", range(1, 9))
    @pytest.mark.parametrize("ending", [".jpg", ".png", ".tiff", ".webp"])
    def test_exif_rotation(self, tmp_path, orientation, ending):
        upright = np.zeros((64, 96), np.uint8)
        upright[:32, :48] = 255  # bright at the top left
        upright[:32, 48:] = 128
        undo = {
            1: lambda a: a, 2: np.fliplr, 3: lambda a: np.rot90(a, 2), 4: np.flipud, 5: lambda a: a.T,
            6: lambda a: np.rot90(a, 1), 7: lambda a: np.rot90(a, 2).T, 8: lambda a: np.rot90(a, 3),
        }[orientation]  # fmt: skip
        exif = Image.Exif()
        exif[0x0112] = orientation
        path = save(np.ascontiguousarray(undo(upright)), tmp_path / f"a{ending}", exif=exif)
        with opened(path) as image:
            assert size_of(image) == (64, 96)
        result = read_picture(path, ImageOptions(16, 24))
        quarters = [result[2:6, 2:10].mean(), result[2:6, 14:22].mean(), result[10:14].mean()]
        np.testing.assert_allclose(quarters, [255, 128, 0], atol=3)

    def test_fit_crop_and_stretch(self, tmp_path):
        wide = np.full((20, 40), 200, np.uint8)
        wide[:, :10] = wide[:, 30:] = 100
        path = save(wide, tmp_path / "a.png")
        fit = read_picture(path, ImageOptions(20, 20, fit="fit"))
        assert (fit[:5] == 0).all()
        assert (fit[15:] == 0).all()
        assert (fit[5:15].min(), fit[7, 10], fit[7, 0]) == (fit[5:15].min(), 200, 100)
        assert fit[5:15].min() >= 95
        crop = read_picture(path, ImageOptions(20, 20, fit="crop"))
        assert (crop == 200).all()
        stretch = read_picture(path, ImageOptions(20, 20, fit="stretch"))
        assert (stretch[:, 0] == 100).all()
        assert (stretch[:, 10] == 200).all()
        assert not (stretch == 0).any()

    def test_not_square(self, tmp_path):
        path = save(DIGITS[0], tmp_path / "a.png")
        assert read_picture(path, ImageOptions(8, 128)).shape == (8, 128)

    def test_invert_and_contrast(self, tmp_path):
        dull = (DIGITS[0] // 4 + 60).astype(np.uint8)
        path = save(dull, tmp_path / "a.png")
        np.testing.assert_array_equal(read_picture(path, ImageOptions(invert=True)), 255 - dull)
        stretched = read_picture(path, ImageOptions(contrast="stretch"))
        low, high = int(dull.min()), int(dull.max())
        expected = np.floor((dull.astype(float) - low) * 255 / (high - low) + 0.5)
        np.testing.assert_allclose(stretched, expected, atol=0.5)
        assert (stretched.min(), stretched.max()) == (0, 255)

    def test_a_blank_picture_has_no_contrast_to_stretch(self, tmp_path):
        path = save(np.full((28, 28), 9, np.uint8), tmp_path / "a.png")
        assert (read_picture(path, ImageOptions(contrast="stretch")) == 9).all()

    @pytest.mark.parametrize("mode", ["RGBA", "LA", "P"])
    def test_transparency_becomes_background(self, tmp_path, mode):
        ink = np.zeros((28, 28, 4), np.uint8)  # transparent black
        ink[10:18, 10:18] = (0, 0, 0, 255)
        picture = Image.fromarray(ink)
        if mode == "P":
            picture = Image.new("P", (28, 28), 0)
            picture.putpalette([255, 0, 0, 0, 0, 0])
            picture.paste(1, (10, 10, 18, 18))
            picture.save(tmp_path / "a.png", transparency=0)
        else:
            picture.convert(mode).save(tmp_path / "a.png")
        path = str(tmp_path / "a.png")
        expected = np.zeros((28, 28), np.uint8)
        expected[10:18, 10:18] = 255
        np.testing.assert_array_equal(read_picture(path, ImageOptions(invert=True)), expected)
        np.testing.assert_array_equal(read_picture(path, SAME), 0 * expected)

    def test_colour_16_bits_and_real_numbers(self, tmp_path):
        colour = RNG.integers(0, 256, (28, 28, 3), np.uint8)
        red, green, blue = np.moveaxis(colour.astype(float), 2, 0)
        grey = read_picture(save(colour, tmp_path / "c.png"), SAME)
        np.testing.assert_allclose(grey, 0.299 * red + 0.587 * green + 0.114 * blue, atol=1)
        deep = DIGITS[1].astype(np.uint16) * 257
        for name in ("d.png", "d.tif"):
            np.testing.assert_array_equal(read_picture(save(deep, tmp_path / name), SAME), DIGITS[1])
        shares = DIGITS[2].astype(np.float32) / 255
        np.testing.assert_array_equal(read_picture(save(shares, tmp_path / "f.tif"), SAME), DIGITS[2])
        cmyk = Image.new("CMYK", (28, 28), (0, 0, 0, 0))
        cmyk.save(tmp_path / "k.jpg")
        assert (read_picture(str(tmp_path / "k.jpg"), SAME) >= 253).all()
        shares[3, 3] = np.nan
        with pytest.raises(PictureError, match="NaN"):
            read_picture(save(shares, tmp_path / "n.tif"), SAME)

    @pytest.mark.parametrize(
        ("content", "reason"),
        [
            (b"", "it is empty"),
            (b"hello", "not a picture that can be read"),
            (announced(100_000, 100_000), "more pixels than the limit of 50 million"),
            (announced(9_000, 8_000), "announces 9,000 x 8,000 pixels, above the limit of 50 million"),
            (announced(13_000, 8_000), "more pixels than the limit"),
            (announced(1, 1), "1x1 pixels, too small"),
            (announced(30, 30), "damaged or cannot be read"),
            (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 30 30\n", "not a picture that can be read"),
            (b"\x80\x04c__builtin__\nexit\n.", "not a picture that can be read"),
        ],
    )
    def test_bad_content(self, tmp_path, content, reason):
        (tmp_path / "a.png").write_bytes(content)
        with pytest.raises(PictureError, match=reason):
            read_picture(str(tmp_path / "a.png"), SAME)
        assert MOST_PIXELS < 9_000 * 8_000

    @pytest.mark.parametrize(
        "wrong", [{"height": 7}, {"width": 129}, {"height": 2.5}, {"fit": "squeeze"}, {"contrast": "more"}]
    )
    def test_options_say_what_is_wrong(self, wrong):
        with pytest.raises(DataError, match=f"The {next(iter(wrong))} of images must be"):
            ImageOptions(**wrong)


class TestFolder:
    def test_opens_as_it_is(self, tmp_path):
        dataset = open_dataset(folder_of(tmp_path / "meine Ziffern äöü 数字"))
        train, test = held_out_split(12)
        assert dataset.name == "meine Ziffern äöü 数字"
        np.testing.assert_array_equal(dataset.train_images, DIGITS[train])
        np.testing.assert_array_equal(dataset.test_images, DIGITS[test])
        assert dataset.train_labels is None

    def test_sub_folders_become_classes(self, tmp_path):
        for number, image in enumerate(DIGITS):
            save(image, tmp_path / ("cat", "dog", "öl")[number % 3] / "deeper" / f"{number:02}.png")
        scan = scan_source(tmp_path)
        assert scan.classes == ("cat", "dog", "öl")
        dataset = open_dataset(scan)
        by_image = {image.tobytes(): number % 3 for number, image in enumerate(DIGITS)}
        for images, labels in (
            (dataset.train_images, dataset.train_labels),
            (dataset.test_images, dataset.test_labels),
        ):
            assert [by_image[image.tobytes()] for image in images] == labels.tolist()

    def test_folders_called_by_numbers_are_those_classes(self, tmp_path):
        for number, image in enumerate(DIGITS):
            save(image, tmp_path / str((3, 7, 11)[number % 3]) / f"{number}.png")
        scan = scan_source(tmp_path)
        assert scan.classes == ("3", "7", "11")
        assert set(open_dataset(scan).train_labels) == {3, 7, 11}

    def test_no_classes_where_a_picture_lies_outside(self, tmp_path):
        folder_of(tmp_path)
        save(DIGITS[0], tmp_path / "cat" / "a.png")
        assert scan_source(tmp_path).classes == ()
        assert open_dataset(tmp_path).train_labels is None

    def test_what_is_left_out_is_told_with_its_reason(self, tmp_path):
        folder_of(tmp_path)
        (tmp_path / "notes.txt").write_text("x")
        (tmp_path / "bomb.png").write_bytes(announced(100_000, 100_000))
        (tmp_path / "cut.png").write_bytes((tmp_path / "001.png").read_bytes()[:300])
        (tmp_path / "gone.png").symlink_to(tmp_path / "nowhere")
        (tmp_path / ".hidden.png").write_text("x")
        save(DIGITS[0, :1, :1], tmp_path / "dot.png")
        result = open_images(scan_source(tmp_path))
        assert len(result.dataset.train_images) + len(result.dataset.test_images) == 12
        reasons = {entry.path.name: entry.reason for entry in result.skipped}
        assert reasons.keys() == {"notes.txt", "bomb.png", "cut.png", "gone.png", "dot.png"}
        assert "more pixels" in reasons["bomb.png"]
        assert "damaged" in reasons["cut.png"]
        assert reasons["notes.txt"] == "not a picture (.txt)"
        assert "1x1" in reasons["dot.png"]
        assert "notes.txt: not a picture (.txt)" in scan_source(tmp_path).skipped_text()
        assert scan_source(tmp_path).skipped_text(1).endswith("and 3 more")

    def test_the_size_of_most_stays_and_others_become_28x28(self, tmp_path):
        folder_of(tmp_path / "a", DIGITS[:, :20, :24])
        scan = scan_source(tmp_path / "a")
        assert scan.sizes == (((20, 24), 12),)
        assert suggest_options(scan).shape == (20, 24)
        save(DIGITS[0], tmp_path / "a" / "other.png")
        assert scan_source(tmp_path / "a").sizes == (((20, 24), 12), ((28, 28), 1))
        assert open_dataset(tmp_path / "a").shape == (20, 24), "one stray picture does not shrink the others"
        folder_of(tmp_path / "a" / "more", DIGITS[:, :9, :9])
        assert open_dataset(tmp_path / "a").shape == (28, 28), "no size is that of most"

    def test_dark_ink_on_bright_paper_is_noticed(self, tmp_path):
        ink = np.zeros((4, 40, 40), np.uint8)
        ink[:, 15:25, 15:25] = 255
        assert suggest_options(scan_source(folder_of(tmp_path / "a", 255 - ink))).invert
        assert not suggest_options(scan_source(folder_of(tmp_path / "b", ink))).invert
        clear = np.stack([0 * ink, 0 * ink, 0 * ink, ink], axis=-1)
        assert suggest_options(scan_source(folder_of(tmp_path / "c", clear))).invert
        dataset = open_dataset(tmp_path / "c")
        assert (dataset.train_images[0, 20, 20], dataset.train_images[0, 0, 0]) == (255, 0)

    def test_preview_shows_what_opening_gives(self, tmp_path):
        folder_of(tmp_path, RNG.integers(0, 256, (9, 33, 21, 3), np.uint8))
        (tmp_path / "008.png").write_bytes((tmp_path / "007.png").read_bytes()[:300])
        options = ImageOptions(12, 16, "crop", invert=True, contrast="stretch")
        scan = scan_source(tmp_path)
        shown = preview(scan, options, count=100)
        dataset = open_dataset(scan, options)
        opened = {image.tobytes() for part in (dataset.train_images, dataset.test_images) for image in part}
        assert {image.tobytes() for image in shown.images} == opened
        assert shown.names == tuple(f"{n:03}.png" for n in range(8))
        assert [entry.path.name for entry in shown.skipped] == ["008.png"]
        assert len(preview(scan, options, count=3).images) == 3
        assert preview(scan, options, 3, seed=1).names != preview(scan, options, 3, seed=2).names

    def test_progress_and_the_same_bits_every_time(self, tmp_path):
        folder_of(tmp_path, np.repeat(DIGITS, 30, axis=0))
        seen = []
        dataset = open_dataset(tmp_path, monitor=Monitor(on_progress=seen.append))
        assert (seen[-1].done, seen[-1].total, seen[-1].unit) == (360, 360, "images")
        assert dataset.fingerprint() == open_dataset(tmp_path).fingerprint()

    def test_cancel(self, tmp_path):
        folder_of(tmp_path, np.repeat(DIGITS, 30, axis=0))
        scan = scan_source(tmp_path)
        calls = iter([False, False, True])
        with pytest.raises(Cancelled):
            open_dataset(scan, SAME, monitor=Monitor(lambda: next(calls, True)))
        for job in (scan_source, open_dataset):
            with pytest.raises(Cancelled):
                job(tmp_path, monitor=Monitor(lambda: True))
        with pytest.raises(Cancelled):
            preview(scan, SAME, monitor=Monitor(lambda: True))

    def test_cancelled_readers_stop_within_their_batch(self, tmp_path, monkeypatch):
        folder_of(tmp_path, np.repeat(DIGITS, 30, axis=0))
        scan, read = scan_source(tmp_path), []
        real = folders.picture.finished_page
        monkeypatch.setattr(folders.picture, "finished_page", lambda *a, **b: read.append(a) or real(*a, **b))
        with pytest.raises(Cancelled):
            open_dataset(scan, SAME, monitor=Monitor(lambda: len(read) > 3))
        assert len(read) < 360


class TestBadFolders:
    def test_no_image_and_one_image(self, tmp_path):
        (tmp_path / "a.txt").write_text("x")
        with pytest.raises(DataError, match="0 images") as caught:
            open_dataset(tmp_path)
        assert tmp_path.name in str(caught.value)
        save(DIGITS[0], tmp_path / "a.png")
        with pytest.raises(DataError, match="holds a single image"):
            open_dataset(tmp_path)
        with pytest.raises(DataError, match="is a single picture: open the folder"):
            open_dataset(tmp_path / "a.png")

    def test_only_bad_images(self, tmp_path):
        (tmp_path / "a.png").write_bytes(announced(100_000, 100_000))
        with pytest.raises(DataError, match=r'no picture that can be used: 0 images. "a.png".*more pixels'):
            open_dataset(tmp_path)
        (tmp_path / "a.png").write_bytes(announced(30, 30))
        with pytest.raises(DataError, match=r'0 images. "a.png"'):
            open_dataset(tmp_path)

    def test_all_pictures_alike(self, tmp_path):
        folder_of(tmp_path, np.full((5, 28, 28), 7, np.uint8))
        with pytest.raises(DataError, match=r"same grey level \(7\)"):
            open_dataset(tmp_path)

    def test_links_in_a_circle(self, tmp_path):
        folder_of(tmp_path / "a")
        (tmp_path / "a" / "again").symlink_to(tmp_path / "a")
        (tmp_path / "a" / "self.png").symlink_to(tmp_path / "a" / "self.png")
        result = open_images(scan_source(tmp_path / "a"))
        assert len(result.dataset.train_images) + len(result.dataset.test_images) == 12
        reasons = {entry.path.name: entry.reason for entry in result.skipped}
        assert "already read" in reasons["again"]
        assert reasons.keys() == {"again", "self.png"}

    @pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such files")
    def test_a_pipe_is_not_waited_for(self, tmp_path):
        folder_of(tmp_path)
        os.mkfifo(tmp_path / "pipe.png")
        assert ("pipe.png", "not an ordinary file") in [
            (entry.path.name, entry.reason) for entry in scan_source(tmp_path).skipped
        ]
        os.mkfifo(tmp_path / "pipe.npy")
        with pytest.raises(DataError, match="not an ordinary file"):
            open_dataset(tmp_path / "pipe.npy")

    def test_without_permission(self, tmp_path, monkeypatch):
        folder_of(tmp_path)
        save(DIGITS[0], tmp_path / "closed" / "a.png")
        real = os.scandir

        def scandir(path):
            if str(path).endswith("closed"):
                raise PermissionError(13, "Permission denied")
            return real(path)

        monkeypatch.setattr(os, "scandir", scandir)
        skipped = scan_source(tmp_path).skipped
        assert [(entry.path.name, entry.reason) for entry in skipped] == [
            ("closed", "the folder cannot be read (Permission denied)")
        ]
        with pytest.raises(DataError, match='closed" cannot be read: permission denied'):
            scan_pictures(tmp_path / "closed")

    def test_a_picture_without_permission(self, tmp_path, monkeypatch):
        path = save(DIGITS[0], tmp_path / "a.png")

        def refuse(*_):
            raise PermissionError(13, "Permission denied")

        monkeypatch.setattr("dae_core.datasets.picture.open", refuse, raising=False)
        with pytest.raises(PictureError, match="permission denied"):
            read_picture(path, SAME)

    def test_a_drive_that_disappears(self, tmp_path):
        folder = folder_of(tmp_path / "stick")
        scan = scan_source(folder)
        folder.rename(tmp_path / "pulled out")
        with pytest.raises(DataError, match='stick" cannot be read any more: the folder or its drive has gone'):
            open_dataset(scan, SAME)

    def test_a_drive_that_fails_while_reading(self, tmp_path, monkeypatch):
        save(DIGITS[0], tmp_path / "a.png")

        def fail(*_):
            raise OSError(5, "Input/output error")

        monkeypatch.setattr("dae_core.datasets.picture.open", fail, raising=False)
        with pytest.raises(PictureError, match="Input/output error"):
            read_picture(str(tmp_path / "a.png"), SAME)

    def test_idx_files_go_first(self, tmp_path):
        from dae_core.datasets import write_idx

        folder_of(tmp_path)
        assert source_kind(tmp_path) == "pictures"
        write_idx(tmp_path / "train-images-idx3-ubyte", DIGITS)
        assert source_kind(tmp_path) == "files"
