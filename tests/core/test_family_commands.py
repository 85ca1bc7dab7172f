"""The family at the command line: trained, kept, gone on with, measured, exported, swept."""

import json

import pytest

from dae_core.__main__ import main
from dae_core.model.activations import ACTIVATIONS
from dae_core.sessions.session_file import load_session

VINCENT = ["--activation", "sigmoid", "--loss", "cross-entropy", "--tied", "--noise", "masking:0.25", "--hidden", "20"]


def report(capsys) -> dict:
    return json.loads(capsys.readouterr().out.splitlines()[-1])


def test_a_run_is_trained_measured_and_gone_on_with(tmp_path, capsys) -> None:
    session, model = tmp_path / "a.dae", tmp_path / "a.safetensors"
    what = ["--iterations", "300", "--learning-rate", "0.01", "--kl", "0.1:0.05", "--contractive", "0.01"]
    assert main(["train", *VINCENT, *what, "--session", str(session), "--out", str(model), "--json"]) == 0
    trained = report(capsys)
    assert trained["config"]["kl_target"] == 0.1
    assert trained["test_loss"] > 10 * trained["test_mse"]
    assert load_session(session).run.data.scale.std == 255
    assert main(["evaluate", str(model), "--json"]) == 0
    measured = report(capsys)
    assert measured["test_mse"] == pytest.approx(trained["test_mse"], rel=1e-6)
    assert (measured["mean"], measured["std"]) == (0, 255)
    assert main(["resume", str(session), "--iterations", "100", "--json"]) == 0
    assert report(capsys)["iterations"] == 400
    assert main(["export", str(session), "--onnx", "--out", str(tmp_path / "a.onnx")]) == 0


def test_a_sweep_goes_over_activations_switches_and_pairs(tmp_path, capsys) -> None:
    what = ["sweep", "--hidden", "8", "--iterations", "60", "--json", "--out"]
    assert (
        main([*what, str(tmp_path / "a"), "--set", f"activation={','.join(ACTIVATIONS)}", "--set", "tied=no,yes"]) == 0
    )
    runs = report(capsys)["runs"]
    assert [(run["set"]["activation"], run["set"]["tied"]) for run in runs] == [
        (name, tied) for name in ACTIVATIONS for tied in (False, True)
    ]
    sets = ["--activation", "sigmoid", "--set", "kl=0.05:0.1,0.2:1", "--set", "loss=squared,cross-entropy"]
    assert main([*what, str(tmp_path / "b"), *sets]) == 0
    runs = report(capsys)["runs"]
    assert [run["set"]["kl"] for run in runs] == ["0.05:0.1", "0.05:0.1", "0.2:1", "0.2:1"]
    together = load_session(tmp_path / "b" / "sweep.dae")
    assert {run.data.std == 255 for run in together.runs} == {True, False}


def test_averaged_weights_are_measured_kept_and_looked_at(tmp_path, capsys) -> None:
    files = [str(tmp_path / "a.dae"), str(tmp_path / "a.safetensors")]
    what = ["--hidden", "20", "--iterations", "1500", "--average", "--session", files[0], "--out", files[1], "--json"]
    assert main(["train", *what]) == 0
    trained = report(capsys)
    assert trained["test_mse_averaged"] != trained["test_mse"]
    for file in files:
        for option, name in (([], "test_mse"), (["--averaged"], "test_mse_averaged")):
            assert main(["evaluate", file, *option, "--json"]) == 0
            assert report(capsys)["test_mse"] == pytest.approx(trained[name], rel=1e-6)
    assert main(["train", "--hidden", "5", "--iterations", "9", "--out", files[1]]) == 0
    assert main(["evaluate", files[1], "--averaged"]) == 1
    assert "has no averaged weights: train with --average." in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--kl", "0.05:0.1"], "choose sigmoid units"),
        (["--kl", "5"], "TARGET:WEIGHT"),
        (["--k-sparse", "999"], "999 strongest of 225"),
        (["--activation", "linear", "--contractive", "1"], "choose weight decay"),
        (["--tied", "--gradient", "published"], "the exercise's model"),
        (["--l1", "nan"], "must be a number between"),
    ],
)
def test_what_makes_no_sense_is_refused(capsys, arguments, words) -> None:
    for command in (["train"], ["check-gradient"]):
        try:
            code = main([*command, *arguments])
        except SystemExit as error:
            code = error.code
        assert code == 2
        assert words in capsys.readouterr().err


def test_the_gradient_of_what_is_asked_for_is_checked(capsys) -> None:
    assert main(["check-gradient", "--activation", "tanh", "--tied", "--l1", "0.1", "--hidden", "9", "--json"]) == 0
    found = report(capsys)
    assert found["ok"]
    assert list(found["blocks"]) == ["W", "B", "C"]
    assert found["model"] == "tanh, linear, tied, L1 on z"
