"""A `Sandbox`: calls the functions of a user's code, each call with limits."""

from __future__ import annotations

import signal
from types import TracebackType
from typing import Any, Self

from dae_core.jobs import UNWATCHED, Monitor
from dae_core.sandbox.process import Ended, OutOfTime, Process
from dae_core.sandbox.values import KINDS, LONGEST_SOURCE, CodeFault, Limits, Value
from dae_core.texts import plain

MOST_PRINTED = 2_000
"""Characters of what the code prints in a call that are kept."""
OUT_OF_MEMORY = 77
"""The exit code of a process that had no memory left to say so."""
_LONGEST_SENTENCE = 400
_ENDED_BY_TIME = (getattr(signal, "SIGXCPU", None), getattr(signal, "SIGPROF", None))


class Sandbox:
    """Runs the functions of one text in a process of its own, which begins with the first call; a context manager.

    Every call begins with the text as it stands: nothing that one call leaves in a variable is there at the next. So
    what a call returns depends on its arguments alone.

    Parameters
    ----------
    source : str
        Python; ``np`` is there. Nothing of it runs in this process.
    limits : Limits
        For each call.
    driver : str
        ``"module:function"`` of the program's own, which runs in that process and makes the calls there: it gets a
        function that makes the user's anew, a dictionary that lives as long as the process, and the arguments.

    Attributes
    ----------
    output : str
        What the code printed in the last call that came to an end, cut to its first 2,000 characters.
    """

    def __init__(self, source: str, limits: Limits = Limits(), driver: str = "") -> None:  # noqa: B008 - frozen
        self.output = ""
        self._source, self._limits, self._driver = source, limits, driver
        self._process: Process | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def is_open(self) -> bool:
        """Whether its process is there; after a fault or ``close`` it is not, until the next call."""
        return self._process is not None

    def call(self, function: str, *arguments: Value, monitor: Monitor = UNWATCHED) -> tuple[Value, ...]:
        """Return what a function of the code returns: a tuple of what it is, or one of one value.

        Arrays that are read-only here are so there; a list of numbers that is returned comes as an array.

        Raises
        ------
        CodeFault
            With a sentence, where it returns nothing that can be used. The next call gets another process.
        Cancelled
            When the monitor says so; the process is killed.
        UserError
            When no process could be started.
        """
        self.output = ""
        if len(self._source) > LONGEST_SOURCE:
            raise CodeFault(f"Your code is longer than {LONGEST_SOURCE:,} characters; make it shorter.", "syntax")
        if self._process is None:
            setup = {"source": self._source, "driver": self._driver, "memory": self._limits.memory}
            self._process = Process(setup, monitor)
        request = {"function": function, "seconds": self._limits.seconds}
        try:
            header, values = self._process.ask(request, arguments, self._limits.seconds, monitor, self._limits.result)
        except OutOfTime:
            self.close()
            raise self._out_of_time(function) from None
        except Ended:
            raise self._ended(function, self.close()) from None
        except BaseException:
            self.close()
            raise
        self.output = _text(header.get("output"), MOST_PRINTED)
        if "fault" in header:
            self.close()
            raise self._told(header)
        return values

    def close(self) -> int:
        """End the process, if there is one; returns its exit code."""
        process, self._process = self._process, None
        return 0 if process is None else process.end()

    def _out_of_time(self, function: str) -> CodeFault:
        return CodeFault(
            f"`{function}` was not done within {self._limits.seconds:g} seconds and was ended. "
            "Is there a loop without an end, or one over every single number?",
            "time",
        )

    def _ended(self, function: str, code: int) -> CodeFault:
        if code == OUT_OF_MEMORY:
            return CodeFault("Your code wanted more memory than there is for it; are the arrays too large?", "memory")
        if -code in _ENDED_BY_TIME and code:
            return self._out_of_time(function)
        return CodeFault(
            f"`{function}` ended the process that it ran in, instead of returning something with `return`.", "ended"
        )

    def _told(self, header: dict[str, Any]) -> CodeFault:
        """Return what the process says of a fault, none of which is trusted."""
        kind, line = header.get("kind"), header.get("line")
        lines = self._source.count("\n") + 1
        is_line = isinstance(line, int) and not isinstance(line, bool) and 1 <= line <= lines
        return CodeFault(
            plain(_text(header.get("fault"), _LONGEST_SENTENCE), _LONGEST_SENTENCE),
            kind if kind in KINDS else "exception",
            line if is_line else None,
        )


def _text(value: object, most: int) -> str:
    return value[:most] if isinstance(value, str) else ""
