"""Write `.venv/bin/dayzero`, the command that runs Day Zero in place from this checkout.

Nothing of ours is installed into site-packages, so the command is a launcher that carries the checkout's root
and works from any folder: it puts that root, not the caller's folder, first on the path.
"""

from __future__ import annotations

import shlex
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

# The first two lines are a shell script and, to Python, a string: a `#!` line cannot hold a path with spaces.
LAUNCHER = """\
#!/bin/sh
'''exec' {python} "$0" "$@"
' '''
# Written by `make`; do not edit.
import os
import runpy
import sys

# Zone data comes from the pinned tzdata package: two machines with different system zone files would
# otherwise compute different deadlines.
os.environ["PYTHONTZPATH"] = ""
sys.path[0] = {root!r}
runpy.run_module("console", run_name="__main__")
"""


def main() -> None:
    """Write the launcher if it is absent or differs; a launcher in use is replaced whole, never half."""
    target = ROOT / ".venv" / "bin" / "dayzero"
    python = '"' + str(ROOT / ".venv" / "bin" / "python") + '"'
    if shlex.split(python) != [str(ROOT / ".venv" / "bin" / "python")] or "'''" in python:
        raise SystemExit(f"the checkout's path {str(ROOT)!r} has a character a shell cannot carry; move it")
    text = LAUNCHER.format(python=python, root=str(ROOT))
    if target.exists() and target.read_text(encoding="utf-8") == text:
        return
    fresh = target.with_name("dayzero.new")
    fresh.write_text(text, encoding="utf-8")
    fresh.chmod(0o755)
    fresh.replace(target)


if __name__ == "__main__":
    main()
