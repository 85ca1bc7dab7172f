"""Fixtures of all tests; nothing of Qt here, for tests/core passes without it."""

import ctypes
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from dae_core.model.blas import use_single_thread

# A process for each core: threads of BLAS beside them only wait for one another, and take ten times as long.
use_single_thread()

if sys.platform == "linux":
    # The C library keeps what threads have freed, in a place for each of up to eight threads a core. Tests start
    # thousands of threads, one after another, so that this grew by half a gigabyte; in one place it stays level.
    _M_ARENA_MAX = -8
    getattr(ctypes.CDLL(None), "mallopt", lambda *_: None)(_M_ARENA_MAX, 1)


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """Keep the content of files out of the names of tests: packed bytes hold the time, and processes must agree."""
    return argname if isinstance(val, bytes) else None


@pytest.fixture(scope="session")
def mnist_folder() -> Path:
    """The folder of the real MNIST, or a skip with the reason."""
    named = os.environ.get("DAE_TEST_MNIST")
    folder = Path(named) if named else Path(__file__).resolve().parents[2] / "shared" / "data" / "mnist"
    if not (folder / "train-images-idx3-ubyte.gz").is_file():
        pytest.skip(f"the full MNIST is not in {folder} (set DAE_TEST_MNIST to its folder)")
    return folder


@pytest.fixture(scope="session", autouse=True)
def digits_cache_of_this_run(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Keep the bundled digits' cache out of the user's own folder; they are built once in a run."""
    base = tmp_path_factory.getbasetemp()
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "digits-cache"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DAE_STUDIO_CACHE", str(folder))
        yield folder


@pytest.fixture(scope="module")
def few_tuning_images() -> Iterator[None]:
    """Tune filters on fewer digits than users get: it is the same work, done sooner."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("dae_core.evaluation.filter_tuning.TUNING_IMAGES", 12)
        yield
