"""A run that is caught before its end, however busy the machine is."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from dae_core.training.progress import Progress
from dae_core.training.trainer import Trainer

_LONGEST = 120.0


@contextmanager
def held(iteration: int) -> Iterator[threading.Event]:
    """Hold the training thread at an iteration until the block ends; gives an event that is set when it is there.

    What is asked of the thread meanwhile waits in its queue, and comes right after one more iteration. A slow pace
    alone leaves it to chance whether a window that has hardly any of the processor asks before the run has ended.
    """
    is_there, may_go_on = threading.Event(), threading.Event()
    advance = Trainer.advance

    def hold(trainer: Trainer, iterations: int) -> Progress:
        if trainer.iteration < iteration:
            return advance(trainer, min(iterations, iteration - trainer.iteration))
        is_there.set()
        assert may_go_on.wait(_LONGEST)
        return advance(trainer, min(iterations, 1))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Trainer, "advance", hold)
        try:
            yield is_there
        finally:
            may_go_on.set()
