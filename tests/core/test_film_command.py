"""The film command: what is in the file, and what it says when something is missing."""

import numpy as np
import pytest
from PIL import Image

from dae_core.datasets import write_idx
from dae_core.film import Film, FilmLook
from dae_core.sessions.session_file import load_session
from dae_core.training.snapshots import Snapshot
from helpers.commands import last_line
from helpers.datasets import small_dataset


@pytest.mark.parametrize("show", ["W", "V", "reconstructions"])
def test_the_film_has_all_snapshots_and_the_newest_weights(call, session, tmp_path, show):
    path = tmp_path / "a.webp"
    arguments = ["--show", show, "--fps", 5, "--digits", 4, "--scale", 2, "--contrast", "frame", "--out", path]
    code, output, error = call("film", session, *arguments, "--json", needs_data=False)
    assert (code, error) == (0, "")
    run = load_session(session).run
    report = last_line(output)
    assert report["iterations"] == [*(s.iteration for s in run.snapshots), 500]
    assert report["frames"] == len(run.snapshots) + 1 > 5
    dataset = run.data.open(run.data.source)
    film = Film(
        (*run.snapshots, Snapshot(500, run.model)),
        FilmLook(show, "frame", digits=4, scale=2),
        (8, 8),
        dataset,
        run.config.corruption,
    )
    with Image.open(path) as file:
        assert file.n_frames == len(film)
        for index in (1, len(film) - 1):
            file.seek(index)
            assert np.array_equal(np.asarray(file.convert("RGB")), film.frame(index))
            assert file.info["duration"] == 200


def test_without_its_data_set_a_session_has_filters_only(call, tmp_path):
    folder, path = tmp_path / "images", tmp_path / "a.dae"
    folder.mkdir()
    write_idx(folder / "train-images-idx3-ubyte", small_dataset().train_images)
    write_idx(folder / "t10k-images-idx3-ubyte", small_dataset().test_images)
    assert call("train", "--hidden", "4", "--iterations", 100, "--data", folder, "--session", path)[0] == 0
    folder.rename(tmp_path / "elsewhere")
    code, output, error = call("film", path, "--out", tmp_path / "a.gif", needs_data=False)
    assert (code, output) == (0, f"{tmp_path / 'a.gif'}\n")
    assert "could not be opened" in error
    arguments = ["film", path, "--show", "reconstructions", "--out", tmp_path / "b.gif"]
    assert call(*arguments, needs_data=False)[0] == 1
    assert not (tmp_path / "b.gif").exists()
    assert call(*arguments, "--data", tmp_path / "elsewhere")[0] == 0


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["--out", "a.avi"], 1, "must end in .gif"),
        (["--out", "nowhere/a.gif"], 1, "nowhere"),
        (["--out", "a.gif", "--digits", 0], 1, "1 to 30"),
        (["--out", "a.gif", "--fps", 0], 1, "frames a second"),
        (["--out", "a.gif", "--show", "B"], 2, "invalid choice"),
    ],
)
def test_it_says_what_is_wrong(call, session, tmp_path, monkeypatch, arguments, code, words):
    monkeypatch.chdir(tmp_path)
    answered, output, error = call("film", session, *arguments, needs_data=False)
    assert (answered, output) == (code, "")
    assert words in error
