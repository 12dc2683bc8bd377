"""What does not hold of the notices: those that the events owe, and what became of each.

The rule that keeps it honest: that a notice was owed follows from the record; that it was sent is said by
the sender alone, so there only agreement between the notice and its tries is found, and no proof is claimed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from domain.recorded import Recorded
from store import raw
from store.instants import utc_text
from store.report import Problem
from store.rows import NoticeStatus
from store.schema import attempts, notices


@dataclass(frozen=True, slots=True)
class Owed:
    """What a rung that was reached owes one contact. `channels` None: the record does not say which."""

    alert: str
    rung: int
    round: int
    contact: str
    at: datetime
    channels: tuple[str, ...] | None


OwedOf = Callable[[list[Recorded]], Iterable[Owed]]
"""The domain's reading of what a stream's rungs owe."""

Subject = tuple[str, str]


def owed_problems(
    connection: Connection, said: dict[Subject, list[Owed]], broken: set[Subject]
) -> Iterator[Problem]:
    """Notices that are not those the events owe; `broken`: subjects whose events say nothing certain."""
    kept: dict[Subject, list[raw.Row]] = defaultdict(list)
    for row in raw.rows_of_table(connection, notices, notices.c.notice):
        kept[row["study"], row["participant"]].append(row)
    for subject in sorted(said.keys() | kept.keys()):
        if subject not in broken:
            yield from _of_subject("/".join(subject), said.get(subject, []), kept[subject])


def settled_problems(connection: Connection) -> Iterator[Problem]:
    """Notices that do not stand as their own tries say."""
    tries: dict[tuple[str, str], list[raw.Row]] = defaultdict(list)
    for row in raw.rows_of_table(connection, attempts, attempts.c.attempt):
        tries[row["study"], row["notice"]].append(row)
    for row in raw.rows_of_table(connection, notices, notices.c.notice):
        own = tries.pop((row["study"], row["notice"]), [])
        for what in _unlike(row, own):
            yield Problem(_notices_of(f"{row['study']}/{row['participant']}"), None, what)
    for study, notice in tries:
        yield Problem(_notices_of(study), None, f"tries are kept of {notice}, which was never owed")


def _of_subject(subject: str, said: list[Owed], kept: list[raw.Row]) -> Iterator[Problem]:
    right: dict[str, Owed] = {}
    for each in said:
        for name in _names(each):
            # Owed once is owed: a rung that is reached again under the same name changes nothing.
            right.setdefault(name, each)
    missing = dict(right)
    for row in kept:
        told = _short(row) if _short(row) in right else row["notice"]
        owed = right.get(told)
        missing.pop(told, None)
        if owed is None:
            what = f"{row['notice']} is kept, and the events owe no such notice"
        elif _tells(owed) != tuple(row[name] for name in ("alert", "rung", "round", "contact")):
            what = f"{row['notice']} is kept under another alert, rung, round or contact"
        elif row["notice"] != f"{_stem(owed)}/{row['channel']}":
            what = f"{row['notice']} is kept for another channel: {row['channel']}"
        elif raw.moment(row["owed_at"]) != utc_text(owed.at):
            what = f"{row['notice']} is owed since {raw.moment(row['owed_at'])}, the events say {owed.at}"
        else:
            continue
        yield Problem(_notices_of(subject), None, what)
    for name in sorted(missing):
        yield Problem(_notices_of(subject), None, f"{name} is owed by the events, and is missing")


def _unlike(row: raw.Row, own: list[raw.Row]) -> Iterator[str]:
    name = row["notice"]
    if [each["attempt"] for each in own] != list(range(1, row["attempts"] + 1)):
        yield f"{name} counts {row['attempts']} tries, {len(own)} are kept"
        return
    delivered = next((each for each in own if each["outcome"] == "delivered"), None)
    stands = delivered or (own[-1] if own else None)
    detail = stands["detail"] if stands else None
    settled = stands["at"] if stands and row["status"] in _SETTLED else None
    match row["status"]:
        case NoticeStatus.SENDING:
            # Whoever holds it has said nothing yet.
            return
        case NoticeStatus.DELIVERED | NoticeStatus.FAILED | NoticeStatus.OWED as status:
            if (delivered is not None) != (status == NoticeStatus.DELIVERED):
                yield f"{name} stands as {status}, its tries say otherwise"
            elif status == NoticeStatus.FAILED and not own:
                yield f"{name} stands as {status}, and was never tried"
            elif row["detail"] != detail:
                yield f"{name} has another detail than its try"
            elif raw.moment(row["settled_at"]) != raw.moment(settled):
                yield f"{name} was settled at another moment than its try"
        case other:
            yield f"{name} stands as {other}, which is nothing a notice can be"


_SETTLED = (NoticeStatus.DELIVERED, NoticeStatus.FAILED)


def _stem(owed: Owed) -> str:
    return f"{owed.alert}/rung-{owed.rung}/{owed.round}/{owed.contact}"


def _names(owed: Owed) -> list[str]:
    """What its notices are called; without channels, what their names begin with."""
    stem = _stem(owed)
    return [stem] if owed.channels is None else [f"{stem}/{channel}" for channel in owed.channels]


def _short(row: raw.Row) -> str:
    return str(row["notice"]).rpartition("/")[0]


def _tells(owed: Owed) -> tuple[str, int, int, str]:
    return owed.alert, owed.rung, owed.round, owed.contact


def _notices_of(subject: str) -> str:
    return f"notices of {subject}"
