"""What is shown of ``moving_average``."""

from __future__ import annotations

from dae_core.lessons.code.function import Example, Function, Hint

_STUB = '''\
import numpy as np


def moving_average(values, window):
    """Return the mean of every `window` values that follow one another.

    values      one number for each iteration                    (n,)
    window      how many are averaged, 25 in the exercise        1 ... n

    The first mean is that of values[0] ... values[window - 1], the next one begins a place later, and so on; the last
    one ends with the last value. Every mean is over a whole window: they are n - window + 1, so (n - window + 1,).
    Over the raw curve each stands at the last iteration of its window:

        plt.plot(values)
        plt.plot(np.arange(window - 1, len(values)), moving_average(values, window))
    """
    raise NotImplementedError("moving_average is still to be written")
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
