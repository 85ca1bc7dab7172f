"""What is shown of ``reconstruct``."""

from __future__ import annotations

from dae_core.lessons.code.function import Example, Function, Hint

_STUB = '''\
import numpy as np


def reconstruct(x, W, B, V, C):
    """Return what the network makes of one noisy digit.

    x       the noisy digit                          (784,)
    W, B    weights and biases of the hidden layer   (784, 225) and (225,)
    V, C    weights and biases of the output         (225, 784) and (784,)

    The result y is the cleaned digit: (784,).
    """
    raise NotImplementedError("reconstruct is still to be written")
'''

_LINEAR = """\
import numpy as np


def reconstruct(x, W, B, V, C):
    # A network of which every unit passes on just what it adds up. Is that ours?
    return (x @ W + B) @ V + C
"""

RECONSTRUCT = Function(
    "reconstruct",
    "The cleaned digit",
    "reconstruct(x, W, B, V, C)",
    _STUB,
    (
        Hint(
            "Idea",
            "Two layers, one after the other. The hidden units each look for their feature in x, and stay silent "
            "where they do not find it. The output adds up what the active units contribute.",
        ),
        Hint(
            "Formula",
            "zᵢ = max(0, Σₖ xₖ Wₖᵢ + Bᵢ), then yⱼ = Σᵢ zᵢ Vᵢⱼ + Cⱼ. The bend max(0, ·) is in the hidden layer only.",
        ),
        Hint(
            "Shapes",
            "x (784,) times W (784, 225) gives (225,), to which B (225,) is added. z (225,) times V (225, 784) gives "
            "(784,), to which C (784,) is added. `@` is the product of NumPy, `np.maximum` compares entry by entry.",
        ),
    ),
    (Example("A linear network", _LINEAR),),
)
