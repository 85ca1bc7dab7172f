"""Exports: the same numbers in NumPy archives, ONNX, CSV, and scripts and notebooks that are run here."""

import csv
import dataclasses
import json
import re
import subprocess
import sys

import nbformat
import numpy as np
import onnx
import onnxruntime
import pytest

from dae_core.datasets import write_idx
from dae_core.errors import UserError
from dae_core.evaluation.held_out import HeldOut
from dae_core.exporting import onnx_file
from dae_core.exporting.errors import ExportError
from dae_core.exporting.files import FORMATS, export_all, export_as
from dae_core.exporting.notebook import notebook
from dae_core.exporting.recipe import recipe_of
from dae_core.exporting.script import script
from dae_core.model.corruption import Masking, SaltAndPepper
from dae_core.sessions.model_file import load_model
from dae_core.training.history import History
from dae_core.training.progress import Change
from dae_core.training.scaling import scaled_for
from dae_core.training.settings import SETTINGS
from dae_core.training.trainer import Trainer
from helpers.datasets import small_dataset
from helpers.sessions import ADAM, MOMENTUM, SGD, advance, run_of, session_of, trained

SALT = SGD.replace(corruption=SaltAndPepper(0.2), schedule="linear")
FAMILY = ADAM.replace(
    activation="sigmoid", loss="cross-entropy", tied=True, decoder_start="random", average=True, k_sparse=4
)
PUBLISHED = SGD.replace(gradient="published", learning_rate=0.002, corruption=Masking(0.3), schedule="constant")


def changed_session(config, extend=0):
    """A run on which the user changed the rate and the noise, and which was extended, as the window does it."""
    trainer, history = Trainer(small_dataset(), config), History()
    advance(trainer, history, 130)
    trainer.set_learning_rate(config.learning_rate / 2)
    trainer.record_pace(None, 30.0)
    advance(trainer, history, 61)
    trainer.set_noise_level(0.45)
    advance(trainer, history, 150)
    if extend:
        trainer.extend(extend)
        advance(trainer, history, extend)
    session = session_of(trainer, history, "digits")
    trainer.close()
    return session


def execute(path, *arguments):
    """Run a script in a fresh Python that sees nothing of this project, with warnings as errors."""
    command = [sys.executable, "-I", "-W", "error", path.name, *arguments]
    done = subprocess.run(command, cwd=path.parent, capture_output=True, text=True, check=False)  # noqa: S603
    return done.returncode, done.stdout, done.stderr


def assert_repeats(found, session, tolerance):
    errors, sparsities = session.run.record.errors, session.run.record.sparsities
    np.testing.assert_allclose(found["errors"], errors, rtol=tolerance)
    # A unit at the edge of firing may fall on the other side.
    assert np.mean(np.abs(found["sparsities"] - sparsities)) < 0.2 * tolerance
    for name, a in session.run.model.parameters.items():
        assert np.abs(found[name] - a).max() <= tolerance * np.abs(a).max(), name


@pytest.mark.parametrize(
    ("config", "extend"), [(SGD, 40), (SALT, 0), (PUBLISHED, 0), (ADAM, 0), (MOMENTUM, 30)], ids=str
)
def test_the_script_repeats_the_run(tmp_path, config, extend):
    session = changed_session(config.replace(iterations=341), extend)
    exported = export_as("script", session.run, tmp_path / "again.py", small_dataset())
    assert [path.name for path in exported.files] == ["again.py", "again-images.npz"]
    code, output, error = execute(tmp_path / "again.py", "--no-figures")
    assert (code, error) == (0, "")
    assert_repeats(np.load(tmp_path / "again-figures" / "results.npz"), session, 1e-3)
    lines = [line for line in output.splitlines() if "in the session" in line]
    expected = [*session.run.history().latest()]
    expected.append(HeldOut(small_dataset(), session.run.config.corruption).evaluate(session.run.model).mse)
    assert len(lines) == 3
    for line, value in zip(lines, expected, strict=True):
        here, there = (float(word) for word in line.rsplit(": ", 1)[1].split() if word[0].isdigit())
        assert there == pytest.approx(value, rel=1e-5)
        assert here == pytest.approx(value, rel=2e-3)


