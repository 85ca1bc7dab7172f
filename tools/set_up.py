"""Make the virtual environment `.venv` and install the studio in it, with the versions of constraints.txt.

    python tools/set_up.py          what the studio needs, and `onnx`, so that Export offers all that it names
    python tools/set_up.py test     what the studio needs and the tests' tools; `lint`, `docs` and `bench` likewise

Run it with the Python that the environment is to be made with.
"""

import importlib.util
import subprocess
import sys
from pathlib import Path

import apt

VENV = Path(".venv")
PYTHON = VENV / "bin/python"


def usable() -> bool:
    """Tell whether the environment is there and works; an upgrade of the system's Python can have broken it."""
    check = "import sys, pip; sys.exit(not (3, 11) <= sys.version_info < (3, 14))"
    return PYTHON.exists() and subprocess.run([PYTHON, "-c", check], capture_output=True, check=False).returncode == 0


def make_venv() -> bool:
    """Make the environment with the Python that runs this."""
    # Debian ships Python without the part of the standard library that puts pip into a new environment.
    if not (importlib.util.find_spec("ensurepip") and importlib.util.find_spec("venv")):
        package = f"python3.{sys.version_info.minor}-venv"
        if not apt.is_available():
            print(f"{sys.executable} has no modules venv and ensurepip; please install them.", file=sys.stderr)
            return False
        print(f"{sys.executable} cannot make virtual environments: ensurepip is missing.", file=sys.stderr)
        if not apt.install([package]):
            return False
    print(f"Making {VENV} with {sys.executable} ({sys.version.split()[0]})")
    return subprocess.run([sys.executable, "-m", "venv", "--clear", VENV], check=False).returncode == 0


def install(extra: str) -> bool:
    """Install the checkout itself, editable, so that what runs is what one edits."""
    pip = [str(PYTHON), "-m", "pip", "--quiet", "--disable-pip-version-check", "install", "-c", "constraints.txt"]
    # Built with our pinned setuptools: pip's own isolated build would fetch whichever version is newest today.
    steps = (["setuptools"], ["--no-build-isolation", "--editable", f".[{extra}]"])
    return all(subprocess.run(pip + step, check=False).returncode == 0 for step in steps)


def compile_ahead() -> None:
    """Compile Python's files and the training loops, so that the first start takes no longer than later ones.

    Where that fails, nothing is said: the program does it itself when it needs it.
    """
    for step in (
        ["-m", "compileall", "-qq", "dae_core", "dae_gui"],
        ["-c", "from dae_core.model.preparing import prepare; prepare()"],
        ["-m", "dae_core.training.batch_loops", "sgd", "momentum", "adam"],
    ):
        subprocess.run([str(PYTHON), *step], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)


def main() -> int:
    """Bring the environment up to date."""
    extra = sys.argv[1] if len(sys.argv) > 1 else "onnx"
    if not usable() and not make_venv():
        print(f"{VENV} could not be made; the lines above say why.", file=sys.stderr)
        return 1
    print(f"Installing the studio and what it needs ({extra})")
    if not install(extra):
        print("The installation failed; pip's last lines above say why. It needs the network once.", file=sys.stderr)
        return 1
    compile_ahead()
    return 0


if __name__ == "__main__":
    sys.exit(main())
