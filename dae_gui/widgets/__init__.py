"""Widgets that know nothing of autoencoders: a canvas to draw on, and views of arrays as pictures."""

from dae_gui.widgets.color_maps import ColorMapName, Levels
from dae_gui.widgets.drawing_canvas import DrawingCanvas, Tool
from dae_gui.widgets.image_view import ImageView
from dae_gui.widgets.mosaic_view import MosaicView

__all__ = ["ColorMapName", "DrawingCanvas", "ImageView", "Levels", "MosaicView", "Tool"]
