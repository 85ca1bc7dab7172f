"""Fine-tuning: a classifier that starts from the weights of a stack, beside the same one from random weights.

The network is scikit-learn's ``MLPClassifier``: the encoders of the stack, one upon the other, and a softmax layer over
the classes. It learns by gradient descent with momentum on the labels, and what counts is the mean of its weights over
the last two thirds of the epochs (Polyak & Juditsky 1992); no epoch is chosen by the held-out images.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from dae_core.datasets import Dataset
from dae_core.errors import UserError
from dae_core.jobs import UNWATCHED, Monitor
from dae_core.model.activations import ActivationName
from dae_core.model.blas import single_thread
from dae_core.representation.intervals import Interval, wilson
from dae_core.representation.stacking.stack import Join, Stack, StackError

if TYPE_CHECKING:
    from sklearn.neural_network import MLPClassifier

Floats = NDArray[np.floating[Any]]

# What scikit-learn calls the activations that it has.
_UNITS: dict[ActivationName, str] = {"relu": "relu", "sigmoid": "logistic", "tanh": "tanh", "linear": "identity"}
_MOMENTUM = 0.9
_NO_STEP = 1e-30  # times any gradient, it changes no weight in float32
_MEASURED = 1000  # images that the size of a code is taken from
_PIECE = 2000  # images between two looks at whether it is cancelled
_ORDER_STREAM = 7  # first word of the spawn key: nothing else draws these numbers


class LabelsMissingError(UserError):
    """There are no labels to train a classifier with."""

    def __init__(self, name: str) -> None:
        super().__init__(f"The images of '{name}' have no labels: a classifier cannot be trained on them.")


@dataclass(frozen=True)
class FineTuning:
    """How a classifier is trained.

    Parameters
    ----------
    epochs : int
        How often it sees every training image.
    rate : float
        The learning rate.
    batch : int
        Images a step.
    masking : float
        The fraction of pixels of every training image that are black, other ones in every epoch; 0 for none.
    seed : int
        Of the start weights, where they are random, of the order of the images, and of the masked pixels.
    """

    epochs: int = 12
    rate: float = 0.03
    batch: int = 100
    masking: float = 0.0
    seed: int = 0


@dataclass(frozen=True, eq=False)
class FineTuned:
    """A trained classifier.

    ``errors`` are the fractions of held-out images it mistakes after each epoch, ``wrong`` of how many images the last
    one, ``interval`` its 95 % confidence interval (Wilson 1927), which knows of the finite number of images only.
    """

    classifier: MLPClassifier
    errors: tuple[float, ...]
    wrong: int
    images: int

    @property
    def error(self) -> float:
        """The fraction of held-out images that the classifier mistakes at the end."""
        return self.wrong / self.images

    @property
    def interval(self) -> Interval:
        """The 95 % confidence interval of ``error``."""
        return wilson(self.wrong, self.images)


def network_weights(stack: Stack, factors: Sequence[float] = ()) -> tuple[list[Floats], list[Floats]]:
    """Return matrices and biases of a network whose hidden layers have the stack's codes as their values.

    The gain and the offset between two layers are taken into the weights of the upper one:
    (gain z + offset) W + B = z (gain W) + (B + offset Σ W). With ``factors`` c_k, one for each layer, the values are
    c_k z_k, for units with f(c a) = c f(a): then W_k becomes c_k W_k / c_k-1, and B_k becomes c_k B_k.
    """
    joins = (Join(1.0, 0.0), *stack.joins)
    matrices: list[Floats] = []
    biases: list[Floats] = []
    below = 1.0
    for join, layer, factor in zip(joins, stack.layers, factors or (1.0,) * len(joins), strict=True):
        model, kind = layer.model, layer.model.W.dtype.type
        matrices.append(model.W * kind(factor * join.gain / below))
        biases.append((model.B + kind(join.offset) * model.W.sum(axis=0)) * kind(factor))
        below = factor
    return matrices, biases


def unit_factors(stack: Stack, rows: Floats) -> tuple[float, ...]:
    """Return for each layer what brings the mean square of its code of some rows (n, d) to 1, as one rate suits it.

    Where units are not such that f(c a) = c f(a), the factors are 1: their values are bounded.
    """
    a = np.linspace(-3, 3, 7)
    factors = []
    for number, layer in enumerate(stack.layers, 1):
        function = layer.model.architecture.hidden.function
        code = Stack(stack.layers[:number]).encode(rows)
        scale = float(np.sqrt(np.square(code).mean(dtype=np.float64)))
        factors.append(1 / scale if scale and np.array_equal(function(2 * a), 2 * function(a)) else 1.0)
    return tuple(factors)


def units_of(stack: Stack) -> str:
    """Return what scikit-learn calls the stack's activation. Raises StackError where it does not have it."""
    names = {layer.model.architecture.activation for layer in stack.layers}
    kinds = sorted({layer.model.architecture.hidden.title for layer in stack.layers})
    if len(names) > 1:
        raise StackError(f"Fine-tuning needs layers of one kind; these have {' and '.join(kinds)} units.")
    if any(layer.model.architecture.k_sparse for layer in stack.layers):
        raise StackError("Fine-tuning has no k-sparse units: train the layers without.")
    (name,) = names
    if name not in _UNITS:
        known = ", ".join(sorted(_UNITS))
        raise StackError(f"scikit-learn's classifier has no {kinds[0]} units; it has {known}.")
    return _UNITS[name]


