"""What is shown of ``reconstruct``."""

from __future__ import annotations

from dae_core.lessons.code.function import Example, Function, Hint

_STUB = '''\
import numpy as np


def reconstruct(x, W, B, V, C):
    """Return the cleaned digit y (784,).

    x: the noisy digit            (784,)
    W (784, 225)  B (225,) hidden layer
    V (225, 784)  C (784,) output
    """
    raise NotImplementedError
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
