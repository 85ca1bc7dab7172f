"""Of one class: who wrote the canonical lines is not told to have copied, and who copied is."""

from collections.abc import Mapping

import pytest

from dae_core.lessons.code import FUNCTIONS
from dae_core.lessons.handin.finding import Finding, Outcome
from dae_core.lessons.handin.twins import Trace, code_of, compare
from helpers.student_code import RIGHT, written

CANONICAL = RIGHT["backward"][0]
OWN_WORDS = """
error_signal = y - x0
# what reaches the hidden layer on the way back through the output's weights
hidden_signal = error_signal @ V.T
activity_mask = np.where(z > 0, 1.0, 0.0)
hidden_signal = hidden_signal * activity_mask
return np.outer(x, hidden_signal), hidden_signal, np.outer(z, error_signal), error_signal
"""
LOOPS = """
rows, width = V.shape
first = y - x0
out_v = np.zeros((rows, width))
out_w = np.zeros((len(x), rows))
back = np.zeros(rows)
for unit in range(rows):
    out_v[unit] = z[unit] * first
    if z[unit] > 0:
        back[unit] = (V[unit] * first).sum()
        for pixel in range(len(x)):
            out_w[pixel, unit] = x[pixel] * back[unit]
return out_w, back, out_v, first
"""
HONEST = (
    CANONICAL,
    OWN_WORDS,
    LOOPS,
    """
    # derivative of the error with respect to the output
    g = y - x0
    slope = (z > 0).astype(float)
    h = slope * (V @ g)
    return x[:, None] * h, h, z[:, None] * g, g
    """,
    """
    def back(weights, signal):
        return weights.dot(signal)
    delta = y - x0
    hidden = back(V, delta)
    hidden[z == 0] = 0
    return np.outer(x, hidden), hidden, np.outer(z, delta), delta
    """,
    """
    dC = y - x0
    dV = np.einsum("i,j->ij", z, dC)
    dB = np.einsum("ij,j->i", V, dC)
    dB = np.where(z > 0, dB, 0)
    dW = np.einsum("i,j->ij", x, dB)
    return dW, dB, dV, dC
    """,
)


def traces(*codes: Mapping[str, str]) -> list[Trace]:
    none = frozenset[str]()
    return [
        Trace(f"{i}.handin", f"student {i}", f"{i}.handin", none, frozenset(), frozenset(), none, code_of(code))
        for i, code in enumerate(codes)
    ]


def found(*bodies: str) -> list[list[Finding]]:
    return compare(traces(*({"backward": written("backward", body)} for body in bodies)))


def flagged(findings: list[list[Finding]]) -> list[int]:
    return [i for i, row in enumerate(findings) if any(one.outcome is Outcome.FLAGGED for one in row)]


def renamed(body: str, **names: str) -> str:
    for old, new in names.items():
        body = body.replace(old, new)
    return body


def test_nobody_of_an_honest_class_is_to_be_looked_at():
    bodies = *HONEST, CANONICAL, renamed(CANONICAL, da="delta_hidden", dy="delta_output")
    findings = found(*bodies)
    assert flagged(findings) == []
    notes = [[one.sentence for one in row] for row in findings]
    assert [bool(row) for row in notes] == [True, False, False, False, False, False, True, True]
    assert "2 other hand-ins" in notes[0][0]


def test_a_whole_class_may_write_the_canonical_functions():
    code = {name: written(name, RIGHT[name][0]) for name in FUNCTIONS}
    assert flagged(compare(traces(*[code] * 30))) == []


@pytest.mark.parametrize(
    ("place", "copy"),
    [
        (2, renamed(LOOPS, rows="n", first="err", out_v="gv", out_w="gw", back="h", unit="i", pixel="j")),
        (2, "# mine\n" + LOOPS),
        (1, renamed(OWN_WORDS, error_signal="e", hidden_signal="h", activity_mask="m")),  # its comment stays
        (1, OWN_WORDS.replace("what reaches the hidden layer on the way back through the output's weights", "back")),
        (1, OWN_WORDS.replace("# what", "\n#   What").replace("np.where(z > 0, 1.0, 0.0)", "z > 0")),
    ],
)
def test_who_copied_is_told_and_from_whom(place, copy):
    findings = found(*HONEST, copy)
    assert flagged(findings) == [place, len(HONEST)]
    assert f"{place}.handin" in next(o.sentence for o in findings[-1] if o.outcome is Outcome.FLAGGED)


def test_comments_and_names_of_the_task_are_nobodys_own():
    shown = FUNCTIONS["moving_average"].examples[0].source
    rest = shown.replace(
        "return np.array([np.mean(values[0:window])])",
        "return np.convolve(values, np.full(window, 1 / window), 'valid')",
    )
    assert rest != shown
    assert flagged(compare(traces({"moving_average": rest}, {"moving_average": rest}))) == []


@pytest.mark.parametrize("text", ["def (", "    x\n  y", "'''", "(" * 5000, "\0", "", "\u00b2 = 1", "-" * 100_000])
def test_any_text_can_be_compared(text):
    assert len(compare(traces({"backward": text}, {"backward": text}))) == 2
