"""What students write: right code in several styles, and wrong code with the mistake that it shows."""

from __future__ import annotations

import textwrap
from typing import NamedTuple


class Attempt(NamedTuple):
    """A text for one of the functions; ``mistake`` is empty for right ones."""

    function: str
    mistake: str
    source: str

    @property
    def name(self) -> str:
        """For the list of tests: the mistake, and its last line."""
        return f"{self.function}-{self.mistake or 'right'}-{self.source.strip().splitlines()[-1].strip()[:30]}"


_PARAMETERS = {
    "backward": "x, x0, z, y, W, V",
    "moving_average": "values, window",
    "mosaic": "V, rows, columns",
    "reconstruct": "x, W, B, V, C",
}


def written(function: str, body: str) -> str:
    """Return the text of a function with this body."""
    lines = textwrap.indent(textwrap.dedent(body).strip(), "    ")
    return f"import numpy as np\n\n\ndef {function}({_PARAMETERS[function]}):\n{lines}\n"


_RIGHT_BACKWARD = """
dy = y - x0
dz = V @ dy
da = dz * (z > 0)
dW = np.outer(x, da)
dB = da
dV = np.outer(z, dy)
dC = dy
return dW, dB, dV, dC
"""

RIGHT = {
    "backward": (
        _RIGHT_BACKWARD,
        # in place
        """
        y -= x0
        dz = np.dot(V, y)
        dz[z <= 0] = 0
        return [x[:, None] * dz, dz, z[:, None] * y[None, :], y]
        """,
        # loops
        """
        dW, dV = np.zeros_like(W), np.zeros_like(V)
        dB, dC = np.zeros(len(z)), np.zeros(len(y))
        for j in range(len(y)):
            dC[j] = y[j] - x0[j]
        for i in range(len(z)):
            for j in range(len(y)):
                dV[i, j] = z[i] * dC[j]
            if z[i] > 0:
                for j in range(len(y)):
                    dB[i] += V[i, j] * dC[j]
                for k in range(len(x)):
                    dW[k, i] = x[k] * dB[i]
        return dW, dB, dV, dC
        """,
        # einsum, and a batch of one
        """
        x, x0, z, y = (a.reshape(1, -1) for a in (x, x0, z, y))
        delta = y - x0
        hidden = np.einsum("nj,ij->ni", delta, V) * np.heaviside(z, 0)
        return (np.einsum("nk,ni->ki", x, hidden), hidden.sum(axis=0),
                np.einsum("ni,nj->ij", z, delta), delta.sum(axis=0))
        """,
        # the slope by where
        """
        e = np.subtract(y, x0)
        s = np.where(z > 0, e @ V.T, 0.0)
        return np.matmul(x.reshape(-1, 1), s.reshape(1, -1)), s, np.multiply.outer(z, e), e
        """,
    ),
    "moving_average": (
        "return np.convolve(values, np.ones(window) / window, mode='valid')",
        "return np.convolve(values, np.ones(window), 'valid') / window",
        "return [sum(values[k:k + window]) / window for k in range(len(values) - window + 1)]",
        """
        sums = np.cumsum(np.insert(values, 0, 0))
        return (sums[window:] - sums[:-window]) / window
        """,
        """
        averages = []
        for end in range(window, len(values) + 1):
            averages.append(np.mean(values[end - window:end]))
        return np.array(averages)
        """,
        "return np.lib.stride_tricks.sliding_window_view(values, window).mean(axis=-1)",
        """
        total = 0
        for k in range(window):
            total = total + values[k:len(values) - window + 1 + k]
        return total / window
        """,
    ),
    "mosaic": (
        "return V.reshape(rows, columns, 28, 28).transpose(0, 2, 1, 3).reshape(rows * 28, columns * 28)",
        "return V.T.reshape(28, 28, rows, columns).transpose(2, 0, 3, 1).reshape(rows * 28, columns * 28)",
        """
        picture = np.zeros((rows * 28, columns * 28))
        for k in range(rows * columns):
            i, j = divmod(k, columns)
            picture[i * 28:(i + 1) * 28, j * 28:(j + 1) * 28] = V[k].reshape(28, 28)
        return picture
        """,
        "return np.block([[V[i * columns + j].reshape(28, 28) for j in range(columns)] for i in range(rows)])",
        """
        side = int(np.sqrt(V.shape[1]))
        lines = [np.hstack([V[r * columns + c].reshape(side, side) for c in range(columns)]) for r in range(rows)]
        return np.vstack(lines)
        """,
        "return np.einsum('rcij->ricj', V.reshape(rows, columns, 28, 28)).reshape(28 * rows, -1)",
    ),
    "reconstruct": (
        "return np.maximum(x @ W + B, 0) @ V + C",
        """
        z = np.dot(x, W)
        z += B
        z[z < 0] = 0
        return np.dot(z, V) + C
        """,
        """
        y = C.copy()
        for i in range(len(B)):
            a = np.sum(x * W[:, i]) + B[i]
            if a > 0:
                y += a * V[i]
        return y
        """,
        """
        a = np.einsum("k,ki->i", x, W) + B
        return np.einsum("i,ij->j", a * (a > 0), V) + C
        """,
    ),
}


