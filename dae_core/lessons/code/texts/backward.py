"""What is shown of ``backward``."""

from __future__ import annotations

from dae_core.lessons.code.function import Example, Function, Hint

_DOCSTRING = '''\
    """Return dW, dB, dV, dC for one digit:
    the derivatives of E by W, B, V, C.

    z = max(0, x W + B)     y = z V + C
    E = |y - x0|² / 2
    x noisy, x0 clean, y result: (784,)
    z hidden units:              (225,)
    W, dW (784, 225)     B, dB   (225,)
    V, dV (225, 784)     C, dC   (784,)
    """
'''

_STUB = f"""\
import numpy as np


def backward(x, x0, z, y, W, V):
{_DOCSTRING}\
    raise NotImplementedError
"""

_PUBLISHED = """\
import numpy as np


def backward(x, x0, z, y, W, V):
    dy = y - x0
    dz = np.dot(V, dy)
    dW = np.outer(x, dz)
    dB = dz
    dV = np.outer(z, dy)
    dC = dy
    return dW, dB, dV, dC
"""

BACKWARD = Function(
    "backward",
    "The gradients of the error",
    "backward(x, x0, z, y, W, V)",
    _STUB,
    (
        Hint(
            "Idea",
            "Go through the network from its end to its start, by the chain rule. How does E change with y? How does "
            "y change with C, with V and with z? How does z change with what the unit adds up, and that with B and "
            "W? Each answer is multiplied with what has come back so far.",
        ),
        Hint(
            "Formula",
            "Write a = x W + B for what the units add up. Then ∂E/∂yⱼ = yⱼ − x0ⱼ, and from there ∂E/∂Cⱼ = ∂E/∂yⱼ, "
            "∂E/∂Vᵢⱼ = zᵢ ∂E/∂yⱼ and ∂E/∂zᵢ = Σⱼ Vᵢⱼ ∂E/∂yⱼ. What a unit adds up reaches E only through z = max(0, "
            "a): ∂E/∂aᵢ is ∂E/∂zᵢ times the slope of that bend at aᵢ. Then ∂E/∂Bᵢ = ∂E/∂aᵢ and ∂E/∂Wₖᵢ = xₖ ∂E/∂aᵢ.",
        ),
        Hint(
            "Shapes",
            "A gradient has the shape of its parameter. dC is (784,) and dB is (225,). dV is (225, 784): every "
            "hidden unit with every pixel, which `np.outer` of two vectors gives. dW is (784, 225): every pixel with "
            "every hidden unit, in that order. To come from (784,) back to (225,) is one product with V, which is "
            "(225, 784).",
        ),
    ),
    (Example("The exercise's published solution", _PUBLISHED),),
)
