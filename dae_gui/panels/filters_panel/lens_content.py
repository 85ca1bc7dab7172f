"""What the lens says of a unit: what is known of it now, and what was measured last."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtGui import QImage

from dae_core.inspection.filter_kinds import KIND_NAMES, FilterKind, filter_kinds
from dae_core.inspection.units import unit_weights
from dae_gui.widgets.controls.number_text import change, number_text, percent
from dae_gui.widgets.pictures.tile_lens import LensContent
from dae_gui.workbench.unit_sorter import UnitSorter
from dae_gui.workbench.workbench import Workbench


def lens_content(
    bench: Workbench, sorter: UnitSorter, unit: int, pictures: Iterable[tuple[str, QImage]]
) -> LensContent | None:
    """Return what is known of a unit of the weights that are shown; None where there is no such unit."""
    weights, dataset = bench.weights, bench.dataset
    if weights is None or dataset is None or not 0 <= unit < weights.model.n_hidden:
        return None
    model, measured = weights.model, sorter.result()
    kind = FilterKind(int(filter_kinds(model.V[unit : unit + 1], dataset.shape)[0]))
    activity = None if measured is None else measured.survey.activity
    rates = None if activity is None else activity.firing_rates
    figures = bench.figures
    if weights.is_live and not weights.is_average and figures is not None and figures.firing_rates is not None:
        rates = figures.firing_rates if len(figures.firing_rates) == model.n_hidden else rates
    rate = "–" if rates is None else "none: dead" if rates[unit] == 0 else percent(float(rates[unit]))
    worth = "–" if activity is None else change(float(activity.importances[unit]), activity.mse)
    own = unit_weights(model, slice(unit, unit + 1))
    note = ""
    if measured is not None and activity is not None and measured.request.iteration != weights.iteration:
        note = f"Worth at iteration {measured.request.iteration:,}"
    elif activity is None and sorter.is_measuring():
        note = "Worth is being measured …"
    return LensContent(
        f"Unit {unit + 1:,} · {KIND_NAMES[kind]}",
        tuple((name, image) for name, image in pictures if not image.isNull()),
        (
            ("Fires on", rate),
            ("Worth", worth),
            ("Norm W", number_text(float(own.norms_w[0]), ".3g")),
            ("Norm V", number_text(float(own.norms_v[0]), ".3g")),
            ("Bias", number_text(float(own.biases[0]), ".3g")),
        ),
        note,
    )
