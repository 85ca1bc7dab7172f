"""What is the code good for: the hidden code as features, as a map, and as the input of further layers."""

from dae_gui.panels.representation_panel.panel import RepresentationPanel

__all__ = ["RepresentationPanel"]
