"""Model files: nothing lost on the way, readable by safetensors alone, and damage is always a ModelFileError."""

import errno
import json
import os
import struct
from pathlib import Path

import numpy as np
import pytest
import safetensors.numpy

from dae_core.model.autoencoder import AutoEncoder
from dae_core.model.corruption import Masking
from dae_core.sessions import model_file
from dae_core.sessions.model_file import ModelFileError, SavedModel, load_model, save_model
from dae_core.training.config import TrainingConfig
from helpers.crafting import changed_array, changed_value

CONFIG = TrainingConfig(
    hidden_units=10, corruption=Masking(0.123456789), learning_rate=0.003, seed=9, gradient="published"
)


def saved(d=64, h=10, dtype=np.float32):
    model = AutoEncoder.random(d, h, np.random.default_rng(0), dtype=dtype, gradient="published")
    model.B += np.arange(h)
    model.C += np.arange(d)
    side = round(d**0.5)
    return SavedModel(model, CONFIG, 1234, "mnist", (side, side))


@pytest.fixture
def path(tmp_path):
    file = tmp_path / "model.safetensors"
    save_model(file, saved())
    return file


def rewrite(path, metadata=None, drop=(), **tensors):
    """Write the standard model with some tensors and metadata replaced."""
    arrays = {name: np.ascontiguousarray(a) for name, a in saved().model.parameters.items()} | tensors
    arrays = {name: a for name, a in arrays.items() if name not in drop}
    safetensors.numpy.save_file(arrays, path, metadata)


def refused(path):
    """Return the message with which the file is refused: one line that names the file."""
    with pytest.raises(ModelFileError) as caught:
        load_model(path)
    message = str(caught.value)
    assert str(path) in message
    assert "\n" not in message
    return message


@pytest.mark.parametrize("as_text", [False, True])
def test_round_trip(path, as_text):
    loaded = load_model(str(path) if as_text else path)
    original = saved()
    assert (loaded.config, loaded.iteration, loaded.dataset, loaded.shape) == (CONFIG, 1234, "mnist", (8, 8))
    assert loaded.model.gradient == "published"
    for name, array in original.model.parameters.items():
        np.testing.assert_array_equal(loaded.model.parameters[name], array)
        assert loaded.model.parameters[name].dtype == np.float32
    assert loaded.model.W.T.flags.c_contiguous


def test_safetensors_alone_reads_it(tmp_path):
    path = tmp_path / "model.safetensors"
    original = saved(784, 225)
    save_model(path, original)
    tensors = safetensors.numpy.load_file(path)
    assert {name: (a.shape, a.dtype) for name, a in tensors.items()} == {
        "W": ((784, 225), np.float32),
        "B": ((225,), np.float32),
        "V": ((225, 784), np.float32),
        "C": ((784,), np.float32),
    }
    for name, array in tensors.items():
        np.testing.assert_array_equal(array, original.model.parameters[name])
    with safetensors.safe_open(path, "numpy") as file:
        metadata = file.metadata()
    assert json.loads(metadata["config"])["corruption"] == "masking:0.123456789"
    assert (metadata["iteration"], metadata["dataset"], metadata["shape"]) == ("1234", "mnist", "[28, 28]")


def test_float64_is_written_as_float32(tmp_path):
    path = tmp_path / "model.safetensors"
    original = saved(dtype=np.float64)
    save_model(path, original)
    np.testing.assert_array_equal(load_model(path).model.W, original.model.W.astype(np.float32))


def test_a_foreign_file_with_the_four_tensors_is_read(path):
    rewrite(path)
    loaded = load_model(path)
    assert loaded.config == TrainingConfig(hidden_units=10)
    assert (loaded.iteration, loaded.dataset, loaded.shape) == (0, "", (8, 8))


def test_float64_tensors_and_additional_ones_are_read(path):
    rewrite(path, W=saved().model.W.astype(np.float64).copy(order="C"), momentum=np.zeros(3))
    np.testing.assert_array_equal(load_model(path).model.W, saved().model.W)


def test_images_that_are_no_squares(path):
    rewrite(path, {"shape": "[4, 16]"})
    assert load_model(path).shape == (4, 16)
    rewrite(path, W=np.zeros((6, 10), np.float32), V=np.zeros((10, 6), np.float32), C=np.zeros(6, np.float32))
    assert load_model(path).shape is None