def _changed(*changes: tuple[str, str], body: str = _RIGHT_BACKWARD) -> str:
    for old, new in changes:
        assert old in body, old
        body = body.replace(old, new)
    return body


_WRONG_BACKWARD = (
    ("no-relu", _changed((" * (z > 0)", ""))),
    ("no-relu", _changed(("(z > 0)", "(z >= 0)"))),
    (
        "no-relu",
        """
        dW, dB = np.zeros_like(W), np.zeros(len(z))
        for i in range(len(z)):
            for j in range(len(y)):
                dB[i] += (y[j] - x0[j]) * V[i, j]
            dW[:, i] = dB[i] * x
        return dW, dB, np.outer(z, y - x0), y - x0
        """,
    ),
    ("no-relu", "d = y - x0; h = np.einsum('ij,j', V, d); return np.einsum('k,i->ki', x, h), h, np.outer(z, d), d"),
    ("gate-by-z", _changed(("(z > 0)", "z"))),
    ("gate-by-gradient", _changed(("(z > 0)", "(dz > 0)"))),
    ("gate-by-gradient", _changed(("dz * (z > 0)", "np.maximum(dz, 0)"))),
    ("gate-reversed", _changed(("(z > 0)", "(z == 0)"))),
    ("gate-half", _changed(("(z > 0)", "np.heaviside(z, 0.5)"))),
    ("sign", _changed(("y - x0", "x0 - y"))),
    ("sign", _changed(("dW = np", "dW = -np"))),
    ("sign", _changed(("return dW, dB, dV, dC", "return -dW, -dB, dV, dC"))),
    ("factor", _changed(("y - x0", "2 * (y - x0)"))),
    ("factor", _changed(("y - x0", "(y - x0) / len(y)"))),
    ("factor", _changed(("return dW", "dW *= 0.0005\nreturn dW"))),
    ("transposed", _changed(("np.outer(x, da)", "np.outer(da, x)"))),
    ("transposed", _changed(("np.outer(z, dy)", "np.outer(dy, z)"))),
    ("transposed", _changed(("return dW, dB, dV, dC", "return dW.T, dB, dV.T, dC"))),
    ("transposed", _changed(("np.outer(z, dy)", "dy[:, None] * z[None, :]"))),
    ("extra-axis", _changed(("return dW, dB", "return dW, dB[None, :]"))),
    ("extra-axis", _changed(("dC = dy", "dC = dy.reshape(-1, 1)"))),
    ("summed", _changed(("dB = da", "dB = da.sum()"))),
    ("summed", _changed(("dC = dy", "dC = np.sum(dy, axis=0, keepdims=True)"))),
    ("no-outer", _changed(("np.outer(z, dy)", "z * dz"))),
    ("no-outer", _changed(("np.outer(x, da)", "x * dy"))),
    ("back-through-w", _changed(("V @ dy", "dy @ W"))),
    ("back-through-w", _changed(("V @ dy", "np.dot(W.T, dy)"))),
    ("back-is-z", _changed(("V @ dy", "z"))),
    ("clean-input", _changed(("np.outer(x, da)", "np.outer(x0, da)"))),
    ("output-as-input", _changed(("np.outer(x, da)", "np.outer(y, da)"))),
    ("gated-input", _changed(("np.outer(x, da)", "np.outer(x * (x > 0), da)"))),
    ("no-target", _changed(("y - x0", "y"))),
    ("no-target", _changed(("np.outer(z, dy)", "np.outer(z, y)"))),
    ("noisy-target", _changed(("y - x0", "y - x"))),
    ("squared-error", _changed(("y - x0", "(y - x0) ** 2"))),
    ("gated-output", _changed(("y - x0", "(y - x0) * (y > 0)"))),
    ("gated-hidden", _changed(("np.outer(z, dy)", "np.outer(z > 0, dy)"))),
    ("gated-hidden", "z[z > 0] = 1; d = y - x0; a = (V @ d) * z; return np.outer(x, a), a, np.outer(z, d), d"),
    ("gradient-as-hidden", _changed(("np.outer(z, dy)", "np.outer(dz, dy)"))),
    ("order", _changed(("return dW, dB, dV, dC", "return dW, dV, dB, dC"))),
    ("order", _changed(("return dW, dB, dV, dC", "return dV, dB, dW, dC"))),
    ("order", _changed(("return dW, dB, dV, dC", "return dC, dV, dB, dW"))),
    ("zeros", _changed(("return dW", "dV = np.zeros_like(V)\nreturn dW"))),
    ("precision", _changed(("return dW", "dW = dW.astype(np.float16)\nreturn dW"))),
    # two at once: the first in the order of the table is the one that is named
    ("no-relu", _changed((" * (z > 0)", ""), ("y - x0", "x0 - y"))),
    ("no-relu", _changed((" * (z > 0)", ""), ("np.outer(x, da)", "np.outer(da, x)"))),
    ("clean-input", _changed(("np.outer(x, da)", "-np.outer(x0, da)"), ("dC = dy", "dC = 3 * dy"))),
    ("no-target", _changed(("y - x0", "y"), (" * (z > 0)", ""))),
    # not known, told in figures
    ("", _changed(("dC = dy", "dC = dy + 1"))),
    ("", _changed(("dW = np.outer(x, da)", "dW = np.outer(np.sin(x), da)"))),
    ("", _changed(("dC = dy", "dC = np.ones((7, 3))"))),
    ("", _changed(("dB = da", "dB = da / 0"))),
    ("", "return y - x0"),
)

