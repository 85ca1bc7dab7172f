"""The estimator: scikit-learn's own checks, the same bits as a run, and sessions to and fro."""

import contextlib
import dataclasses
import doctest
import inspect
import re
from pathlib import Path

import joblib
import numpy as np
import pytest
from scipy.sparse import csr_array
from sklearn.base import clone
from sklearn.decomposition import PCA
from sklearn.exceptions import ConvergenceWarning, NotFittedError
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV, cross_val_predict, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.utils.estimator_checks import parametrize_with_checks

from dae_core import DenoisingAutoencoder
from dae_core.__main__ import main
from dae_core.datasets import open_dataset
from dae_core.estimator import estimator as estimator_module
from dae_core.evaluation.held_out import HeldOut
from dae_core.model.corruption import Gaussian, Masking
from dae_core.sessions.container import SessionError
from dae_core.sessions.model_file import load_model
from dae_core.sessions.session import Session
from dae_core.sessions.session_file import load_session, save_session
from dae_core.training.config import TrainingConfig
from dae_core.training.trainer import Trainer, train
from helpers.datasets import small_dataset
from helpers.sessions import SGD, rich_session, session_of, trained

DATA = small_dataset()
X = DATA.train_images.reshape(len(DATA.train_images), -1)
TEST = DATA.test_images.reshape(len(DATA.test_images), -1)
SMALL = {"hidden_units": 9, "learning_rate": 0.01, "iterations": 300}
BACKWARD = "def backward(x, x0, z, y, W, V):\n    raise SystemExit\n"


def small(**changes):
    return DenoisingAutoencoder(**{**SMALL, **changes})


def assert_weights(estimator, model):
    for ours, theirs in zip(
        [*estimator.coefs_, *estimator.intercepts_], [model.W, model.V, model.B, model.C], strict=True
    ):
        np.testing.assert_array_equal(ours, theirs)


@parametrize_with_checks(
    [
        DenoisingAutoencoder(hidden_units=5, iterations=60),
        DenoisingAutoencoder(hidden_units=5, iterations=20, batch_size=8, optimizer="adam", tied=True, average=True),
    ]
)
def test_the_checks_of_scikit_learn(estimator, check):
    check(estimator)


def test_the_parameters_are_the_settings_of_a_run():
    parameters = {name: p.default for name, p in inspect.signature(DenoisingAutoencoder).parameters.items()}
    settings = {field.name: getattr(TrainingConfig(), field.name) for field in dataclasses.fields(TrainingConfig)}
    settings["corruption"], settings["random_state"] = str(settings["corruption"]), settings.pop("seed")
    further = {"standardize", "pixel_range", "shape", "score_corruption", "verbose", "warm_start"}
    assert {name: parameters[name] for name in settings} == settings
    assert parameters.keys() - settings.keys() == further
    described = inspect.getdoc(DenoisingAutoencoder)
    assert [name for name in parameters if name not in described] == []


@pytest.mark.parametrize("kind", [np.uint8, np.float64])
def test_the_same_bits_as_the_command_line_on_the_bundled_digits(tmp_path, capsys, kind):
    digits = open_dataset("digits")
    options = ["--hidden", "16", "--iterations", "400", "--seed", "7", "--noise", "masking:0.3", "--average"]
    assert main(["train", "--data", "digits", *options, "--out", str(tmp_path / "m.safetensors")]) == 0
    rows = digits.train_images.reshape(len(digits.train_images), -1).astype(kind)
    estimator = DenoisingAutoencoder(
        16, iterations=np.int64(400), random_state=7, corruption=Masking(0.3), average=True
    ).fit(rows)
    assert_weights(estimator, load_model(tmp_path / "m.safetensors", averaged=True).model)
    assert (estimator.mean_, estimator.std_) == (digits.mean, digits.std)


