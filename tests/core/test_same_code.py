"""Programs that differ only in what is quickly changed are recognised as the same."""

import pytest

from dae_core.lessons.handin.same_code import essence

CODE = '''
def backward(x, x0, z, y, W, V):
    """Return the gradients."""
    dy = y - x0  # of the loss
    dz = (V @ dy) * (z > 0)
    return np.outer(x, dz), dz, np.outer(z, dy), dy
'''


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("dz", "delta"),
        ("\ndef", "\nimport numpy as np\n\ndef"),
        ("    ", "\t"),
        ("  # of the loss", ""),
        ('    """Return the gradients."""\n', ""),
        ("(x, x0, z, y, W, V)", "(x,x0,  z,\n        y, W, V)"),
        ("\n    dz", "\n\n\n    dz"),
    ],
)
def test_what_is_quickly_changed_does_not_count(old, new):
    assert old in CODE
    assert essence(CODE.replace(old, new)) == essence(CODE)


@pytest.mark.parametrize(
    ("old", "new"), [("> 0", ">= 0"), ("np.outer(x, dz)", "np.outer(dz, x)"), ("V @ dy", "dy @ V.T")]
)
def test_what_is_computed_counts(old, new):
    assert essence(CODE.replace(old, new)) != essence(CODE)


@pytest.mark.parametrize("text", ["def (", "    x\n  y", "'''", "(" * 5000, "\0", "", "\u00b2 = 1"])
def test_any_text_has_an_essence(text):
    assert isinstance(essence(text), str)