_WRONG_AVERAGES = (
    ("mode-same", "return np.convolve(values, np.ones(window) / window, 'same')"),
    (
        "mode-same",
        """
        half, out = window // 2, []
        padded = [0] * half + list(values) + [0] * half
        for k in range(len(values)):
            out.append(sum(padded[k:k + window]) / window)
        return out
        """,
    ),
    ("mode-full", "return np.convolve(values, np.ones(window)) / window"),
    ("short-start", "return [np.mean(values[max(0, k - window + 1):k + 1]) for k in range(len(values))]"),
    ("centred-short", "h = window // 2; return [np.mean(values[max(0, k - h):k + h + 1]) for k in range(len(values))]"),
    ("padded", "m = np.convolve(values, np.ones(window) / window, 'valid'); return np.append(np.zeros(window - 1), m)"),
    (
        "padded",
        """
        out = np.copy(values)
        for k in range(window - 1, len(values)):
            out[k] = values[k - window + 1:k + 1].mean()
        return out
        """,
    ),
    ("first-lost", "s = np.cumsum(values); return (s[window:] - s[:-window]) / window"),
    ("first-lost", "return [np.mean(values[k - window:k]) for k in range(window + 1, len(values) + 1)]"),
    ("last-lost", "return [np.mean(values[k:k + window]) for k in range(len(values) - window)]"),
    (
        "last-lost",
        """
        out = np.zeros(len(values) - window)
        for k in range(len(out)):
            for w in range(window):
                out[k] += values[k + w] / window
        return out
        """,
    ),
    ("window-longer", "return np.convolve(values, np.ones(window + 1) / (window + 1), 'valid')"),
    ("window-shorter", "return [np.mean(values[k:k + window - 1]) for k in range(len(values) - window + 1)]"),
    ("window-shorter", "w = window - 1; return np.convolve(values, np.ones(w) / w, 'valid')"),
    ("not-divided", "return np.convolve(values, np.ones(window), 'valid')"),
    ("not-divided", "return [sum(values[k:k + window]) for k in range(len(values) - window + 1)]"),
    ("wrong-count", "return np.convolve(values, np.ones(window), 'valid') / len(values)"),
    ("wrong-count", "return np.convolve(values, np.ones(window), 'valid') / (window - 1)"),
    ("cumulative", "return np.cumsum(values) / np.arange(1, len(values) + 1)"),
    ("cumulative", "return [np.mean(values[:k]) for k in range(window, len(values) + 1)]"),
    ("blocks", "return values[:len(values) // window * window].reshape(-1, window).mean(axis=1)"),
    ("one-mean", "return np.mean(values)"),
    ("one-mean", "return sum(values[:window]) / window"),
    (
        "exponential",
        """
        out = [values[0]]
        for v in values[1:]:
            out.append(out[-1] + (v - out[-1]) / window)
        return out
        """,
    ),
    ("median", "return [np.median(values[k:k + window]) for k in range(len(values) - window + 1)]"),
    ("unchanged", "return values"),
    ("fixed-window", "return np.convolve(values, np.ones(25) / 25, 'valid')"),
    ("", "return np.convolve(values ** 2, np.ones(window) / window, 'valid')"),
    ("", "return np.zeros(3)"),
    ("", "return np.log(-values)[window - 1:]"),
)

