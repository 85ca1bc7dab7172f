"""``train --session``, ``resume`` and ``export`` at the command line."""

import dataclasses
import os
import signal

import numpy as np
import pytest

from dae_core.commands import running
from dae_core.datasets import write_idx
from dae_core.evaluation.held_out import HeldOut
from dae_core.sessions.model_file import load_model
from dae_core.sessions.run import Label
from dae_core.sessions.session import Session
from dae_core.sessions.session_file import load_session, save_session
from dae_core.training.start import start_model
from dae_core.training.trainer import Trainer
from helpers.commands import RUN, last_line
from helpers.datasets import small_dataset
from helpers.sessions import assert_same


def test_train_writes_a_session(call, data, tmp_path):
    path = tmp_path / "run.dae"
    code, output, error = call("train", *RUN, "--iterations", 500, "--session", path, "--json")
    assert (code, error) == (0, "")
    report = last_line(output)
    assert report["session"] == str(path)
    kept = load_session(path)
    assert (kept.run.checkpoint.iteration, kept.run.checkpoint.end, len(kept.run.record.errors)) == (500, 500, 500)
    assert kept.run.data.source == str(data)
    assert kept.run.history().latest()[0] == pytest.approx(report["smoothed_error"])
    assert HeldOut(small_dataset(), kept.run.config.corruption).evaluate(kept.run.model).mse == pytest.approx(
        report["test_mse"]
    )


def test_resume_goes_on_as_a_segment_of_the_same_run(call, session):
    before = load_session(session)
    code, output, error = call("resume", session, "--iterations", 300, "--json", needs_data=False)
    assert (code, error) == (0, "")
    report = last_line(output)
    assert (report["iterations"], report["trained"], report["session"]) == (800, 300, str(session))
    assert report["iterations_per_second"] == pytest.approx(300 / report["seconds"])
    after = load_session(session)
    trainer = Trainer.resume(small_dataset(), before.run.checkpoint)
    trainer.extend(300)
    progress = trainer.advance(300)
    trainer.close()
    np.testing.assert_array_equal(after.run.model.W, trainer.model.W)
    np.testing.assert_array_equal(after.run.record.errors, np.concatenate([before.run.record.errors, progress.errors]))
    assert [str(change) for change in after.run.record.changes] == ["end of the run: 500 → 800"]
    assert HeldOut(small_dataset(), after.run.config.corruption).evaluate(after.run.model).mse == pytest.approx(
        report["test_mse"]
    )


def test_resume_finishes_a_run_that_was_interrupted_first(call, tmp_path, monkeypatch):
    """Ctrl+C costs nothing: the rest of the run is trained as if it had never stopped."""
    whole, path = tmp_path / "whole.dae", tmp_path / "run.dae"
    arguments = [*RUN, "--iterations", 3000, "--schedule", "cosine"]
    assert call("train", *arguments, "--session", whole)[0] == 0
    advance = Trainer.advance

    def interrupt(self, iterations):
        if self.iteration == 1024:
            os.kill(os.getpid(), signal.SIGINT)
        return advance(self, iterations)

    monkeypatch.setattr(Trainer, "advance", interrupt)
    code, output, error = call("train", *arguments, "--session", path)
    assert (code, output) == (130, "")
    assert f"the run is in {path}" in error
    stopped = load_session(path).run.checkpoint
    assert 1024 <= stopped.iteration < 3000
    assert stopped.end == 3000
    monkeypatch.undo()
    second = tmp_path / "second.dae"
    assert call("resume", path, "--iterations", 100, "--out", second, needs_data=False)[0] == 0
    assert load_session(path).run.checkpoint.iteration == stopped.iteration
    assert load_session(second).run.checkpoint.end == 3000
    left = 3000 - load_session(second).run.checkpoint.iteration
    assert call("resume", second, "--iterations", left + 50, needs_data=False)[0] == 0
    assert load_session(second).run.checkpoint.iteration == load_session(second).run.checkpoint.end == 3050
    assert [str(change) for change in load_session(second).run.record.changes] == ["end of the run: 3,000 → 3,050"]
    rest = 3000 - stopped.iteration
    assert call("resume", path, "--iterations", rest, needs_data=False)[0] == 0
    one, other = load_session(whole), load_session(path)
    checkpoint = dataclasses.replace(other.run.checkpoint, seconds=one.run.checkpoint.seconds)
    run = dataclasses.replace(other.run, checkpoint=checkpoint, label=one.run.label)
    assert_same(one, dataclasses.replace(other, run=run))
    assert call("resume", path, "--iterations", 7, needs_data=False)[0] == 0
    assert load_session(path).run.checkpoint.end == 3007


