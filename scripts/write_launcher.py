"""Write `.venv/bin/dayzero`, the command that runs Day Zero in place from this checkout.

Nothing of ours is installed into site-packages, so the command is a launcher that carries the checkout's root
and works from any folder: it puts that root, not the caller's folder, first on the path.
"""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

# The second line is a command to the shell and the start of a string to Python: `#!` cannot hold a path
# with spaces.
_LAUNCHER = """\
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
# A process that the command starts reads this file too, and must not run the command again.
if __name__ == "__main__":
    runpy.run_module("console", run_name="__main__")
"""


def launcher(root: Path, python: Path | None = None) -> str:
    """The text of the command for a checkout at `root`, run by its own interpreter unless one is given."""
    return _LAUNCHER.format(python=_quoted(str(python or root / ".venv" / "bin" / "python")), root=str(root))


def main() -> None:
    """Write the command if it is absent or differs; a command in use is replaced whole, never half."""
    target = ROOT / ".venv" / "bin" / "dayzero"
    text = launcher(ROOT)
    if target.exists() and target.read_text(encoding="utf-8") == text:
        return
    fresh = target.with_name("dayzero.new")
    fresh.write_text(text, encoding="utf-8")
    fresh.chmod(0o755)
    fresh.replace(target)


def _quoted(text: str) -> str:
    """One word to the shell. Python reads it as part of a string, so it holds no quote of Python's."""
    return '"' + "".join(f"\\{letter}" if letter in '\\"$`' else letter for letter in text) + '"'


if __name__ == "__main__":
    main()
