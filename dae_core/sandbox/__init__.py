"""Runs a user's own function in a process of its own, with limits of time and memory, and takes only numbers from it.

It knows nothing of autoencoders. The process has no window, no environment and an empty folder, and may neither start
another one nor reach files, the network or this program. It ends when it took too much, and with this one.
"""

from dae_core.sandbox.sandbox import Sandbox
from dae_core.sandbox.values import LONGEST_SOURCE, CodeFault, Limits, Value

__all__ = ["LONGEST_SOURCE", "CodeFault", "Limits", "Sandbox", "Value"]
