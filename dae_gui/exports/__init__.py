"""A run's numbers, models, scripts, figures and report as files."""

from dae_gui.exports.commands import Exports

__all__ = ["Exports"]
