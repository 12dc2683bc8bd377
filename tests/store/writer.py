"""A writer in a process of its own: python -m tests.store.writer URL PARTICIPANT PREFIX COUNT

Prints the id of each command once its transaction is committed, which is what an acknowledgement is.
"""

from __future__ import annotations

import sys

from store import open_store
from tests.store.making import record, visit


def main(url: str, participant: str, prefix: str, count: str) -> None:
    """Record `count` decisions, two events each."""
    store = open_store(url)
    for number in range(int(count)):
        command_id = f"{prefix}-{number}"
        with store.writing() as tx:
            record(tx, participant, command_id, [visit(f"D{number % 45}"), visit(f"D{number % 45}")])
        print(command_id, flush=True)  # noqa: T201 - the acknowledgement


if __name__ == "__main__":
    main(*sys.argv[1:])
