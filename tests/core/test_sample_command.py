"""The sample command: its figures and files, and what it says of data without labels."""

import numpy as np
import pytest
from PIL import Image

from dae_core.datasets import open_dataset, write_idx
from dae_core.inspection.sampling import SAMPLERS, chain
from dae_core.model.corruption import Gaussian
from dae_core.representation.probe import Probe
from dae_core.sessions.session_file import load_session
from helpers.commands import last_line
from helpers.datasets import make_dataset


@pytest.fixture
def labelled(tmp_path):
    """A folder of labelled bars, and the session of a run on it."""
    folder, data = tmp_path / "bars", make_dataset((8, 8))
    folder.mkdir()
    for name, images, labels in (
        ("train", data.train_images, data.train_labels),
        ("t10k", data.test_images, data.test_labels),
    ):
        write_idx(folder / f"{name}-images-idx3-ubyte", images)
        write_idx(folder / f"{name}-labels-idx1-ubyte", labels)
    return folder


def test_its_figures_strip_and_film_are_those_of_the_chains(call, labelled, tmp_path):
    session, strip, film = (tmp_path / name for name in ("run.dae", "strip.png", "film.webp"))
    train = ["--hidden", 12, "--iterations", 2000, "--noise", "gaussian:0.5", "--session", session]
    assert call("train", "--data", labelled, *train)[0] == 0
    arguments = ["--method", "walkback", "--steps", 6, "--count", 12, "--start", "digits", "--seed", 3]
    code, output, _ = call(
        "sample", session, "--data", labelled, *arguments, "--out", strip, "--film", film, "--json", needs_data=False
    )
    assert code == 0
    report = last_line(output)
    assert (report["method"], report["start"], report["count"], report["noise"]) == (
        "walkback",
        "digits",
        12,
        "gaussian:0.5",
    )
    data, model = open_dataset(labelled), load_session(session).run.model
    chosen = np.random.default_rng((3, 0)).permutation(60)[:12]
    start = data.standardize(data.test_images[chosen])
    steps = list(chain(model, start, SAMPLERS["walkback"], 6, Gaussian(0.5), data, 3))
    for key in ("code", "pixels"):
        assert report[f"recognized_{key}"] == pytest.approx(sum(report[f"counts_{key}"].values()) / 12)
        assert report[f"recognized_{key}"] <= min(report[f"certain_{key}"], report["near"]) + 1e-9
        encoder = (lambda rows: rows) if key == "pixels" else model.code
        probabilities = Probe(data, Gaussian(0.5)).fit(encoder).probabilities(encoder(steps[-1]))
        assert report[f"certain_{key}"] == pytest.approx((probabilities.max(axis=1) >= 0.9).mean())
    with Image.open(strip) as picture:
        pixels = np.asarray(picture.convert("L"))
    assert pixels.shape == (80, 40)  # ten chains at the steps 0, 1, 2, 4, 6
    expected = np.clip(data.to_pixels(steps[4][9]), 0, 1)
    assert pixels[72:80, 24:32] == pytest.approx(255 * expected, abs=0.6)
    with Image.open(film) as picture:
        assert picture.n_frames == 7


def test_the_same_seed_gives_the_same_figures_and_data_without_labels_only_says_how_near(call, session):
    reports = []
    for _ in range(2):
        code, output, error = call("sample", session, "--steps", 3, "--count", 5, "--json")
        assert code == 0
        assert "have no labels" in error
        reports.append(last_line(output))
    assert reports[0] == reports[1]
    assert "recognized_code" not in reports[0]
    assert 0 <= reports[0]["near"] <= 1


def test_a_network_that_runs_away_is_recognized_nowhere(call, labelled, tmp_path):
    session = tmp_path / "run.dae"
    train = ["--hidden", 12, "--iterations", 50, "--session", session]
    assert call("train", "--data", labelled, *train)[0] == 0
    arguments = ["--data", labelled, "--method", "iterate", "--steps", 400, "--count", 4]
    code, output, _ = call("sample", session, *arguments)
    assert code == 0
    assert "recognized by a linear classifier on the code z" in output
