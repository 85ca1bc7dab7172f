"""Opens files that were made wrong on purpose, in this process or in one whose time and memory are limited.

    python -m helpers.mutation_run KIND COUNT SEED [FIRST]

prints what was found, and stops at the first file that does not open and is not refused in one sentence either.
"""

import shutil
import signal
import sys
import tempfile
import time
import traceback
import warnings
import zlib
from collections import Counter
from pathlib import Path

import numpy as np

from dae_core.datasets import (
    PREVIEWED_KINDS,
    DataError,
    open_dataset,
    open_images,
    preview,
    scan_source,
    source_kind,
    suggest_options,
)
from helpers.mutated_files import KINDS

MOST_SECONDS, MOST_BYTES = 20, 1_000_000_000  # of processor time, and of memory, for one file
LONGEST_SENTENCE = 900


class WrongError(Exception):
    """A file neither opened as a data set nor was refused in one sentence."""


def try_mutations(kind: str, numbers: range, seed: int, folder: Path) -> Counter[str]:
    """Open the files of these numbers; returns how many were opened and refused.

    Raises WrongError, with the command that opens that file again.
    """
    counts: Counter[str] = Counter()
    for number in numbers:
        place = folder / f"{kind}-{number}"
        source = write(kind, number, seed, place)
        try:
            counts[open_in_every_way(source)] += 1
        except Exception as error:
            again = f"python -m helpers.mutation_run {kind} 1 {seed} {number}"
            raise WrongError(f"{again}\n{''.join(traceback.format_exception(error))}") from error
        shutil.rmtree(place)
    return counts


def write(kind: str, number: int, seed: int, place: Path) -> Path:
    """Write the files of a number; returns what is to be opened."""
    files = KINDS[kind](np.random.default_rng([seed, zlib.crc32(kind.encode()), number]))
    place.mkdir()
    for name, content in files.items():
        if name:
            (place / name).parent.mkdir(parents=True, exist_ok=True)
            (place / name).write_bytes(content)
    return place / next(iter(files))


def open_in_every_way(source: Path) -> str:
    """Look at a source as the import dialog does, and open it as the command line does."""
    outcomes = []
    try:
        if source_kind(source) in PREVIEWED_KINDS:
            scan = scan_source(source)
            options = suggest_options(scan)
            for image in preview(scan, options, 6).images:
                assert (image.dtype, image.shape) == (np.uint8, options.shape)
            check(open_images(scan, options).dataset)
    except DataError as error:
        outcomes.append(sentence(error))
    try:
        check(open_dataset(source))
        outcomes.append("opened")
    except DataError as error:
        outcomes.append(sentence(error))
    return "opened" if "opened" in outcomes else "refused"


def check(dataset) -> None:
    """Assert that a data set is one that can be trained on."""
    for images, labels in (
        (dataset.train_images, dataset.train_labels),
        (dataset.test_images, dataset.test_labels),
    ):
        assert images.dtype == np.uint8
        assert images.ndim == 3
        assert images.size > 0
        assert labels is None or (labels.dtype, labels.shape) == (np.uint8, (len(images),))
    assert np.isfinite([dataset.mean, dataset.std]).all()
    assert dataset.std > 0


def sentence(error: DataError) -> str:
    """Return what an error says, which must be one line that can be shown."""
    text = str(error)
    assert text
    assert len(text) < LONGEST_SENTENCE, text
    assert all(c.isprintable() for c in text), text
    assert "memory" not in text, text  # less than the limit should have been enough to refuse it
    return text


def main() -> int:
    """Run with limits; prints the figures."""
    kind, count, seed = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    first = int(sys.argv[4]) if len(sys.argv) > 4 else 0
    warnings.simplefilter("error")
    numbers = range(first, first + count)
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        try_mutations(kind, range(10**9, 10**9 + 3), seed, folder)  # what is imported on the way is not to be counted
        limit_memory()
        signal.signal(signal.SIGPROF, _too_long)
        slowest, largest, counts = 0.0, 0, Counter[str]()
        for number in numbers:
            signal.setitimer(signal.ITIMER_PROF, MOST_SECONDS)
            begun = time.process_time()
            before = forget_peak()
            counts += try_mutations(kind, range(number, number + 1), seed, folder)
            slowest = max(slowest, time.process_time() - begun)
            largest = max(largest, peak() - before)
        signal.setitimer(signal.ITIMER_PROF, 0)
    outcomes = ", ".join(f"{n} {what}" for what, n in sorted(counts.items()))
    print(f"{kind}: {count} files with seed {seed}: {outcomes}; at most {slowest:.1f} s and {largest / 1e6:.0f} MB")  # noqa: T201
    return 0


def limit_memory() -> None:
    """Let this process take no more address space than it has now, and what one file may cost."""
    import resource

    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    most = pages * resource.getpagesize() + MOST_BYTES
    resource.setrlimit(resource.RLIMIT_AS, (most, most))


def forget_peak() -> int:
    """Begin anew to measure the most memory that was held; returns how much is held now (bytes)."""
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
    return peak()


def peak() -> int:
    """Return the most memory that was held, in bytes."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM"))


def _too_long(*_: object) -> None:
    raise TimeoutError(f"one file took more than {MOST_SECONDS} seconds")


if __name__ == "__main__":
    sys.exit(main())
