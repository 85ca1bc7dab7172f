"""Files with sound checksums and absurd contents: each opens as a data set, or is refused in one sentence.

``DAE_TEST_MUTATIONS=10000`` tries so many, in processes whose time and memory are limited; ``DAE_TEST_SEED`` chooses
others.
"""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from helpers.mutated_files import KINDS
from helpers.mutation_run import open_in_every_way, try_mutations, write

MANY = int(os.environ.get("DAE_TEST_MUTATIONS", "0"))
SEED = int(os.environ.get("DAE_TEST_SEED", "1"))
FEW = 45  # of each kind
TESTS = Path(__file__).parents[1]


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_sound_in_form_and_absurd_in_content_opens_or_is_refused(tmp_path, kind):
    if not MANY:
        counts = try_mutations(kind, range(FEW), SEED, tmp_path)
        assert counts.total() == FEW
        assert counts["refused"] > 0
        return
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join((str(TESTS), str(TESTS.parent), os.environ.get("PYTHONPATH", ""))),
    }
    command = [sys.executable, "-m", "helpers.mutation_run", kind, str(-(-MANY // len(KINDS))), str(SEED)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)  # noqa: S603
    print(done.stdout)  # noqa: T201  # make soak shows it
    assert done.returncode == 0, done.stderr


def test_the_same_seed_makes_the_same_files(tmp_path):
    for kind in KINDS:
        for number in range(5):
            one, other = (write(kind, number, 3, tmp_path / f"{kind}{number}{turn}") for turn in "ab")
            files = [
                sorted((p.name, p.read_bytes()) for p in path.parent.rglob("*") if p.is_file()) for path in (one, other)
            ]
            assert files[0] == files[1]


@pytest.mark.parametrize("kind", ["idx", "npy", "npz", "table", "pictures"])
def test_some_of_them_are_data_sets(tmp_path, kind):
    """Or the mutations are so wild that only the first check of each reader is tried."""
    for number in range(1000, 1300):
        if open_in_every_way(write(kind, number, 5, tmp_path / str(number))) == "opened":
            return
    pytest.fail("none of 300 opens")
