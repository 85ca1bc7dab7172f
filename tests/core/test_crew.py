"""Threads that share pieces: all of them are done, once, and what goes wrong in one of them is told."""

from __future__ import annotations

import gc
import threading

import pytest

from dae_core.training import crew
from dae_core.training.crew import Crew


def helpers() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name.startswith("crew ")]


@pytest.mark.parametrize(("size", "count"), [(1, 5), (2, 1), (2, 0), (4, 3), (3, 50)])
def test_every_piece_is_done_once(size: int, count: int) -> None:
    shared, done = Crew(size), []
    for _ in range(20):
        shared.do(done.append, count)
    shared.close()
    assert sorted(done) == sorted(20 * list(range(count)))


def test_pieces_are_done_at_the_same_time() -> None:
    shared, both = Crew(2), threading.Barrier(2)
    shared.do(lambda _piece: both.wait(60), 2)  # one thread alone would never come through
    shared.close()


def test_what_a_piece_raises_is_raised_and_the_next_task_is_done() -> None:
    shared, done = Crew(3), []

    def fail(piece: int) -> None:
        raise ValueError(piece)

    with pytest.raises(ValueError, match=r"0|1|2"):
        shared.do(fail, 30)
    shared.do(done.append, 7)
    shared.close()
    assert sorted(done) == list(range(7))


@pytest.mark.parametrize("is_closed", [True, False])
def test_helpers_end_with_the_crew(is_closed: bool) -> None:
    others, shared = set(helpers()), Crew(3)
    shared.do(lambda _piece: None, 3)
    if is_closed:
        shared.close()
        shared.do(lambda _piece: None, 3)  # which starts others
    mine = set(helpers()) - others
    assert len(mine) >= 2
    del shared
    gc.collect()
    for thread in mine:
        thread.join(60)
    assert not any(thread.is_alive() for thread in mine)


@pytest.mark.parametrize(("said", "taken"), [("", 3), ("1", 1), ("2,4", 2), ("16", 3), ("0", 3), ("many", 3)])
def test_a_run_takes_all_cores_or_what_the_environment_says(
    monkeypatch: pytest.MonkeyPatch, said: str, taken: int
) -> None:
    monkeypatch.setattr(crew, "usable_cores", lambda: 3)
    monkeypatch.setenv("OMP_NUM_THREADS", said)
    assert crew.threads() == taken
