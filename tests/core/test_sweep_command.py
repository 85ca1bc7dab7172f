"""``sweep`` at the command line: results, models, sessions, and one session of all runs."""

import json
import os

import numpy as np
import pytest
import safetensors.numpy

from dae_core.commands import sweep
from dae_core.evaluation.held_out import HeldOut
from dae_core.sessions.model_file import load_model
from dae_core.sessions.session import Session
from dae_core.sessions.session_file import load_session
from dae_core.sweeps.plan import SweepError
from dae_core.sweeps.sweep import run_sweep
from helpers.commands import RUN, last_line
from helpers.datasets import small_dataset
from helpers.sessions import assert_same


def test_a_sweep_writes_results_models_and_sessions(call, tmp_path):
    out = tmp_path / "sweep"
    arguments = [*RUN, "--iterations", 200, "--set", "noise=gaussian:0.5,masking:0.25", "--set", "hidden=4,6"]
    code, output, error = call("sweep", *arguments, "--jobs", 2, "--out", out, "--json")
    assert (code, error) == (0, "")
    written = (out / "results.jsonl").read_text(encoding="utf-8").splitlines()
    lines = sorted(map(json.loads, written), key=lambda one: one["run"])
    assert last_line(output)["runs"] == lines
    assert [line["set"] for line in lines] == [
        {"noise": noise, "hidden": hidden} for noise in ("gaussian:0.5", "masking:0.25") for hidden in (4, 6)
    ]
    for line in lines:
        saved, kept = load_model(out / line["model"]), load_session(out / line["session"])
        np.testing.assert_array_equal(saved.model.W, kept.run.model.W)
        assert (saved.config.hidden_units, saved.iteration, kept.run.config.seed) == (line["set"]["hidden"], 200, 3)
        figures = HeldOut(small_dataset(), saved.config.corruption).evaluate(saved.model)
        assert figures.mse == pytest.approx(line["test_mse"], rel=1e-6)
        assert line["test_mse_by_noise"][line["set"]["noise"]] == line["test_mse"]
        assert line["test_mse_by_noise"].keys() == {"gaussian:0.5", "masking:0.25"}
    assert safetensors.numpy.load_file(out / "run-001.safetensors")["W"].shape == (64, 4)
    code, _, error = call("sweep", *arguments, "--out", out)
    assert code == 1
    assert "is there already" in error
    code, output, _ = call("sweep", *arguments, "--out", tmp_path / "again")
    title, head, *rows = output.splitlines()[-4:]
    assert (code, title, head.split()) == (
        0,
        "Held-out MSE (per pixel, standardized):",
        ["Noise", "\\", *["Hidden", "units", "4", "6"]],
    )
    found = [float(cell) for row in rows for cell in row.split()[-2:]]
    assert found == [pytest.approx(line["test_mse"], abs=6e-5) for line in lines]


def test_an_interrupted_sweep_keeps_what_was_done(call, tmp_path, monkeypatch):
    def interrupted(*arguments):
        runs = run_sweep(*arguments)
        yield next(runs)
        raise KeyboardInterrupt

    monkeypatch.setattr(sweep, "run_sweep", interrupted)
    code, _, error = call("sweep", *RUN, "--iterations", 100, "--set", "seed=1,2,3", "--out", tmp_path / "s")
    assert code == 130
    assert error.startswith("Interrupted after 1 of 3 runs; what was done is in ")
    assert sorted(os.listdir(tmp_path / "s")) == ["results.jsonl", "run-001.dae", "run-001.safetensors", "sweep.dae"]
    assert [run.label.name for run in load_session(tmp_path / "s" / "sweep.dae").runs] == ["seed 1"]


