"""What is shown of ``moving_average``."""

from __future__ import annotations

from dae_core.lessons.code.function import Example, Function, Hint

_STUB = '''\
import numpy as np


def moving_average(values, window):
    """Return the mean of every `window`
    values that follow one another.

    values: one per iteration       (n,)
    result:             (n - window + 1,)

    The first is that of values[0] ...
    values[window - 1], the next begins a
    place later; the last one ends with
    the last value. The exercise's window
    is 25.
    """
    raise NotImplementedError
'''

_ONE_MEAN = """\
import numpy as np


def moving_average(values, window):
    # The first mean alone. Where do the others begin?
    return np.array([np.mean(values[0:window])])
"""

MOVING_AVERAGE = Function(
    "moving_average",
    "The smoothed curve",
    "moving_average(values, window)",
    _STUB,
    (
        Hint(
            "Idea",
            "Lay a window of 25 values on the curve, take their mean, and move the window on by one place. Windows "
            "overlap: two neighbours differ in only two values. Where the window would reach beyond the curve there "
            "is no mean.",
        ),
        Hint(
            "Formula",
            "mₖ = (vₖ + vₖ₊₁ + … + vₖ₊w₋₁) / w. A loop over k is enough. Without one: a sum of products with the "
            "same weights 1/w everywhere is a convolution (`np.convolve`), and the sum over a window is the "
            "difference of two running sums (`np.cumsum`).",
        ),
        Hint(
            "Shapes",
            "From n values come n − w + 1 means: the first k is 0 and the last one n − w. Of 25,000 values and a "
            "window of 25 there are 24,976. `np.convolve` has three modes that differ in just this: one gives n + w "
            "− 1 values, one n, and one only those where the window lies wholly inside.",
        ),
    ),
    (Example("Where the first mean comes from", _ONE_MEAN),),
)
