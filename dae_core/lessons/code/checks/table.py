"""The checks by the names of the functions."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from dae_core.jobs import Monitor
from dae_core.lessons.code.checks import backward, mosaic, moving_average, reconstruct
from dae_core.lessons.code.checks.comparing import Call
from dae_core.lessons.code.result import CheckResult

CHECKS: Mapping[str, Callable[[Call, np.random.Generator, Monitor], CheckResult]] = {
    "backward": backward.check,
    "moving_average": moving_average.check,
    "mosaic": mosaic.check,
    "reconstruct": reconstruct.check,
}
"""Each is given the function in the sandbox, random numbers, and what it reports to."""
