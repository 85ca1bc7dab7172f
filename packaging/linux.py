"""What Linux gets of the bundle: an archive to unpack, one file that unpacks itself once, and a package for Debian."""

import gzip
import hashlib
import shutil
import subprocess
import tarfile
from pathlib import Path

PROGRAM, TITLE = "dae-studio", "Denoising Autoencoder Studio"
HERE = Path(__file__).resolve().parent
COMPLETED = "dae_core.commands.program.parser_of_all"

# Ending, what the desktop calls it, MIME type. No magic: the start of a session is that of any safetensors file.
KINDS = (
    (".dae", "session", "application/x-dae-studio-session"),
    (".lesson", "lesson", "application/x-dae-studio-lesson"),
    (".handin", "hand-in", "application/x-dae-studio-hand-in"),
)
DESKTOP = f"""[Desktop Entry]
Type=Application
Name={TITLE}
GenericName=Neural network laboratory
Comment=Train a denoising autoencoder on handwritten digits and watch it learn
Icon={PROGRAM}
TryExec={PROGRAM}
Exec={PROGRAM} %f
Terminal=false
Categories=Education;ArtificialIntelligence;
MimeType={"".join(f"{mime};" for _, _, mime in KINDS)}
StartupWMClass={PROGRAM}
"""
_TYPES = "".join(
    f"""  <mime-type type="{mime}">
    <comment>{TITLE} {kind}</comment>
    <icon name="{PROGRAM}"/>
    <glob pattern="*{ending}"/>
  </mime-type>
"""
    for ending, kind, mime in KINDS
)
MIME_PACKAGE = f"""<?xml version="1.0" encoding="UTF-8"?>
<mime-info xmlns="http://www.freedesktop.org/standards/shared-mime-info">
{_TYPES}</mime-info>
"""
# What Qt's libraries want of the system, and every desktop has.
CONTROL = """Package: {program}
Version: {version}
Architecture: amd64
Maintainer: Denoising Autoencoder Studio contributors
Section: education
Priority: optional
Installed-Size: {kilobytes}
Depends: libc6 (>= 2.36), libegl1, libgl1, libxcb1, shared-mime-info, desktop-file-utils, fonts-dejavu-core
Description: laboratory to train a denoising autoencoder and watch it learn
 The error and the sparsity live, the filters of both layers forming, and your
 own handwriting cleaned by the weights of this very moment. Works offline.
"""


def pack(folder: Path, out: Path, build: Path, version: str, time: int, scripts: Path) -> None:
    """Write the three files, of which the first two have the same bytes for the same folder."""
    stem = f"{PROGRAM}-{version}-linux-x86_64"
    packed = _packed(folder, time)
    (out / f"{stem}.tar.gz").write_bytes(packed)
    single = out / f"{stem}.run"
    stub = (HERE / "unpack.sh").read_text(encoding="utf-8").replace("@ID@", hashlib.sha256(packed).hexdigest()[:16])
    stub = stub.replace("@FIRST@", str(stub.count("\n") + 1))
    single.write_bytes(stub.encode() + packed)
    single.chmod(0o755)
    _pack_debian(folder, out, build, version, scripts)


def _packed(folder: Path, time: int) -> bytes:
    def plain(entry: tarfile.TarInfo) -> tarfile.TarInfo:
        entry.uid = entry.gid = 0
        entry.uname = entry.gname = ""
        entry.mtime, entry.mode = time, 0o755 if entry.mode & 0o100 or entry.isdir() else 0o644
        return entry

    tar = folder.parent / f"{folder.name}.tar"
    with tarfile.open(tar, "w") as archive:
        archive.add(folder, folder.name, filter=plain)  # in the order of the names
    packed = gzip.compress(tar.read_bytes(), 6, mtime=0)
    tar.unlink()
    return packed


def _pack_debian(folder: Path, out: Path, build: Path, version: str, scripts: Path) -> None:
    root = build / "deb"
    shutil.rmtree(root, ignore_errors=True)
    shutil.copytree(folder, root / "opt" / PROGRAM, symlinks=True)
    completion = [str(scripts / "shtab"), "--shell", "bash", "--prog", PROGRAM, COMPLETED]
    completions = subprocess.run(completion, check=True, capture_output=True, text=True).stdout
    icon = HERE.parent / "resources" / "app.svg"
    size = sum(path.lstat().st_size for path in root.rglob("*"))
    share = root / "usr" / "share"
    texts = {
        root / "DEBIAN" / "control": CONTROL.format(program=PROGRAM, version=version, kilobytes=size // 1024),
        share / "applications" / f"{PROGRAM}.desktop": DESKTOP,
        share / "mime" / "packages" / f"{PROGRAM}.xml": MIME_PACKAGE,
        share / "icons/hicolor/scalable/apps" / f"{PROGRAM}.svg": icon.read_text("utf-8"),
        share / "bash-completion/completions" / PROGRAM: completions,
        share / "doc" / PROGRAM / "copyright": (folder / "LICENCES.txt").read_text("utf-8"),
    }
    for path, text in texts.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    link = root / "usr" / "bin" / PROGRAM
    link.parent.mkdir(parents=True)
    link.symlink_to(f"/opt/{PROGRAM}/{PROGRAM}")
    subprocess.run(["chmod", "-R", "u=rwX,go=rX", root], check=True)
    command = [
        "dpkg-deb",
        "--root-owner-group",
        "-Zzstd",
        "-z9",
        "--build",
        root,
        out / f"{PROGRAM}_{version}_amd64.deb",
    ]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
