"""What an iteration computes, in order: names, equations and lines of NumPy, from the tables that make up the model."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from dae_core.model.architecture import Architecture
from dae_core.model.autoencoder import EXERCISE
from dae_core.model.corruption import Corruption

_TERM = re.compile(r"(.+?) to ∂E/∂(\w)(?:_j)?(?:, |$)")


@dataclass(frozen=True)
class Stage:
    """One of the things that a step computes: its name, its equation, and the lines that compute it.

    The first three stages have the program's own lines. Those of the others are NumPy, of rows (n, d) ``x`` and ``x0``,
    of the parameters and of ``rate``, and can be run one after the other.
    """

    key: str
    title: str
    equation: str
    code: str


def stages(corruption: Corruption, gradient: str, kind: Architecture = EXERCISE) -> tuple[Stage, ...]:
    """Return the stages of a step in the order in which they happen, for a kind of noise, of gradient and of model."""
    loss = kind.output
    clean = "x₀ = grey / 255" if loss.unit_pixels else "x₀ = (grey − mean) / std"
    return (
        Stage("clean", "Clean digit x₀", clean, "rows -= self.mean; rows /= self.std"),
        Stage("noise", "Noise n", corruption.equation, corruption.draw_code),
        Stage("noisy", "Input x", "x = x₀ + n", corruption.corrupt_code),
        _hidden(kind),
        _reconstruction(kind),
        Stage("error", "Error e", f"e = y − x₀ = ∂E/∂{'y' if loss.is_squared else 'o'} = ∂E/∂C", "e = y - x0"),
        _back(kind, is_published=gradient == "published"),
        *_gradients(kind),
        Stage("change_V", "Change of V", "ΔV = −η ∂E/∂V", "V -= rate * dV"),
        Stage("change_W", "Change of W", "ΔW = −η ∂E/∂W", "W -= rate * dW"),
        Stage("change_B", "Change of B", "ΔB = −η ∂E/∂a", "B -= rate * da.mean(axis=0)"),
        Stage("change_C", "Change of C", "ΔC = −η e", "C -= rate * e.mean(axis=0)"),
    )


def _hidden(kind: Architecture) -> Stage:
    row = kind.hidden
    equation = "z = " + re.sub(r"\ba\b", "(x W + B)", row.equation)
    equation = equation.replace("max(0, (x W + B))", "max(0, x W + B)")
    code = f"a = x @ W + B; z = {row.line}"
    if kind.k_sparse:
        equation += f", but 0 for all but the {kind.k_sparse:,} largest"
        code += f"; z = np.where(np.argsort(np.argsort(-z, kind='stable')) < {kind.k_sparse}, z, 0)"
    return Stage("hidden", "Hidden units z", equation, code)


def _reconstruction(kind: Architecture) -> Stage:
    loss = kind.output
    V, code = ("Wᵀ", "o = z @ W.T + C") if kind.tied else ("V", "o = z @ V + C")
    equation = "y = " + re.sub(r"\bo\b", f"(z {V} + C)", loss.output_equation).removeprefix("(")
    equation = equation.removesuffix(")") if loss.is_squared else equation
    return Stage("reconstruction", "Reconstruction y", equation, f"{code}; y = {loss.output_line}")


def _back(kind: Architecture, *, is_published: bool) -> Stage:
    """Return the way from the error to the units."""
    row = kind.hidden
    back, lines = "e Vᵀ", ["dz = e @ V.T"]
    for term, line in (*_terms(kind, "z", "on_code"),):
        back += f" + {term}"
        lines += [f"dz = dz + {line}"]
    lines += ["slope = " + row.derivative_line + (" * (z != 0)" if kind.k_sparse else "")]
    more = tuple(_terms(kind, "a", "on_sum"))
    if more:
        lines += ["norms = (W * W).sum(axis=0)", f"curvature = ({row.curvature_line}) * (slope != 0)"]
    lines += ["da = dz" if is_published else "da = dz * slope", *(f"da = da + {line}" for _, line in more)]
    slope = f" · {_grouped(row.derivative_equation)}" if row.derivative_equation != "1" else ""
    equation = f"∂E/∂a = ({back}){slope}" + "".join(f" + {term}" for term, _ in more)
    if is_published:
        equation = f"∂E/∂a = {back}  ({row.derivative_equation} left out)"
    return Stage("hidden_gradient", "Back to the units", equation, "; ".join(lines))


def _gradients(kind: Architecture) -> tuple[Stage, Stage]:
    V, V_lines = "zᵀ e", ["dV = z.T @ e / len(x)"]
    W, W_lines = "xᵀ ∂E/∂a", ["dW = x.T @ da / len(x)"]
    for term, line in () if kind.tied else _terms(kind, "V", "on_outputs"):
        V += f" + {term}"
        V_lines += [f"dV = dV + {line} * V"]
    for term, line in _terms(kind, "W", "on_inputs"):
        W += f" + {term}"
        W_lines += [f"dW = dW + W * np.mean({line} + 0 * z, axis=0)"]
    if kind.tied:
        V, V_lines[0] = "(∂E/∂W)ᵀ, as V is Wᵀ", "dV = z.T @ e / len(x)"
        W += " + (zᵀ e)ᵀ"
        W_lines += ["dW = dW + dV.T", "dV = dW.T"]
    return (
        Stage("gradient_V", "Gradient of V", f"∂E/∂V = {V}", "; ".join(V_lines)),
        Stage("gradient_W", "Gradient of W", f"∂E/∂W = {W}", "; ".join(W_lines)),
    )


def _terms(kind: Architecture, target: str, use: str) -> Iterator[tuple[str, str]]:
    """Return what each penalty in force adds to the derivative by z, a, W or V: as an equation, and as NumPy."""
    for row, strength in kind.penalties:
        line = dict(row.lines).get(use)
        if line is not None:
            terms = {name: term for term, name in _TERM.findall(row.gradient_equation)}
            yield terms[target].replace("2λ", f"{2 * strength:g}").replace("λ", f"{strength:g}"), _numbers(line, kind)


def _numbers(line: str, kind: Architecture) -> str:
    """Return a line with the strengths as numbers."""
    names = (*(row.name for row, _ in kind.penalties), "kl_target")
    return re.sub(rf"\b({'|'.join(names)})\b", lambda found: f"{getattr(kind, found[0]):g}", line)


def _grouped(equation: str) -> str:
    return f"({equation})" if " - " in equation or " + " in equation else equation
