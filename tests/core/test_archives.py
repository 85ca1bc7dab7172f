"""Archives are opened as the folders that they hold, whatever they say about themselves; nothing of them stays."""

import bz2
import gc
import gzip
import io
import os
import stat
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from pathlib import Path

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
)
from dae_core.datasets.files import archives
from dae_core.jobs import Cancelled, Monitor

RNG = np.random.default_rng(4)
DIGITS = RNG.integers(0, 256, (12, 10, 10), np.uint8)


@pytest.fixture(autouse=True)
def temporary(tmp_path, monkeypatch):
    """A folder of temporary files of its own, which is empty in the end."""
    folder = tmp_path / "temporary files"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    gc.freeze()  # what is there already takes no part in the collection: after hundreds of tests that is a lot
    yield folder
    gc.collect()
    gc.unfreeze()
    assert list(folder.iterdir()) == []


def png(array):
    stream = io.BytesIO()
    Image.fromarray(array).save(stream, "PNG")
    return stream.getvalue()


def members(prefix="digits/"):
    parts = ["train"] * 8 + ["test"] * 4
    return {
        f"{prefix}{part}/{n % 3}/{n:02}.png": png(image)
        for n, (part, image) in enumerate(zip(parts, DIGITS, strict=True))
    }


def zipped(path, files):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path


def tarred(path, files, mode):
    with tarfile.open(path, mode) as archive:
        for name, content in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return path


@pytest.mark.parametrize("ending", [".zip", ".ZIP", ".tar", ".tgz", ".tar.gz", ".tar.bz2", ".tar.xz"])
@pytest.mark.parametrize("prefix", ["", "digits/", "a/b/"])
def test_an_archive_is_the_folder_that_it_holds(tmp_path, ending, prefix):
    path = tmp_path / f"my digits{ending}"
    if ending.lower() == ".zip":
        zipped(path, members(prefix))
    else:
        tarred(path, members(prefix), {".tar": "w", ".tgz": "w:gz"}.get(ending, f"w:{ending[5:]}"))
    assert source_kind(path) == "archive"
    scan = scan_source(path)
    assert (scan.path, scan.name, scan.count, scan.classes) == (path, path.name, 12, ("0", "1", "2"))
    dataset = open_dataset(scan)
    assert dataset.name == path.name
    np.testing.assert_array_equal(sorted(map(bytes, dataset.train_images)), sorted(map(bytes, DIGITS[:8])))
    np.testing.assert_array_equal(sorted(map(bytes, dataset.test_images)), sorted(map(bytes, DIGITS[8:])))
    assert preview(scan, ImageOptions(10, 10), 99).names[0] == f"{prefix}test/0/{9:02}.png"


def test_single_files_of_data(tmp_path):
    arrays = io.BytesIO()
    np.savez(arrays, x_train=DIGITS[:8], x_test=DIGITS[8:])
    path = zipped(tmp_path / "a.zip", {"inner/mnist.npz": arrays.getvalue(), "inner/README.md": b"x"})
    np.testing.assert_array_equal(open_dataset(path).train_images, DIGITS[:8])
    array = io.BytesIO()
    np.save(array, DIGITS)
    path = zipped(tmp_path / "b.zip", {"images.npy": array.getvalue()})
    scan = scan_source(path)
    assert scan.count == 12
    assert len(open_dataset(scan).train_images) == 10


def test_what_is_said_names_the_archive(tmp_path, temporary):
    path = zipped(tmp_path / "a.zip", members() | {"digits/train/0/bad.png": b"x", "digits/list.txt": b"x"})
    result = open_images(scan_source(path))
    assert sorted(str(entry.path.relative_to(path)) for entry in result.skipped) == [
        "digits/list.txt",
        "digits/train/0/bad.png",
    ]
    assert "digits/list.txt: not a picture (.txt)" in scan_source(path).skipped_text()
    for files in ({"a.png": b"x"}, {"readme.txt": b"x"}, {"x.npy": b"\x93NUMPY\1\0"}, {"test/a.png": png(DIGITS[0])}):
        with pytest.raises(DataError) as caught:
            open_dataset(zipped(path, files))
        assert "a.zip" in str(caught.value)
        assert temporary.name not in str(caught.value)
        assert "dae-unpacked" not in str(caught.value)


def test_the_pictures_go_with_the_scan(tmp_path, temporary):
    scan = scan_source(zipped(tmp_path / "a.zip", members()))
    assert len(list(temporary.iterdir())) == 1
    dataset = open_dataset(scan)
    del scan
    gc.collect()
    assert list(temporary.iterdir()) == []
    assert dataset.train_images.any()


