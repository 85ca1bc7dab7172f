"""One array as a picture: colours, the number under the mouse, copying and saving."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor, QContextMenuEvent, QGuiApplication, QImage, QPalette
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QApplication, QComboBox, QFileDialog, QMenu, QPushButton

from dae_gui.support.file_dialogs import FileKind, remember_folder
from dae_gui.widgets.pictures.color_maps import WARNING_RGB, effective_levels, lookup_table, to_rgb32
from dae_gui.widgets.pictures.image_view import ImageView
from dae_gui.widgets.pictures.picture import picture_of_image
from dae_gui.widgets.pictures.picture_dialog import PictureOptions, SavePictureDialog
from dae_gui.widgets.pictures.picture_export import write_picture
from helpers.widgets import Notices


@pytest.fixture
def view(qtbot, monkeypatch, tmp_path):
    remember_folder(FileKind("", "pictures"), tmp_path)
    monkeypatch.setattr(SavePictureDialog, "last", PictureOptions())
    view = ImageView()
    qtbot.addWidget(view)
    view.resize(200, 220)
    view.show()
    qtbot.waitExposed(view)
    return view


def pixels(image):
    """QImage to uint8 of shape (h, w, 3)."""
    image = image.convertToFormat(QImage.Format.Format_RGB888)
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())
    return rows[:, : 3 * image.width()].reshape(image.height(), image.width(), 3).copy()


# -- colour maps ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("dark", [False, True])
def test_diverging_map_is_symmetric(dark):
    table = lookup_table("diverging", dark).astype(float)
    luminance = table @ [0.2126, 0.7152, 0.0722]
    assert np.abs(luminance - luminance[::-1]).max() < 25
    steps = np.diff(luminance[:128]) if not dark else -np.diff(luminance[:128])
    assert (steps >= -1).all(), "the nearer to zero, the nearer to the neutral middle"
    assert np.ptp(table[127:129]) < 6, "zero has no colour"
    assert table[0, 2] > table[0, 0]
    assert table[255, 0] > table[255, 2]


def test_gray_map():
    table = lookup_table("gray")
    assert table.shape == (256, 3)
    assert table.dtype == np.uint8
    assert np.array_equal(table[:, 0], np.arange(256))


def test_unknown_map_is_refused(view):
    with pytest.raises(ValueError, match="rainbow"):
        view.set_color_map("rainbow")
    with pytest.raises(ValueError, match="rainbow"):
        lookup_table("rainbow")


@pytest.mark.parametrize("dtype", [np.float32, np.float64, np.int32, np.uint8])
def test_levels(dtype):
    array = np.array([[0, 10, 20, 40, 60]], dtype)
    colors = to_rgb32(array, (10, 40)) & 0xFF
    assert colors.tolist() == [[0, 0, 85, 255, 255]]


def test_levels_that_are_no_numbers_fall_back_on_the_data():
    array = np.array([[1.0, np.nan, 3.0, np.inf]])
    assert effective_levels(array, (np.nan, 1.0)) == (1.0, 3.0)
    assert effective_levels(array, None) == (1.0, 3.0)
    assert effective_levels(np.full((2, 2), np.nan), None) == (0.0, 1.0)
    assert effective_levels(array, (4.0, 2.0)) == (2.0, 4.0)
    assert effective_levels(np.zeros((1, 1), np.uint8), None) == (0.0, 255.0)


def test_what_is_no_number_gets_the_warning_colour():
    array = np.array([[0.0, np.nan], [np.inf, -np.inf]], np.float32)
    red, green, blue = WARNING_RGB
    warning = 0xFF000000 | red << 16 | green << 8 | blue
    assert to_rgb32(array, (0, 1)).tolist() == [[0xFF000000, warning], [warning, warning]]


def test_extreme_numbers_and_flat_arrays_do_no_harm():
    assert (to_rgb32(np.array([[-3e38, 3e38]], np.float32), (-3e38, 3e38)) & 0xFF).tolist() == [[0, 255]]
    assert (to_rgb32(np.array([[-1e308, 1e308]]), (-1e-300, 1e-300)) & 0xFF).tolist() == [[0, 255]]
    assert (to_rgb32(np.zeros((1, 2)), (0.0, 0.0)) & 0xFF).tolist() == [[128, 128]]


# -- the widget ----------------------------------------------------------------------------------------------------


def test_picture_is_exact_and_scaled_by_whole_pixels(view):
    array = np.arange(6, dtype=np.uint8).reshape(2, 3) * 50
    view.set_array(array)
    assert np.array_equal(pixels(view.to_qimage())[..., 0], array)
    assert np.array_equal(pixels(view.to_qimage(4))[..., 0], array.repeat(4, 0).repeat(4, 1))


def test_keeps_an_own_copy(view):
    array = np.zeros((3, 3), np.uint8)
    view.set_array(array)
    array[:] = 255
    assert not pixels(view.to_qimage()).any()


def test_not_contiguous_arrays(view):
    array = np.arange(48, dtype=np.float32).reshape(6, 8)
    view.set_array(array.T[::2], (0, 47))
    assert view.to_qimage().width() == 6
    assert view.to_qimage().height() == 4


@pytest.mark.parametrize("array", [np.zeros(3), np.zeros((0, 4)), np.zeros((2, 2), complex), np.zeros((2, 2, 3))])
def test_refuses_what_is_no_picture(view, array):
    with pytest.raises(ValueError, match="shape"):
        view.set_array(array)


@pytest.mark.parametrize("size", [(58, 80), (200, 220), (333, 97), (91, 401)])
def test_aspect_is_kept_and_centred(view, size):
    view.set_caption("Input")
    view.resize(*size)
    view.set_array(np.zeros((10, 20), np.uint8))
    area = view.picture_area()
    assert area.width() == pytest.approx(2 * area.height())
    assert area.center().x() == pytest.approx(view.width() / 2, abs=1)
    assert view.rect().toRectF().contains(area)


def test_painted_pixels_are_crisp(view):
    view.set_array(np.array([[0, 255], [255, 0]], np.uint8))
    area = view.picture_area().toRect()
    picture = pixels(view.grab(area).toImage())[..., 0]
    assert set(np.unique(picture)) == {0, 255}


def test_tooltip_text(view):
    view.set_array(np.array([[0.125, np.nan]]))
    area = view.picture_area()
    assert view.tooltip_at((area.topLeft() + QPoint(1, 1)).toPoint()) == "row 0, column 0: 0.125"
    assert view.tooltip_at((area.bottomRight() - QPoint(1, 1)).toPoint()) == "row 0, column 1: nan"


def test_empty_state_and_long_captions(view):
    view.set_empty_text("Draw a digit, or pick one")
    view.set_caption("A caption that is far too long for so narrow a widget")
    blank = view.grab().toImage()
    assert view.tooltip_at(QPoint(2, 2)) == "A caption that is far too long for so narrow a widget", "it is cut"
    assert view.to_qimage().isNull()
    view.set_array(np.full((4, 4), 255, np.uint8))
    assert view.grab().toImage() != blank
    view.clear()
    assert view.grab().toImage() == blank
    assert view.accessibleName() == view.caption()


def test_new_palette_recolours(view):
    view.set_color_map("diverging")
    view.set_array(np.zeros((2, 2)), (-1, 1))
    shades = []
    for color in (QColor(240, 240, 240), QColor(40, 42, 48)):
        view.setPalette(QPalette(color))
        shades.append(pixels(view.to_qimage())[0, 0, 0])
    assert shades[0] > 200
    assert shades[1] < 60


# -- copying and saving --------------------------------------------------------------------------------------------


def test_save_png_round_trip(view, tmp_path):
    array = np.random.default_rng(1).integers(0, 256, (28, 28), dtype=np.uint8)
    view.set_array(array)
    notices = Notices(view)
    path = tmp_path / "picture.png"
    assert view.pictures.save(path)
    assert notices.files == [str(path)]
    picture = pixels(QImage(str(path)))
    factor = picture.shape[0] // 28
    assert picture.shape[0] >= 800
    assert np.array_equal(picture[..., 0], array.repeat(factor, 0).repeat(factor, 1))
    assert [entry.name for entry in tmp_path.iterdir()] == ["picture.png"], "no temporary file is left"


def test_save_svg_holds_the_picture(view, tmp_path):
    view.set_array(np.array([[0, 255]], np.uint8))
    path = tmp_path / "picture.svg"
    assert view.pictures.save(path)
    renderer = QSvgRenderer(str(path))
    assert renderer.isValid()
    assert renderer.defaultSize().width() == 2 * renderer.defaultSize().height() == 800


@pytest.mark.parametrize(
    ("name", "words"),
    [("missing/picture.png", "could not be saved"), ("picture.gif", "must end in"), ("picture", "must end in")],
)
def test_failing_save_is_told_in_a_sentence(view, tmp_path, name, words):
    view.set_array(np.zeros((2, 2)))
    notices = Notices(view)
    assert not view.pictures.save(tmp_path / name)
    (sentence,) = notices.warnings
    assert words in sentence
    assert sentence.endswith(".")
    assert not list(tmp_path.iterdir())


def test_saving_nothing_is_told(view, tmp_path):
    notices = Notices(view)
    assert not view.pictures.save(tmp_path / "picture.png")
    assert "no picture yet" in notices.warnings[0]


def test_failing_save_keeps_the_old_file(view, tmp_path):
    folder = tmp_path / "old.png"
    folder.mkdir()
    view.set_array(np.zeros((2, 2)))
    assert not view.pictures.save(folder)
    assert folder.is_dir()


def test_copy(view, qtbot):
    view.set_array(np.full((2, 2), 255, np.uint8))
    QGuiApplication.clipboard().clear()
    view.setFocus()
    qtbot.keyClick(view, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    picture = QGuiApplication.clipboard().image()
    assert not picture.isNull()
    assert (pixels(picture) == 255).all()


@pytest.fixture
def qt_dialogs(qapp):
    native = Qt.ApplicationAttribute.AA_DontUseNativeDialogs
    before = QApplication.testAttribute(native)
    QApplication.setAttribute(native)
    yield
    QApplication.setAttribute(native, before)


def test_context_menu_saves(view, qtbot, tmp_path, qt_dialogs):
    view.set_array(np.zeros((3, 3), np.uint8))
    view.set_picture_name("zeros")
    event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, QPoint(50, 50), view.mapToGlobal(QPoint(50, 50)))
    QApplication.sendEvent(view, event)
    (menu,) = view.findChildren(QMenu)
    copy, save = menu.actions()
    assert "Copy" in copy.text()
    save.trigger()
    menu.close()
    (dialog,) = view.findChildren(SavePictureDialog, "savePictureDialog")
    kind = dialog.findChild(QComboBox, "pictureKindComboBox")
    kind.setFocus()
    qtbot.keyClick(kind, Qt.Key.Key_Down)
    qtbot.mouseClick(dialog.findChild(QPushButton, "pictureSaveButton"), Qt.MouseButton.LeftButton)
    (files,) = view.findChildren(QFileDialog, "savePictureFileDialog")
    assert files.selectedFiles() == [str(tmp_path / "zeros.svg")]
    with qtbot.waitSignal(Notices(view).saved):
        files.accept()
    assert (tmp_path / "zeros.svg").is_file()


def test_menu_is_disabled_without_a_picture(view):
    assert not any(action.isEnabled() for action in view.pictures.actions(view, enabled=not view.is_empty()))


def test_write_picture_replaces_a_file(tmp_path):
    path = tmp_path / "x.png"
    path.write_text("something else")
    image = QImage(3, 2, QImage.Format.Format_RGB32)
    image.fill(QColor(1, 2, 3))
    write_picture(picture_of_image("x", image), path)
    assert pixels(QImage(str(path)))[1, 2].tolist() == [1, 2, 3]


def test_keys_reach_a_picture_and_pass_over_an_empty_one(view):
    assert not view.focusPolicy() & Qt.FocusPolicy.TabFocus
    view.set_array(np.zeros((4, 4)))
    assert view.focusPolicy() & Qt.FocusPolicy.TabFocus
    middle = view.rect().center()
    key = QContextMenuEvent(QContextMenuEvent.Reason.Keyboard, middle, view.mapToGlobal(middle))
    QApplication.sendEvent(view, key)
    menu = view.findChild(QMenu)
    assert [one.objectName() for one in menu.actions()] == ["copyPictureAction", "savePictureAction"]
    menu.close()
    view.clear()
    assert not view.focusPolicy() & Qt.FocusPolicy.TabFocus
