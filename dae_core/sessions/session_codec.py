"""A session taken apart into named arrays and texts, and put together again with every value checked.

Version 1 of the format held one run; version 2 adds the kept ones, their names and figures; version 3 the family of
models: settings that the exercise lacks, tied weights, the averaged weights. All are read.
"""

from __future__ import annotations

import json
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dae_core.sessions.array_rules import take
from dae_core.sessions.checked_values import Fields, parsed, take_text, text_array
from dae_core.sessions.container import VERSION, Arrays
from dae_core.sessions.model_file import scale_texts
from dae_core.sessions.run_codec import pack_run, unpack_run
from dae_core.sessions.session import Session
from dae_core.sessions.user_texts import UserTexts

LARGEST_DRAWING = 4096
"""Pixels along a side."""

_RANDOM = "examples and noise of iteration i are a function of (config.seed, i); no generator has a state"


def pack(session: Session) -> tuple[Arrays, dict[str, str]]:
    """Return the arrays and texts that `write_container` takes.

    The texts "config", "iteration", "dataset", "shape", "mean" and "std" and the arrays W, B, V, C are those of a model
    file, so that whatever reads models (``evaluate``, the window) reads the current run's model as well.

    Raises ValueError when `unpack` would refuse them.
    """
    arrays, about = pack_run(session.run)
    for i, run in enumerate(session.kept):
        prefix = f"runs/{i}/"
        more, about_it = pack_run(run, prefix)
        arrays |= {**more, f"{prefix}about": text_array(about_it)}
    arrays |= {f"drawings/{i}": drawing for i, drawing in enumerate(session.drawings)}
    arrays["view"] = text_array(session.view)
    about["state"] |= {"drawings": len(session.drawings), "runs": len(session.kept), "random": _RANDOM}
    metadata = {
        "iteration": str(session.run.model_iteration),
        "dataset": _readable(session.run.data.name),
        "shape": json.dumps(session.run.data.shape),
        **scale_texts(session.run.data.scale),
        **{name: json.dumps(value, allow_nan=False) for name, value in about.items()},
        **session.texts.to_header(),
    }
    unpack(arrays, metadata)
    return arrays, metadata


def unpack(arrays: Arrays, metadata: dict[str, str]) -> Session:
    """Return the session that ``pack`` took apart; without a "version" the texts are of the newest.

    Raises
    ------
    ValueError
        With the end of a sentence that begins with "... is damaged:".
    """
    rest = dict(arrays)
    version = int(metadata.get("version", VERSION))
    names = ("config", "data", "state") if version == 1 else ("config", "data", "state", "label")
    about: dict[str, dict[str, Any]] = {name: parsed(_text(metadata, name), dict) for name in names}
    state = Fields(about["state"])
    drawn = state.whole("drawings", 0, len(arrays))
    count = 0 if version == 1 else state.whole("runs", 0, len(arrays))
    run = unpack_run(rest, about, version=version)
    kept = []
    for i in range(count):
        prefix = f"runs/{i}/"
        kept.append(unpack_run(rest, parsed(take_text(rest, f"{prefix}about"), dict), prefix))
    if len({one.label.key for one in (run, *kept)}) <= count:
        raise ValueError("two of its runs have the same key.")
    drawings = tuple(_drawing(rest, f"drawings/{i}") for i in range(drawn))
    view = parsed(take_text(rest, "view"), dict)
    if rest:
        raise ValueError(f"it holds something that belongs to no session ({sorted(rest)[0]}).")
    return Session.with_texts(run, tuple(kept), drawings, view, UserTexts.from_header(metadata))


def _drawing(rest: Arrays, name: str) -> NDArray[np.uint8]:
    drawing = take(rest, name, np.uint8, None, None)
    if not all(1 <= side <= LARGEST_DRAWING for side in drawing.shape):
        raise ValueError(f"{name} has {drawing.shape[0]}x{drawing.shape[1]} pixels.")
    return drawing


def _text(metadata: dict[str, str], name: str) -> str:
    if name not in metadata:
        raise ValueError(f"it lacks its {name}.")
    return metadata[name]


def _readable(text: str) -> str:
    return text.encode("utf-8", "replace").decode()  # a folder's name may hold any bytes
