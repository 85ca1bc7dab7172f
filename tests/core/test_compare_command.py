"""``python -m dae_core compare``: the JSON line, the table, and a sentence for every mistake."""

import json

import pytest

from dae_core.__main__ import main
from dae_core.datasets import open_dataset, write_idx
from dae_core.evaluation.comparison import Bench, judge_others, verdict
from dae_core.jobs import Monitor
from dae_core.model.autoencoder import AutoEncoder
from dae_core.model.corruption import Gaussian, Masking
from dae_core.sessions.model_file import SavedModel, save_model
from dae_core.training.config import TrainingConfig
from dae_core.training.examples import start_generator
from helpers.datasets import small_dataset

pytestmark = pytest.mark.usefixtures("few_tuning_images")

NAMES = [
    "noisy input",
    "median",
    "Gaussian blur",
    "total variation",
    "non-local means",
    "PCA",
    "best linear denoiser",
    "network",
]


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    folder = tmp_path_factory.mktemp("blobs")
    write_idx(folder / "train-images-idx3-ubyte", small_dataset().train_images)
    write_idx(folder / "t10k-images-idx3-ubyte", small_dataset().test_images)
    return folder


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    path = tmp_path_factory.mktemp("model") / "m.safetensors"
    net = AutoEncoder.random(64, 12, start_generator(0))
    save_model(path, SavedModel(net, TrainingConfig(corruption=Gaussian(0.7)), 0, "blobs", (8, 8)))
    return path, net


@pytest.fixture
def call(capsys):
    def run(*arguments):
        try:
            code = main([str(argument) for argument in ("compare", *arguments)])
        except SystemExit as stop:
            code = stop.code
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return run


def test_json_is_the_comparison(call, data, model):
    path, net = model
    code, out, err = call(path, "--data", data, "--noise", "masking:0.4", "--images", 40, "--json")
    assert (code, err) == (0, "")
    (line,) = out.splitlines()
    report = json.loads(line)
    assert [entry["name"] for entry in report["methods"]] == NAMES
    assert (report["images"], report["noise"], report["clipped"]) == (40, "masking:0.4", False)
    bench = Bench(open_dataset(data), Masking(0.4), 40)
    expected = (*judge_others(bench, Monitor()), bench.judge_network(net))
    for entry, method in zip(report["methods"], expected, strict=True):
        for metric in ("mse", "psnr", "ssim"):
            assert entry[metric] == pytest.approx(method.mean(metric), rel=1e-6)
    assert report["verdict"] == verdict(expected)


def test_table_of_all_images_with_the_models_own_noise(call, data, model):
    code, out, _ = call(model[0], "--data", data, "--clip")
    assert code == 0
    assert "90 held-out images" in out
    assert "gaussian:0.7, cut off at black and white" in out
    lines = out.splitlines()
    for name in NAMES:
        (line,) = [line for line in lines if line.startswith(name)]
        assert len(line.split()) >= 4
    assert lines[-1].startswith("The network ")


def test_infinite_figures_are_null(call, data, model):
    code, out, _ = call(model[0], "--data", data, "--noise", "gaussian:0", "--images", 5, "--json")
    assert code == 0
    noisy = json.loads(out)["methods"][0]
    assert (noisy["mse"], noisy["psnr"]) == (0.0, None)


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["nothing.safetensors"], 1, "nothing.safetensors"),
        (["MODEL", "--images", "0"], 2, "whole number above 0"),
        (["MODEL", "--images", "many"], 2, "whole number above 0"),
        (["MODEL", "--noise", "rain:1"], 2, "Unknown noise"),
        (["MODEL", "--data", "digits"], 1, "64 inputs"),
        ([], 2, "MODEL"),
    ],
)
def test_mistakes_get_one_sentence(call, data, model, arguments, code, words):
    arguments = [model[0] if argument == "MODEL" else argument for argument in arguments]
    if "--data" not in arguments:
        arguments += ["--data", data]
    result, out, err = call(*arguments)
    assert (result, out) == (code, "")
    assert words in err
    assert len(err.splitlines()) == 1
