"""The four functions that the student writes, a row each."""

from __future__ import annotations

from collections.abc import Mapping

from dae_core.lessons.code.function import Function
from dae_core.lessons.code.texts.backward import BACKWARD
from dae_core.lessons.code.texts.mosaic import MOSAIC
from dae_core.lessons.code.texts.moving_average import MOVING_AVERAGE
from dae_core.lessons.code.texts.reconstruct import RECONSTRUCT

FUNCTIONS: Mapping[str, Function] = {
    function.name: function for function in (BACKWARD, MOVING_AVERAGE, MOSAIC, RECONSTRUCT)
}
"""By their names, in the order of the exercise."""
