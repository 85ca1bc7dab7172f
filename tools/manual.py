"""Builds the manual: gathers its pages, writes the reference from the program's tables, and calls Sphinx.

    python tools/manual.py             into resources/manual, where the window's help and the wheel find it
    python tools/manual.py --check     nowhere, and without the pictures of the gallery, whose scripts the tests run

A warning of Sphinx ends it, and so does a public name of dae_core that has no place in the reference.
"""

import re
import shutil
import sys
from pathlib import Path

import manual_api
import manual_gallery
import manual_reference
from PIL import Image
from sphinx.cmd.build import main as sphinx

from dae_gui.window.help_pages import PAGES

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"
BUILD = ROOT / "build" / "manual"
MANUAL = ROOT / "resources" / "manual"
_WIDEST = 1000  # pixels of a picture

# The pictures of a page of the help, of docs/tour, each light and dark.
_PICTURES = {
    "start": ("first",),
    "lessons": ("lesson",),
    "your-code": ("code",),
    "data-sets": ("dataset",),
    "filters": ("lens",),
    "unit": ("unit",),
    "any-good": ("comparison",),
    "other-noise": ("mismatch",),
    "health": ("health",),
    "where-to": ("manifold",),
    "the-code": ("probe", "map"),
    "one-step": ("step",),
    "report": ("report",),
    "time-machine": ("timeline", "film"),
    "runs": ("runs", "overlay", "pair", "chart", "sweep"),
    "export": ("export", "picture"),
    "sessions": ("offer",),
    "log": ("log",),
    "finding": ("palette",),
    "view": ("present",),
}

# What a page of the help leads to beyond the help.
_FURTHER = {
    "start": ("../tutorials/first-minute.md",),
    "exercise": ("../tutorials/exercise.md",),
    "training": ("../models.md", "../reference/settings.md"),
    "curves": ("../explanations/linear-bound.md", "../explanations/averaging.md"),
    "filters": ("../explanations/w-and-v.md", "../explanations/sparsity.md"),
    "denoise": ("../explanations/why-denoise.md",),
    "data-sets": ("../tutorials/own-images.md", "../own_images.md"),
    "unit": ("../explanations/w-and-v.md",),
    "any-good": ("../explanations/honest-evaluation.md", "../explanations/linear-bound.md"),
    "health": ("../explanations/sparsity.md",),
    "where-to": ("../representation.md",),
    "the-code": ("../representation.md",),
    "lessons": ("../lessons.md",),
    "runs": ("../tutorials/first-sweep.md",),
    "sessions": ("../reference/files.md",),
    "export": ("../reference/files.md",),
    "keyboard": ("../reference/keys.md",),
}


def gather(pages: Path, draws: bool) -> None:
    """Copy the pages that were written by hand, and write those that follow from the program."""
    shutil.rmtree(pages, ignore_errors=True)
    shutil.copytree(DOCS, pages, ignore=shutil.ignore_patterns("*.py"))
    window = pages / "window"
    window.mkdir()
    for name, page in PAGES.items():
        (window / f"{name}.md").write_text(_with_pictures(page.text, name), encoding="utf-8")
    index = [
        "# The window",
        "",
        "A page for each part of it, which **F1** opens.",
        "",
        "```{toctree}",
        ":maxdepth: 1",
        "",
    ]
    (window / "index.md").write_text("\n".join([*index, *PAGES, "```", ""]), encoding="utf-8")
    manual_reference.write(pages / "reference")
    manual_api.write(pages / "api")
    manual_gallery.write(DOCS / "gallery", pages / "gallery", draws)
    _shrink(pages)


def _with_pictures(text: str, name: str) -> str:
    parts = [text]
    for picture in _PICTURES.get(name, ()):
        parts += [f"![](../tour/{picture}-{theme}.png){{.only-{theme}}}\n" for theme in ("light", "dark")]
    if name in _FURTHER:
        parts.append("Further: " + ", ".join(f"[](<{path}>)" for path in _FURTHER[name]) + ".\n")
    return "\n".join(parts)


def _shrink(pages: Path) -> None:
    """Make every picture WebP, no wider than is seen, and have the pages name it so."""
    for path in pages.rglob("*.png"):
        with Image.open(path) as image:
            height = round(image.height * min(1, _WIDEST / image.width))
            small = image.convert("RGB").resize((min(image.width, _WIDEST), height), Image.Resampling.LANCZOS)
        small.save(path.with_suffix(".webp"), quality=75, method=6)
        path.unlink()
    for path in pages.rglob("*.md"):
        text = path.read_text(encoding="utf-8")
        path.write_text(re.sub(r"(!\[[^\]]*\]\([^)]+)\.png\)", r"\1.webp)", text), encoding="utf-8")


def main() -> int:
    """Build the manual and return the exit code."""
    is_check = "--check" in sys.argv[1:]
    pages, html = BUILD / "pages", BUILD / "html"
    gather(pages, draws=not is_check)
    options = ["-q", "-W", "--keep-going", "-j", "auto", "-c", str(DOCS), "-d", str(BUILD / "doctrees")]
    if code := int(sphinx([*options, "-b", "html", str(pages), str(html)])):
        return code
    if missing := manual_api.missing(html / "objects.inv"):
        print("The reference lacks public names:", *missing, sep="\n  ", file=sys.stderr)
        return 1
    if not is_check:
        shutil.rmtree(MANUAL, ignore_errors=True)
        shutil.copytree(html, MANUAL, ignore=shutil.ignore_patterns(".*", "_sources", "objects.inv"))
        size = sum(path.stat().st_size for path in MANUAL.rglob("*") if path.is_file())
        print(f"The manual is in {MANUAL}: {size / 1e6:.1f} MB; it begins with index.html.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
