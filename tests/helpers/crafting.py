"""Session files that somebody made on purpose: sound in form and checksum, whatever they hold."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dae_core.sessions.container import Arrays, write_container
from dae_core.sessions.session import Session
from dae_core.sessions.session_codec import pack

OBJECTS = ("config", "data", "state", "label")
USER_TEXTS = ("report", "code", "lessons")


def write_crafted(
    path: Path,
    session: Session,
    arrays: Mapping[str, NDArray[Any]] | None = None,
    **objects: Mapping[str, Any],
) -> Path:
    """Write a session with other arrays, and with other values in its objects ("config", "data", "state", "label")."""
    stored, texts = pack(session)
    for name, values in objects.items():
        texts[name] = json.dumps({**json.loads(texts[name]), **values})
    write_container(path, {**stored, **(arrays or {})}, texts)
    return path


def as_bytes(value: Any) -> NDArray[np.uint8]:
    """Return a JSON value as a session file keeps it among its arrays."""
    return np.frombuffer(json.dumps(value).encode(), np.uint8)


# -- changed at random ----------------------------------------------------------------------------------------------

VALUES = (
    *(None, True, False, -1, 0, 1, 7, 2**31, 2**53, 2**63, 10**400),
    *(1.5, -0.0, 1e-300, 1e308, float("nan"), float("inf"), float("-inf")),
    *("", "x", "=1+1", "a\nb", "\u202e", "\0", "<b>", "1,000", "9" * 30, "abc", "a" * 5000),
    *([], {}, [[]], [1], {"a": 1}),
)
"""JSON values that are of another kind, or out of every range."""

STRANGE: dict[str, tuple[Any, ...]] = {
    "u": (0, 255, 7, 34, 91),
    "i": (-1, -(2**63), 2**63 - 1, 2**62, 10**12, 10**9, 0, 3),
    "f": (np.nan, np.inf, -np.inf, -1.0, 9e18, 1e38, 1e-45, -0.0, 1.5),
}
"""Numbers that stand out, by the kind of an array."""


def changed_value(value: Any, rng: np.random.Generator) -> Any:
    """Return JSON with one value somewhere replaced, dropped or added."""
    if isinstance(value, dict | list) and value and rng.random() < 0.9:
        keys = list(value) if isinstance(value, dict) else range(len(value))
        key = list(keys)[int(rng.integers(len(keys)))]
        copy = value.copy()
        if rng.random() < 0.15:
            del copy[key]
        else:
            copy[key] = changed_value(value[key], rng)
        return copy
    if type(value) in (int, float) and rng.random() < 0.5:  # near what it was: more often in range
        return type(value)(value * rng.choice([0, 0.5, 2, 10, -1])) + int(rng.integers(-1, 2))
    return VALUES[int(rng.integers(len(VALUES)))]


def changed_array(a: NDArray[Any], rng: np.random.Generator) -> NDArray[Any]:
    """Return an array of another type, length or shape, or with some other numbers."""
    kind = rng.integers(8)
    if kind == 0:
        with np.errstate(invalid="ignore"):
            return a.astype([np.float64, np.int64, np.float32, np.uint8][int(rng.integers(4))])
    if kind == 1:
        return a.reshape(-1)[: int(rng.integers(a.size + 1))]
    if kind == 2:
        return np.concatenate([a.reshape(-1), a.reshape(-1)])
    if kind == 3:
        return a[None]
    b = a.copy().reshape(-1)
    if b.size:
        strange = STRANGE[b.dtype.kind]
        some = slice(None) if kind == 4 else rng.integers(0, b.size, int(rng.integers(1, 4)))
        b[some] = np.array(strange[int(rng.integers(len(strange)))]).astype(b.dtype)
    return b.reshape(a.shape)


def mutated(arrays: Arrays, texts: dict[str, str], rng: np.random.Generator) -> tuple[Arrays, dict[str, str]]:
    """Return the parts of a session with one thing changed, anywhere in it."""
    some, words = dict(arrays), dict(texts)
    written = [name for name in some if some[name].dtype == np.uint8 and name.endswith(("about", "changes", "view"))]
    draw = rng.random()
    if draw < 0.5:
        objects = [name for name in (*OBJECTS, *USER_TEXTS) if name in texts]
        name = objects[int(rng.integers(len(objects)))]
        if rng.random() < 0.04:
            words.pop(name)
        elif rng.random() < 0.04:
            words[name] = "[" * 100_000
        else:
            words[name] = json.dumps(changed_value(json.loads(words[name]), rng))
    elif draw < 0.7:
        name = written[int(rng.integers(len(written)))]
        some[name] = as_bytes(changed_value(json.loads(bytes(some[name])), rng))
    else:
        name = sorted(some)[int(rng.integers(len(some)))]
        a = some.pop(name)
        if rng.random() < 0.95:
            some[name if rng.random() < 0.98 else "engine/strange"] = changed_array(a, rng)
    return some, words
