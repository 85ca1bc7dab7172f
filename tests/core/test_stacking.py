"""Stacks: greedy training, the data of the next layer, what is kept, projections, and fine-tuning."""

import dataclasses
import itertools

import numpy as np
import pytest
from sklearn.neural_network import MLPClassifier

from dae_core.datasets import DataError, open_dataset
from dae_core.datasets.code_set import code_folder
from dae_core.datasets.dataset import UNIT_SCALE, Scale
from dae_core.jobs import Cancelled, Monitor
from dae_core.model.autoencoder import AutoEncoder
from dae_core.model.corruption import Masking
from dae_core.representation.stacking import stack_file
from dae_core.representation.stacking.code_data import code_data, code_shape
from dae_core.representation.stacking.experiment import (
    DENOISING,
    KINDS,
    PLAIN,
    Plan,
    compare,
    mean_with_interval,
    pre_train,
    subset,
)
from dae_core.representation.stacking.fine_tuning import (
    FineTuning,
    LabelsMissingError,
    fine_tune,
    network_weights,
    unit_factors,
)
from dae_core.representation.stacking.stack import Layer, Levels, Stack, StackError
from dae_core.representation.stacking.stack_file import PixelSource, SavedStack, save_next_data, stack_below
from dae_core.training.config import TrainingConfig
from dae_core.training.progress import Checkpoint
from dae_core.training.trainer import Trainer, train
from helpers.datasets import make_dataset, small_dataset

FUNCTIONS = {
    "relu": lambda a: np.maximum(a, 0),
    "leaky-relu": lambda a: np.where(a > 0, a, 0.01 * a),
    "sigmoid": lambda a: 1 / (1 + np.exp(-a)),
    "tanh": np.tanh,
    "linear": lambda a: a,
}
SMALL = TrainingConfig(hidden_units=6, corruption=Masking(0.25), batch_size=10, optimizer="adam", learning_rate=0.01)


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv("DAE_STUDIO_DATA", str(tmp_path))
    return tmp_path


def random_stack(sizes=(72, 12, 8, 5), activation="relu", dtype=np.float64, seed=0):
    """A stack of random weights of some size, with levels and scales as they might be."""
    rng = np.random.default_rng(seed)
    config = TrainingConfig(activation=activation)
    layers = []
    for d, h in itertools.pairwise(sizes):
        arrays = (rng.normal(0, 0.3, shape).astype(dtype) for shape in ((d, h), (h,), (h, d), (d,)))
        model = AutoEncoder(*arrays, architecture=config.architecture)
        scale = Scale(float(rng.uniform(20, 60)), float(rng.uniform(20, 60)))
        layers.append(Layer(model, config, scale, Levels(-1.0 if activation != "relu" else 0.0, 4.0)))
    return Stack(tuple(layers))


def trained_stack(layers=2, dataset=None):
    return pre_train(dataset or make_dataset(), Plan((6,) * layers, SMALL, epochs=3), Masking(0.25))


class TestGreedy:
    def test_layers_equal_those_made_by_hand(self):
        dataset = make_dataset()
        stack = trained_stack(3, dataset)
        iterations = round(3 * len(dataset.train_images) / 10)
        levels, rows, white = dataset.train_images.reshape(90, -1), None, 0.0
        for layer in stack.layers:
            config = SMALL.replace(iterations=iterations)
            images = levels.astype(np.uint8).reshape(90, 1, -1)
            by_hand = dataclasses.replace(
                dataset, train_images=images, test_images=images[:1], test_labels=dataset.test_labels[:1]
            )
            trainer = Trainer(by_hand, config)
            for _ in train(trainer):
                pass
            np.testing.assert_array_equal(layer.model.W, trainer.model.W)
            np.testing.assert_array_equal(layer.model.V, trainer.model.V)
            if rows is None:
                rows = (levels.astype(np.float32) - by_hand.mean) / by_hand.std
            else:  # the layers above read what was not rounded, which is what the stack encodes
                rows = ((rows * 255 / white) - by_hand.mean) / by_hand.std
            rows = np.maximum(rows.astype(np.float32) @ trainer.model.W + trainer.model.B, 0)
            white = rows.max()
            levels = np.rint(rows * (255 / white))
        np.testing.assert_allclose(stack.encode(dataset.standardize(dataset.train_images)), rows, rtol=2e-4, atol=2e-4)

    def test_the_same_seed_gives_the_same_bits(self):
        one, same = trained_stack(), trained_stack()
        for first, second in zip(one.layers, same.layers, strict=True):
            np.testing.assert_array_equal(first.model.W, second.model.W)

    def test_a_fourth_layer_and_layers_that_do_not_fit_are_refused(self):
        with pytest.raises(StackError, match="one to 3 layers"):
            Stack(random_stack().layers + random_stack((5, 4)).layers)
        with pytest.raises(StackError, match="cannot stand"):
            Stack(random_stack((7, 5)).layers + random_stack((6, 4)).layers)
        with pytest.raises(StackError, match="3 layers already"):
            code_data(random_stack(), make_dataset())
        with pytest.raises(StackError, match="at least one layer"):
            pre_train(make_dataset(), Plan((), SMALL), Masking(0.25))

    def test_it_can_be_cancelled(self):
        with pytest.raises(Cancelled):
            pre_train(make_dataset(), Plan((6, 6), SMALL), Masking(0.25), monitor=Monitor(lambda: True))


