"""The mistakes that a check knows by what wrong code returns, a row each: what the student is told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Mistake:
    """A mistake that many make.

    Parameters
    ----------
    key : str
        What it is known by.
    functions : tuple of str
        In which functions it occurs.
    sentence : str
        What is wrong, and which idea helps; not the line that would be right. ``{where}`` stands for the returned
        values that show it, ``{detail}`` for figures or shapes.
    """

    key: str
    functions: tuple[str, ...]
    sentence: str


_BACKWARD = {
    # what comes out of the network's end
    "no-target": "{where}: y itself is taken for the error. E measures how far y is from the clean digit; what does "
    "its derivative hold besides y?",
    "noisy-target": "{where}: y is compared with the noisy digit x. Which of the two digits is the network to give "
    "back?",
    "squared-error": "{where}: the squared difference of y and x0 comes back, which is the error. Its derivative by "
    "y is wanted: it has a sign, and is linear in the difference.",
    "gated-output": "{where}: the ReLU's derivative is applied at the output. y is linear in what the output adds "
    "up: only the hidden units have a bend.",
    # on the way back through V
    "back-through-w": "{where}: the error goes back to the hidden units through W. It has to go back the way on "
    "which z reached y: which weights lie between the two?",
    "back-is-z": "{where}: z stands where the derivative of E by z belongs. How much E changes with a unit depends "
    "on the error of all pixels that the unit adds to.",
    # through the ReLU
    "no-relu": "{where}: the derivative of the ReLU is missing. A silent unit (z = 0) stays silent when its sum "
    "changes a little: y does not change, so nothing may come back through that unit. (z is never negative: z ≥ 0 "
    "holds for all units.)",
    "gate-by-z": "{where}: what comes back is multiplied with z where the slope of max(0, a) belongs. How steep is "
    "that line, left and right of the bend?",
    "gate-by-gradient": "{where}: whether something passes is decided by the sign of what comes back. A unit's slope "
    "depends on whether the unit itself was active.",
    "gate-reversed": "{where}: the silent units pass the gradient on and the active ones do not; it is the other way "
    "round.",
    "gate-half": "{where}: silent units pass on a part of the gradient. For a unit with z = 0 the slope is that on "
    "the left of the bend.",
    # what the gradients are products of
    "clean-input": "{where}: the clean digit x0 is taken as the network's input. Which digit did W see?",
    "output-as-input": "{where}: the reconstruction y is taken as the network's input. What did W multiply?",
    "gated-input": "{where}: negative pixels of x are left out. The input passes no ReLU; only hidden units do.",
    "gated-hidden": "{where}: it is only asked whether a unit was active. The contribution of a unit to y is z times "
    "its row of V: how strongly it was active counts.",
    "gradient-as-hidden": "{where}: what came back to the hidden units stands where their activity belongs. By what "
    "is V multiplied in y = z V + C?",
    # the returned values as a whole
    "sign": "{where}: the wrong sign. The gradient points where E grows; the minus of the descent comes with the "
    "update, and is not part of `backward`. Is the difference taken the right way round?",
    "factor": "{where}: a constant factor of {detail} everywhere. E is half the squared norm, summed over pixels: "
    "which factor is left when it is differentiated? The learning rate comes with the update.",
    "transposed": "{where}: transposed, {detail}. Which of the two vectors of the product counts the rows?",
    "order": "The values are returned in another order: {detail}. It has to be dW, dB, dV, dC.",
    "extra-axis": "{where}: the right numbers in another shape, {detail}. A gradient has exactly the shape of its "
    "parameter.",
    "no-outer": "{where}: a vector where a matrix is due, {detail}. Every weight joins one entry of a layer with one "
    "of the next: that takes every product of the two, not only those of equal index.",
    "summed": "{where}: one number, {detail}. Every unit and every pixel has its own bias, so nothing is summed up "
    "for a single digit.",
    "zeros": "{where}: all zero. Is it filled in before it is returned?",
    "precision": "{where}: right, but rounded to fewer digits. This check calculates in float64: give new arrays the "
    "type of what comes in (`np.zeros_like`), and nothing is lost.",
}

_MOVING_AVERAGE = {
    "mode-same": "As many means as values: at both ends the window reaches beyond the curve, and what is missing "
    "counts as zero, which pulls the ends down. Only windows that lie wholly inside are wanted (`valid`, not `same`).",
    "mode-full": "More means than values: also windows that only touch the curve are counted, and what is missing is "
    "zero. Only windows that lie wholly inside are wanted (`valid`, not `full`).",
    "short-start": "As many means as values: the first ones are over fewer values than the window holds. Begin where "
    "the first window is full.",
    "padded": "As many means as values: places without a full window are filled up. Leave them out; the result is "
    "shorter than the curve.",
    "centred-short": "As many means as values: at the ends they are over fewer values than the window holds. Only "
    "full windows are wanted.",
    "first-lost": "The first mean is missing, that of values[0] ... values[window - 1]. If it is a difference of "
    "running sums: what is the sum before the first value?",
    "last-lost": "The last mean is missing, which ends with the last value. How many places has a window of w in n "
    "values? Try n = w.",
    "window-longer": "Each mean is over one value more than the window holds. Where does a slice end?",
    "window-shorter": "Each mean is over one value less than the window holds. Where does a slice end?",
    "not-divided": "These are sums: a mean is divided by how many were added.",
    "wrong-count": "The sums are right, but divided by a wrong count: {detail} instead of the window's number of "
    "values.",
    "cumulative": "These are means over all values so far. A moving average forgets: what leaves the window at its "
    "other end no longer counts.",
    "blocks": "The windows stand side by side. Each has to begin one place after the one before, so that they overlap.",
    "one-mean": "This is one mean only. The window moves on, and there is one for each of its places.",
    "exponential": "This is an average that fades slowly (an exponential one). Here all values of the window count "
    "the same, and older ones not at all.",
    "median": "This is the median of each window; the mean is wanted.",
    "unchanged": "The values come back as they were.",
    "fixed-window": "Right for a window of 25, and for another window still the means over 25. Use the argument "
    "`window`.",
}

_MOSAIC = {
    "layout-of-w": "The pixels are mixed: V is taken apart as if it were W. In W a picture is a column, in V it is a "
    "row. What makes the one of the other?",
    "column-order": "The pictures are right, but follow one another down the columns. Unit 1 stands to the right of "
    "unit 0.",
    "tile-transposed": "The pictures stand in their places, but each is mirrored at its diagonal: rows and columns "
    "of pixels are swapped.",
    "both-transposed": "The whole is mirrored at its diagonal: the order of the pictures, and the pixels of each. "
    "Which index counts the lines of a picture?",
    "plain-reshape": "The numbers follow one another as they lie in V: every line of the result is filled before the "
    "next one begins. But a line of the mosaic crosses several pictures: the axes have to change places before they "
    "are joined.",
    "swapped-grid": "Rows and columns of the grid are swapped: {detail}.",
    "not-joined": "The pictures are cut out, but not laid out yet: {detail}. What one looks at is one matrix.",
    "other-order": "All the numbers are there and the shape is right, but the order is not: go through the axes one "
    "by one. Which one moves on fastest when you read the picture line by line, and which comes next?",
    "upside-down": "The pictures are upside down, or the grid begins at its bottom. Row 0 is at the top.",
    "mirrored": "The pictures, or the rows of the grid, are mirrored from left to right.",
    "fixed-grid": "Right for a grid of 15 × 15, but not for 3 rows of 5. Are rows and columns swapped somewhere, or "
    "is a number of the exercise's grid written into the code?",
}

_RECONSTRUCT = {
    "no-activation": "The ReLU is missing: units whose sum is negative stay silent. What is z, if the sum is below 0?",
    "other-activation": "The hidden units do not have the ReLU but {detail}. The exercise's z is max(0, x W + B).",
    "output-activation": "The output is cut off at 0 too. Pixels are standardized and may be negative: y is linear "
    "in z.",
    "no-bias": "B is missing. What does a hidden unit add to its weighted sum of pixels?",
    "bias-late": "B is added after the ReLU. It belongs to what the unit adds up, and so decides whether it is active.",
    "no-offset": "C is missing. What does the output add to the contributions of the hidden units?",
    "tied": "W is used for the way out too. The decoder has weights of its own.",
    "v-first": "V is used for the way in. Which weights look at the pixels?",
    "hidden-returned": "These are the hidden units z. One step is left: what do they add to the picture?",
    "extra-axis-y": "The right numbers in another shape, {detail}. One digit goes in and one comes out.",
    "input-returned": "The noisy digit comes back as it was.",
}


def _rows(function: str, sentences: Mapping[str, str]) -> dict[str, Mistake]:
    return {key: Mistake(key, (function,), sentence) for key, sentence in sentences.items()}


MISTAKES: Mapping[str, Mistake] = {
    **_rows("backward", _BACKWARD),
    **_rows("moving_average", _MOVING_AVERAGE),
    **_rows("mosaic", _MOSAIC),
    **_rows("reconstruct", _RECONSTRUCT),
}
"""By their keys. Each check finds its own by what wrong code returns on seeded inputs, never by its text."""
