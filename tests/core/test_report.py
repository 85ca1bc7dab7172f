"""The report measures; what it says follows the data, and its file needs nothing else."""

import dataclasses
import io
import re
from html.parser import HTMLParser
from xml.etree import ElementTree

import numpy as np
import pytest
from PIL import Image

from dae_core.datasets import Dataset
from dae_core.evaluation.comparison import Bench, Judged
from dae_core.evaluation.held_out import HeldOut
from dae_core.jobs import Cancelled, Monitor
from dae_core.model.autoencoder import AutoEncoder
from dae_core.model.corruption import Masking
from dae_core.report.compose import compose
from dae_core.report.curves import Curves
from dae_core.report.document import Document, Picture, Plot, RuledSpace, SideBySide, Table, UserWords
from dae_core.report.measurements import ReportInput, compare, measure
from dae_core.report.options import ReportOptions
from dae_core.report.topics import TOPICS
from dae_core.report.web_page import html
from dae_core.sessions.report_words import ReportWords
from dae_core.sessions.run import Label
from dae_core.training.config import TrainingConfig
from dae_core.training.history import History
from dae_core.training.trainer import Trainer
from helpers.datasets import small_dataset
from helpers.sessions import trained as trained_session

ANSWERED = ReportOptions(answers=True)
CONFIG = TrainingConfig(hidden_units=20, learning_rate=0.01, iterations=3000, schedule="linear")


@pytest.fixture(scope="module")
def trained() -> tuple[AutoEncoder, History]:
    trainer, history = Trainer(small_dataset(), CONFIG), History()
    for progress in trainer.run():
        history.append(progress)
    history.held_out += [(1, 60.0), (3000, 20.0)]
    trainer.close()
    return trainer.model, history


def about(model: AutoEncoder, history: History | None = None, **changes: object) -> ReportInput:
    curves = None if history is None else Curves.of(history)
    made = ReportInput(model, CONFIG, small_dataset(), 3000, curves=curves, compared=20)
    return dataclasses.replace(made, **changes)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def document(trained: tuple[AutoEncoder, History]) -> Document:
    given = about(*trained, seconds=1.5, when="1 May 2026")
    return compose(given, measure(given, Monitor()), options=ANSWERED)