def fine_tune(
    stack: Stack, dataset: Dataset, how: FineTuning, monitor: Monitor = UNWATCHED, *, pre_trained: bool = True
) -> FineTuned:
    """Train a classifier of the stack's sizes and units, from its weights or from scikit-learn's random ones.

    Both kinds see the same images in the same order, and start with the same random weights of the softmax layer.
    The same arguments give the same bits.

    Parameters
    ----------
    dataset : Dataset
        Images and labels; read with the scale of the stack's first layer.

    Raises
    ------
    LabelsMissingError
        When the images have no labels.
    StackError
        When scikit-learn's classifier has no such units, or the images do not fit.
    Cancelled
        Where the monitor says so.
    """
    units = units_of(stack)
    if dataset.train_labels is None or dataset.test_labels is None:
        raise LabelsMissingError(dataset.name)
    if dataset.n_inputs != stack.layers[0].model.n_inputs:
        raise StackError(
            f"The stack reads {stack.layers[0].model.n_inputs:,} pixels; the images have {dataset.n_inputs:,}."
        )
    scaled = dataset.standardized_by(stack.layers[0].scale)
    rows, held_out = scaled.standardize(dataset.train_images), scaled.standardize(dataset.test_images)
    labels, truth = dataset.train_labels, dataset.test_labels
    classes = np.unique(np.concatenate([labels, truth]))
    batch = min(how.batch, len(rows))
    classifier = _started(stack, units, replace(how, batch=batch), rows, labels, classes, pre_trained=pre_trained)
    rng = np.random.default_rng(np.random.SeedSequence(how.seed, spawn_key=(_ORDER_STREAM,)))
    mean = _Mean(classifier)
    errors: list[float] = []
    wrong = 0
    piece = max(1, _PIECE // batch) * batch
    with single_thread():
        for epoch in range(how.epochs):
            order = rng.permutation(len(rows))[
                : len(rows) // batch * batch
            ]  # what fills no batch waits for the next epoch
            for first in range(0, len(order), piece):
                done = (epoch + first / len(order)) / how.epochs
                monitor.report(done, f"Epoch {epoch + 1} of {how.epochs}")
                chosen = order[first : first + piece]
                shown = rows[chosen]
                if how.masking:
                    shown[rng.random(shown.shape, np.float32) < how.masking] = scaled.black
                classifier.partial_fit(shown, labels[chosen])
                if epoch >= how.epochs // 3:
                    mean.take()
            with mean.in_place():
                wrong = _wrong(classifier, held_out, truth)
            errors.append(wrong / len(held_out))
    mean.put()
    return FineTuned(classifier, tuple(errors), wrong, len(held_out))


def _started(
    stack: Stack,
    units: str,
    how: FineTuning,
    rows: Floats,
    labels: NDArray[np.uint8],
    classes: NDArray[np.uint8],
    *,
    pre_trained: bool,
) -> MLPClassifier:
    """Return a classifier that has not learnt yet."""
    from sklearn.neural_network import MLPClassifier

    classifier = MLPClassifier(
        [layer.model.n_hidden for layer in stack.layers],
        activation=units,
        solver="sgd",
        alpha=0.0,
        batch_size=how.batch,
        learning_rate_init=how.rate,
        momentum=_MOMENTUM,
        nesterovs_momentum=False,
        shuffle=False,  # the order is drawn here
        random_state=how.seed,
    )
    # A classifier has no weights before its first step: so that step has no length, and its momentum is forgotten.
    classifier.set_params(learning_rate_init=_NO_STEP)
    classifier.partial_fit(rows[: how.batch], labels[: how.batch], classes=classes)
    classifier.set_params(learning_rate_init=how.rate)
    del classifier._optimizer
    if pre_trained:
        matrices, biases = network_weights(stack, unit_factors(stack, rows[:_MEASURED]))
        classifier.coefs_[:-1] = [np.array(matrix, np.float32, order="C") for matrix in matrices]
        classifier.intercepts_[:-1] = [np.array(bias, np.float32) for bias in biases]
    return classifier


class _Mean:
    """The running mean of a classifier's weights."""

    def __init__(self, classifier: MLPClassifier) -> None:
        self._classifier = classifier
        self._count = 0
        self._mean: list[Floats] = []

    def take(self) -> None:
        """Take the present weights into the mean."""
        self._count += 1
        weights = [*self._classifier.coefs_, *self._classifier.intercepts_]
        if not self._mean:
            self._mean = [array.copy() for array in weights]
        for mean, array in zip(self._mean, weights, strict=True):
            mean += (array - mean) / mean.dtype.type(self._count)

    def put(self) -> None:
        """Give the classifier the mean as its weights, where there is one."""
        if self._mean:
            count = len(self._classifier.coefs_)
            self._classifier.coefs_, self._classifier.intercepts_ = self._mean[:count], self._mean[count:]

    @contextlib.contextmanager
    def in_place(self) -> Iterator[None]:
        """Let the classifier have the mean as its weights meanwhile."""
        present = self._classifier.coefs_, self._classifier.intercepts_
        self.put()
        yield
        self._classifier.coefs_, self._classifier.intercepts_ = present


def _wrong(classifier: MLPClassifier, rows: Floats, truth: NDArray[np.uint8]) -> int:
    pieces = (slice(first, first + _PIECE) for first in range(0, len(rows), _PIECE))
    return sum(int((classifier.predict(rows[piece]) != truth[piece]).sum()) for piece in pieces)
