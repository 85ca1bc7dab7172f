"""Asking for files and folders: a row for each kind of file, and one place that remembers where each was last."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QStandardPaths, Qt
from PySide6.QtWidgets import QFileDialog, QWidget

from dae_core.texts import file_name
from dae_gui.support.question import Choice, Question, Role
from dae_gui.support.settings_file import settings_file

_Location = QStandardPaths.StandardLocation
_DATA = (
    "Images (*-ubyte *-ubyte.gz *.idx* *.gz *.npy *.npz *.csv *.tsv *.txt "
    "*.zip *.tar *.tgz *.tar.* *.tif *.tiff *.gif);;"
    "IDX data (*-ubyte *-ubyte.gz *.idx* *.gz);;NumPy arrays (*.npy *.npz);;"
    "Tables (*.csv *.tsv *.txt *.amat *.data *.gz);;"
    "Archives (*.zip *.tar *.tgz *.tar.*);;Stacks and animations (*.tif *.tiff *.gif *.png *.webp);;All files (*)"
)
_MOST_NAMED = 3
_MODEL, _SESSION = "Model (*.safetensors)", "Session (*.dae)"
_LESSON, _HAND_IN = "Lesson (*.lesson)", "Hand-in (*.handin)"


@dataclass(frozen=True)
class FileKind:
    """What a dialog asks for.

    Parameters
    ----------
    title
        Of the dialog.
    purpose
        Under which the folder is remembered; kinds may share one.
    pattern
        Which files are shown, as Qt writes it; empty for folders.
    endings
        Of the names of files to be written, such as ".dae"; a name without one of them gets the first.
    location
        Where to begin the first time.
    """

    title: str
    purpose: str
    pattern: str = ""
    endings: tuple[str, ...] = ()
    location: _Location = _Location.DocumentsLocation


IDX_FOLDER = FileKind("Open a folder of IDX data", "data")
IMAGE_FILE = FileKind("Open images", "data", _DATA)
PICTURE_FOLDER = FileKind("Open a folder of pictures", "data")
MISSING_DATA = FileKind("Find the session's data set", "data")
MODEL = FileKind("Open a model", "models", _MODEL)
NEW_MODEL = FileKind("Save the model", "models", _MODEL, (".safetensors",))
SESSION = FileKind(
    "Open a session",
    "sessions",
    "Sessions, models, lessons and hand-ins (*.dae *.safetensors *.lesson *.handin);;"
    f"{_SESSION};;{_MODEL};;{_LESSON};;{_HAND_IN};;All files (*)",
)
LESSON = FileKind("Open a lesson", "lessons", f"{_LESSON};;All files (*)")
NEW_LESSON = FileKind("Save the lesson", "lessons", _LESSON, (".lesson",))
HAND_IN = FileKind("Hand in", "hand-ins", _HAND_IN, (".handin",))
NEW_SESSION = FileKind("Save the session", "sessions", _SESSION, (".dae",))
REPORT = FileKind("Write a report", "reports", "Report: a web page, with a PDF beside it (*.html)", (".html", ".htm"))
COMPARISON = FileKind("Export the comparison", "comparisons", "CSV table (*.csv)", (".csv",))
RUNS_TABLE = FileKind("Save the table of runs", "runs tables", "CSV table (*.csv)", (".csv",))
LOG = FileKind("Save the log", "logs", "Text (*.txt)", (".txt", ".log"))


def ask_for_file(kind: FileKind, parent: QWidget) -> Path | None:
    """Return a file that the user chose, or None."""
    path, _ = QFileDialog.getOpenFileName(parent, kind.title, str(last_folder(kind)), kind.pattern)
    return _remembered(kind, Path(path).parent, Path(path)) if path else None


def ask_for_folder(kind: FileKind, parent: QWidget, start: str = "") -> Path | None:
    """Return a folder that the user chose, or None; ``start`` is where to begin, if it is there."""
    begin = start if start and os.path.isdir(start) else str(last_folder(kind))
    path = QFileDialog.getExistingDirectory(parent, kind.title, begin)
    return _remembered(kind, Path(path), Path(path)) if path else None


def ask_where_to_save(
    kind: FileKind, name: str, parent: QWidget, beside: Callable[[Path], Iterable[Path]] = lambda _path: ()
) -> Path | None:
    """Return the file that the user wants something to be written to, or None.

    ``beside`` returns the other files that are written with it. The user is asked about what is there already.
    """
    path, _ = QFileDialog.getSaveFileName(parent, kind.title, str(last_folder(kind) / file_name(name)), kind.pattern)
    return _checked(kind, path, parent, beside) if path else None


def open_save_dialog(
    kind: FileKind,
    name: str,
    parent: QWidget,
    on_chosen: Callable[[Path], object],
    beside: Callable[[Path], Iterable[Path]] = lambda _path: (),
) -> QFileDialog:
    """Ask as `ask_where_to_save` does, but return at once; the answer comes with ``on_chosen``."""

    def on_selected(path: str) -> None:
        target = _checked(kind, path, parent, beside)
        if target is not None:
            on_chosen(target)

    dialog = QFileDialog(parent, kind.title, str(last_folder(kind)))
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setNameFilters([kind.pattern])
    # No default suffix: where the system's own dialog is shown, Qt adds it after that has asked about another name.
    dialog.selectFile(file_name(name))
    return _opened(dialog, on_selected)


def open_folder_dialog(
    kind: FileKind, parent: QWidget, on_chosen: Callable[[Path], object], start: str = ""
) -> QFileDialog:
    """Ask for a folder, but return at once; the answer comes with ``on_chosen``."""
    dialog = QFileDialog(parent, kind.title, start or str(last_folder(kind)))
    dialog.setFileMode(QFileDialog.FileMode.Directory)
    dialog.setOption(QFileDialog.Option.ShowDirsOnly)
    return _opened(dialog, lambda path: on_chosen(_remembered(kind, Path(path), Path(path))))


def last_folder(kind: FileKind) -> Path:
    """Return where a dialog of a kind begins: the folder that it was last in, if that is still there."""
    folder = settings_file().value(f"folders/{kind.purpose}")
    if isinstance(folder, str) and folder and os.path.isdir(folder):
        return Path(folder)
    return Path(QStandardPaths.writableLocation(kind.location))


def remember_folder(kind: FileKind, folder: Path) -> None:
    """Have dialogs of this kind's purpose begin in a folder."""
    settings_file().setValue(f"folders/{kind.purpose}", str(folder))


