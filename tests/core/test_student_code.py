"""The check of the student's own code: right code passes, and mistakes are recognised by what wrong code returns."""

import ast

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dae_core.jobs import Cancelled, Monitor
from dae_core.lessons.code import FUNCTIONS, MISTAKES, check_code
from dae_core.lessons.code.checks import backward
from dae_core.lessons.code.checks.backward_cases import BLOCKS, Step
from dae_core.lessons.code.checks.backward_mistakes import recognise
from dae_core.sandbox import Limits
from helpers.student_code import RIGHT_ATTEMPTS, WRONG_ATTEMPTS, written


@pytest.mark.parametrize("attempt", RIGHT_ATTEMPTS, ids=lambda attempt: attempt.name)
def test_right_code_passes_however_it_is_written(attempt):
    result = check_code(attempt.function, attempt.source, seed=5)

    assert (result.ok, result.mistake, result.line) == (True, "", None), result.text
    assert "only" not in result.text
    if attempt.function == "backward":
        assert list(result.blocks) == list(BLOCKS)
        assert all(check.ok and check.checked == 50 for check in result.blocks.values())


@pytest.mark.parametrize("attempt", WRONG_ATTEMPTS, ids=lambda attempt: attempt.name)
def test_a_mistake_is_recognised_by_what_the_code_returns(attempt):
    result = check_code(attempt.function, attempt.source, seed=11)

    assert (result.ok, result.mistake) == (False, attempt.mistake), result.text
    assert "{" not in result.text
    assert result.text[0].isupper() or result.text.startswith(("d", "`"))
    assert result.text.endswith((".", "?", ")"))
    assert not any(check.ok for check in result.blocks.values()) or "d" in result.text


def test_every_mistake_of_the_table_is_tried():
    shown = {attempt.mistake for attempt in WRONG_ATTEMPTS} - {""}

    assert shown == set(MISTAKES)
    assert len(shown) >= 10
    for attempt in WRONG_ATTEMPTS:
        assert not attempt.mistake or attempt.function in MISTAKES[attempt.mistake].functions


def test_the_published_solution_is_an_example_and_is_told_what_is_missing():
    (example,) = FUNCTIONS["backward"].examples

    result = check_code("backward", example.source)

    assert (result.ok, result.mistake) == (False, "no-relu")
    assert {name: check.ok for name, check in result.blocks.items()} == {"W": False, "B": False, "V": True, "C": True}
    assert all(check.wrong == check.wrong_silent for check in result.blocks.values())
    assert "dW and dB" in result.text
    assert "all of them of silent units" in result.text


def test_two_mistakes_are_both_told_with_the_blocks_that_show_them():
    source = written("backward", "d = y - x0; h = V @ d; return -np.outer(x, h), h, np.outer(d, z), d")

    text = check_code("backward", source).text

    assert text.startswith("dW and dB: the derivative of the ReLU is missing.")
    assert "dW: the wrong sign." in text
    assert "dV: transposed, (784, 225) instead of (225, 784)." in text


def test_an_unknown_fault_is_told_by_block_entry_and_unit():
    body = "d = y - x0; a = (V @ d) * (z > 0); a[3] += 1; return np.outer(x, a), a, np.outer(z, d), d"

    result = check_code("backward", written("backward", body))

    assert not result.ok
    assert "dB: 1 of 225 entries are wrong, most of all [3]: " in result.text
    assert "(hidden unit 3, which is " in result.text


def test_an_entry_that_is_wrong_outside_the_sample_is_found():
    """Finite differences are taken of 50 entries of each block; all entries are held against the specification."""
    body = "d = y - x0; a = (V @ d) * (z > 0); W = np.outer(x, a); W[-1, -1] += 1; return W, a, np.outer(z, d), d"

    result = check_code("backward", written("backward", body))

    assert not result.ok
    assert "dW: 1 of 176,400 entries are wrong, most of all [783, 224]" in result.text


def test_sizes_written_into_the_code_are_told_and_pass():
    body = """
        d, W = y - x0, np.zeros((784, 225))
        a = (V @ d) * (z > 0)
        W += np.outer(x, a)
        return W, a, np.outer(z, d), d
    """

    result = check_code("backward", written("backward", body))

    assert result.ok
    assert "only for 784 pixels and 225 hidden units" in result.text


