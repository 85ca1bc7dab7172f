"""What programs that read the screen are told of the window, above all of widgets that paint themselves."""

from dae_gui.support.accessible.attaching import attach, speaks
from dae_gui.support.accessible.kinds import Items, Kind, Number, Speaking
from dae_gui.support.accessible.telling import announce, tell, tell_item

__all__ = ["Items", "Kind", "Number", "Speaking", "announce", "attach", "speaks", "tell", "tell_item"]
