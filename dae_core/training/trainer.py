"""Training: a ``Trainer`` that yields its progress, and can be steered, stopped, checkpointed and resumed exactly."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from dae_core.datasets import Dataset
from dae_core.errors import UserError
from dae_core.jobs import UNWATCHED
from dae_core.model.autoencoder import AutoEncoder
from dae_core.model.penalties import PENALTIES, PenaltyName
from dae_core.training import averaging, schedules
from dae_core.training.averaging import RunningAverage
from dae_core.training.config import TrainingConfig
from dae_core.training.divergence import Divergence, DivergenceGuard, advice
from dae_core.training.engines import make_engine
from dae_core.training.examples import BLOCK, ExampleStream, examples
from dae_core.training.progress import Change, Checkpoint, Progress
from dae_core.training.scaling import scaled_for
from dae_core.training.settings import check_setting
from dae_core.training.start import start_model, start_units

# About 10 ms of training at the exercise's size: short enough to react, long enough to cost nothing.
CHUNK = 2 * BLOCK
_KEEP_BLOCKS, _KEEP_ITERATIONS = 4, 32
"""How many there are, at least, between two copies of good parameters: a copy takes a tenth of a mini-batch's time."""


class CodeNotAllowedError(UserError):
    """The run is trained with code that nobody has asked to run."""

    def __init__(self) -> None:
        super().__init__(
            "This run is trained with a backward of its own, and code runs only when you ask for it: "
            "read it in Your code, and train with it there."
        )


