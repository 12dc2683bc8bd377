"""Turning a function into a verb: shared options added, every ending given its exit code.

The rule that keeps it honest: an error that is expected ends in one line on stderr and its documented code;
one that is not is shown whole, because it is a fault of ours.
"""

from __future__ import annotations

import inspect
import sys
import unicodedata
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from dataclasses import fields
from typing import Any

import typer

from console.cli.exits import Stopped
from console.cli.options import Asking, Local, Looking, LookingBack

SHARED = (Asking, Local, Looking, LookingBack)


def verb(app: typer.Typer, panel: str, name: str | None = None) -> Callable[[Callable[..., None]], None]:
    """Make a verb of a function whose first parameter is one of `SHARED`: its fields become options."""

    def enter(function: Callable[..., None]) -> None:
        run, parameters = _runnable(function)
        run.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
        app.command(name or function.__name__.replace("_", "-"), rich_help_panel=panel)(run)

    return enter


def bare_verb(app: typer.Typer) -> Callable[[Callable[..., None]], None]:
    """Make a group of verbs a verb itself: the function runs when none of the group's is named."""

    def enter(function: Callable[..., None]) -> None:
        run, parameters = _runnable(function)

        def run_alone(context: typer.Context, **given: Any) -> None:
            if context.invoked_subcommand is None:
                run(**given)

        run_alone.__doc__ = function.__doc__
        first = inspect.Parameter("context", inspect.Parameter.KEYWORD_ONLY, annotation=typer.Context)
        run_alone.__signature__ = inspect.Signature([first, *parameters])  # type: ignore[attr-defined]
        app.callback(invoke_without_command=True)(run_alone)

    return enter


@contextmanager
def ending_well(*, as_json: bool) -> Generator[None]:
    """Give every expected error its line and its exit code."""
    try:
        yield
    except Exception as error:
        stopped = _stopped(error)
        if stopped is None:
            raise
        if as_json and stopped.data is not None:
            from console.cli.printing import print_json

            print_json(stopped.data)
        print(plain(stopped.text), file=sys.stderr)
        raise typer.Exit(stopped.code) from error


def plain(text: str) -> str:
    """The text with control characters written out: what was typed by others must not steer a terminal."""
    return "".join(
        ascii(each)[1:-1] if unicodedata.category(each) in ("Cc", "Cf", "Cs") and each != "\n" else each
        for each in text
    )


def _runnable(function: Callable[..., None]) -> tuple[Callable[..., None], list[inspect.Parameter]]:
    """The function with its shared options gathered and its endings told, and its options one by one."""
    first, *own = inspect.signature(function, eval_str=True).parameters.values()
    shared: type[Any] = first.annotation
    assert shared in SHARED, f"{function.__name__}: the first parameter is one of {SHARED}"
    names = [field.name for field in fields(shared)]

    def run(**given: Any) -> None:
        said = shared(**{each: given.pop(each) for each in names})
        with ending_well(as_json=said.as_json):
            function(said, **given)

    run.__doc__ = function.__doc__
    return run, [*map(_by_name, own), *_options(shared)]


def _by_name(parameter: inspect.Parameter) -> inspect.Parameter:
    return parameter.replace(kind=inspect.Parameter.KEYWORD_ONLY)


def _options(shared: type[Any]) -> Iterator[inspect.Parameter]:
    parameters = inspect.signature(shared, eval_str=True).parameters.values()
    yield from map(_by_name, parameters)


def _stopped(error: Exception) -> Stopped | None:
    if isinstance(error, Stopped):
        return error
    from console.cli.endings import as_stopped

    return as_stopped(error)
