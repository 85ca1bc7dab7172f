"""Each array, text and change of a session has a range, an order and a length: what breaks one is refused by name."""

import dataclasses
import json

import numpy as np
import pytest

from dae_core.evaluation.held_out import Figures
from dae_core.sessions.array_rules import RULES
from dae_core.sessions.container import SessionError
from dae_core.sessions.data_reference import LONGEST_SOURCE
from dae_core.sessions.session_codec import pack
from dae_core.sessions.session_file import load_session, save_session
from helpers.crafting import as_bytes, write_crafted
from helpers.sessions import SGD, assert_same, rich_session, trained

NAN, INF = float("nan"), float("inf")
N = 300  # iterations of the session


@pytest.fixture(scope="module")
def whole():
    return rich_session()


def refused(path):
    with pytest.raises(SessionError) as caught:
        load_session(path)
    message = str(caught.value)
    assert message.startswith(f"{path} is damaged: ")
    assert message.isprintable()
    assert len(message) < len(str(path)) + 330
    return message


def first(value, size=1):
    return lambda a: np.concatenate([np.full(size, value, a.dtype), a.reshape(-1)[size:]]).reshape(a.shape)


def last(value):
    return lambda a: np.concatenate([a.reshape(-1)[:-1], np.full(1, value, a.dtype)]).reshape(a.shape)


ARRAYS = [
    *(("history/errors", first(value), "number from 0 up") for value in (-1, -INF, -1e-30)),
    *(("history/sparsities", last(value), "number from 0 to 1") for value in (-0.1, 1.1, NAN, INF)),
    *(("history/held_out_iterations", last(at), f"from 0 to {N}") for at in (-(2**63), -5, N + 1, 10**9, 2**63 - 1)),
    *(("history/held_out_errors", last(value), "number from 0 up") for value in (-1, -INF)),
    *(("guard/start_errors", first(value), "number from 0") for value in (-1, 1e308, -INF)),
    ("guard/start_errors", lambda _: np.ones(26), "at most 25"),
    *(("snapshots/iterations", last(at), f"from 0 to {N}") for at in (-1, N + 1, 2**63 - 1)),
    ("snapshots/iterations", lambda a: a[::-1].copy(), "not in order"),
    ("snapshots/iterations", lambda a: a * 0, "not in order"),
    *(("engine/steps", first(steps), f"from 0 to {N}") for steps in (-1, 0.5, N + 1, NAN, INF)),
    ("engine/moment_1_1", first(-1), "number from 0 up"),
    ("figures/errors", first(-1), "mean squared error"),
    ("runs/0/history/errors", first(-1), "runs/0/history/errors"),
    ("runs/1/guard/start_errors", first(-1), "runs/1/guard/start_errors"),
]


@pytest.mark.parametrize(("name", "change", "words"), ARRAYS, ids=lambda value: value if isinstance(value, str) else "")
def test_arrays_out_of_their_range(tmp_path, whole, name, change, words):
    message = refused(write_crafted(tmp_path / "a.dae", whole, {name: change(pack(whole)[0][name])}))
    assert words in message
    assert name.removeprefix("runs/0/").split("/")[-1].split("_")[0] in message or "mean squared" in message


def test_held_out_errors_in_another_order(tmp_path, whole):
    arrays = {"history/held_out_iterations": np.array([60, 5, 60]), "history/held_out_errors": np.ones(3)}
    assert "held_out_iterations is not in order" in refused(write_crafted(tmp_path / "a.dae", whole, arrays))


def test_what_a_diverging_run_leaves_is_read(tmp_path):
    """NaN and infinity among errors, figures and weights are no damage."""
    session = trained(SGD.replace(learning_rate=50.0), 600)
    assert session.run.checkpoint.divergence is not None
    save_session(tmp_path / "a.dae", session)
    assert_same(load_session(tmp_path / "a.dae"), session)


def test_every_rule_is_of_an_array_that_there_is(whole):
    sigmoid = SGD.replace(activation="sigmoid", loss="cross-entropy", average=True)
    rates = np.zeros(SGD.hidden_units)
    figures = Figures(0.1, 10.0, 5, 64, 0.5, rates, loss_error=70.0, still=rates > 0)
    session = trained(sigmoid, 60, figures=figures)
    record = dataclasses.replace(session.run.record, averaged=((50, 1.5),))
    other = dataclasses.replace(session, run=dataclasses.replace(session.run, record=record))
    names = [name.rsplit("moment", 1)[0] for name in (*pack(whole)[0], *pack(other)[0])]
    assert all(any(name.startswith(rule.split("moment")[0]) for name in names) for rule in RULES)


CHANGES = [
    ([[-1, "pace", "a", "b"]], "not between 0 and 300"),
    ([[N + 1, "pace", "a", "b"]], "not between 0 and 300"),
    ([[2**63, "pace", "a", "b"]], "not between 0 and 300"),
    ([[20, "pace", "a", "b"], [10, "pace", "b", "a"]], "not between 20 and 300"),
    ([[1.0, "pace", "a", "b"]], "another kind"),
    ([[True, "pace", "a", "b"]], "another kind"),
    ([[10, "pace", "a"]], "four values"),
    ([[10, "learning rate", 0.1, "abc"]], "learning rate"),
    ([[10, "learning rate", 0.1, None]], "learning rate"),
    ([[10, "learning rate", 0.1, -1]], "learning rate"),
    ([[10, "learning rate", 1e999, 0.1]], "not finite"),
    ([[10, "noise level", 0.1, "abc"]], "noise level"),
    ([[10, "noise level", 0.1, 10**400]], "noise level"),
    ([[10, "noise level", 0.1, 99.0]], "noise level"),
    ([[10, "end of the run", "100", "abc"]], "end of the run"),
    ([[10, "end of the run", "100", "²"]], "end of the run"),
    ([[10, "end of the run", "100", ","]], "end of the run"),
    ([[10, "end of the run", 100, 200]], "end of the run"),
    ([[10, "end of the run", "100", "9" * 21]], "end of the run"),
    ([[10, "end of the run", "100", "10"]], "an end that was over"),
    ([[10, "units revived", 3, "c"]], "units revived"),
    ([[10, "colour", [], None]], "not told in words"),
    ([[10, "colour", 10**400, None]], "colour"),
    ([[0, "pace", "a", "b"]] * 500_001, "at most 500,000"),
]