def test_the_script_draws_the_exercises_figures(tmp_path):
    session = trained(SGD, 60)
    export_as("script", session.run, tmp_path / "a.py", small_dataset())
    code, _, error = execute(tmp_path / "a.py", "--out", "pictures")
    assert (code, error) == (0, "")
    pictures = sorted((tmp_path / "pictures").glob("*.png"))
    assert [path.name for path in pictures] == ["V.png", "W.png", "curves.png", "digits.png", "reconstructions.png"]
    assert all(path.read_bytes()[:4] == b"\x89PNG" and path.stat().st_size > 5000 for path in pictures)


def test_the_script_reads_mnists_files_and_refuses_other_images(tmp_path):
    session = trained(SGD, 30)
    exported = export_as("script", session.run, tmp_path / "a.py", None)
    assert len(exported.files) == 1
    assert "images must be named" in exported.notes[0]
    code, _, error = execute(tmp_path / "a.py", "--no-figures")
    assert code == 1
    assert "a-images.npz is not there" in error
    write_idx(tmp_path / "train-images-idx3-ubyte.gz", small_dataset().train_images)
    write_idx(tmp_path / "t10k-images-idx3-ubyte", small_dataset().test_images)
    code, _, error = execute(tmp_path / "a.py", "--no-figures", "--data", ".")
    assert (code, error) == (0, "")
    assert_repeats(np.load(tmp_path / "a-figures" / "results.npz"), session, 1e-3)
    write_idx(tmp_path / "t10k-images-idx3-ubyte", small_dataset().test_images[1:])
    code, _, error = execute(tmp_path / "a.py", "--no-figures", "--data", ".")
    assert code == 1
    assert "other images than the run was trained on" in error


def test_a_diverged_run_is_repeated_up_to_its_good_weights(tmp_path):
    session = trained(SGD.replace(learning_rate=0.09, schedule="constant", iterations=6000, hidden_units=40), 6000)
    assert session.run.checkpoint.divergence is not None
    recipe = recipe_of(session.run)
    assert (recipe.iterations, recipe.result) == (session.run.checkpoint.iteration, session.run.model_iteration)
    export_as("script", session.run, tmp_path / "a.py", small_dataset())
    code, _, error = execute(tmp_path / "a.py", "--no-figures")
    assert (code, error) == (0, "")
    found = np.load(tmp_path / "a-figures" / "results.npz")
    np.testing.assert_allclose(found["V"], session.run.model.V, rtol=1e-2, atol=1e-3)


def test_the_notebook_repeats_the_run(tmp_path, monkeypatch):
    import matplotlib as mpl

    mpl.use("Agg")
    import matplotlib.pyplot as plt

    session = changed_session(SGD.replace(iterations=341))
    export_as("notebook", session.run, tmp_path / "a.ipynb", small_dataset())
    book = json.loads((tmp_path / "a.ipynb").read_text(encoding="utf-8"))
    nbformat.validate(book)
    assert (book["nbformat"], book["nbformat_minor"]) == (4, 5)
    monkeypatch.chdir(tmp_path)
    shown = []
    monkeypatch.setattr(plt, "show", lambda: shown.append(plt.gcf().axes[0].get_title()))
    names = {}
    for cell in book["cells"]:
        if cell["cell_type"] == "code":
            exec("".join(cell["source"]), names)  # noqa: S102 - what this test is for
    plt.close("all")
    assert_repeats(names, session, 1e-3)
    assert len(shown) == 5
    assert shown[2] == "W, one tile a hidden unit"


def test_scripts_hold_only_what_the_run_needs():
    text = script(recipe_of(trained(SGD, 30).run), "images.npz", "out")
    compile(text, "script", "exec")
    assert "salt" not in text.lower()
    assert "Adam" not in text
    assert "dae_core" not in text
    assert "dae_core" not in json.dumps(notebook(recipe_of(trained(ADAM, 30).run), "images.npz"))


