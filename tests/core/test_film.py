"""The film of a run: its frames against pictures made by hand, and the files read back."""

import dataclasses
import os
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from dae_core.datasets import Dataset
from dae_core.datasets.stand_in import stand_in
from dae_core.evaluation.held_out import NOISE_SEED, HeldOut
from dae_core.film import (
    Film,
    FilmError,
    FilmLook,
    PictureFilm,
    find_ffmpeg,
    frame_size,
    write_film,
)
from dae_core.jobs import Cancelled, JobProgress, Monitor
from dae_core.model.autoencoder import AutoEncoder
from dae_core.model.corruption import Gaussian, Masking
from dae_core.training.snapshots import Snapshot
from helpers.datasets import small_dataset
from helpers.failing_disk import FailingDisk

AMBER = [245, 166, 0]


def models(count: int = 4, hidden: int = 6, d: int = 64) -> tuple[Snapshot, ...]:
    rng = np.random.default_rng(3)
    made = []
    for index in range(count):
        model = AutoEncoder.random(d, hidden, rng)
        model.W *= index + 1
        model.V[:] = rng.normal(0, 0.1, model.V.shape)
        made.append(Snapshot(100 * index * index, model))
    return tuple(made)


def bare(kind: str = "W", contrast: str = "film", scale: int = 1) -> FilmLook:
    return FilmLook(kind, contrast, scale=scale, caption=False)  # type: ignore[arg-type]


