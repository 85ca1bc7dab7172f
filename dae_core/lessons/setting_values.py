"""Settings of a run as a lesson's file gives them, each checked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dae_core.lessons.faults import Table, unknown
from dae_core.lessons.names import LESSON_SETTINGS
from dae_core.model import corruption
from dae_core.training.settings import ConfigError, check_setting


def read_settings(table: Table) -> Mapping[str, Any]:
    """Return the settings of a table by the names of the fields of `TrainingConfig`; what is wrong is a fault."""
    found: dict[str, Any] = {}
    for name, value in table.items():
        if table.faults.is_full:
            break
        if name not in LESSON_SETTINGS:
            table.fault(name, unknown(name, LESSON_SETTINGS, "setting"))
            continue
        try:
            found[name] = setting_value(name, value)
        except (ConfigError, ValueError) as error:
            table.fault(name, str(error))
    return found


def setting_value(name: str, value: object) -> Any:
    """Return a setting as `TrainingConfig` takes it. Raises ValueError where it cannot be."""
    if name == "corruption":
        if not isinstance(value, str) or len(value) > 100:
            raise ValueError('it must be a kind of noise and its level, for example "gaussian:1.0".')
        return corruption.parse(value)
    if isinstance(value, (int, float)) and not abs(value) < 1e15:
        raise ValueError("the number is far too large.")
    if not isinstance(value, (int, float, str)) or (isinstance(value, str) and len(value) > 100):
        raise ValueError("it must be a number or a word.")
    check_setting(name, value)
    return float(value) if name == "learning_rate" else value
