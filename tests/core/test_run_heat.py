"""The heat map of runs over two settings, as numbers."""

import math

from dae_core.sweeps.run_columns import COLUMNS
from dae_core.sweeps.run_heat import best_pair, heat
from helpers.run_rows import make_row

HIDDEN, RATE, MSE = COLUMNS["hidden_units"], COLUMNS["learning_rate"], COLUMNS["mse"]


def rows_of(hidden=(10, 9), rates=(0.1, 0.02), seeds=(1, 2)):
    return [
        make_row(f"{h} {r} {s}", h + r + s, hidden_units=h, learning_rate=r, seed=s)
        for h in hidden
        for r in rates
        for s in seeds
    ]


def test_a_cell_is_the_mean_over_seeds_and_the_axes_rise_as_numbers():
    drawn = heat(rows_of(), HIDDEN, RATE, MSE)
    assert (drawn.columns, drawn.rows, drawn.over) == (("9", "10"), ("0.02", "0.1"), ("Seed",))
    cells = {(cell.column, cell.row): cell for cell in drawn.cells}
    assert len(cells) == 4
    assert math.isclose(cells[1, 0].figure.mean, 10 + 0.02 + 1.5)
    assert cells[1, 0].long_text(MSE) == "11.5200 ± 0.7071, n = 2"
    assert drawn.table() == [
        ["Learning rate \\ Hidden units", "9", "10"],
        ["0.02", "10.5200", "11.5200"],
        ["0.1", "10.6000", "11.6000"],
    ]


def test_runs_that_diverged_are_said_and_not_counted():
    rows = [
        make_row("a", 0.3, hidden_units=4, learning_rate=0.1, seed=1),
        make_row("b", 7.0, hidden_units=4, learning_rate=0.1, seed=2, diverged=20),
        make_row("c", 7.0, hidden_units=5, learning_rate=0.1, diverged=30),
        make_row("d", None, hidden_units=4, learning_rate=0.2),
    ]
    drawn = heat(rows, HIDDEN, RATE, MSE)
    some, every = drawn.cells
    assert (some.figure.mean, some.long_text(MSE)) == (0.3, "0.3000, n = 1, 1 diverged and not counted")
    assert math.isnan(every.figure.mean)
    assert (every.text(MSE), every.long_text(MSE)) == ("diverged", "all diverged")
    assert drawn.rows == ("0.1",), "what is not known is left out"
    assert heat(rows, HIDDEN, RATE, COLUMNS["diverged_at"]).cells[-1].text(COLUMNS["diverged_at"]) == "30"


def test_a_run_that_was_trained_twice_counts_once():
    rows = rows_of()
    again = make_row("again", 99.0, hidden_units=10, learning_rate=0.1, seed=1)
    assert heat([*rows, again], HIDDEN, RATE, MSE).table() == heat(rows, HIDDEN, RATE, MSE).table()


def test_the_pair_of_settings_that_makes_a_sweep_is_found():
    assert best_pair(rows_of()) == ("hidden_units", "learning_rate")
    assert best_pair(rows_of(rates=(0.1,))) is None
    assert best_pair([]) is None
    apart = [make_row(str(i), 0.1, hidden_units=10 + i, learning_rate=0.1 + i / 100) for i in range(6)]
    assert best_pair(apart) is None, "six runs of 36 pairs are no sweep"
