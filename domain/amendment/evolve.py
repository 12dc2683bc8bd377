"""The state after an amendment was applied.

The rule that keeps it honest: the version is found by its hash among those published; a record that names
another one is damaged.
"""

from __future__ import annotations

from dataclasses import replace

from domain.amendment.replan import under
from domain.events.governance import AmendmentApplied
from domain.governance.evolve import evolve_governance
from domain.state import Items, State


def amended(state: State, event: AmendmentApplied, seq: int) -> State:
    """The state under the new version, without the windows that fell away.

    Raises:
        LookupError: the version is not among those published.
    """
    new = next((each for each in state.rules.versions if each.hash == event.protocol_hash), None)
    if new is None:
        raise LookupError(
            f"version {event.protocol_version} ({event.protocol_hash[:12]}) is applied but not published: "
            "the record is damaged"
        )
    moved = under(state, new)
    items = Items(moved.items)
    for code in event.unplanned:
        items[code] = replace(state.item(code), window=None)
    return moved.but(version=seq, items=items, governance=evolve_governance(state.governance, event))
