#!/usr/bin/env bash
# Try what `make bundle` built as a user gets it: in a bare Debian 12 without Python and compiler, offline, not as root.
#
#     sudo packaging/try_bundle.sh [DIST]    needs debootstrap, xvfb, xdotool, imagemagick; keeps the root in build/bare
#
# The single file trains, sweeps in two processes, runs a student's code, opens its window, in which a run is trained, a
# digit drawn and all of it saved; a second start compiles nothing; the package installs, opens a .dae file as a double
# click does, and leaves nothing when it is removed.
set -euo pipefail
cd "$(dirname "$0")/.."
bare=$PWD/build/bare dist=${1:-$PWD/dist} home=/home/student
# What every desktop brings: the libraries of the display, a font, and what knows types of files.
desktop=libegl1,libgl1,libxcb1,fonts-dejavu-core,shared-mime-info,desktop-file-utils,libglib2.0-bin
TIMEFORMAT='   %R s'

say() { printf '\n== %s\n' "$*"; }
fail() { printf 'FAILED: %s\n' "$*" >&2; exit 1; }
within() { # seconds, command …: until it holds
    local end=$(($(date +%s) + $1)); shift
    until "$@" >/dev/null 2>&1; do [ "$(date +%s)" -lt "$end" ] || fail "it did not happen: $*"; sleep 0.1; done
}
# A program in the bare root with processes of its own and without a network; the first word is who runs it.
inside() {
    local who=$1; shift
    unshare --net --pid --fork --kill-child chroot --userspec="$who" "$bare" /usr/bin/env -i HOME=$home LANG=C.UTF-8 \
        PATH=/usr/bin:/bin:/usr/sbin:/sbin DISPLAY="$DISPLAY" sh -c 'cd && exec "$@"' sh "$@"
}
student() { inside 1000:1000 "$@"; }
studio() { student ./dae-studio.run "$@"; }
find_window() { window=$(xdotool search --onlyvisible --name "$1" | tail -1); [ -n "$window" ]; }
press() { xdotool windowfocus "$window" key --delay 50 "$@"; }
close_window() { press ctrl+q; within 60 bash -c "! xdotool search --onlyvisible --name 'Denoising Autoencoder Studio'"; }
opens() { # title, command …: how long until the window is there
    local title=$1 begun; shift
    begun=$(date +%s%N)
    "$@" >/dev/null 2>&1 &
    within 300 find_window "$title"
    echo "   window after $((($(date +%s%N) - begun) / 1000000)) ms"
}

[ -x "$bare/usr/bin/gio" ] || debootstrap --variant=minbase --include="$desktop" bookworm "$bare"
rm -rf "${bare:?}$home"
install -d -o 1000 -g 1000 "$bare$home"
install -d -m 1777 "$bare/tmp" "$bare/tmp/.X11-unix" "$bare/dev/shm"
install -o 1000 "$dist"/*.run "$bare$home/dae-studio.run"
cp "$dist"/*.deb "$bare/tmp/dae-studio.deb"
said=$(mktemp)
trap 'kill $(jobs -p) 2>/dev/null; umount "$bare"/{proc,dev/shm,tmp/.X11-unix} 2>/dev/null; rm -f "$said"' EXIT
umount "$bare"/{proc,dev/shm,tmp/.X11-unix} 2>/dev/null || true
mount -t proc proc "$bare/proc"
mount -t tmpfs -o mode=1777 tmpfs "$bare/dev/shm"
mount --bind /tmp/.X11-unix "$bare/tmp/.X11-unix"
Xvfb -displayfd 3 -screen 0 1440x900x24 -nolisten tcp 3>"$said" 2>/dev/null &
within 20 test -s "$said"
DISPLAY=:$(cat "$said")
export DISPLAY

say "The root has neither Python nor a compiler, and no network"
student sh -c 'for name in python3 python cc gcc; do ! command -v $name || exit 1; done; ! getent hosts debian.org'

say "Without a display: a sentence"
sentence=$(student env -u DISPLAY ./dae-studio.run 2>&1) && fail "it ended well"
echo "${sentence##*$'\n'}"
[[ $sentence == *"dae-studio train"* ]]

say "It trains; the second time nothing is compiled"
studio --version
for name in first second; do
    touch "$bare$home/before"
    time studio train --data digits --iterations 2000 --out $name.safetensors >/dev/null
done
new=$(find "$bare$home/.cache/dae-studio/compiled" -newer "$bare$home/before" -type f)
[ -z "$new" ] || fail "compiled anew: $new"

say "It sweeps in two processes"
time studio sweep --data digits --set hidden=30,60 --iterations 500 --jobs 2 --out runs

say "A student's code runs in the sandbox"
cat > "$bare$home/code.py" <<'CODE'
def backward(x, x0, z, y, W, V):
    dy = y - x0
    dz = (V @ dy) * (z > 0)
    return np.outer(x, dz), dz, np.outer(z, dy), dy
CODE
time studio train --data digits --code code.py --iterations 200 >/dev/null

say "A home that cannot be written"
chmod a-w "$bare$home"; mv "$bare$home/.cache" "$bare/tmp/cache"
student env TMPDIR=/tmp ./dae-studio.run train --data digits --iterations 100 >/dev/null
mv "$bare/tmp/cache" "$bare$home/.cache"; chmod u+w "$bare$home"

say "The window of the single file: trains, draws, saves"
for _ in 1 2 3; do opens "Denoising Autoencoder Studio" studio --data digits; sleep 3; close_window; done
opens "Denoising Autoencoder Studio" studio --data digits
sleep 8 # the data come behind the first paint
press F5
within 300 find_window "Unsaved session"
xdotool mousemove 505 640 mousedown 1
for y in 660 690 720 750 780 800; do xdotool mousemove 505 $y; sleep 0.1; done
xdotool mouseup 1
sleep 10
press F8
sleep 2
import -window root build/window.png
press ctrl+s
within 60 find_window "Save the session"
xdotool windowfocus "$window" type --delay 50 "$home/drawn.dae"
press Return
within 60 test -s "$bare$home/drawn.dae"
head -c 100000 "$bare$home/drawn.dae" | grep -aq '"drawings/0"' || fail "the drawing is not in the session"
studio runs drawn.dae
within 60 find_window "^drawn – "
close_window

say "The package: installs, opens a .dae file as a double click does, and leaves nothing"
rm -rf "${bare:?}$home/.cache"
inside 0:0 dpkg -i /tmp/dae-studio.deb | tail -1
inside 0:0 dpkg -L dae-studio | sort > "$said"
student dae-studio --version
student gio info -a standard::content-type drawn.dae | tail -1
# It leaves at once, and what began with it ends with its process namespace: somebody has to stay.
opens "^drawn – " student sh -c 'gio open drawn.dae && sleep 600'
close_window
inside 0:0 dpkg -r dae-studio 2>&1 | tail -1
while read -r path; do
    [ ! -e "$bare$path" ] || [ "$path" = /. ] || inside 0:0 dpkg -S "$path" </dev/null >/dev/null || fail "$path is left"
done < "$said"
left=$(find "$bare" -xdev -name '*dae-studio*' -not -path "$bare$home/*" -not -path "$bare/tmp/*" -not -path "$bare/var/*")
[ -z "$left" ] || fail "left: $left"

if [ -x .venv/bin/dae-studio ]; then
    say "For comparison: the window from source"
    for _ in 1 2 3; do opens "Denoising Autoencoder Studio" .venv/bin/python -m dae_gui --data digits; sleep 3; close_window; done
fi
say "All is well"
