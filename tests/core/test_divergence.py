"""Divergence: noticed at the right iteration, said in words, and the last good parameters kept."""

import numpy as np
import pytest

from dae_core.training.config import TrainingConfig
from dae_core.training.divergence import Divergence, DivergenceGuard, advice
from dae_core.training.progress import Progress
from dae_core.training.trainer import Trainer, train
from helpers.datasets import small_dataset

CONFIG = TrainingConfig(hidden_units=12, learning_rate=0.01, iterations=4000, seed=5)


def feed(errors, chunk=None):
    """Return the guard's verdict on a run's errors, given in chunks, as (index, reason) or None."""
    guard = DivergenceGuard()
    errors = np.asarray(errors, np.float32)
    chunk = chunk or len(errors)
    for start in range(0, len(errors), chunk):
        bad = guard.first_bad(errors[start : start + chunk])
        if bad is not None:
            return start + bad[0], bad[1]
    return None


chunks = pytest.mark.parametrize("chunk", [None, 1, 3, 25, 26])
NORMAL = [100.0] * 60


@chunks
@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("at", [0, 3, 24, 25, 59])
def test_the_first_non_finite_error_counts(chunk, value, at):
    errors = [*NORMAL[:at], value, *NORMAL]
    assert feed(errors, chunk) == (at, "the error is no longer a finite number")


@chunks
def test_fifty_times_the_start_for_25_iterations_counts(chunk):
    assert feed([*NORMAL, *[5001.0] * 24, *NORMAL], chunk) is None
    index, reason = feed([*NORMAL, *[5001.0] * 25, *NORMAL], chunk)
    assert (index, reason) == (60 + 24, "the error stayed above 50 times its starting value")
    assert feed([*NORMAL, *[5000.0] * 200], chunk) is None


@chunks
def test_one_low_error_between_starts_the_count_again(chunk):
    assert feed([*NORMAL, *[5001.0] * 24, 4999.0, *[5001.0] * 24, 100.0], chunk) is None
    assert feed([*NORMAL, *[5001.0] * 24, 4999.0, *[5001.0] * 25], chunk)[0] == 60 + 49


@chunks
def test_the_starting_error_is_the_mean_of_the_first_25(chunk):
    start = [200.0] * 5 + [50.0] * 20  # 80 on average: the limit is 4,000
    assert feed([*start, *[3999.0] * 40], chunk) is None
    assert feed([*start, *[4001.0] * 40], chunk)[0] == 49


def test_the_state_can_be_carried_over():
    guard = DivergenceGuard()
    guard.first_bad(np.array([*NORMAL, *[6000.0] * 20]))
    assert guard.in_danger
    state = guard.state()
    other = DivergenceGuard.restored(state)
    assert guard.first_bad(np.full(10, 6000.0))[0] == 4
    assert other.first_bad(np.full(10, 6000.0))[0] == 4
    assert other.limit == guard.limit == 5000
    assert len(state[0]) == 25


def test_calm_forgets_high_errors_but_not_the_start():
    guard = DivergenceGuard()
    guard.first_bad(np.array([*NORMAL, *[6000.0] * 20]))
    guard.reset_high()
    assert not guard.in_danger
    assert guard.limit == 5000
    assert guard.first_bad(np.full(24, 6000.0)) is None


@pytest.mark.parametrize("chunk", [1, 256])
def test_after_divergence_at_the_start_the_starting_error_is_measured_anew(chunk):
    guard = DivergenceGuard()
    errors = np.array([100.0, 1e20, np.inf, *[np.nan] * 60])
    for start in range(0, 3 if chunk == 1 else 1, chunk):
        guard.first_bad(errors[start : start + chunk])
    guard.reset_high()
    assert guard.first_bad(np.array(NORMAL)) is None
    assert guard.limit == 5000


def test_message_names_iteration_cause_and_what_was_kept():
    text = Divergence(12_345, "the error is no longer a finite number", "Do this.", 12_288).message
    assert text == (
        "Training diverged at iteration 12,345: the error is no longer a finite number. Do this. "
        "The weights of iteration 12,288 were kept."
    )
    assert "ReLU" in advice("published", 0.0005)
    assert "exact gradient" in advice("published", 0.0005)
    assert "learning rate" in advice("exact", 0.25)
    assert "0.25" in advice("exact", 0.25)


def run(config, chunk=256):
    each = Trainer(small_dataset(), config)
    each.chunk = chunk
    return each, Progress.merged(list(train(each)))