def test_runs_that_cannot_be_rebuilt_are_refused_in_words(tmp_path):
    with pytest.raises(ExportError, match="no iterations yet"):
        recipe_of(run_of(Trainer(small_dataset(), SGD), History(), "digits"))
    with pytest.raises(ExportError, match="started from the weights of a model file"):
        recipe_of(trained(SGD, 30, base_iteration=100).run)
    strange = trained(SGD, 30).run
    changes = (Change(1200, "units revived", "3 dead", "start weights"),)
    strange = dataclasses.replace(strange, record=dataclasses.replace(strange.record, changes=changes))
    with pytest.raises(ExportError, match=r"at iteration 1,200 in a way that a script cannot repeat \(units revived\)"):
        recipe_of(strange)
    trainer, history = Trainer(small_dataset(), SGD.replace(learning_rate=5.0)), History()
    advance(trainer, history, 1500)
    assert trainer.divergence is not None
    recipe_of(run_of(trainer, history, "digits"))
    trainer.set_learning_rate(0.001)
    trainer.extend(60)
    advance(trainer, history, 60)
    trainer.close()
    session = session_of(trainer, history, "digits")
    with pytest.raises(ExportError, match=r"diverged at iteration .* and went on from earlier weights"):
        recipe_of(session.run)
    exported = export_all(session.run, tmp_path / "all", small_dataset())
    assert len(exported.files) == len(FORMATS) - 2
    assert "There is no script and no notebook" in exported.notes[0]


@pytest.mark.parametrize("config", [ADAM, FAMILY], ids=["exercise", "family"])
def test_the_model_card_tells_what_the_weights_are(tmp_path, monkeypatch, config):
    session = trained(config, 200)
    notes, name = "- measured | <b>twice</b>", "Run `1` [of 2](http://x)"
    run = dataclasses.replace(session.run, label=session.run.label.with_texts(name, notes))
    dataset = scaled_for(small_dataset(), config)
    export_all(run, tmp_path, dataset, ("card", "safetensors"))
    text = (tmp_path / "model-card.md").read_text(encoding="utf-8")
    assert text.startswith("# Run \\`1\\` \\[of 2\\](http://x): a denoising autoencoder\n")
    assert "\n> \\- measured \\| \\<b\\>twice\\</b\\>\n" in text
    figures = HeldOut(dataset, config.corruption).evaluate(run.model)
    cells = [[cell.strip() for cell in line.split("|")[1:-1]] for line in text.splitlines() if line[:1] == "|"]
    facts = {row[0]: row[1] for row in cells}
    assert facts[f"MSE per pixel ({dataset.units})"] == f"{figures.mse:.4f}"
    assert (facts["mean"], facts["standard deviation"]) == (repr(dataset.mean), repr(dataset.std))
    assert facts["SHA-256 of the images"] == dataset.fingerprint()
    assert all(facts[row.name] for row in SETTINGS.values())
    monkeypatch.chdir(tmp_path)
    (code,) = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    assert len(code.splitlines()) == 3
    names = {"images": dataset.test_images}
    exec(code, names)  # noqa: S102 - what this test is for
    expected = run.model.reconstruct(dataset.standardize(dataset.test_images))
    np.testing.assert_allclose(names["y"], expected, atol=1e-4)
    unmeasured = export_as("card", run, tmp_path / "other.md", None)
    assert "the data set was not there" in unmeasured.files[0].read_text(encoding="utf-8")


@pytest.mark.parametrize("rows", [0, 1, 7, 500])
def test_onnx_gives_the_same_reconstructions(tmp_path, rows):
    session = trained(ADAM, 200)
    export_as("onnx", session.run, tmp_path / "model.onnx", None)
    runtime = onnxruntime.InferenceSession(tmp_path / "model.onnx", providers=["CPUExecutionProvider"])
    assert [i.name for i in runtime.get_inputs()] == ["x"]
    assert [o.name for o in runtime.get_outputs()] == ["y", "z"]
    x = np.random.default_rng(0).normal(size=(rows, 64)).astype(np.float32)
    y, z = runtime.run(None, {"x": x})
    model = session.run.model
    expected = np.maximum(0, x.astype(np.float64) @ model.W + model.B)
    assert (y.shape, z.shape, y.dtype) == ((rows, 64), (rows, 9), np.float32)
    np.testing.assert_allclose(z, expected, atol=1e-5)
    np.testing.assert_allclose(y, expected @ model.V + model.C, atol=1e-5)


