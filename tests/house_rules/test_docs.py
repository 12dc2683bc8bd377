"""The documentation says only what is there: its links lead somewhere, its commands exist."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import typer.main

from console.cli.app import app
from settings import ROOT
from tests.house_rules.tree import named, tracked_files

LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
CODE = re.compile(r"^```[^\n]*\n(.*?)^```|`([^`\n]+)`", re.MULTILINE | re.DOTALL)


def pages() -> list[Path]:
    """Every page of documentation."""
    return [path for path in tracked_files() if path.suffix == ".md"]


def code_lines() -> Iterator[tuple[str, str]]:
    """Each line of code that a page shows, in a block or within a sentence, without its comment."""
    generated = ROOT / "docs" / "reference" / "cli.md"
    for page in pages():
        if page == generated:
            continue
        for block, inline in CODE.findall(page.read_text(encoding="utf-8")):
            for line in (block or inline).splitlines():
                yield named(page), line.partition(" #")[0].strip().removeprefix("$ ")


def test_every_link_leads_somewhere() -> None:
    """A link to a file or folder of this repository leads to one."""
    broken = [
        f"{named(page)}: {target}"
        for page in pages()
        for target in LINK.findall(page.read_text(encoding="utf-8"))
        if not re.match(r"[a-z]+:|#", target) and not (page.parent / target.partition("#")[0]).exists()
    ]
    assert broken == []


def test_every_make_target_exists() -> None:
    """`make something` in a page is a target of the Makefile, and `make` lists it."""
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z]+):.*## ", makefile, flags=re.MULTILINE))
    asked = {(page, word) for page, line in code_lines() for word in re.findall(r"\bmake ([a-z]+)\b", line)}
    assert {("README.md", "demo"), ("README.md", "test")} <= asked
    assert sorted((page, word) for page, word in asked if word not in targets) == []


def test_every_verb_and_option_exists() -> None:
    """`dayzero verb --option` in a page is a verb with that option."""
    wrong = [f"{page}: {line}: {why}" for page, line in code_lines() if (why := _wrong_in(line))]
    assert wrong == []


def _wrong_in(line: str) -> str | None:
    """What is wrong with a call of `dayzero` in a line of code; None when nothing is, or there is none."""
    call = re.search(r"(?:^|[ /;|])dayzero ((?:[a-z]|--).*)", line)
    if call is None:
        return None
    words = shlex.split(call.group(1).replace("...", ""), posix=True)
    command: Any = typer.main.get_command(app)
    while words and hasattr(command, "commands"):
        word = words.pop(0)
        if word.startswith("--"):
            return None
        if word not in command.commands:
            return f"there is no verb {word!r}"
        command = command.commands[word]
    known = {name for each in command.params for name in (*each.opts, *each.secondary_opts)} | {"--help"}
    unknown = [word for word in words if word.startswith("--") and word.partition("=")[0] not in known]
    return f"no option {', '.join(unknown)}" if unknown else None
