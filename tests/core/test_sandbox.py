"""The sandbox: numbers go in and come out unchanged, and whatever a program does ends in a sentence and no process."""

import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pytest

from dae_core.commands.frozen import SANDBOX_FLAG
from dae_core.jobs import Cancelled, Monitor
from dae_core.sandbox import CodeFault, Limits, Sandbox
from dae_core.sandbox.messages import DTYPES
from dae_core.sandbox.process import FLAG
from helpers.hostile_programs import PROGRAMS, Program
from helpers.processes import sandboxes

HARMLESS = "def f(*a):\n    return a\n"
SHORT = Limits(seconds=2.0)


def call_until_it_fails(sandbox):
    while True:  # what changes NumPy may return something at first
        sandbox.call("f", np.ones(5, np.float32))


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda program: program.name)
def test_a_hostile_program_ends_in_a_sentence(program: Program):
    assert len(PROGRAMS) >= 30
    with Sandbox(program.source, SHORT) as sandbox:
        with pytest.raises(CodeFault) as caught:
            call_until_it_fails(sandbox)
        assert not sandbox.is_open
        assert sandboxes() == []
    fault, text = caught.value, str(caught.value)
    assert program.kind in (fault.kind, "*")
    assert program.sentence in text
    assert text[0].isupper() or text[0] == "`"
    assert text.endswith((".", "?"))
    assert len(text) < 450
    assert text.isprintable()
    for word in ("Traceback", "dae_core", "<your code>", "site-packages", "/"):
        assert word not in text
    if fault.line is not None:
        assert text.startswith(f"Line {fault.line}: ")
        assert fault.line <= program.source.count("\n")
    assert not Path("/tmp/dae-hostile").exists()  # noqa: S108 - where a program would have written


@pytest.mark.parametrize("name", DTYPES)
def test_numbers_of_every_kind_go_through(name):
    values = [0, 1] if name == "bool" else [0, 1, 100]
    arrays = [np.array(values, name), np.zeros((2, 0, 3), name), np.array(1, name), np.ones((3, 4), name).T]
    with Sandbox(HARMLESS) as sandbox:
        returned = sandbox.call("f", *arrays)
    for sent, came in zip(arrays, returned, strict=True):
        assert isinstance(came, np.ndarray)
        assert (came.dtype, came.shape) == (sent.dtype, sent.shape)
        np.testing.assert_array_equal(came, sent)


def test_plain_numbers_and_lists_go_through():
    source = """
def f(a, b):
    return a, b, True, np.float32(0.5), np.int8(-3), [1, 2.5], [[1], [2]], 1e308 * 10, np.array([[1.0]]).view(np.matrix)


def g():
    return [1, 2, 3]


def h():
    return [np.ones(2), np.ones(3)]
"""
    with Sandbox(source) as sandbox:
        *plain, listed, rows, infinite, matrix = sandbox.call("f", 2**62, -0.1)
        assert plain == [2**62, -0.1, 1, 0.5, -3]
        assert [type(value) for value in plain] == [int, float, int, float, int]
        np.testing.assert_array_equal(listed, [1, 2.5])
        np.testing.assert_array_equal(rows, [[1], [2]])
        assert infinite == float("inf")
        assert type(matrix) is np.ndarray
        (whole,) = sandbox.call("g")
        np.testing.assert_array_equal(whole, [1, 2, 3])
        assert [np.shape(part) for part in sandbox.call("h")] == [(2,), (3,)]


def test_calls_know_nothing_of_one_another_and_repeat_random_numbers():
    source = """
import random

a = []


def f():
    a.append(1)
    return len(a), random.random(), np.random.random(), np.random.default_rng().random(), np.random.RandomState().rand()
"""
    with Sandbox(source) as sandbox:
        first, second = sandbox.call("f"), sandbox.call("f")
    assert first == second
    assert first[0] == 1


