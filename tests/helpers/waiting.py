"""How long the tests of the window wait for what comes at once unless the machine is busy."""

from functools import partialmethod

from pytestqt.qtbot import QtBot

SLOW = 120_000
"""Milliseconds. Nothing is waited for that long unless it never comes."""


class PatientBot(QtBot):
    """A bot that waits for a signal or a state as long as it takes, on a busy machine too."""

    waitActive = partialmethod(QtBot.waitActive, timeout=SLOW)
    waitExposed = partialmethod(QtBot.waitExposed, timeout=SLOW)
    waitSignal = partialmethod(QtBot.waitSignal, timeout=SLOW)
    waitSignals = partialmethod(QtBot.waitSignals, timeout=SLOW)
    waitUntil = partialmethod(QtBot.waitUntil, timeout=SLOW)
