"""What the map says in words and numbers."""

from __future__ import annotations

from dae_gui.panels.representation_panel.map_neighbours import NEAREST, NeighbourMap
from dae_gui.panels.representation_panel.map_places import Request, Result
from dae_gui.widgets.controls.number_text import number_text, percent

NO_NEIGHBOURS = (
    "t-SNE puts images side by side whose codes are alike.\nIt takes ten seconds to some minutes, while training goes "
    "on: press Compute t-SNE."
)


def obstacle(result: Result) -> str:
    """Say why digits have no place in the plane; empty where they have."""
    if result.plane is None:
        return "The codes are not finite: the weights have diverged, and there is no map of them."
    if result.plane.total <= 0:
        return "The codes of all these images are the same: there is nothing to tell them apart by."
    return ""


def digit_text(result: Result, index: int) -> str:
    """Return what a digit of the map is called, with its class and its error."""
    labels, number = result.request.dataset.test_labels, int(result.held_out.indices[index])
    kind = "" if labels is None else f" · class {labels[number]}"
    return f"Held-out digit {number:,}{kind} · error {number_text(float(result.errors[index]), '.3g')}"


def map_text(result: Result, neighbours: NeighbourMap | None) -> str:
    """Say what is on the map, and what its distances mean."""
    request = result.request
    if neighbours is None:
        share = percent(result.plane.share if result.plane is not None else 0.0)
        return (
            f"{_what(request)}. The plane holds {share} of the variance of their codes: what lies together may differ "
            "in other directions. It is turned as it was before the weights changed."
        )
    made = neighbours.result.request
    moves = neighbours.divergence != neighbours.divergence
    end = "taking shape" if moves else f"Kullback-Leibler divergence {number_text(neighbours.divergence, '.3g')}"
    text = f"{_what(made)}, {end}. Neighbours are alike; distances between groups say little."
    text += f" Your digit is put between the {NEAREST} images with the nearest codes."
    return text if moves or made.model is request.model else text + " The weights have changed since then."


def _what(request: Request) -> str:
    seen = "noisy" if request.is_noisy else "clean"
    return f"{request.count:,} {seen} held-out {request.dataset.noun} at iteration {request.iteration:,}"


def table(result: Result, neighbours: NeighbourMap | None, unit: int) -> str:
    """Return the numbers of the map: a line a digit, its cells parted by tabs."""
    places = result.places if neighbours is None else neighbours.places
    labels = result.request.dataset.test_labels
    has_unit = 0 <= unit < result.codes.shape[1]
    head = ["held-out digit", *(["class"] if labels is not None else []), "x", "y", "error"]
    lines = ["\t".join([*head, *([f"z of unit {unit + 1}"] if has_unit else [])])]
    for row, number in enumerate(result.held_out.indices):
        cells = [str(number), *([str(labels[number])] if labels is not None else [])]
        cells += [f"{value:.6g}" for value in (*places[row], result.errors[row])]
        lines.append("\t".join([*cells, *([f"{result.codes[row, unit]:.6g}"] if has_unit else [])]))
    return "\n".join(lines)