def test_a_huge_rate_is_caught():
    each, progress = run(CONFIG.replace(learning_rate=100.0))
    divergence = each.divergence

    assert progress.divergence is divergence
    assert divergence.iteration == each.iteration == progress.iteration == len(progress.errors) < 60
    assert not np.isfinite(progress.errors[-1])
    assert np.isfinite(progress.errors[:-1]).all()
    assert divergence.good_iteration == 0
    assert each.model.is_finite()
    assert "diverged at iteration" in divergence.message
    assert "learning rate that is too large (it is 100)" in divergence.message
    assert not progress.finished
    assert len(each.advance(10).errors) == 0


@pytest.mark.parametrize("chunk", [1, 7, 1000])
def test_the_chunk_makes_no_difference(chunk):
    first, first_progress = run(CONFIG.replace(learning_rate=100.0))
    second, second_progress = run(CONFIG.replace(learning_rate=100.0), chunk)
    assert first.divergence == second.divergence
    np.testing.assert_array_equal(first_progress.errors, second_progress.errors)
    np.testing.assert_array_equal(first.model.W, second.model.W)


def test_the_last_good_parameters_are_those_of_the_iteration_that_is_named():
    plain = Trainer(small_dataset(), CONFIG)
    plain.advance(2048)
    each = Trainer(small_dataset(), CONFIG)
    each.advance(2500)
    each.set_learning_rate(500.0)
    progress = each.advance(1000)
    each.close()
    plain.close()

    assert progress.divergence.good_iteration == 2048
    assert 2500 < progress.divergence.iteration < 2600
    for name, parameter in each.model.parameters.items():
        np.testing.assert_array_equal(parameter, plain.model.parameters[name])


def test_parameters_on_their_way_out_of_bounds_are_not_kept():
    each = Trainer(small_dataset(), CONFIG)
    each.advance(1000)
    each.model.C[:] = 1e3  # errors far above the limit, but finite, when the snapshot of iteration 1,024 is due
    each.set_learning_rate(1e-7)
    progress = each.advance(100)
    each.close()
    assert progress.divergence.iteration == 1025
    assert progress.divergence.reason == "the error stayed above 50 times its starting value"
    assert progress.divergence.good_iteration == 0
    assert each.model.C.max() < 10


def test_a_mended_run_goes_on_and_counts_on():
    each, progress = run(CONFIG.replace(learning_rate=100.0))
    stopped = each.iteration
    each.set_learning_rate(0.01)
    each.extend(2000)
    after = Progress.merged(list(train(each)))
    assert each.divergence is None
    assert after.divergence is None
    assert (after.iteration, len(after.errors), after.finished) == (stopped + 2000, 2000, True)
    assert [change.name for change in after.changes] == ["learning rate", "end of the run"]
    assert after.errors[-100:].mean() < progress.errors[0]


def test_a_mended_run_is_still_watched():
    each, _ = run(CONFIG.replace(learning_rate=100.0))
    each.set_learning_rate(0.01)
    each.extend(2000)
    each.advance(500)
    each.model.C[:] = 1e3
    each.set_learning_rate(1e-7)
    divergence = each.advance(100).divergence
    each.close()
    assert divergence.reason == "the error stayed above 50 times its starting value"


def test_a_diverged_run_resumes_as_diverged():
    each, _ = run(CONFIG.replace(learning_rate=100.0))
    resumed = Trainer.resume(small_dataset(), each.checkpoint())
    assert resumed.divergence == each.divergence
    assert list(train(resumed)) == []
    resumed.set_learning_rate(0.01)
    resumed.extend(100)
    assert Progress.merged(list(train(resumed))).divergence is None


def test_resumed_between_snapshots_it_falls_back_to_the_same_parameters():
    def diverge(cut):
        each = Trainer(small_dataset(), CONFIG)
        each.advance(1500)
        if cut:
            each.close()
            each = Trainer.resume(small_dataset(), each.checkpoint())
        each.set_learning_rate(500.0)
        each.advance(500)
        each.close()
        return each

    whole, cut = diverge(False), diverge(True)
    assert whole.divergence == cut.divergence
    assert cut.divergence.good_iteration == 1024
    np.testing.assert_array_equal(whole.model.W, cut.model.W)


def test_the_published_gradient_is_named_as_the_cause():
    each, _ = run(CONFIG.replace(gradient="published", learning_rate=0.5))
    assert each.divergence is not None
    assert "published solution's gradient leaves out the derivative of the ReLU" in each.divergence.message
    assert f"iteration {each.divergence.iteration:,}" in each.divergence.message
    assert each.model.is_finite()
