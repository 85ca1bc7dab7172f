"""Checks what a student wrote for one of the functions, in the sandbox."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import numpy as np

from dae_core.jobs import UNWATCHED, Monitor
from dae_core.lessons.code.functions import FUNCTIONS
from dae_core.lessons.code.result import CheckResult
from dae_core.sandbox import CodeFault, Limits, Sandbox


def check_code(
    function: str,
    source: str,
    *,
    seed: int = 0,
    limits: Limits = Limits(),  # noqa: B008 - frozen
    monitor: Monitor = UNWATCHED,
) -> CheckResult:
    """Run what a student wrote for a function, and return what is right or wrong in words.

    Parameters
    ----------
    function : str
        One of ``FUNCTIONS``.
    source : str
        The student's text. It runs in a process of its own.
    seed : int
        The numbers that it is tried with are a function of it.
    limits : Limits
        What each call may take.

    Raises
    ------
    Cancelled
        When the monitor says so.
    UserError
        When no process could be started; never for what the text does.
    """
    if source.strip() == FUNCTIONS[function].stub.strip():
        return CheckResult(False, f"`{function}` is still to be written: the last line only says so.")
    from dae_core.lessons.code.checks.table import CHECKS  # what the window does not need to show a stub

    rng = np.random.default_rng(seed)
    with np.errstate(all="ignore"), Sandbox(source, limits) as sandbox:  # of whatever numbers come back
        try:
            result = CHECKS[function](partial(sandbox.call, function, monitor=monitor), rng, monitor)
        except CodeFault as fault:
            result = CheckResult(False, str(fault), fault.line)
        return replace(result, output=sandbox.output)
