"""What the bundled program does where it is started by itself: there is no Python beside it for its other processes.

It was frozen by PyInstaller. Whatever starts a process with ``sys.executable`` starts this program again, with the
arguments that Python would have got; only those that are known here are followed.
"""

from __future__ import annotations

import os
import re
import runpy
import sys
from collections.abc import Sequence

from dae_core.files import user_folder

SANDBOX_FLAG = "--dae-sandbox"
"""The one argument with which it is the process that runs a user's code."""

COMPILED_MODULES = ("dae_core.model.preparing", "dae_core.model.family_kernels", "dae_core.training.batch_loops")
"""What `compile_elsewhere` runs; numba's cache wants their sources as files beside the program."""

# joblib names them on the command line of its processes, in modules of its own that it calls private.
_LOKY = "joblib.externals.loky.backend"
_MODULES = (*COMPILED_MODULES, f"{_LOKY}.popen_loky_posix")
_TRACKER = re.compile(rf"from {re.escape(_LOKY)}\.resource_tracker import main; main\((\d+), (True|False)\)")


def begin_if_frozen() -> None:
    """Do what a process of the frozen program needs first; does not return where it is started for another's work.

    That is: the sandbox of a user's code, a loop to be compiled, a process of a sweep, or one that clears up after it.
    """
    if not getattr(sys, "frozen", False):
        return
    arguments = sys.argv[1:]
    # The one beside the modules may be read-only, and would go with the program. Numba reads this when it is imported.
    os.environ.setdefault("NUMBA_CACHE_DIR", str(user_folder("cache") / "compiled"))
    _restore_library_path()
    if arguments == [SANDBOX_FLAG]:
        from dae_core.sandbox.child import main  # NumPy takes a moment

        main()
    _serve_joblib(arguments)
    if arguments[:1] == ["-m"] and arguments[1] in _MODULES:
        sys.argv = sys.argv[2:]
        runpy.run_module(arguments[1], run_name="__main__", alter_sys=True)
        sys.exit()


def _restore_library_path() -> None:
    """Let programs of the system that are started from here, as ffmpeg, find the system's libraries, not ours."""
    if sys.platform.startswith("linux"):
        before = os.environ.pop("LD_LIBRARY_PATH_ORIG", "")
        os.environ.pop("LD_LIBRARY_PATH", None)
        if before:
            os.environ["LD_LIBRARY_PATH"] = before


def _serve_joblib(arguments: Sequence[str]) -> None:
    """Be the process that deletes what a sweep's processes share, or one of these where they are started as on Windows.

    Behind them come those of Python's own `multiprocessing`, whose arguments PyInstaller knows.
    """
    tracker = _TRACKER.fullmatch(arguments[-1]) if arguments[-2:-1] == ["-c"] else None
    if tracker:
        from joblib.externals.loky.backend.resource_tracker import main

        main(int(tracker[1]), tracker[2] == "True")
        sys.exit()
    if sys.platform == "win32" and arguments[:1] == ["--multiprocessing-fork"] and arguments[1].isdigit():
        from joblib.externals.loky.backend.popen_loky_win32 import main as be_worker

        be_worker(int(arguments[1]))
    import multiprocessing

    multiprocessing.freeze_support()