@pytest.mark.parametrize(
    "changes",
    [
        {"average": True},
        {"activation": "sigmoid", "loss": "cross-entropy", "corruption": "salt-and-pepper:0.2"},
        {"batch_size": 7, "optimizer": "adam", "tied": True},
    ],
    ids=str,
)
def test_the_score_is_the_studios_held_out_error(changes):
    estimator = small(**changes, random_state=3).fit(X)
    trainer = Trainer(DATA, estimator._fit.config)  # the settings, as a run has them
    list(train(trainer))
    model = trainer.average or trainer.model
    assert_weights(estimator, model)
    for asked, corruption in ((None, trainer.config.corruption), ("masking:0.5", Masking(0.5))):
        mse = HeldOut(trainer.dataset, corruption).evaluate(model).mse
        assert estimator.set_params(score_corruption=asked).score(TEST) == pytest.approx(-mse, rel=1e-5)
    corrupted = TEST * 0.6
    read = (corrupted - estimator.mean_) / estimator.std_
    reconstruction = estimator.mean_ + estimator.std_ * model.reconstruct(read)
    np.testing.assert_allclose(estimator.denoise(corrupted), reconstruction, atol=1e-2)
    np.testing.assert_array_equal(estimator.predict(corrupted), estimator.denoise(corrupted))