@pytest.mark.parametrize("name", ["W", "B", "V", "C"])
def test_missing_tensors_are_named(path, name):
    rewrite(path, drop=(name,))
    assert refused(path).endswith(f"it lacks {name}.")


@pytest.mark.parametrize("dtype", [np.int32, np.uint8, np.float16, np.bool_])
def test_other_kinds_of_numbers_are_refused(path, dtype):
    rewrite(path, B=np.zeros(10, dtype))
    assert f"B {np.dtype(dtype)}" in refused(path)


@pytest.mark.parametrize("kind", ["BF16", "F8_E4M3", "F8_E5M2"])
def test_kinds_of_numbers_that_numpy_lacks_are_refused(path, kind):
    size = 2 if kind == "BF16" else 1
    header, offset = {}, 0
    for name, shape in {"B": [2], "C": [2], "V": [2, 2], "W": [2, 2]}.items():
        end = offset + size * int(np.prod(shape))
        header[name] = {"dtype": kind, "shape": shape, "data_offsets": [offset, end]}
        offset = end
    text = json.dumps(header).encode()
    path.write_bytes(struct.pack("<Q", len(text)) + text + bytes(offset))
    refused(path)


@pytest.mark.parametrize("name", ["W", "B", "V", "C"])
@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_weights_that_are_not_finite_are_refused(path, name, value):
    array = np.ascontiguousarray(saved().model.parameters[name])
    array.flat[-1] = value
    rewrite(path, **{name: array})
    assert "not finite numbers" in refused(path)


def test_weights_beyond_float32_are_refused(path):
    rewrite(path, B=np.full(10, 1e300))
    assert "not finite numbers" in refused(path)


@pytest.mark.parametrize(
    "tensors",
    [
        {"B": np.zeros(9, np.float32)},
        {"W": np.zeros((10, 64), np.float32)},
        {"W": np.zeros(64, np.float32)},
        {"W": np.zeros((64, 10, 1), np.float32)},
        {"B": np.zeros((), np.float32)},
        {"W": np.zeros((0, 10), np.float32), "V": np.zeros((10, 0), np.float32), "C": np.zeros(0, np.float32)},
        {"W": np.zeros((64, 0), np.float32), "V": np.zeros((0, 64), np.float32), "B": np.zeros(0, np.float32)},
    ],
    ids=lambda tensors: " ".join(f"{name}{a.shape}" for name, a in tensors.items()),
)
def test_shapes_that_do_not_fit_are_refused(path, tensors):
    rewrite(path, **tensors)
    assert "is damaged" in refused(path)


@pytest.mark.parametrize(
    "metadata",
    [
        {"config": "{"},
        {"config": "[]"},
        {"config": '{"schema": 2}'},
        {"config": '{"schema": 1, "seed": -1}'},
        {"config": '{"schema": 1, "learning_rate": 1' + "0" * 400 + "}"},
        {"config": '{"schema": 1, "seed": 1' + "0" * 5000 + "}"},
        {"config": "[" * 100_000},
        {"iteration": "many"},
        {"iteration": "-5"},
        {"iteration": "1" * 5000},
        {"iteration": ""},
        {"shape": "[8, 9]"},
        {"shape": "[8]"},
        {"shape": "[-8, -8]"},
        {"shape": "[8.0, 8]"},
        {"shape": "{}"},
        {"shape": "?"},
        {"shape": "[" * 100_000},
    ],
    ids=lambda metadata: next(f"{key}={value[:40]}" for key, value in metadata.items()),
)
def test_bad_metadata_is_refused(path, metadata):
    rewrite(path, metadata)
    assert "is damaged" in refused(path)


def test_a_newer_version_is_refused_in_words(path):
    rewrite(path, {"format": "dae-studio-model", "version": "2"})
    assert refused(path).endswith("is of format version 2; this program reads version 1.")


@pytest.mark.parametrize("data", [b"", b"\0", b"PK\3\4 something else", bytes(8), b"\xff" * 64, b"hello, world" * 100])
def test_other_files_are_refused(path, data):
    path.write_bytes(data)
    assert "damaged or no safetensors file" in refused(path)


def test_files_that_are_not_there_or_folders_are_refused(tmp_path):
    assert refused(tmp_path / "none.safetensors").endswith("could not be read: No such file or directory.")
    refused(tmp_path)
    with pytest.raises(ModelFileError):
        load_model("a\0b")
    with pytest.raises(ModelFileError):
        save_model("a\0b", saved())


