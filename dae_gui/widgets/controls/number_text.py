"""How figures are written."""

from __future__ import annotations

from math import isfinite, isnan


def number_text(value: float | None, spec: str) -> str:
    """Return a figure with a true minus sign; a dash for what is not known or not a number."""
    if value is None or isnan(value):
        return "–"
    if not isfinite(value):
        return "∞" if value > 0 else "−∞"
    return format(value, spec).replace("-", "−")
