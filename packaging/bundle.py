"""Build what people get, from what is committed: the wheel, a folder with everything inside, its archives and papers.

    python packaging/bundle.py            all of it, into dist/
    python packaging/bundle.py wheel      the wheel alone

Standard library only: it makes the environment in which the rest is installed (build/bundle-env), from constraints.txt.
"""

import argparse
import hashlib
import os
import platform
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
BUILD, DIST = ROOT / "build", ROOT / "dist"
ENVIRONMENT, SOURCE = BUILD / "bundle-env", BUILD / "committed"
SCRIPTS = ENVIRONMENT / ("Scripts" if os.name == "nt" else "bin")
PYTHON = SCRIPTS / ("python.exe" if os.name == "nt" else "python")
# Qt's plugins for other devices, desktops and programs. They are deleted, and not left out when files are collected:
# what they alone need, as GTK and QML, is not collected then either.
UNUSED_PLUGINS = (
    "platformthemes/*gtk3*",
    "imageformats/*tiff*",
    "imageformats/*pdf*",
    "platforms/*eglfs*",
    "platforms/*linuxfb*",
    "platforms/*minimalegl*",
    "platforms/*vkkhr*",
    "platforms/*vnc*",
    "platforminputcontexts/*virtualkeyboard*",
    "egldeviceintegrations/*",
    "generic/*",
    "networkinformation/*",
    "tls/*",
)


def run(*command: str | Path, **environment: str) -> None:
    """Run a program, whose failure is ours."""
    subprocess.run([str(part) for part in command], check=True, cwd=ROOT, env={**os.environ, **environment})


def said(*command: str | Path) -> str:
    """Return what a program prints."""
    return subprocess.run(command, check=True, cwd=ROOT, capture_output=True, text=True).stdout.strip()


def make_environment() -> None:
    """Make the environment, with the tools and what the program needs, in the pinned versions."""
    if not PYTHON.exists():
        run(sys.executable, "-m", "venv", ENVIRONMENT)
    pip("setuptools")
    pip("--no-build-isolation", f"{SOURCE}[bundle,onnx]")


def pip(*what: str | Path) -> None:
    """Install in the environment."""
    run(PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-c", "constraints.txt", *what)


def get_committed() -> None:
    """Put what is committed into a folder: neither leftovers nor a umask of this machine get into the wheel."""
    if said("git", "status", "--porcelain", "--untracked-files=no"):
        print("bundle: there are changes that are not committed; they are left out", file=sys.stderr)
    shutil.rmtree(SOURCE, ignore_errors=True)
    SOURCE.mkdir(parents=True)
    archive = BUILD / "committed.tar"
    run("git", "-c", "tar.umask=0022", "archive", "-o", archive, "HEAD")
    shutil.unpack_archive(archive, SOURCE)
    manual = Path("resources", "manual")  # built by `make docs`, and not committed
    if (ROOT / manual).is_dir():
        shutil.copytree(ROOT / manual, SOURCE / manual)
    else:
        print("bundle: without the manual, which `make docs` builds", file=sys.stderr)


def build_wheel() -> Path:
    """Build the wheel; from the same commit the same bytes."""
    command = [PYTHON, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation", "-w", DIST, SOURCE]
    for old in DIST.glob("*.whl"):
        old.unlink()
    os.umask(0o022)  # the modes of files are in it too
    run(*command, SOURCE_DATE_EPOCH=said("git", "log", "-1", "--format=%ct"))
    (wheel,) = DIST.glob("*.whl")
    return wheel


def build_folder(wheel: Path) -> Path:
    """Build the folder with everything inside, from the wheel."""
    pip("--force-reinstall", "--no-deps", wheel)
    script = "from PySide6.QtCore import QLibraryInfo; print(QLibraryInfo.path(QLibraryInfo.LibraryPath.PluginsPath))"
    plugins = Path(said(PYTHON, "-c", script))
    for pattern in UNUSED_PLUGINS:
        for path in plugins.glob(pattern):
            path.unlink()
    spec, work = ROOT / "packaging" / "dae-studio.spec", BUILD / "pyinstaller"
    run(SCRIPTS / "pyinstaller", "-y", "--log-level", "ERROR", "--distpath", DIST, "--workpath", work, spec)
    run(PYTHON, ROOT / "packaging" / "contents.py", DIST / "dae-studio", DIST)
    return DIST / "dae-studio"


def pack(folder: Path, version: str) -> None:
    """Pack the folder as this system's users expect it."""
    if sys.platform == "linux":
        import linux

        linux.pack(folder, DIST, BUILD, version, int(said("git", "log", "-1", "--format=%ct")), SCRIPTS)
    elif sys.platform == "win32":
        run("makensis", f"/DVERSION={version}", ROOT / "packaging" / "windows.nsi")
    elif sys.platform == "darwin":
        image = DIST / f"dae-studio-{version}-macos-{platform.machine()}.dmg"
        (application,) = DIST.glob("*.app")
        run(
            "hdiutil",
            "create",
            "-ov",
            "-format",
            "UDZO",
            "-volname",
            application.stem,
            "-srcfolder",
            application,
            image,
        )


def write_checksums() -> None:
    """Write the SHA-256 of every file in dist/, in the form that ``sha256sum --check`` reads."""
    files = sorted(path for path in DIST.iterdir() if path.is_file() and path.name != "SHA256SUMS")
    lines = [f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}\n" for path in files]
    (DIST / "SHA256SUMS").write_text("".join(lines), encoding="utf-8")
    print(*(f"{path.stat().st_size / 1e6:8.1f} MB  {path.name}" for path in files), sep="\n")


def main() -> None:
    """Build what was asked for."""
    parser = argparse.ArgumentParser(description="Build the wheel and the bundles, into dist/.")
    parser.add_argument("what", nargs="?", choices=("all", "wheel"), default="all")
    what = parser.parse_args().what
    DIST.mkdir(exist_ok=True)
    get_committed()
    make_environment()
    wheel = build_wheel()
    if what == "all":
        pack(build_folder(wheel), wheel.name.split("-")[1])
        write_checksums()


if __name__ == "__main__":
    main()
