"""What may be chosen of the study: participants, holds, reviews, turns, sites.

The rule that keeps it honest: taken from how the study stands at this moment.
"""

from __future__ import annotations

from collections.abc import Iterator

from console.web.forms.bench import Bench
from console.web.forms.choice import Choice
from domain.study.holding import undecided
from domain.study.stagger import turns_in_force


def sites(bench: Bench) -> Iterator[Choice]:
    """The sites of the study."""
    return (Choice(each.id, f"{bench.label(each.labels)} ({each.zone_name})") for each in bench.sites)


def holds(bench: Bench) -> Iterator[Choice]:
    """The holds in force."""
    return (Choice(each.code, f"{each.code} · {each.placed.reason}") for each in bench.study.holds_in_force)


def meetings(bench: Bench) -> Iterator[Choice]:
    """The safety reviews of the protocol that are not recorded."""
    conduct = bench.protocol.document.conduct
    for each in conduct.meetings if conduct is not None else ():
        if each.code not in bench.study.meetings:
            yield Choice(each.code, bench.label(each.labels))


def interrupted(bench: Bench) -> Iterator[Choice]:
    """The participants whose treatment waits for a decision."""
    conduct = bench.protocol.document.conduct
    for who, _ in undecided(bench.study, conduct) if conduct is not None else ():
        yield Choice(who, who)


def turns(bench: Bench) -> Iterator[Choice]:
    """The participants who hold a turn."""
    for each in turns_in_force(bench.study, bench.look.now):
        yield Choice(each.taken.participant, each.taken.participant)
