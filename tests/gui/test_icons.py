"""The program's icons: all there, visible at every size, in the theme's colours."""

import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QColor, QGuiApplication, QIcon, QPalette

from dae_core.files import resources_folder
from dae_gui.support.icons import application_icon, icon, icon_names

NEEDED = [
    "start",
    "pause",
    "step",
    "stop",
    "reset",
    "continue",
    "pen",
    "eraser",
    "undo",
    "redo",
    "clear",
    "random",
    "next",
    "open",
    "save",
    "export",
    "picture",
    "settings",
    "help",
    "info",
    "fit",
    "follow",
    "crosshair",
    "log-x",
    "log-y",
    "theme",
    "center",
    "grid",
    "noise",
    "warning",
    "error",
    "copy",
]


def colors(picture):
    """Colours of the pixels that are more there than not."""
    image = picture.toImage()
    pixels = (image.pixelColor(x, y) for x in range(image.width()) for y in range(image.height()))
    return [color for color in pixels if color.alpha() > 127]


def test_all_icons_are_there():
    assert set(NEEDED) <= set(icon_names())


@pytest.mark.parametrize("name", NEEDED)
def test_each_icon_shows_at_every_size(qapp, name):
    wanted = QColor(200, 40, 90)
    for size in (16, 24, 32, 64):
        seen = colors(icon(name, wanted).pixmap(size, size))
        assert len(seen) > size
        assert len(seen) < 0.7 * size * size
        assert all(abs(color.red() - 200) < 8 and abs(color.green() - 40) < 8 for color in seen)


@pytest.mark.parametrize("size", [QSize(0, 16), QSize(16, 0), QSize(-1, -1)])
def test_where_there_is_no_room_nothing_is_drawn(qapp, size):
    assert icon("start").pixmap(size).isNull()


def test_no_two_icons_look_alike(qapp):
    pictures = [icon(name, QColor("black")).pixmap(48, 48).toImage() for name in NEEDED]
    assert not any(pictures[i] == pictures[j] for i in range(len(pictures)) for j in range(i))


def test_follows_the_palette_and_is_cached(qapp):
    original = QGuiApplication.palette()
    try:
        seen = []
        for window in (QColor(240, 240, 240), QColor(40, 40, 45)):
            QGuiApplication.setPalette(QPalette(window))
            assert icon("start") is icon("start")
            seen.append(colors(icon("start").pixmap(32, 32))[0].lightness())
        assert seen[0] < 60
        assert seen[1] > 190
    finally:
        QGuiApplication.setPalette(original)


def test_disabled_icons_are_paler(qapp):
    made = icon("stop", QColor("black"))
    normal, disabled = (made.pixmap(32, 32, mode) for mode in (QIcon.Mode.Normal, QIcon.Mode.Disabled))
    assert normal.toImage() != disabled.toImage()


def test_unknown_name_says_what_there_is(qapp):
    with pytest.raises(KeyError, match=r"There is no icon 'strat'; there are .*start"):
        icon("strat")


def test_application_icon(qapp):
    assert len({color.name() for color in colors(application_icon().pixmap(64, 64))}) > 50
    assert application_icon() is application_icon()


def test_resources_of_the_checkout():
    assert (resources_folder() / "app.svg").is_file()
