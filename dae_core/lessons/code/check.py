"""Checks what a student wrote for one of the functions, in the sandbox."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

import numpy as np

from dae_core.jobs import UNWATCHED, Monitor
from dae_core.lessons.code.checks import backward, mosaic, moving_average, reconstruct
from dae_core.lessons.code.checks.comparing import Call
from dae_core.lessons.code.functions import FUNCTIONS
from dae_core.lessons.code.result import CheckResult
from dae_core.sandbox import CodeFault, Limits, Sandbox

_CHECKS: Mapping[str, Callable[[Call, np.random.Generator, Monitor], CheckResult]] = {
    "backward": backward.check,
    "moving_average": moving_average.check,
    "mosaic": mosaic.check,
    "reconstruct": reconstruct.check,
}


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
        Nothing else, whatever the text does.
    """
    if source.strip() == FUNCTIONS[function].stub.strip():
        return CheckResult(False, f"`{function}` is still to be written: the last line only says so.")
    rng = np.random.default_rng(seed)
    try:
        with np.errstate(all="ignore"), Sandbox(source, limits) as sandbox:  # of whatever numbers come back
            return _CHECKS[function](partial(sandbox.call, function, monitor=monitor), rng, monitor)
    except CodeFault as fault:
        return CheckResult(False, str(fault), fault.line)
