"""``python -m dae_core data`` and ``train --data`` on every kind of source."""

import json
import subprocess
import sys

import numpy as np
import pytest
from PIL import Image

from dae_core.__main__ import main
from dae_core.datasets import CATALOGUE, OwnSet, write_idx
from helpers.catalogue import entry_for, four_arrays, four_files, stay_on_this_machine
from helpers.server import free_port, serving

FILES = four_files()


@pytest.fixture(autouse=True)
def local_only(monkeypatch, tmp_path):
    stay_on_this_machine(monkeypatch, tmp_path / "data ä")


@pytest.fixture
def server(monkeypatch):
    with serving(FILES) as running:
        monkeypatch.setitem(CATALOGUE, "mnist", entry_for(FILES, running.url()))
        yield running


@pytest.fixture
def call(capsys):
    def run(*arguments):
        try:
            code = main([str(argument) for argument in arguments])
        except SystemExit as stop:
            code = stop.code
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return run


def train(call, *arguments, said=""):
    code, output, error = call(
        "train", "--hidden", 6, "--iterations", 100, "--learning-rate", 0.001, "--json", *arguments
    )
    assert (code, error) == (0, said)
    return json.loads(output)


def test_get_list_path_remove(call, server, tmp_path):
    folder = str(tmp_path / "data ä" / "mnist")
    code, output, error = call("data", "path", "mnist")
    assert (code, output) == (1, "")
    assert error == "MNIST is not on this machine: get it with  dae-studio data get mnist\n"
    assert call("data", "get", "mnist") == (0, f"MNIST is on this machine: {folder}\n", "")
    assert call("data", "get", "mnist") == (0, f"MNIST was on this machine already: {folder}\n", "")
    assert call("data", "path", "mnist") == (0, folder + "\n", "")
    code, output, _ = call("data", "list")
    assert code == 0
    assert [line.split()[0] for line in output.splitlines()] == ["mnist", "fashion-mnist", "kmnist"]
    assert output.splitlines()[0].endswith("52 images  on this machine")
    assert output.splitlines()[1].endswith("70,000 images  30.9 MB to fetch")
    code, output, _ = call("data", "remove", "mnist")
    assert (code, output.startswith("MNIST: "), output.endswith(" freed.\n")) == (0, True, True)
    assert call("data", "remove", "mnist") == (0, "MNIST was not on this machine.\n", "")


def test_json(call, server):
    (report,) = [json.loads(call("data", "get", "mnist", "--json")[1])]
    assert (report["fetched"], report["present"], report["shape"]) == (True, True, [10, 10])
    assert not json.loads(call("data", "get", "mnist", "--json")[1])["fetched"]
    listed = json.loads(call("data", "list", "--json")[1])["datasets"]
    assert [entry["present"] for entry in listed] == [True, False, False]
    assert json.loads(call("data", "path", "mnist", "--json")[1])["path"].endswith("mnist")
    assert json.loads(call("data", "remove", "mnist", "--json")[1])["freed_bytes"] == sum(map(len, FILES.values()))
    code, output, error = call("data", "path", "mnist", "--json")
    assert (code, json.loads(output)["present"], error[:5]) == (1, False, "MNIST")


def test_a_failed_download_and_a_wrong_name(call, monkeypatch):
    monkeypatch.setitem(CATALOGUE, "mnist", entry_for(FILES, f"http://127.0.0.1:{free_port()}/"))
    code, output, error = call("data", "get", "mnist")
    assert (code, output, error.count("\n")) == (1, "", 1)
    assert "no connection" in error
    code, _, error = call("data", "get", "letters")
    assert (code, "there are mnist" in error) == (1, True)
    assert call("data")[0] == 2
    assert call("data", "get")[0] == 2


def test_a_mirror_in_the_house(call, server, monkeypatch):
    monkeypatch.setitem(CATALOGUE, "mnist", entry_for(FILES, server.url("missing")))
    assert call("data", "get", "mnist", "--mirror", server.url("house"))[0] == 0
    assert server.requests[0].startswith("/house/")


def test_a_downloaded_set_trains_as_its_files_do(call, server, tmp_path):
    assert call("data", "get", "mnist")[0] == 0
    folder = tmp_path / "idx"
    folder.mkdir()
    for name, array in zip(FILES, four_arrays(), strict=True):
        write_idx(folder / name, array)
    reports = [train(call, "--data", source) for source in ("mnist", folder)]
    keys = ("smoothed_error", "sparsity", "test_mse", "linear_bound_mse")
    assert [reports[0][key] for key in keys] == [reports[1][key] for key in keys]


def test_every_kind_of_source_trains(call, tmp_path):
    images, labels = four_arrays()[:2]
    np.save(tmp_path / "a.npy", images)
    np.savez(tmp_path / "a.npz", images=images, labels=labels)
    np.savetxt(tmp_path / "a.csv", np.column_stack([labels, images.reshape(len(images), -1)]), "%d", ",")
    write_idx(tmp_path / "a.idx", images)
    own = OwnSet("My digits", (10, 10))
    (tmp_path / "pictures").mkdir()
    for number, image in enumerate(images):
        Image.fromarray(image).save(tmp_path / "pictures" / f"{number:03}.png")
        own.add(image)
    own.save()
    reports = [train(call, "--data", tmp_path / name) for name in ("a.npy", "a.npz", "a.idx", "pictures")]
    said = "Column 1 is taken as the label, from what stands in it.\n"
    reports.append(train(call, "--data", tmp_path / "a.csv", said=said))
    reports.append(train(call, "--data", "own:My digits"))
    assert len({report["test_mse"] for report in reports}) == 1


def test_options_for_images(call, tmp_path):
    images = four_arrays()[0]
    np.save(tmp_path / "a.npy", images)
    np.save(tmp_path / "b.npy", 255 - images)
    plain = train(call, "--data", tmp_path / "a.npy")
    inverted = train(call, "--data", tmp_path / "b.npy", "--image-invert")
    assert plain["test_mse"] == inverted["test_mse"]
    model = tmp_path / "m.safetensors"
    train(call, "--data", tmp_path / "a.npy", "--image-size", "16x12", "--image-fit", "crop", "--out", model)
    code, _, error = call("evaluate", model, "--data", tmp_path / "a.npy")
    assert (code, "192 inputs" in error) == (1, True)
    assert call("evaluate", model, "--data", tmp_path / "a.npy", "--image-size", "16x12")[0] == 0
    for wrong in ("16", "7x20", "20x129", "axb"):
        code, _, error = call("train", "--data", tmp_path / "a.npy", "--image-size", wrong)
        assert (code, error.count("\n")) == (2, 1)


def test_what_is_missing_is_said_only_when_asked_for(call):
    code, _, error = call("train", "--data", "kmnist")
    assert (code, error.endswith("dae-studio data get kmnist\n")) == (1, True)


def test_nothing_of_the_network_is_imported_before_it_is_needed():
    script = (
        "import sys, dae_core.__main__, dae_core.datasets\n"
        "print(sorted({'requests', 'pooch', 'urllib3', 'PIL', 'sklearn', 'ssl'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)  # noqa: S603
    assert done.stdout.strip() == "[]"