def test_what_a_killed_program_left_goes_at_the_next_archive(tmp_path, temporary):
    command = (
        "import os, sys, tempfile; tempfile.tempdir = sys.argv[1]\n"
        "from dae_core.datasets.files.temporary import TemporaryFolder\n"
        "folder = TemporaryFolder(); (folder.path / 'a.png').write_bytes(b'x'); print(folder.path, flush=True)\n"
        "os._exit(1)"
    )
    done = subprocess.run(  # noqa: S603
        [sys.executable, "-c", command, str(temporary)], capture_output=True, text=True, check=False
    )
    left = Path(done.stdout.strip())
    assert (left / "a.png").exists(), done.stderr
    path = zipped(tmp_path / "a.zip", members())
    scan = scan_source(path)
    assert left.exists(), "it may be about to be locked"
    (mine,) = set(temporary.iterdir()) - {left}
    half_removed = temporary / "dae-unpacked-x"
    half_removed.mkdir()
    for folder in (left, mine, half_removed):
        os.utime(folder, (1e9, 1e9))
    other = scan_source(path)
    assert not left.exists()
    assert not half_removed.exists()
    assert mine.exists(), "its scan is still in use"
    assert len(open_dataset(scan).train_images) == len(open_dataset(other).train_images) == 8


def test_cancel_leaves_nothing(tmp_path, temporary):
    path = zipped(tmp_path / "a.zip", members())
    for after in range(0, 40, 3):
        calls = iter(range(after))
        with pytest.raises(Cancelled):
            scan_source(path, Monitor(lambda calls=calls: next(calls, None) is None))
        assert list(temporary.iterdir()) == []


@pytest.mark.parametrize(
    "name", ["../out.png", "a/../../out.png", "/out.png", "C:\\out.png", "\\\\host\\out.png", "..\\out.png"]
)
def test_names_that_lead_out(tmp_path, temporary, name):
    files = members() | {name: png(DIGITS[0])}
    for path in (zipped(tmp_path / "a.zip", files), tarred(tmp_path / "a.tar", files, "w")):
        scan = scan_source(path)
        assert scan.count == 12
        assert [entry.reason for entry in scan.skipped] == ["its name leads out of the archive"]
        assert not list(tmp_path.rglob("out.png"))


def test_links_and_devices_are_left_out(tmp_path):
    path = tmp_path / "a.tar"
    tarred(path, members(), "w")
    with tarfile.open(path, "a") as archive:
        for name, kind in (
            ("l.png", tarfile.SYMTYPE),
            ("h.png", tarfile.LNKTYPE),
            ("d.png", tarfile.CHRTYPE),
            ("f.png", tarfile.FIFOTYPE),
        ):
            info = tarfile.TarInfo(name)
            info.type, info.linkname = kind, "/etc/passwd"
            archive.addfile(info)
    assert [entry.reason for entry in scan_source(path).skipped] == ["a link or device"] * 4
    info = zipfile.ZipInfo("l.png")
    info.external_attr = (stat.S_IFLNK | 0o777) << 16
    zipped(tmp_path / "a.zip", members() | {info: b"/etc/passwd"})
    assert [entry.reason for entry in scan_source(tmp_path / "a.zip").skipped] == ["a link or device"]


def test_archives_within_and_junk(tmp_path):
    inner = zipped(tmp_path / "inner.zip", members()).read_bytes()
    path = zipped(
        tmp_path / "a.zip",
        members() | {"more.zip": inner, "x.tar.gz": b"x", "__MACOSX/digits/._1.png": b"\0", "digits/.DS_Store": b"\0"},
    )
    assert {(entry.path.name, entry.reason) for entry in scan_source(path).skipped} == {
        (name, "an archive within the archive: unpack it by itself") for name in ("more.zip", "x.tar.gz")
    }


def test_archives_alone_are_named(tmp_path):
    inner = zipped(tmp_path / "train.zip", members()).read_bytes()
    with pytest.raises(DataError, match=r'It holds "test.zip", an archive within the archive: unpack it by itself'):
        open_dataset(zipped(tmp_path / "a.zip", {"x/test.zip": inner}))
    with pytest.raises(DataError, match=r'It holds archives: open one of them, such as "a.zip"'):
        open_dataset(tmp_path)


