#!/bin/sh
# Prints the path of a Python that can run the studio.
# Each candidate is run, not only looked up: pyenv leaves names in the path that do nothing but fail.

for name in python3 python3.13 python3.12 python3.11; do
    path=$("$name" -c 'import sys; print(sys.executable * ((3, 11) <= sys.version_info < (3, 14)))' 2>/dev/null)
    if [ -n "$path" ]; then
        echo "$path"
        exit 0
    fi
done

{
    echo "The studio needs Python 3.11, 3.12 or 3.13, and none of them runs here under the name python3, python3.13,"
    echo "python3.12 or python3.11. Debian 12 and 13 and Ubuntu 24.04 have one: sudo apt-get install python3 python3-venv"
} >&2
exit 1
