"""The table of runs without a window: columns, groups over seeds and their statistics, order, filter, chart, CSV."""

import csv
import dataclasses
import io
import math
import statistics

import numpy as np
import pytest

from dae_core.evaluation.held_out import Figures
from dae_core.files import replacing
from dae_core.model.corruption import Gaussian, Masking
from dae_core.sessions.run import free_colors
from dae_core.sweeps import run_table
from dae_core.sweeps.run_chart import best_setting, chart
from dae_core.sweeps.run_columns import COLUMNS, Kind, shown_by_themselves
from dae_core.sweeps.run_groups import RunGroup, Statistic, arranged
from dae_core.sweeps.run_row import Live, RunRow
from dae_core.sweeps.run_table import as_shown, csv_text, printed, write_runs_csv
from dae_core.training.config import TrainingConfig
from dae_core.training.progress import Change
from helpers.run_rows import make_row as make


def names(groups):
    return [[row.run.label.name for row in group.rows] for group in groups]


# -- values ------------------------------------------------------------------------------------------------------------


def test_each_column_says_what_the_run_holds():
    row = make("r", 0.3, hidden_units=4, corruption=Masking(0.25), learning_rate=0.002, seed=7)
    values = {key: column.value(row) for key, column in COLUMNS.items() if column.kind is not Kind.ABOUT}
    assert values == {
        "mse": 0.3,
        "linear": pytest.approx(-25.0),
        "corruption": "masking 25 %",
        "hidden_units": 4,
        "learning_rate": 0.002,
        "schedule": "constant",
        "iterations": 50,
        "optimizer": "SGD",
        "batch_size": 1,
        "gradient": "exact",
        "own_backward": "built-in",
        "decoder_start": "at random",
        "seed": 7,
        "activation": "ReLU",
        "loss": "squared error",
        "tied": "untied",
        "k_sparse": 0,
        "weight_decay": 0.0,
        "l1": 0.0,
        "kl_weight": 0.0,
        "kl_target": 0.05,
        "contractive": 0.0,
        "average": "no average",
        "level": 0.25,
        "data": "noise",
        "error": pytest.approx(1.8),
        "psnr": 10.0,
        "sparsity": 0.25,
        "dead_units": 1,
        "iteration": 50,
        "seconds": 2.0,
        "speed": 25.0,
        "diverged_at": None,
    }
    assert {field.name for field in dataclasses.fields(TrainingConfig)} <= COLUMNS.keys()


def test_what_is_not_measured_is_not_zero():
    row = make("r", None)
    unknown = [key for key in COLUMNS if COLUMNS[key].kind is Kind.FIGURE and COLUMNS[key].value(row) is None]
    assert unknown == ["mse", "linear", "error", "psnr", "sparsity", "dead_units", "diverged_at"]
    assert COLUMNS["dead_units"].text(None) == "–"
    without_rates = dataclasses.replace(make("r").run, figures=Figures(0.5, 10.0, 8, 6, 0.25))
    assert COLUMNS["dead_units"].value(RunRow.of(without_rates)) is None


def test_without_noise_a_ratio_to_the_best_linear_denoiser_says_nothing():
    row = make("r")
    assert COLUMNS["linear"].value(dataclasses.replace(row, bound=0.1)) is not None
    for bound in (None, 0.0, 8e-7):
        assert COLUMNS["linear"].value(dataclasses.replace(row, bound=bound)) is None


def test_a_run_that_goes_on_has_only_live_figures():
    row = dataclasses.replace(make("r"), live=Live(60, 3.0, 0.7, 0.2))
    values = {
        key: COLUMNS[key].value(row) for key in ("mse", "sparsity", "iteration", "seconds", "dead_units", "linear")
    }
    assert values == {
        "mse": 0.7,
        "sparsity": 0.2,
        "iteration": 60,
        "seconds": 3.0,
        "dead_units": None,
        "linear": None,
    }