class Trainer:
    """One run on the training images of a data set: single-sample SGD, or mini-batches where the settings say so.

    ``run()`` is a generator of ``Progress``: to stop, stop asking. Learning rate, noise level and pace may be changed
    between two yields, from the same thread, and take effect with the next chunk.

    A schedule falls over one segment: from the start, or the last ``extend``, to ``end``.

    Attributes
    ----------
    dataset : Dataset
        The data set, with pixels as the loss takes them.
    allows_code : str
        The code that the user has asked to run. Where the settings have other code, nothing is trained.
    monitor : Monitor
        Where it says that something is cancelled, the iteration under way is left as if it had not been begun, also
        in the midst of its products. Nothing is raised, and the next ``advance`` takes it up again.
    """

    def __init__(
        self, dataset: Dataset, config: TrainingConfig, checkpoint: Checkpoint | None = None, *, allows_code: str = ""
    ) -> None:
        dataset = scaled_for(dataset, config)
        self.dataset = dataset
        self.allows_code = allows_code
        self.config = config
        self.chunk = max(1, CHUNK // config.batch_size)
        if checkpoint is None:
            checkpoint = Checkpoint(config, start_model(dataset.n_inputs, config), 0, 0, config.iterations, 0.0)
        elif checkpoint.model.n_inputs != dataset.n_inputs:
            raise ValueError(
                f"The model has {checkpoint.model.n_inputs} inputs, "
                f"but the images of '{dataset.name}' have {dataset.n_inputs} pixels."
            )
        self.model = checkpoint.model.copy()
        average = RunningAverage(checkpoint.average or self.model, checkpoint.averaged or 1)
        self._average = average if config.average else None
        self._take_strengths()  # of weights that were kept on the way, they may be others
        self.iteration = checkpoint.iteration
        self.end = checkpoint.end
        self.divergence = checkpoint.divergence
        self.seconds = checkpoint.seconds
        self._segment_start = checkpoint.segment_start
        self._guard = DivergenceGuard.restored(checkpoint.guard)
        corruption = config.corruption.with_range(dataset.black, dataset.white)
        self._engine = make_engine(self.model, config)
        self._stream = ExampleStream(dataset, corruption, config.seed, config.batch_size, self._engine.take_along)
        if checkpoint.engine:
            self._engine.restore(checkpoint.engine)
        self._changes = list(checkpoint.changes)
        self._model_requested = False
        self.monitor = UNWATCHED
        self._good = checkpoint.good or (self.iteration, self.model.copy())

    @classmethod
    def resume(cls, dataset: Dataset, checkpoint: Checkpoint, *, allows_code: str = "") -> Trainer:
        """Return a trainer that goes on exactly where ``checkpoint`` was made."""
        return cls(dataset, checkpoint.config, checkpoint, allows_code=allows_code)

    def checkpoint(self) -> Checkpoint:
        """Return the present state, with own copies of the parameters, and the settings now in force."""
        return Checkpoint(
            self.config,
            self.model.copy(),
            self.iteration,
            self._segment_start,
            self.end,
            self.seconds,
            self._guard.state(),
            self._good,
            self.divergence,
            tuple(self._changes),
            self._engine.state(),
            None if self._average is None else self._average.model.copy(),
            0 if self._average is None else self._average.count,
        )

    @property
    def average(self) -> AutoEncoder | None:
        """The averaged weights, where the settings ask for them; changed in place as training goes on."""
        return None if self._average is None else self._average.model

    @property
    def learning_rate(self) -> float:
        """The rate that the schedule starts from; the rate of this moment is in ``Progress``."""
        return self.config.learning_rate

    def set_learning_rate(self, rate: float) -> None:
        """Change the rate from the next chunk on. Raises ConfigError when it is out of range."""
        check_setting("learning_rate", rate)
        if rate != self.config.learning_rate:
            self._changes.append(Change(self.iteration, "learning rate", self.config.learning_rate, rate))
            self.config = self.config.replace(learning_rate=rate)

    def set_noise_level(self, level: float) -> None:
        """Change the corruption's level from the next chunk on. Raises ValueError when it is out of range."""
        old = self._stream.corruption
        if level != old.level:
            self._stream.corruption = old.with_level(level)
            self._changes.append(Change(self.iteration, "noise level", old.level, self._stream.corruption.level))
            self.config = self.config.replace(corruption=self.config.corruption.with_level(level))

    def set_strength(self, name: PenaltyName, strength: float) -> None:
        """Change the strength of a penalty, by its name, from the next chunk on.

        Raises ConfigError when it is out of range, or the penalty does not go with the model.
        """
        check_setting(name, strength)
        old = getattr(self.config, name)
        if strength != old:
            self.config = self.config.replace(**{name: strength})
            self._changes.append(Change(self.iteration, PENALTIES[name].title, old, strength))
            self._take_strengths()

    def record_pace(self, old: float | None, new: float | None) -> None:
        """Note in the history that the user changed the pace (iterations per second; None is unlimited)."""
        if old != new:
            shown = [f"{pace:g}/s" if pace is not None else "unlimited" for pace in (old, new)]
            self._changes.append(Change(self.iteration, "pace", *shown))

    def revive(self, units: Sequence[int]) -> None:
        """Give hidden units the weights of a start: as `AutoEncoder.random` makes them.

        The random numbers are a function of seed and iteration. Raises ValueError for a unit that does not exist.
        """
        chosen = sorted(set(units))
        if not chosen:
            return
        if not 0 <= chosen[0] <= chosen[-1] < self.model.n_hidden:
            raise ValueError(f"Units to revive must lie from 0 to {self.model.n_hidden - 1}, not {chosen}.")
        fresh = start_units(self.model.n_inputs, len(chosen), self.config, self.iteration)
        self.model.W[:, chosen], self.model.B[chosen], self.model.V[chosen] = fresh.W, fresh.B, fresh.V
        if self._average is not None:
            self._average.replace_units(self.model, chosen)
        self._engine.forget_units(chosen)
        self._changes.append(Change(self.iteration, "units revived", f"{len(chosen):,} dead", "start weights"))

    def extend(self, iterations: int) -> None:
        """Add a schedule segment of ``iterations``: a warm restart (Loshchilov & Hutter 2017).

        A run that diverged goes on from its last good parameters; its count of iterations goes on as well. So does the
        mean of the weights: at a constant rate it is that of a run which was that long from the start.
        """
        check_setting("iterations", iterations)
        end = self.iteration + iterations
        self._changes.append(Change(self.iteration, "end of the run", f"{self.end:,}", f"{end:,}"))
        self._segment_start, self.end = self.iteration, end
        if self.divergence is not None:
            self.divergence = None
            self._guard.reset_high()

    def request_model(self) -> None:
        """Ask that the next ``Progress`` carry a copy of the model, and of the averaged weights where there are any."""
        self._model_requested = True

    def run(self) -> Iterator[Progress]:
        """Train to the end, yielding after every ``chunk`` iterations; ends early when the run diverges."""
        while self.iteration < self.end and self.divergence is None:
            yield self.advance(self.chunk)

    def advance(self, iterations: int) -> Progress:
        """Train at most ``iterations`` more, not beyond the end, and return what they brought.

        Fewer are done where the run diverges, ``monitor`` says that it is to stop, or code of the user's does not do
        what it should, which the next call raises.

        Raises
        ------
        CodeNotAllowedError
            When the settings have code of the user's that is not to run.
        CodeFault
            When that code did not return what it should, with a sentence; the iteration has changed nothing.
        """
        started = time.perf_counter()
        count = 0 if self.divergence else max(0, min(iterations, self.end - self.iteration))
        if count and self.config.own_backward not in ("", self.allows_code):
            raise CodeNotAllowedError
        errors, sparsities = np.empty(count, np.float32), np.empty(count, np.float32)
        done = 0
        while done < count and self.divergence is None:
            piece = min(count - done, self._until_next_cut())
            trained = self._train(errors[done : done + piece], sparsities[done : done + piece])
            done += trained
            if trained < piece:
                break
        if self.iteration >= self.end or self.divergence is not None:
            self.close()
        self.seconds += time.perf_counter() - started
        return self._progress(errors[:done], sparsities[:done])

    def close(self) -> None:
        """End the threads that prepare examples and share the work, and the process of the user's code."""
        self._stream.close()
        self._engine.close()

    def _until_next_cut(self) -> int:
        """Return how many iterations may be trained in one piece.

        Pieces end with the blocks of the stream, and where the average takes weights, so that all that happens between
        them is a function of the iteration alone and not of how the run was cut into chunks.
        """
        lengths = (self._stream.iterations,) if self._average is None else (self._stream.iterations, averaging.EVERY)
        return min(length - self.iteration % length for length in lengths)

    def _train(self, errors: NDArray[np.float32], sparsities: NDArray[np.float32]) -> int:
        """Fill both arrays with iterations of one block; return how many count.

        Fewer than all do only where the run diverged, or is to stop.
        """
        blocks = max(_KEEP_BLOCKS, _KEEP_ITERATIONS // self._stream.iterations)
        if self.iteration % (blocks * self._stream.iterations) == 0:
            self._keep_if_good()
        count = len(errors)
        rates = (self._factors(count) * self.config.learning_rate).astype(np.float32)
        # Last, for it sets the stream's thread to work, which needs the interpreter lock that the loop sets free.
        clean, noisy = examples(self._stream, self.iteration, count)
        count = self._engine.run(clean, noisy, rates, errors, sparsities, self.monitor)
        bad = self._guard.first_bad(errors[:count])
        if bad is not None:
            index, reason = bad
            count = index + 1
            self._diverged(self.iteration + count, reason)
        self.iteration += count
        if self._average is not None and self.divergence is None and self.iteration % averaging.EVERY == 0:
            self._average.take(self.model)
        return count

    def _keep_if_good(self) -> None:
        """Remember the parameters, unless they are already on their way out of bounds."""
        if self.model.is_finite() and not self._guard.in_danger:
            self._good = (self.iteration, self.model.copy())

    def _diverged(self, iteration: int, reason: str) -> None:
        good_iteration, good = self._good
        cause = advice(self.config.gradient, self.config.learning_rate, bool(self.config.own_backward))
        self.divergence = Divergence(iteration, reason, cause, good_iteration)
        self.model = good.copy()
        self._take_strengths()
        if self._average is not None:
            self._average = RunningAverage(self.model)  # the mean may hold weights that were on their way out of bounds
        self._engine.close()
        self._engine = make_engine(self.model, self.config)
        self._stream.take_along = self._engine.take_along

    def _take_strengths(self) -> None:
        """Give the models the strengths of penalties that are in force."""
        for model in (self.model, self.average):
            if model is not None:
                model.architecture = self.config.architecture

    def _factors(self, count: int) -> NDArray[np.float64]:
        """Return the schedule's factors (count,) of the next iterations."""
        start = self._segment_start
        return schedules.factors(self.config.schedule, self.iteration - start, count, self.end - start)

    def _progress(self, errors: NDArray[np.float32], sparsities: NDArray[np.float32]) -> Progress:
        rate = float(self._factors(1)[0] * self.config.learning_rate)
        changes, self._changes = tuple(self._changes), []
        model, average = (self.model.copy(), self.average) if self._model_requested else (None, None)
        self._model_requested = False
        return Progress(
            self.iteration,
            self.end,
            errors,
            sparsities,
            self.seconds,
            rate,
            changes,
            self.divergence,
            model,
            None if average is None else average.copy(),
        )


def train(trainer: Trainer) -> Iterator[Progress]:
    """Run a trainer to its end and close it, also when the caller stops asking."""
    try:
        yield from trainer.run()
    finally:
        trainer.close()
