"""Which part of a report stands on which page."""

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dae_core.report.pages import Box, Page, paginate

ROOM = 900.0
HEADING = Box((30.0,), 20.0, keeps_next=True)


def text(lines: int) -> Box:
    return Box((15.0,) * lines, 9.0)


def figure(height: float, slack: float = 0.0) -> Box:
    return Box((height,), 9.0, slack, may_wait=True)


def bottom(page: Page) -> float:
    return max(placed.top + placed.height for placed in page)


BOXES = st.one_of(
    st.just(HEADING),
    st.integers(1, 120).map(text),
    st.tuples(st.floats(20, 700), st.floats(0, 200)).map(lambda sizes: figure(*sizes)),
    st.integers(1, 80).map(lambda rows: Box((17.0,) * rows, 9.0, repeated=20.0)),
    st.just(Box((160.0,), 9.0, spare=300.0)),
)


@settings(deadline=None)
@given(st.lists(BOXES, max_size=25))
def test_everything_is_placed_once_in_order_and_within_its_page(boxes: list[Box]) -> None:
    pages = paginate(boxes, ROOM)
    placed = [(one.index, line) for page in pages for one in page for line in range(one.first, one.last)]
    assert sorted(placed) == [(index, line) for index, box in enumerate(boxes) for line in range(len(box.lines))]
    for index, box in enumerate(boxes):
        mine = [line for at, line in placed if at == index]
        assert mine == sorted(mine)
        if len(box.lines) == 1:  # no figure is torn
            assert sum(one.index == index for page in pages for one in page) == 1
    for page in pages:
        assert page
        assert bottom(page) <= ROOM + 1e-3
        for above, below in itertools.pairwise(page):
            assert below.top >= above.top + above.height - 1e-6
    sections = [index for index, box in enumerate(boxes) if box.keeps_next]
    order = [one.index for page in pages for one in page if boxes[one.index].keeps_next]
    assert order == sections


@settings(deadline=None)
@given(st.lists(BOXES, max_size=25))
def test_a_heading_is_never_the_last_on_its_page(boxes: list[Box]) -> None:
    boxes = [*(box for box in boxes if box.height < ROOM / 2 or len(box.lines) > 4), text(3)]
    for page in paginate(boxes, ROOM):
        assert not boxes[page[-1].index].keeps_next or len(page) * 50 > ROOM


@settings(deadline=None)
@given(st.lists(st.integers(1, 60), min_size=1, max_size=12), st.lists(st.floats(100, 300), max_size=6))
def test_pages_are_filled_where_texts_can_be_broken(texts: list[int], figures: list[float]) -> None:
    boxes = [box for pair in itertools.zip_longest(map(text, texts), map(figure, figures)) for box in pair if box]
    for page in paginate(boxes, ROOM)[:-1]:
        assert bottom(page) > ROOM / 2


def test_a_text_goes_before_a_figure_that_has_no_room() -> None:
    pages = paginate([text(40), figure(500), text(18)], ROOM)
    assert [one.index for one in pages[0]] == [0, 2]
    assert [one.index for one in pages[1]] == [1]


def test_no_text_of_the_next_section_does() -> None:
    pages = paginate([text(40), figure(500), HEADING, text(20)], ROOM)
    assert [one.index for one in pages[0]] == [0]


def test_figures_take_what_is_free_and_then_space_to_write_on() -> None:
    (page,) = paginate([figure(300, 100), Box((100.0,), 9.0, spare=1000.0)], ROOM)
    assert [one.height for one in page] == pytest.approx([400, 491])
    (page,) = paginate([figure(300, 100), figure(300, 300)], ROOM)
    assert [one.height for one in page] == pytest.approx([372.75, 518.25])


def test_a_table_that_is_broken_has_room_for_its_head_again() -> None:
    first, second = paginate([Box((17.0,) * 60, repeated=40.0)], ROOM)
    assert first[0].height == pytest.approx(40 + 17 * first[0].last)
    assert second[0].height == pytest.approx(40 + 17 * (60 - first[0].last))


def test_nothing_is_on_no_page_and_what_is_too_high_is_alone() -> None:
    assert paginate([], ROOM) == ()
    pages = paginate([text(3), figure(2000), text(3)], ROOM)
    assert [[one.index for one in page] for page in pages] == [[0, 2], [1]]
