import io
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import numpy as np
import pytest

from dae_core.datasets import Dataset, bundled, open_dataset
from dae_core.datasets.resample import VARIANTS


@pytest.fixture(scope="module")
def digits() -> Dataset:
    return open_dataset("digits")


@pytest.fixture
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv(bundled.CACHE_FOLDER_VARIABLE, str(tmp_path / "cache"))
    return bundled.cache_path()


@pytest.fixture
def small_build(monkeypatch: pytest.MonkeyPatch) -> list[Dataset]:
    """Replace the building by a quick one; the list tells how often it was needed."""
    built: list[Dataset] = []

    def build() -> Dataset:
        rng = np.random.default_rng(0)
        built.append(bundled.build_from(rng.integers(0, 17, (20, 8, 8)) * 1.0, np.arange(20, dtype=np.uint8) % 4))
        return built[-1]

    monkeypatch.setattr(bundled, "build_bundled_digits", build)
    return built


class TestDigits:
    def test_counts(self, digits: Dataset) -> None:
        assert digits.train_images.shape == (1437 * VARIANTS, 28, 28)
        assert digits.test_images.shape == (360, 28, 28)
        assert digits.train_labels is not None
        assert digits.test_labels is not None
        share = np.bincount(digits.train_labels) / len(digits.train_labels)
        np.testing.assert_allclose(np.bincount(digits.test_labels) / 360, share, atol=0.004)

    def test_look_like_mnist(self, digits: Dataset) -> None:
        """Mean, standard deviation, share of grey and of black pixels, and the place are MNIST's within a little."""
        for images in (digits.train_images, digits.test_images):
            assert images.mean() == pytest.approx(33.3, abs=1.5)
            assert images.std() == pytest.approx(78.6, abs=1.5)
            assert np.mean(images == 0) == pytest.approx(0.81, abs=0.02)
            assert np.mean((images > 25) & (images < 230)) / np.mean(images > 25) == pytest.approx(0.5, abs=0.05)
            assert (images.max(axis=(1, 2)) >= 200).mean() > 0.99
            mass = images.sum(axis=(1, 2))
            assert mass.min() > 0
            for axis in (1, 2):
                centre = images.sum(axis=axis) @ np.arange(28) / mass
                assert centre.mean() == pytest.approx(14, abs=0.1)
                assert np.abs(centre - 14).max() < 3
        plain = digits.test_images
        tall = (plain > 127).any(axis=2).sum(axis=1)
        assert np.abs(np.median(tall) - 19) <= 1

    def test_frame_stays_black(self, digits: Dataset) -> None:
        for edge in (digits.train_images[:, [0, -1]], digits.train_images[:, :, [0, -1]]):
            assert (edge > 0).any(axis=(1, 2)).mean() < 0.015  # 0.012 in MNIST

    def test_classes_are_told_apart_from_held_out_ones(self, digits: Dataset) -> None:
        """The nearest of the unvaried training digits has the class of a held-out one: labels and images belong."""
        train = digits.standardize(digits.train_images[:1437])
        test = digits.standardize(digits.test_images)
        distance = (train**2).sum(1) - 2 * test @ train.T
        assert digits.train_labels is not None
        assert np.mean(digits.train_labels[distance.argmin(1)] == digits.test_labels) > 0.95

    def test_variants_differ(self, digits: Dataset) -> None:
        variants = digits.train_images.reshape(VARIANTS, 1437, -1)
        for i in range(1, VARIANTS):
            assert (variants[i] != variants[0]).any(axis=1).all()
        assert digits.train_labels is not None
        labels = digits.train_labels.reshape(VARIANTS, 1437)
        np.testing.assert_array_equal(labels, np.broadcast_to(labels[0], labels.shape))

    def test_built_anew_bit_for_bit(self, digits: Dataset) -> None:
        again = bundled.build_bundled_digits()
        assert again.fingerprint() == digits.fingerprint()
        np.testing.assert_array_equal(again.train_labels, digits.train_labels)
        np.testing.assert_array_equal(again.test_labels, digits.test_labels)


class TestNoLeakage:
    def test_training_images_know_nothing_of_held_out_digits(self) -> None:
        from sklearn.datasets import load_digits

        source = load_digits()
        images, labels = source.images[:200].copy(), source.target[:200].astype(np.uint8)
        train, test = bundled.stratified_split(labels)
        assert not set(train) & set(test)
        before = bundled.build_from(images, labels)
        rng = np.random.default_rng(1)
        images[test] = rng.integers(0, 17, images[test].shape)
        after = bundled.build_from(images, labels)
        np.testing.assert_array_equal(before.train_images, after.train_images)
        assert not np.array_equal(before.test_images, after.test_images)
        images[train] = rng.integers(0, 17, images[train].shape)
        np.testing.assert_array_equal(after.test_images, bundled.build_from(images, labels).test_images)

    def test_no_digit_is_in_both_parts(self, digits: Dataset) -> None:
        train = {image.tobytes() for image in digits.train_images}
        assert not any(image.tobytes() in train for image in digits.test_images)