def test_only_what_differs_is_shown_of_the_settings():
    rows = [make("a", seed=1), make("b", seed=2, corruption=Gaussian(0.5))]
    shown = [COLUMNS[key] for key in shown_by_themselves(rows)]
    assert [column.key for column in shown if column.kind is Kind.SETTING] == ["corruption", "seed"]
    assert "diverged_at" not in {column.key for column in shown}
    assert "diverged_at" in shown_by_themselves([*rows, make("c", diverged=31)])
    assert [key for key in shown_by_themselves(rows[:1]) if COLUMNS[key].kind is Kind.SETTING] == []


# -- groups ------------------------------------------------------------------------------------------------------------


def test_runs_that_differ_only_in_their_seed_are_one_group():
    rows = [
        make("a, seed 0", 0.30, seed=0),
        make("other", 0.20, seed=0, hidden_units=4),
        make("a, seed 1", 0.34, seed=1),
        make("a, seed 2", 0.29, seed=2),
    ]
    groups = arranged(rows)
    assert names(groups) == [["a, seed 0", "a, seed 1", "a, seed 2"], ["other"]]
    group = groups[0]
    numbers = [0.30, 0.34, 0.29]
    found = group.statistic(COLUMNS["mse"])
    assert found.n == 3
    assert found.mean == pytest.approx(statistics.fmean(numbers))
    assert found.deviation == pytest.approx(np.std(numbers, ddof=1))
    assert group.text(COLUMNS["mse"]) == "0.3100 ± 0.0265"
    assert (group.name, group.seeds) == ("a, 3 seeds", (0, 1, 2))
    assert group.text(COLUMNS["seed"]) == "0, 1, 2"
    assert group.text(COLUMNS["hidden_units"]) == "3"
    assert names(arranged(rows, fold=False)) == [[row.run.label.name] for row in rows]


@pytest.mark.parametrize(
    "other",
    [
        make("b", seed=1, learning_rate=0.1),
        make("b", seed=1, corruption=Gaussian(1.1)),
        make("b", seed=1, iteration=40),
        make("b", seed=1, changes=(Change(10, "learning rate", 0.1, 0.2),)),
        make("b", seed=1, base=100),
        dataclasses.replace(make("b", seed=1), live=Live(50, 1.0)),
        make("b", seed=0),
    ],
    ids=["rate", "noise", "iterations", "changed", "begun from a file", "goes on", "same seed"],
)
def test_what_differs_in_anything_else_is_no_group(other):
    assert len(arranged([make("a", seed=0), other])) == 2


def test_a_diverged_run_belongs_to_its_group():
    rows = [make("a", 0.5, seed=0), make("b", 2.0, seed=1, iteration=31, diverged=31)]
    (group,) = arranged(rows)
    assert group.statistic(COLUMNS["diverged_at"]) == Statistic(31.0, None, 1)


def test_a_seed_that_was_trained_twice_counts_once():
    rows = [make("a", 0.3, seed=0), make("again", 0.3, seed=0), make("b", 0.5, seed=1)]
    (group,) = arranged(rows)
    assert len(group.rows) == 3
    found = group.statistic(COLUMNS["mse"])
    assert (found.n, found.mean) == (2, pytest.approx(0.4))
    assert found.deviation == pytest.approx(statistics.stdev([0.3, 0.5]))