class TestCodeData:
    def test_an_image_is_the_code_of_an_image_within_half_a_level(self):
        dataset, stack = make_dataset(), trained_stack(1)
        data = code_data(stack, dataset)
        code = stack.encode(dataset.standardize(dataset.train_images))
        found = data.dataset.train_images.reshape(90, 6)
        width = (data.levels.white - data.levels.black) / 255
        np.testing.assert_allclose(found * width + data.levels.black, code, atol=width / 2 + 1e-6)
        assert data.levels == Levels(0.0, pytest.approx(code.max()))
        np.testing.assert_array_equal(data.dataset.train_labels, dataset.train_labels)
        assert data.dataset.noun == "codes"
        lost = found * width + data.levels.black - code
        assert data.loss == pytest.approx(np.square(lost).mean() / code.var(), rel=1e-3)
        assert 0 < data.loss < 1e-3

    @pytest.mark.parametrize(("activation", "levels"), [("sigmoid", (0, 1)), ("tanh", (-1, 1))])
    def test_bounded_units_take_the_whole_of_their_range(self, activation, levels):
        stack = random_stack((72, 6), activation, np.float32)
        assert code_data(stack, make_dataset()).levels == levels

    def test_cross_entropy_reads_the_very_values_of_sigmoid_units(self):
        """On pixels from 0 to 1, grey level 255 z is z again: no gain, no offset."""
        below = random_stack((72, 6), "sigmoid", np.float32).top
        above = dataclasses.replace(random_stack((6, 4), "sigmoid", np.float32).top, scale=UNIT_SCALE)
        (join,) = Stack((dataclasses.replace(below, levels=Levels(0.0, 1.0)), above)).joins
        assert join == pytest.approx((1.0, 0.0))

    def test_vincents_layers_read_one_anothers_codes_as_they_are(self):
        """Sigmoid, tied, cross-entropy, masking: trained one on the other, with nothing between."""
        vincent = SMALL.replace(activation="sigmoid", loss="cross-entropy", tied=True)
        stack = pre_train(make_dataset(), Plan((6, 5), vincent, epochs=2), Masking(0.25))
        assert stack.joins[0] == pytest.approx((1.0, 0.0))
        rows = make_dataset().test_images[:4].reshape(4, -1).astype(np.float32) / 255
        below, above = (layer.model for layer in stack.layers)
        np.testing.assert_allclose(stack.encode(rows), above.code(below.code(rows)), rtol=1e-5)
        np.testing.assert_allclose(stack.reconstruct(rows), below.decode(above.decode(stack.encode(rows))), rtol=1e-5)

    def test_units_that_are_always_silent_and_odd_numbers_of_units_are_refused(self):
        silent = random_stack((72, 6), dtype=np.float32)
        silent.top.model.B[:] = -1e6
        with pytest.raises(StackError, match="same value on all images"):
            code_data(silent, make_dataset())
        assert code_shape(225) == (15, 15)
        assert code_shape(500) == (20, 25)
        assert code_shape(7) == (1, 7)
        with pytest.raises(StackError, match="more divisors"):
            code_shape(1031)
        with pytest.raises(StackError, match="reads 72 pixels"):
            code_data(random_stack((72, 6), dtype=np.float32), small_dataset())


