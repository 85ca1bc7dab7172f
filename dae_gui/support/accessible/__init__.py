"""What programs that read the screen are told of widgets that paint themselves."""

from dae_gui.support.accessible.factory import install
from dae_gui.support.accessible.kinds import Items, Kind, Number, Speaking, speaks
from dae_gui.support.accessible.telling import announce, tell, tell_item

__all__ = ["Items", "Kind", "Number", "Speaking", "announce", "install", "speaks", "tell", "tell_item"]
