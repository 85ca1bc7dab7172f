"""Processes of a test: they say on standard output when they are in the midst of something, and can be killed there."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def running(program: str, *arguments: object) -> Iterator[subprocess.Popen[str]]:
    """Run a text of Python until it has printed its first line; it is killed at the end, or before by the test."""
    command = [sys.executable, "-c", program, *map(str, arguments)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)  # noqa: S603 - the test's own program
    try:
        assert process.stdout is not None
        assert process.stdout.readline() != "", "it has ended"
        yield process
    finally:
        process.kill()
        process.communicate()


def kill(process: subprocess.Popen[str]) -> None:
    """Kill a process, and wait until it is gone."""
    process.kill()
    process.wait()
