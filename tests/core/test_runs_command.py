"""``runs`` at the command line: a session's runs as a table, with groups over seeds, as CSV and as JSON."""

import csv
import statistics

import pytest

from dae_core.sessions.session_file import load_session
from helpers.commands import RUN, last_line


@pytest.fixture(scope="module")
def session(tmp_path_factory):
    from dae_core.__main__ import main

    out = tmp_path_factory.mktemp("sweep") / "s"
    sweep = ["sweep", *RUN, "--iterations", "60", "--set", "hidden=4,6", "--set", "seed=1,2,3"]
    assert main([*sweep, "--snapshots", "--out", str(out)]) == 0
    return out / "sweep.dae"


def test_seeds_are_folded_into_mean_and_deviation(call, session):
    code, output, error = call("runs", session, needs_data=False)
    assert (code, error) == (0, "")
    head, *lines = output.splitlines()
    assert head.split()[:3] == ["Run", "Held-out", "MSE"]
    assert "Hidden units" in head
    assert "Learning rate" not in head, "it does not differ"
    runs = [run for run in load_session(session).runs if run.config.hidden_units == 4]
    errors = [run.figures.mse for run in runs]
    assert len(lines) == 2
    assert lines[0].startswith("hidden 4, 3 seeds")
    assert f"{statistics.fmean(errors):.4f} ± {statistics.stdev(errors):.4f}" in lines[0]
    code, output, _ = call("runs", session, "--json", "--sort", "mse", "--descending", needs_data=False)
    groups = last_line(output)["runs"]
    assert groups[0]["test_mse"]["mean"] > groups[1]["test_mse"]["mean"]
    (four,) = [group for group in groups if group["hidden_units"] == 4]
    assert four["seeds"] == [1, 2, 3]
    assert four["test_mse"] == {
        "mean": pytest.approx(statistics.fmean(errors)),
        "standard_deviation": pytest.approx(statistics.stdev(errors)),
        "n": 3,
    }
    assert four["diverged_at"] == {"mean": None, "standard_deviation": None, "n": 0}


def test_a_file_has_a_line_for_each_run(call, session, tmp_path):
    code, output, _ = call("runs", session, "--each", "--csv", tmp_path / "runs.csv", needs_data=False)
    assert code == 0
    assert len(output.splitlines()) == 7
    with open(tmp_path / "runs.csv", encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    runs = load_session(session).runs
    assert [row["Run"] for row in rows] == [run.label.name for run in runs]
    assert [float(row["Held-out MSE (per pixel, standardized)"]) for row in rows] == [run.figures.mse for run in runs]
    code, _, error = call("runs", session, "--csv", tmp_path / "nowhere" / "runs.csv", needs_data=False)
    assert (code, "there is no folder" in error) == (1, True)


def test_a_sweep_keeps_snapshots_where_they_are_asked_for(session):
    assert all(len(run.snapshots) > 2 for run in load_session(session).runs)