def test_onnx_tells_how_to_standardize(tmp_path):
    export_as("onnx", trained(SGD, 30).run, tmp_path / "model.onnx", None)
    loaded = onnx.load(tmp_path / "model.onnx")
    facts = {entry.key: entry.value for entry in loaded.metadata_props}
    assert (float(facts["mean"]), float(facts["std"])) == (small_dataset().mean, small_dataset().std)
    assert (facts["height"], facts["width"], loaded.opset_import[0].version) == ("8", "8", onnx_file.OPSET)


def test_without_the_package_onnx(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "onnx", None)
    with pytest.raises(ExportError, match="pip install onnx"):
        export_as("onnx", trained(SGD, 30).run, tmp_path / "model.onnx", None)
    monkeypatch.setattr("dae_core.exporting.files.has_onnx", lambda: False)
    exported = export_all(trained(SGD, 30).run, tmp_path / "all", small_dataset())
    assert "no ONNX file" in exported.notes[0]
    assert not (tmp_path / "all" / "model.onnx").exists()


def test_arrays_hold_the_runs_numbers(tmp_path):
    session = trained(SGD, 600)
    export_as("npz", session.run, tmp_path / "m.npz", None)
    with np.load(tmp_path / "m.npz") as archive:
        assert sorted(archive) == ["B", "C", "V", "W", "mean", "shape", "std"]
        assert (float(archive["mean"]), float(archive["std"])) == (small_dataset().mean, small_dataset().std)
        assert archive["shape"].tolist() == [8, 8]
        for name, a in session.run.model.parameters.items():
            np.testing.assert_array_equal(archive[name], a)
            assert archive[name].dtype == np.float32
    export_as("history-npz", session.run, tmp_path / "h.npz", None)
    with np.load(tmp_path / "h.npz") as archive:
        np.testing.assert_array_equal(archive["error"], session.run.record.errors)
        np.testing.assert_array_equal(archive["sparsity"], session.run.record.sparsities)
        np.testing.assert_array_equal(archive["iteration"], np.arange(1, 601))
        assert archive["smoothed_error"][-1] == pytest.approx(session.run.record.errors[-25:].mean(), rel=1e-5)
        assert (archive["held_out_iteration"].tolist(), archive["held_out_error"].tolist()) == (
            [100, 500],
            [61.25, 1 / 3],
        )
    export_as("csv", session.run, tmp_path / "h.csv", None)
    lines = [line for line in (tmp_path / "h.csv").read_text(encoding="utf-8").splitlines() if line[0] != "#"]
    errors = [float(row["error"]) for row in csv.DictReader(lines) if row["error"]]
    np.testing.assert_array_equal(np.float32(errors), session.run.record.errors)


def test_everything_into_a_folder(tmp_path):
    session = trained(SGD, 60)
    exported = export_all(session.run, tmp_path / "new" / "folder", small_dataset())
    names = "history.csv history.npz images.npz model-card.md model.npz model.onnx model.safetensors"
    names += " rebuild.ipynb rebuild.py"
    assert sorted(path.name for path in exported.files) == names.split()
    assert sorted(path.name for path in (tmp_path / "new" / "folder").iterdir()) == names.split()
    assert exported.notes == ()
    np.testing.assert_array_equal(load_model(exported.files[0]).model.W, session.run.model.W)
    steady = [path for path in exported.files if path.suffix != ".safetensors"]  # its metadata have no fixed order
    first = [path.read_bytes() for path in steady]
    export_all(session.run, tmp_path / "new" / "folder", small_dataset())
    assert [path.read_bytes() for path in steady] == first


@pytest.mark.parametrize("kind", FORMATS)
def test_what_cannot_be_written_is_said(tmp_path, kind):
    with pytest.raises(UserError, match="could not be written"):
        export_as(kind, trained(SGD, 30).run, tmp_path / "nowhere" / "file", small_dataset())
    (tmp_path / "file").touch()
    with pytest.raises(ExportError, match="could not be made"):
        export_all(trained(SGD, 30).run, tmp_path / "file", small_dataset())


def test_the_exported_images_are_those_of_the_run(tmp_path):
    exported = export_as("script", trained(SGD, 30).run, tmp_path / "a.py", small_dataset())
    with np.load(exported.files[1]) as archive:
        np.testing.assert_array_equal(archive["train_images"], small_dataset().train_images)
        np.testing.assert_array_equal(archive["test_images"], small_dataset().test_images)
