"""How figures are written."""

from __future__ import annotations

from math import isfinite

from dae_core.texts import number_text

__all__ = ["change", "number_text", "percent"]


def percent(share: float) -> str:
    """Return a share from 0 to 1 in percent; never 0 % or 100 % for what is not quite."""
    if not isfinite(share):
        return "–"
    text = f"{100 * share:.1f}" if share < 0.1 or share > 0.9 else f"{100 * share:.0f}"
    if text in ("0.0", "100.0"):
        text = "0" if share == 0 else "100" if share == 1 else "< 0.1" if share < 0.5 else "> 99.9"
    return f"{text} %"


def change(difference: float, mse: float) -> str:
    """Return a change of an MSE with its sign, in digits that show it, and as a share of the MSE."""
    if not (isfinite(difference) and isfinite(mse)):
        return "–"
    text = number_text(difference, "+.2g" if abs(difference) < 0.01 else "+.3f") if difference else "0"
    return f"{text} ({number_text(100 * difference / mse, '+.1f')} %)" if mse > 0 else text
