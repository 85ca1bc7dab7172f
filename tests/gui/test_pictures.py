"""Every picture of every panel: copied, and saved as PNG, SVG and PDF, in the chosen resolution and colours."""

import re
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from xml.etree import ElementTree as Xml

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QSize, QSizeF, Qt
from PySide6.QtGui import QAction, QColor, QContextMenuEvent, QGuiApplication, QImage, QPainter, QPen
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import (
    QAbstractScrollArea,
    QApplication,
    QCheckBox,
    QComboBox,
    QFileDialog,
    QLabel,
    QLineEdit,
    QMenu,
    QPushButton,
    QSpinBox,
    QWidget,
)
from pytestqt.qtbot import QtBot

from dae_gui.app import create_window
from dae_gui.panels.comparison_panel.picture_strip import PictureStrip
from dae_gui.support.file_dialogs import FileKind, remember_folder
from dae_gui.support.theme import DARK, LIGHT, configure_plots, palette
from dae_gui.widgets.pictures.image_view import ImageView
from dae_gui.widgets.pictures.mosaic_view import MosaicView
from dae_gui.widgets.pictures.picture import (
    Picture,
    in_theme,
    picture_of_drawing,
    picture_of_image,
    picture_of_painting,
)
from dae_gui.widgets.pictures.picture_dialog import PictureOptions, SavePictureDialog
from dae_gui.widgets.pictures.picture_export import encode, pdf_bytes, render, scales_of, svg_bytes
from dae_gui.widgets.pictures.picture_widget import PictureWidget
from dae_gui.widgets.plots.bar_chart import BarChart, count_bars
from dae_gui.widgets.plots.chart_widget import ChartWidget
from dae_gui.widgets.plots.curve_plot import CurveStyle
from dae_gui.widgets.plots.level_plot import LevelPlot
from dae_gui.widgets.plots.trend_plot import Trend, TrendPlot
from dae_gui.window.main_window import MainWindow
from helpers.widgets import Notices

SUFFIXES = (".png", ".svg", ".pdf")


@pytest.fixture(autouse=True)
def afresh(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    native = Qt.ApplicationAttribute.AA_DontUseNativeDialogs
    before = QApplication.testAttribute(native)
    QApplication.setAttribute(native)
    remember_folder(FileKind("", "pictures"), tmp_path)
    monkeypatch.setattr(SavePictureDialog, "last", PictureOptions())
    yield
    QApplication.setAttribute(native, before)
    QGuiApplication.clipboard().clear()


# -- what is checked of a file -------------------------------------------------------------------------------------


def pixels(image: QImage) -> np.ndarray:
    """Return (h, w, 4): red, green, blue, opacity."""
    image = image.convertToFormat(QImage.Format.Format_RGBA8888)
    return np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.width(), 4).copy()


def is_blank(image: QImage) -> bool:
    return image.isNull() or bool((pixels(image) == pixels(image)[0, 0]).all())


def drawn(svg: Path) -> QImage:
    renderer = QSvgRenderer(str(svg))
    assert renderer.isValid()
    image = QImage(renderer.defaultSize(), QImage.Format.Format_ARGB32)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    renderer.render(painter)
    painter.end()
    return image


def page_sizes(pdf: bytes) -> list[tuple[float, float]]:
    """Return width and height of a PDF file's pages, in points."""
    boxes = re.findall(rb"/Type /Page\b.*?/MediaBox \[([^\]]*)\]", pdf, re.DOTALL)
    return [(float(right), float(top)) for _, _, right, top in (box.split() for box in boxes)]


def streams(pdf: bytes) -> list[bytes]:
    """Return the contents of a PDF file, unpacked as far as they are packed as usual."""
    found = []
    for stream in re.findall(rb"stream\r?\n(.*?)\r?\nendstream", pdf, re.DOTALL):
        try:
            # Not `decompress`: the pattern takes a last byte of the checksum that is a line break for one.
            found.append(zlib.decompressobj().decompress(stream))
        except zlib.error:
            found.append(stream)
    return found


