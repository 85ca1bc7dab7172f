"""A double click on a .dae file: the desktop is told of it, believes it, and starts the program with the file."""

import configparser
import os
import shlex
import shutil
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QByteArray, QSettings, Qt
from PySide6.QtGui import QAction
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QLabel, QMenu
from pytestqt.qtbot import QtBot

from dae_gui import file_association
from dae_gui.app import main
from dae_gui.file_association import AssociationError, Launcher
from dae_gui.file_association.common import FILE_KINDS, NoAssociation, present_launcher
from dae_gui.file_association.freedesktop import FreedesktopAssociation, desktop_entry
from dae_gui.file_association.windows import WindowsAssociation
from dae_gui.support.jobs import Jobs
from dae_gui.window.association_commands import AssociationCommands
from helpers.widgets import Notices
from helpers.windows import MakeWindow, action

TOOLS = ("update-mime-database", "update-desktop-database")
MIME_TYPE, PROGRAM_ID = FILE_KINDS[0].mime_type, FILE_KINDS[0].program_id
AWKWARD = 'a "b" $HOME `c` \\d 100%f ~;&|<>()*?#\'é\t'
LAUNCHER = Launcher(("/opt/dae studio/bin/dae-studio",))


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The user's data folder, not there yet; the system's own stays known."""
    folder = tmp_path / "data home"
    monkeypatch.setenv("XDG_DATA_HOME", str(folder))
    monkeypatch.setenv("XDG_DATA_DIRS", "/usr/local/share:/usr/share")
    return folder


@pytest.fixture
def tools(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Stand-ins for the desktop's tools that write down how they were called; the file with that."""
    folder, log = tmp_path / "tools", tmp_path / "calls.txt"
    folder.mkdir()
    for name in TOOLS:
        write_program(folder / name, f'echo "{name} $1" >> "{log}"')
    monkeypatch.setenv("PATH", str(folder))
    return log


def write_program(path: Path, text: str) -> None:
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)