def test_parts_of_a_run_make_the_run():
    """Two halves by ``partial_fit``, and a further ``fit`` with ``warm_start``, as the window goes on."""
    whole = small(iterations=len(X), schedule="linear", batch_size=2).fit(X)
    halves = small(iterations=len(X), schedule="linear", batch_size=2).partial_fit(X)
    assert (halves.n_iter_, len(halves.history_["error"])) == (len(X) // 2, len(X) // 2)
    halves.partial_fit(X)
    np.testing.assert_array_equal(whole.coefs_[0], halves.coefs_[0])
    np.testing.assert_array_equal(whole.history_["error"], halves.history_["error"])

    trainer = Trainer(DATA, whole._fit.config)
    list(trainer.run())
    trainer.set_learning_rate(0.004)
    trainer.set_noise_level(0.5)
    trainer.set_strength("l1", 0.01)
    trainer.extend(100)
    list(train(trainer))
    goes_on = {"warm_start": True, "learning_rate": 0.004, "corruption": Gaussian(0.5), "l1": 0.01, "iterations": 100}
    whole.set_params(**goes_on).fit(X)
    assert_weights(whole, trainer.model)
    assert whole.n_iter_ == len(X) + 100
    assert [change.name for change in whole._fit.record.changes] == [
        "learning rate",
        "noise level",
        "L1 on z",
        "end of the run",
    ]
    before = whole.coefs_[0].copy()
    with pytest.raises(ValueError, match="keeps its hidden_units and optimizer: fit anew"):
        whole.set_params(hidden_units=10, optimizer="adam").fit(X)
    np.testing.assert_array_equal(whole.coefs_[0], before)
    halves.partial_fit(X[:50])  # beyond the end: the next run begins
    assert (halves.n_iter_, halves._fit.checkpoint.end) == (len(X) + 25, 2 * len(X))


def test_in_pipelines_searches_and_files(tmp_path):
    labels = DATA.train_labels if DATA.train_labels is not None else (X.mean(axis=1) > X.mean()).astype(int)
    pipe = make_pipeline(small(), LogisticRegression(max_iter=1000))
    assert cross_val_score(pipe, X, labels, cv=2).min() > 0.5
    search = GridSearchCV(
        small(score_corruption="gaussian:1"),
        {"corruption": ["masking:0.9", "gaussian:1"], "learning_rate": [1e-6, 0.01]},
        cv=2,
    ).fit(X)
    assert search.best_params_ == {"corruption": "gaussian:1", "learning_rate": 0.01}
    assert cross_val_predict(small(), X, cv=2).shape == X.shape
    assert make_pipeline(PCA(8, whiten=True), small(standardize=False)).fit(X).predict(X).shape == (len(X), 8)
    fitted = search.best_estimator_
    joblib.dump(fitted, tmp_path / "model.joblib")
    np.testing.assert_array_equal(joblib.load(tmp_path / "model.joblib").transform(TEST), fitted.transform(TEST))
    with pytest.raises(NotFittedError):
        clone(fitted).coefs_  # noqa: B018 - that it is not there
    assert clone(fitted).fit(X).score(TEST) == fitted.score(TEST)
    np.testing.assert_allclose(
        fitted.inverse_transform(fitted.transform(TEST)), fitted.denoise(TEST), rtol=1e-4, atol=1e-2
    )
    assert fitted.components_.shape == (9, 64)


@pytest.mark.parametrize("library", ["pandas", "polars"])
def test_frames_keep_their_names(library):
    frames = pytest.importorskip(
        library, reason=f"{library} is not among the tests' packages, as scikit-learn would import it everywhere"
    )
    names = [f"pixel {i}" for i in range(X.shape[1])]
    frame = frames.DataFrame(dict(zip(names, X.T, strict=True)))
    estimator = small().fit(frame).set_output(transform=library)
    assert estimator.feature_names_in_.tolist() == names
    code = estimator.transform(frame)
    assert isinstance(code, frames.DataFrame)
    assert list(code.columns) == [f"denoisingautoencoder{i}" for i in range(9)]
    with pytest.raises(ValueError, match="feature names should match"):
        estimator.transform(frame[names[::-1]])


def test_values_of_any_scale():
    """The same pictures in other units give the same network, and come back in their own unit."""
    grey, small_unit = small().fit(X), small().fit(X / 255 - 3)
    np.testing.assert_allclose(small_unit.coefs_[0], grey.coefs_[0], atol=1e-4)
    np.testing.assert_allclose(small_unit.denoise(TEST / 255 - 3), grey.denoise(TEST) / 255 - 3, atol=1e-4)
    assert small_unit.transform(TEST.astype(np.float32)).dtype == np.float32
    unit = small(activation="sigmoid", loss="cross-entropy", standardize=False).fit(X / 255)
    assert (unit.mean_, unit.std_) == (0.0, 1.0)
    masked = small(corruption="masking:1", standardize=False, pixel_range=(-2, 5)).fit(X / 255.0)
    assert masked._fit.scale.black == -2


def test_a_session_goes_on_bit_for_bit_either_way(tmp_path):
    estimator = small(iterations=2 * len(X), schedule="linear").partial_fit(X)
    estimator.to_session(tmp_path / "a.dae", data=DATA, name="Of a script")
    run = load_session(tmp_path / "a.dae").run
    assert (run.label.name, run.data.fingerprint) == ("Of a script", DATA.fingerprint())
    np.testing.assert_array_equal(run.record.errors, estimator.history_["error"])
    trainer = run.trainer(DATA)
    list(train(trainer))
    reopened = DenoisingAutoencoder.from_session(tmp_path / "a.dae")
    assert reopened.get_params() == estimator.set_params(pixel_range=(0.0, 255.0), shape=(8, 8)).get_params()
    assert_weights(reopened, run.model)
    assert reopened.score(TEST) == estimator.score(TEST)
    assert_weights(reopened.partial_fit(X), trainer.model)
    estimator.to_session(tmp_path / "unknown.dae")
    data = load_session(tmp_path / "unknown.dae").run.data
    assert (data.source, data.shape, data.scale) == ("", (8, 8), DATA.scale)


def test_the_runs_of_a_session_are_named_or_counted(tmp_path):
    session = rich_session()
    save_session(tmp_path / "a.dae", session)
    for place, run in enumerate(session.runs):
        with pytest.warns(ConvergenceWarning) if run.checkpoint.divergence else contextlib.nullcontext():
            estimator = DenoisingAutoencoder.from_session(tmp_path / "a.dae", place)
        assert_weights(estimator, run.checkpoint.average or run.model)
    assert_weights(DenoisingAutoencoder.from_session(tmp_path / "a.dae", "B"), session.kept[0].model)
    with pytest.raises(SessionError, match="no run called 'C'; it has '"):
        DenoisingAutoencoder.from_session(tmp_path / "a.dae", "C")
    with pytest.raises(SessionError, match="there is none at place 3"):
        DenoisingAutoencoder.from_session(tmp_path / "a.dae", 3)


def test_code_of_a_session_runs_only_when_asked(tmp_path):
    trainer = Trainer(DATA, SGD.replace(own_backward=BACKWARD))
    session = session_of(trainer, trained().run.history().__class__(), "digits")
    trainer.close()
    save_session(tmp_path / "a.dae", Session(session.run))
    with pytest.warns(UserWarning, match="takes the exact gradient"):
        estimator = DenoisingAutoencoder.from_session(tmp_path / "a.dae")
    assert estimator.own_backward == ""
    assert estimator.partial_fit(X[:20]).n_iter_ == 20
    assert DenoisingAutoencoder.from_session(tmp_path / "a.dae", run_code=True).own_backward == BACKWARD


def test_what_cannot_be_is_refused_in_words(tmp_path):
    for changes, rows, words in (
        ({}, np.full((5, 4), 2.0), "All values are equal"),
        ({}, csr_array(X[:9] / 1.0), "dense data is required"),
        ({"corruption": "fog:1"}, X, "Unknown noise 'fog'"),
        ({"hidden_units": 0}, X, "between 1 and 10,000"),
        ({"pixel_range": (1, 0)}, X, "black must be the smaller"),
        ({"pixel_range": 3}, X, "must be a pair of numbers"),
        ({"loss": "cross-entropy", "pixel_range": (0, 100)}, X, "these reach from 0 to 2.55"),
        ({"random_state": -1}, X, "seed is -1"),
    ):
        with pytest.raises((ValueError, TypeError), match=words):
            small(**changes).fit(rows)
    estimator = small(iterations=20).fit(X[:, :63])
    with pytest.raises(ValueError, match="Z has 3 columns"):
        estimator.inverse_transform(np.zeros((2, 3)))
    estimator.to_session(tmp_path / "a.dae")
    assert load_session(tmp_path / "a.dae").run.data.shape == (1, 63)
    for shape, data, words in (((9, 8), None, "name height and width"), (None, DATA, "is not what the estimator")):
        with pytest.raises(SessionError, match=words):
            estimator.set_params(shape=shape).to_session(tmp_path / "b.dae", data=data)
    with pytest.raises(SessionError, match="cannot be shown as grey levels"):
        small(iterations=20, standardize=False).fit(X / 1000).to_session(tmp_path / "b.dae")
    assert not (tmp_path / "b.dae").exists()


def test_a_divergence_is_warned_of_and_leaves_good_weights():
    estimator = small(learning_rate=5.0, iterations=2000)
    with pytest.warns(ConvergenceWarning, match="Training diverged at iteration"):
        estimator.fit(X)
    assert np.isfinite(estimator.transform(TEST)).all()
    assert estimator.n_iter_ < 2000
    assert estimator.set_params(learning_rate=0.001, warm_start=True, iterations=50).fit(X).n_iter_ > 50


def test_a_verbose_training_tells_ten_lines(capsys):
    small(verbose=True, iterations=6000).fit(X)
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 10
    assert lines[-1].startswith("iteration 6,000 of 6,000: error ")
    assert lines[0].endswith("% of units active")


def test_the_examples_of_the_documents_run(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    page = (Path(__file__).parents[2] / "docs" / "estimator.md").read_text(encoding="utf-8")
    blocks = re.findall(r"^```python\n(.*?)^```", page, re.DOTALL | re.MULTILINE)
    assert len(blocks) == 3
    names = {}
    for block in blocks:
        exec(block, names)  # noqa: S102 - what this test is for
    assert_weights(names["model"], load_session("run.dae").run.model)
    assert names["Z"].shape == (360, 225)
    assert doctest.testmod(estimator_module) == doctest.TestResults(failed=0, attempted=5)
