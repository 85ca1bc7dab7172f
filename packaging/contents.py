"""Say what is in a bundle: a bill of materials (CycloneDX), and the licences of all of it in one file.

    python packaging/contents.py BUNDLE FOLDER

Run it with the Python of the environment that the bundle was made in. Python packages and their licences are those that
the program needs there; libraries of the system are looked up in Debian's packages.
"""

import json
import re
import subprocess
import sys
import sysconfig
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from packaging.requirements import Requirement

PROGRAM, EXTRA = "dae-studio", "onnx"
OURS = sorted(Path(__file__).with_name("licences").glob("*.txt"))  # of packages that come without, as Qt's
COMMON = re.compile(r"/usr/share/common-licenses/([\w.-]*\w)")
LICENCE_FILE = re.compile(r"(^|/)(LICEN[CS]E|COPYING|NOTICE|AUTHORS)[^/]*$", re.IGNORECASE)


@dataclass(frozen=True)
class Part:
    """A part of the bundle: name, version, licence in words, its package URL, and the files with its licences."""

    name: str
    version: str
    licence: str
    purl: str
    texts: tuple[str, ...]


def python_packages() -> Iterator[Part]:
    """Yield the program and all packages that it needs, in the order of their names."""
    waiting, found = [PROGRAM], dict[str, metadata.Distribution]()
    while waiting:
        try:
            distribution = metadata.distribution(waiting.pop())
        except metadata.PackageNotFoundError:  # for another system
            continue
        name = re.sub(r"[-_.]+", "-", distribution.name).lower()
        if name not in found:
            found[name] = distribution
            needs = map(Requirement, distribution.requires or [])
            extra = {"extra": EXTRA if name == PROGRAM else ""}
            waiting += [need.name for need in needs if need.marker is None or need.marker.evaluate(extra)]
    for name, distribution in sorted(found.items()):
        about = distribution.metadata
        licence = about["License-Expression"] or (about["License"] or "").splitlines()[:1] or ""
        texts = [str(file.locate()) for file in distribution.files or () if LICENCE_FILE.search(str(file))]
        words = licence if isinstance(licence, str) else licence[0]
        yield Part(name, distribution.version, words, f"pkg:pypi/{name}@{distribution.version}", tuple(texts))


def python_itself() -> Part:
    """Return Python as a part."""
    version = sys.version.split()[0]
    own = f"{sysconfig.get_path('stdlib')}/LICENSE.txt", f"/usr/share/doc/python{version.rpartition('.')[0]}/copyright"
    texts = tuple(path for path in own if Path(path).exists())
    return Part("python", version, "PSF-2.0", f"pkg:generic/python@{version}", texts)


def said(*command: str) -> str:
    """Return what a program prints, nothing where it fails or is missing."""
    try:
        return subprocess.run(command, capture_output=True, text=True, check=False).stdout
    except FileNotFoundError:
        return ""


def system_libraries(bundle: Path) -> Iterator[Part]:
    """Yield Debian's packages of which the bundle holds a library; none where there is no Debian."""
    names = {path.name for path in (bundle / "_internal").glob("*.so*") if not path.is_symlink()}
    # Debian knows some by /lib and some by /usr/lib, which are one folder.
    found = [said("dpkg", "-S", f"*/lib/*-linux-gnu/{name}") for name in sorted(names)]
    owners = {line.split(":")[0] for text in found for line in text.splitlines()}
    for package in sorted(owners):
        version = said("dpkg-query", "-W", "-f", "${Version}", package)
        text = Path("/usr/share/doc", package, "copyright")
        yield Part(package, version, "", f"pkg:deb/debian/{package}@{version}", (str(text),) if text.exists() else ())


def bill_of_materials(parts: list[Part]) -> str:
    """Return the bill as CycloneDX 1.6, the same bytes for the same parts."""
    version = metadata.version(PROGRAM)
    components = [
        {"type": "library", "name": part.name, "version": part.version, "purl": part.purl, "bom-ref": part.purl}
        | ({"licenses": [{"license": {"name": part.licence}}]} if part.licence else {})
        for part in parts
        if part.name != PROGRAM
    ]
    about = {"component": {"type": "application", "name": PROGRAM, "version": version, "bom-ref": PROGRAM}}
    bill = {"bomFormat": "CycloneDX", "specVersion": "1.6", "version": 1, "metadata": about, "components": components}
    return json.dumps(bill, indent=1, ensure_ascii=False) + "\n"


def licences(parts: list[Part]) -> str:
    """Return the texts of all licences, each once for all parts that have it word for word."""
    sharing: dict[str, list[str]] = {}
    for part in parts:
        title = f"{part.name} {part.version}"
        files = [Path(path) for path in part.texts] or [path for path in OURS if path.stem in part.licence]
        texts = [path.read_text(encoding="utf-8", errors="replace").strip() for path in files]
        for text in texts or [f"The package has no text of its licence; it says: {part.licence or 'nothing'}."]:
            sharing.setdefault(text, []).append(title)
    for name in sorted({name for text in sharing for name in COMMON.findall(text)}):  # to which Debian's texts point
        if (path := Path("/usr/share/common-licenses", name)).is_file():
            sharing.setdefault(path.read_text(encoding="utf-8").strip(), []).append(name)
    rule = "=" * 100
    heads = {text: ", ".join(dict.fromkeys(titles)) for text, titles in sharing.items()}
    return "".join(f"{rule}\n{head}\n{rule}\n\n{text}\n\n" for text, head in heads.items())


def main() -> None:
    """Write both: the licences into the bundle, and the bill beside it."""
    bundle, out = map(Path, sys.argv[1:])
    parts = [*python_packages(), python_itself(), *system_libraries(bundle)]
    (bundle / "LICENCES.txt").write_text(licences(parts), encoding="utf-8")
    (out / f"{PROGRAM}-{metadata.version(PROGRAM)}.cdx.json").write_text(bill_of_materials(parts), encoding="utf-8")
    print(f"{len(parts)} parts")


if __name__ == "__main__":
    main()
