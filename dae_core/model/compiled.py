"""The decorator of everything that is compiled, whose cache on the disk is a help and never a condition.

Where numba finds no folder that it may write, it refuses to compile at import; where its files are damaged, belong to
another user or meet a full disk, the first call fails. Here the function is compiled anew instead, which takes a few
seconds, and that is said once.
"""

from __future__ import annotations

import contextlib
import logging
import multiprocessing
import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from typing import Any

import numba
from numba.core.caching import FunctionCache

from dae_core.jobs import UNWATCHED, Monitor


def _spare_scipy() -> None:
    """Have numba's functions of arrays ready without SciPy's linear algebra, which no loop here calls.

    Numba imports it with the first function that it compiles or loads, only to see whether it is there, and that takes
    a tenth of a second of each start. It is looked for again where a function needs it.
    """

    def refuse() -> None:
        raise ImportError

    try:
        from numba.np import linalg

        ensure, linalg.ensure_blas = linalg.ensure_blas, refuse
    except (ImportError, AttributeError):  # a numba that is made otherwise
        return
    try:
        import numba.np.arraymath  # noqa: F401
    finally:
        linalg.ensure_blas = ensure


_spare_scipy()
_log = logging.getLogger(__name__)
_said: set[str] = set()
_POLL_SECONDS = 0.05


def compiled(**options: Any) -> Callable[[Callable[..., Any]], Any]:
    """Return a decorator that compiles a function as `numba.njit` does with these options, and caches it if it can.

    The function holds no interpreter lock, divides as NumPy does, and does not check its indices.
    """

    def decorate(function: Callable[..., Any]) -> Any:
        dispatcher = numba.njit(nogil=True, error_model="numpy", boundscheck=False, **options)(function)
        try:
            _require_home()
            dispatcher._cache = _Cache(function)  # what numba's cache=True does, with a cache that forgives
        except (RuntimeError, OSError):  # no folder can be written, or the source cannot be read
            _say("no folder for it can be written")
        return dispatcher

    return decorate


def compile_elsewhere(module: str, *shares: Sequence[str], monitor: Monitor = UNWATCHED) -> None:
    """Run a module of compiled functions as a program, which fills the cache; where that fails, nothing is said.

    Compiling holds the interpreter lock for seconds, and would freeze the other threads of this process.

    Parameters
    ----------
    module
        Its full name.
    shares
        Arguments of the program, which is run once for each, all at the same time.
    monitor
        Asked while they compile.

    Raises
    ------
    Cancelled
        Where the monitor says so; the programs are ended.
    """
    if not sys.executable:
        return
    processes: list[subprocess.Popen[bytes]] = []
    with contextlib.ExitStack() as started:
        for share in shares:
            command = [sys.executable, "-m", module, *share]
            try:
                process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # noqa: S603
            except OSError:
                continue
            started.enter_context(process)
            started.callback(process.kill)  # where it has ended, that does nothing
            processes.append(process)
        for process in processes:
            while process.poll() is None:
                monitor.check()
                with contextlib.suppress(subprocess.TimeoutExpired):
                    process.wait(_POLL_SECONDS)


def is_cached(function: Any, *arguments: Any) -> bool:
    """Whether the cache holds this compiled function for such arguments; also where there is no cache to fill."""
    cache = function._cache
    if not isinstance(cache, _Cache):
        return True
    return cache.holds(tuple(function.typeof_pyval(a) for a in arguments), function.targetctx)


def _require_home() -> None:
    """Raise OSError where numba would make a folder named "~" wherever the program was started."""
    if not (os.environ.get("NUMBA_CACHE_DIR") or os.path.isabs(os.path.expanduser("~"))):
        raise FileNotFoundError("no home folder")


class _Cache(FunctionCache):
    """Numba's cache, where a function that cannot be read counts as not there, and one that cannot be written is told.

    What is read was pickled and compiled code, so that anything may be raised by files that are damaged.
    """

    def load_overload(self, sig: Any, target_context: Any) -> Any:
        try:
            return super().load_overload(sig, target_context)
        except Exception:
            with contextlib.suppress(Exception):
                self.flush()  # or the index, which is read before it is written, could never be mended
            return None

    def holds(self, sig: Any, target_context: Any) -> bool:
        """Whether the function compiled for these types can be loaded."""
        try:
            return self._cache_file.load(self._index_key(sig, target_context.codegen())) is not None
        except Exception:  # as above
            return False

    def save_overload(self, sig: Any, data: Any) -> None:
        try:
            super().save_overload(sig, data)
        except Exception as error:
            reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
            _say(f"{self.cache_path}: {reason}")


def _say(reason: str) -> None:
    """Warn once in a program, and not in the processes that it starts: at the terminal, or in the window's log."""
    if not _said and multiprocessing.current_process().name == "MainProcess":
        _log.warning("The compiled training loop cannot be kept, so each start compiles it anew (%s).", reason)
    _said.add(reason)
