"""What the page of the layers says."""

from __future__ import annotations

from dae_core.datasets import Dataset
from dae_core.representation.stacking.fine_tuning import FineTuned, LabelsMissingError, units_of
from dae_core.representation.stacking.stack import MOST_LAYERS, Stack, StackError


def layer_lines(stack: Stack, pixels: Dataset) -> list[str]:
    """Return a line for each layer, the top first, and one for the images."""
    lines = []
    for number, layer in enumerate(stack.layers, 1):
        kind = layer.model.architecture.hidden.title
        here = ", this run" if number == len(stack.layers) else f", {layer.config.corruption.describe()}"
        lines.append(f"Layer {number}: {layer.model.n_hidden:,} {kind} units{here}")
    height, width = pixels.shape
    return [*reversed(lines), f"{pixels.name}, {height} × {width} pixels"]


def projection_text(stack: Stack) -> str:
    """Return how the filters come to be pixels."""
    count = len(stack.layers)
    if count == 1:
        return "At the left: the rows of V, which the decoder adds up"
    kinds = " and ".join(sorted({layer.model.architecture.hidden.title for layer in stack.layers[:-1]}))
    through = " and ".join(f"V of layer {number}" for number in range(count - 1, 0, -1))
    return (
        f"At the left: V of layer {count}, carried linearly through {through}; the {kinds} units between count as "
        "linear, without thresholds and biases"
    )


def next_obstacle(stack: Stack, iteration: int) -> str:
    """Return why no further layer can be trained now; empty where one can."""
    if len(stack.layers) == MOST_LAYERS:
        return f"There are {MOST_LAYERS} layers, as many as the published tables have."
    return "" if iteration else "Train this layer first: its weights are the start's."


def tune_obstacle(stack: Stack, pixels: Dataset) -> str:
    """Return why the stack cannot be fine-tuned; empty where it can."""
    if pixels.train_labels is None or pixels.test_labels is None:
        return str(LabelsMissingError(pixels.name))
    try:
        units_of(stack)
    except StackError as error:
        return str(error)
    return ""


def fine_tuned_text(pre_trained: FineTuned, random: FineTuned) -> str:
    """Return both errors on held-out images with their intervals."""
    lines = [f"Error on {pre_trained.images:,} held-out images, with its 95 % interval:"]
    for title, tuned in (("pre-trained", pre_trained), ("not pre-trained", random)):
        low, high = tuned.interval
        lines.append(f"{title} {100 * tuned.error:.2f} % ({100 * low:.2f} to {100 * high:.2f})")
    return "\n".join(lines)
