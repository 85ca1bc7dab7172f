#!/bin/sh
# Denoising Autoencoder Studio in one file. The first start unpacks it into your cache folder, later ones run it there;
# where nothing can be written there, each start unpacks it into a temporary folder. No Python is needed.
set -eu
fail() { echo "Denoising Autoencoder Studio: $*" >&2; exit 1; }
unpack() { tail -n "+@FIRST@" "$0" | tar -xzf - -C "$1" || fail "it could not be unpacked into $1; is there 1 GB free?"; }
cache="${XDG_CACHE_HOME:-${HOME:-/nonexistent}/.cache}/dae-studio"
place="$cache/bundle-@ID@"
if [ ! -x "$place/dae-studio" ]; then
    if ! { mkdir -p "$cache" && part=$(mktemp -d "$cache/unpacking-XXXXXX"); } 2>/dev/null; then
        part=$(mktemp -d) || fail "there is no folder that can be written"
        trap 'rm -rf "$part"' EXIT
        unpack "$part"
        "$part/dae-studio/dae-studio" "$@"
        exit
    fi
    trap 'rm -rf "$part"' EXIT
    echo "Unpacking, once…" >&2
    unpack "$part"
    mv -T "$part/dae-studio" "$place" 2>/dev/null || [ -x "$place/dae-studio" ] || fail "$place could not be made"
    rm -rf "$part"
fi
exec "$place/dae-studio" "$@"