def test_ctrl_c_without_a_session(call, monkeypatch):
    advance = Trainer.advance

    def interrupt(self, iterations):
        os.kill(os.getpid(), signal.SIGINT)
        return advance(self, iterations)

    monkeypatch.setattr(Trainer, "advance", interrupt)
    code, _, error = call("train", *RUN, "--iterations", 3000)
    assert (code, error) == (130, "Interrupted. Nothing was written.\n")


def test_the_session_is_written_on_the_way(call, tmp_path, monkeypatch):
    monkeypatch.setattr(running, "SAVE_EVERY", -1.0)
    seen = []
    save = running.save_session
    monkeypatch.setattr(
        running, "save_session", lambda path, one: (save(path, one), seen.append(one.run.checkpoint.iteration))
    )
    assert call("train", *RUN, "--iterations", 1300, "--session", tmp_path / "a.dae")[0] == 0
    # Wherever a snapshot is due, at the end, and when the figures of the end are known.
    assert seen == [*((2 * k) ** 2 for k in range(1, 19)), 1300, 1300, 1300]
    assert load_session(tmp_path / "a.dae").run.checkpoint.iteration == 1300


def test_snapshots_are_kept_on_the_way_and_change_no_bit(call, tmp_path):
    """However often it is interrupted, a run has the same snapshots, and the weights of one that keeps none."""
    for extra in ([], ["--batch-size", 5, "--optimizer", "adam"]):
        whole, broken, model = tmp_path / "whole.dae", tmp_path / "broken.dae", tmp_path / "m.safetensors"
        arguments = [*RUN, *extra, "--schedule", "constant", "--iterations"]
        assert call("train", *arguments, 900, "--session", whole)[0] == 0
        assert call("train", *arguments, 900, "--out", model)[0] == 0
        assert call("train", *arguments, 37, "--session", broken)[0] == 0
        for more in (1, 26, 400, 436):
            assert call("resume", broken, "--iterations", more, needs_data=False)[0] == 0
        one, other = load_session(whole), load_session(broken)
        np.testing.assert_array_equal(one.run.model.W, load_model(model).model.W)
        np.testing.assert_array_equal(one.run.model.W, other.run.model.W)
        assert [s.iteration for s in one.run.snapshots] == [(2 * k) ** 2 for k in range(16)]
        assert [s.iteration for s in other.run.snapshots] == [(2 * k) ** 2 for k in range(16)]
        for snapshot, again in zip(one.run.snapshots, other.run.snapshots, strict=True):
            for name, a in snapshot.model.parameters.items():
                np.testing.assert_array_equal(a, again.model.parameters[name])
        np.testing.assert_array_equal(one.run.snapshots[-1].model.W, one.run.model.W)
        np.testing.assert_array_equal(one.run.snapshots[0].model.W, start_model(64, one.run.config).W)
        assert other.run.label.key != one.run.label.key
        for session in (one, other):
            figures = HeldOut(small_dataset(), session.run.config.corruption).evaluate(session.run.model)
            assert session.run.figures.mse == pytest.approx(figures.mse, rel=1e-6)
            np.testing.assert_array_equal(session.run.figures.firing_rates, figures.firing_rates)


def test_resume_leaves_all_else_of_a_session(call, session):
    before = load_session(session)
    label = before.run.label.with_texts("Mine", "A note.")
    other = dataclasses.replace(before.run, label=Label.new("Other", 3))
    run = dataclasses.replace(before.run, label=label, base_iteration=70)
    drawings = (np.arange(12, dtype=np.uint8).reshape(3, 4),)
    save_session(session, Session(run, (other,), drawings, {"zoom": 2}))
    assert call("resume", session, "--iterations", 10, needs_data=False)[0] == 0
    after = load_session(session)
    assert (after.run.checkpoint.iteration, after.run.label, after.run.base_iteration) == (510, label, 70)
    assert_same(Session(after.kept[0]), Session(other))
    assert after.view == {"zoom": 2}
    np.testing.assert_array_equal(after.drawings[0], drawings[0])