@pytest.mark.parametrize(
    ("changes", "words"), CHANGES, ids=lambda value: "" if isinstance(value, str) else str(value)[:40]
)
def test_changes_that_cannot_be(tmp_path, whole, changes, words):
    if len(changes) < 100:
        refused(write_crafted(tmp_path / "b.dae", whole, state={"pending_changes": changes}))
    text = np.frombuffer(json.dumps(changes).encode(), np.uint8)
    message = refused(write_crafted(tmp_path / "a.dae", whole, {"history/changes": text}))
    assert words in message or len(text) > 8 * 1024**2


def test_other_changes_are_kept_as_plain_words(tmp_path, whole):
    """A later version may know of more; what they are called is anybody's choice."""
    changes = [[10, "x\n=cmd|' /C calc'!A0,1,1\n", None, 2.5], [11, "pace", "\u202ea" * 100, "c"]]
    write_crafted(tmp_path / "a.dae", whole, {"history/changes": as_bytes(changes)})
    other, pace = load_session(tmp_path / "a.dae").run.record.changes
    assert (other.name, other.old, other.new) == (r"x\n=cmd|' /C calc'!A0,1,1\n", None, 2.5)
    assert pace.old.isprintable()
    assert str(other).isprintable()


OBJECTS = [
    ("data", {"source": "/" + "a" * LONGEST_SOURCE}, "source is not a text of at most 4,096"),
    ("data", {"source": "a\0b"}, "no proper place"),
    ("data", {"source": None}, "source is not a text"),
    ("data", {"name": "a" * 1001}, "name is not a text of at most 1,000"),
    ("data", {"fingerprint": "g" * 64}, "fingerprint"),
    ("data", {"fingerprint": "0" * 63}, "fingerprint"),
    ("data", {"train_images": 0}, "train_images"),
    ("data", {"test_images": 2**60}, "test_images"),
    ("data", {"shape": [8, 0]}, "sides of its images"),
    ("data", {"shape": [1, 1025]}, "sides of its images"),
    ("data", {"shape": [8.0, 8]}, "sides of its images"),
    ("data", {"std": 1e-300}, "std is not a number"),
    ("data", {"std": 0.0}, "std is not a number"),
    ("data", {"mean": -1.0}, "mean is not a number"),
    ("data", {"mean": NAN}, "not finite"),
    (
        "data",
        {"options": {"height": 8, "width": 8, "fit": "fit", "invert": [1], "contrast": "keep"}},
        "options of its data set",
    ),
    ("data", {"options": {"height": True}}, "options of its data set"),
    ("data", {"options": {"fit": ["fit"]}}, "options of its data set"),
    ("data", {"options": {"fit": "x" * 10**6}}, "options of its data set"),
    ("state", {"seconds": 1e308}, "seconds is not a number"),
    ("state", {"seconds": -1.0}, "seconds is not a number"),
    ("state", {"end": 2**40}, "leg_start"),
    ("state", {"end": N - 1}, "is not between"),
    ("state", {"window": 10**9}, "window"),
    ("state", {"high_in_a_row": 26}, "high_in_a_row"),
    ("state", {"base_iteration": 2**60}, "base_iteration"),
    ("state", {"good_iteration": N + 1}, "good_iteration"),
    ("state", {"drawings": 10**9}, "drawings"),
    ("state", {"runs": 10**9}, "runs"),
    (
        "state",
        {"divergence": {"iteration": 9, "reason": "x" * 1001, "advice": "", "good_iteration": 0}},
        "reason is not a text",
    ),
    ("label", {"created": "0001-01-01T00:00:00+00:00"}, "not a time in UTC"),
    ("label", {"created": "9999-12-31T23:59:59+00:00"}, "not a time in UTC"),
]


@pytest.mark.parametrize(("name", "values", "words"), OBJECTS, ids=lambda value: str(value)[:40])
def test_values_out_of_their_range(tmp_path, whole, name, values, words):
    assert words in refused(write_crafted(tmp_path / "a.dae", whole, **{name: values}))


def test_the_state_of_an_optimizer_where_there_is_none(tmp_path):
    """It would be refused when the run goes on."""
    arrays = {"engine/steps": np.array([3.0])}
    assert "engine/steps" in refused(write_crafted(tmp_path / "a.dae", trained(SGD, 20), arrays))


@pytest.mark.parametrize("view", [{"x": NAN}, {"x": INF}, json.loads("[" * 60 + "]" * 60)])
def test_a_view_that_could_not_be_written_again(tmp_path, whole, view):
    view = view if isinstance(view, dict) else {"x": view}
    refused(write_crafted(tmp_path / "a.dae", whole, {"view": as_bytes(view)}))