class TestWholeStack:
    @pytest.mark.parametrize("activation", sorted(FUNCTIONS))
    def test_it_encodes_and_decodes_as_written_out_in_full(self, activation):
        stack = random_stack(activation=activation)
        x = np.random.default_rng(1).normal(size=(4, 72))
        z = x
        for k, layer in enumerate(stack.layers):
            if k:
                greys = 255 * (z - stack.layers[k - 1].levels.black) / np.ptp(stack.layers[k - 1].levels)
                z = (greys - layer.scale.mean) / layer.scale.std
            z = FUNCTIONS[activation](z @ layer.model.W + layer.model.B)
        np.testing.assert_allclose(stack.encode(x), z)
        y = z @ stack.top.model.V + stack.top.model.C
        for layer, above in zip(stack.layers[-2::-1], stack.layers[:0:-1], strict=True):
            black, white = layer.levels
            code = (y * above.scale.std + above.scale.mean) / 255 * (white - black) + black
            y = np.clip(code, black, white) @ layer.model.V + layer.model.C
        np.testing.assert_allclose(stack.reconstruct(x), y)

    def test_filters_are_the_derivative_of_the_decoding_by_a_unit(self):
        """An independent formulation: a small change of the top's code, within the range of all codes below."""
        layers = random_stack().layers
        changes = {"levels": Levels(-1e3, 1e3), "scale": Scale(128.0, 1.0)}
        wide = Stack(tuple(dataclasses.replace(layer, **changes) for layer in layers))
        code = np.full((1, 5), 0.5)
        found = [(wide.decode(code + step) - wide.decode(code - step))[0] / 2e-3 for step in 1e-3 * np.eye(5)]
        np.testing.assert_allclose(wide.filters(), found, rtol=1e-6, atol=1e-9)

    def test_a_filter_of_one_layer_is_a_row_of_V(self):
        stack = random_stack((72, 6))
        np.testing.assert_array_equal(stack.filters(), stack.top.model.V)


class TestKept:
    def saved(self):
        dataset, stack = open_dataset("rotated:digits"), None
        small = subset(dataset, 60, 20, 0)
        stack = pre_train(small, Plan((8,), SMALL, epochs=2), Masking(0.25))
        return small, SavedStack(stack, PixelSource.of(small, "rotated:digits"))

    def test_a_run_on_codes_finds_the_layers_below_again(self):
        pixels, saved = self.saved()
        data = code_data(saved.stack, pixels)
        source = save_next_data(saved, data)
        assert source == save_next_data(saved, data)  # the same stack is kept once
        assert open_dataset(source).fingerprint() == data.dataset.fingerprint()
        below = stack_below(source)
        assert below.pixels == saved.pixels
        (layer,), (before,) = below.stack.layers, saved.stack.layers
        assert (layer.config, layer.scale, layer.levels) == (before.config, before.scale, data.levels)
        for name, array in before.model.parameters.items():
            np.testing.assert_array_equal(getattr(layer.model, name), array)
        assert stack_below("digits") is None

    def test_the_second_layer_is_resumed_bit_for_bit_on_the_reopened_codes(self):
        pixels, saved = self.saved()
        source = save_next_data(saved, code_data(saved.stack, pixels))
        config = SMALL.replace(iterations=40)
        whole = Trainer(open_dataset(source), config)
        for _ in train(whole):
            pass
        half = Trainer(open_dataset(source), config)
        half.advance(17)
        checkpoint: Checkpoint = half.checkpoint()
        half.close()
        again = Trainer.resume(open_dataset(source), checkpoint)
        for _ in train(again):
            pass
        for name, array in whole.model.parameters.items():
            np.testing.assert_array_equal(getattr(again.model, name), array)

    @pytest.mark.parametrize("tied", [False, True])
    def test_weights_of_all_layers_come_back(self, tied):
        stack = random_stack(dtype=np.float32)
        if tied:
            config = TrainingConfig(tied=True, activation="sigmoid", loss="cross-entropy")
            models = [dataclasses.replace(layer.model, architecture=config.architecture) for layer in stack.layers]
            layers = zip(stack.layers, models, strict=True)
            stack = Stack(tuple(dataclasses.replace(layer, model=m, config=config) for layer, m in layers))
        pixels = PixelSource("mnist", "MNIST", "0" * 64)
        found = stack_file.from_bytes(stack_file.to_bytes(SavedStack(stack, pixels)))
        x = np.random.default_rng(0).normal(size=(3, 72)).astype(np.float32)
        np.testing.assert_array_equal(found.stack.reconstruct(x), stack.reconstruct(x))
        assert found.pixels == pixels

    def test_damage_and_what_is_missing_are_said_in_a_sentence(self):
        pixels, saved = self.saved()
        source = save_next_data(saved, code_data(saved.stack, pixels))
        path = code_folder(source.removeprefix("code:")) / stack_file.FILE
        content = path.read_bytes()
        for damaged in (content[:-9], b"x" * 40, content.replace(b'"version":"1"', b'"version":"9"')):
            assert damaged != content
            path.write_bytes(damaged)
            with pytest.raises(StackError, match="is damaged"):
                stack_below(source)
        path.unlink()
        with pytest.raises(StackError, match=r"below\.safetensors"):
            stack_below(source)

    def test_pixels_that_have_gone_or_changed_are_told(self, tmp_path):
        dataset = make_dataset()
        with pytest.raises(StackError, match="no file"):
            PixelSource.of(dataset, "").open()
        with pytest.raises(StackError, match="cannot be opened"):
            PixelSource.of(dataset, str(tmp_path / "gone")).open()
        with pytest.raises(StackError, match="other images now"):
            PixelSource.of(dataset, "digits").open()


