"""Which part of a report stands where on which page: pure arithmetic on heights, whatever it is drawn with."""

from __future__ import annotations

import itertools
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, replace

_CHOICES = 6  # places where a page may end
_ORPHANS = 2  # lines of a text that are not left alone on a page
_PAGE, _LAST, _SQUEEZE = 0.2, 0.25, 0.1  # what a page more, room on the last one, and small figures count
_MOST_WAYS = 24
_TINY = 1e-6


@dataclass(frozen=True)
class Box:
    """One part of a report as far as pages are concerned; all heights are in the same unit.

    Parameters
    ----------
    lines
        Heights of pieces between which a page may end: lines of a text, rows of a table; one for what is not broken.
    gap
        The empty space above it, which falls away at the top of a page.
    slack
        By how much it may be higher than its lines, for figures that can be drawn larger.
    spare
        How much it takes beyond that where the figures of its page leave room, for space to write on.
    repeated
        The height of what is drawn above each part of it, when a page ends in it: the head of a table.
    keeps_next
        Whether what comes next must begin on the same page.
    may_wait
        Whether what comes next may go before it, to fill a page on which it has no room.
    """

    lines: tuple[float, ...]
    gap: float = 0.0
    slack: float = 0.0
    spare: float = 0.0
    repeated: float = 0.0
    keeps_next: bool = False
    may_wait: bool = False

    @property
    def height(self) -> float:
        """The least height of all of it."""
        return self.repeated + sum(self.lines)


@dataclass(frozen=True)
class Placed:
    """A box, or some lines of it, on a page: where it begins, and how high it is."""

    index: int
    first: int
    last: int
    top: float
    height: float


@dataclass(frozen=True)
class _Piece:
    """A box, or the rest of one, that is still to be placed."""

    index: int
    first: int
    box: Box

    def cut(self, count: int) -> tuple[_Piece, _Piece]:
        """Return its first lines, and the rest."""
        lines = self.box.lines
        head = replace(self.box, lines=lines[:count], slack=0.0, spare=0.0, keeps_next=False)
        return (
            _Piece(self.index, self.first, head),
            _Piece(self.index, self.first + count, replace(self.box, lines=lines[count:])),
        )


Page = tuple[Placed, ...]
_State = tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class _Way:
    """A way to fill the first pages, what it costs, and what is still to be placed."""

    cost: float
    pages: tuple[list[_Piece], ...]
    rest: tuple[_Piece, ...]


def paginate(boxes: Sequence[Box], room: float) -> tuple[Page, ...]:
    """Return the pages, each of the height ``room``, with all boxes on them.

    Figures are made higher or lower within their bounds, so that pages are full; of several ways the best is taken.
    What is higher than a page by itself stands alone on one, and is drawn over its end.
    """
    start = tuple(_Piece(index, 0, box) for index, box in enumerate(boxes))
    ways = {_state(start): _Way(0.0, (), start)} if start else {}
    best: _Way | None = None
    while ways:  # those of one page more at each turn
        longer: dict[_State, _Way] = {}
        for way, (page, rest) in ((one, filling) for one in ways.values() for filling in _fillings(one.rest, room)):
            cost = way.cost + _cost(page, room, is_last=not rest)
            new = _Way(cost, (*way.pages, page), rest)
            if not rest:
                best = new if best is None or cost < best.cost else best
            elif _state(new.rest) not in longer or cost < longer[_state(new.rest)].cost:
                longer[_state(new.rest)] = new
        kept = sorted(longer.items(), key=lambda item: item[1].cost)[:_MOST_WAYS]
        ways = {state: way for state, way in kept if best is None or way.cost < best.cost}
    return tuple(_placed(page, room) for page in best.pages) if best is not None else ()


def _state(pieces: Sequence[_Piece]) -> _State:
    return tuple((piece.index, piece.first) for piece in pieces)


def _fillings(pieces: Sequence[_Piece], room: float) -> list[tuple[list[_Piece], tuple[_Piece, ...]]]:
    """Return some ways to fill a page, each with what remains: as much as it holds, and a few pieces less."""
    waiting, page = deque(pieces), list[_Piece]()
    found = []
    while waiting and (taken := _take(waiting, page, room)):
        page = [*page, *taken]
        found.append((page, tuple(waiting)))
    return found[-_CHOICES:] or [([waiting.popleft()], tuple(waiting))]


def _take(waiting: deque[_Piece], page: list[_Piece], room: float) -> list[_Piece]:
    """Remove what comes next on a page and return it, with all that must stay together; nothing where it is full."""
    count = 1
    while count < len(waiting) and waiting[count - 1].box.keeps_next:
        count += 1
    group = [waiting[place] for place in range(count)]
    *headings, last = group
    part = last
    if not _is_room([*page, *group], room):
        some = _fitting(last.box, room - _height([*page, *headings]) - last.box.gap)
        if not some:
            return _ahead(waiting, page, room) if not headings and last.box.may_wait else []
        part, rest = last.cut(some)
    for _ in group:
        waiting.popleft()
    if part is not last:
        waiting.appendleft(rest)
    return [*headings, part]


def _ahead(waiting: deque[_Piece], page: list[_Piece], room: float) -> list[_Piece]:
    """Remove the next text that fits on the page and return it, though a figure before it does not."""
    for place, piece in enumerate(waiting):
        if piece.box.keeps_next:
            break  # the next section does not begin before this one has ended
        if not piece.box.may_wait and _is_room([*page, piece], room):
            del waiting[place]
            return [piece]
    return []


def _fitting(box: Box, space: float) -> int:
    """Return how many lines of a box may stand in a space that it does not fit into as a whole; 0 for none."""
    heights = itertools.accumulate(box.lines, initial=box.repeated)
    fitting = sum(height <= space + _TINY for height in heights) - 1
    count = min(fitting, len(box.lines) - _ORPHANS)
    return count if count >= _ORPHANS else 0


def _is_room(pieces: Sequence[_Piece], room: float) -> bool:
    return _height(pieces) <= room + _TINY


def _height(pieces: Sequence[_Piece]) -> float:
    return sum(piece.box.height + (piece.box.gap if place else 0.0) for place, piece in enumerate(pieces))


def _cost(page: Sequence[_Piece], room: float, *, is_last: bool) -> float:
    """Return how bad a page is: empty space counts by its square, less on the last one; so do figures made small."""
    free = room - _height(page)
    blank = max(0.0, free - sum(piece.box.slack + piece.box.spare for piece in page)) / room
    small = 1.0 - _share(free, [piece.box.slack for piece in page])
    return _PAGE + (_LAST if is_last else 1.0) * blank**2 + _SQUEEZE * small**2


def _share(free: float, wanted: Sequence[float]) -> float:
    """Return which part of what is wanted there is, 0 to 1; 1 where nothing is."""
    return min(1.0, max(0.0, free) / sum(wanted)) if any(wanted) else 1.0


def _placed(page: Sequence[_Piece], room: float) -> Page:
    """Return where the pieces of a page stand: what is free goes to the figures, and then to space to write on."""
    free, slacks, spares = room - _height(page), [piece.box.slack for piece in page], [p.box.spare for p in page]
    figures, space = _share(free, slacks), _share(free - sum(slacks), spares)
    placed, bottom = [], 0.0
    for place, piece in enumerate(page):
        top = bottom + (piece.box.gap if place else 0.0)
        height = piece.box.height + figures * slacks[place] + space * spares[place]
        placed.append(Placed(piece.index, piece.first, piece.first + len(piece.box.lines), top, height))
        bottom = top + height
    return tuple(placed)
