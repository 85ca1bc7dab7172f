"""The process of the sandbox: reads what is to be called, calls it with all that it must not have taken away, answers.

Numbers go through descriptors of its own; whatever the user's code writes to its standard output goes nowhere.
"""

from __future__ import annotations

import contextlib
import importlib
import io
import math
import os
import signal
import sys
from collections.abc import Callable
from typing import Any, NoReturn, cast

import numpy as np

from dae_core.sandbox import guard
from dae_core.sandbox.messages import receive, send
from dae_core.sandbox.sandbox import MOST_PRINTED, OUT_OF_MEMORY
from dae_core.sandbox.student import Printed, Student, plain_values
from dae_core.sandbox.values import Value

Driver = Callable[..., tuple[Value, ...]]

_exit = os._exit  # before the module is emptied
_GRACE = 2.0  # seconds that the process has more than its parent gives it, which ends it more gently
_LARGEST_REQUEST = 2**34


def main() -> NoReturn:
    """Answer requests until the parent closes the pipe or kills this process."""
    requests, replies = _own_streams()
    setup, _ = receive(requests, 0)
    with contextlib.suppress(OSError):
        os.rmdir(os.getcwd())
    guard.end_with(setup["life"])
    driver = _loaded(setup["driver"]) if setup["driver"] else None
    guard.limit_memory_and_files(setup["memory"])
    np.seterr(all="ignore")
    set_timer, profiling = getattr(signal, "setitimer", None), getattr(signal, "ITIMER_PROF", 0)
    student, memory = Student(setup["source"]), dict[str, Any]()
    guard.forbid()
    send(replies, {})
    while True:
        try:
            request, arguments = receive(requests, _LARGEST_REQUEST)
            if set_timer is not None:  # of processor time; it kills also while Python itself is stuck
                set_timer(profiling, math.ceil(request["seconds"] + _GRACE))
            header, values = _answered(student, driver, memory, request["function"], arguments)
            send(replies, header, values)
        except MemoryError:
            _exit(OUT_OF_MEMORY)
        except BaseException:  # the parent has closed, or the user's code has broken what this needs
            _exit(1)


def _answered(
    student: Student, driver: Driver | None, memory: dict[str, Any], function: str, arguments: tuple[Value, ...]
) -> tuple[dict[str, Any], tuple[Value, ...]]:
    student.printed = printed = Printed(MOST_PRINTED)
    try:
        if driver is None:
            values = plain_values(student.function(function)(*arguments), function)
        else:
            values = driver(student, memory, function, *arguments)
    except BaseException as error:
        fault = student.fault(error, function)
        return {"fault": str(fault), "kind": fault.kind, "line": fault.line, "output": printed.text}, ()
    return {"output": printed.text}, values


def _own_streams() -> tuple[io.RawIOBase, io.RawIOBase]:
    """Return the pipes from and to the parent under other descriptors, and put nothing in the place of 0, 1 and 2."""
    requests, replies = (io.FileIO(os.dup(descriptor), mode) for descriptor, mode in ((0, "rb"), (1, "wb")))
    nothing = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(nothing, descriptor)
    os.close(nothing)
    sys.stdin = sys.stdout = sys.stderr = cast(Any, None)
    sys.stdin, sys.stdout, sys.stderr = (open(os.devnull, mode, encoding="utf-8") for mode in ("r", "w", "w"))  # noqa: SIM115
    return requests, replies


def _loaded(driver: str) -> Driver:
    module, _, function = driver.partition(":")
    return cast(Driver, getattr(importlib.import_module(module), function))
