"""Damaged stacks, animations and archives: only sentences come out, nothing hangs, and nothing is left behind."""

import io
import tarfile
import tempfile
import zipfile

import numpy as np
import pytest
from PIL import Image

from dae_core.datasets import DataError, ImageOptions, open_images, scan_source
from dae_core.datasets.picture import PictureError, each_page, finished_page, prepare
from dae_core.datasets.pictures.pages import read_pages
from helpers.damage import damaged

RNG = np.random.default_rng(12)
PAGES = [Image.fromarray(page) for page in RNG.integers(0, 256, (5, 16, 16), np.uint8)]
EACH = 400


def stack(form, pages=PAGES, **options):
    stream = io.BytesIO()
    pages[0].save(stream, form, save_all=True, append_images=pages[1:], **options)
    return stream.getvalue()


KINDS = {
    "tif": stack("TIFF"),
    "lzw.tif": stack("TIFF", compression="tiff_lzw"),
    "deep.tif": stack("TIFF", [page.convert("I") for page in PAGES]),
    "gif": stack("GIF"),
    "colours.gif": stack("GIF", [page.convert("RGB") for page in PAGES]),
    "png": stack("PNG"),
    "webp": stack("WEBP", lossless=True),
}


@pytest.mark.parametrize("kind", KINDS)
def test_stacks(tmp_path, kind):
    prepare()
    rng, path, reasons, read = np.random.default_rng(80), str(tmp_path / f"a.{kind}"), [], 0
    for _ in range(EACH):
        (tmp_path / f"a.{kind}").write_bytes(damaged(KINDS[kind], rng))
        try:
            pages = read_pages(path)
        except PictureError as error:
            reasons.append(str(error))
            continue
        reasons += pages.reasons
        numbers = [page.number for page in pages.sound]
        results = list(each_page(path, numbers, lambda image: finished_page(image, ImageOptions(16, 16))))
        assert [number for number, _ in results] == numbers
        reasons += [str(result) for _, result in results if isinstance(result, PictureError)]
        read += sum(isinstance(result, np.ndarray) for _, result in results)
    assert read > EACH / 5
    assert len(reasons) > EACH / 20
    assert all(reason and "\n" not in reason for reason in reasons)


def zipped(files):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return stream.getvalue()


def tarred(files, mode):
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode=mode) as archive:
        for name, content in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return stream.getvalue()


FILES = {
    "train/a/1.png": stack("PNG", PAGES[:1]),
    "train/b/2.png": stack("PNG", PAGES[1:2]),
    "test/a/3.tif": KINDS["tif"],
}
ARCHIVES = {
    "zip": zipped(FILES),
    "tar": tarred(FILES, "w"),
    "tgz": tarred(FILES, "w:gz"),
    "tar.xz": tarred(FILES, "w:xz"),
}


@pytest.mark.parametrize("kind", ARCHIVES)
def test_archives(tmp_path, monkeypatch, kind):
    temporary = tmp_path / "temporary files"
    temporary.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    rng, path, sentences, opened = np.random.default_rng(81), tmp_path / f"a.{kind}", [], 0
    for _ in range(EACH // 4):
        path.write_bytes(damaged(ARCHIVES[kind], rng))
        try:
            opened += open_images(scan_source(path)).dataset.shape == (16, 16)
        except DataError as error:
            sentences.append(str(error))
    assert sentences
    assert all("\n" not in sentence and str(temporary) not in sentence for sentence in sentences)
    path.write_bytes(ARCHIVES[kind])
    assert len(open_images(scan_source(path)).dataset.test_images) == 5
    assert opened > 0 or kind in {"tgz", "tar.xz"}  # their checksums fail for each damaged byte
    assert list(temporary.iterdir()) == []