def test_statistics_are_honest():
    assert Statistic.of([0.25]) == Statistic(0.25, None, 1)
    assert Statistic.of([0.25]).text(COLUMNS["mse"]) == "0.2500"
    assert Statistic.of([None, 0.2, math.nan, 0.4]).n == 2
    nothing = Statistic.of([None])
    assert (nothing.n, nothing.text(COLUMNS["mse"])) == (0, "–")
    assert Statistic.of([0.2, math.inf]).text(COLUMNS["mse"]) == "∞"
    assert Statistic.of([3, 4]).text(COLUMNS["dead_units"]) == "3.5 ± 0.7"
    assert Statistic.of([3]).text(COLUMNS["dead_units"]) == "3"
    assert Statistic.of([6000, 6000]).text(COLUMNS["iteration"]) == "6,000"
    assert Statistic.of([-20.0, -22.0]).text(COLUMNS["linear"]) == "−21.0 ± 1.4"
    rng = np.random.default_rng(1)
    for n in (2, 3, 50):
        values = rng.normal(1e6, 1e-3, n)  # close together and far from 0
        found = Statistic.of(values)
        assert found.mean == pytest.approx(np.mean(values), rel=1e-15)
        assert found.deviation == pytest.approx(np.std(values, ddof=1), rel=1e-9)


# -- order and filter --------------------------------------------------------------------------------------------------


def test_numbers_sort_as_numbers_and_what_is_not_known_is_last():
    rows = [make("a", 0.2, hidden_units=10), make("b", None, hidden_units=9), make("c", 0.1, hidden_units=100)]
    assert names(arranged(rows, "hidden_units")) == [["b"], ["a"], ["c"]]
    assert names(arranged(rows, "mse")) == [["c"], ["a"], ["b"]]
    assert names(arranged(rows, "mse", descending=True)) == [["a"], ["c"], ["b"]]
    assert names(arranged(rows, "name", descending=True)) == [["c"], ["b"], ["a"]]
    noises = [
        make("a", corruption=Gaussian(10.0)),
        make("b", corruption=Gaussian(2.0)),
        make("c", corruption=Masking()),
    ]
    assert names(arranged(noises, "corruption")) == [["b"], ["a"], ["c"]]
    for key in COLUMNS:
        for descending in (False, True):
            assert len(arranged([*rows, *noises], key, descending=descending)) == 6


def test_groups_sort_by_their_means_and_their_runs_inside():
    rows = [make("a", 0.9, seed=0), make("b", 0.1, seed=1), make("c", 0.4, seed=0, hidden_units=4)]
    assert names(arranged(rows, "mse")) == [["c"], ["b", "a"]]
    assert names(arranged(rows, "mse", descending=True)) == [["a", "b"], ["c"]]


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("", ["one", "two"]),
        ("MASKING", ["two"]),
        ("mask seen", ["two"]),
        ("mask unseen-word", []),
        ("4 hidden", ["two"]),
        ("  one ", ["one"]),
        ("25", []),
        ("50", ["two"]),
    ],
)
def test_the_filter_wants_every_word(words, found):
    rows = [make("one"), make("two", corruption=Masking(0.5), hidden_units=4, notes="I have seen\nthis")]
    assert [name for (name,) in names(arranged(rows, words=words))] == found


# -- chart -------------------------------------------------------------------------------------------------------------


def test_a_figure_against_a_number():
    rows = [make(f"{h}/{s}", 0.1 * h + s / 100, hidden_units=h, seed=s) for h in (4, 40) for s in (0, 1)]
    drawn = chart(rows, COLUMNS["hidden_units"], COLUMNS["mse"])
    assert [(point.x, point.y) for point in drawn.points] == [
        (4.0, pytest.approx(0.4)),
        (4.0, pytest.approx(0.41)),
        (40.0, pytest.approx(4.0)),
        (40.0, pytest.approx(4.01)),
    ]
    assert [mean.x for mean in drawn.means] == [4.0, 40.0]
    assert drawn.means[0].figure.deviation == pytest.approx(statistics.stdev([0.4, 0.41]))
    assert drawn.lines == (((4.0, pytest.approx(0.405)), (40.0, pytest.approx(4.005))),)
    assert (drawn.log_x, drawn.log_y, drawn.categories) == (True, True, ())
    assert not chart(rows[:2], COLUMNS["hidden_units"], COLUMNS["mse"]).log_x
    assert not chart(rows, COLUMNS["hidden_units"], COLUMNS["linear"]).log_y, "one is 0"
    assert best_setting(rows) == "hidden_units"


