"""The process in which a user's code runs: started with nothing of this one, talked to with a deadline, and killed."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from io import RawIOBase
from typing import Any, cast

from dae_core.errors import UserError
from dae_core.jobs import Cancelled, Monitor
from dae_core.sandbox.messages import MessageError, receive, send
from dae_core.sandbox.values import Value

FLAG = "--dae-sandbox"
"""What a frozen program is started with to be this process, as its ``__main__`` sees to."""
_ENTRY = "import json, sys; sys.path[:] = json.loads(sys.argv[1]); from dae_core.sandbox.child import main; main()"
_POSIX = os.name == "posix"
_STARTS_WITHIN = 60.0
_ASKED_EVERY = 0.02
# One thread of BLAS: each takes tens of megabytes of address space, and the bits depend on how many there are.
_ENVIRONMENT = {
    **dict.fromkeys(("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "BLIS_NUM_THREADS", "VECLIB_MAXIMUM_THREADS"), "1"),
    "OMP_NUM_THREADS": "1",
    # Memory of an array that is freed stays for the next one of its size, as an iteration needs it; glibc reads these.
    "MALLOC_MMAP_THRESHOLD_": "33554432",
    "MALLOC_TRIM_THRESHOLD_": "268435456",
    "PYTHONHASHSEED": "0",
    "PYTHONUTF8": "1",
}
_KEPT = ("SYSTEMROOT", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")  # without which Python itself may not start


class OutOfTime(Exception):  # noqa: N818 - it is what happened
    """There was no answer within the time."""


class Ended(Exception):  # noqa: N818 - it is what happened
    """The process has ended, or says what nobody can read."""


class Process:
    """A process of the sandbox, which has read what it is to run.

    Parameters
    ----------
    setup : mapping
        Its first message.
    monitor : Monitor
        Says when the start is to be left.

    Raises
    ------
    UserError, Cancelled
        When it cannot be started, or is not wanted any more.
    """

    def __init__(self, setup: Mapping[str, Any], monitor: Monitor) -> None:
        self._folder = tempfile.mkdtemp(prefix="dae-code-")  # the process deletes it where a system lets it
        alive, self._life = os.pipe()
        try:
            self._process = subprocess.Popen(  # noqa: S603 - this program itself
                _command(),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                bufsize=0,
                cwd=self._folder,
                env={**_ENVIRONMENT, **{name: os.environ[name] for name in _KEPT if name in os.environ}},
                start_new_session=True,
                pass_fds=(alive,) if _POSIX else (),
            )
        except OSError as error:
            os.close(self._life)
            shutil.rmtree(self._folder, ignore_errors=True)
            raise UserError(f"No process could be started for your code: {error.strerror or error}.") from None
        finally:
            os.close(alive)
        self._requests = cast(RawIOBase, self._process.stdin)
        self._replies = cast(RawIOBase, self._process.stdout)
        # Its reads and writes can be waited for with a deadline on every system.
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="sandbox")
        try:
            self.ask({**setup, "life": alive if _POSIX else None}, (), _STARTS_WITHIN, monitor, 0)
        except (OutOfTime, Ended):
            self.end()
            raise UserError("The process for your code did not start; try it again.") from None
        except BaseException:
            self.end()
            raise

    def ask(
        self, header: Mapping[str, Any], values: Sequence[Value], seconds: float, monitor: Monitor, most_bytes: int
    ) -> tuple[dict[str, Any], tuple[Value, ...]]:
        """Send a message and return the answer. Raises OutOfTime, Ended and Cancelled; then it is to be ended."""
        future = self._pool.submit(self._exchange, header, values, most_bytes)
        deadline = time.monotonic() + seconds
        while not future.done():
            with contextlib.suppress(TimeoutError):
                future.exception(_ASKED_EVERY)
            if monitor.is_cancelled():
                raise Cancelled
            if time.monotonic() > deadline and not future.done():
                raise OutOfTime
        try:
            return future.result()
        except (OSError, EOFError, MessageError) as error:
            raise Ended from error

    def _exchange(
        self, header: Mapping[str, Any], values: Sequence[Value], most_bytes: int
    ) -> tuple[dict[str, Any], tuple[Value, ...]]:
        send(self._requests, header, values)
        return receive(self._replies, most_bytes)

    def end(self) -> int:
        """Kill the process and all that belongs to it; returns its exit code, negative for a signal."""
        code = None
        with contextlib.suppress(subprocess.TimeoutExpired):
            # One that has closed its pipe is about to end by itself, and its exit code says why.
            code = self._process.wait(_ASKED_EVERY)
        if _POSIX:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self._process.pid, signal.SIGKILL)
        self._process.kill()
        code = self._process.wait() if code is None else code
        self._pool.shutdown(wait=True)  # its pipes have no other end any more
        self._requests.close()
        self._replies.close()
        os.close(self._life)
        shutil.rmtree(self._folder, ignore_errors=True)
        return code


def _command() -> list[str]:
    if getattr(sys, "frozen", False):
        return [sys.executable, FLAG]
    import json

    return [sys.executable, "-s", "-P", "-B", "-c", _ENTRY, json.dumps(sys.path)]