def test_bombs(tmp_path, monkeypatch):
    monkeypatch.setattr(archives, "_UNSUSPICIOUS", 1 << 20)
    zeros = bytes(8 << 20)
    for path in (
        zipped(tmp_path / "a.zip", {"a.npy": zeros}),
        tarred(tmp_path / "a.tgz", {"a.npy": zeros}, "w:gz"),
        tarred(tmp_path / "b.tar.xz", {"a.zip": zeros, "b.png": b"x"}, "w:xz"),
    ):
        with pytest.raises(DataError, match="would take more than"):
            open_dataset(path)
    monkeypatch.setattr(archives, "MOST_MEMBERS", 5)
    with pytest.raises(DataError, match="more than 5 files"):
        open_dataset(zipped(tmp_path / "a.zip", members()))


def test_no_room_and_no_temporary_folder(tmp_path, temporary, monkeypatch):
    path = zipped(tmp_path / "a.zip", members())

    def full(*_, **_more):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(archives, "_copy", full)
        with pytest.raises(
            DataError, match=r'a.zip" cannot be unpacked: there is no room for it in ".*temporary files"'
        ):
            open_dataset(path)
    assert list(temporary.iterdir()) == []
    with monkeypatch.context() as patch:
        patch.setattr(tempfile, "mkdtemp", full)
        with pytest.raises(DataError, match=r"cannot be unpacked: no temporary folder can be made .*No space left"):
            open_dataset(path)


def test_a_zip_that_lies_about_its_sizes(tmp_path, monkeypatch):
    monkeypatch.setattr(archives, "_UNSUSPICIOUS", 1 << 20)
    data = bytearray(zipped(tmp_path / "a.zip", {"a.npy": bytes(8 << 20)}).read_bytes())
    size = (8 << 20).to_bytes(4, "little")
    while (at := data.find(size)) >= 0:
        data[at : at + 4] = (100).to_bytes(4, "little")
    (tmp_path / "a.zip").write_bytes(data)
    with pytest.raises(DataError, match=r"damaged|would take more"):
        open_dataset(tmp_path / "a.zip")


def test_headers_of_a_tar_that_announce_gigabytes(tmp_path):
    info = tarfile.TarInfo("x")
    info.type, info.size = tarfile.XHDTYPE, 1 << 33
    (tmp_path / "a.tgz").write_bytes(gzip.compress(info.tobuf() + bytes(1 << 20)))
    with pytest.raises(DataError, match=r"would take more than|damaged"):
        open_dataset(tmp_path / "a.tgz")


@pytest.mark.parametrize(
    ("names", "reason"),
    [
        (["archive/data.pkl", "archive/data/0"], "a PyTorch file"),
        (["[Content_Types].xml", "xl/workbook.xml"], "an Excel workbook: save its sheet as CSV"),
        (["[Content_Types].xml", "word/document.xml"], "a Word document"),
    ],
)
def test_other_files_in_the_same_wrapping(tmp_path, names, reason):
    with pytest.raises(DataError, match=reason):
        open_dataset(zipped(tmp_path / "a.zip", dict.fromkeys(names, b"x")))


def test_an_npz_under_another_name(tmp_path):
    np.savez(tmp_path / "a.npz", images=DIGITS, labels=np.arange(12) % 3)
    (tmp_path / "a.npz").rename(tmp_path / "a.zip")
    dataset = open_dataset(tmp_path / "a.zip")
    assert len(dataset.train_images) == 10
    assert dataset.train_labels is not None


def test_protected_damaged_and_empty(tmp_path):
    data = bytearray(zipped(tmp_path / "a.zip", members()).read_bytes())
    for magic, flags in ((b"PK\1\2", 8), (b"PK\3\4", 6)):
        at = -1
        while (at := data.find(magic, at + 1)) >= 0:
            data[at + flags] |= 1
    (tmp_path / "a.zip").write_bytes(data)
    with pytest.raises(DataError, match="protected by a password: unpack it"):
        open_dataset(tmp_path / "a.zip")
    for ending in archives.ARCHIVE_ENDINGS:
        for content in (b"", b"<html>", b"PK\3\4", bz2.compress(b"hello"), gzip.compress(bytes(3000))[:-9]):
            (tmp_path / f"x{ending}").write_bytes(content)
            with pytest.raises(DataError, match=r"x[.]"):
                open_dataset(tmp_path / f"x{ending}")
    tarred(tmp_path / "cut.tgz", members(), "w:gz")
    whole = (tmp_path / "cut.tgz").read_bytes()
    (tmp_path / "cut.tgz").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(DataError, match=r"cut\.tgz"):
        open_dataset(tmp_path / "cut.tgz")
