"""How many files the program may have open."""

import subprocess
import sys

import pytest

PROGRAM = """
import resource
resource.setrlimit(resource.RLIMIT_NOFILE, (100, {hard}))
from dae_gui.support.descriptors import allow_many_files
allow_many_files()
print(*resource.getrlimit(resource.RLIMIT_NOFILE))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such limit")
@pytest.mark.parametrize(("hard", "found"), [(100, 100), (400, 400), (20_000, 8192)])
def test_the_limit_is_raised_as_far_as_that_is_allowed(hard: int, found: int) -> None:
    code = PROGRAM.format(hard=hard)
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)  # noqa: S603
    assert ended.stdout.split() == [str(found), str(hard)]