def check_file(path: Path, picture: Picture, scale: int) -> None:
    """Check that a file holds a picture: of the right size, well formed, and not blank."""
    width, height = round(picture.size.width()), round(picture.size.height())
    if path.suffix == ".png":
        image = QImage(str(path))
        assert image.size() == QSize(width * scale, height * scale)
        assert not is_blank(image)
    elif path.suffix == ".svg":
        root = Xml.parse(path).getroot()  # noqa: S314
        assert (root.get("width"), root.get("height")) == (str(width), str(height))
        assert drawn(path).size() == QSize(width, height)
        assert not is_blank(drawn(path))
    else:
        data = path.read_bytes()
        assert data.startswith(b"%PDF")
        (page,) = page_sizes(data)
        assert page == pytest.approx((0.75 * width, 0.75 * height), abs=1.0)
        # The page paints more than its background: a picture, or lines.
        painted = b"\n".join(streams(data))
        assert b"/Subtype /Image" in data or len(re.findall(rb"\sl\n|\sl\s", painted)) > 5


# -- the kinds of widgets, one by one ------------------------------------------------------------------------------


def mosaic() -> PictureWidget:
    view = MosaicView()
    view.set_tiles(np.random.default_rng(0).random((12, 12)), (4, 4), 8)
    return view


def image_view() -> PictureWidget:
    view = ImageView()
    view.set_array(np.random.default_rng(0).normal(size=(7, 5)))
    view.set_color_map("diverging")
    return view


def strip() -> PictureWidget:
    view = PictureStrip()
    view.show_columns(("Noisy", "Network"), [np.random.default_rng(i).random((3, 6, 6), np.float32) for i in (0, 1)])
    return view


def bars() -> ChartWidget:
    chart = BarChart("chart", "Digits", "digits")
    chart.set_bars(count_bars("Digits", "abc", (3, 5, 2), "images"))
    return chart


def trend() -> ChartWidget:
    plot = TrendPlot("trend", "Error", "iteration", [Trend("mean"), Trend("held out", "held_out")])
    plot.show_trends(np.arange(50), {"mean": np.sin(np.arange(50)), "held out": np.cos(np.arange(50))})
    return plot


def level_plot() -> LevelPlot:
    configure_plots()
    plot = LevelPlot((CurveStyle("linear", "linear_bound"), CurveStyle("network", "error")), "Level", "PSNR (dB)")
    levels = np.linspace(0, 2, 9)
    plot.show_curves("Level", levels, {"linear": 30 - 5 * levels + 60 * (levels == 0), "network": 28 - 3 * levels})
    return plot


KINDS: tuple[Callable[[], QWidget], ...] = (mosaic, image_view, strip, bars, trend, level_plot)


@pytest.fixture(params=KINDS, ids=lambda make: make.__name__)
def widget(request: pytest.FixtureRequest, qtbot: QtBot) -> QWidget:
    widget: QWidget = request.param()
    qtbot.addWidget(widget)
    widget.setPalette(palette(LIGHT))
    widget.resize(330, 210)
    widget.show()
    qtbot.waitExposed(widget)
    return widget


def menu_action(widget: QWidget, name: str) -> QAction:
    """Open the context menu and return one of its entries."""
    place = QPoint(20, 20)
    target = widget.viewport() if isinstance(widget, QAbstractScrollArea) else widget
    event = QContextMenuEvent(QContextMenuEvent.Reason.Keyboard, place, target.mapToGlobal(place))
    QApplication.sendEvent(target, event)
    menu = next(menu for menu in widget.findChildren(QMenu) if menu.isVisible())
    (action,) = [action for action in menu.actions() if action.objectName() == name]
    menu.close()
    return action


