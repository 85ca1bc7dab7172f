"""Where the user's folders cannot be written: one sentence at the start that says what will be gone."""

import errno
from pathlib import Path

import pytest

from dae_gui.window import not_remembered as subject
from dae_gui.window.not_remembered import not_remembered

KINDS = ("CONFIG", "STATE", "DATA", "CACHE")


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for kind in KINDS:
        monkeypatch.setenv(f"XDG_{kind}_HOME", str(tmp_path / kind.lower()))
    return tmp_path


def test_nothing_is_said_and_nothing_made_where_all_can_be_written(home: Path) -> None:
    assert not_remembered() == ""
    assert list(home.iterdir()) == []


def test_what_is_not_kept_is_named_with_the_reason(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    in_the_way = home / "state"
    in_the_way.write_text("no folder can be made here, not even by root")
    assert not_remembered() == (
        f"Not remembered until the next start: runs that are in no file yet ({in_the_way}: Not a directory). "
        "What you save yourself, in another folder, stays."
    )
    monkeypatch.setenv("XDG_CONFIG_HOME", str(in_the_way))
    assert "settings and layout and runs that are in no file yet (" in not_remembered()


def test_a_full_disk_is_noticed(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Full:
        def __enter__(self) -> "Full":
            return self

        def __exit__(self, *_: object) -> None:
            raise OSError(errno.ENOSPC, "No space left on device")

        def write(self, data: bytes) -> None: ...

    monkeypatch.setattr(subject.tempfile, "TemporaryFile", lambda **_: Full())
    assert "each start takes longer (" in not_remembered()
    assert "No space left on device" in not_remembered()
