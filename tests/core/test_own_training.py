"""Training with the user's own backward: only where it is allowed, the same bits however it is cut, what stops it."""

import contextlib
import dataclasses
import threading

import numpy as np
import pytest

from dae_core.evaluation.noise_mismatch import train_series
from dae_core.exporting.errors import ExportError
from dae_core.exporting.recipe import recipe_of
from dae_core.jobs import Monitor
from dae_core.sandbox import CodeFault
from dae_core.sessions.branching import branched
from dae_core.sessions.run import Label
from dae_core.sessions.run_comparison import differences
from dae_core.sessions.session_file import load_session, save_session
from dae_core.sweeps.one_run import run_one
from dae_core.training import own_engine
from dae_core.training.config import TrainingConfig
from dae_core.training.history import History
from dae_core.training.progress import Progress
from dae_core.training.settings import SETTINGS
from dae_core.training.snapshots import Snapshot
from dae_core.training.timing import seconds_per_iteration
from dae_core.training.trainer import CodeNotAllowedError, Trainer
from helpers.datasets import small_dataset
from helpers.own_code import COUNTING, EXACT, PUBLISHED, RANDOM, WRONG_PRODUCT
from helpers.processes import sandboxes
from helpers.sessions import advance, run_of, session_of

CONFIG = TrainingConfig(hidden_units=12, learning_rate=0.01, schedule="linear", iterations=300, seed=5)


@contextlib.contextmanager
def training(config, checkpoint=None, allows_code=None):
    trainer = Trainer(
        small_dataset(), config, checkpoint, allows_code=config.own_backward if allows_code is None else allows_code
    )
    with contextlib.closing(trainer):
        yield trainer


def trained(config, chunks=(512,)):
    with training(config) as trainer:
        parts = []
        while trainer.iteration < trainer.end and trainer.divergence is None:
            parts.append(trainer.advance(chunks[len(parts) % len(chunks)]))
        return Progress.merged(parts), trainer.checkpoint()


def bits(model):
    return b"".join(array.tobytes() for array in model.parameters.values())


@pytest.mark.parametrize(("source", "gradient"), [(EXACT, "exact"), (PUBLISHED, "published")])
def test_the_programs_gradients_written_by_a_user_train_as_the_programs_own(source, gradient):
    (own, end), (built_in, other) = (
        trained(config) for config in (CONFIG.replace(own_backward=source), CONFIG.replace(gradient=gradient))
    )
    np.testing.assert_allclose(own.errors, built_in.errors, rtol=1e-4)
    np.testing.assert_array_equal(own.sparsities, built_in.sparsities)
    for one, two in zip(end.model.parameters.values(), other.model.parameters.values(), strict=True):
        np.testing.assert_allclose(one, two, atol=1e-5)
    assert sandboxes() == []


@pytest.mark.parametrize("source", [EXACT, RANDOM, COUNTING])
def test_a_run_is_the_same_bits_however_it_is_cut_and_resumed(source, tmp_path):
    config = CONFIG.replace(own_backward=source)
    whole, end = trained(config)
    pieces, cut_end = trained(config, (1, 7, 100))
    np.testing.assert_array_equal(whole.errors, pieces.errors)
    assert bits(end.model) == bits(cut_end.model)

    history = History()
    with training(config) as trainer:
        history.append(trainer.advance(123))
        save_session(tmp_path / "run.dae", session_of(trainer, history, "digits"))
    run = load_session(tmp_path / "run.dae").run
    assert run.config.own_backward == source
    with contextlib.closing(run.trainer(small_dataset(), source)) as trainer:
        rest = Progress.merged(list(trainer.run()))
        assert bits(trainer.model) == bits(end.model)
    np.testing.assert_array_equal(np.concatenate([history.error.values(), rest.errors]), whole.errors)


def test_nothing_is_left_from_one_call_to_the_next():
    assert bits(trained(CONFIG.replace(own_backward=COUNTING))[1].model) == bits(
        trained(CONFIG.replace(own_backward=EXACT))[1].model
    )


@pytest.mark.parametrize("allowed", ["", PUBLISHED])
def test_code_that_nobody_asked_for_does_not_run(allowed):
    config = CONFIG.replace(own_backward=EXACT)
    with training(config, allows_code=allowed) as trainer:
        assert trainer.advance(0).iteration == 0
        with pytest.raises(CodeNotAllowedError, match="code runs only when you ask for it"):
            trainer.advance(1)
        assert sandboxes() == []
        trainer.allows_code = EXACT
        assert len(trainer.advance(3).errors) == 3


def test_revived_units_and_another_rate_reach_the_code():
    config = CONFIG.replace(own_backward=EXACT)
    ends = []
    for chunks in ((50,), (20, 30)):
        with training(config) as trainer:
            for chunk in chunks:
                trainer.advance(chunk)
            before = trainer.model.copy()
            trainer.revive([3, 4])
            trainer.set_learning_rate(0.02)
            trainer.advance(50)
            assert not np.array_equal(before.W[:, 3], trainer.model.W[:, 3])
            ends.append(bits(trainer.model))
    assert ends[0] == ends[1]


