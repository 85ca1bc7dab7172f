"""The manual's gallery: each script of docs/gallery is run, and shown with its picture."""

import ast
import os
import subprocess
import sys
from pathlib import Path


def write(scripts: Path, folder: Path, draws: bool) -> None:
    """Write a page for each script, with the picture that it draws into the path it is given, and a list of them."""
    folder.mkdir(exist_ok=True)
    lines = ["# Gallery", "", "Short scripts that use the library, each with the picture that it draws.", ""]
    lines += ["```{toctree}", ":maxdepth: 1", ""]
    for script in sorted(scripts.glob("[!_]*.py")):
        source = script.read_text(encoding="utf-8")
        title, _, about = (ast.get_docstring(ast.parse(source)) or script.stem).partition("\n")
        picture = folder / f"{script.stem}.png"
        page = [f"# {title.strip().rstrip('.')}", "", about.strip(), ""]
        if draws:
            environment = {**os.environ, "MPLBACKEND": "Agg", "PYTHONPATH": str(scripts.parent.parent)}
            subprocess.run([sys.executable, script, picture], check=True, env=environment)
            page += [f"![{title.strip()}]({picture.name})", ""]
        page += ["```python", source.rstrip(), "```", ""]
        (folder / f"{script.stem}.md").write_text("\n".join(page), encoding="utf-8")
        lines.append(script.stem)
    (folder / "index.md").write_text("\n".join([*lines, "```", ""]), encoding="utf-8")
