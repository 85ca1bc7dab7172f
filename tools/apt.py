"""Debian's and Ubuntu's packages: install them as root, otherwise say which command does it."""

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence


def is_available() -> bool:
    """Tell whether this system installs its packages with apt."""
    return shutil.which("apt-get") is not None


def install(packages: Sequence[str]) -> bool:
    """Install `packages` if we may, otherwise print the line that does it; tell whether they were installed."""
    command = ["apt-get", "install", "-y", "--no-install-recommends", *packages]
    if os.geteuid() != 0:
        print(f"Please install what is missing, then try again:\n\n    sudo {' '.join(command)}\n", file=sys.stderr)
        return False
    print(f"Installing {' '.join(packages)}")
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    # A bare system comes without package lists, and old lists name files that are gone.
    for step in (["apt-get", "update"], command):
        done = subprocess.run(step, env=quiet, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
        if done.returncode:
            print(f"{done.stdout}\n`{' '.join(step)}` failed; its last lines above say why.", file=sys.stderr)
            return False
    return True