_WRONG_MOSAICS = (
    ("layout-of-w", "return V.reshape(28, 28, 15, 15).transpose(2, 0, 3, 1).reshape(420, 420)"),
    ("layout-of-w", "return V.reshape(28, 28, rows, columns).transpose(2, 0, 3, 1).reshape(rows * 28, columns * 28)"),
    ("column-order", "return V.reshape(columns, rows, 28, 28).transpose(1, 2, 0, 3).reshape(rows * 28, columns * 28)"),
    (
        "column-order",
        """
        out = np.zeros((rows * 28, columns * 28))
        for k in range(len(V)):
            r, c = k % rows, k // rows
            out[28 * r:28 * r + 28, 28 * c:28 * c + 28] = V[k].reshape(28, 28)
        return out
        """,
    ),
    (
        "tile-transposed",
        "return V.reshape(rows, columns, 28, 28).transpose(0, 3, 1, 2).reshape(rows * 28, columns * 28)",
    ),
    (
        "tile-transposed",
        """
        tiles = [v.reshape(28, 28).T for v in V]
        return np.vstack([np.hstack(tiles[r * columns:(r + 1) * columns]) for r in range(rows)])
        """,
    ),
    (
        "both-transposed",
        "return V.reshape(rows, columns, 28, 28).transpose(1, 3, 0, 2).reshape(columns * 28, rows * 28)",
    ),
    ("both-transposed", "return V.T.reshape(28, 28, rows, columns).transpose(3, 1, 2, 0).reshape(columns * 28, -1)"),
    ("plain-reshape", "return V.reshape(rows * 28, columns * 28)"),
    ("plain-reshape", "return V.reshape(rows, columns, 28, 28).reshape(rows * 28, columns * 28)"),
    ("plain-reshape", "return np.resize(V, (rows * 28, columns * 28))"),
    ("swapped-grid", "return V.reshape(columns, rows, 28, 28).transpose(0, 2, 1, 3).reshape(columns * 28, rows * 28)"),
    ("not-joined", "return V.reshape(rows, columns, 28, 28)"),
    ("not-joined", "return V.reshape(rows, columns, 28, 28).transpose(0, 2, 1, 3)"),
    ("not-joined", "return np.vstack([v.reshape(28, 28) for v in V])"),
    ("not-joined", "return np.hstack([v.reshape(28, 28) for v in V])"),
    ("upside-down", "return V.reshape(rows, columns, 28, 28).transpose(0, 2, 1, 3).reshape(rows * 28, -1)[::-1]"),
    (
        "mirrored",
        "return V.reshape(rows, columns, 28, 28)[:, :, :, ::-1].transpose(0, 2, 1, 3).reshape(rows * 28, columns * 28)",
    ),
    ("other-order", "return V.reshape(rows, columns, 28, 28).transpose(2, 0, 1, 3).reshape(rows * 28, columns * 28)"),
    ("other-order", "return V.T.reshape(28, 28, rows, columns).transpose(0, 2, 3, 1).reshape(rows * 28, columns * 28)"),
    ("fixed-grid", "return V.T.reshape(28, 28, 15, 15).transpose(2, 0, 3, 1).reshape(420, 420)"),
    (
        "fixed-grid",
        """
        out = np.zeros((420, 420))
        for k, v in enumerate(V):
            out[28 * (k // 15):28 * (k // 15) + 28, 28 * (k % 15):28 * (k % 15) + 28] = v.reshape(28, 28)
        return out
        """,
    ),
    ("", "return np.zeros((rows * 28, columns * 28))"),
    ("", "return V"),
)

