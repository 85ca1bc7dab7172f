"""What keeps the monkey in its folder: canned answers of file dialogs, no desktop, no network; and its files."""

import errno
import os
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.random import Generator
from PySide6.QtCore import QTimer, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QDialog, QFileDialog

NAMES = (
    "new",
    "new.dae",
    "again.dae",
    "kept",
    "résumé Ω.dae",
    "=1+1.csv",
    "<img src=x>.png",
    "two\nlines.html",
    "x" * 300,
    "no such folder/file.dae",
    "film.gif",
    "picture.svg",
    "picture.pdf",
    "weights.safetensors",
    "report.html",
    ".hidden",
    "ends in dot.",
)


_FSYNC = os.fsync


class Sandbox:
    """The folder that the monkey may write to, with good and bad files to open.

    Parameters
    ----------
    home
        Where all of it is.
    rng
        Called to get the random numbers of this moment's event.
    """

    def __init__(self, home: Path, rng: Callable[[], Generator]) -> None:
        self.files = home / "files"
        self._rng = rng
        self._is_full = False
        self.files.mkdir(exist_ok=True)
        _make_files(self.files)
        os.chdir(self.files)

    def close(self) -> None:
        """Answer file dialogs, open no pages and folders, and refuse connections from now on."""
        static: dict[str, Callable[..., Any]] = {
            "getOpenFileName": lambda *_a, **_k: (self.existing() if self._answers() else "", ""),
            "getSaveFileName": lambda *_a, **_k: (self.new() if self._answers() else "", ""),
            "getExistingDirectory": lambda *_a, **_k: self.folder() if self._answers() else "",
            "open": lambda dialog: self._answer(dialog),
        }
        for name, answer in static.items():
            setattr(QFileDialog, name, answer)
        services: Any = QDesktopServices
        services.openUrl = staticmethod(lambda _url: bool(self._rng().integers(2)))
        network: Any = socket.socket
        network.connect = _refuse

    def existing(self) -> str:
        """Return a file or folder that may be there, good or bad."""
        there = sorted(self.files.iterdir()) + sorted(self.files.glob("*/*"))
        return str(there[int(self._rng().integers(len(there)))]) if self._rng().random() < 0.95 else self.new()

    def new(self) -> str:
        """Return where something is to be written."""
        name = NAMES[int(self._rng().integers(len(NAMES)))]
        return str(self.files / name)

    def folder(self) -> str:
        """Return a folder, or now and then what is none."""
        there = [path for path in sorted(self.files.iterdir()) if path.is_dir()] + [self.files]
        return str(there[int(self._rng().integers(len(there)))]) if self._rng().random() < 0.9 else self.existing()

    def urls(self) -> list[QUrl]:
        """Return what is dropped onto the window."""
        urls = [QUrl.fromLocalFile(self.existing()) for _ in range(int(self._rng().integers(1, 3)))]
        return [QUrl("https://example.invalid/x.dae"), *urls] if self._rng().random() < 0.1 else urls

    def clear_disk(self) -> None:
        """End what `fill_or_clear_disk` may have begun."""
        if self._is_full:
            self.fill_or_clear_disk()

    def fill_or_clear_disk(self) -> str:
        """Have every file that is to last fail for want of room, or end that; returns what is so now."""
        self._is_full = not self._is_full
        system: Any = os
        system.fsync = _no_room if self._is_full else _FSYNC
        return "the disk is full" if self._is_full else "the disk has room again"

    def damage(self) -> str:
        """Change a file behind the program's back, as another program or a bad disk does; returns what was done."""
        files = [path for path in sorted(self.files.rglob("*")) if path.is_file()]
        path = files[int(self._rng().integers(len(files)))]
        data = bytearray(path.read_bytes())
        how = ("cut", "changed", "deleted", "touched")[int(self._rng().integers(4))]
        if how == "deleted":
            path.unlink()
        elif how == "touched":
            path.touch()
        else:
            at = int(self._rng().integers(len(data) + 1))
            path.write_bytes(data[:at] if how == "cut" else bytes((*data[:at], 7, *data[at + 1 :])))
        return f"{path.name[:40]} is {how}"

    def _answers(self) -> bool:
        return bool(self._rng().random() < 0.85)

    def _answer(self, dialog: QFileDialog) -> None:
        """Choose a file in a dialog that was to be shown, or leave it; it never appears."""
        if not self._answers():
            QTimer.singleShot(0, dialog, dialog.reject)
            return
        if dialog.fileMode() is QFileDialog.FileMode.Directory:
            path = self.folder()
        else:
            path = self.new() if dialog.acceptMode() is QFileDialog.AcceptMode.AcceptSave else self.existing()

        def choose() -> None:
            dialog.fileSelected.emit(path)
            QDialog.done(dialog, QDialog.DialogCode.Accepted)

        QTimer.singleShot(0, dialog, choose)


def _no_room(_file: object) -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def _refuse(_socket: socket.socket, address: object) -> None:
    raise ConnectionRefusedError(111, f"the monkey's sandbox has no network: {address}")


def _make_files(folder: Path) -> None:
    """Write data sets of all kinds, and files that are not what their names say."""
    from PIL import Image

    from dae_core.datasets import write_idx

    rng = np.random.default_rng(1)
    images = rng.integers(0, 256, (60, 12, 12), np.uint8)
    labels = rng.integers(0, 10, 60, np.uint8)
    (folder / "idx").mkdir(exist_ok=True)
    write_idx(folder / "idx" / "train-images-idx3-ubyte.gz", images)
    write_idx(folder / "idx" / "t10k-images-idx3-ubyte", images[:20])
    write_idx(folder / "single.idx", images)
    np.savez(folder / "arrays.npz", images=images, labels=labels)
    np.save(folder / "array.npy", images / 255)
    np.save(folder / "objects.npy", np.zeros(3))
    rows = [",".join(map(str, (k, *image.ravel()))) for k, image in zip(labels, images, strict=True)]
    (folder / "table.csv").write_text("\n".join(rows), encoding="utf-8")
    for kind in ("a", "b & <b>"):
        (folder / "pictures" / kind).mkdir(parents=True, exist_ok=True)
        for number in range(12):
            size = (8 + number, 20) if kind == "a" else (16, 16)
            colours = rng.integers(0, 256, (*size, 3), np.uint8)
            Image.fromarray(colours).save(folder / "pictures" / kind / f"{number}.png")
    (folder / "pictures" / "broken.png").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(50))
    (folder / "empty folder").mkdir(exist_ok=True)
    for name in ("empty.dae", "empty.csv", "empty"):
        (folder / name).write_bytes(b"")
    for name in ("noise.dae", "noise.safetensors", "noise.npz", "noise.png", "<b>noise.idx"):
        (folder / name).write_bytes(rng.bytes(500))
    (folder / "text.csv").write_text("not,a\ntable,of,images\n", encoding="utf-8")
    if hasattr(os, "symlink") and not (folder / "loop").is_symlink():
        (folder / "loop").symlink_to(folder / "loop")
