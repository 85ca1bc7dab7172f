"""``python -m dae_core check-gradient``: its JSON, its exit codes, and the verdict in words."""

import json

import numpy as np
import pytest

from dae_core.__main__ import main
from dae_core.datasets import write_idx
from dae_core.jobs import Cancelled, JobProgress, Monitor
from dae_core.model.autoencoder import AutoEncoder, Gradients
from dae_core.model.gradient_check import BlockCheck, check_gradient, explain, in_doubles
from helpers.datasets import small_dataset


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    folder = tmp_path_factory.mktemp("blobs")
    write_idx(folder / "train-images-idx3-ubyte", small_dataset().train_images)
    write_idx(folder / "t10k-images-idx3-ubyte", small_dataset().test_images)
    return folder


@pytest.fixture
def call(capsys, data):
    def run(*arguments):
        try:
            code = main(["check-gradient", "--data", str(data), *arguments])
        except SystemExit as stop:
            code = stop.code
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return run


@pytest.mark.parametrize("seed", ["0", "1", "7"])
def test_the_exact_gradient_is_right(call, seed):
    code, out, err = call("--hidden", "20", "--seed", seed, "--json")
    (line,) = out.splitlines()
    report = json.loads(line)
    assert (code, err, report["ok"]) == (0, "", True)
    assert list(report["blocks"]) == ["W", "B", "V", "C"]
    assert all(0 <= worst < 1e-6 for worst in report["blocks"].values())
    assert report["checked"]["B"] + report["skipped"]["B"] == 20
    assert "is right" in report["verdict"]


def test_the_published_gradient_is_wrong_in_w_and_b(call):
    code, out, _ = call("--gradient", "published", "--hidden", "20", "--json")
    report = json.loads(out)
    assert (code, report["ok"]) == (1, False)
    assert report["blocks"]["W"] > 0.1 < report["blocks"]["B"]
    assert report["blocks"]["V"] < 1e-6 > report["blocks"]["C"]
    for words in ("W and B are wrong", "derivative of the ReLU"):
        assert words in report["verdict"]


def test_a_table_for_people_and_the_same_numbers_for_the_same_seed(call):
    first, second = call("--hidden", "9", "--gradient", "published"), call("--hidden", "9", "--gradient", "published")
    assert first == second
    lines = first[1].splitlines()
    assert [line.split()[-1] for line in lines[1:5]] == ["WRONG", "WRONG", "ok", "ok"]
    assert call("--hidden", "9", "--seed", "4")[1] != call("--hidden", "9", "--seed", "5")[1]


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["--hidden", "0"], 2, "hidden units"),
        (["--gradient", "guessed"], 2, "guessed"),
        (["--seed", "-1"], 2, "seed"),
        (["--data", "/nowhere/at/all"], 1, "/nowhere/at/all"),
    ],
)
def test_mistakes_get_one_sentence(call, arguments, code, words):
    result, out, err = call(*arguments)
    assert (result, out) == (code, "")
    assert words in err


def pieces(gradient="published"):
    rng = np.random.default_rng(3)
    model = in_doubles(AutoEncoder.random(16, 9, rng, gradient=gradient))
    model.B[:] = [1, -1, 1, -1, 1, -1, 1, -1, 1]
    x0 = rng.normal(size=16)
    return model, x0 + rng.normal(size=16), x0


def test_wrong_entries_are_counted_by_unit():
    model, x, x0 = pieces()
    silent = ~(model.forward(x).z > 0)
    checks = check_gradient(model, x, x0, samples_per_block=1000, rng=np.random.default_rng(0))
    assert 0 < silent.sum() < 9
    assert (checks["B"].wrong, checks["B"].wrong_silent) == (silent.sum(), silent.sum())
    assert (checks["W"].wrong, checks["W"].wrong_silent) == (16 * silent.sum(), 16 * silent.sum())
    assert (checks["V"].wrong, checks["C"].wrong) == (0, 0)


class Faulty(AutoEncoder):
    def backward(self, x, x0, activations=None):
        W, B, V, C = super().backward(x, x0, activations)
        return Gradients(W, B, V, 2 * C)


def test_another_fault_is_not_blamed_on_the_relu():
    model, x, x0 = pieces("exact")
    checks = check_gradient(Faulty(**model.parameters), x, x0, rng=np.random.default_rng(0))
    verdict = explain(checks, "exact")
    assert verdict.startswith("C is wrong, in 16 ")
    assert "ReLU" not in verdict


def test_a_published_gradient_without_silent_units_is_right_and_said_to_be():
    model, x, x0 = pieces()
    model.B[:] = 50
    checks = check_gradient(model, x, x0, rng=np.random.default_rng(0))
    assert "none of the entries checked belongs to a silent unit" in explain(checks, "published")


def test_nothing_is_said_where_nothing_could_be_checked():
    model, x, x0 = pieces()
    model.V[0, 0] = np.nan
    checks = check_gradient(model, x, x0, rng=np.random.default_rng(0))
    assert not any(check.ok for check in checks.values())
    assert "Nothing can be said of W" in explain(checks, "published")
    assert explain({"W": BlockCheck(0.0, 3, 0)}, "exact").endswith("is right.")


def test_work_is_told_and_can_end_it():
    model, x, x0 = pieces()
    told = []
    monitor = Monitor(on_progress=told.append)
    check_gradient(model, x, x0, samples_per_block=4, rng=np.random.default_rng(0), monitor=monitor)
    assert [progress.fraction for progress in told] == sorted(progress.fraction for progress in told)
    assert told[-1] == JobProgress(1.0, "Checking C")
    with pytest.raises(Cancelled):
        check_gradient(model, x, x0, rng=np.random.default_rng(0), monitor=Monitor(lambda: True))