_WRONG_RECONSTRUCTIONS = (
    ("no-activation", "return (x @ W + B) @ V + C"),
    ("other-activation", "return 1 / (1 + np.exp(-(x @ W + B))) @ V + C"),
    ("other-activation", "return np.tanh(np.dot(x, W) + B) @ V + C"),
    ("other-activation", "return np.abs(x @ W + B) @ V + C"),
    ("output-activation", "return np.maximum(np.maximum(x @ W + B, 0) @ V + C, 0)"),
    ("no-bias", "return np.maximum(x @ W, 0) @ V + C"),
    ("bias-late", "return (np.maximum(x @ W, 0) + B) @ V + C"),
    ("no-offset", "return np.maximum(x @ W + B, 0) @ V"),
    (
        "no-offset",
        """
        y = np.zeros(len(x))
        for i in range(len(B)):
            y += max(0, x @ W[:, i] + B[i]) * V[i]
        return y
        """,
    ),
    ("tied", "return np.maximum(x @ W + B, 0) @ W.T + C"),
    ("v-first", "return np.maximum(V @ x + B, 0) @ V + C"),
    ("v-first", "return np.maximum(x @ V.T + B, 0) @ W.T + C"),
    ("hidden-returned", "return np.maximum(x @ W + B, 0)"),
    ("extra-axis-y", "return np.maximum(x[None] @ W + B, 0) @ V + C"),
    ("input-returned", "return x"),
    ("no-bias", "return (x @ W) @ V + C"),
    ("", "z = np.maximum(x @ W + B, 0); return z, z @ V + C"),
    ("", "return np.maximum(x @ W + B, 0) @ V * 2 + C"),
    ("", "return 0"),
)

_WRONG = {
    "backward": _WRONG_BACKWARD,
    "moving_average": _WRONG_AVERAGES,
    "mosaic": _WRONG_MOSAICS,
    "reconstruct": _WRONG_RECONSTRUCTIONS,
}

RIGHT_ATTEMPTS = [Attempt(name, "", written(name, body)) for name, bodies in RIGHT.items() for body in bodies]
WRONG_ATTEMPTS = [Attempt(name, key, written(name, body)) for name, wrong in _WRONG.items() for key, body in wrong]
