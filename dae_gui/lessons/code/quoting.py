"""How texts about code are shown, in which code stands between back ticks."""

from __future__ import annotations

import re

_CODE = re.compile(r"`([^`\n]+)`")


def quoted(text: str) -> str:
    """Return a text with quotation marks around its pieces of code."""
    return _CODE.sub(r"“\1”", text)
