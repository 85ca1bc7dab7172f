"""The exercise's question on W and V: both mosaics, and then the user's answer, the program's, or room for one."""

from __future__ import annotations

from dae_core import mosaic
from dae_core.inspection.filter_kinds import KIND_NAMES
from dae_core.report import findings
from dae_core.report.document import Block, Paragraph, RuledSpace, SideBySide, Table, UserWords
from dae_core.report.figures import histogram
from dae_core.report.measurements import Measured, ReportInput
from dae_core.report.options import ReportOptions
from dae_core.report.pictures import filters_picture


def features(about: ReportInput, found: Measured, words: str, options: ReportOptions) -> list[Block]:
    """Return the mosaics side by side, and the answers that there are; blank lines where there is none."""
    model, shape = about.model, about.dataset.shape
    rows, columns = mosaic.grid_shape(model.n_hidden)
    tiles = f"{rows}×{columns} tiles of {shape[0]}×{shape[1]} pixels; black is −{{level:.2g}}, white +{{level:.2g}}"
    w_picture, _ = filters_picture(model.W.T, shape, f"(d) The columns of W as {tiles}")
    v_picture, _ = filters_picture(model.V, shape, f"(e) The rows of V as {tiles}")
    blocks: list[Block] = [SideBySide((w_picture, v_picture))]
    if words:
        blocks.append(UserWords(words))
    if options.answers:
        blocks += _answer(about, found)
    elif not words:
        blocks.append(RuledSpace())
    return blocks


def _answer(about: ReportInput, found: Measured) -> list[Block]:
    """Return what the measurements answer."""
    shares = {layer: found.shapes[layer].shares() for layer in ("W", "V")}
    table = Table(
        ("kind of filter", "W", "V"),
        tuple(
            (name, *(findings.percent(shares[layer][kind]) for layer in ("W", "V")))
            for kind, name in KIND_NAMES.items()
        ),
        "Share of the units, by the criterion under “How it was measured”",
    )
    sentences = [text for layer in ("W", "V") for text in findings.features(layer, found.shapes[layer])]
    sentences += findings.relation(found.weights, about.model.n_inputs, about.model.architecture)
    if about.model.architecture.tied:
        return [*map(Paragraph, sentences), table]
    cosines = histogram(found.weights.cosines, "cosine between a unit's column of W and its row of V")
    return [*map(Paragraph, sentences), SideBySide((table, cosines), (2, 3))]
