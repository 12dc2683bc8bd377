"""`python -m console`: the command line."""

from __future__ import annotations

from console.cli.app import main

main()
