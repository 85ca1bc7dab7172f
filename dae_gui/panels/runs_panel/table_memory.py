"""How the table of runs was left: its columns, their widths and order, and what it is sorted by."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from dae_gui.support.settings_file import settings_file

_PLACE = "runs/table"
_WIDEST = 2000


@dataclass
class TableMemory:
    """What is remembered; what a file says is only taken where it makes sense.

    Parameters
    ----------
    chosen
        Columns that the user has shown (True) or put away (False), by key; all others come and go by themselves.
    widths
        Of columns that the user has made wider or narrower, in pixels.
    order
        Keys of all columns from left to right; empty for the usual order.
    sort_by, descending
        A column's key, or empty for the order in which the runs came.
    folds
        Whether runs that differ only in their seed make one entry.
    """

    chosen: dict[str, bool] = field(default_factory=dict)
    widths: dict[str, int] = field(default_factory=dict)
    order: list[str] = field(default_factory=list)
    sort_by: str = ""
    descending: bool = False
    folds: bool = True

    @classmethod
    def read(cls, keys: Sequence[str]) -> TableMemory:
        """Return what the settings say of these columns."""
        try:
            values = json.loads(str(settings_file().value(_PLACE) or "{}"))
        except (ValueError, RecursionError):
            values = {}
        if not isinstance(values, dict):
            return cls()
        order = values.get("order")
        sort_by = values.get("sort_by")
        return cls(
            {key: value for key, value in _items(values, "chosen") if key in keys and isinstance(value, bool)},
            {key: min(max(value, 24), _WIDEST) for key, value in _items(values, "widths") if type(value) is int},
            order if isinstance(order, list) and sorted(map(str, order)) == sorted(keys) else [],
            str(sort_by) if sort_by in keys else "",
            values.get("descending") is True,
            values.get("folds") is not False,
        )

    def write(self) -> None:
        """Put it into the settings."""
        settings_file().setValue(_PLACE, json.dumps(vars(self)))


def _items(values: Mapping[str, Any], name: str) -> list[tuple[str, Any]]:
    part = values.get(name)
    return list(part.items()) if isinstance(part, dict) else []
