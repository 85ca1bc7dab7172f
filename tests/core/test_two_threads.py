"""Two threads that share every iteration: the same bits as one, whatever comes between them."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from dae_core.model import kernels
from dae_core.model.autoencoder import AutoEncoder
from dae_core.model.kernels import PARTS, Meeting, sgd_steps
from dae_core.training import single_steps
from dae_core.training.config import TrainingConfig
from dae_core.training.crew import Job
from dae_core.training.single_steps import Choice, Pair, SingleSampleSGD
from dae_core.training.trainer import Trainer
from helpers.datasets import small_dataset

N = 60


def examples(d: int, dtype: type[np.floating], n: int = N) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(1)
    clean = rng.standard_normal((n, d)).astype(dtype)
    return clean, (clean + rng.standard_normal((n, d))).astype(dtype), np.linspace(0.001, 0.0001, n).astype(dtype)


def model(d: int, h: int, dtype: type[np.floating] = np.float32, gradient: str = "exact") -> AutoEncoder:
    made = AutoEncoder.random(d, h, np.random.default_rng(2), dtype=dtype, gradient=gradient)  # type: ignore[arg-type]
    made.B -= dtype(0.45)  # so that some units are silent
    return made


def arrays(made: AutoEncoder) -> tuple[np.ndarray, ...]:
    return made.W.T, made.B, made.V, made.C


def bits(made: AutoEncoder, *found: np.ndarray) -> tuple[bytes, ...]:
    return *(p.tobytes() for p in made.parameters.values()), *(f.tobytes() for f in found)


def alone(made: AutoEncoder, n: int = N) -> tuple[bytes, ...]:
    given = [array[:n] for array in examples(made.n_inputs, made.B.dtype.type)]
    found = np.empty((2, n), made.B.dtype)
    sgd_steps(*given, *arrays(made), made.gradient == "published", *found)
    return bits(made, *found)


def together(made: AutoEncoder, meeting: Meeting) -> tuple[int, np.ndarray]:
    """Return how many iterations were done, and what was recorded."""
    WT, B, V, C = arrays(made)
    found, own_C, done = np.zeros((2, N), B.dtype), [C, C.copy()], [-1, -2]

    def train(part: int) -> None:
        given = examples(made.n_inputs, B.dtype.type)
        published = made.gradient == "published"
        done[part] = sgd_steps(*given, WT, B, V, own_C[part], published, *found, part, meeting)

    threads = [threading.Thread(target=train, args=(part,)) for part in range(PARTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert done[0] == done[1]
    np.testing.assert_array_equal(*own_C)
    return done[0], found


@pytest.mark.parametrize("gradient", ["exact", "published"])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize(("d", "h"), [(784, 225), (64, 30), (9, 7), (16, 3), (5, 1)])
def test_two_threads_give_the_bits_of_one(d: int, h: int, dtype: type[np.floating], gradient: str) -> None:
    expected = alone(model(d, h, dtype, gradient))
    for _ in range(5):
        made, n = model(d, h, dtype, gradient), 0
        while n < N:  # on a busy machine they may end early
            done, found = together(made, Meeting(d, dtype))
            assert done >= 1
            if done < N:
                made = model(d, h, dtype, gradient)
            n = done
        assert bits(made, *found) == expected


def test_a_part_needs_a_meeting() -> None:
    made = model(9, 7)
    with pytest.raises(ValueError, match="meeting"):
        sgd_steps(*examples(9, np.float32), *arrays(made), False, *np.zeros((2, N), np.float32), part=0)  # type: ignore[call-arg]


@pytest.mark.parametrize("last", [1, 2, 17, N - 1, N])
def test_both_end_after_the_iteration_that_one_asks_for(last: int) -> None:
    made, meeting = model(64, 30), Meeting(64, np.float32)
    meeting.signals[PARTS * kernels._LINE] = last  # private: as a thread does that has waited long
    done, found = together(made, meeting)
    assert done == last
    assert bits(made, *found[:, :last]) == alone(model(64, 30), last)


@pytest.mark.parametrize(("d", "h"), [(784, 64), (9, 7), (16, 3)])
def test_many_pairs_on_few_cores_give_the_same_bits(d: int, h: int) -> None:
    """Threads lose their cores in the midst of iterations here, so that some pairs end early and one thread goes on.

    And each thread takes memory from elsewhere: small arrays lie nearer to each other or farther.
    """
    given = examples(d, np.float32, 600)
    found = np.empty((2, 600), np.float32)
    made = model(d, h)
    sgd_steps(*given, *arrays(made), False, *found)
    expected = bits(made, *found)

    def train(_: int) -> tuple[bytes, ...]:
        pair, made, found = Pair(), model(d, h), np.empty((2, 600), np.float32)
        pair._choice.is_shared = True  # private: else the first pieces are done by one thread
        for start in range(0, 600, 60):
            piece = slice(start, start + 60)
            clean, noisy, rates = (array[piece] for array in given)
            pair.run((clean, noisy, rates), arrays(made), False, (found[0, piece], found[1, piece]))  # type: ignore[arg-type]
        pair.close()
        return bits(made, *found)

    with ThreadPoolExecutor(6) as pool:
        assert set(pool.map(train, range(24))) == {expected}


def test_jobs_are_done_with_the_next_piece_that_is_shared(monkeypatch: pytest.MonkeyPatch) -> None:
    pair, made, done = Pair(), model(64, 30), list[int]()
    clean, noisy, rates = examples(64, np.float32)
    found = np.empty(N, np.float32), np.empty(N, np.float32)
    assert not pair.take_along(Job(lambda: done.append(0)))  # one thread alone, at first
    monkeypatch.setattr(pair._choice, "is_shared", True)
    monkeypatch.setattr(pair._choice, "note", lambda _seconds: None)
    for number in (1, 2, 3):
        assert pair.take_along(Job(lambda number=number: done.append(number)))  # type: ignore[misc]
    pair.run((clean, noisy, rates), arrays(made), False, found)  # type: ignore[arg-type]
    assert sorted(done) == [1, 2]
    pair.run((clean, noisy, rates), arrays(made), False, found)  # type: ignore[arg-type]
    assert sorted(done) == [1, 2]  # one would have to wait for the other
    pair.close()


def test_a_run_has_the_same_bits_on_one_core_and_on_two(monkeypatch: pytest.MonkeyPatch) -> None:
    config = TrainingConfig(hidden_units=330, iterations=15_000)
    results = []
    for cores in (1, 2):
        monkeypatch.setattr(single_steps, "threads", lambda cores=cores: cores)
        monkeypatch.setattr(single_steps, "usable_cores", lambda cores=cores: cores)
        monkeypatch.setattr(single_steps, "spare_cores", lambda: 0)
        trainer = Trainer(small_dataset(), config)
        assert (trainer._engine._pair is not None) == (cores == 2)  # type: ignore[attr-defined]
        errors = np.concatenate([progress.errors for progress in trainer.run()])
        results.append(bits(trainer.model, errors))
        trainer.close()
    assert results[0] == results[1]


@pytest.mark.parametrize(
    ("threads", "cores", "spare", "is_shared"), [(2, 2, 0, True), (2, 2, 1, False), (2, 3, 1, True), (1, 4, 0, False)]
)
def test_a_window_has_a_core_of_its_own(
    monkeypatch: pytest.MonkeyPatch, threads: int, cores: int, spare: int, is_shared: bool
) -> None:
    monkeypatch.setattr(single_steps, "threads", lambda: threads)
    monkeypatch.setattr(single_steps, "usable_cores", lambda: cores)
    monkeypatch.setattr(single_steps, "spare_cores", lambda: spare)
    assert (SingleSampleSGD(model(784, 64))._pair is not None) == is_shared
    assert SingleSampleSGD(model(64, 64))._pair is None  # too small


class Clock:
    """Tells a choice what its pieces take."""

    def __init__(self, alone: float, shared: float) -> None:
        self.choice, self.alone, self.shared = Choice(), alone, shared
        self.pieces: list[bool] = []

    def run(self, pieces: int) -> list[bool]:
        """Return which of the next pieces were shared."""
        now = []
        for _ in range(pieces):
            now.append(self.choice.is_shared)
            self.choice.note(self.shared if self.choice.is_shared else self.alone)
        return now


def test_what_is_faster_is_shared_nearly_always() -> None:
    shared = Clock(20.0, 13.0).run(5_000)
    assert not any(shared[:4])
    assert sum(shared) > 0.95 * len(shared)
    assert not all(shared[4:])  # one thread is tried again


def test_what_is_slower_is_tried_ever_more_rarely() -> None:
    shared = Clock(20.0, 19.0).run(20_000)
    tries = [i for i in range(1, len(shared)) if shared[i] and not shared[i - 1]]
    assert sum(shared) == 16 * len(tries)
    gaps = np.diff(tries)
    assert gaps[0] < 300
    assert (np.diff(gaps) > 0).all()
    assert sum(shared) < 0.01 * len(shared)


def test_a_machine_that_becomes_busy_and_quiet_again_is_noticed() -> None:
    clock = Clock(20.0, 13.0)
    assert all(clock.run(200)[150:])
    clock.alone, clock.shared = 30.0, 200.0
    assert sum(clock.run(1_000)) < 100
    clock.alone, clock.shared = 20.0, 13.0
    assert sum(clock.run(3_000)) > 1_500