def test_a_figure_against_a_word_and_without_it():
    rows = [
        make("a", 0.3, optimizer="adam"),
        make("b", 0.2),
        make("c", None, optimizer="momentum"),
        make("d", math.inf, optimizer="momentum"),
    ]
    drawn = chart(rows, COLUMNS["optimizer"], COLUMNS["mse"])
    assert drawn.categories == ("Adam", "SGD")
    assert [(point.x, point.y) for point in drawn.points] == [(0.0, 0.3), (1.0, 0.2)]
    assert drawn.left_out == 2
    assert chart([], COLUMNS["data"], COLUMNS["mse"]).points == ()


def test_a_line_joins_only_what_differs_in_nothing_else():
    rows = [make(f"{h}{n}", 0.1, hidden_units=h, corruption=Gaussian(n)) for h in (4, 5) for n in (0.5, 1.0)]
    assert len(chart(rows, COLUMNS["hidden_units"], COLUMNS["mse"]).lines) == 2
    assert len(chart(rows, COLUMNS["level"], COLUMNS["mse"]).lines) == 2
    lengths = [make(f"l{n}", 0.1, iterations=n, iteration=n) for n in (50, 100)]
    assert len(chart(lengths, COLUMNS["iterations"], COLUMNS["mse"]).lines) == 1


# -- text and files ----------------------------------------------------------------------------------------------------


def test_a_file_has_all_digits_units_and_no_formulas(tmp_path):
    third = 1 / 3
    rows = [make("=1+1", third, notes="+two\nlines"), make("@b", None), make("-c, d", 0.1)]
    path = tmp_path / "runs.csv"
    write_runs_csv(rows, path)
    with open(path, encoding="utf-8", newline="") as stream:
        head, *lines = csv.reader(stream)
    assert len(lines) == 3
    assert head[:3] == ["Run", "Held-out MSE (per pixel, standardized)", "vs linear (%)"]
    assert "Time (s)" in head
    first = dict(zip(head, lines[0], strict=True))
    assert float(first["Held-out MSE (per pixel, standardized)"]) == third
    assert (first["Run"], first["Note"]) == ("'=1+1", "'+two lines")
    assert [line[0] for line in lines] == ["'=1+1", "'@b", "'-c, d"]
    assert lines[1][1] == ""
    assert not any(cell.startswith(("=", "+", "@")) for line in lines for cell in line)


def test_a_file_is_whole_or_not_there(tmp_path, monkeypatch):
    path = tmp_path / "runs.csv"
    path.write_text("before")

    def full(target):
        with replacing(target) as stream:
            stream.write(b"half")
            raise OSError(28, "No space left on device")

    monkeypatch.setattr(run_table, "replacing", full)
    with pytest.raises(OSError, match="No space"):
        write_runs_csv([make("a")], path)
    assert path.read_text() == "before"
    assert [file.name for file in tmp_path.iterdir()] == ["runs.csv"]


def test_copied_text_stands_as_it_is_shown():
    columns = [COLUMNS[key] for key in ("name", "mse", "seconds")]
    rows = [make("a, seed 0", 0.3, seed=0), make("a, seed 1", 0.5, seed=1)]
    lines = as_shown(arranged(rows), columns)
    assert lines == [["Run", "Held-out MSE", "Time, s"], ["a, 2 seeds", "0.4000 ± 0.1414", "2.0 ± 0.0"]]
    assert printed(lines, columns) == [
        "Run            Held-out MSE    Time, s",
        "a, 2 seeds  0.4000 ± 0.1414  2.0 ± 0.0",
    ]
    texts = list(csv.reader(io.StringIO(csv_text(rows, columns))))
    assert texts[1] == ["a, seed 0", "0.3", "2.0"]
    assert RunGroup((rows[0],)).is_single


def test_colours_that_are_free():
    colors = free_colors([0, 2, 5])
    assert [next(colors) for _ in range(4)] == [1, 3, 4, 6]
