"""Showing what `doctor` found."""

from __future__ import annotations

import asyncio
from contextlib import ExitStack

from rich.text import Text

from console.cli.exits import Exit, Stopped
from console.cli.options import Local
from console.cli.place import opened_store, present
from console.cli.printing import print_json, print_table
from console.doctor import examine
from console.health import Finding, Health
from settings import read_settings

_STYLES = {Health.OK: "green", Health.WARN: "yellow", Health.BAD: "bold red"}


def show_doctor(local: Local) -> None:
    """Look at everything and show it.

    Raises:
        Stopped: something is bad.
    """
    findings = _findings()
    if local.as_json:
        print_json(findings)
    else:
        print_table(("", "", ""), [_row(each) for each in findings])
    wrong = [each for each in findings if each.health is Health.BAD]
    if wrong:
        code = Exit.UNREACHABLE if any(each.unreachable for each in wrong) else Exit.REFUSED
        raise Stopped(code, f"bad: {', '.join(each.part for each in wrong)}")


def _findings() -> list[Finding]:
    settings = read_settings()
    with ExitStack() as stack:
        try:
            store = stack.enter_context(opened_store(settings))
        except Stopped:
            store = None
        return asyncio.run(examine(settings, store, present()))


def _row(finding: Finding) -> tuple[Text | str, ...]:
    return Text(finding.health.value, style=_STYLES[finding.health]), finding.part, finding.says