def open_dialog(widget: QWidget) -> SavePictureDialog:
    menu_action(widget, "savePictureAction").trigger()
    (dialog,) = [dialog for dialog in widget.window().findChildren(SavePictureDialog) if dialog.isVisible()]
    return dialog


def combo(dialog: SavePictureDialog, name: str) -> QComboBox:
    found = dialog.findChild(QComboBox, f"picture{name}ComboBox")
    assert isinstance(found, QComboBox)
    return found


def pick(qtbot: QtBot, box: QComboBox, data: object) -> None:
    """Choose an entry with the keyboard."""
    box.setFocus()
    wanted = next(i for i in range(box.count()) if box.itemData(i) == data)
    while box.currentIndex() != wanted:
        qtbot.keyClick(box, Qt.Key.Key_Down if wanted > box.currentIndex() else Qt.Key.Key_Up)


def save(qtbot: QtBot, widget: QWidget, dialog: SavePictureDialog, name: str = "") -> Path:
    """Press Save, type a name or take the one that is proposed, and wait for the file."""
    window = widget.window()
    qtbot.mouseClick(dialog.findChild(QPushButton, "pictureSaveButton"), Qt.MouseButton.LeftButton)
    (files,) = [d for d in window.findChildren(QFileDialog, "savePictureFileDialog") if d.isVisible()]
    if name:
        files.findChild(QLineEdit).setText(name)
    with qtbot.waitSignal(Notices(widget).saved) as saved:
        files.accept()
    return Path(saved.args[0])


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_saved_through_the_menu(qtbot: QtBot, widget: QWidget, suffix: str, tmp_path: Path) -> None:
    dialog = open_dialog(widget)
    pick(qtbot, combo(dialog, "Kind"), suffix)
    if suffix == ".png":
        pick(qtbot, combo(dialog, "Scale"), 3)
    picture = dialog.picture()
    assert picture is not None
    path = save(qtbot, widget, dialog)
    assert path == tmp_path / f"{picture.name}{suffix}"
    check_file(path, picture, 3)
    assert [entry.name for entry in tmp_path.iterdir()] == [path.name]
    assert combo(open_dialog(widget), "Kind").currentData() == suffix, "the kind is proposed again"


def test_copied_through_the_menu(widget: QWidget) -> None:
    menu_action(widget, "copyPictureAction").trigger()
    image = QGuiApplication.clipboard().image()
    assert not is_blank(image)
    picture = widget.picture()  # type: ignore[attr-defined]
    assert image.width() == round(picture.size.width() * picture.scale)


def test_in_other_colours(qtbot: QtBot, widget: QWidget) -> None:
    before = widget.grab().toImage()
    light = widget.picture()  # type: ignore[attr-defined]
    dialog = open_dialog(widget)
    pick(qtbot, combo(dialog, "Theme"), DARK)
    dark = dialog.picture()
    assert dark is not None
    assert light.background is None or dark.background is not None
    if light.background is not None and dark.background is not None:
        assert dark.background.lightnessF() < 0.3 < 0.7 < light.background.lightnessF()
        assert not np.array_equal(pixels(render(dark, 1)), pixels(render(light, 1)))
    dialog.reject()
    assert widget.grab().toImage() == before, "the screen stays as it was"
    assert widget.palette().window().color() == QColor(LIGHT.surface)