def test_a_diverged_run_goes_on_from_its_good_weights(call, tmp_path):
    path = tmp_path / "a.dae"
    arguments = ["--hidden", 8, "--learning-rate", 5, "--iterations", 2000, "--session", path]
    assert call("train", *arguments)[0] == 3
    before = load_session(path)
    assert before.run.checkpoint.divergence is not None
    code, output, error = call("resume", path, "--iterations", 50, "--json", needs_data=False)
    assert code == 3
    assert "diverged" in error
    assert last_line(output)["iterations"] > before.run.checkpoint.iteration


def test_a_data_set_that_was_moved_or_changed(call, tmp_path):
    folder, path = tmp_path / "images", tmp_path / "a.dae"
    folder.mkdir()
    write_idx(folder / "train-images-idx3-ubyte", small_dataset().train_images)
    write_idx(folder / "t10k-images-idx3-ubyte", small_dataset().test_images)
    assert call("train", *RUN, "--iterations", 100, "--data", folder, "--session", path)[0] == 0
    folder.rename(tmp_path / "elsewhere")
    code, output, error = call("resume", path, "--iterations", 10, needs_data=False)
    assert (code, output) == (1, "")
    assert "'images' could not be opened" in error
    assert "--data" in error
    assert call("resume", path, "--iterations", 10, "--data", tmp_path / "elsewhere")[0] == 0
    assert load_session(path).run.data.source == str(tmp_path / "elsewhere")
    assert call("resume", path, "--iterations", 10, needs_data=False)[0] == 0
    write_idx(tmp_path / "elsewhere" / "t10k-images-idx3-ubyte", small_dataset().test_images[1:])
    code, _, error = call("resume", path, "--iterations", 10, needs_data=False)
    assert code == 1
    assert "is not the one that the session was trained on" in error
    assert "89 held-out images" in error


@pytest.mark.parametrize("count", ["0", "-5", "1000000001"])
def test_impossible_numbers_of_iterations(call, session, count):
    code, _, error = call("resume", session, f"--iterations={count}", needs_data=False)
    assert code == 2
    assert "iterations is" in error


def test_damaged_sessions_are_refused(call, session):
    session.write_bytes(session.read_bytes()[:-9])
    for arguments in (["resume", session, "--iterations", 5], ["export", session, "--npz", "--out", "x.npz"]):
        code, output, error = call(*arguments, needs_data=False)
        assert (code, output) == (1, "")
        assert "damaged" in error
        assert error.count("\n") == 1


def test_export_each_and_all(call, session, tmp_path):
    kept = load_session(session)
    npz = tmp_path / "model.npz"
    code, output, error = call("export", session, "--npz", "--out", npz, needs_data=False)
    assert (code, output, error) == (0, f"{npz}\n", "")
    with np.load(npz) as archive:
        assert sorted(archive) == ["B", "C", "V", "W", "mean", "shape", "std"]
        np.testing.assert_array_equal(archive["W"], kept.run.model.W)
    code, output, error = call("export", session, "--all", "--out", tmp_path / "all", "--json", needs_data=False)
    assert (code, error) == (0, "")
    files = last_line(output)["files"]
    assert len(files) == 9
    assert all(os.path.getsize(file) for file in files)
    code, output, error = call("export", session, "--script", "--out", tmp_path / "r.py", needs_data=False)
    assert output.splitlines() == [str(tmp_path / "r.py"), str(tmp_path / "r-images.npz")]


def test_export_says_what_is_wrong(call, session, tmp_path):
    assert call("export", session, "--out", tmp_path / "x", needs_data=False)[0] == 2
    assert call("export", session, "--npz", "--csv", "--out", tmp_path / "x", needs_data=False)[0] == 2
    code, _, error = call("export", session, "--onnx", "--out", tmp_path / "no" / "x", needs_data=False)
    assert code == 1
    assert "there is no folder" in error
    code, _, error = call("export", session, "--script", "--data", "/nowhere", "--out", tmp_path / "x.py")
    assert code == 1
    assert "could not be opened" in error
