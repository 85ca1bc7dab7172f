"""10,000 mutated session files: each opens as the very session that was written, or is refused with SessionError."""

import contextlib
import json
import os
import struct
import tracemalloc

import numpy as np
import pytest
import safetensors.numpy

from dae_core.evaluation.held_out import HeldOut
from dae_core.exporting.files import FORMATS, export_all
from dae_core.jobs import UNWATCHED
from dae_core.report.compose import compose
from dae_core.report.curves import Curves
from dae_core.report.measurements import ReportInput, measure
from dae_core.report.web_page import html
from dae_core.sessions.branching import branch
from dae_core.sessions.code_texts import CodeTexts
from dae_core.sessions.container import SessionError, checksum, read_container, write_container
from dae_core.sessions.lesson_record import Entry, LessonRecord
from dae_core.sessions.report_words import ReportWords
from dae_core.sessions.run import Label, Run
from dae_core.sessions.run_comparison import differences, is_fair_pair
from dae_core.sessions.session import Session
from dae_core.sessions.session_file import load_session, save_session
from dae_core.training.history import History
from dae_core.training.progress import Change
from dae_core.training.snapshots import Snapshot
from dae_core.training.trainer import Trainer
from helpers.crafting import mutated
from helpers.datasets import small_dataset
from helpers.sessions import ADAM, advance, assert_same, session_of

RAW, STRUCTURED = 6000, int(os.environ.get("DAE_STUDIO_MUTATIONS", "1200"))


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    """A small session with something in every place, and its file."""
    trainer, history = Trainer(small_dataset(40, 10), ADAM.replace(hidden_units=2)), History()
    advance(trainer, history, 30)
    trainer.set_learning_rate(0.25)
    checkpoint = trainer.checkpoint()
    trainer.close()
    history.changes.append(Change(3, "learning rate", 0.5, 0.25))
    history.held_out.append((10, 2.5))
    session = session_of(trainer, history, "digits")
    figures = HeldOut(small_dataset(40, 10), ADAM.corruption).evaluate(checkpoint.model)
    labels = [Label.new(name, 2, "Run 3 at iteration 5").with_texts(notes="A note.") for name in ("One", "Other")]
    run, kept = (
        Run(checkpoint, session.run.data, session.run.record, (Snapshot(5, checkpoint.model),), 7, label, figures)
        for label in labels
    )
    session = Session(
        run,
        (kept,),
        (np.arange(6, dtype=np.uint8).reshape(2, 3),),
        {"zoom": [1, 2.5, None]},
        ReportWords.of({"summary": "Short."}),
        CodeTexts({"backward": "def backward(x, x0, z, y, W, V):\n    return W"}),
        (LessonRecord("sigma", "key = 1", "Ada", (Entry.now("mse", "measure", 0.25, "ab", 30),)).as_left(),),
    )
    path = tmp_path_factory.mktemp("session") / "a.dae"
    save_session(path, session)
    return path, session


def opens(path):
    """Return the session, or None where it is refused in one sentence; anything else that is raised is a fault."""
    try:
        return load_session(path)
    except SessionError as error:
        message = str(error)
        assert str(path) in message
        assert "\n" not in message
        assert len(message) < 700
        return None


def with_damage(content, rng):
    """Return the bytes changed in one of the ways in which files go wrong."""
    data = bytearray(content)
    (header,) = struct.unpack("<Q", content[:8])
    kind = rng.integers(8)
    at = int(rng.integers(len(data)) if rng.integers(2) else rng.integers(8 + header))
    if kind == 0:
        data[at] ^= 1 << int(rng.integers(8))
    elif kind == 1:
        data[at] = int(rng.integers(256))
    elif kind == 2:
        del data[at:]
    elif kind == 3:
        data[at:at] = rng.bytes(int(rng.integers(1, 20)))
    elif kind == 4:
        del data[at : at + int(rng.integers(1, 40))]
    elif kind == 5:
        data[:8] = struct.pack("<Q", int(rng.integers(0, 2 ** int(rng.integers(1, 63)))))
    elif kind == 6:
        digits = np.flatnonzero(np.isin(np.frombuffer(content[: 8 + header], np.uint8), list(b"0123456789")))
        data[digits[int(rng.integers(len(digits)))]] = int(rng.integers(48, 58))
    else:
        end = min(len(data), at + 16)
        data[at:end] = bytes(end - at)
    return bytes(data)


def test_bytes_at_random(written, tmp_path):
    path, session = written
    content = path.read_bytes()
    rng = np.random.default_rng(1)
    refused = 0
    other = tmp_path / "b.dae"
    tracemalloc.start()  # it slows everything down: the first thousand tell enough
    peak = 0
    for number in range(RAW):
        if number == 1000:
            peak = tracemalloc.get_traced_memory()[1]
            tracemalloc.stop()
        other.unlink(missing_ok=True)  # to write over a file takes the disk much longer
        other.write_bytes(with_damage(content, rng))
        loaded = opens(other)
        if loaded is None:
            refused += 1
        else:
            assert_same(loaded, session)  # only what has no meaning was changed, such as a space of the header
    assert 0.9 * RAW < refused < RAW
    assert 10_000 < peak < 2_000_000


@pytest.mark.filterwarnings("ignore:invalid value encountered in cast:RuntimeWarning")  # made by the mutations
def test_wrong_values_under_a_right_checksum(written, tmp_path, monkeypatch):
    """Files that somebody made on purpose: every value is checked, and what opens can be used and saved again."""
    monkeypatch.setattr("os.fsync", lambda _: None)  # thousands of files, none of which has to outlast a power cut
    path, _ = written
    arrays, texts = read_container(path)
    rng = np.random.default_rng(2)
    other = tmp_path / "b.dae"
    opened = 0
    for _ in range(STRUCTURED):
        some, words = mutated(arrays, texts, rng)
        other.unlink(missing_ok=True)
        write_container(other, some, words)
        loaded = opens(other)
        if loaded is not None:
            opened += 1
            save_session(other, loaded)
            assert_same(load_session(other), loaded)
            if opened % 6 == 0:
                use(loaded, tmp_path / "exported")
            if opened % 50 == 0:
                report(loaded, small_dataset(40, 10))
    assert STRUCTURED * 0.02 < opened < STRUCTURED * 0.5


def use(session, folder):
    """What opens does not stumble later: it branches, is compared and exported, and trains, or says why it cannot."""
    assert {run.label.key for run in session.runs} == {session.run.label.key, *(r.label.key for r in session.kept)}
    dataset = small_dataset(40, 10)
    known = [dataset if run.data.matches(dataset) else None for run in session.runs]
    for run, data in zip(session.runs, known, strict=True):
        assert len(run.history()) == run.checkpoint.iteration
        for iteration in (*(s.iteration for s in run.snapshots), run.checkpoint.iteration):
            with contextlib.suppress(ValueError):  # the record need not say what a branch has to know
                branch(run, iteration)
        kinds = [kind for kind in FORMATS if kind != "onnx"]
        exported = export_all(run, folder, data, kinds)
        for path in exported.files:
            if path.suffix == ".py":
                compile(path.read_text("utf-8"), str(path), "exec")
        if data is not None and run.config.batch_size <= 1000 and run.checkpoint.iteration < run.checkpoint.end:
            trainer = run.trainer(data)
            run.history().append(trainer.advance(3))
            trainer.close()
    assert all(one.name for one in differences(session.runs))
    is_fair_pair(session.runs[0], session.runs[-1])


def report(session, dataset):
    """Write the report on a session that has the data set's size."""
    run = session.run
    if run.model.n_inputs == dataset.n_inputs:
        about = ReportInput(run.model, run.config, dataset, run.model_iteration, curves=Curves.of(run.history()))
        assert "<html" in html(compose(about, measure(about, UNWATCHED)))


def test_a_header_that_promises_too_much_costs_nothing(tmp_path):
    path = tmp_path / "a.dae"
    for shape, end in (([2**40], 4), ([2**40], 2**42), ([2**62, 2**62], 4), ([1], 2**64)):
        header = json.dumps({"W": {"dtype": "F32", "shape": shape, "data_offsets": [0, end]}}).encode()
        path.write_bytes(struct.pack("<Q", len(header)) + header + b"1234")
        tracemalloc.start()
        assert opens(path) is None
        assert tracemalloc.get_traced_memory()[1] < 1_000_000
        tracemalloc.stop()


def test_types_of_numbers_that_numpy_lacks_are_refused(written, tmp_path):
    arrays, texts = read_container(written[0])
    whole = {**texts, "checksum": checksum(arrays, texts)}
    content = bytearray(safetensors.numpy.save({**arrays, "x": np.zeros(4, np.uint16)}, whole))
    for kind in (b"U16", b"I16", b"F16"):
        (tmp_path / "b.dae").write_bytes(bytes(content).replace(b'"dtype":"U16"', b'"dtype":"' + kind + b'"'))
        assert opens(tmp_path / "b.dae") is None
    (tmp_path / "b.dae").write_bytes(bytes(content).replace(b'"dtype":"U16"', b'"dtype":"BF16"'[:13] + b'"'))
    assert opens(tmp_path / "b.dae") is None
