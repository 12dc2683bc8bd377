#!/bin/sh
# Print the first interpreter that can make the virtual environment: Python 3.11 or newer, with venv and pip's bootstrap.
# A name that exists but does not run (a version manager's placeholder) is passed over.
set -u
tried=""
for name in ${PYTHON:-} python3.13 python3.12 python3.11 python3; do
    command -v "$name" >/dev/null 2>&1 || continue
    version=$("$name" -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null) || continue
    tried="$tried $name=$version"
    "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || continue
    if ! "$name" -c 'import venv, ensurepip' >/dev/null 2>&1; then
        tried="$tried(without venv: on Debian or Ubuntu, apt-get install python$version-venv)"
        continue
    fi
    echo "$name"
    exit 0
done
echo "Day Zero needs Python 3.11 or newer with the venv module. Found:${tried:- no Python at all}." >&2
echo "Install one, or name it: make PYTHON=/path/to/python3.12" >&2
exit 1