def mosaic_by_hand(rows: np.ndarray, shape: tuple[int, int], columns: int) -> np.ndarray:
    h, w = shape
    result = np.zeros((-(-len(rows) // columns) * h, columns * w))
    for index, row in enumerate(rows):
        y, x = divmod(index, columns)
        result[y * h : y * h + h, x * w : x * w + w] = row.reshape(shape)
    return result


def grey_by_hand(picture: np.ndarray, level: float) -> np.ndarray:
    return np.round(255 * np.clip((picture + level) / (2 * level), 0, 1))


def level_by_hand(weights: np.ndarray) -> float:
    ordered = np.sort(np.abs(weights).ravel())
    return float(ordered[int(0.995 * (ordered.size - 1))])


@pytest.fixture
def data() -> Dataset:
    return small_dataset()


def test_filters_are_the_mosaic_with_one_contrast_for_the_whole_film() -> None:
    snapshots = models()
    for kind in ("W", "V"):
        film = Film(snapshots, bare(kind), (8, 8))
        rows = [s.model.W.T if kind == "W" else s.model.V for s in snapshots]
        level = max(level_by_hand(one) for one in rows)
        assert film.level() == pytest.approx(level)
        for index, one in enumerate(rows):
            frame = film.frame(index)
            expected = grey_by_hand(mosaic_by_hand(one, (8, 8), 3), level)
            assert frame.shape == (16, 24, 3)
            assert frame.dtype == np.uint8
            for channel in range(3):
                assert np.abs(frame[..., channel] - expected).max() <= 1  # float32 rounds a half the other way
                assert (frame[..., channel] == expected).mean() > 0.99


def test_contrast_of_each_frame_and_of_each_tile() -> None:
    snapshots = models()
    weights = snapshots[2].model.W.T
    frame = Film(snapshots, bare("W", "frame"), (8, 8)).frame(2)[..., 0]
    expected = grey_by_hand(mosaic_by_hand(weights, (8, 8), 3), level_by_hand(weights))
    assert np.abs(frame - expected).max() <= 1
    frame = Film(snapshots, bare("W", "tile"), (8, 8)).frame(2)[..., 0]
    scaled = weights / np.abs(weights).max(axis=1, keepdims=True)
    assert np.abs(frame - grey_by_hand(mosaic_by_hand(scaled, (8, 8), 3), 1.0)).max() <= 1


def test_seven_units_leave_two_places_of_the_mosaic_empty() -> None:
    frame = Film(models(hidden=7), bare(), (8, 8)).frame(0)
    assert frame.shape == (24, 24, 3)
    assert (frame[16:, 8:] == 128).all()


def test_each_number_is_a_square_of_pixels() -> None:
    small, large = (Film(models(), bare(scale=scale), (4, 16)).frame(1) for scale in (1, 3))
    assert np.array_equal(large, np.kron(small, np.ones((3, 3, 1), np.uint8)))


@pytest.mark.parametrize("corruption", [Gaussian(0.7), Masking(0.4)], ids=str)
def test_reconstructions_are_of_the_same_noisy_held_out_digits_in_all_frames(data: Dataset, corruption) -> None:  # type: ignore[no-untyped-def]
    look = FilmLook("reconstructions", digits=5, caption=False)
    snapshots = models()
    film = Film(snapshots, look, data.shape, data, corruption)
    rng = np.random.default_rng(NOISE_SEED)
    chosen = rng.permutation(len(data.test_images))[:5]
    clean = (data.test_images[chosen].reshape(5, 64) - data.mean) / data.std
    noisy = corruption.with_range(data.black, data.white).apply(clean.astype(np.float32), rng)
    frames = list(film)
    assert len(frames) == len(film) == 4
    for snapshot, frame in zip(snapshots, frames, strict=True):
        model = snapshot.model
        made = np.maximum(noisy @ model.W + model.B, 0) @ model.V + model.C
        rows = np.concatenate([clean, noisy, made]) * data.std + data.mean
        expected = np.round(np.clip(mosaic_by_hand(rows, (8, 8), 5), 0, 255))
        assert frame.shape == (24, 40, 3)
        assert np.abs(frame[..., 1] - expected).max() <= 1
        assert np.array_equal(frame[:16], frames[0][:16])
    assert np.array_equal(frames[0][:8, :, 0], mosaic_by_hand(data.test_images[chosen], (8, 8), 5))


def test_the_caption_tells_iteration_and_held_out_mse(data: Dataset) -> None:
    film = Film(models(), FilmLook("V", scale=4), data.shape, data, Gaussian(1.0), error_images=20)
    model = film.snapshots[3].model
    mse = HeldOut(data, Gaussian(1.0), 20).evaluate(model).mse
    # Private: a caption is painted.
    assert film._captions(film.snapshots[3])[0] == f"V · iteration 900 · held-out MSE {mse:.4f}"
    without = Film(models(), FilmLook("V", scale=4), data.shape)
    assert without._captions(without.snapshots[3])[0] == "V · iteration 900"
    frame, plain = film.frame(3), Film(models(), bare("V", scale=4), data.shape).frame(3)
    left = (frame.shape[1] - plain.shape[1]) // 2
    assert np.array_equal(frame[: len(plain), left : left + plain.shape[1]], plain)
    strip = frame[len(plain) :]
    assert strip.shape[0] >= 15
    assert strip.max() > 180  # there are letters
    assert not np.array_equal(strip, film.frame(2)[len(plain) :])
    assert np.array_equal(frame[..., 0], frame[..., 2])


def test_every_frame_has_the_same_size_whatever_its_caption() -> None:
    snapshots = tuple(Snapshot(at, s.model) for at, s in zip((0, 10**9, 10**15, 7), models(), strict=True))
    assert {frame.shape for frame in Film(snapshots, FilmLook(), (8, 8))} == {(16 + 19, 160, 3)}


def test_diverged_snapshots_are_marked_and_do_not_dim_the_others(data: Dataset) -> None:
    good = models(5)
    lost, far = good[0].model.copy(), good[0].model.copy()
    for name in ("W", "B", "V", "C"):
        getattr(lost, name)[...] = np.nan
        getattr(far, name)[...] = 3e38
    lost.W[0, 0], lost.V[0, 0] = np.inf, -np.inf
    snapshots = (*good, Snapshot(5000, far), Snapshot(6000, lost))
    level = Film(good, bare(), (8, 8)).level()
    assert Film(snapshots, bare(), (8, 8)).level() == level
    for kind in ("W", "V", "reconstructions"):
        for contrast in ("film", "frame", "tile"):
            film = Film(snapshots, FilmLook(kind, contrast), (8, 8), data, Gaussian(1.0))  # type: ignore[arg-type]
            frames = list(film)
            # Private: a caption is painted.
            assert "diverged" in film._captions(snapshots[-1])[0]
            assert (frames[-1] == AMBER).all(axis=2).sum() >= 6 * 64
            assert not (frames[0] == AMBER).all(axis=2).any()
    assert Film(snapshots[-1:], bare(), (8, 8)).level() == 1.0
    assert (Film(snapshots[-1:], bare(), (8, 8)).frame(0)[:, :, :] == AMBER).all()


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"kind": "B"}, "W, V or reconstructions"),
        ({"contrast": "none"}, "contrast"),
        ({"digits": 0}, "1 to 30"),
        ({"scale": 5}, "1 to 4"),
    ],
)
def test_wrong_looks_are_refused(values: dict[str, object], words: str) -> None:
    with pytest.raises(FilmError, match=words):
        FilmLook(**values)  # type: ignore[arg-type]