@pytest.mark.parametrize("function", FUNCTIONS)
def test_the_stub_says_what_is_asked_and_is_not_run(function):
    about = FUNCTIONS[function]

    result = check_code(function, about.stub)

    assert not result.ok
    assert "still to be written" in result.text
    definition = next(node for node in ast.parse(about.stub).body if isinstance(node, ast.FunctionDef))
    assert f"{definition.name}({', '.join(a.arg for a in definition.args.args)})" == about.signature
    assert "(" in ast.get_docstring(definition)
    assert [hint.title for hint in about.hints] == ["Idea", "Formula", "Shapes"]


@pytest.mark.parametrize("function", FUNCTIONS)
def test_examples_can_be_tried_and_none_is_the_answer(function):
    for example in FUNCTIONS[function].examples:
        result = check_code(function, example.source)

        assert not result.ok
        assert result.mistake


@pytest.mark.parametrize("function", FUNCTIONS)
@pytest.mark.parametrize(
    ("source", "line", "words"),
    [
        ("def {0}(*a):\n    return 1 +\n", 2, "Python"),
        ("def {0}(*a):\n    pass\n", None, "returned nothing"),
        ("def other():\n    pass\n", None, "`{0}`"),
        ("def {0}(*a):\n    return q\n", 2, "no `q`"),
        ("def {0}(*a):\n    return 'text'\n", None, "a text"),
        ("", None, "`{0}`"),
        ("raise ValueError('no')\n", 1, "no"),
        ("import numpy as np\ndef {0}(*a):\n    return np.log(-np.ones(3))\n", None, ""),
    ],
)
def test_whatever_is_written_ends_in_a_sentence(function, source, line, words):
    result = check_code(function, source.replace("{0}", function))

    assert not result.ok
    assert result.line == line
    assert words.replace("{0}", function) in result.text


@pytest.mark.parametrize("function", FUNCTIONS)
@pytest.mark.parametrize("value", ["1e308", "-1e308", "np.inf", "np.nan", "True", "2**62", "np.float16(7)", "1e-320"])
def test_strange_numbers_are_wrong_and_warn_of_nothing(function, value):
    right = {
        "backward": f"r = [np.full_like(W, {value}), z, np.full_like(V, {value}), x * {value}]\nreturn r",
        "moving_average": f"return np.full(len(values) - window + 1, {value})",
        "mosaic": f"return np.full((rows * 28, columns * 28), {value})",
        "reconstruct": f"return np.full(784, {value})",
    }

    result = check_code(function, written(function, right[function]))

    assert not result.ok
    assert result.text


def test_a_loop_without_an_end_is_told():
    result = check_code("mosaic", written("mosaic", "while True:\n    pass"), limits=Limits(seconds=1.0))

    assert not result.ok
    assert "1 second" in result.text


def test_a_check_is_cancelled():
    with pytest.raises(Cancelled):
        check_code("mosaic", written("mosaic", "return V"), monitor=Monitor(lambda: True))


def test_the_seed_decides_what_the_code_is_tried_with():
    source = written("backward", "return np.outer(x, z), z, np.outer(z, np.sin(y)), np.sin(y)")

    results = [check_code("backward", source, seed=seed) for seed in (1, 1, 2)]

    assert results[0] == results[1] != results[2]


shapes = st.tuples(st.integers(2, 24), st.integers(2, 24)).filter(lambda shape: shape[0] != shape[1])


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(shape=shapes, seed=st.integers(0, 2**32))
def test_a_right_backward_passes_and_a_wrong_one_fails_with_any_shape_and_seed(shape, seed):
    rng = np.random.default_rng(seed)
    step = Step.random(*shape, rng)
    right = tuple(step.right.values())
    silent = step.z == 0

    assert silent.any()
    assert not silent.all()
    assert backward.judged(right, step, rng, Monitor()).ok

    published = {"W": np.outer(step.x, step.model.V @ (step.y - step.x0)), "B": step.model.V @ (step.y - step.x0)}
    found = recognise(published, step)
    assert {name: [one.key for one in findings] for name, findings in found.items()} == {
        "W": ["no-relu"],
        "B": ["no-relu"],
    }
