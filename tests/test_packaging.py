"""What is promised about installing: every version pinned, complete wheels, a licence, plain words when things lack."""

import configparser
import re
import subprocess
import sys
import tomllib
import xml.etree.ElementTree as ET
from importlib import metadata
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

from dae_gui.support.file_kinds import OWN_ENDINGS

ROOT = Path(__file__).parent.parent
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
PROJECT = PYPROJECT["project"]
PIN_LINES = [line for line in (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines() if line[:1] != "#"]
PINS = {canonicalize_name(name): version for name, _, version in (line.partition("==") for line in PIN_LINES)}

# The systems and Pythons that the pins are for.
ENVIRONMENTS = [
    {"python_version": python, "python_full_version": f"{python}.0", "sys_platform": system, "platform_system": name}
    for python in ("3.11", "3.12", "3.13")
    for system, name in (("linux", "Linux"), ("win32", "Windows"), ("darwin", "Darwin"))
]


def is_needed(requirement: Requirement, extras: frozenset[str]) -> bool:
    marker = requirement.marker
    return marker is None or any(
        marker.evaluate({**environment, "extra": extra}) for environment in ENVIRONMENTS for extra in {"", *extras}
    )


def all_requirements() -> list[Requirement]:
    """Follow the dependencies, as far as they are installed: the lint tools need not be."""
    extras = PROJECT["optional-dependencies"]
    waiting = [Requirement(text) for text in PROJECT["dependencies"]]
    waiting += [Requirement(text) for name in ("test", "lint", "bundle", "docs") for text in extras[name]]
    waiting += [Requirement(text) for text in PYPROJECT["build-system"]["requires"]]
    found: dict[str, Requirement] = {}
    while waiting:
        requirement = waiting.pop()
        if str(requirement) in found:
            continue
        found[str(requirement)] = requirement
        try:
            texts = metadata.requires(requirement.name) or []
        except metadata.PackageNotFoundError:
            continue
        further = map(Requirement, texts)
        waiting += [r for r in further if is_needed(r, frozenset(requirement.extras))]
    return list(found.values())


def test_every_dependency_is_pinned_to_a_version_that_fits() -> None:
    requirements = all_requirements()
    assert len(requirements) > len(PROJECT["dependencies"])
    wrong = [
        str(requirement)
        for requirement in requirements
        if not requirement.specifier.contains(PINS.get(canonicalize_name(requirement.name), "none"), prereleases=True)
    ]
    assert wrong == []


def test_constraints_hold_names_and_versions_only() -> None:
    assert [line for line in PIN_LINES if not re.fullmatch(r"[A-Za-z0-9._-]+==[0-9][A-Za-z0-9.]*", line)] == []
    assert len(PINS) == len(PIN_LINES)


def test_every_package_is_in_the_wheel() -> None:
    folders = {path.parent for name in ("dae_core", "dae_gui") for path in (ROOT / name).rglob("__init__.py")}
    packages = {".".join(folder.relative_to(ROOT).parts) for folder in folders}
    assert set(PYPROJECT["tool"]["setuptools"]["packages"]) == packages | {"dae_gui.resources"}
    assert any((ROOT / "resources").rglob("*.*"))


def test_installed_metadata_is_that_of_the_checkout() -> None:
    installed = metadata.metadata("dae-studio")
    assert installed["Version"] == PROJECT["version"]
    assert SpecifierSet(installed["Requires-Python"]) == SpecifierSet(PROJECT["requires-python"])
    (script,) = metadata.entry_points(group="console_scripts", name="dae-studio")
    assert callable(script.load())


def test_licence() -> None:
    text = (ROOT / "LICENSE").read_text(encoding="utf-8")
    assert text.startswith("BSD 3-Clause License")
    assert "2026, Denoising Autoencoder Studio contributors" in text


@pytest.fixture
def system_libraries(monkeypatch: pytest.MonkeyPatch):
    """The script, on a Debian that lacks two libraries and may only be changed by root."""
    monkeypatch.syspath_prepend(str(ROOT / "tools"))
    import system_libraries

    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(sys, "argv", ["system_libraries.py", "--xcb"])
    monkeypatch.setattr(system_libraries, "can_load", lambda name: name not in {"libxcb-cursor.so.0", "libEGL.so.1"})
    monkeypatch.setattr(system_libraries, "has_font", lambda: True)
    monkeypatch.setattr(system_libraries.apt, "is_available", lambda: True)
    monkeypatch.setattr("os.geteuid", lambda: 1000, raising=False)
    yield system_libraries
    del sys.modules["system_libraries"], sys.modules["apt"]


def test_missing_libraries_are_named_with_the_command_that_gets_them(system_libraries, capsys) -> None:
    assert system_libraries.main() == 1
    assert "    sudo apt-get install -y --no-install-recommends libegl1 libxcb-cursor0\n" in capsys.readouterr().err


def test_missing_libraries_elsewhere_than_on_debian(system_libraries, monkeypatch, capsys) -> None:
    monkeypatch.setattr(system_libraries.apt, "is_available", lambda: False)
    assert system_libraries.main() == 1
    message = capsys.readouterr().err
    assert "libEGL.so.1, libxcb-cursor.so.0" in message
    assert "apt-get" not in message


def test_libraries_are_installed_by_root(system_libraries, monkeypatch) -> None:
    commands = []

    def run(command, **_):
        commands.append(command)
        system_libraries.can_load = lambda _: True
        return subprocess.CompletedProcess(command, 0)

    monkeypatch.setattr("os.geteuid", lambda: 0, raising=False)
    monkeypatch.setattr(system_libraries.apt.subprocess, "run", run)
    assert system_libraries.main() == 0
    assert [command[:2] for command in commands] == [["apt-get", "update"], ["apt-get", "install"]]


def test_nothing_to_do_on_windows_and_macos(system_libraries, monkeypatch) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    assert system_libraries.main() == 0


def test_what_the_desktops_are_told_is_what_the_program_opens(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(ROOT / "packaging"))
    import linux

    assert {ending for ending, _, _ in linux.KINDS} == set(OWN_ENDINGS)
    space = "{http://www.freedesktop.org/standards/shared-mime-info}"
    types = ET.fromstring(linux.MIME_PACKAGE.encode()).findall(f"{space}mime-type")  # noqa: S314 - our own
    assert {kind.find(f"{space}glob").get("pattern") for kind in types} == {f"*{ending}" for ending in OWN_ENDINGS}
    entry = configparser.RawConfigParser(delimiters=("=",))
    entry.read_string(linux.DESKTOP)
    assert entry["Desktop Entry"]["MimeType"] == "".join(f"{kind.get('type')};" for kind in types)
    installer = (ROOT / "packaging" / "windows.nsi").read_text(encoding="utf-8")
    for ending in OWN_ENDINGS:
        assert (installer.count(f'Open "{ending}"'), installer.count(f'Forget "{ending}"')) == (1, 1)
    del sys.modules["linux"]


def test_the_readme_names_files_of_this_version() -> None:
    named = re.findall(r"dae[-_]studio[-_](\d[\w.]*?)[-_]", (ROOT / "README.md").read_text(encoding="utf-8"))
    assert set(named) == {PROJECT["version"]}