@pytest.mark.parametrize(
    ("source", "sentence"),
    [
        (WRONG_PRODUCT, "Line 6: `z` has 12 numbers, `dC` has 64 numbers: the product does not fit."),
        (EXACT.replace("dB, np", "dB + 1j, np"), "`backward` returned complex numbers, where real ones are needed."),
        (
            EXACT.replace(", dC\n", "\n"),
            "`backward` returned 3 values; it must return four: dE/dW, dE/dB, dE/dV, dE/dC.",
        ),
        (EXACT.replace("(x, dB)", "(dB, x)"), "`backward` returned dE/dW of the wrong shape: 12 x 64, not 64 x 12."),
        (
            EXACT.replace("dC = y", "V[0] = 1\n    dC = y"),
            "Line 5: `V` is only lent to your code",
        ),
        ("def forward(x):\n    return x\n", "There is no function `backward`: it begins with `def backward(`."),
    ],
)
def test_what_is_wrong_is_told_and_changes_nothing(source, sentence):
    with training(CONFIG.replace(own_backward=source)) as trainer:
        start = bits(trainer.model)
        with pytest.raises(CodeFault) as caught:
            trainer.advance(10)
        assert str(caught.value).startswith(sentence)
        assert (trainer.iteration, bits(trainer.model)) == (0, start)
        assert sandboxes() == []


def test_the_iterations_before_a_fault_count():
    # The error of one of the first 300 examples is the largest, and there the code gives up.
    errors = trained(CONFIG)[0].errors
    at = int(np.argmax(errors))
    limit = float(np.sort(errors)[-2:].mean())
    source = EXACT.replace("    dz =", f"    if dC @ dC > {limit}:\n        raise ValueError('enough')\n    dz =")
    with training(CONFIG.replace(own_backward=source)) as trainer:
        with pytest.raises(CodeFault, match="Line 7: enough"):
            list(trainer.run())
        assert trainer.iteration == at
        with training(CONFIG.replace(own_backward=EXACT)) as other:
            other.advance(at)
            assert bits(other.model) == bits(trainer.model)


def test_a_diverged_run_goes_back_and_points_at_the_code():
    config = CONFIG.replace(own_backward=EXACT.replace("return np.outer(x, dB)", "return -np.outer(x, dB)"))
    with training(config.replace(learning_rate=0.5, schedule="constant")) as trainer:
        list(trainer.run())
        assert trainer.divergence is not None
        assert "a backward of your own: check that first" in trainer.divergence.message
        assert trainer.model.is_finite()
        assert sandboxes() == []


def test_iterations_that_are_slow_together_are_done_one_by_one(monkeypatch):
    monkeypatch.setattr(own_engine, "_SECONDS", 1.5)
    monkeypatch.setattr(own_engine, "_PIECE_SECONDS", 1000.0)  # so that pieces grow whatever they take
    slow = EXACT.replace("dC = y - x0", "sum(range(400_000))\n    dC = y - x0")
    with training(CONFIG.replace(own_backward=slow)) as trainer:
        trainer.advance(300)
        assert trainer.iteration == 300
        with training(CONFIG.replace(own_backward=EXACT)) as other:
            other.advance(300)
            assert bits(other.model) == bits(trainer.model)


def test_a_branch_trains_on_with_the_code_and_the_same_bits():
    config, history = CONFIG.replace(own_backward=EXACT), History()
    with training(config) as trainer:
        advance(trainer, history, 100)
        snapshot = Snapshot(100, trainer.model.copy())
        advance(trainer, history, 200)
        run, end = run_of(trainer, history, "digits", snapshots=(snapshot,)), bits(trainer.model)
    new = branched(run, 100, Label.new("Branch"))
    assert new.config == config
    with contextlib.closing(new.trainer(small_dataset(), EXACT)) as trainer:
        advance(trainer, History(), 200)
        assert bits(trainer.model) == end


def test_a_run_can_be_left_in_an_endless_call():
    stop = threading.Event()
    source = EXACT.replace("dC = y - x0", "dC = y - x0\n    while True:\n        pass")
    with training(CONFIG.replace(own_backward=source)) as trainer:
        trainer.monitor = Monitor(stop.is_set)
        timer = threading.Timer(0.5, stop.set)
        timer.start()
        assert len(trainer.advance(5).errors) == 0
        timer.join()
        assert sandboxes() == []


def test_an_interrupted_run_keeps_its_process_and_its_bits():
    config = CONFIG.replace(own_backward=EXACT)
    _, end = trained(config)
    stop = threading.Event()
    with training(config) as trainer:
        trainer.advance(1)  # the process is there
        trainer.monitor = Monitor(stop.is_set)
        while trainer.iteration < trainer.end:
            timer = threading.Timer(0.05, stop.set)
            timer.start()
            trainer.advance(200)
            timer.join()
            stop.clear()
        assert bits(trainer.model) == bits(end.model)


def test_nothing_else_runs_it():
    config = CONFIG.replace(own_backward=EXACT, iterations=5)
    with pytest.raises(CodeNotAllowedError):
        run_one(small_dataset(), 0, config)
    with pytest.raises(CodeNotAllowedError):
        seconds_per_iteration(small_dataset(), config)
    with pytest.raises(CodeNotAllowedError):
        train_series(small_dataset(), config, [0.5, 1.0], 10)
    assert sandboxes() == []


def test_it_is_named_where_settings_are_and_exported_as_no_script():
    config, history = CONFIG.replace(own_backward=EXACT), History()
    with training(config) as trainer:
        history.append(trainer.advance(20))
        run = session_of(trainer, history, "digits").run
    plain = dataclasses.replace(run, checkpoint=dataclasses.replace(run.checkpoint, config=CONFIG))
    (found,) = differences([plain, run])
    assert (found.name, found.values) == ("backward", ("built-in", SETTINGS["own_backward"].text(EXACT)))
    assert found.values[1].startswith("own code ")
    assert SETTINGS["own_backward"].text(PUBLISHED) != found.values[1]
    with pytest.raises(ExportError, match="a backward of its own, which the script lacks"):
        recipe_of(run)
