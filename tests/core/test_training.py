"""The trainer: the same bits however a run is watched, cut, stopped and resumed; changes; threads."""

import random
import threading
from contextlib import closing

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from threadpoolctl import threadpool_limits

from dae_core.datasets import Dataset
from dae_core.evaluation.held_out import HeldOut
from dae_core.jobs import Monitor
from dae_core.model.autoencoder import AutoEncoder
from dae_core.model.corruption import Gaussian, Masking, SaltAndPepper
from dae_core.training.config import TrainingConfig
from dae_core.training.examples import ExampleStream, start_generator
from dae_core.training.progress import Change, Progress
from dae_core.training.settings import ConfigError
from dae_core.training.trainer import CHUNK, Trainer, train
from helpers.datasets import small_dataset

CONFIG = TrainingConfig(hidden_units=12, learning_rate=0.01, schedule="linear", iterations=1500, seed=5)


@pytest.fixture
def trainer():
    """Make trainers on the small data set that are closed at the end."""
    made = []

    def make(config=CONFIG, checkpoint=None):
        made.append(Trainer(small_dataset(), config, checkpoint))
        return made[-1]

    yield make
    for each in made:
        each.close()


def bits(model):
    return b"".join(array.tobytes() for array in model.parameters.values())


def finish(each):
    return Progress.merged(list(each.run()))


def assert_same_run(first, second, first_progress, second_progress):
    np.testing.assert_array_equal(first_progress.errors, second_progress.errors)
    np.testing.assert_array_equal(first_progress.sparsities, second_progress.sparsities)
    assert bits(first.model) == bits(second.model)
    assert first.iteration == second.iteration