class TestFineTuning:
    @pytest.mark.parametrize("activation", ["relu", "sigmoid", "tanh", "linear"])
    def test_the_start_weights_give_the_stacks_own_codes(self, activation):
        stack = random_stack(activation=activation)
        x = np.random.default_rng(2).normal(size=(5, 72))
        z = x
        for W, B in zip(*network_weights(stack), strict=True):
            z = FUNCTIONS[activation](z @ W + B)
        np.testing.assert_allclose(z, stack.encode(x))

    @pytest.mark.parametrize("activation", ["relu", "linear"])
    def test_values_are_brought_to_a_mean_square_of_one_where_that_changes_nothing_else(self, activation):
        stack = random_stack(activation=activation)
        x = np.random.default_rng(2).normal(size=(50, 72))
        factors = unit_factors(stack, x)
        z = x
        for W, B in zip(*network_weights(stack, factors), strict=True):
            z = FUNCTIONS[activation](z @ W + B)
            assert np.square(z).mean() == pytest.approx(1.0)
        np.testing.assert_allclose(z, factors[-1] * stack.encode(x))
        assert unit_factors(random_stack(activation="tanh"), x) == (1.0, 1.0, 1.0)

    def test_the_classifier_starts_from_them_and_its_first_step_is_a_plain_one(self):
        """No epoch leaves the start; then one step of one batch against the gradient by finite differences."""
        dataset = make_dataset()
        stack = trained_stack(2, dataset)
        how = FineTuning(epochs=1, rate=0.01, batch=90)
        start = fine_tune(stack, dataset, dataclasses.replace(how, epochs=0)).classifier
        rows = dataset.standardize(dataset.train_images)
        hidden = rows
        for W, B in zip(start.coefs_[:-1], start.intercepts_[:-1], strict=True):
            hidden = np.maximum(hidden @ W + B, 0)
        code = stack.encode(rows)
        np.testing.assert_allclose(hidden, code / np.sqrt(np.square(code).mean()), rtol=1e-4, atol=1e-4)
        after = fine_tune(stack, dataset, how).classifier
        truth = np.eye(3)[dataset.train_labels]

        def loss(bias):
            a = hidden.astype(float) @ start.coefs_[-1] + bias
            return np.mean(np.log(np.exp(a).sum(1)) - (a * truth).sum(1))

        bias = start.intercepts_[-1].astype(float)
        gradient = [(loss(bias + e) - loss(bias - e)) / 2e-4 for e in 1e-4 * np.eye(3)]
        np.testing.assert_allclose(after.intercepts_[-1], bias - 0.01 * np.array(gradient), rtol=1e-4, atol=1e-6)

    def test_it_learns_and_the_same_arguments_give_the_same_bits(self):
        dataset = make_dataset()
        stack = trained_stack(2, dataset)
        how = FineTuning(epochs=12, rate=0.05, batch=10, masking=0.1)
        one, same, none = (fine_tune(stack, dataset, how, pre_trained=flag) for flag in (True, True, False))
        assert one.error < 0.1
        assert len(one.errors) == 12
        assert one.errors == same.errors
        for first, second, other in zip(
            one.classifier.coefs_, same.classifier.coefs_, none.classifier.coefs_, strict=True
        ):
            np.testing.assert_array_equal(first, second)
            assert first.shape == other.shape
            assert not np.array_equal(first, other)
        low, high = one.interval
        assert low <= one.error <= high

    def test_what_counts_is_the_mean_of_the_weights(self):
        """One epoch of one piece: the mean is the last weights; of three epochs the mean of the last two."""
        dataset = make_dataset()
        stack = trained_stack(1, dataset)
        kinds = [FineTuning(epochs=n, rate=0.01, batch=90) for n in (1, 2, 3)]
        one, two, three = (fine_tune(stack, dataset, how).classifier.intercepts_[-1] for how in kinds)
        last = 2 * two - one  # of two epochs, both count
        assert isinstance(fine_tune(stack, dataset, kinds[0]).classifier, MLPClassifier)
        again = fine_tune(stack, dataset, FineTuning(epochs=3, rate=0.01, batch=90)).classifier.intercepts_[-1]
        np.testing.assert_array_equal(three, again)
        assert not np.allclose(last, two)
        # Of three epochs the first does not count: the mean lies beyond that of all three.
        assert np.abs(three - one).sum() > np.abs(two - one).sum()

    def test_no_labels_no_such_units_and_other_images_are_refused(self):
        dataset, stack = make_dataset(), trained_stack(1)
        with pytest.raises(LabelsMissingError, match="no labels"):
            fine_tune(stack, make_dataset(labels=False), FineTuning())
        with pytest.raises(StackError, match="no leaky ReLU units"):
            fine_tune(random_stack((72, 5), "leaky-relu"), dataset, FineTuning())
        mixed = Stack((random_stack((72, 6)).top, random_stack((6, 4), "tanh").top))
        with pytest.raises(StackError, match="layers of one kind"):
            fine_tune(mixed, dataset, FineTuning())
        with pytest.raises(StackError, match="reads 9 pixels"):
            fine_tune(random_stack((9, 5)), dataset, FineTuning())

    def test_it_tells_how_far_it_is_and_can_be_cancelled(self):
        dataset, stack = make_dataset(), trained_stack(1)
        seen = []
        fine_tune(stack, dataset, FineTuning(epochs=2), Monitor(on_progress=seen.append))  # a batch of all 90
        assert [progress.text for progress in seen] == ["Epoch 1 of 2", "Epoch 2 of 2"]
        with pytest.raises(Cancelled):
            fine_tune(stack, dataset, FineTuning(), Monitor(lambda: len(seen) == 2))