def test_a_sweep_is_one_session_of_all_its_runs(call, tmp_path, monkeypatch):
    arguments = [*RUN, "--iterations", 120, "--set", "noise=gaussian:0.5,masking:0.25", "--set", "hidden=4,6"]
    code, output, _ = call("sweep", *arguments, "--jobs", 2, "--out", tmp_path / "s", "--json")
    report = last_line(output)
    assert (code, report["session"]) == (0, str(tmp_path / "s" / "sweep.dae"))
    session = load_session(tmp_path / "s" / "sweep.dae")
    assert [run.label.name for run in session.runs] == [
        "noise gaussian:0.5, hidden 4",
        "noise gaussian:0.5, hidden 6",
        "noise masking:0.25, hidden 4",
        "noise masking:0.25, hidden 6",
    ]
    assert [run.label.color for run in session.runs] == [0, 1, 2, 3]
    assert len({run.label.key for run in session.runs}) == 4
    for run, line in zip(session.runs, report["runs"], strict=True):
        alone = load_session(tmp_path / "s" / line["session"])
        assert_same(alone, Session(run))
        assert run.figures.mse == line["test_mse"]
        assert HeldOut(small_dataset(), run.config.corruption).evaluate(run.model).mse == pytest.approx(
            run.figures.mse, rel=1e-6
        )
    monkeypatch.setattr(sweep, "LARGEST_TOGETHER", 12_000)  # three of its runs
    code, output, error = call("sweep", *arguments, "--out", tmp_path / "t", "--json")
    assert (code, "session" in last_line(output)) == (0, False)
    assert "sweep.dae was not written: all runs together take more than" in error
    assert not (tmp_path / "t" / "sweep.dae").exists()
    assert (tmp_path / "t" / "run-004.dae").exists()


def test_a_sweep_that_goes_wrong_keeps_what_was_done_and_can_go_on(call, tmp_path, monkeypatch):
    def lost(*arguments):
        runs = run_sweep(*arguments)
        yield next(runs)
        raise SweepError("The connection was lost.")

    command = ["sweep", *RUN, "--iterations", 100, "--set", "seed=1,2,3", "--random", 2, "--out", tmp_path / "s"]
    with monkeypatch.context() as patch:
        patch.setattr(sweep, "run_sweep", lost)
        code, _, error = call(*command)
    assert code == 1
    assert "The connection was lost. 1 of 2 runs are done and in " in error
    assert len(load_session(tmp_path / "s" / "sweep.dae").runs) == 1
    code, output, _ = call(*command, "--backend", "threading", "--json")
    assert (code, len(last_line(output)["runs"])) == (0, 2)


def test_the_masking_series(call, tmp_path):
    code, output, _ = call("sweep", *RUN, "--iterations", 100, "--preset", "masking-series", "--out", tmp_path / "s")
    assert code == 0
    assert [line.split()[2] for line in output.splitlines()[1:]] == ["masking:0", "masking:0.25", "masking:0.5"]


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        ([], 1, "one to four settings, not 0"),
        (["--set", "hidden=1,2", "--set", "hidden=3"], 1, "only once"),
        (["--set", "hidden=2,2"], 1, "only once"),
        (["--set", "hidden=0"], 2, "hidden units is 0"),
        (["--set", "hidden=ten"], 2, "'ten' is no value of hidden"),
        (["--set", "color=red"], 2, "NAME of hidden"),
        (["--set", "hidden"], 2, "is not NAME=VALUE"),
        (["--set", "schedule=wavy"], 2, "must be one of constant"),
        (["--set", "noise=gaussian:x"], 2, "is not a number"),
        (["--set", "hidden=2", "--jobs", "0"], 1, "--jobs is 0"),
        (["--set", "hidden=2,3", "--random", "3"], 1, "there are 2 combinations"),
        (["--set", "hidden=2", "--backend", "dask"], 1, "go together"),
        (["--set", "hidden=2", "--scheduler", "tcp://a:1"], 1, "is for --backend dask"),
        (["--set", "hidden=2", "--backend", "dask", "--scheduler", "tcp://127.0.0.1:1"], 1, "connection refused"),
    ],
)
def test_sweeps_that_cannot_be_made(call, tmp_path, arguments, code, words):
    found, _, error = call("sweep", *arguments, "--out", tmp_path / "s")
    assert found == code
    assert words in error
    assert not (tmp_path / "s").exists()
