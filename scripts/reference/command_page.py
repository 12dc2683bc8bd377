"""docs/reference/commands.md: every command and refusal, from domain/commands/ and domain/refusal.py."""

from __future__ import annotations

from domain.commands import COMMAND_TYPES, Asked
from domain.refusal import MEANINGS, Code
from scripts.reference.sentences import first_paragraph

_HEAD = """\
# Commands

What may be asked of a participant's record. A command carries an id (the same id and body again gives the
first outcome; the same id with another body is refused) and the `actor` who asks. A field with `?` may be
left out. This page is made from `domain/commands/` by `make docs`.

| kind | fields | what it asks |
|---|---|---|
"""

_REFUSALS = """
## Refusals

A refused command moves nothing; the attempt stays on the record with one of these codes and a sentence that
says what was wrong, where, and what would be right.

| code | means |
|---|---|
"""

_OTHERS = """
Three more codes come from the command line itself, about documents and the store: `document-invalid` (a
protocol or site has faults, each named with file and line), `site-misfit` (the site lacks somebody the
protocol's ladders tell) and `not-storable` (the store cannot keep it, such as another body under a published
version).
"""


def command_page() -> str:
    """The table of commands and the list of refusal codes, in the order of the code."""
    rows = "".join(_row(command) for command in COMMAND_TYPES)
    refusals = "".join(f"| `{code.value}` | {MEANINGS[code]} |\n" for code in Code)
    return _HEAD + rows + _REFUSALS + refusals + _OTHERS


def _row(command: type[Asked]) -> str:
    fields = ", ".join(
        f"`{name}{'' if field.is_required() else '?'}`"
        for name, field in command.model_fields.items()
        if name not in ("kind", "actor")
    )
    kind = command.model_fields["kind"].default
    return f"| `{kind}` | {fields or '-'} | {first_paragraph(command.__doc__)} |\n"
