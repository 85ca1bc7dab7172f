"""Fixtures of the core's tests: the headless commands, and a session with something in every place."""

import pytest

from dae_core.__main__ import main
from dae_core.datasets import write_idx
from helpers.commands import RUN
from helpers.datasets import small_dataset
from helpers.sessions import rich_session


@pytest.fixture(scope="session")
def data(tmp_path_factory):
    """A folder as MNIST's, with training and test files."""
    folder = tmp_path_factory.mktemp("blobs")
    write_idx(folder / "train-images-idx3-ubyte.gz", small_dataset().train_images)
    write_idx(folder / "t10k-images-idx3-ubyte", small_dataset().test_images)
    return folder


@pytest.fixture
def call(capsys, data):
    """Run the command in this process; return (exit code, standard output, standard error)."""

    def run(*arguments, needs_data=True):
        with_data = ["--data", str(data)] if needs_data and "--data" not in arguments else []
        try:
            code = main([str(argument) for argument in (*arguments, *with_data)])
        except SystemExit as stop:
            code = stop.code
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return run


@pytest.fixture
def session(call, tmp_path):
    """The file of a session of 500 iterations."""
    path = tmp_path / "run.dae"
    assert call("train", *RUN, "--iterations", 500, "--session", path, "--json")[0] == 0
    return path


@pytest.fixture
def rich():
    """A session with something in every place."""
    return rich_session()


@pytest.fixture(autouse=True)
def own_state(tmp_path_factory):
    """Keep what the program remembers of data sets out of the user's own folder; empty for each test."""
    folder = tmp_path_factory.mktemp("state")
    with pytest.MonkeyPatch.context() as patch:  # which no test undoes
        patch.setenv("XDG_STATE_HOME", str(folder))
        yield folder