def test_a_huge_file_is_refused_before_it_is_read(path, monkeypatch):
    monkeypatch.setattr(model_file, "LARGEST_FILE", 1000)
    assert "a model file has at most" in refused(path)


def load_or_refuse(path):
    """Load a damaged file: whatever is wrong must be a ModelFileError, and what is right must be a sound model."""
    try:
        loaded = load_model(path)
    except ModelFileError as error:
        message = str(error)
    else:
        message = ""
    if message:
        assert message.isprintable()
        assert len(message) < len(str(path)) + 400
        return False
    assert loaded.model.is_finite()
    assert loaded.config.hidden_units == loaded.model.n_hidden
    return True


def test_truncated_files_are_refused(path):
    data = path.read_bytes()
    for length in {*range(0, len(data), 37), *range(16), len(data) - 1, len(data) - 4}:
        path.write_bytes(data[:length])
        assert not load_or_refuse(path), length


def test_damaged_bytes_raise_nothing_else(path):
    data = bytearray(path.read_bytes())
    header_end = 8 + struct.unpack("<Q", data[:8])[0]
    rng = np.random.default_rng(0)
    outcomes = set()
    positions = [*range(8), *rng.integers(8, header_end, 500), *rng.integers(header_end, len(data), 100)]
    for position in positions:
        damaged = data.copy()
        damaged[position] ^= 1 << int(rng.integers(8))
        path.write_bytes(damaged)
        outcomes.add(load_or_refuse(path))
    for _ in range(200):
        damaged = data.copy()
        start = int(rng.integers(0, header_end))
        damaged[start : start + 8] = rng.bytes(int(rng.integers(0, 16)))
        path.write_bytes(damaged)
        outcomes.add(load_or_refuse(path))
    assert outcomes == {True, False}


def test_a_folder_that_is_not_there_is_named(tmp_path):
    target = tmp_path / "no" / "model.safetensors"
    with pytest.raises(ModelFileError, match="could not be written: No such file or directory"):
        save_model(target, saved())


def test_a_closed_folder_is_named(tmp_path, monkeypatch):
    """Root may write anywhere, so the refusal is the operating system's in name only."""

    def refuse(*arguments, **options):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))

    monkeypatch.setattr("builtins.open", refuse)
    with pytest.raises(ModelFileError, match=r"model\.safetensors could not be written: Permission denied\."):
        save_model(tmp_path / "model.safetensors", saved())


def test_a_full_disk_keeps_the_old_model(path, monkeypatch):
    before = path.read_bytes()

    def full(number):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(ModelFileError, match="could not be written: No space left on device"):
        save_model(path, saved(h=3))
    assert path.read_bytes() == before
    assert [file.name for file in path.parent.iterdir()] == [path.name]


def test_names_of_any_bytes(tmp_path):
    """A folder's name need not be UTF-8, and a data set is named after its folder."""
    strange = os.fsdecode(b"caf\xe9")
    path = Path(tmp_path) / f"{strange}.safetensors"
    original = saved()
    save_model(path, SavedModel(original.model, CONFIG, 1, strange, (8, 8)))
    assert load_model(path).dataset == "caf?"


@pytest.mark.filterwarnings("ignore:invalid value encountered in cast:RuntimeWarning")  # made by the mutations
def test_wrong_values_in_a_sound_file(path):
    """Tensors of other kinds and metadata out of range: a sound model is read, or the file is refused in a line."""
    rng = np.random.default_rng(3)
    texts = {
        "format": "dae-studio-model",
        "version": "1",
        "config": CONFIG.to_json(),
        "iteration": "5",
        "shape": "[8, 8]",
    }
    outcomes = []
    for _ in range(int(os.environ.get("DAE_STUDIO_MUTATIONS", "400"))):
        words, tensors = dict(texts), {name: np.ascontiguousarray(a) for name, a in saved().model.parameters.items()}
        if rng.random() < 0.5:
            name = list(tensors)[int(rng.integers(4))]
            tensors[name] = changed_array(tensors[name], rng)
        else:
            name = list(words)[int(rng.integers(len(words)))]
            old = json.loads(words[name]) if name in ("config", "shape") else words[name]
            new = changed_value(old, rng)
            words[name] = json.dumps(new) if name in ("config", "shape") or not isinstance(new, str) else new
        safetensors.numpy.save_file(tensors, path, words)
        outcomes.append(load_or_refuse(path))
    assert 20 < sum(outcomes) < len(outcomes) - 20
