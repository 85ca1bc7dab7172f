"""The training loop around a user's own ``backward``, which runs in the process of the sandbox.

It does what the exercise does: forward, the user's gradients, update, one example after another in float32. Every
call of the user's code begins anew, also its random numbers, so that an iteration depends on parameters and example
alone, and a run is the same bits however it is cut.
"""

from __future__ import annotations

import zlib
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dae_core.model import aligned
from dae_core.sandbox import CodeFault, Value
from dae_core.sandbox.student import Student, plain_values

Singles = NDArray[np.float32]
_AT_ONCE = 2**15  # numbers of an update
NAMES = ("dE/dW", "dE/dB", "dE/dV", "dE/dC")


class Network:
    """The parameters in this process, with what is lent of them and room for one update."""

    def __init__(self, W: Singles, B: Singles, V: Singles, C: Singles) -> None:
        self.parameters = tuple(aligned.copy(array) for array in (W, B, V, C))
        self.lent = tuple(array.view() for array in (self.parameters[0], self.parameters[2]))
        for array in self.lent:
            array.flags.writeable = False
        # Room for the steps of some rows, small enough to stay in a near cache between its two uses.
        rows = [max(1, _AT_ONCE * len(array) // array.size) for array in self.parameters]
        self._steps = tuple(
            aligned.empty((min(n, len(array)), *array.shape[1:]), np.float32)
            for n, array in zip(rows, self.parameters, strict=True)
        )

    def iterate(self, student: Student, function: str, x: Singles, x0: Singles, rate: np.float32) -> Any:
        """Do one iteration; return error and sparsity before its update. Where the code fails, nothing has changed."""
        W, B, V, C = self.parameters
        a = x @ W
        a += B
        z = np.maximum(a, 0)
        y = z @ V
        y += C
        e = y - x0
        measured = e @ e, 1.0 - np.count_nonzero(a <= 0) / len(a)  # NaN counts as active, as in the compiled loop
        result = student.function(function, seed=zlib.crc32(x.tobytes()))(x, x0, z, y, *self.lent)
        gradients = self._fitting(plain_values(result, function), function)
        for parameter, gradient, step in zip(self.parameters, gradients, self._steps, strict=True):
            for i in range(0, len(parameter), len(step)):
                some = parameter[i : i + len(step)]
                some -= np.multiply(gradient[i : i + len(step)], rate, out=step[: len(some)], casting="same_kind")
        return measured

    def _fitting(self, values: tuple[Value, ...], function: str) -> list[NDArray[Any]]:
        if len(values) != len(NAMES):
            count = "one value" if len(values) == 1 else f"{len(values)} values"
            raise CodeFault(f"`{function}` returned {count}; it must return four: {', '.join(NAMES)}.", "result")
        for name, value, parameter in zip(NAMES, values, self.parameters, strict=True):
            if np.shape(value) != parameter.shape:
                must = " x ".join(f"{n:,}" for n in parameter.shape)
                shown = " x ".join(f"{n:,}" for n in np.shape(value)) or "one number"
                raise CodeFault(f"`{function}` returned {name} of the wrong shape: {shown}, not {must}.", "result")
        return [np.asarray(value) for value in values]


def train(
    student: Student,
    memory: dict[str, Any],
    function: str,
    clean: Singles,
    noisy: Singles,
    rates: Singles,
    *parameters: Singles,
) -> tuple[Value, ...]:
    """Train for n iterations.

    Parameters
    ----------
    student, memory, function
        As the sandbox hands them to a driver; the parameters stay in ``memory`` from one call to the next.
    clean, noisy, rates : (n, d), (n, d), (n,)
        The examples, and the learning rate of each.
    parameters : (d, h), (h,), (h, d), (d,)
        W, B, V and C; none of them where they are those of the last call.

    Returns
    -------
    Errors and sparsities (m,) of the m iterations before the one in which the code failed, and W, B, V, C after them.
    What the code raises in the first iteration is raised.
    """
    if parameters:
        memory["network"] = Network(*parameters)
    network: Network = memory["network"]
    measured = []
    for i in range(len(rates)):
        # Copies of one example, which the code may change; at the start of a cache line, so that the bits are the same.
        x, x0 = aligned.copy(noisy[i]), aligned.copy(clean[i])
        try:
            measured.append(network.iterate(student, function, x, x0, rates[i]))
        except BaseException:
            if not measured:
                raise
            break
    errors, sparsities = np.array(measured, np.float32).T
    return errors, sparsities, *network.parameters
