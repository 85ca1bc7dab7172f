"""The denoising autoencoder as an estimator of scikit-learn: fitted, transformed, searched and piped like any other."""

from __future__ import annotations

import os
import warnings
from typing import Any, Self

import numpy as np
from sklearn.exceptions import ConvergenceWarning
from sklearn.utils.validation import validate_data

from dae_core.datasets import Dataset
from dae_core.estimator import session_files
from dae_core.estimator.fitted import DTYPES, FittedModel, Matrix
from dae_core.estimator.fitting import Fit, begin, train
from dae_core.estimator.rows import check_unit_interval, scale_of
from dae_core.estimator.settings import config_of, limits_of, seed_of
from dae_core.model.activations import ActivationName
from dae_core.model.autoencoder import Gradient
from dae_core.model.corruption import Corruption
from dae_core.model.losses import LOSSES, LossName
from dae_core.training.config import DecoderStart, TrainingConfig
from dae_core.training.optimizers import OptimizerName
from dae_core.training.schedules import Schedule


class DenoisingAutoencoder(FittedModel):
    """A one-hidden-layer denoising autoencoder, trained by stochastic gradient descent.

    It learns to give back rows x0 from corrupted ones x: z = f(x W + B), y = g(z V + C) (Vincent et al. 2008). The same
    settings, seed and rows give the same weights, bit for bit, as in the window and at the command line.

    Parameters
    ----------
    hidden_units : int, default=225
        Hidden units h, the width of the code.
    corruption : str or Corruption, default="gaussian:1"
        What is done to a row before it is learnt from: "gaussian:SIGMA", "masking:FRACTION" or
        "salt-and-pepper:FRACTION". Sigma is in the units of what the network reads: standardized, see `standardize`.
    learning_rate : float, default=0.0005
        Of the first iteration.
    schedule : {"constant", "linear", "cosine"}, default="constant"
        How the rate falls over the run.
    iterations : int, default=25000
        Steps of `fit`, each on `batch_size` rows drawn at random, with fresh noise.
    gradient : {"exact", "published"}, default="exact"
        "published" leaves out the derivative of the activation, as the published solution of the exercise does.
    batch_size : int, default=1
        Rows of a step; the gradient is their mean.
    optimizer : {"sgd", "momentum", "adam"}, default="sgd"
        What makes a step of a gradient.
    decoder_start : {"random", "transposed"}, default="random"
        Where V starts: at random numbers of its own, or at 0.2 Wᵀ.
    own_backward : str, default=""
        The source of a function ``backward(x, x0, z, y, W, V)`` that takes the place of the exact gradient. It
        runs in a process of its own.
    activation : {"relu", "leaky-relu", "sigmoid", "tanh", "linear"}, default="relu"
        Of the hidden units.
    loss : {"squared", "cross-entropy"}, default="squared"
        Cross-entropy has a sigmoid output, and reads values from 0 to 1.
    tied : bool, default=False
        Whether V is Wᵀ.
    k_sparse : int, default=0
        How many of the hidden units, the strongest, pass their value on; 0 for all.
    weight_decay, l1, kl_weight, contractive : float, default=0.0
        Strengths of the penalties on |W|² and |V|², on |z|, on activities away from `kl_target`, and on the derivative
        of the code.
    kl_target : float, default=0.05
        The activity that the KL penalty draws every unit to.
    average : bool, default=False
        Whether a running mean of the weights is kept (Polyak & Juditsky 1992), and used for all that is asked of the
        fitted estimator.
    standardize : bool, default=True
        Whether the network reads (X - mean) / std, with one mean and one standard deviation over all values of the
        training rows, as the studio does; with cross-entropy, black is brought to 0 and white to 1 instead. With False
        it reads X as it is.
    pixel_range : (float, float) or None, default=None
        The values that are black and white: what masking, and salt and pepper, set a value to. By default 0 and 255 for
        unsigned bytes, and else the smallest and the largest value of the training rows.
    shape : (int, int) or None, default=None
        Height and width of the images that the rows are, for `to_session`; a square by default, or one line.
    score_corruption : str, Corruption or None, default=None
        The corruption that `score` asks the network to undo; by default the one that it was trained with. Name one
        where a search goes over `corruption`, or the weakest noise is found to be the best.
    random_state : int, RandomState or None, default=0
        The seed of weights, rows and noise; an integer is the seed of the window and the command line.
    verbose : bool, default=False
        Whether ten lines tell how the training goes on.
    warm_start : bool, default=False
        Whether a further `fit` goes on from the present weights, with a schedule of its own. Then only learning rate,
        strengths of penalties and the level of the noise may have changed.

    Attributes
    ----------
    coefs_ : list of two ndarrays of float32, shapes (d, h) and (h, d)
        W and V.
    intercepts_ : list of two ndarrays of float32, shapes (h,) and (d,)
        B and C.
    components_ : ndarray of float32, shape (h, d)
        Wᵀ, a row for each hidden unit: what it looks for.
    history_ : dict of ndarrays of float32, shape (n_iter_,)
        "error", what the loss records of each iteration's own rows in the units of what the network reads, summed over
        the row; "sparsity", the fraction of active units.
    n_iter_ : int
        Iterations that it was trained for.
    mean_, std_ : float
        The network reads (X - mean_) / std_.
    seed_ : int
        The seed that was used.
    n_features_in_ : int
        Values of a row, d.
    feature_names_in_ : ndarray of str, shape (d,)
        Their names, where `fit` was given a frame with names.

    Notes
    -----
    ``joblib.dump`` and ``pickle`` keep a fitted estimator, and reading such a file runs whatever its author put in it:
    open none of a stranger's. `to_session` writes a file in which nothing can be run.

    Examples
    --------
    >>> from dae_core import DenoisingAutoencoder
    >>> from sklearn.datasets import load_digits
    >>> X = load_digits().data
    >>> model = DenoisingAutoencoder(hidden_units=64, learning_rate=0.01, iterations=2000).fit(X)
    >>> model.transform(X).shape
    (1797, 64)
    """

    def __init__(
        self,
        hidden_units: int = 225,
        *,
        corruption: str | Corruption = "gaussian:1",
        learning_rate: float = 0.0005,
        schedule: Schedule = "constant",
        iterations: int = 25_000,
        gradient: Gradient = "exact",
        batch_size: int = 1,
        optimizer: OptimizerName = "sgd",
        decoder_start: DecoderStart = "random",
        own_backward: str = "",
        activation: ActivationName = "relu",
        loss: LossName = "squared",
        tied: bool = False,
        k_sparse: int = 0,
        weight_decay: float = 0.0,
        l1: float = 0.0,
        kl_weight: float = 0.0,
        kl_target: float = 0.05,
        contractive: float = 0.0,
        average: bool = False,
        standardize: bool = True,
        pixel_range: tuple[float, float] | None = None,
        shape: tuple[int, int] | None = None,
        score_corruption: str | Corruption | None = None,
        random_state: int | np.random.RandomState | None = 0,
        verbose: bool = False,
        warm_start: bool = False,
    ) -> None:
        self.hidden_units = hidden_units
        self.corruption = corruption
        self.learning_rate = learning_rate
        self.schedule = schedule
        self.iterations = iterations
        self.gradient = gradient
        self.batch_size = batch_size
        self.optimizer = optimizer
        self.decoder_start = decoder_start
        self.own_backward = own_backward
        self.activation = activation
        self.loss = loss
        self.tied = tied
        self.k_sparse = k_sparse
        self.weight_decay = weight_decay
        self.l1 = l1
        self.kl_weight = kl_weight
        self.kl_target = kl_target
        self.contractive = contractive
        self.average = average
        self.standardize = standardize
        self.pixel_range = pixel_range
        self.shape = shape
        self.score_corruption = score_corruption
        self.random_state = random_state
        self.verbose = verbose
        self.warm_start = warm_start

    def fit(self, X: Any, y: Any = None) -> Self:  # noqa: ARG002 - as pipelines call it
        """Train on rows X (n, d) for `iterations` steps; ``y`` is not looked at.

        Warns with ConvergenceWarning where the training diverges: the last good weights are kept.

        Raises
        ------
        ValueError
            When a setting is out of its range, the settings do not go together, or the values cannot be learnt from.
        """
        values, fit = self._values_to_fit(X, goes_on=self.warm_start)
        if fit is None:
            fit = self._begun(values)
            self._take(train(fit, values, fit.config, verbose=self.verbose))
        else:
            self._take(train(fit, values, self._config(fit), extend=True, verbose=self.verbose))
        return self

    def partial_fit(self, X: Any, y: Any = None) -> Self:  # noqa: ARG002
        """Train on, with as many rows as X (n, d) has, drawn from it at random: ⌈n / batch_size⌉ steps.

        The calls together are one run of `iterations` steps, over which the rate falls; after these the next run begins
        from the present weights. The first call decides how values are standardized. Learning rate, strengths of
        penalties and the level of the noise may change between two calls, and all else may not. Raises and warns as
        `fit` does.
        """
        values, fit = self._values_to_fit(X, goes_on=True)
        fit = fit or self._begun(values)
        left = -(-len(values) // fit.config.batch_size)
        while left:
            c = fit.checkpoint
            is_over = c.iteration >= c.end or c.divergence is not None
            fit = train(fit, values, self._config(fit), steps=left, extend=is_over, verbose=self.verbose)
            left -= fit.checkpoint.iteration - c.iteration
            if fit.checkpoint.divergence is not None:
                break
        self._take(fit)
        return self

    @classmethod
    def from_session(
        cls, path: str | os.PathLike[str], run: str | int | None = None, *, run_code: bool = False
    ) -> Self:
        """Return the fitted estimator that a run of a session is.

        Parameters
        ----------
        path : str or path
            A ``.dae`` file. Nothing in it is executed.
        run : str, int or None
            The run's name, or its place in the list of runs, counted from 0; the current one by default.
        run_code : bool
            Whether further training may run the backward of its own that the run was trained with. Without it, a
            warning says that such a run goes on with the exact gradient.

        Raises
        ------
        SessionError
            When the file cannot be read or has no such run.
        """
        parameters, fit, n_features = session_files.read(path, run, run_code=run_code)
        estimator = cls(**parameters)
        estimator._take(fit)
        estimator.n_features_in_ = n_features
        return estimator

    def to_session(
        self, path: str | os.PathLike[str], *, data: str | os.PathLike[str] | Dataset | None = None, name: str = "Run 1"
    ) -> None:
        """Write the fitted estimator as a session, which the studio opens.

        Parameters
        ----------
        path : str or path
            The ``.dae`` file; one that is there is replaced when the new one is whole.
        data : str, path, Dataset or None
            The data set whose training images it was fitted on, such as "digits": then the studio shows digits and goes
            on training. Without it the studio shows filters, curves and exports, but cannot train on.
        name : str
            What the run is called.

        Raises
        ------
        SessionError
            When the file cannot be written, the values are no grey levels of images, or the data set is another one.
        """
        session_files.write(path, self._learnt, self.n_features_in_, self.shape, data, name)

    def _values_to_fit(self, X: Any, *, goes_on: bool) -> tuple[Matrix, Fit | None]:
        """Return X as an array, and what was learnt so far where the training is to go on from that."""
        fit = self._fit if goes_on and hasattr(self, "_fit") else None
        values = validate_data(self, X, dtype=DTYPES, reset=fit is None)
        if fit is not None and LOSSES[fit.config.loss].unit_pixels:
            check_unit_interval(values, fit.scale)
        return values, fit

    def _begun(self, values: Matrix) -> Fit:
        config = config_of(self, seed_of(self.random_state))
        scale = scale_of(
            values,
            standardize=self.standardize,
            unit_interval=LOSSES[config.loss].unit_pixels,
            limits=limits_of(self.pixel_range),
        )
        return begin(values, scale, config)

    def _config(self, fit: Fit) -> TrainingConfig:
        return config_of(self, fit.config.seed)

    def _take(self, fit: Fit) -> None:
        """Hold what was learnt, and say so where the training diverged."""
        self._fit = fit
        self.n_iter_, self.seed_ = fit.checkpoint.iteration, fit.config.seed
        self.mean_, self.std_ = fit.scale.mean, fit.scale.std
        if fit.checkpoint.divergence is not None:
            warnings.warn(fit.checkpoint.divergence.message, ConvergenceWarning, stacklevel=3)
