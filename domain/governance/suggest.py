"""Which class the protocol suggests for a deviation.

The rule that keeps it honest: the first rule that fits counts; where none fits nothing is suggested.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from domain.plan import shifted
from domain.protocol.document import ProtocolDocument
from domain.protocol.expanded import occurrences
from domain.protocol.governance import DeviationRule
from domain.state import State
from domain.stated import earliest


def suggestion(state: State, item: str, kind: str) -> str | None:
    """The class suggested for a deviation of that kind of an item, as the item stands recorded."""
    for rule in state.protocol.document.deviations or ():
        if _fits(state, rule, item, kind):
            return rule.classed.value
    return None


def _fits(state: State, rule: DeviationRule, item: str, kind: str) -> bool:
    if rule.kinds and kind not in rule.kinds:
        return False
    if rule.items and item not in set(_codes(state.protocol.document, rule.items)):
        return False
    return rule.more_than is None or _is_further(state, rule, item)


def _codes(document: ProtocolDocument, named: Iterable[str]) -> Iterable[str]:
    repeated = {visit.code: visit for visit in document.visits if visit.repeat is not None}
    for code in named:
        if code in repeated:
            yield from (each for each, _, _ in occurrences(repeated[code]))
        else:
            yield code


def _is_further(state: State, rule: DeviationRule, item: str) -> bool:
    known = state.item(item)
    if known.happened is None or known.window is None or rule.more_than is None:
        return False
    at: datetime = earliest(known.happened, state.zone)
    first = shifted(known.window.opens, -rule.more_than, state.zone)
    last = shifted(known.window.closes, rule.more_than, state.zone)
    return at < first or at >= last
