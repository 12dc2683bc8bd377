"""`python -m tests.support.enrolling <url> <prefix> <count> <at>`: enrols as fast as it can, prints how many.

The rule that keeps it honest: a process of its own, with the store and the hearing of production.
"""

from __future__ import annotations

import sys
from datetime import datetime

from activities.hearing import Hearing
from activities.orders import DeskOrder
from activities.rulebook import Rulebook
from store import StoreBusy, open_store
from tests.support.trial import PROVENANCE, STUDY, register_body


def main() -> None:
    """Enrol, and print the number of those who were taken."""
    url, prefix, count, at = sys.argv[1], sys.argv[2], int(sys.argv[3]), sys.argv[4]
    store, hearing = open_store(url, patience_seconds=30), Hearing(Rulebook(), PROVENANCE)
    body = register_body(datetime.fromisoformat(at).date().isoformat())
    taken = 0
    for number in range(count):
        order = DeskOrder(STUDY, f"{prefix}-{number:03}", f"enroll/{prefix}/{number}", body, at)
        while True:
            try:
                with store.writing() as tx:
                    outcome = hearing.hear(tx, order)
                break
            except StoreBusy:
                continue
        taken += outcome.refused is None
    store.close()
    sys.stdout.write(f"{taken}\n")


if __name__ == "__main__":
    main()
