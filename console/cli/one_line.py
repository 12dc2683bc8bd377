"""Saying what is wrong with a command line in one line, as every other error is said.

The rule that keeps it honest: the words are the parser's own; only their frame is left out.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from functools import partial
from typing import Any

import typer
from typer.core import TyperGroup
from typing_extensions import override

from console.cli.exits import Exit


class OneLine(TyperGroup):
    """A group of verbs whose usage errors are one line on stderr."""

    @override
    def main(
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        complete_var: str | None = None,
        standalone_mode: bool = True,
        windows_expand_args: bool = True,
        **extra: Any,
    ) -> Any:
        """Run, and end the process unless `standalone_mode` is off."""
        run = partial(super().main, args, prog_name, complete_var, False, windows_expand_args, **extra)
        if not standalone_mode:
            return run()
        try:
            ended = run()
        except typer.TyperException as error:
            _say(error)
            sys.exit(error.exit_code)
        except typer.Abort:
            print("stopped before anything was sent", file=sys.stderr)
            sys.exit(Exit.USAGE)
        sys.exit(ended if isinstance(ended, int) else Exit.FINE)


def _say(error: typer.TyperException) -> None:
    message = error.format_message().replace("Value error, ", "")
    context = getattr(error, "ctx", None)
    if not message or "\n" in message:
        # The help that a call without any words asks for.
        print(message, file=sys.stderr)
        return
    hint = f"; see `{context.command_path} --help`" if context is not None else ""
    print(f"usage: {message.rstrip('.')}{hint}", file=sys.stderr)
