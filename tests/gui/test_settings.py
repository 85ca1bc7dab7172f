"""What is remembered between starts, and that a bad file never stops one."""

from pathlib import Path

import pytest
from PySide6.QtCore import QByteArray

from dae_core.model.corruption import Masking
from dae_core.training.config import TrainingConfig
from dae_gui.support.settings import Settings
from dae_gui.support.theme import ThemeChoice


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "settings.ini"


def test_everything_comes_back(path: Path) -> None:
    settings = Settings(path)
    settings.theme = ThemeChoice.DARK
    settings.config = TrainingConfig(hidden_units=64, corruption=Masking(0.5), seed=7)
    settings.data_source = "/data/my digits"
    settings.recent_data = ["/data/my digits", "/other"]
    settings.geometry = QByteArray(b"\x00geometry")
    settings.layout = QByteArray(b"\x01layout")
    settings.sync()

    again = Settings(path)
    assert again.theme is ThemeChoice.DARK
    assert again.config == TrainingConfig(hidden_units=64, corruption=Masking(0.5), seed=7)
    assert again.data_source == "/data/my digits"
    assert again.recent_data == ["/data/my digits", "/other"]
    assert again.geometry == QByteArray(b"\x00geometry")
    assert again.layout == QByteArray(b"\x01layout")


def test_one_recent_folder_comes_back_as_a_list(path: Path) -> None:
    settings = Settings(path)
    settings.recent_data = ["/only"]
    settings.sync()
    assert Settings(path).recent_data == ["/only"]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x00\xff\xfe rubbish \n[[[",
        b'[General]\nversion=1\ntheme=purple\nconfig="{\\"schema\\": 1, \\"hidden_units\\": -3}"\n',
        b"[General]\nversion=1\nconfig=not json\nrecent_data=@Invalid()\n",
        b"[General]\nversion=99\ntheme=dark\n",
        b"[General]\nversion=1\ntheme=@Variant(broken)\n[window]\ngeometry=text\n",
    ],
)
def test_a_bad_file_counts_as_empty(path: Path, content: bytes, no_qt_messages: list[str]) -> None:
    path.write_bytes(content)
    settings = Settings(path)
    assert settings.theme is ThemeChoice.SYSTEM
    assert settings.config == TrainingConfig()
    assert settings.data_source == "digits"
    assert settings.recent_data == []
    assert settings.layout.isEmpty()
    no_qt_messages.clear()  # Qt may say that it could not read something


def test_the_default_file_lies_in_the_users_configuration_folder(own_settings: Path) -> None:
    settings = Settings()
    settings.theme = ThemeChoice.LIGHT
    settings.sync()
    assert list(own_settings.rglob("settings.ini"))


def test_own_code_is_no_setting_of_the_program(path: Path) -> None:
    settings = Settings(path)
    settings.config = TrainingConfig(hidden_units=64, own_backward="def backward():\n    pass\n")
    assert settings.config == TrainingConfig(hidden_units=64)
