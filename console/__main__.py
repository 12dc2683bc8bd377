"""`python -m console`: the command line."""

from __future__ import annotations

from console.cli.app import main

if __name__ == "__main__":  # a process that the command starts imports this module too
    main()