def test_what_is_no_film_is_refused(data: Dataset) -> None:
    with pytest.raises(FilmError, match="no snapshots"):
        Film((), bare(), (8, 8))
    with pytest.raises(FilmError, match="different sizes"):
        Film((*models(), *models(hidden=5)), bare(), (8, 8))
    with pytest.raises(FilmError, match="64 pixels"):
        Film(models(), bare(), (8, 9))
    with pytest.raises(FilmError, match="data set"):
        Film(models(), bare("reconstructions"), (8, 8))


# Files


def read(path: Path) -> tuple[list[np.ndarray], list[int]]:
    frames, durations = [], []
    with Image.open(path) as file:
        assert file.info["loop"] == 0
        for index in range(file.n_frames):  # type: ignore[attr-defined]
            file.seek(index)
            frames.append(np.asarray(file.convert("RGB")))
            durations.append(int(file.info["duration"]))
    return frames, durations


@pytest.mark.parametrize(
    ("speed", "gif", "webp"), [(10, [100] * 4, [100] * 4), (3, [330, 340, 330, 330], [333, 334, 333, 333])]
)
def test_gif_and_webp_hold_every_frame_and_its_time(
    tmp_path: Path, speed: float, gif: list[int], webp: list[int]
) -> None:
    film = Film(models(), FilmLook(scale=2), (8, 8))
    expected = list(film)
    write_film(tmp_path / "a.gif", film, speed)
    frames, durations = read(tmp_path / "a.gif")
    assert durations == gif
    for frame, original in zip(frames, expected, strict=True):
        assert np.array_equal(frame, np.where(original == 1, 0, original))
    write_film(tmp_path / "a.webp", film, speed)
    frames, durations = read(tmp_path / "a.webp")
    assert durations == webp
    for frame, original in zip(frames, expected, strict=True):
        assert np.array_equal(frame, original)
    write_film(tmp_path / "b.webp", film, speed, quality=60)
    frames, _ = read(tmp_path / "b.webp")
    assert 0 < np.abs(frames[2].astype(float) - expected[2]).mean() < 12
    assert sorted(os.listdir(tmp_path)) == ["a.gif", "a.webp", "b.webp"]


def test_what_is_not_finite_is_amber_in_the_files_too(tmp_path: Path) -> None:
    snapshots = models(2)
    snapshots[1].model.W[5, 3] = np.nan
    film = Film(snapshots, bare(), (8, 8))
    for name in ("a.gif", "a.webp"):
        write_film(tmp_path / name, film, 5)
        frames, _ = read(tmp_path / name)
        assert frames[1][8 + 0, 5].tolist() == AMBER  # unit 3 is the first tile of the second row
        assert (frames[1] == AMBER).all(axis=2).sum() == 1
        assert not (frames[0] == AMBER).all(axis=2).any()


def test_a_film_of_one_frame_is_a_picture(tmp_path: Path) -> None:
    film = Film(models(1), bare(), (8, 8))
    for name in ("a.gif", "a.webp"):
        write_film(tmp_path / name, film, 5)
        with Image.open(tmp_path / name) as file:
            assert np.array_equal(np.asarray(file.convert("RGB")), film.frame(0))


