"""One line on what the units that are off cost, and on which digits that was measured."""

from __future__ import annotations

from dae_gui.panels.unit_panel.measurement import Result
from dae_gui.widgets.controls.number_text import change, number_text

_NAMED = 6  # so many units that are off are named; the others are dots


def summary(result: Result) -> str:
    """Return the held-out MSE with all units on, what it becomes without those off, and how it was measured."""
    activity, request = result.activity, result.request
    what = f"{activity.n_images:,} digits, {request.corruption.describe()}, iteration {request.iteration:,}"
    mse = _mse(activity.mse)
    if not activity.off:
        return f"Held-out MSE {mse}, all units on · {what} ({request.dataset.units})"
    names = ", ".join(str(unit + 1) for unit in activity.off[:_NAMED]) + (" …" if len(activity.off) > _NAMED else "")
    noun = "unit" if len(activity.off) == 1 else "units"
    difference = change(activity.mse_without - activity.mse, activity.mse)
    return f"Held-out MSE {mse} → {_mse(activity.mse_without)}: {difference} without {noun} {names} · {what}"


def _mse(value: float) -> str:
    return number_text(value, ".4f" if abs(value) < 1e4 else ".2e")
