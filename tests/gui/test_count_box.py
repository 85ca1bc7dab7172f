"""How many images a panel takes: never more than there are."""

from pytestqt.qtbot import QtBot

from dae_gui.widgets.controls.count_box import CountBox


def offered(box: CountBox) -> list[str]:
    return [box.itemText(place) for place in range(box.count())]


def test_only_what_there_is_is_offered(qtbot: QtBot) -> None:
    box = CountBox("box", "Images", "How many", (200, 500, 1000), 500, None)  # type: ignore[arg-type]
    qtbot.addWidget(box)
    assert offered(box) == ["200 images", "500 images", "1,000 images"]
    assert box.count_of_images() == 500
    box.offer(360)
    assert offered(box) == ["200 images", "all 360 images"]
    assert box.count_of_images() == 360
    box.offer(500)
    assert offered(box) == ["200 images", "all 500 images"]
    box.offer(10_000)
    assert offered(box) == ["200 images", "500 images", "1,000 images"]
    assert box.count_of_images() == 500
    box.offer(90)
    assert offered(box) == ["all 90 images"]
    assert box.count_of_images() == 90


def test_what_the_user_chose_comes_back(qtbot: QtBot) -> None:
    box = CountBox("box", "Images", "How many", (200, 500, 1000), 500, None)  # type: ignore[arg-type]
    qtbot.addWidget(box)
    box.setCurrentIndex(0)
    box.activated.emit(0)
    box.offer(360)
    assert box.count_of_images() == 200
