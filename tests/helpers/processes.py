"""Processes of a test: they say on standard output when they are in the midst of something, and can be killed there."""

import contextlib
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


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


def sandboxes() -> list[int]:
    """Return the numbers of the processes with users' code that this test has, or that have lost their parent.

    Where a system has no /proc, none are found.
    """
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError, ValueError):
            if b"dae_core.sandbox.child" in (folder / "cmdline").read_bytes():
                state, parent = (folder / "stat").read_text().rpartition(")")[2].split()[:2]
                if state != "Z" and int(parent) in (os.getpid(), 1):
                    found.append(int(folder.name))
    return found
