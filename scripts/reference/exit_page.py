"""docs/reference/exit-codes.md: how a command of `dayzero` can end, from console/cli/exits.py."""

from __future__ import annotations

from console.cli.exits import MEANINGS

_HEAD = """\
# Exit codes

Errors are one line on stderr. A number never changes its meaning. This page is made from
`console/cli/exits.py` by `make docs`.

| code | name | meaning |
|---|---|---|
"""

_TAIL = """
After code 6 ask again with the same command and the `--id` that was printed: the record answers for a command
id once and for all, so nothing is recorded twice.

For a cron job: of `dayzero status --check`, 3 means that somebody must act, 5 that nobody knows.
"""


def exit_page() -> str:
    """The table of exit codes."""
    rows = (f"| {code.value} | {name} | {meaning} |\n" for code, (name, meaning) in MEANINGS.items())
    return _HEAD + "".join(rows) + _TAIL