@pytest.mark.skipif(find_ffmpeg() is None, reason="ffmpeg is not installed")
def test_mp4_is_read_by_ffmpeg(tmp_path: Path) -> None:
    film = Film(models(6), bare(), (4, 16))
    odd = Film(models(6, hidden=1, d=63), FilmLook(kind="V", scale=3, caption=False), (7, 9))
    for name, one in (("a.mp4", film), ("odd.mp4", odd)):
        told: list[JobProgress] = []
        write_film(tmp_path / name, one, 5, Monitor(on_progress=told.append))
        assert [progress.fraction for progress in told] == sorted(progress.fraction for progress in told)
        assert told[-1].fraction == 1.0
        raw = subprocess.run(  # noqa: S603
            [str(find_ffmpeg()), "-v", "error", "-i", str(tmp_path / name), "-f", "rawvideo", "-pix_fmt", "rgb24", "-"],
            capture_output=True,
            check=True,
        ).stdout
        height, width = one.frame(0).shape[:2]
        frames = np.frombuffer(raw, np.uint8).reshape(6, height + height % 2, width + width % 2, 3)
        for index in range(6):
            difference = frames[index, :height, :width].astype(float) - one.frame(index)
            assert np.abs(difference).mean() < 12
    assert odd.frame(0).shape[:2] == (21, 27)
    assert sorted(os.listdir(tmp_path)) == ["a.mp4", "odd.mp4"]


def fake_ffmpeg(folder: Path, body: str) -> None:
    script = folder / "ffmpeg"
    script.write_text(f"#!{sys.executable}\nimport sys\n{body}\n")
    script.chmod(script.stat().st_mode | stat.S_IXUSR)


needs_scripts = pytest.mark.skipif(os.name == "nt", reason="a script cannot stand in for a program there")


