"""Lists and quantities as the user reads them."""

from __future__ import annotations

from collections.abc import Sequence


def listed(parts: Sequence[str]) -> str:
    """Return texts, at least one, as a list in a sentence: "W, B and V"."""
    return f"{', '.join(parts[:-1])} and {parts[-1]}" if len(parts) > 1 else parts[0]


def format_bytes(count: int) -> str:
    """Return a number of bytes as people read it: "812 bytes", "29.5 kB", "11.6 MB" (powers of ten)."""
    if count < 1000:
        return f"{count} bytes"
    for size, unit in ((1e3, "kB"), (1e6, "MB")):
        if count / size < 999.95:
            return f"{count / size:.1f} {unit}"
    return f"{count / 1e9:.1f} GB"


def format_seconds(seconds: float) -> str:
    """Return a time to wait, roughly: "12 s", "20 min", "2.5 h"."""
    if seconds < 90:
        return f"{max(1, round(seconds))} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"
