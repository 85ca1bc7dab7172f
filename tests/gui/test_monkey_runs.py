"""What sees whether the monkey has lost a run."""

import importlib
from pathlib import Path
from types import ModuleType, SimpleNamespace

import pytest


@pytest.fixture
def monkey_runs(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(str(Path(__file__).parents[2] / "tools"))
    return importlib.import_module("monkey_runs")


def run(key: str) -> SimpleNamespace:
    return SimpleNamespace(label=SimpleNamespace(key=key))


@pytest.mark.parametrize(
    ("number", "held", "branches", "is_complete", "lost"),
    [
        pytest.param(0, (), {}, True, 1, id="gone"),
        pytest.param(0, ("a",), {}, True, 0, id="deleted"),
        pytest.param(1, (), {}, True, 0, id="another session"),
        pytest.param(0, (), {"a": 5}, True, 0, id="unused branch"),
        pytest.param(0, (), {}, False, 0, id="on its way"),
    ],
)
def test_a_run_is_lost_if_it_is_gone_and_nobody_took_it_away(
    monkey_runs: ModuleType, number: int, held: tuple[str, ...], branches: dict[str, int], is_complete: bool, lost: int
) -> None:
    label = run("b").label
    runs = SimpleNamespace(is_complete=True, kept=[run("a")], held=[run("a")], label=label, _unused_branches={})
    recorder = SimpleNamespace(is_trained=True)
    document = SimpleNamespace(runs=runs, number=0)
    window = SimpleNamespace(document=document, controller=SimpleNamespace(recorder=recorder))
    told: list[str] = []
    watch = monkey_runs.RunWatch(window, told.append)
    watch.look()
    document.number, runs.is_complete = number, is_complete
    runs.kept, runs.held, runs._unused_branches = [], [run(key) for key in held], branches
    watch.look()
    assert len(told) == lost