@pytest.fixture(autouse=True)
def quick_comparison(document: Document, monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave the classical filters, which take seconds, to the report of ``document``."""

    def judge(bench: Bench, work: Monitor) -> tuple[Judged, ...]:
        work.stage(1.0, 1.0, "done")
        return (bench.judge("noisy", "as it is", bench.noisy),)

    monkeypatch.setattr("dae_core.report.measurements.judge_others", judge)


def blocks(document: Document, kind: type) -> list:
    return [block for section in document.sections for block in section.singles() if isinstance(block, kind)]


def words(document: Document) -> str:
    return re.sub(
        r"\s+", " ", re.sub(r"<[^>]+>", " ", re.sub(r"(?s)<style>.*?</style>|<svg.*?</svg>", "", html(document)))
    )


def test_every_figure_of_the_exercise_is_there(document: Document) -> None:
    captions = [block.caption for kind in (Picture, Plot) for block in blocks(document, kind)]
    for letter in "abcdef":
        assert any(caption.startswith(f"({letter}) ") for caption in captions), letter
    mosaic = next(block for block in blocks(document, Picture) if block.caption.startswith("(a)"))
    image = Image.open(io.BytesIO(mosaic.png))
    factor = image.width // (10 * 8 + 9)
    assert image.size == (factor * (10 * 8 + 9), factor * (10 * 8 + 9))
    rows = next(block for block in blocks(document, Picture) if block.caption.startswith("(f)"))
    assert Image.open(io.BytesIO(rows.png)).size[1] == (3 * 8 + 2) * (Image.open(io.BytesIO(rows.png)).width // 89)


def test_its_figures_are_those_of_an_independent_computation(
    trained: tuple[AutoEncoder, History], document: Document
) -> None:
    model, _ = trained
    held_out = HeldOut(small_dataset(), CONFIG.corruption)
    mse = float(np.mean((model.forward(held_out.noisy).y - held_out.clean) ** 2))
    assert f"MSE is {mse:.4f}" in words(document)
    cosines = [
        float(w @ v / np.sqrt((w @ w) * (v @ v)))
        for w, v in zip(model.W.T.astype(float), model.V.astype(float), strict=True)
    ]
    assert f"is {np.mean(cosines):.2f} in the mean over 20 units" in words(document)
    active = (held_out.noisy @ model.W + model.B > 0).mean()
    told = re.search(r"([\d.]+) % of the 20 units are active", words(document))
    assert told is not None
    assert float(told[1]) == pytest.approx(100 * active, abs=0.51)
    table = next(t for t in blocks(document, Table) if t.head[:1] == ("method",))
    assert [row[0] for row in table.rows][-2:] == ["best linear denoiser", "network"]
    biases = next(row for t in blocks(document, Table) for row in t.rows if row[0] == "bias")
    assert float(biases[3].replace("−", "-")) == pytest.approx(np.median(model.B), rel=0.01)


def test_the_file_is_whole_in_itself_and_well_formed(document: Document) -> None:
    text = html(document)
    assert not re.search(r"https?://(?!www\.w3\.org/2000/svg)", text)
    assert "<script" not in text
    assert "<link" not in text
    for source in re.findall(r'src="([^"]*)"', text):
        assert source.startswith("data:image/png;base64,")
    for plot in blocks(document, Plot):
        ElementTree.fromstring(plot.svg)  # noqa: S314 - it is our own
        assert "nan" not in plot.svg
    _Checker(text).check()


def test_all_text_is_escaped(trained: tuple[AutoEncoder, History]) -> None:
    dataset = small_dataset()
    evil = Dataset("<script>alert(1)</script>&\"'", dataset.train_images, None, dataset.test_images, None)
    given = about(*trained, dataset=evil, when="<b>")
    text = html(compose(given, measure(given, Monitor())))
    assert "<script>" not in text
    assert "&lt;script&gt;alert(1)" in text
    assert "<b>" not in text
    _Checker(text).check()


def test_from_weights_alone_the_curves_are_left_out_in_a_sentence(trained: tuple[AutoEncoder, History]) -> None:
    given = about(trained[0])
    document = compose(given, measure(given, Monitor()))
    assert "There are no curves" in words(document)
    assert not any(plot.caption.startswith(("(b)", "(c)")) for plot in blocks(document, Plot))


def test_random_weights_and_trained_ones_get_different_answers(
    trained: tuple[AutoEncoder, History], document: Document
) -> None:
    start = AutoEncoder.random(64, 20, np.random.default_rng(5))
    given = about(start)
    untrained = words(compose(given, measure(given, Monitor()), options=ANSWERED))
    assert "most of them are noise-like" in untrained
    assert "nothing to do with each other" in untrained
    assert "0 % lie below 0.5" in untrained
    told = words(document)
    assert "most of them are noise-like" not in told
    assert "nothing to do with each other" not in told
    assert "fell from" in told


def test_other_noise_is_measured_with_and_named(trained: tuple[AutoEncoder, History]) -> None:
    given = about(trained[0], noise=Masking(0.4))
    text = words(compose(given, measure(given, Monitor())))
    assert "noise measured with masking:0.4" in text
    held_out = HeldOut(small_dataset(), Masking(0.4))
    assert f"MSE is {held_out.evaluate(trained[0]).mse:.4f}" in text


def test_weights_without_numbers_give_a_report_that_says_so(trained: tuple[AutoEncoder, History]) -> None:
    model = trained[0].copy()
    model.V[:] = np.inf
    model.W[:] = np.nan
    model.B[:] = np.nan
    given = about(model)
    text = words(compose(given, measure(given, Monitor()), options=ANSWERED))
    assert "no numbers" in text
    assert "cannot be said" in text


@pytest.mark.parametrize(("shape", "hidden"), [((5, 9), 3), ((28, 28), 1), ((3, 2), 7)])
def test_any_shape_and_number_of_units(shape: tuple[int, int], hidden: int) -> None:
    images = np.random.default_rng(1).integers(0, 256, (60, *shape)).astype(np.uint8)
    dataset = Dataset("noise", images[:40], None, images[40:], None)
    model = AutoEncoder.random(dataset.n_inputs, hidden, np.random.default_rng(2))
    given = ReportInput(model, TrainingConfig(hidden_units=hidden), dataset, 0, compared=10)
    text = html(compose(given, measure(given, Monitor())))
    assert "(e) " in text


def test_cancelling_and_a_model_that_does_not_fit() -> None:
    model = AutoEncoder.random(64, 4, np.random.default_rng(0))
    with pytest.raises(Cancelled):
        measure(about(model), Monitor(lambda: True))
    with pytest.raises(ValueError, match="9 inputs"):
        measure(about(AutoEncoder.random(9, 4, np.random.default_rng(0))), Monitor())


def test_progress_only_grows(trained: tuple[AutoEncoder, History]) -> None:
    seen: list[float] = []
    measure(about(trained[0]), Monitor(on_progress=seen.append))
    assert [progress.fraction for progress in seen] == sorted(progress.fraction for progress in seen)
    assert seen[-1].fraction == pytest.approx(1.0)


# What the user says, and what the program leaves to them


ANSWER = ("stroke-like", "spot-like", "noise-like", "cosine", "looks for", "adds to the picture")


def test_the_graded_question_is_left_to_the_user(trained: tuple[AutoEncoder, History]) -> None:
    given = about(*trained)
    found = measure(given, Monitor())
    plain = compose(given, found)
    assert not [word for word in ANSWER if word in html(plain)]
    assert len(blocks(plain, RuledSpace)) == 1
    answered = compose(given, found, options=ANSWERED)
    assert not [word for word in ANSWER if word not in html(answered)]
    assert not blocks(answered, RuledSpace)
    written = compose(given, found, ReportWords.of({"features": "Strokes, and V is W turned round."}))
    assert not [word for word in ANSWER if word in html(written)]
    assert "Strokes, and V is W turned round." in html(written)
    assert not blocks(written, RuledSpace)


def test_every_part_has_room_for_words_which_are_told_apart(trained: tuple[AutoEncoder, History]) -> None:
    given = about(*trained)
    texts = {key: f"mine on {key}" for key, topic in TOPICS.items() if topic.prompt}
    document = compose(given, measure(given, Monitor()), ReportWords.of({**texts, "author": " Ada\n Lovelace "}))
    for section in document.sections:
        mine = [block.text for block in section.singles() if isinstance(block, UserWords)]
        key = next(key for key, topic in TOPICS.items() if topic.title == section.title)
        assert mine == ([texts[key]] if key in texts else [])
    page = html(document)
    for text in (block.text for block in blocks(document, UserWords)):
        assert f'<div class="words"><p class="label">In my own words</p><p dir="auto">{text}</p></div>' in page
    assert ("by", "Ada Lovelace") in document.facts
    assert "Ada Lovelace" in document.head


HOSTILE = "<script>alert(1)</script> & <b>bold</b>\n" + "x" * 10_000 + "\nשלום 😀 👩‍🚀 مرحبا \u202eevil"


def test_words_are_shown_letter_by_letter(trained: tuple[AutoEncoder, History]) -> None:
    given = about(*trained)
    page = html(compose(given, measure(given, Monitor()), ReportWords.of({"summary": HOSTILE, "author": "<i>"})))
    assert "<script" not in page
    assert "<b>" not in page
    assert "<i>" not in page
    _Checker(page).check()
    shown = _Checker(page).text()
    assert HOSTILE in shown


def test_mosaics_stand_side_by_side(document: Document) -> None:
    rows = [block for section in document.sections for block in section.blocks if isinstance(block, SideBySide)]
    captions = [[block.caption[:3] for block in row.blocks if isinstance(block, Picture)] for row in rows]
    assert ["(d)", "(e)"] in captions


def test_the_comparison_can_be_left_out_and_added(trained: tuple[AutoEncoder, History]) -> None:
    given = about(*trained)
    without = measure(given, Monitor(), compares=False)
    assert "Is it any good?" not in [section.title for section in compose(given, without).sections]
    found = compare(given, without, Monitor())
    assert "Is it any good?" in [section.title for section in compose(given, found).sections]
    left_out = compose(given, found, options=ReportOptions(comparison=False))
    assert "Is it any good?" not in [section.title for section in left_out.sections]


def test_runs_are_compared_where_there_are_several(trained: tuple[AutoEncoder, History]) -> None:
    first = trained_session(iterations=300).run
    config = dataclasses.replace(first.config, seed=7)
    other = dataclasses.replace(first, checkpoint=dataclasses.replace(first.checkpoint, config=config))
    other = dataclasses.replace(other, label=Label.new("Run <2>"), figures=None)
    given = about(trained[0], runs=(first, other), key=first.label.key)
    found = measure(given, Monitor(), compares=False)
    document = compose(given, found)
    table = next(block for block in blocks(document, Table) if block.head[:1] == ("run",))
    assert table.head == ("run", "seed", "iterations", "MSE", "PSNR", "sparsity")
    assert [row[0] for row in table.rows] == [f"{first.label.name} (this report)", "Run <2>"]
    assert [row[1] for row in table.rows] == [str(first.config.seed), "7"]
    assert table.rows[1][3:] == ("–", "–", "–")
    assert "Run &lt;2&gt;" in html(document)
    for alone in (dataclasses.replace(given, runs=(first,)), given):
        options = ReportOptions(runs=alone is not given)
        assert "The runs side by side" not in [s.title for s in compose(alone, found, options=options).sections]


class _Checker(HTMLParser):
    """Every element that is opened is closed, in order."""

    _EMPTY = ("meta", "img", "br")

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.shown: list[str] = []
        self._text = text

    def check(self) -> None:
        self.feed(self._text)
        assert self.open == []

    def text(self) -> str:
        self.feed(self._text)
        return "".join(self.shown)

    def handle_data(self, data: str) -> None:
        self.shown.append(data)

    def handle_starttag(self, tag: str, attrs: object) -> None:  # noqa: ARG002
        if tag not in self._EMPTY:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: object) -> None:
        pass

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag
