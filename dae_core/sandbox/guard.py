"""What the process of the sandbox takes from itself before it runs a user's code: memory, files, processes, threads.

Limits of the system come first. Python's audit hook then refuses all that is not on a list: it cannot be taken off.
"""

from __future__ import annotations

import contextlib
import importlib
import os
import sys
import sysconfig
import threading
from collections.abc import Callable
from pathlib import Path
from types import BuiltinFunctionType
from typing import Any, NoReturn

from dae_core.sandbox.system_calls import refuse_system_calls

_MOST_FILES = 48  # open at once: the pipes, and what an import opens
_FORBIDDEN_FLAGS = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND

# What computing and importing need; all other events that Python knows are refused.
_ALLOWED = frozenset(
    (
        "array.__new__",
        "builtins.id",
        "code.__new__",
        "compile",
        "cpython._PySys_ClearAuditHooks",
        "exec",
        "function.__new__",
        "import",
        "marshal.load",
        "marshal.loads",
        "object.__delattr__",
        "object.__getattr__",
        "object.__setattr__",
        "sys._getframe",
        "sys._getframemodulename",
        "sys.excepthook",
        "sys.unraisablehook",
    )
)
_LOOKS = frozenset(("open", "os.listdir", "os.scandir"))

_EMPTIED = frozenset(
    (
        "_posixsubprocess",
        "_signal",
        "_socket",
        "fcntl",
        "resource",
        "shutil",
        "signal",
        "socket",
        "subprocess",
        "tempfile",
    )
)
_KEPT_OF_OS = frozenset(
    (
        "_path_splitroot",
        "cpu_count",
        "fspath",
        "fstat",
        "getcwd",
        "getpid",
        "listdir",
        "lstat",
        "scandir",
        "stat",
        "urandom",
    )
)

# How the beginning of an event's name is told.
_DOINGS = (
    ("open", "read or write a file"),
    ("builtins.input", "wait for somebody to type"),
    ("builtins.breakpoint", "stop in a debugger"),
    ("os.", "work with files or other programs"),
    ("shutil.", "work with files"),
    ("tempfile.", "work with files"),
    ("subprocess.", "start another program"),
    ("pty.", "start another program"),
    ("socket.", "reach the network"),
    ("urllib.", "reach the network"),
    ("ctypes.", "call the system"),
    ("_thread.", "start a thread"),
)
_OTHERWISE = "do more than compute"


class Refused(BaseException):  # no `except Exception` of a user's code is to catch it
    """The code asks for what it must not do; the message says what, after "may not"."""


def limit_memory_and_files(memory: int) -> None:
    """Take no more address space than this many bytes, and no other resource that computing does without."""
    try:
        import resource
    except ImportError:  # Windows
        return
    rows = (("AS", memory), ("FSIZE", 0), ("NOFILE", _MOST_FILES), ("CORE", 0), ("NPROC", 0))
    for name, most in rows:
        kind = getattr(resource, f"RLIMIT_{name}", None)
        if kind is not None:
            with contextlib.suppress(OSError, ValueError):
                hard = resource.getrlimit(kind)[1]
                least = most if hard == resource.RLIM_INFINITY else min(most, hard)
                resource.setrlimit(kind, (least, least))


def end_with(alive: int | None) -> None:
    """Have this process killed when the other end of this pipe is closed, as it is when its parent has died."""
    if alive is None:
        return
    try:
        import fcntl

        fcntl.fcntl(alive, fcntl.F_SETOWN, os.getpid())
        fcntl.fcntl(alive, fcntl.F_SETSIG, 9)  # which cannot be handled or blocked
        fcntl.fcntl(alive, fcntl.F_SETFL, fcntl.fcntl(alive, fcntl.F_GETFL) | os.O_ASYNC)
    except (ImportError, AttributeError, OSError):  # not Linux
        threading.Thread(target=_end_when_closed, args=(alive, os.read, os._exit), daemon=True).start()


def _end_when_closed(alive: int, read: Callable[[int, int], bytes], leave: Callable[[int], NoReturn]) -> None:
    """Wait and end, with functions that the module `os` soon has no more."""
    read(alive, 1)
    leave(1)


def forbid() -> None:
    """Refuse from now on, for good, what is not on the list; raises `Refused` there."""
    hook = _hook(_libraries())
    refuse_system_calls()
    _forbid_threads()
    _take_away()
    sys.addaudithook(hook)


def _libraries() -> tuple[str, ...]:
    """Return the folders in which what can be imported lies, each with a separator at its end."""
    import numpy as np

    found: list[str | None] = [sysconfig.get_path(name) for name in ("stdlib", "platstdlib")]
    found += [str(Path(np.__file__).parent), str(Path(__file__).parents[1]), getattr(sys, "_MEIPASS", None)]
    found += [sys.executable if getattr(sys, "frozen", False) else None]  # the modules are in the program itself
    return tuple(folder + os.sep for folder in found if folder)


def _hook(libraries: tuple[str, ...]) -> Callable[[str, tuple[Any, ...]], None]:
    # All that it needs is bound here, where the user's code cannot put anything else in its place.
    allowed, looks, kind, text, starts, refused = _ALLOWED, _LOOKS, isinstance, str, str.startswith, _refuse
    flags_forbidden, whole = _FORBIDDEN_FLAGS, int

    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        if event in allowed:
            return
        if event in looks and arguments:
            path, flags = arguments[0], arguments[2] if event == "open" else 0
            reads = kind(flags, whole) and not flags & flags_forbidden
            if reads and kind(path, text) and ".." not in path and starts(path + "/", libraries):
                return
        refused(event)

    return hook


def _refuse(event: str) -> NoReturn:
    raise Refused(next((doing for start, doing in _DOINGS if event.startswith(start)), _OTHERWISE))


def _take_away() -> None:
    """Empty the modules that can do what Python raises no audit event for, or leave only harmless functions in them."""
    for module in (module for name, module in sys.modules.items() if name in _EMPTIED):
        vars(module).clear()
    of_system = importlib.import_module(os.name if os.name == "nt" else "posix")
    for name, value in list(vars(of_system).items()):
        if isinstance(value, BuiltinFunctionType) and name not in _KEPT_OF_OS:
            for module in (of_system, os):
                vars(module).pop(name, None)


def _forbid_threads() -> None:
    """Take away what starts threads, of which older Pythons raise no audit event."""
    import _thread

    def refuse(*arguments: Any, **named: Any) -> NoReturn:  # noqa: ARG001
        _refuse("_thread.")

    for module in (_thread, threading):
        for name in list(vars(module)):
            if name.lstrip("_") in ("start_new_thread", "start_new", "start_joinable_thread"):
                setattr(module, name, refuse)
