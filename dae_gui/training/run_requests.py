"""Who has asked for a run, until the answer comes from the training thread: each is answered once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from dae_core.sessions.run import Run

RequestRun = Callable[[Callable[[Run], None], Callable[[str], None]], None]
"""The type of `TrainingController.request_run`."""


@dataclass(frozen=True, eq=False)
class _Request:
    """Who asked for the run of this number."""

    run: int
    on_run: Callable[[Run], None]
    on_failed: Callable[[str], None]


class RunRequests:
    """Requests that wait for their answer, by the number that goes to the training thread and back."""

    def __init__(self) -> None:
        self._n_asked = 0
        self._waiting: dict[int, _Request] = {}

    def add(self, run: int, on_run: Callable[[Run], None], on_failed: Callable[[str], None]) -> int:
        """Take note of who asks for the run of this number; returns the request's own."""
        self._n_asked += 1
        self._waiting[self._n_asked] = _Request(run, on_run, on_failed)
        return self._n_asked

    def answer(self, number: int, run: Run | None) -> None:
        """Give who asked the run, or say that the thread ended before it had one."""
        request = self._waiting.pop(number)
        if run is None:
            request.on_failed("The training thread ended before it had the run ready.")
        else:
            request.on_run(run)

    def refuse(self, number: int, message: str) -> None:
        """Say why there is no run."""
        self._waiting.pop(number).on_failed(message)

    def answer_all(self, run_of: Callable[[int], Run | None]) -> None:
        """Answer all that still wait, with what ``run_of`` gives for the number of the run that was asked for."""
        for number, request in list(self._waiting.items()):
            self.answer(number, run_of(request.run))