@needs_scripts
def test_what_ffmpeg_gets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A stand-in writes its arguments and its input into the file."""
    programs, target = tmp_path / "bin", tmp_path / "a b;c.mp4"
    programs.mkdir()
    fake_ffmpeg(
        programs,
        "data = sys.stdin.buffer.read()\n"
        "path = sys.argv[-1].removeprefix('file:')\n"
        "open(path, 'wb').write('\\n'.join(sys.argv[1:-1]).encode() + b'\\0' + data)",
    )
    monkeypatch.setenv("PATH", str(programs))
    film = Film(models(3, hidden=1, d=63), bare(), (7, 9))
    write_film(target, film, 2.5)
    arguments, data = target.read_bytes().split(b"\0", 1)
    words = arguments.decode().split("\n")
    assert words[words.index("-s") + 1] == "10x8"
    assert words[words.index("-r") + 1] == "2.5"
    assert "yuv420p" in words
    frames = np.frombuffer(data, np.uint8).reshape(3, 8, 10, 3)
    for index in range(3):
        assert np.array_equal(frames[index, :7, :9], film.frame(index))
        assert not frames[index, 7].any()
        assert not frames[index, :, 9].any()


@needs_scripts
@pytest.mark.parametrize("reads", [True, False])
def test_what_ffmpeg_says_is_told_and_the_old_file_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, reads: bool
) -> None:
    programs, target = tmp_path / "bin", tmp_path / "a.mp4"
    programs.mkdir()
    target.write_bytes(b"old")
    reading = "sys.stdin.buffer.read()" if reads else ""
    fake_ffmpeg(programs, f"{reading}\nprint('x' * 200000 + '\\nNo space left.', file=sys.stderr)\nsys.exit(3)")
    monkeypatch.setenv("PATH", str(programs))
    with pytest.raises(FilmError, match=r"ffmpeg failed: No space left\.$"):
        write_film(target, Film(models(30), bare(scale=4), (8, 8)), 10)
    assert target.read_bytes() == b"old"
    assert sorted(os.listdir(tmp_path)) == ["a.mp4", "bin"]


@needs_scripts
def test_ffmpeg_is_ended_when_the_work_is_cancelled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    programs, mark = tmp_path / "bin", tmp_path / "pid"
    programs.mkdir()
    fake_ffmpeg(
        programs,
        f"import os, time\nopen({str(mark)!r} + '~', 'w').write(str(os.getpid()))\n"
        f"os.rename({str(mark)!r} + '~', {str(mark)!r})\nsys.stdin.buffer.read()\ntime.sleep(600)",
    )
    monkeypatch.setenv("PATH", str(programs))
    with pytest.raises(Cancelled):
        write_film(tmp_path / "a.mp4", Film(models(), bare(), (8, 8)), 10, Monitor(mark.exists))
    assert sorted(os.listdir(tmp_path)) == ["bin", "pid"]
    with pytest.raises(ProcessLookupError):
        os.kill(int(mark.read_text()), 0)


def test_without_ffmpeg_mp4_says_what_is_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert shutil.which("ffmpeg") is None
    with pytest.raises(FilmError, match="needs the program ffmpeg, which is not installed"):
        write_film(tmp_path / "a.mp4", Film(models(), bare(), (8, 8)), 10)
    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize("name", ["a.gif", "a.webp", "a.mp4"])
def test_cancelled_films_leave_nothing_and_the_old_file(tmp_path: Path, name: str) -> None:
    if name == "a.mp4" and find_ffmpeg() is None:
        pytest.skip("ffmpeg is not installed")
    (tmp_path / name).write_bytes(b"old")
    asked: list[int] = []

    def third_time() -> bool:
        asked.append(1)
        return len(asked) == 4

    with pytest.raises(Cancelled):
        write_film(tmp_path / name, Film(models(8), bare(), (8, 8)), 10, Monitor(third_time))
    assert len(asked) == 4
    assert (tmp_path / name).read_bytes() == b"old"
    assert os.listdir(tmp_path) == [name]


def test_what_cannot_be_written_is_told(tmp_path: Path) -> None:
    film = Film(models(), bare(), (8, 8))
    with pytest.raises(FilmError, match=r"must end in \.gif"):
        write_film(tmp_path / "a.avi", film, 10)
    for name in ("a.gif", "a.webp"):
        with pytest.raises(FilmError, match="could not be written: No such file"):
            write_film(tmp_path / "nowhere" / name, film, 10)
    with pytest.raises(FilmError, match="50 frames a second"):
        write_film(tmp_path / "a.gif", film, 60)


@pytest.mark.parametrize("step", range(4))
def test_a_full_disk_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: int) -> None:
    FailingDisk(monkeypatch, step, lasting=False)
    with pytest.raises(FilmError, match="No space left"):
        write_film(tmp_path / "a.gif", Film(models(30), bare(scale=4), (8, 8)), 10)
    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize("look", [FilmLook(), FilmLook("V", scale=3), FilmLook("reconstructions", digits=7, scale=2)])
@pytest.mark.parametrize("caption", [True, False])
@pytest.mark.parametrize("hidden", [1, 7, 40])
def test_the_size_is_known_before_there_are_frames(data: Dataset, look: FilmLook, caption: bool, hidden: int) -> None:
    look = dataclasses.replace(look, caption=caption)
    film = Film(models(2, hidden), look, data.shape, data, Gaussian(1.0))
    assert film.frame(1).shape == (*frame_size(look, data.shape, hidden), 3)


def test_a_film_shows_no_error_on_digits_that_stand_in(data: Dataset) -> None:
    missing = stand_in("gone", data.shape, 33.0, 78.0)
    film = Film(models(), FilmLook("V", scale=4), data.shape, missing, Gaussian(1.0), error_images=20)
    assert film._captions(film.snapshots[3])[0] == "V · iteration 900"
    film = Film(models(), FilmLook("reconstructions", scale=4), data.shape, missing, Gaussian(1.0))
    assert film._captions(film.snapshots[3])[0] == "stand-in digits, noisy, reconstructed · iteration 900"


def test_pictures_that_are_there_become_frames_with_their_captions(tmp_path):
    pictures = np.zeros((3, 4, 8, 6))
    pictures[1, 3] = 1.0
    pictures[2, 0, 0, 0] = np.nan
    film = PictureFilm(pictures, ["start", "step 1", "step 2"])
    frames = [film.frame(index) for index in range(len(film))]
    assert {frame.shape for frame in frames} == {frames[0].shape}
    scale = 40  # two columns of 6 pixels, as wide as 480
    assert (frames[1][8 * scale : 16 * scale, 6 * scale : 12 * scale] == 255).all()
    assert not frames[1][: 8 * scale, : 12 * scale].any()
    assert (frames[2][:scale, :scale] == AMBER).all()
    write_film(tmp_path / "film.gif", film, 5)
    with Image.open(tmp_path / "film.gif") as written:
        assert (written.n_frames, written.size) == (3, frames[0].shape[1::-1])
    with pytest.raises(FilmError, match="no pictures"):
        PictureFilm(pictures, ["start"])