def test_training_is_autoencoder_on_the_streams_examples(trainer):
    """The whole path written out: start weights, examples, noise, rates, updates, and a second segment."""
    config = CONFIG.replace(corruption=Masking(0.3), iterations=600)
    dataset = small_dataset()
    model = AutoEncoder.random(64, 12, start_generator(config.seed))
    corruption = config.corruption.with_range(dataset.black, dataset.white)
    stream = ExampleStream(dataset, corruption, config.seed)
    errors, sparsities = [], []
    rates = [0.01 * (1 - i / 600) for i in range(600)] + [0.01 * (1 - i / 150) for i in range(150)]
    for i, rate in enumerate(rates):
        block = stream.block(i // 256)
        x0 = block.clean[i % 256]
        x = np.where(block.draws[i % 256] < np.float32(0.3), np.float32(dataset.black), x0)
        z, y = model.forward(x)
        errors.append(((y - x0) ** 2).sum())
        sparsities.append((z > 0).mean())
        model.update(model.backward(x, x0), rate)
    stream.close()

    each = trainer(config)
    first = finish(each)
    each.extend(150)
    progress = Progress.merged([first, finish(each)])

    np.testing.assert_allclose(progress.errors, errors, rtol=1e-4)
    np.testing.assert_allclose(progress.sparsities, sparsities, atol=1e-6)
    assert np.abs(each.model.W - model.W).max() < 1e-4 * np.abs(model.W).max()


def test_it_learns(trainer):
    each = trainer(CONFIG.replace(iterations=4000, learning_rate=0.02, hidden_units=40))
    held_out = HeldOut(small_dataset(), each.config.corruption)
    before = held_out.evaluate(each.model).mse
    finish(each)
    assert held_out.evaluate(each.model).mse < 0.6 * before


@pytest.mark.parametrize("corruption", [Gaussian(1.0), Masking(0.3), SaltAndPepper(0.2)], ids=str)
@pytest.mark.parametrize("gradient", ["exact", "published"])
def test_same_seed_same_bits(trainer, corruption, gradient):
    config = CONFIG.replace(corruption=corruption, gradient=gradient, iterations=700)
    first, second, other = trainer(config), trainer(config), trainer(config.replace(seed=6))
    first_progress = finish(first)
    assert_same_run(first, second, first_progress, finish(second))
    assert not np.array_equal(first_progress.errors, finish(other).errors)


@pytest.fixture(scope="module")
def whole_run():
    each = Trainer(small_dataset(), CONFIG)
    each.chunk = 10_000
    (progress,) = train(each)
    return each, progress


@pytest.mark.parametrize("chunk", [1, 7, 256, 1000])
def test_the_chunk_makes_no_difference_to_the_bits(trainer, whole_run, chunk):
    each = trainer()
    each.chunk = chunk
    parts = list(each.run())
    assert [len(part.errors) for part in parts[:-1]] == [chunk] * (len(parts) - 1)
    assert [part.iteration for part in parts] == np.cumsum([len(part.errors) for part in parts]).tolist()
    assert_same_run(each, whole_run[0], Progress.merged(parts), whole_run[1])


@settings(max_examples=25, deadline=None)
@given(chunks=st.lists(st.sampled_from([0, 1, 2, 7, 100, 255, 256, 257, 600]), min_size=1, max_size=8))
def test_mixed_chunks_make_no_difference_to_the_bits(whole_run, chunks):
    each = Trainer(small_dataset(), CONFIG)
    parts = [each.advance(chunk) for chunk in chunks]
    parts.extend(train(each))
    assert_same_run(each, whole_run[0], Progress.merged(parts), whole_run[1])


@pytest.mark.parametrize("at", [0, 1, 100, 255, 256, 257, 1023, 1024, 1025, 1400, 1500])
def test_checkpoint_and_resume_are_exact(trainer, whole_run, at):
    first = trainer()
    before = first.advance(at)
    checkpoint = first.checkpoint()
    kept = bits(checkpoint.model)
    first.advance(300)  # going on must not reach into the checkpoint
    assert bits(checkpoint.model) == kept

    second = Trainer.resume(small_dataset(), checkpoint)
    parts = [before, *train(second)]

    assert_same_run(second, whole_run[0], Progress.merged(parts), whole_run[1])
    assert bits(checkpoint.model) == kept


@settings(max_examples=10, deadline=None)
@given(stops=st.lists(st.integers(1, 400), min_size=1, max_size=5))
def test_many_resumes_are_exact(whole_run, stops):
    each = Trainer(small_dataset(), CONFIG)
    parts = []
    for stop in stops:
        parts.append(each.advance(stop))
        each.close()
        each = Trainer.resume(small_dataset(), each.checkpoint())
    parts.extend(train(each))
    assert_same_run(each, whole_run[0], Progress.merged(parts), whole_run[1])


def test_resume_keeps_changed_settings_and_extensions(trainer):
    def steer(each, cut):
        parts = [each.advance(300)]
        each.set_learning_rate(0.003)
        each.set_noise_level(0.5)
        parts.append(each.advance(200))
        each.extend(700)
        if cut:
            each.close()
            each = Trainer.resume(small_dataset(), each.checkpoint())
        parts.append(each.advance(100))
        if cut:
            each.close()
            each = Trainer.resume(small_dataset(), each.checkpoint())
        parts.extend(train(each))
        return each, Progress.merged(parts)

    (whole, whole_progress), (cut, cut_progress) = steer(trainer(), False), steer(trainer(), True)

    assert_same_run(whole, cut, whole_progress, cut_progress)
    assert whole_progress.changes == cut_progress.changes
    assert len(cut_progress.changes) == 3
    assert cut.config == whole.config


def test_seconds_add_up_over_a_resume(trainer):
    first = trainer()
    first.advance(300)
    checkpoint = first.checkpoint()
    assert checkpoint.seconds > 0
    second = trainer(CONFIG, checkpoint)
    assert second.seconds == checkpoint.seconds
    assert second.advance(300).seconds > checkpoint.seconds


def test_a_checkpoint_for_other_images_is_refused(trainer):
    checkpoint = trainer().checkpoint()
    with pytest.raises(ValueError, match="64 inputs, but the images of 'blobs' have 100 pixels"):
        Trainer.resume(small_dataset(size=10), checkpoint)


def test_a_changed_rate_takes_effect_with_the_next_chunk_and_is_recorded(trainer):
    config = CONFIG.replace(schedule="constant", iterations=1000)
    changed, plain = trainer(config), trainer(config)
    first = changed.advance(100)
    changed.set_learning_rate(0.002)
    second = changed.advance(100)
    np.testing.assert_array_equal(first.errors, plain.advance(100).errors)
    expected = plain.advance(100)

    assert first.changes == ()
    assert second.changes == (Change(100, "learning rate", 0.01, 0.002),)
    assert str(second.changes[0]) == "learning rate: 0.01 → 0.002"
    assert second.learning_rate == changed.learning_rate == 0.002
    assert changed.config.learning_rate == 0.002
    assert second.errors[0] == expected.errors[0]  # the first error precedes the first update at the new rate
    assert not np.array_equal(second.errors, expected.errors)
    assert changed.advance(100).changes == ()


def test_a_run_begun_at_the_new_rate_is_the_same_from_there_on(trainer):
    config = CONFIG.replace(schedule="constant")
    changed = trainer(config)
    changed.advance(100)
    checkpoint = changed.checkpoint()
    changed.set_learning_rate(0.002)
    started = trainer(config.replace(learning_rate=0.002), checkpoint)
    np.testing.assert_array_equal(changed.advance(300).errors, started.advance(300).errors)


def test_a_changed_noise_level_takes_effect_with_the_next_chunk_and_is_recorded(trainer):
    changed, plain = trainer(), trainer()
    np.testing.assert_array_equal(changed.advance(100).errors, plain.advance(100).errors)
    changed.set_noise_level(0.0)
    quiet, noisy = changed.advance(1), plain.advance(1)

    assert quiet.changes == (Change(100, "noise level", 1.0, 0.0),)
    assert changed.config.corruption == Gaussian(0.0)
    assert quiet.errors[0] != noisy.errors[0]
    # The very error of the clean example, by the weights before that iteration.
    other = trainer()
    other.advance(100)
    # Private, as below: the very examples of an iteration, which a trainer does not tell.
    x0 = other._stream.block(0).clean[100]
    assert quiet.errors[0] == pytest.approx(((other.model.reconstruct(x0) - x0) ** 2).sum(), rel=1e-5)


def test_masked_pixels_stay_black_at_a_changed_level(trainer):
    each = trainer(CONFIG.replace(corruption=Masking(0.1)))
    each.advance(10)
    each.set_noise_level(1.0)
    assert each.advance(5).changes[0].new == 1.0
    black = np.full(64, small_dataset().black, np.float32)
    np.testing.assert_allclose(each._stream.block(0).noisy[10:15], np.tile(black, (5, 1)), rtol=1e-6)


def test_unchanged_values_are_not_recorded(trainer):
    each = trainer()
    each.set_learning_rate(0.01)
    each.set_noise_level(1.0)
    each.record_pace(None, None)
    each.record_pace(30, 30)
    assert each.advance(1).changes == ()


def test_pace_is_recorded_in_words(trainer):
    each = trainer()
    each.record_pace(None, 30)
    each.record_pace(30, None)
    assert [str(change) for change in each.advance(1).changes] == ["pace: unlimited → 30/s", "pace: 30/s → unlimited"]


@pytest.mark.parametrize("rate", [0, -1, 1e9, float("nan"), float("inf")])
def test_bad_rates_are_refused_and_change_nothing(trainer, rate):
    each = trainer()
    with pytest.raises(ConfigError, match="learning rate is"):
        each.set_learning_rate(rate)
    assert each.learning_rate == 0.01
    assert each.advance(1).changes == ()


@pytest.mark.parametrize("level", [-1, 11, float("nan"), float("inf")])
def test_bad_noise_levels_are_refused_and_change_nothing(trainer, level):
    each = trainer()
    with pytest.raises(ValueError, match="sigma of gaussian noise"):
        each.set_noise_level(level)
    assert each.config.corruption == Gaussian(1.0)
    assert each.advance(1).changes == ()


def test_progress_tells_the_rate_of_the_schedule(trainer):
    each = trainer()
    assert each.advance(0).learning_rate == pytest.approx(0.01)
    assert each.advance(750).learning_rate == pytest.approx(0.005)
    assert each.advance(750).learning_rate == 0.0


def test_extend_adds_a_leg_whose_schedule_starts_again(trainer):
    each = trainer(CONFIG.replace(iterations=300))
    assert finish(each).finished
    assert list(each.run()) == []
    each.extend(200)
    progress = each.advance(100)
    assert (each.end, progress.iteration, progress.finished) == (500, 400, False)
    assert progress.changes == (Change(300, "end of the run", "300", "500"),)
    assert progress.learning_rate == pytest.approx(0.005)
    last = finish(each)
    assert (last.iteration, last.finished, last.learning_rate) == (500, True, 0.0)
    with pytest.raises(ConfigError, match="iterations is 0"):
        each.extend(0)


def test_extending_in_mid_run_counts_from_there(trainer):
    each = trainer()
    each.advance(100)
    each.extend(50)
    assert each.end == 150
    assert each.advance(0).learning_rate == pytest.approx(0.01)
    assert finish(each).iteration == 150


def test_a_constant_run_extended_equals_a_longer_run(trainer):
    config = CONFIG.replace(schedule="constant", iterations=500)
    long, short = trainer(config.replace(iterations=900)), trainer(config)
    whole = finish(long)
    first = finish(short)
    short.extend(400)
    assert_same_run(long, short, whole, Progress.merged([first, finish(short)]))


def test_progress_arrays_belong_to_the_receiver(trainer, whole_run):
    each = trainer()
    each.request_model()
    parts = []
    for part in each.run():
        for array in (part.errors, part.sparsities):
            assert array.dtype == np.float32
            assert not any(np.shares_memory(array, other.errors) for other in parts)
            assert not np.shares_memory(array, each._stream.block(0).noisy)
        parts.append(part)
    assert_same_run(each, whole_run[0], Progress.merged(parts), whole_run[1])
    assert all((part.errors > 0).all() for part in parts)
    scribbled = each.checkpoint().model
    parts[0].model.W[:] = 7
    parts[0].errors[:] = 7
    assert bits(scribbled) == bits(each.model)


def test_models_come_on_request_only_and_are_copies(trainer):
    each = trainer()
    assert each.advance(10).model is None
    each.request_model()
    progress = each.advance(10)
    assert bits(progress.model) == bits(each.model)
    assert not any(np.shares_memory(a, each.model.parameters[name]) for name, a in progress.model.parameters.items())
    kept = bits(progress.model)
    assert each.advance(10).model is None
    assert bits(progress.model) == kept != bits(each.model)


def test_merged_keeps_all_points_and_the_newest_of_all_else(trainer):
    each = trainer()
    parts = [each.advance(10)]
    each.request_model()
    each.set_learning_rate(0.02)
    parts.append(each.advance(20))
    each.set_noise_level(0.3)
    parts.append(each.advance(30))
    merged = Progress.merged(parts)

    np.testing.assert_array_equal(merged.errors, np.concatenate([part.errors for part in parts]))
    np.testing.assert_array_equal(merged.sparsities, np.concatenate([part.sparsities for part in parts]))
    assert [change.name for change in merged.changes] == ["learning rate", "noise level"]
    assert (merged.iteration, merged.end, merged.seconds) == (60, 1500, parts[-1].seconds)
    assert merged.learning_rate == parts[-1].learning_rate
    assert merged.model is parts[1].model
    assert not any(np.shares_memory(merged.errors, part.errors) for part in parts)
    assert not np.shares_memory(Progress.merged(parts[:1]).errors, parts[0].errors)


def test_progress_is_frozen(trainer):
    with pytest.raises(AttributeError):
        trainer().advance(1).iteration = 3


def test_default_chunk_and_end(trainer):
    parts = list(trainer(CONFIG.replace(iterations=CHUNK + 1)).run())
    assert [len(part.errors) for part in parts] == [CHUNK, 1]
    assert [part.finished for part in parts] == [False, True]


def test_nothing_is_trained_beyond_the_end(trainer):
    each = trainer(CONFIG.replace(iterations=10))
    assert len(each.advance(100).errors) == 10
    kept = bits(each.model)
    assert len(each.advance(100).errors) == len(each.advance(-5).errors) == 0
    assert bits(each.model) == kept


def test_sparsity_is_the_fraction_of_active_units(trainer):
    sparsities = finish(trainer()).sparsities
    assert np.allclose(np.round(sparsities * 12), sparsities * 12, atol=1e-5)
    assert 0 < sparsities.min() < sparsities.max() <= 1


def examples_threads():
    return {thread for thread in threading.enumerate() if thread.name.startswith("examples")}


def test_a_generator_that_is_stopped_early_closes_its_thread():
    before = examples_threads()
    each = Trainer(small_dataset(), CONFIG)
    run = train(each)
    next(run)
    assert len(examples_threads() - before) == 1
    run.close()
    assert examples_threads() == before
    assert each.iteration == CHUNK  # stopped, not run to the end


def test_a_loop_left_by_an_exception_closes_its_thread():
    before = examples_threads()
    each = Trainer(small_dataset(), CONFIG)

    def watch():
        for _ in train(each):
            raise KeyError("enough")

    with pytest.raises(KeyError):
        watch()
    assert examples_threads() == before


def test_a_run_to_the_end_closes_its_thread_and_can_go_on(whole_run):
    before = examples_threads()
    each = Trainer(small_dataset(), CONFIG)
    list(train(each))
    assert examples_threads() == before
    each.extend(10)
    assert [part.iteration for part in train(each)] == [1510]
    assert examples_threads() == before
    assert whole_run[0].end == 1500


def test_two_trainers_side_by_side_do_not_disturb_each_other(whole_run):
    trainers = [Trainer(small_dataset(), CONFIG) for _ in range(2)]
    parts = [[], []]
    for pair in zip(*(train(each) for each in trainers), strict=True):
        for i, part in enumerate(pair):
            parts[i].append(part)
    for each, own in zip(trainers, parts, strict=True):
        assert_same_run(each, whole_run[0], Progress.merged(own), whole_run[1])


def test_two_threads_give_the_same_bits(whole_run):
    trainers = [Trainer(small_dataset(), CONFIG) for _ in range(3)]
    threads = [threading.Thread(target=lambda each=each: list(train(each))) for each in trainers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {bits(each.model) for each in trainers} == {bits(whole_run[0].model)}


def test_a_data_set_with_few_images_trains():
    image = np.zeros((1, 4, 4), np.uint8)
    image[0, 1] = 200
    each = Trainer(Dataset("one", image, None, image, None), CONFIG.replace(iterations=300))
    assert np.isfinite(Progress.merged(list(train(each))).errors).all()


BATCHES = [
    TrainingConfig(hidden_units=10, batch_size=16, optimizer="sgd", iterations=60, learning_rate=0.01),
    TrainingConfig(hidden_units=10, batch_size=7, optimizer="momentum", iterations=80, learning_rate=0.001),
    TrainingConfig(hidden_units=10, batch_size=300, optimizer="adam", iterations=12, decoder_start="transposed"),
    TrainingConfig(hidden_units=10, batch_size=1, optimizer="adam", iterations=600),
]


def test_mini_batches_give_the_same_bits_with_any_number_of_threads_of_blas():
    """At a size at which products of as many threads as there are cores differ in their last bits."""
    config = TrainingConfig(hidden_units=225, batch_size=128, optimizer="adam", iterations=8)

    def trained(threads):
        with threadpool_limits(threads, "blas"), closing(Trainer(small_dataset(size=28), config)) as trainer:
            trainer.advance(8)
        return bits(trainer.model)

    assert trained(1) == trained(2) == trained(4)


@pytest.mark.parametrize("config", BATCHES)
def test_mini_batches_do_not_depend_on_chunks_or_checkpoints(config):
    dataset = small_dataset()
    whole = Trainer(dataset, config)
    errors = np.concatenate([p.errors for p in train(whole)])
    assert len(errors) == config.iterations
    pieces, parts = Trainer(dataset, config), []
    for count in (1, 3, 2, 5):
        parts.append(pieces.advance(count).errors)
        checkpoint = pieces.checkpoint()
        pieces.close()
        pieces = Trainer.resume(dataset, checkpoint)
    parts += [p.errors for p in train(pieces)]
    np.testing.assert_array_equal(np.concatenate(parts), errors)
    for name, array in whole.model.parameters.items():
        np.testing.assert_array_equal(pieces.model.parameters[name], array)


@pytest.mark.parametrize("config", [*BATCHES, TrainingConfig(iterations=6000, hidden_units=9)])
def test_iterations_that_are_left_in_their_midst_make_no_difference_to_the_bits(config):
    dataset, rng = small_dataset(), random.Random(0)  # noqa: S311
    whole = Trainer(dataset, config)
    errors = np.concatenate([p.errors for p in train(whole)])
    left = Trainer(dataset, config)
    left.monitor = Monitor(lambda: rng.random() < 0.2)
    parts = [progress.errors for progress in train(left)]
    assert len(parts) > config.iterations / left.chunk, "none was left"
    np.testing.assert_array_equal(np.concatenate(parts), errors)
    assert bits(left.model) == bits(whole.model)
    left_state, whole_state = left.checkpoint(), whole.checkpoint()
    assert (left_state.guard, left_state.good[0]) == (whole_state.guard, whole_state.good[0])


def test_a_batch_is_the_mean_of_its_digits_gradients():
    dataset = small_dataset()
    config = BATCHES[0].replace(iterations=1)
    trainer = Trainer(dataset, config)
    start = trainer.model.copy()
    stream = ExampleStream(dataset, config.corruption.with_range(dataset.black, dataset.white), config.seed, 16)
    block = stream.block(0)
    clean, noisy = block.clean[:16], block.noisy[:16]
    progress = trainer.advance(1)
    trainer.close()
    stream.close()
    error = ((start.forward(noisy).y - clean) ** 2).sum(axis=1).mean()
    assert progress.errors[0] == pytest.approx(error, rel=1e-5)
    start.update(start.backward(noisy, clean), 0.01)
    for name, array in start.parameters.items():
        np.testing.assert_allclose(trainer.model.parameters[name], array, rtol=1e-4, atol=1e-7)


def test_the_decoder_may_start_at_the_encoders_transpose():
    model = Trainer(small_dataset(), TrainingConfig(hidden_units=10, decoder_start="transposed")).model
    np.testing.assert_array_equal(model.V, np.float32(0.2) * model.W.T)


def test_a_mini_batch_run_that_diverges_keeps_its_last_good_weights():
    dataset = small_dataset()
    config = TrainingConfig(hidden_units=10, batch_size=8, learning_rate=100.0, iterations=500)
    trainer = Trainer(dataset, config)
    for _ in train(trainer):
        pass
    assert trainer.divergence is not None
    assert trainer.model.is_finite()


def test_a_penaltys_strength_changes_on_the_way_and_is_recorded(trainer):
    each = trainer(CONFIG.replace(optimizer="adam", learning_rate=0.001))
    each.advance(300)
    before = each.checkpoint().engine
    each.set_strength("l1", 0.25)
    each.set_strength("l1", 0.25)
    assert each.config.l1 == each.model.architecture.l1 == 0.25
    after = each.checkpoint()
    assert before.keys() == after.engine.keys()
    assert all(np.array_equal(before[name], after.engine[name]) for name in before)
    assert list(after.changes) == [Change(300, "L1 on z", 0.0, 0.25)]
    assert Trainer.resume(small_dataset(), after).model.architecture == each.config.architecture
    with pytest.raises(ConfigError, match="choose sigmoid units"):
        each.set_strength("kl_weight", 0.1)
    with pytest.raises(ConfigError, match="between 0"):
        each.set_strength("contractive", -1.0)
    assert each.config.kl_weight == each.config.contractive == 0.0