class TestComparison:
    PLAN = Plan((6, 5), SMALL, 2, FineTuning(epochs=3, rate=0.05, batch=10))

    def test_all_kinds_see_the_same_and_differ_by_their_start(self):
        found = compare(make_dataset(), self.PLAN, seed=1)
        assert tuple(found) == KINDS
        by_hand = pre_train(make_dataset(), self.PLAN, Masking(0.25), seed=1)
        alone = fine_tune(by_hand, make_dataset(), dataclasses.replace(self.PLAN.fine, seed=1))
        np.testing.assert_array_equal(found[DENOISING].classifier.coefs_[0], alone.classifier.coefs_[0])
        plain = pre_train(make_dataset(), self.PLAN, Masking(0.0), seed=1)
        alone = fine_tune(plain, make_dataset(), dataclasses.replace(self.PLAN.fine, seed=1))
        np.testing.assert_array_equal(found[PLAIN].classifier.coefs_[0], alone.classifier.coefs_[0])

    def test_nothing_is_pre_trained_where_only_the_network_itself_is_asked_for(self):
        (found,) = compare(make_dataset(), self.PLAN, 1, kinds=("none",)).values()
        beside = compare(make_dataset(), self.PLAN, 1)["none"]
        np.testing.assert_array_equal(found.classifier.coefs_[0], beside.classifier.coefs_[0])

    def test_a_subset_is_drawn_by_the_seed_with_its_labels(self):
        dataset = make_dataset()
        few, same, other = subset(dataset, 20, 10, 0), subset(dataset, 20, 10, 0), subset(dataset, 20, 10, 1)
        assert few.fingerprint() == same.fingerprint() != other.fingerprint()
        for image, label in zip(few.train_images, few.train_labels, strict=True):
            assert label == (np.flatnonzero(image[:, 1])[0] - 1) / 2  # the bar's row
        assert len(few.test_images) == 10
        assert subset(dataset, 0, 1000, 0).fingerprint() == dataset.fingerprint()

    def test_the_interval_of_a_mean_is_students(self):
        mean, half = mean_with_interval([1.0, 2.0, 3.0])
        assert mean == pytest.approx(2.0)
        assert half == pytest.approx(4.302653 / np.sqrt(3))  # t for 2 degrees of freedom, from a table
        assert np.isnan(mean_with_interval([1.0])[1])


def test_codes_that_are_not_there_are_told():
    with pytest.raises(DataError, match="no codes"):
        open_dataset("code:layer-2-123")
    with pytest.raises(StackError):
        stack_below("code:layer-2-123")