def test_what_is_printed_is_kept_up_to_a_limit():
    with Sandbox("def f(n):\n    print('é', n, sep=': ', end='!')\n    print('x' * n)\n    return n\n") as sandbox:
        sandbox.call("f", 3)
        assert sandbox.output == "é: 3!xxx\n"
        sandbox.call("f", 10_000_000)
        assert len(sandbox.output) == 2000
    with Sandbox("def f():\n    print('before')\n    return None\n") as sandbox:
        with pytest.raises(CodeFault):
            sandbox.call("f")
        assert sandbox.output == "before\n"


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("z @ V.T", "`z` has 225 numbers, `V.T` has 784 rows: the product does not fit."),
        ("V @ z", "`V` has 784 columns, `z` has 225 numbers: the product does not fit."),
        ("np.dot(z, V.T)", "`z` has 225 numbers, `V.T` has 784 rows: the product does not fit."),
        ("V.dot(z)", "`V` has 784 columns, `z` has 225 numbers: the product does not fit."),
        ("x - z", "`x` has 784 numbers and `z` has 225 numbers: they cannot be subtracted number by number."),
        ("V * V.T", "`V` is 225 x 784 and `V.T` is 784 x 225: they cannot be multiplied number by number."),
        ("(x * 2) @ (V * 2)", "`x * 2` has 784 numbers, `V * 2` has 225 rows: the product does not fit."),
        ("x0", "there is no `x0` here; is it written as in the line that defines it?"),
        ("x[784]", "index 784 is out of bounds for axis 0 with size 784."),
        ("np.convolv(x, z)", "NumPy has no `convolv`."),
        ("x.shap", "an array has no `shap`."),
        ("1 / (x.size - 784)", "a division by zero."),
        ("np.reshape(x, (3, 3))", "cannot reshape array of size 784 into shape (3,3)."),
    ],
)
def test_a_mistake_is_told_in_the_codes_own_words(line, sentence):
    x, z, V = np.ones(784, np.float32), np.ones(225, np.float32), np.ones((225, 784), np.float32)
    with Sandbox(f"def f(x, z, V):\n    y = 1\n\n    return {line}\n") as sandbox, pytest.raises(CodeFault) as caught:
        sandbox.call("f", x, z, V)
    assert str(caught.value) == f"Line 4: {sentence}"
    assert (caught.value.line, caught.value.kind) == (4, "exception")


@pytest.mark.parametrize("line", ["V -= 1", "V[0] = 1", "V *= V", "np.add(V, 1, out=V)", "V.sort()"])
def test_what_is_lent_is_not_changed(line):
    V = np.ones((3, 4))
    V.flags.writeable = False
    with Sandbox(f"def f(V):\n    {line}\n    return V\n") as sandbox, pytest.raises(CodeFault) as caught:
        sandbox.call("f", V)
    assert "only lent to your code and must not be changed; make a copy first" in str(caught.value)
    with Sandbox(f"def f(V):\n    {line}\n    return V\n") as sandbox:
        sandbox.call("f", np.ones((3, 4)))


def test_a_call_with_other_arguments_is_told():
    with Sandbox("def f(x):\n    return x\n") as sandbox, pytest.raises(CodeFault) as caught:
        sandbox.call("f", 1, 2)
    assert str(caught.value) == "`f` does not take what it is given: takes 1 positional argument but 2 were given."


def test_a_call_is_cancelled_at_once_and_the_next_one_works():
    stop = threading.Event()
    timer = threading.Timer(1.0, stop.set)
    with Sandbox("def f(n):\n    while n:\n        pass\n    return n\n", Limits(seconds=60)) as sandbox:
        timer.start()
        with pytest.raises(Cancelled):
            sandbox.call("f", 1, monitor=Monitor(stop.is_set))
        assert sandboxes() == []
        assert sandbox.call("f", 0) == (0,)


def test_code_that_is_too_long_does_not_start():
    with Sandbox("#" * 20_001) as sandbox, pytest.raises(CodeFault, match="longer than 20,000 characters"):
        sandbox.call("f")
    assert sandboxes() == []


@pytest.mark.skipif(sys.platform != "linux", reason="told by the kernel")
def test_the_process_ends_with_its_parent():
    program = (
        "import threading, time\n"
        "from dae_core.sandbox import Sandbox\n"
        "box = Sandbox('def f():\\n    while True:\\n        pass\\n')\n"
        "threading.Thread(target=box.call, args=('f',), daemon=True).start()\n"
        "while not box.is_open:\n"
        "    time.sleep(0.01)\n"
        "print(box._process._process.pid, flush=True)\n"  # nothing public tells
        "time.sleep(100)\n"
    )
    parent = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True)  # noqa: S603
    assert parent.stdout is not None
    pid = int(parent.stdout.readline())
    assert Path(f"/proc/{pid}").exists()
    parent.kill()
    parent.communicate()
    while is_running(pid):
        threading.Event().wait(0.01)


def is_running(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def test_a_frozen_program_is_its_own_sandbox(tmp_path, monkeypatch):
    program = tmp_path / "frozen"
    program.write_text(
        f"#!{sys.executable}\nimport runpy, sys\nsys.frozen = True\nsys.path[:] = {sys.path!r}\n"
        'runpy.run_module("dae_core", run_name="__main__")\n'
    )
    program.chmod(0o755)
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setattr(sys, "executable", str(program))
    assert FLAG == SANDBOX_FLAG
    with Sandbox(HARMLESS) as sandbox:
        assert sandbox.call("f", 3, 4) == (3, 4)
