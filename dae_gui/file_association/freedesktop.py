"""Linux and the BSDs: a desktop entry, a MIME type and an icon in the user's own data folder.

Sources: the Desktop Entry, Shared MIME-info, Icon Theme and Base Directory specifications of freedesktop.org.
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import subprocess
from pathlib import Path

from dae_core.files import resources_folder, user_folder, write_atomically
from dae_gui.file_association.common import (
    FILE_KINDS,
    PROGRAM,
    REGISTERED,
    TITLE,
    UNREGISTERED,
    Association,
    AssociationError,
    Launcher,
    present_launcher,
)

_LONGEST_UPDATE = 10.0  # seconds; it takes one at most
_PLAIN = re.compile(r"[\w@+:,./-]+", re.ASCII)  # of the rest, some must be quoted and all may be

_TYPES = "\n".join(
    f"""  <mime-type type="{kind.mime_type}">
    <comment>{kind.title}</comment>
    <icon name="{PROGRAM}"/>
    <generic-icon name="x-office-document"/>
    <glob pattern="*{kind.ending}"/>
  </mime-type>"""
    for kind in FILE_KINDS
)
# No magic: the start of a session is that of any safetensors file, whose type this would claim.
_MIME_PACKAGE = f"""<?xml version="1.0" encoding="UTF-8"?>
<mime-info xmlns="http://www.freedesktop.org/standards/shared-mime-info">
{_TYPES}
</mime-info>
"""


class FreedesktopAssociation(Association):
    """What the user's data folder says about the program's files.

    Parameters
    ----------
    data_home
        That folder. None: as the environment says.
    launcher
        How the program is started. None: as it was started now.
    """

    def __init__(self, data_home: Path | None = None, launcher: Launcher | None = None) -> None:
        self._home = data_home or user_folder("data").parent
        self._launcher = launcher or present_launcher()
        self._entry = self._home / "applications" / f"{PROGRAM}.desktop"
        self._package = self._home / "mime" / "packages" / f"{PROGRAM}.xml"
        self._icons = self._home / "icons" / "hicolor"
        self._icon = self._icons / "scalable" / "apps" / f"{PROGRAM}.svg"

    def is_registered(self) -> bool:
        """Return whether the entry of this copy of the program is there."""
        try:
            entry = desktop_entry(self._launcher)
            return self._entry.read_bytes() == entry and self._package.is_file()
        except (OSError, AssociationError):
            return False

    def register(self) -> str:
        """Write the three files, of which none is left after a failure, and have the desktop's tools read them."""
        files = {self._entry: desktop_entry(self._launcher), self._package: _MIME_PACKAGE.encode()}
        new: list[Path] = []
        try:
            files[self._icon] = (resources_folder() / "app.svg").read_bytes()
            for path, data in files.items():
                if not path.exists():
                    new.append(path)
                path.parent.mkdir(parents=True, exist_ok=True)
                write_atomically(path, data)
        except OSError as error:
            for path in new:
                with contextlib.suppress(OSError):
                    path.unlink()
            raise AssociationError(f"The desktop could not be told of .dae files: {_reason(error)}.") from None
        complaints = self._update()
        if complaints:
            raise AssociationError(
                f"All is written, but the desktop does not know of it yet: {'; '.join(complaints)}. "
                "Mend that, and do this again."
            )
        return f"{REGISTERED} The program is among the applications of the desktop too."

    def unregister(self) -> str:
        """Delete the three files, and have the desktop's tools notice it."""
        present = [path for path in (self._entry, self._package, self._icon) if os.path.lexists(path)]
        try:
            for path in present:
                path.unlink(missing_ok=True)
        except OSError as error:
            raise AssociationError(f"The desktop could not be told otherwise: {_reason(error)}.") from None
        complaints = self._update() if present else []
        if complaints:
            raise AssociationError(f"All is deleted, but the desktop has not noticed it yet: {'; '.join(complaints)}.")
        return UNREGISTERED

    def _update(self) -> list[str]:
        """Run the tools that gather what is in the folders; returns what went wrong."""
        with contextlib.suppress(OSError):
            os.utime(self._icons)  # a cache of icons counts as old when its folder is newer
        tools = (
            ("update-mime-database", self._home / "mime", "shared-mime-info"),
            ("update-desktop-database", self._home / "applications", "desktop-file-utils"),
        )
        complaints = [_run(name, folder, package) for name, folder, package in tools if folder.is_dir()]
        return [complaint for complaint in complaints if complaint]


def desktop_entry(launcher: Launcher) -> bytes:
    """Return the entry that starts the program, as UTF-8; raises AssociationError for a path that is not UTF-8."""
    program = launcher.command[0]
    # GLib looks for the program before it has halved the %%, and would not find this one.
    command = ("/usr/bin/env", *launcher.command) if "%" in program else launcher.command
    lines = [
        "[Desktop Entry]",
        "Type=Application",
        "Version=1.4",
        f"Name={TITLE}",
        "GenericName=Neural network laboratory",
        "Comment=Train a denoising autoencoder on handwritten digits and watch it learn",
        f"Icon={PROGRAM}",
        f"TryExec={_escaped(program)}",  # an entry of a deleted program hides itself
        f"Exec={_escaped(' '.join(_quoted(part) for part in command))} %f",
        *([] if launcher.folder is None else [f"Path={_escaped(str(launcher.folder))}"]),
        "Terminal=false",
        "Categories=Education;ArtificialIntelligence;",
        f"MimeType={''.join(f'{kind.mime_type};' for kind in FILE_KINDS)}",
        f"StartupWMClass={PROGRAM}",
    ]
    try:
        return ("\n".join(lines) + "\n").encode()
    except UnicodeEncodeError:
        raise AssociationError(f"The path {program!r} has characters that a desktop entry cannot hold.") from None


def _quoted(argument: str) -> str:
    r"""Return an argument as ``Exec`` has it: in quotes, with \ before " ` $ \, and % doubled."""
    argument = argument.replace("%", "%%")
    return argument if _PLAIN.fullmatch(argument) else '"' + re.sub(r'(["`$\\])', r"\\\1", argument) + '"'


def _escaped(value: str) -> str:
    r"""Return a text as a value of a desktop entry; so that a \ of `_quoted` becomes two."""
    value = value.replace("\\", "\\\\").replace("\n", "\\n").replace("\t", "\\t").replace("\r", "\\r")
    return "\\s" + value[1:] if value.startswith(" ") else value


def _run(name: str, folder: Path, package: str) -> str:
    """Run a tool on a folder; returns what went wrong, or an empty text."""
    program = shutil.which(name)
    if program is None:
        return f"{name} is missing (it comes with {package})"
    try:
        done = subprocess.run(  # noqa: S603  # a fixed name, and a folder as its one argument
            [program, str(folder)],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_LONGEST_UPDATE,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return f"{name} failed ({error})"
    if done.returncode == 0:
        return ""
    said = done.stderr.decode(errors="replace").strip().splitlines()
    return f"{name} failed ({said[-1] if said else f'exit code {done.returncode}'})"


def _reason(error: OSError) -> str:
    return f"{error.filename}: {error.strerror}" if error.filename and error.strerror else str(error)