def known_folders() -> list[Path]:
    """Return all folders that are remembered, whether they are there or not."""
    store = settings_file()
    store.beginGroup("folders")
    folders = {store.value(key) for key in store.childKeys()}
    return sorted(Path(folder) for folder in folders if isinstance(folder, str) and folder)


def _remembered(kind: FileKind, folder: Path, chosen: Path) -> Path:
    remember_folder(kind, folder)
    return chosen


def _opened(dialog: QFileDialog, on_selected: Callable[[str], object]) -> QFileDialog:
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.fileSelected.connect(on_selected)
    dialog.open()
    return dialog


def _checked(kind: FileKind, path: str, parent: QWidget, beside: Callable[[Path], Iterable[Path]]) -> Path | None:
    """Return the file that was chosen, with an ending; None where the user wants to keep what would be replaced."""
    target = Path(path)
    if target.suffix.lower() not in kind.endings:
        target = target.with_name(target.name + kind.endings[0])
    # The dialog has asked about the name that was typed, but knows nothing of the others. What the system refuses, as
    # a name that is too long, is not there: writing it says so.
    others = [file for file in (target, *beside(target)) if os.path.exists(file) and file != Path(path)]
    return _remembered(kind, target.parent, target) if may_replace(kind.title, others, parent) else None


def may_replace(title: str, files: Sequence[Path], parent: QWidget) -> bool:
    """Return whether files that are there already may be replaced: the user is asked, unless there are none."""
    if not files:
        return True
    names = [f"“{file.name}”" for file in files[:_MOST_NAMED]]
    if len(files) > _MOST_NAMED:
        names.append(f"{len(files) - _MOST_NAMED} more")
    listed = " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))
    are, them = ("is", "it") if len(files) == 1 else ("are", "them")
    question = Question(
        parent,
        "replaceQuestion",
        title,
        f"{listed} {are} there already. Replace {them}?",
        "What is there now would be lost.",
        (
            Choice(True, "&Replace", "replaceButton", Role.DestructiveRole),
            Choice(False, "Cancel", "keepButton", Role.RejectRole),
        ),
    )
    return bool(question.wait())
