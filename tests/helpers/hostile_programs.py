"""Programs of users that go wrong in every way there is, by mistake or on purpose: none may do more than be told so."""

from textwrap import dedent, indent
from typing import NamedTuple


class Program(NamedTuple):
    """A text with a function ``f(x)``: what it is, the kind of fault it ends in, and part of the sentence.

    The kind is "*" where that depends on the system.
    """

    name: str
    kind: str
    sentence: str
    source: str


def _body(name: str, kind: str, sentence: str, lines: str) -> Program:
    """Return a program whose function does these lines, the first of which is line 2."""
    return Program(name, kind, sentence, "def f(x):\n" + indent(dedent(lines).strip("\n"), "    ") + "\n")


def _text(name: str, kind: str, sentence: str, lines: str) -> Program:
    return Program(name, kind, sentence, dedent(lines).lstrip("\n"))


_LATE, _FILE = "was not done within", "your code may not read or write a file."
PROGRAMS = (
    _body(
        "endless loop",
        "time",
        _LATE,
        """
        while True:
            pass
        """,
    ),
    _body(
        "endless loop that catches all",
        "time",
        _LATE,
        """
        while True:
            try:
                open('a')
            except BaseException:
                pass
        """,
    ),
    _body("one long step of C", "time", _LATE, "return 7 ** (7 ** 12)"),
    _body(
        "endless generator",
        "time",
        _LATE,
        """
        import itertools
        return sum(itertools.count())
        """,
    ),
    _body(
        "endless generator as a result",
        "result",
        "something of the kind `count`",
        """
        import itertools
        return itertools.count()
        """,
    ),
    _body(
        "array of 10 GB",
        "memory",
        "Line 2: an array of 100000 x 12500 numbers takes 9.31 GiB",
        "return np.ones((100_000, 12_500))",
    ),
    _body("list of 8 GB", "memory", "more memory than there is for your code", "return [0.0] * 10**9"),
    _body("text of 10 GB", "memory", "Line 2: this takes more memory", "return 'x' * 10**10"),
    _body("exit()", "ended", "Line 2: your code ends the program", "exit()"),
    _body("SystemExit", "ended", "Line 2: your code ends the program", "raise SystemExit(0)"),
    _body("KeyboardInterrupt", "exception", "Line 2: KeyboardInterrupt was raised.", "raise KeyboardInterrupt"),
    _body(
        "os._exit",
        "exception",
        "has no `_exit`",
        """
        import random
        sys = random._os.sys
        sys.modules['posix']._exit(0)
        """,
    ),
    _body(
        "os._exit from a frame",
        "ended",
        "`f` ended the process",
        """
        import random
        sys = random._os.sys
        frame = sys._getframe()
        while frame:
            if '_exit' in frame.f_globals:
                frame.f_globals['_exit'](0)
            frame = frame.f_back
        """,
    ),
    _body(
        "crash of Python",
        "*",
        ".",
        """
        import random
        random._os.sys.setrecursionlimit(10**9)
        g = eval('lambda g: [*map(g, [g])]')
        return g(g)
        """,
    ),
    _body("recursion", "exception", "Line 2: a function calls itself without an end.", "return f(x)"),
    _body(
        "fork",
        "exception",
        "has no `fork`",
        """
        import random
        random._os.fork()
        """,
    ),
    _body(
        "fork of C",
        "forbidden",
        "may not call the system",
        """
        import random
        sys = random._os.sys
        ct = sys.modules['ctypes']
        while True:
            ct.CDLL(None).fork()
        """,
    ),
    _body(
        "fork_exec",
        "*",
        "fork_exec",
        """
        import random
        sys = random._os.sys
        sys.modules['_posixsubprocess'].fork_exec()
        """,
    ),
    _body("subprocess", "forbidden", "Line 2: your code may not import `subprocess`", "import subprocess"),
    _body(
        "subprocess by another way",
        "*",
        ".",
        """
        import random
        sys = random._os.sys
        import copy
        sys.modules.pop('subprocess')
        sp = copy.sys.meta_path[-1].find_spec('subprocess').loader.load_module('subprocess')
        sp.Popen(['true'])
        """,
    ),
    _body(
        "threads",
        "forbidden",
        "may not start a thread",
        """
        import random
        sys = random._os.sys
        while True:
            sys.modules['threading'].Thread(target=f).start()
        """,
    ),
    _body(
        "socket",
        "*",
        ".",
        """
        import random
        sys = random._os.sys
        sys.modules.pop('socket', None)
        sys.meta_path[-1].find_spec('socket').loader.load_module('socket').socket()
        """,
    ),
    _body("reads a file", "forbidden", _FILE, "return len(open('/etc/passwd').read())"),
    _body("writes a file", "forbidden", _FILE, "np.ones(3).tofile('/tmp/dae-hostile')"),
    _body("saves a file", "forbidden", _FILE, "np.save('dae-hostile', x)"),
    _body("reads a file by its loader", "forbidden", _FILE, "return np.fromfile('/etc/passwd', np.uint8)"),
    _body(
        "deletes a file",
        "exception",
        "has no `remove`",
        """
        import random
        random._os.remove('/tmp/dae-hostile')
        """,
    ),
    _body(
        "signal to the program",
        "exception",
        "has no `kill`",
        """
        import random
        random._os.kill(random._os.getppid(), 9)
        """,
    ),
    _body("waits for typing", "forbidden", "may not wait for somebody to type", "return float(input('a number: '))"),
    _body("debugger", "forbidden", "may not", "breakpoint()"),
    _text(
        "del np",
        "exception",
        "Line 5: there is no `np` here",
        """
        del np


        def f(x):
            return np.ones(3)
        """,
    ),
    _body(
        "deletes all modules",
        "exception",
        "has no `nothing`",
        """
        import random
        sys = random._os.sys
        sys.modules.clear()
        return np.linalg.nothing
        """,
    ),
    _body(
        "patched NumPy",
        "*",
        ".",
        """
        np.asarray = np.empty = np.array = None
        return [1, 2]
        """,
    ),
    _body(
        "writes into the pipes",
        "*",
        ".",
        """
        import random
        sys = random._os.sys
        import io
        for n in range(3, 20):
            try:
                sys.modules['io'].FileIO(n, 'w', closefd=False).write(b'x' * 9)
            except OSError:
                pass
        return 1
        """,
    ),
    _body(
        "class that claims to be an array",
        "result",
        "something of the kind `A` where numbers are needed",
        """
        class A:
            shape = (3,)
            dtype = np.float32
            def __array__(self, *a, **k):
                while True:
                    pass
        return A()
        """,
    ),
    _body(
        "array that lies about its shape",
        "result",
        "returned nothing (None)",
        """
        class A(np.ndarray):
            shape = property(lambda self: (10**9,))
            def astype(self, *a, **k):
                return self
        return x.view(A), None
        """,
    ),
    _body("returns nothing", "result", "`f` returned nothing (None): its last line must be `return`", "x + 1"),
    _body("returns a text", "result", "`f` returned a text where numbers are needed.", "return 'done'"),
    _body("returns complex numbers", "result", "complex numbers, where real ones are needed", "return x * 1j"),
    _body(
        "returns objects",
        "result",
        "an array of Python objects where numbers are needed",
        "return np.array([None, 'a'])",
    ),
    _body("returns uneven rows", "result", "rows are not equally long", "return [[1, 2], [3]]"),
    _body(
        "returns a list that holds itself",
        "result",
        ".",
        """
        a = []
        a.append(a)
        return a
        """,
    ),
    _body(
        "returns 10,000 values", "result", "returned 10,000 values, which are too many", "return tuple(range(10_000))"
    ),
    _body("returns a huge number", "result", "a whole number that is too large", "return 10**400"),
    _body("returns too large an array", "*", ".", "return np.zeros(20_000_000)"),
    _body(
        "exception without a text",
        "exception",
        "Line 5: E was raised.",
        """
        class E(Exception):
            def __str__(self):
                raise self
        raise E
        """,
    ),
    _body("exception with a long text", "exception", "Line 2: xxx", "raise ValueError('x' * 10**6)"),
    _body(
        "prints without an end",
        "time",
        _LATE,
        """
        while True:
            print('x' * 10**6)
        """,
    ),
    _text(
        "syntax",
        "syntax",
        "Line 2: this cannot be read as Python: '(' was never closed.",
        """
        def f(x):
            return (x
        """,
    ),
    _text("zero bytes", "*", ".", "def f(x):\n    return x\0\n"),
    _text("brackets", "*", ".", "def f(x):\n    return " + "(" * 5_000 + ")" * 5_000 + "\n"),
    _text(
        "endless at the top",
        "time",
        _LATE,
        """
        while True:
            pass
        """,
    ),
    _text("no function", "result", "There is no function `f`", "f = 3"),
)