def test_strange_digits_are_drawn_all_the_same() -> None:
    """Empty, full and single-point digits neither warn nor fail."""
    from dae_core.datasets.resample import redraw

    digits = np.zeros((3, 8, 8))
    digits[1] = 16
    digits[2, 4, 4] = 16
    images = redraw(digits, variants=3)
    assert images.shape == (9, 28, 28)
    assert images[0].max() == 0
    assert images[1].max() == 255


class TestCache:
    def test_second_start_reads_it(self, own_cache: Path, small_build: list[Dataset]) -> None:
        first, second = open_dataset("digits"), open_dataset("digits")
        assert len(small_build) == 1
        assert first.fingerprint() == second.fingerprint()
        np.testing.assert_array_equal(first.train_labels, second.train_labels)
        np.testing.assert_array_equal(first.test_labels, second.test_labels)
        assert not second.train_images.flags.writeable
        assert [path.name for path in own_cache.parent.iterdir()] == [own_cache.name]

    def test_any_damage_only_costs_a_build(self, own_cache: Path, small_build: list[Dataset]) -> None:
        """Each flip or cut of the file is noticed and mended, or it changed nothing that counts."""
        whole = open_dataset("digits").fingerprint()
        sound = own_cache.read_bytes()
        rng = np.random.default_rng(2)
        for i in range(200):
            damaged = bytearray(sound)
            if i % 4 == 3:
                del damaged[int(rng.integers(len(sound))) :]
            else:  # headers are few among the bytes: aim at both ends, where they are
                at = int(rng.choice([rng.integers(200), rng.integers(len(sound)), len(sound) - 1 - rng.integers(300)]))
                damaged[at] ^= 1 << int(rng.integers(8))
            own_cache.write_bytes(damaged)
            dataset = open_dataset("digits")
            assert dataset.fingerprint() == whole
            np.testing.assert_array_equal(dataset.test_labels, small_build[0].test_labels)
        assert len(small_build) > 100

    @pytest.mark.parametrize("content", ["empty", "text", "pickle", "packed", "missing part", "huge"])
    def test_other_content(self, own_cache: Path, small_build: list[Dataset], content: str) -> None:
        dataset = open_dataset("digits")
        parts = {name: getattr(dataset, name) for name in ("train_images", "train_labels", "test_images")}
        match content:
            case "empty":
                own_cache.write_bytes(b"")
            case "text":
                own_cache.write_text("no archive")
            case "pickle":
                np.savez(own_cache, **parts, test_labels=np.array([{}], dtype=object))
            case "packed":
                np.savez_compressed(own_cache, **parts, test_labels=dataset.test_labels)
            case "missing part":
                np.savez(own_cache, **parts)
            case "huge":
                with own_cache.open("ab") as file:
                    file.truncate(1 << 30)
        assert open_dataset("digits").fingerprint() == dataset.fingerprint()
        assert open_dataset("digits").fingerprint() == dataset.fingerprint()
        assert len(small_build) == 2  # built anew once, and then cached again

    @pytest.mark.usefixtures("small_build")
    def test_nowhere_to_write(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        (tmp_path / "a file").touch()
        for folder in (tmp_path / "a file", tmp_path / "a file" / "below", Path("/proc/nowhere")):
            monkeypatch.setenv(bundled.CACHE_FOLDER_VARIABLE, str(folder))
            assert len(open_dataset("digits").train_images) == 16 * VARIANTS

    @pytest.mark.usefixtures("small_build")
    def test_a_folder_in_its_place(self, own_cache: Path) -> None:
        own_cache.mkdir(parents=True)
        assert len(open_dataset("digits").test_images) == 4
        assert own_cache.is_dir()
        assert [path.name for path in own_cache.parent.iterdir()] == [own_cache.name]

    def test_user_folder_by_default(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.delenv(bundled.CACHE_FOLDER_VARIABLE)
        assert "dae-studio" in bundled.cache_path().parts
        assert str(bundled.RECIPE_VERSION) in bundled.cache_path().name

    @pytest.mark.usefixtures("small_build")
    def test_archive_is_plain(self, own_cache: Path) -> None:
        open_dataset("digits")
        with zipfile.ZipFile(own_cache) as archive:
            for name in archive.namelist():
                assert np.load(io.BytesIO(archive.read(name)), allow_pickle=False).dtype == np.uint8


def test_starts_at_the_same_time_and_no_sklearn_from_the_cache(tmp_path: Path) -> None:
    """Two first starts at once see the same digits; a later one takes them from the cache without scikit-learn."""
    code = (
        "import sys; from dae_core.datasets import open_dataset; "
        "print(open_dataset('digits').fingerprint(), 'sklearn' in sys.modules or 'scipy' in sys.modules)"
    )
    environment = os.environ | {bundled.CACHE_FOLDER_VARIABLE: str(tmp_path)}

    def start() -> subprocess.Popen[str]:
        return subprocess.Popen(  # noqa: S603
            [sys.executable, "-W", "error", "-c", code], env=environment, stdout=subprocess.PIPE, text=True
        )

    first = [start() for _ in range(2)]
    outputs = [process.communicate(timeout=120)[0].split() for process in first]
    later = start().communicate(timeout=120)[0].split()
    assert {output[0] for output in outputs} == {later[0]}
    assert later[1] == "False"
    assert [path.name for path in tmp_path.iterdir()] == [f"bundled-digits-{bundled.RECIPE_VERSION}.npz"]
