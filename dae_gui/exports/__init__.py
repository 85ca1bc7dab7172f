"""Taking a run elsewhere: its numbers, models, scripts and figures as files."""

from dae_gui.exports.commands import Exports

__all__ = ["Exports"]
