"""Threads that share pieces: all of them are done, once, and what goes wrong in one of them is told."""

from __future__ import annotations

import gc
import threading

import pytest

from dae_core.training import crew
from dae_core.training.crew import Crew, Job


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


def test_a_job_is_done_once_whoever_comes_first() -> None:
    calls: list[int] = []
    job = Job(lambda: calls.append(1) or 7)
    both = [threading.Thread(target=job.run) for _ in range(4)]
    for thread in both:
        thread.start()
    assert job.result() == 7
    for thread in both:
        thread.join()
    job.run()
    assert job.result() == 7
    assert calls == [1]


def test_who_needs_a_job_that_is_being_done_waits_for_it() -> None:
    begun, may_end = threading.Event(), threading.Event()

    def slow() -> int:
        begun.set()
        assert may_end.wait(60)
        return 7

    job, results = Job(slow), list[int]()
    worker = threading.Thread(target=job.run)
    worker.start()
    assert begun.wait(60)
    reader = threading.Thread(target=lambda: results.append(job.result()))
    reader.start()
    reader.join(0.05)
    assert results == []
    may_end.set()
    for thread in (worker, reader):
        thread.join(60)
    assert results == [7]


def test_what_a_job_raises_is_raised_where_it_is_needed() -> None:
    def fail() -> None:
        raise ValueError("no")

    shared, job, done = Crew(2), Job(fail), list[int]()
    assert shared.take_along(job)
    shared.do(done.append, 4, takes_time=True)  # not here
    shared.close()
    assert sorted(done) == [0, 1, 2, 3]
    with pytest.raises(ValueError, match="no"):
        job.result()


def test_a_job_is_taken_along_by_the_next_task_that_has_time() -> None:
    shared, done, calls = Crew(2), list[int](), list[int]()
    assert shared.take_along(Job(lambda: calls.append(1)))
    shared.do(done.append, 4)
    assert calls == []
    shared.do(done.append, 4, takes_time=True)
    shared.do(done.append, 4, takes_time=True)
    assert calls == [1]
    assert sorted(done) == sorted(3 * [0, 1, 2, 3])
    shared.take_along(Job(lambda: calls.append(2)))
    shared.close()  # and forgets it
    shared.do(done.append, 2, takes_time=True)
    shared.close()
    assert calls == [1]


def test_one_thread_takes_nothing_along() -> None:
    assert not Crew(1).take_along(Job(lambda: None))
