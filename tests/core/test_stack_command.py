"""``python -m dae_core stack``."""

import json

import pytest

SMALL = ("--layers", "12,8", "--epochs", 1, "--fine-epochs", 2, "--fine-rate", 0.02, "--images", 300, "--held-out", 60)


def test_it_prints_the_table_and_the_differences_seed_by_seed(call):
    code, out, _ = call("stack", "--data", "digits", *SMALL, "--seeds", 2)
    assert code == 0
    lines = out.splitlines()
    assert [line.split(":")[0] for line in lines[:2]] == ["seed 0", "seed 1"]
    for kind in ("stacked denoising", "stacked plain", "none"):
        assert any(line.startswith(kind) for line in lines)
    assert lines[-1].startswith("none minus stacked plain:")


def test_json_repeats_to_the_digit(call):
    reports = []
    for _ in range(2):
        code, out, _ = call(
            "stack", "--data", "background:digits", *SMALL, "--kinds", "stacked denoising,none", "--json"
        )
        assert code == 0
        report = json.loads(out)
        for run in report["runs"]:
            assert run.pop("seconds") > 0
            run.pop("cpu_seconds")
        reports.append(report)
    first, second = reports
    assert first == second
    assert first["dataset"] == "Bundled digits, on a random background"
    assert (first["images"], first["held_out"], first["layers"]) == (300, 60, [12, 8])
    kind = first["kinds"]["none"]
    assert kind["low"] < kind["error"] < kind["high"]
    assert first["runs"][0]["kinds"]["none"]["errors_by_epoch"][-1] == kind["error"]


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("--layers", "12,x"), 2, "are no layers"),
        (("--layers", "1,2,3,4"), 2, "one to 3"),
        (("--layers", "20000"), 2, "hidden units is 20,000"),
        (("--kinds", "none,best"), 2, "are not some of"),
        (("--epochs", "0"), 2, "--epochs is 0"),
        (("--seeds", "1000"), 2, "at most 100"),
        (("--fine-masking", "1"), 2, "--fine-masking"),
        (("--noise", "masking:0"), 1, "stacked denoising is stacked plain"),
        (("--loss", "cross-entropy", "--tied", "--activation", "linear", "--fine-rate", "0"), 2, "--fine-rate"),
    ],
)
def test_what_cannot_be_is_said_at_once(call, arguments, code, words):
    found, _, err = call("stack", "--data", "digits", *arguments)
    assert found == code
    assert words in err


def test_images_without_labels_are_refused(call):
    code, _, err = call("stack", *SMALL)
    assert code == 1
    assert "no labels" in err
