"""Sphinx's settings for the manual, which `make docs` builds from the pages that tools/manual.py has gathered."""

import re
import sys
import tomllib
from pathlib import Path

from sphinx.application import Sphinx

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

project = "Denoising Autoencoder Studio"
author = "Denoising Autoencoder Studio contributors"
copyright = "2026, " + author  # noqa: A001  # Sphinx's name for it
release = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
myst_enable_extensions = ["attrs_inline", "deflist"]
myst_heading_anchors = 3
source_suffix = {".md": "markdown", ".rst": "restructuredtext"}

html_theme = "furo"
html_title = project
html_copy_source = False
html_show_sourcelink = False
html_permalinks = False  # the window's help shows the same pages, without the theme that hides their marks
html_domain_indices = False
html_last_updated_fmt = None  # the same sources give the same files

autodoc_member_order = "bysource"
autodoc_typehints_format = "short"
autodoc_use_type_comments = False
python_use_unqualified_type_names = True
napoleon_google_docstring = False
napoleon_use_rtype = False
default_role = "py:obj"
suppress_warnings = ["ref.python"]  # of a short name such as Table Sphinx cannot tell which class is meant
html_use_index = False

_LITERAL = re.compile(r"(``.+?``|`[^`]+`)", re.DOTALL)
_MARKUP = re.compile(r"[|]|\*(?! )|(?<=\w)_(?!\w)")


def escape(_app: Sphinx, _what: str, _name: str, _object: object, _options: object, lines: list[str]) -> None:
    """Keep what is markup to Sphinx and a bar, a star or a name to us: our docstrings are plain text with literals."""
    parts = _LITERAL.split("\n".join(lines))
    parts[::2] = [_MARKUP.sub(r"\\\g<0>", part) for part in parts[::2]]
    lines[:] = "".join(parts).split("\n")


def leave_out(_app: Sphinx, _what: str, _name: str, member: object, _skip: bool, _options: object) -> bool | None:
    """Leave out what scikit-learn adds to a class, which its own manual has."""
    return True if str(getattr(member, "__module__", "")).startswith("sklearn.") else None


def setup(app: Sphinx) -> None:
    """Have docstrings escaped before napoleon reads their sections, and methods of others left out."""
    app.connect("autodoc-skip-member", leave_out)
    app.connect("autodoc-process-docstring", escape, priority=400)