def files_in(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


ALL_FILES = {
    "applications/dae-studio.desktop",
    "mime/packages/dae-studio.xml",
    "icons/hicolor/scalable/apps/dae-studio.svg",
}


def fields_of(entry: bytes) -> dict[str, str]:
    parser = configparser.RawConfigParser(delimiters=("=",), strict=True)
    parser.optionxform = str  # type: ignore[assignment, method-assign]
    parser.read_string(entry.decode())
    assert parser.sections() == ["Desktop Entry"]
    return dict(parser["Desktop Entry"])


def unescaped(value: str) -> str:
    """Undo the escapes of any value of a desktop entry, by the specification's list."""
    meanings = {"s": " ", "n": "\n", "t": "\t", "r": "\r", "\\": "\\"}
    characters = iter(value)
    return "".join(meanings[next(characters)] if c == "\\" else c for c in characters)


def arguments_of(value: str) -> list[str]:
    """Split an ``Exec`` line by the specification: quotes around whole arguments, then the field codes."""
    found, characters = [], iter(unescaped(value) + " ")
    for c in characters:
        part = ""
        if c == '"':
            while (c := next(characters)) != '"':
                part += next(characters) if c == "\\" else c
            assert next(characters) == " "
        else:
            while c != " ":
                assert c not in "\t\n\"'\\><~|&;$*?#()`", "a reserved character outside quotes"
                part += c
                c = next(characters)
        found.append(part if part == "%f" else part.replace("%%", "%"))
    return found


def test_the_desktop_entry_offers_the_program_for_sessions() -> None:
    fields = fields_of(desktop_entry(LAUNCHER))
    assert fields["Type"] == "Application"
    assert fields["MimeType"] == f"{MIME_TYPE};application/x-dae-studio-lesson;application/x-dae-studio-hand-in;"
    assert fields["Exec"] == '"/opt/dae studio/bin/dae-studio" %f'
    assert fields["TryExec"] == "/opt/dae studio/bin/dae-studio"
    assert fields["Terminal"] == "false"
    assert "Path" not in fields


def test_a_checkout_is_started_in_its_folder() -> None:
    fields = fields_of(desktop_entry(Launcher(("/usr/bin/python3", "-m", "dae_gui"), Path("/home/me/my checkout"))))
    assert fields["Exec"] == "/usr/bin/python3 -m dae_gui %f"
    assert fields["Path"] == "/home/me/my checkout"


@given(st.lists(st.text(st.characters(exclude_categories=["Cs", "Cc"]) | st.just("\t"), min_size=1), min_size=1))
def test_any_argument_survives_the_quoting(command: list[str]) -> None:
    line = next(t for t in desktop_entry(Launcher(tuple(command))).decode().split("\n") if t.startswith("Exec="))
    through = ["/usr/bin/env"] if "%" in command[0] else []
    assert arguments_of(line.removeprefix("Exec=")) == [*through, *command, "%f"]


def test_a_path_with_line_breaks_adds_no_line_to_the_entry() -> None:
    strange = Launcher(("/opt/a\nExec=evil\r\nTryExec=x/dae", "[Desktop Action x]\n"), Path("/x\nTerminal=true"))
    plain = Launcher(("/opt/a/dae", "x"), Path("/x"))
    keys = [[line.partition("=")[0] for line in desktop_entry(one).decode().splitlines()] for one in (strange, plain)]
    assert keys[0] == keys[1]


def test_a_path_that_is_no_utf8_is_refused_in_a_sentence(home: Path, tools: Path) -> None:
    association = FreedesktopAssociation(home, Launcher((os.fsdecode(b"/opt/\xff/dae-studio"),)))
    with pytest.raises(AssociationError, match="characters that a desktop entry cannot hold"):
        association.register()
    assert not association.is_registered()
    assert not home.exists()


def test_registering_writes_three_files_and_has_them_read(home: Path, tools: Path) -> None:
    association = FreedesktopAssociation(home, LAUNCHER)
    assert not association.is_registered()
    assert "double click" in association.register()
    assert association.is_registered()
    assert files_in(home) == ALL_FILES
    assert tools.read_text().splitlines() == [f"{TOOLS[0]} {home / 'mime'}", f"{TOOLS[1]} {home / 'applications'}"]


def test_the_mime_package_names_type_ending_and_icon(home: Path, tools: Path) -> None:
    FreedesktopAssociation(home, LAUNCHER).register()
    root = ET.parse(home / "mime" / "packages" / "dae-studio.xml").getroot()  # noqa: S314  # written just now
    space = "{http://www.freedesktop.org/standards/shared-mime-info}"
    assert root.tag == f"{space}mime-info"
    kinds = root.findall(f"{space}mime-type")
    assert [kind.get("type") for kind in kinds] == [
        MIME_TYPE,
        "application/x-dae-studio-lesson",
        "application/x-dae-studio-hand-in",
    ]
    globs = [[glob.get("pattern") for glob in kind.findall(f"{space}glob")] for kind in kinds]
    assert globs == [["*.dae"], ["*.lesson"], ["*.handin"]]
    icon = kinds[0].find(f"{space}icon")
    assert icon is not None
    drawing = home / "icons" / "hicolor" / "scalable" / "apps" / f"{icon.get('name')}.svg"
    assert QSvgRenderer(QByteArray(drawing.read_bytes())).isValid()


def test_unregistering_leaves_nothing_of_it(home: Path, tools: Path) -> None:
    association = FreedesktopAssociation(home, LAUNCHER)
    association.register()
    other = home / "applications" / "other.desktop"
    other.write_text("[Desktop Entry]\n")
    tools.unlink()
    assert "no longer" in association.unregister()
    assert not association.is_registered()
    assert files_in(home) == {"applications/other.desktop"}
    assert [line.split()[0] for line in tools.read_text().splitlines()] == list(TOOLS)


def test_unregistering_what_was_never_registered_touches_nothing(home: Path, tools: Path) -> None:
    assert "no longer" in FreedesktopAssociation(home, LAUNCHER).unregister()
    assert not home.exists()
    (home / "applications").mkdir(parents=True)
    FreedesktopAssociation(home, LAUNCHER).unregister()
    assert not tools.exists()


def test_another_copy_of_the_program_is_not_this_one(home: Path, tools: Path) -> None:
    other = FreedesktopAssociation(home, Launcher(("/other/bin/dae-studio",)))
    other.register()
    here = FreedesktopAssociation(home, LAUNCHER)
    assert not here.is_registered()
    here.register()
    assert here.is_registered()
    assert not other.is_registered()


def test_a_folder_that_cannot_be_written_is_told_and_nothing_stays(home: Path, tools: Path) -> None:
    home.mkdir()
    (home / "icons").write_text("a file where a folder has to be")  # root may write everywhere, but not here
    with pytest.raises(AssociationError, match=r"could not be told of \.dae files: .*icons"):
        FreedesktopAssociation(home, LAUNCHER).register()
    assert files_in(home) == {"icons"}
    assert not tools.exists()


def test_a_failure_keeps_what_was_registered_before(home: Path, tools: Path) -> None:
    association = FreedesktopAssociation(home, LAUNCHER)
    association.register()
    shutil.rmtree(home / "icons")
    (home / "icons").write_text("")
    with pytest.raises(AssociationError):
        association.register()
    assert association.is_registered()


def test_a_missing_tool_is_named_with_what_it_comes_with(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(
        AssociationError, match=r"update-mime-database is missing .*shared-mime-info.*desktop-file-utils"
    ):
        FreedesktopAssociation(home, LAUNCHER).register()
    assert files_in(home) == ALL_FILES


def test_a_failing_tool_is_quoted(home: Path, tools: Path) -> None:
    write_program(tools.parent / "tools" / TOOLS[0], "echo no room left >&2; exit 3")
    with pytest.raises(AssociationError, match=r"update-mime-database failed \(no room left\)"):
        FreedesktopAssociation(home, LAUNCHER).register()


def test_a_hanging_tool_is_given_up(home: Path, tools: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dae_gui.file_association.freedesktop._LONGEST_UPDATE", 0.05)
    write_program(tools.parent / "tools" / TOOLS[0], "exec /bin/sleep 600")
    with pytest.raises(AssociationError, match=r"update-mime-database failed .*timed out"):
        FreedesktopAssociation(home, LAUNCHER).register()


def test_the_data_folder_is_the_one_of_the_environment(home: Path, tools: Path) -> None:
    FreedesktopAssociation(launcher=LAUNCHER).register()
    assert files_in(home) == ALL_FILES


def test_the_installed_program_is_preferred_to_the_interpreter(tmp_path: Path) -> None:
    python = tmp_path / "python"
    here = Path(file_association.__file__).resolve().parents[2]
    assert present_launcher(str(python)) == Launcher((str(python), "-m", "dae_gui"), here)
    script = tmp_path / ("dae-studio.exe" if os.name == "nt" else "dae-studio")
    script.touch()
    assert present_launcher(str(python)) == Launcher((str(script),))


# The desktop's own tools, where there are any

needs_gio = pytest.mark.skipif(
    shutil.which("gio") is None or any(shutil.which(tool) is None for tool in TOOLS),
    reason="gio, shared-mime-info or desktop-file-utils is not installed",
)


def run(*command: str | Path) -> str:
    done = subprocess.run(  # noqa: S603
        [str(part) for part in command], capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


@pytest.mark.skipif(shutil.which("desktop-file-validate") is None, reason="desktop-file-utils is not installed")
@pytest.mark.parametrize("program", ["/opt/bin/dae-studio", f"/opt/{AWKWARD}/dae-studio"])
def test_the_entry_is_valid_without_a_hint(tmp_path: Path, program: str) -> None:
    path = tmp_path / "dae-studio.desktop"
    path.write_bytes(desktop_entry(Launcher((program, "-m", "dae_gui"), Path("/some folder"))))
    assert run(shutil.which("desktop-file-validate") or "", path) == ""


@needs_gio
def test_the_desktop_knows_a_session_and_its_program(home: Path, tmp_path: Path) -> None:
    program = tmp_path / "dae-studio"
    write_program(program, "")
    association = FreedesktopAssociation(home, Launcher((str(program),)))
    association.register()
    session = tmp_path / "my digits.dae"
    session.write_bytes(b"\x80" + bytes(7) + b'{"__metadata__": {}}')
    told = run("gio", "info", "-a", "standard::content-type,standard::icon", session)
    assert f"standard::content-type: {MIME_TYPE}\n" in told
    assert "standard::icon: dae-studio," in told
    assert "dae-studio.desktop\n" in run("gio", "mime", MIME_TYPE).splitlines(keepends=True)[0]
    association.unregister()
    assert MIME_TYPE not in run("gio", "info", "-a", "standard::content-type", session)
    assert "dae-studio.desktop" not in run("gio", "mime", MIME_TYPE)


@needs_gio
def test_the_desktop_starts_the_program_with_the_file(tmp_path: Path, qtbot: QtBot) -> None:
    folder, noted = tmp_path / AWKWARD, tmp_path / "arguments"
    folder.mkdir()
    program = folder / "dae-studio"
    quoted = shlex.quote(str(noted))
    write_program(program, f"""(pwd; printf '%s\\n' "$@") > {quoted}.part; mv {quoted}.part {quoted}""")
    entry = tmp_path / "dae-studio.desktop"
    entry.write_bytes(desktop_entry(Launcher((str(program), "-x", AWKWARD), tmp_path)))
    session = tmp_path / "my 100% digits.dae"
    session.touch()
    run("gio", "launch", entry, session)
    qtbot.waitUntil(noted.exists)
    assert noted.read_text().splitlines() == [str(tmp_path), "-x", AWKWARD, str(session)]


# Windows, on a file in the registry's place


@pytest.fixture
def registry(tmp_path: Path) -> QSettings:
    return QSettings(str(tmp_path / "registry.ini"), QSettings.Format.IniFormat)


def test_windows_finds_the_command_by_the_ending(registry: QSettings) -> None:
    told: list[bool] = []
    launcher = Launcher((r"C:\Program Files\Python\pythonw.exe", "-m", "dae_gui"))
    association = WindowsAssociation(registry, launcher, lambda: told.append(True))
    assert not association.is_registered()
    association.register()
    assert association.is_registered()
    assert registry.value(".dae/Default") == PROGRAM_ID
    assert registry.contains(f".dae/OpenWithProgids/{PROGRAM_ID}")
    command = r'"C:\Program Files\Python\pythonw.exe" "-m" "dae_gui" "%1"'
    assert registry.value(f"{PROGRAM_ID}/shell/open/command/Default") == command
    assert told == [True]
    association.unregister()
    assert registry.allKeys() == []
    assert told == [True, True]


def test_windows_gives_the_ending_back_to_whom_it_belonged(registry: QSettings) -> None:
    registry.setValue(".dae/Default", "Collada.Scene")
    association = WindowsAssociation(registry, LAUNCHER, lambda: None)
    association.register()
    association.register()
    assert association.is_registered()
    association.unregister()
    assert registry.allKeys() == [".dae/Default"]
    assert registry.value(".dae/Default") == "Collada.Scene"


def test_windows_leaves_an_ending_that_was_taken_since(registry: QSettings) -> None:
    association = WindowsAssociation(registry, LAUNCHER, lambda: None)
    association.register()
    registry.setValue(".dae/Default", "Collada.Scene")
    assert not association.is_registered()
    association.unregister()
    assert registry.value(".dae/Default") == "Collada.Scene"


def test_a_registry_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    broken = QSettings(str(tmp_path / "file" / "registry.ini"), QSettings.Format.IniFormat)
    with pytest.raises(AssociationError, match="registry cannot be written"):
        WindowsAssociation(broken, LAUNCHER, lambda: None).register()


def test_each_system_has_its_own_way(monkeypatch: pytest.MonkeyPatch) -> None:
    for platform, kind in (("linux", FreedesktopAssociation), ("freebsd14", FreedesktopAssociation),
                           ("darwin", NoAssociation)):  # fmt: skip
        monkeypatch.setattr(sys, "platform", platform)
        assert type(file_association.association()) is kind


def test_macos_is_told_of_another_way() -> None:
    with pytest.raises(AssociationError, match=r"app bundles.*drop it on the window"):
        NoAssociation().register()
    assert not NoAssociation().is_registered()


# The command line


@pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="of freedesktop.org's desktops")
def test_the_command_line_registers_without_a_window(
    home: Path, tools: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--register-files"]) == 0
    assert "double click" in capsys.readouterr().out
    assert files_in(home) == ALL_FILES
    assert main(["--unregister-files"]) == 0
    assert "no longer" in capsys.readouterr().out
    assert files_in(home) == set()


@pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="of freedesktop.org's desktops")
def test_the_command_line_tells_a_failure(home: Path, tools: Path, capsys: pytest.CaptureFixture[str]) -> None:
    home.write_text("no folder")
    assert main(["--register-files"]) == 1
    assert "could not be told" in capsys.readouterr().err


# The menu


class FakeDesktop:
    """A desktop that remembers what it was told, or refuses."""

    def __init__(self) -> None:
        self.registered = False
        self.refusal: Exception | None = None

    def is_registered(self) -> bool:
        return self.registered

    def register(self) -> str:
        return self._set(True)

    def unregister(self) -> str:
        return self._set(False)

    def _set(self, registered: bool) -> str:
        if self.refusal is not None:
            raise self.refusal
        self.registered = registered
        return f"registered: {registered}"


@pytest.fixture
def desktop(monkeypatch: pytest.MonkeyPatch) -> FakeDesktop:
    fake = FakeDesktop()
    monkeypatch.setattr(file_association, "association", lambda: fake)
    return fake


@pytest.fixture
def commands(qtbot: QtBot, jobs: Jobs) -> tuple[AssociationCommands, QAction, QMenu]:
    menu = QMenu()
    qtbot.addWidget(menu)
    entry = menu.addAction("Open .dae files")
    entry.setCheckable(True)
    return AssociationCommands(entry, jobs, menu), entry, menu


def test_the_tick_is_true_whenever_the_menu_opens(
    commands: tuple[AssociationCommands, QAction, QMenu], desktop: FakeDesktop
) -> None:
    _, entry, menu = commands
    for registered in (True, False, True):
        desktop.registered = registered
        menu.aboutToShow.emit()
        assert entry.isChecked() is registered


def test_choosing_the_entry_registers_and_choosing_it_again_takes_it_back(
    qtbot: QtBot, commands: tuple[AssociationCommands, QAction, QMenu], desktop: FakeDesktop
) -> None:
    _, entry, menu = commands
    notices = Notices(menu)
    for wanted in (True, False):
        with qtbot.waitSignal(notices.noted) as told:
            entry.trigger()
            assert not entry.isEnabled()
        assert told.args == [f"registered: {wanted}"]
        assert desktop.registered is wanted
        assert entry.isChecked() is wanted
        assert entry.isEnabled()


@pytest.mark.parametrize("error", [AssociationError("The home folder is full."), RuntimeError("a surprise")])
def test_a_refusal_is_told_and_the_tick_stays_true(
    qtbot: QtBot,
    commands: tuple[AssociationCommands, QAction, QMenu],
    desktop: FakeDesktop,
    error: Exception,
) -> None:
    _, entry, menu = commands
    desktop.refusal = error
    with qtbot.waitSignal(Notices(menu).warned) as told:
        entry.trigger()
    assert str(error) in told.args[0]
    assert not entry.isChecked()
    assert entry.isEnabled()


# The whole window


def test_the_help_menu_has_the_entry(qtbot: QtBot, make_window: MakeWindow, desktop: FakeDesktop) -> None:
    window = make_window()
    menu = next(m for m in window.menuBar().findChildren(QMenu) if m.title() == "&Help")
    entry = action(window, "fileAssociationAction")
    assert entry in menu.actions()
    menu.popup(window.mapToGlobal(window.rect().center()))
    qtbot.waitUntil(menu.isVisible)
    assert not entry.isChecked()
    with qtbot.waitSignal(Notices(window).noted):
        qtbot.mouseClick(menu, Qt.MouseButton.LeftButton, pos=menu.actionGeometry(entry).center())
    assert desktop.registered
    assert entry.isChecked()
    assert window.status.currentMessage() == "registered: True"
    desktop.refusal = AssociationError("The home folder is full.")
    with qtbot.waitSignal(Notices(window).warned):
        entry.trigger()
    assert any(label.text() == "The home folder is full." for label in window.banner.findChildren(QLabel))
    assert entry.isChecked()


# What macOS does: the file comes as an event, before the window has begun or at any later time.
FILE_EVENTS = """
import sys
from pathlib import Path
from PySide6.QtCore import QTimer, QUrl
from PySide6.QtGui import QFileOpenEvent
from PySide6.QtWidgets import QApplication
from dae_core.datasets.bundled import load_bundled_digits
from dae_core.training.config import TrainingConfig
from dae_core.training.history import History
from dae_core.sessions.session import Session
from dae_core.sessions.session_file import save_session
from dae_core.training.trainer import Trainer
from dae_gui.app import create_window
from helpers.sessions import session_of

folder = Path(sys.argv[1])
for units in (4, 9):
    trainer, history = Trainer(load_bundled_digits(), TrainingConfig(hidden_units=units, iterations=60)), History()
    history.append(trainer.advance(50))
    save_session(folder / f"{units} units.dae", session_of(trainer, history, "digits"))
    trainer.close()

window = create_window([])
application = QApplication.instance()

def ask(name):
    event = QFileOpenEvent(QUrl.fromLocalFile(str(folder / name)))
    application.sendEvent(application, event)
    print("asked", name, flush=True)

def tell(run):
    print("opened", run.config.hidden_units, flush=True)
    if run.config.hidden_units == 4:
        ask("9 units.dae")
    else:
        window.close()
        application.quit()

window.sessions.opened.connect(tell)
window._data.loading.connect(lambda: print("loading data", flush=True))
QTimer.singleShot(60_000, application.quit)  # where nothing is opened
ask("4 units.dae")
window.show()
application.exec()
print("shown", window.workbench.model.n_hidden, flush=True)
"""


def test_a_file_that_macos_names_is_opened_at_the_start_and_later(tmp_path: Path) -> None:
    paths = [str(Path(__file__).parents[1]), *filter(None, [os.environ.get("PYTHONPATH")])]  # of the helpers too
    environment = os.environ | {"QT_QPA_PLATFORM": "offscreen", "PYTHONPATH": os.pathsep.join(paths)}
    done = subprocess.run(  # noqa: S603
        [sys.executable, "-c", FILE_EVENTS, str(tmp_path)],
        capture_output=True, text=True, check=False, timeout=300, cwd=Path(__file__).parents[2], env=environment,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == [
        "asked 4 units.dae", "loading data", "opened 4", "asked 9 units.dae", "opened 9", "shown 9",
    ]  # fmt: skip
