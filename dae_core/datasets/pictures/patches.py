"""Small square patches cut at random places from the pictures of a folder, as work on natural images does.

Held-out patches are of other pictures than the training ones: those of one picture are alike.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from dae_core.datasets import picture
from dae_core.datasets.dataset import Dataset
from dae_core.datasets.errors import DataError, quoted
from dae_core.datasets.meaning.finishing import finish
from dae_core.datasets.meaning.image_options import ImageOptions
from dae_core.datasets.parts import TEST, TRAIN
from dae_core.datasets.picture import PictureError
from dae_core.datasets.pictures.folder import (
    Picture,
    PictureFolder,
    batches,
    check_still_there,
    each_picture,
    skipped_picture,
    with_range,
)
from dae_core.datasets.pictures.threads import Ticker, in_threads
from dae_core.datasets.split import HELD_OUT_SHARE, held_out_split
from dae_core.datasets.walk import Skipped
from dae_core.jobs import UNWATCHED, Monitor

if TYPE_CHECKING:
    from PIL.Image import Image

PLACES_SEED = 20_241_133
"""Seed of the places: changing it would change every set of patches, so it never changes."""

_PREVIEWED = 6  # pictures that a preview cuts from
_PIXELS = 1 << 20  # that are finished at a time


@dataclass(frozen=True, eq=False)
class _Plan:
    """How many patches each picture of a folder gives, by its position, for training and held out."""

    counts: dict[str, dict[int, int]]
    skipped: tuple[Skipped, ...]


def patches_dataset(
    name: str, folder: PictureFolder, options: ImageOptions, monitor: Monitor = UNWATCHED
) -> tuple[Dataset, tuple[Skipped, ...]]:
    """Cut ``options.patches`` patches from a folder's pictures, and return them as a data set with what was left out.

    A sixth of the patches is held out. Where the folders do not say which pictures are, it is a fixed sixth of them.
    The same pictures and options always give the same patches.

    Raises
    ------
    DataError
        Fewer than two pictures are as large as a patch, none of a part could be read, or there is too little memory.
    Cancelled
        `monitor` said so.
    """
    plan = _plan(folder, options)
    parts = []
    skipped = list(plan.skipped)
    for place, part in enumerate((TRAIN, TEST)):
        monitor.stage(0.8 * place, 0.8 + 0.2 * place, "Cutting patches")
        pieces, failed = _cut(folder, options, plan.counts[part], monitor)
        skipped += failed
        if not pieces:
            raise DataError(f"{quoted(folder.folder)} holds no {_WHICH[part]} picture that patches can be cut from.")
        patches = np.concatenate([pieces[number] for number in sorted(pieces)])
        patches.flags.writeable = False  # so that Dataset needs no copy
        parts.append(patches)
    return Dataset(name, parts[0], None, parts[1], None, noun="patches"), tuple(skipped)


def preview_patches(
    folder: PictureFolder, options: ImageOptions, count: int, seed: int, monitor: Monitor = UNWATCHED
) -> tuple[NDArray[np.uint8], tuple[str, ...], tuple[Skipped, ...]]:
    """Return some of the very patches that opening gives (k, h, w), what they are called, and what was left out.

    Raises as `patches_dataset` does.
    """
    plan = _plan(folder, options)
    rng = np.random.default_rng(seed)
    counts = plan.counts[TRAIN]
    numbers = np.sort(rng.choice(sorted(counts), min(_PREVIEWED, len(counts)), replace=False)).tolist()
    pieces, failed = _cut(folder, options, {number: counts[number] for number in numbers}, monitor)
    images, names = [], []
    for number, patches in sorted(pieces.items()):
        chosen = np.sort(rng.choice(len(patches), min(-(-count // len(pieces)), len(patches)), replace=False))
        images.append(patches[chosen])
        names += [f"{folder.title(number)}, patch {place + 1:,}" for place in chosen.tolist()]
    made = np.concatenate(images)[:count] if images else np.zeros((0, *options.shape), np.uint8)
    return made, tuple(names[:count]), (*plan.skipped, *failed)


_WHICH = {TRAIN: "training", TEST: "held-out"}


def _plan(folder: PictureFolder, options: ImageOptions) -> _Plan:
    """Spread the patches over the pictures that are large enough, equally."""
    large, skipped = [], []
    for number, entry in enumerate(folder.pictures):
        if min(entry.size) >= options.height:
            large.append(number)
        else:
            skipped.append(skipped_picture(entry, f"smaller than a patch of {options.height} × {options.width} pixels"))
    if len(large) < 2:
        raise DataError(
            f"{quoted(folder.folder)} holds {len(large)} picture{'' if len(large) == 1 else 's'} of at least "
            f"{options.height} × {options.width} pixels; two are needed, one to train on and one held out."
        )
    if folder.is_split:
        chosen = {part: [n for n in large if folder.pictures[n].part == part] for part in (TRAIN, TEST)}
    else:
        train, test = held_out_split(len(large))
        chosen = {TRAIN: [large[place] for place in train], TEST: [large[place] for place in test]}
    held_out = max(1, options.patches // HELD_OUT_SHARE)
    totals = {TRAIN: options.patches - held_out, TEST: held_out}
    counts = {part: _shared(totals[part], chosen[part]) for part in (TRAIN, TEST)}
    for part, numbers in counts.items():
        if not numbers:
            raise DataError(f"{quoted(folder.folder)} holds no {_WHICH[part]} picture that is as large as a patch.")
    return _Plan(counts, tuple(skipped))


def _shared(total: int, numbers: Sequence[int]) -> dict[int, int]:
    """Return how many of ``total`` patches each picture gives; the first ones one more, where they do not come out."""
    each, more = divmod(total, max(1, len(numbers)))
    shares = {number: each + (place < more) for place, number in enumerate(numbers)}
    return {number: share for number, share in shares.items() if share}


def _cut(
    folder: PictureFolder, options: ImageOptions, counts: dict[int, int], monitor: Monitor
) -> tuple[dict[int, NDArray[np.uint8]], list[Skipped]]:
    """Return the patches (k, h, w) of each picture by its position, and the pictures that cannot be read."""
    picture.prepare()
    options = with_range(folder, options)
    found: dict[int, NDArray[np.uint8]] = {}
    failed: dict[int, str] = {}

    def cut(batch: list[tuple[int, Picture]], ticker: Ticker) -> list[tuple[int, NDArray[np.uint8] | str]]:
        results: list[tuple[int, NDArray[np.uint8] | str]] = []
        for number, levels in each_picture(batch, lambda image: _levels(image, folder, options), ticker):
            if isinstance(levels, PictureError):
                results.append((number, str(levels)))
            else:
                results.append((number, _patches(levels, number, counts[number], options)))
        return results

    def note(results: list[tuple[int, NDArray[np.uint8] | str]]) -> None:
        for number, result in results:
            if isinstance(result, str):
                check_still_there(folder.folder)
                failed[number] = result
            else:
                found[number] = result

    pictures = [(number, folder.pictures[number]) for number in sorted(counts)]
    try:
        in_threads(cut, list(batches(pictures)), len(pictures), monitor, note)
    except MemoryError:
        raise DataError("There is not enough memory for so many patches: choose fewer, or smaller ones.") from None
    return found, [skipped_picture(folder.pictures[number], reason) for number, reason in sorted(failed.items())]


def _levels(image: Image, folder: PictureFolder, options: ImageOptions) -> NDArray[np.uint8]:
    return picture.page_levels(image, options, keeps_eight_bits=folder.is_mixed)


def _patches(levels: NDArray[np.uint8], number: int, count: int, options: ImageOptions) -> NDArray[np.uint8]:
    """Cut patches from the grey levels of a picture; its position decides where, so that threads change nothing."""
    rng = np.random.default_rng((PLACES_SEED, number))
    side = options.height
    tops = rng.integers(0, levels.shape[0] - side + 1, count)
    lefts = rng.integers(0, levels.shape[1] - side + 1, count)
    windows = np.lib.stride_tricks.sliding_window_view(levels, (side, side))
    made = np.empty((count, side, side), np.uint8)
    rows = max(1, _PIXELS // side**2)
    for start in range(0, count, rows):
        piece = slice(start, start + rows)
        made[piece] = finish(windows[tops[piece], lefts[piece]], options)
    return made
