"""Every member of the family in the formats of others: ONNX, and a script that trains it again."""

import json
from pathlib import Path

import numpy as np
import onnxruntime
import pytest

from dae_core.exporting.files import export_as
from dae_core.exporting.notebook import notebook
from dae_core.exporting.onnx_file import write_onnx
from dae_core.exporting.recipe import recipe_of
from dae_core.exporting.script import script
from dae_core.model.architecture import Architecture
from dae_core.model.autoencoder import AutoEncoder
from dae_core.training.history import History
from dae_core.training.scaling import scaled_for
from dae_core.training.trainer import Trainer
from helpers.datasets import small_dataset
from helpers.family import examples, sensible
from helpers.sessions import SGD, advance, run_of

KINDS = {
    "tied sigmoid with cross-entropy": {"activation": "sigmoid", "loss": "cross-entropy", "tied": True},
    "leaky, weight decay, L1": {"activation": "leaky-relu", "weight_decay": 0.01, "l1": 0.05},
    "sigmoid, KL, contractive": {"activation": "sigmoid", "kl_weight": 0.5, "kl_target": 0.1, "contractive": 0.3},
    "k-sparse tanh, tied, decay": {"activation": "tanh", "k_sparse": 5, "tied": True, "weight_decay": 0.02},
    "linear batches with momentum": {"activation": "linear", "batch_size": 4, "optimizer": "momentum", "l1": 0.1},
    "KL in batches of Adam, tied": {
        "activation": "sigmoid",
        "loss": "cross-entropy",
        "tied": True,
        "kl_weight": 0.2,
        "batch_size": 8,
        "optimizer": "adam",
    },
}


@pytest.mark.parametrize("kind", sensible(), ids=lambda kind: f"{kind.describe()}, {kind.loss}")
def test_onnx_gives_the_models_own_numbers(tmp_path: Path, kind: Architecture) -> None:
    rng = np.random.default_rng(4)
    model = AutoEncoder.random(12, 7, rng, architecture=kind)
    model.W *= 30
    model.V[...] = model.W.T if kind.tied else 30 * model.V
    x, _ = examples(kind, 5)
    write_onnx(model, tmp_path / "a.onnx")
    session = onnxruntime.InferenceSession(tmp_path / "a.onnx", providers=["CPUExecutionProvider"])
    y, z = session.run(["y", "z"], {"x": x.astype(np.float32)})
    ours = model.forward(x.astype(np.float32))
    np.testing.assert_allclose(z, ours.z, atol=1e-5)
    np.testing.assert_allclose(y, ours.y, atol=1e-5)


def trained(settings, strength=""):
    """Return a run of 260 iterations, with a penalty changed on the way, and its data set."""
    config = SGD.replace(iterations=300, learning_rate=0.002, **settings)
    trainer, history = Trainer(small_dataset(), config), History()
    advance(trainer, history, 120)
    if strength:
        trainer.set_strength(strength, 2 * getattr(config, strength))
    advance(trainer, history, 140)
    trainer.close()
    return run_of(trainer, history, "digits"), trainer.dataset


@pytest.mark.parametrize("settings", KINDS.values(), ids=KINDS)
def test_the_script_and_the_notebook_train_it_again(tmp_path: Path, monkeypatch, settings) -> None:
    changed = next((name for name in ("l1", "kl_weight", "weight_decay") if name in settings), "")
    run, dataset = trained(settings, changed)
    export_as("script", run, tmp_path / "again.py", dataset)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("sys.argv", ["again.py", "--no-figures"])
    names = {"__file__": str(tmp_path / "again.py"), "__name__": "again"}
    with pytest.raises(SystemExit):
        exec(compile(Path("again.py").read_text(encoding="utf-8"), "again.py", "exec"), names)  # noqa: S102
    assert_same(names, run)
    book = notebook(recipe_of(run), "again-images.npz")
    cells = ["".join(cell["source"]) for cell in book["cells"] if cell["cell_type"] == "code"]
    again: dict = {}
    for cell in cells[:-1]:  # the last draws
        exec(cell, again)  # noqa: S102
    assert_same(again, run)
    assert json.dumps(book)


def assert_same(names, run) -> None:
    np.testing.assert_allclose(names["errors"], run.record.errors, rtol=2e-3)
    assert np.abs(names["sparsities"] - run.record.sparsities).mean() < 2e-3
    for name, a in run.model.parameters.items():
        assert np.abs(names[name] - a).max() <= 2e-3 * np.abs(a).max(), name


def test_the_figures_of_a_script_name_what_the_loss_measures() -> None:
    run, dataset = trained({"activation": "sigmoid", "loss": "cross-entropy"})
    text = script(recipe_of(run), "images.npz", "out")
    assert "cross-entropy (nats, summed over pixels)" in text
    assert "hidden units with z > 0.5" in text
    assert scaled_for(dataset, run.config) is dataset