def test_transparent(qtbot: QtBot, widget: QWidget) -> None:
    dialog = open_dialog(widget)
    box = dialog.findChild(QCheckBox, "pictureTransparentCheckBox")
    if dialog.picture().background is None:  # type: ignore[union-attr]
        assert not box.isEnabled()
        dialog.reject()
        return
    qtbot.mouseClick(box, Qt.MouseButton.LeftButton, pos=QPoint(8, box.height() // 2))
    assert box.isChecked()
    image = QImage(str(save(qtbot, widget, dialog)))
    assert pixels(image)[..., 3].min() == 0
    assert pixels(image)[..., 3].max() == 255


def test_an_empty_widget_offers_nothing(qtbot: QtBot) -> None:
    for empty in (MosaicView(), BarChart("a", "b", "c"), TrendPlot("a", "b", "c", [])):
        qtbot.addWidget(empty)
        empty.show()
        assert not menu_action(empty, "copyPictureAction").isEnabled()
        assert not menu_action(empty, "savePictureAction").isEnabled()
        with qtbot.waitSignal(Notices(empty).warned) as failed:
            empty.pictures.save_as()
        assert "no picture yet" in failed.args[0]


# -- resolution, names, failures -----------------------------------------------------------------------------------


def test_the_dialog_tells_the_size_and_remembers(qtbot: QtBot) -> None:
    view = ImageView()
    qtbot.addWidget(view)
    view.set_array(np.zeros((40, 80)))
    view.show()
    dialog = open_dialog(view)
    scale, about = combo(dialog, "Scale"), dialog.findChild(QLabel, "pictureSizeLabel")
    assert scale.currentText() == "1×: 800 × 400 pixels"
    pick(qtbot, scale, 4)
    assert about.text() == "3,200 × 1,600 pixels: 27.1 × 13.5 cm at 300 dpi"
    pick(qtbot, combo(dialog, "Kind"), ".pdf")
    assert not scale.isEnabled()
    dialog.accept()
    assert SavePictureDialog.last == PictureOptions(".pdf", 4, None, False)
    (files,) = view.findChildren(QFileDialog)
    files.reject()


def test_a_resolution_that_was_only_proposed_is_not_remembered(qtbot: QtBot) -> None:
    chart = bars()
    qtbot.addWidget(chart)
    chart.show()
    dialog = open_dialog(chart)
    assert combo(dialog, "Scale").currentData() == 3
    dialog.accept()
    assert SavePictureDialog.last.scale is None
    chart.findChild(QFileDialog).reject()


def test_the_picture_is_the_one_that_was_seen(qtbot: QtBot) -> None:
    view = ImageView()
    qtbot.addWidget(view)
    view.set_array(np.zeros((2, 2), np.uint8))
    view.show()
    dialog = open_dialog(view)
    view.set_array(np.full((2, 2), 255, np.uint8))  # training goes on meanwhile
    assert (pixels(QImage(str(save(qtbot, view, dialog))))[..., :3] == 0).all()


@pytest.mark.parametrize(("typed", "written"), [("a.svg", "a.svg"), ("a.tar", "a.tar.png"), ("a.PNG", "a.PNG")])
def test_the_typed_ending_counts(qtbot: QtBot, tmp_path: Path, typed: str, written: str) -> None:
    view = image_view()
    qtbot.addWidget(view)
    view.show()
    path = save(qtbot, view, open_dialog(view), str(tmp_path / typed))
    assert path.name == written
    assert not is_blank(drawn(path) if path.suffix == ".svg" else QImage(str(path)))


def test_a_file_that_cannot_be_written_is_told(qtbot: QtBot, tmp_path: Path) -> None:
    view = image_view()
    qtbot.addWidget(view)
    view.show()
    dialog = open_dialog(view)
    dialog.accept()
    (files,) = view.findChildren(QFileDialog)
    with qtbot.waitSignal(Notices(view).warned) as failed:
        files.fileSelected.emit(str(tmp_path / "nowhere" / "a.png"))
    assert "could not be saved" in failed.args[0]
    files.reject()


def test_too_many_pixels_are_not_offered() -> None:
    def nothing(_painter: QPainter) -> None:
        pass

    assert scales_of(Picture("a", QSizeF(100, 100), nothing)) == [1, 2, 3, 4, 6, 8]
    assert scales_of(Picture("a", QSizeF(3000, 2000), nothing)) == [1, 2, 3]
    assert scales_of(Picture("a", QSizeF(30_000, 20_000), nothing)) == [1]


# -- how pictures are drawn ----------------------------------------------------------------------------------------


def test_pixels_stay_squares() -> None:
    array = np.random.default_rng(0).integers(0, 256, (5, 7), np.uint8)
    image = QImage(array.tobytes(), 7, 5, 7, QImage.Format.Format_Grayscale8)
    enlarged = pixels(render(picture_of_image("a", image), 3))[..., 0]
    assert np.array_equal(enlarged, array.repeat(3, 0).repeat(3, 1))


def test_a_painting_stays_lines_and_texts() -> None:
    def paint(painter: QPainter) -> None:
        painter.setPen(QPen(QColor("red"), 2.0))
        painter.drawLine(0, 10, 100, 10)
        painter.drawText(10, 30, "Error")

    picture = picture_of_painting("a", QSizeF(100, 50), paint, QColor("white"))
    svg = svg_bytes(picture).decode()
    assert "Error</text>" in svg
    assert "<image" not in svg
    assert b"/Subtype /Image" not in pdf_bytes(picture)
    image = pixels(render(picture, 4))
    assert image.shape == (200, 400, 4)
    assert (image[36:44, 100:300, :3] == (255, 0, 0)).all(), "a line of 2 is 8 pixels wide"
    assert (image[45, 100:300, :3] == 255).all()


def test_hairlines_of_drawings_grow_with_the_resolution() -> None:
    points = " L".join(f"{x},{10 + x % 3}" for x in range(100))
    svg = (
        '<svg xmlns="http://www.w3.org/2000/svg" width="100" height="50" viewBox="0 0 100 50">'
        '<rect width="100%" height="100%" style="fill:#000000"/>'
        f'<path vector-effect="non-scaling-stroke" fill="none" stroke="#ff0000" d="M{points}"/></svg>'
    ).encode()
    picture = picture_of_drawing("a", svg, QSizeF(100, 50), QColor("white"))
    image = pixels(render(picture, 8)).astype(int)
    assert (image[0, 0, :3] == 255).all(), "the background is the picture's"
    red = (image[..., 0] > 200) & (image[..., 1] < 100)
    assert 7 <= red[:, 400].sum() <= 40, "eight pixels across a level line, more where it climbs"
    assert red.any(axis=0)[8:780].all(), "no gap where the line is drawn in pieces"
    assert pixels(render(picture, 1, transparent=True))[0, 0, 3] == 0
    assert svg_bytes(picture).count(b"<path") < 6, "in files the line is in one piece"


def test_another_theme_is_only_for_a_moment(qtbot: QtBot) -> None:
    parent, child = QWidget(), QWidget()
    qtbot.addWidget(parent)
    child.setParent(parent)
    parent.setPalette(palette(LIGHT))
    with in_theme(child, DARK):
        assert child.palette().window().color() == QColor(DARK.surface)
    assert child.palette().window().color() == QColor(LIGHT.surface)
    parent.setPalette(palette(DARK))
    assert child.palette().window().color() == QColor(DARK.surface), "it follows its window as before"


# -- the whole window ----------------------------------------------------------------------------------------------

_HEALTH = ("Sparsity", "Dead", "Bias", "Norm", "Gradient", "Cosine")
_STEP = "clean noise noisy hidden reconstruction error hidden_gradient gradient_V gradient_W change_V change_W change_B"
_UNIT_VIEWS = {"unitStrengthView": 1, "unitStrengthNoisyView": 1} | {
    f"similarUnits_{k}": 2 for k in ("w", "v", "fires")
}
"""In which view of the unit dock they are."""
_PAGES_OF_THE_CODE = {
    "probe": ("probeChart", *(f"probeConfusionView{place}" for place in range(1, 7)), "probeTrendPlot"),
    "map": ("mapView", "mapSeenView", "mapDecodedView", "mapUnitsView"),
    "layers": ("stackFiltersView", "stackDigitsView"),
}
"""The pictures of each page of the representation dock."""
_OF_ANOTHER_RUN = {"unitBestMatchesView", "unitSplitView"}
PANELS: dict[str, tuple[str, ...]] = {
    "": (
        "curvesPanel",
        "filtersWView",
        "filtersVView",
        "exampleRowsView",
        "digitMosaicView",
        "networkInputView",
        "noisyView",
        "reconstructionView",
        "errorView",
    ),
    "datasetDock": ("datasetMosaicView", "meanImageView", "classCountsChart", "greyHistogramChart"),
    "unitDock": (
        "unitWView",
        "unitVView",
        "unitDigitsView",
        "unitOnView",
        "unitClassChart",
        "unitHistogram",
        *_UNIT_VIEWS,
    ),
    "mismatchDock": ("mismatchPlot",),
    "comparisonDock": ("comparePictures",),
    "healthDock": (*(f"health{name}Plot" for name in _HEALTH), "healthRatesChart", "healthBiasesChart"),
    "manifoldDock": ("manifoldPathView", "manifoldDifferenceView", "manifoldStepPlot", "manifoldDistancePlot"),
    "representationDock": tuple(name for names in _PAGES_OF_THE_CODE.values() for name in names),
    "stepDock": tuple(f"stepView_{key}" for key in (*_STEP.split(), "change_C")),
}
"""All pictures of the window, by the dock that must be open for them."""


@pytest.fixture
def window(qtbot: QtBot) -> Iterator[MainWindow]:
    window = create_window([])
    window.show()
    qtbot.waitExposed(window)
    start = window.findChild(QAction, "startAction")
    qtbot.waitUntil(lambda: start.isEnabled() and window.workbench.model is not None)
    yield window
    window.close()
    window.deleteLater()


def test_every_picture_of_the_window(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> None:
    window.findChild(QSpinBox, "iterationsSpinBox").setValue(500)
    window.findChild(QAction, "startAction").trigger()
    qtbot.waitUntil(lambda: window.workbench.state == "FINISHED")
    window.denoise_panel.source.pick(0)  # the canvas begins blank
    known = set()
    for dock, names in PANELS.items():
        if dock:
            window.studies.docks[dock].show()
            window.studies.docks[dock].raise_()
        if dock == "comparisonDock":  # the comparison itself takes its time, and has tests of its own
            strip = window.findChild(PictureStrip, "comparePictures")
            strip.show_columns(("Noisy",), [np.random.default_rng(0).random((3, 8, 8), np.float32)])
        if dock == "unitDock":
            window.workbench.select_unit(3)
        for name in names:
            widget = window.findChild(QWidget, name)
            assert widget is not None, name
            if name in _UNIT_VIEWS:
                window.findChild(QComboBox, "unitViewComboBox").setCurrentIndex(_UNIT_VIEWS[name])
            for page, pictures in _PAGES_OF_THE_CODE.items():
                if name in pictures:
                    window.studies.panel(dock).show_page(page)
            qtbot.waitUntil(lambda widget=widget: widget.picture() is not None)
            picture = widget.picture()
            assert not is_blank(render(picture)) or _is_plain(widget), name
            for suffix in SUFFIXES:
                path = tmp_path / f"{name}{suffix}"
                path.write_bytes(encode(picture, suffix, 1))
                if not _is_plain(widget):
                    check_file(path, picture, 1)
            known.add(name)
    everything = {w.objectName() for kind in (PictureWidget, ChartWidget, LevelPlot) for w in window.findChildren(kind)}
    assert everything - known <= {"unitOffView", *_OF_ANOTHER_RUN}, "a picture that is not in the list above"


def _is_plain(widget: QWidget) -> bool:
    """Whether a picture is of one colour, as that of a gradient that is 0 everywhere is."""
    array = widget.array() if isinstance(widget, PictureWidget) else None
    return array is not None and bool((array == array.flat[0]).all())
