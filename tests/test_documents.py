"""What the documents and docstrings name is there: files, and the picture of the layers."""

import ast
import re
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
SOURCES = sorted(path for package in ("dae_core", "dae_gui") for path in (ROOT / package).rglob("*.py"))
DOCUMENTS = sorted((*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "resources" / "help").glob("*.md")))
FOLDERS = [path for path in ROOT.iterdir() if path.is_dir() and path.name not in (".venv", "build", "dist")]
FILES = {path.relative_to(ROOT).as_posix() for folder in FOLDERS for path in folder.rglob("*.py")}
NAMES = {Path(file).name for file in FILES}
NAMED = re.compile(r"(?<![\w./-])((?:\w+/)*\w+\.py)\b")
NOT_OURS = {"rebuild.py", "recipe.py", "run.py"}  # written by the export


def missing(text: str) -> list[str]:
    """Return the Python files that a text names and that are not there, by path or by name alone."""
    named = set(NAMED.findall(text)) - NOT_OURS
    return sorted(name for name in named if name not in FILES and ("/" in name or name not in NAMES))


@pytest.mark.parametrize("document", [path for path in DOCUMENTS if path.name != "CHANGELOG.md"], ids=lambda p: p.name)
def test_files_that_a_document_names_are_there(document: Path) -> None:
    assert missing(document.read_text(encoding="utf-8")) == []


def test_files_that_docstrings_and_comments_name_are_there() -> None:
    wrong = {}
    for path in SOURCES:
        text = path.read_text(encoding="utf-8")
        nodes = (n for n in ast.walk(ast.parse(text)) if isinstance(n, ast.Module | ast.ClassDef | ast.FunctionDef))
        texts = [ast.get_docstring(node) or "" for node in nodes]
        texts += [line.partition("#")[2] for line in text.splitlines() if "#" in line]
        if found := missing("\n".join(texts)):
            wrong[path.relative_to(ROOT).as_posix()] = found
    assert wrong == {}


def test_the_picture_of_the_layers_is_that_of_the_contracts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(ROOT / "tools"))
    import layers_picture

    assert layers_picture.PICTURE.read_text(encoding="utf-8") == layers_picture.draw()
    sys.modules.pop("layers_picture")
