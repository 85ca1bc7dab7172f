"""The endless stream of training examples: random digits and the random numbers that corrupt them.

Examples come in blocks of whole iterations, and block k is a function of (seed, k) alone. So the stream is the same
however the run is cut into chunks, wherever it is resumed, and whether or not another thread prepared a block ahead.
"""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dae_core.datasets import Dataset
from dae_core.model import aligned
from dae_core.model.corruption import Corruption
from dae_core.training.crew import Job

BLOCK = 256
"""Examples in a block, where they are taken one by one."""

# First word of the random streams' spawn keys, so that no two purposes share random numbers.
_START_STREAM, _EXAMPLE_STREAM = 0, 1


@dataclass(frozen=True)
class Block:
    """The examples of some iterations, all float32 (n, d).

    ``noisy`` are the ``clean`` rows corrupted by ``corruption`` with the random numbers in ``draws``.
    """

    index: int
    clean: NDArray[np.float32]
    draws: NDArray[np.float32]
    noisy: NDArray[np.float32]
    corruption: Corruption


def start_generator(seed: int) -> np.random.Generator:
    """Return the generator that the start weights of a run with this seed are drawn from."""
    return np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(_START_STREAM,)))


class ExampleStream:
    """Random training digits of a data set, corrupted; the next blocks are made in parallel.

    ``take_along`` may have a job done by threads that are there already, and says whether it does. Else a thread of the
    stream's own makes the next block. Of small blocks two are made ahead, so that two threads can make one each.

    A block has ``iterations`` iterations of ``batch_size`` examples: about 256 examples, but always a whole batch.

    ``corruption`` may get another level at any time; ``block`` answers with the new one.
    The thread that prepares blocks starts with the first ``block`` and ends with ``close`` (or with the stream itself).
    """

    def __init__(
        self,
        dataset: Dataset,
        corruption: Corruption,
        seed: int,
        batch_size: int = 1,
        take_along: Callable[[Job[Any]], bool] = lambda _job: False,
    ) -> None:
        self.batch_size = batch_size
        self.iterations = max(1, BLOCK // batch_size)
        self._dataset = dataset
        self.corruption = corruption
        self._seed = seed
        self._depth = 2 if batch_size == 1 else 1
        # Sets of buffers: of the block in use, those being made, and the one last handed out.
        self._buffers: list[tuple[NDArray[np.float32], ...] | None] = [None] * (self._depth + 2)
        self._executor: ThreadPoolExecutor | None = None
        self.take_along = take_along
        self._ahead: dict[int, Job[Block]] = {}
        self._current: Block | None = None

    def block(self, index: int) -> Block:
        """Return block ``index``; asked for in order, its arrays stay valid until the next call but one."""
        if self._current is None or self._current.index != index:
            self._current = self._next(index)
        if self._current.corruption != self.corruption:
            self._current = self._corrupted(self._current)
        return self._current

    def close(self) -> None:
        """End the thread, and let go of what it made; a later ``block`` starts a new one."""
        if self._executor is not None:
            self._executor.shutdown(wait=True, cancel_futures=True)
        self._executor = self._current = None
        self._forget_all_but(range(0))
        self._buffers = [None] * len(self._buffers)

    def _next(self, index: int) -> Block:
        """Return block ``index``, and have those after it made."""
        wanted = range(index + 1, index + 1 + self._depth)
        self._forget_all_but(range(index, wanted.stop))
        made = self._ahead.pop(index, None)
        block = self._make(index) if made is None else made.result()
        for later in wanted:
            if later not in self._ahead:
                job = self._ahead[later] = Job(functools.partial(self._make, later))
                if not self.take_along(job):
                    if self._executor is None:
                        self._executor = ThreadPoolExecutor(1, thread_name_prefix="examples")
                    self._executor.submit(job.run)
        return block

    def _forget_all_but(self, wanted: range) -> None:
        """Let the buffers of all other blocks be used for others."""
        for index in self._ahead.keys() - set(wanted):
            self._ahead.pop(index).forget()

    def _make(self, index: int) -> Block:
        from dae_core.model.normal_numbers import fill_normal
        from dae_core.model.small_loops import standardize_rows  # numba takes 0.4 s to import

        rng = np.random.default_rng(np.random.SeedSequence(self._seed, spawn_key=(_EXAMPLE_STREAM, index)))
        clean, draws, noisy = self._buffers_for(index)
        images = self._dataset.train_images
        chosen = rng.integers(0, len(images), len(clean))
        mean, std = np.float32(self._dataset.mean), np.float32(self._dataset.std)
        standardize_rows(images.reshape(len(images), -1), chosen, mean, std, clean)
        (fill_normal if self.corruption.draws_normal else self.corruption.draw)(draws, rng)
        return self._corrupted(Block(index, clean, draws, noisy, self.corruption))

    def _buffers_for(self, index: int) -> tuple[NDArray[np.float32], ...]:
        place = index % len(self._buffers)
        buffers = self._buffers[place]
        if buffers is None:
            shape = (self.iterations * self.batch_size, self._dataset.n_inputs)
            buffers = self._buffers[place] = tuple(aligned.empty(shape, np.float32) for _ in range(3))
        return buffers

    def _corrupted(self, block: Block) -> Block:
        """Return the block with ``noisy`` made anew, in place, by the corruption of this moment."""
        corruption = self.corruption  # may change while this thread works
        corruption.corrupt(block.clean, block.draws, out=block.noisy)
        return dataclasses.replace(block, corruption=corruption)


def examples(stream: ExampleStream, first: int, count: int) -> tuple[NDArray[Any], NDArray[Any]]:
    """Return clean and noisy rows of ``count`` iterations from ``first`` on, which must lie in one block."""
    index, start = divmod(first, stream.iterations)
    block = stream.block(index)
    rows = slice(start * stream.batch_size, (start + count) * stream.batch_size)
    return block.clean[rows], block.noisy[rows]


def examples_at(
    dataset: Dataset, corruption: Corruption, seed: int, iteration: int, batch_size: int = 1
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return own copies of the clean and noisy rows (batch_size, d) that a run trains on at one iteration.

    No thread is started: it takes a few milliseconds, most of them for the rest of the block.
    ``corruption`` must know the data set's black and white.
    """
    stream = ExampleStream(dataset, corruption, seed, batch_size)
    index, start = divmod(iteration, stream.iterations)
    block = stream._make(index)
    rows = slice(start * batch_size, (start + 1) * batch_size)
    return block.clean[rows].copy(), block.noisy[rows].copy()
