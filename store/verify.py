"""Proves that the record is what was recorded, and that what is shown follows from it.

The rule that keeps it honest: nothing is taken on trust that can be worked out again, and a broken part does
not keep the rest from being looked at.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from hashlib import sha256
from typing import Any

from pydantic import ValidationError
from sqlalchemy import Connection, func, select

from domain.chain import GENESIS, Break, Link, verify_links
from domain.events import UnknownEvent
from domain.recorded import Recorded
from domain.views import ParticipantViews, StudyViews
from store import administration, raw
from store.checkpoint import Checkpoint, against
from store.content import command_content, event_content, listed
from store.reading import Reading
from store.report import Problem, Report
from store.schema import events
from store.showing_study import stored_study
from store.shown import ALERTS, Shown, rows_of, stored_models
from store.store import Store

ViewsOf = Callable[[list[Recorded]], ParticipantViews]
"""The domain's fold of one participant's stream into its read models."""

StudyViewsOf = Callable[[list[Recorded]], StudyViews | None]
"""The same of a study's own stream; None while nothing of it is shown."""

SignaturesOf = Callable[[list[Recorded]], Iterable[tuple[int, str]]]
"""The domain's check of one participant's signatures: (number of the event, what is wrong with it)."""


def verify(store: Store, views_of: ViewsOf, kept: Iterable[Checkpoint] = ()) -> Report:
    """Check every chain, end, command, document and read model in one snapshot.

    `kept`: checkpoints from outside the store; only they show a cut or a rewrite of the newest records.
    """
    with store.reading() as reading:
        return verify_snapshot(reading, views_of, kept)


def verify_snapshot(
    reading: Reading,
    views_of: ViewsOf,
    kept: Iterable[Checkpoint] = (),
    signatures_of: SignaturesOf | None = None,
    study_views_of: StudyViewsOf | None = None,
) -> Report:
    """As `verify`, in a snapshot that is already open; `signatures_of` has what was signed checked too,
    and `study_views_of` what is shown of studies.
    """
    connection = reading.connection
    names = raw.stream_names(connection)
    documents = raw.all_documents(connection)
    published = {row["hash"] for row in documents}
    seen: Counter[str] = Counter()
    problems: list[Problem] = list(_document_problems(documents))
    rules_stand = not problems
    for stream in names:
        history = raw.events_of(connection, stream)
        found = list(_stream_problems(connection, stream, history, published, seen))
        problems += found
        # Under rules that were changed behind the store's back the events would seem to say something else.
        if stream.startswith("participant/") and history and not found and rules_stand:
            problems += _domain_problems(connection, stream, history, views_of, signatures_of)
            seen["participants"] += 1
        if stream.startswith("study/") and study_views_of is not None and not found and rules_stand:
            problems += _study_problems(connection, stream, history, study_views_of, signatures_of)
    problems += [*_gaps(connection), *_strays(reading, names), *administration.problems(reading)]
    for each in kept:
        problems += against(reading, each)
    return Report(
        streams=len(names),
        events=seen["events"],
        commands=seen["commands"],
        documents=len(documents),
        participants=seen["participants"],
        problems=tuple(problems),
    )


def _stream_problems(
    connection: Connection,
    stream: str,
    history: list[raw.Row],
    published: set[str],
    seen: Counter[str],
) -> Iterator[Problem]:
    asked = raw.commands_of(connection, stream)
    end = raw.end_of(connection, stream)
    seen["events"] += len(history)
    seen["commands"] += len(asked)
    broken = verify_links(
        Link(row["seq"], row["prev_hash"], event_content(row), row["hash"]) for row in history
    )
    yield from _broken(stream, broken, "the event")
    broken = verify_links(
        Link(row["ord"], row["prev_hash"], command_content(row), row["hash"]) for row in asked
    )
    yield from _broken(stream, broken, "the command")
    yield from _end_problems(stream, history, asked, end)
    yield from _order_problems(stream, history)
    yield from _rule_problems(stream, history, published)
    yield from _command_problems(stream, history, asked)


def _broken(stream: str, broken: Break | None, what: str) -> Iterator[Problem]:
    if broken:
        yield Problem(stream, broken.seq, f"{what} {broken.what}")


def _end_problems(
    stream: str, history: list[raw.Row], asked: list[raw.Row], end: raw.Row | None
) -> Iterator[Problem]:
    if end is None:
        yield Problem(stream, None, "the end of the stream is missing")
        return
    last = history[-1] if history else {"seq": 0, "hash": GENESIS, "recorded_at": None}
    last_asked = asked[-1] if asked else {"ord": 0, "hash": GENESIS}
    for column, expected, of in (
        ("version", last["seq"], "event"),
        ("hash", last["hash"], "event"),
        ("recorded_at", last["recorded_at"], "event"),
        ("commands", last_asked["ord"], "command"),
        ("commands_hash", last_asked["hash"], "command"),
    ):
        if end[column] != expected:
            what = f"the end of the stream says {column} {end[column]}, the last {of} stored has {expected}"
            yield Problem(stream, None, what)


def _order_problems(stream: str, history: list[raw.Row]) -> Iterator[Problem]:
    counted: Counter[str] = Counter()
    before: raw.Row | None = None
    for row in history:
        if row["ord"] != counted[row["command_id"]]:
            yield Problem(stream, row["seq"], f"ord is {row['ord']}, not {counted[row['command_id']]}")
        counted[row["command_id"]] += 1
        if before and row["recorded_at"] < before["recorded_at"]:
            yield Problem(stream, row["seq"], "was recorded before the event it follows")
        if before and row["position"] <= before["position"]:
            yield Problem(stream, row["seq"], "stands before the event it follows in the order of positions")
        before = row


def _rule_problems(stream: str, history: list[raw.Row], published: set[str]) -> Iterator[Problem]:
    for row in history:
        for rules in ("protocol", "site"):
            if row[rules] is not None and row[rules] not in published:
                yield Problem(
                    stream, row["seq"], f"was decided under a {rules} that is not kept: {row[rules]}"
                )
                return


def _command_problems(stream: str, history: list[raw.Row], asked: list[raw.Row]) -> Iterator[Problem]:
    recorded: dict[str, list[raw.Row]] = {}
    for row in history:
        recorded.setdefault(row["command_id"], []).append(row)
    for command in asked:
        own = recorded.get(command["command_id"], [])
        if listed(command["events"]) != [row["type"] for row in own]:
            what = (
                f"command {command['command_id']} says it recorded {command['events']}, the stream does not"
            )
            yield Problem(stream, own[0]["seq"] if own else None, what)
        if not (own[-1]["seq"] if own else 0) <= command["version"] <= len(history):
            what = (
                f"command {command['command_id']} says it left version {command['version']}, which cannot be"
            )
            yield Problem(stream, own[-1]["seq"] if own else None, what)


def _document_problems(documents: Iterable[raw.Row]) -> Iterator[Problem]:
    for row in documents:
        if sha256(row["body"].encode()).hexdigest() != row["hash"]:
            what = f"version {row['version']} is not the body that was published"
            yield Problem(f"{row['kind']} {row['id']}", None, what)


def _gaps(connection: Connection) -> Iterator[Problem]:
    count, last = connection.execute(select(func.count(), func.max(events.c.position))).one()
    if not count or count == last:
        return
    before = events.alias()
    after_gap = select(func.min(events.c.position)).where(
        events.c.position > 1,
        ~select(before.c.position).where(before.c.position == events.c.position - 1).exists(),
    )
    found = connection.execute(after_gap).scalar()
    what = f"{last - count} events are missing in the order of positions, the first before position {found}"
    yield Problem("all streams", None, what)


def _domain_problems(
    connection: Connection,
    stream: str,
    history: list[raw.Row],
    views_of: ViewsOf,
    signatures_of: SignaturesOf | None,
) -> Iterator[Problem]:
    try:
        known = [raw.decoded(row) for row in history]
    except (UnknownEvent, ValidationError) as error:
        yield Problem(stream, None, f"holds an event that this release cannot read: {error}")
        return
    yield from _signature_problems(stream, known, signatures_of)
    yield from _model_problems(connection, stream, known, views_of)


def _signature_problems(
    stream: str, known: list[Recorded], signatures_of: SignaturesOf | None
) -> Iterator[Problem]:
    for seq, what in signatures_of(known) if signatures_of else ():
        yield Problem(stream, seq, what)


def _model_problems(
    connection: Connection, stream: str, known: list[Recorded], views_of: ViewsOf
) -> Iterator[Problem]:
    _, study, participant = stream.split("/", 2)
    stored = stored_models(connection, study, participant)
    for (model, expected), (_, rows) in zip(rows_of(views_of(known)), stored, strict=True):
        yield from _differences(stream, model, model.keyed(rows), model.keyed(expected))


def _study_problems(
    connection: Connection,
    stream: str,
    history: list[raw.Row],
    study_views_of: StudyViewsOf,
    signatures_of: SignaturesOf | None,
) -> Iterator[Problem]:
    try:
        known = [raw.decoded(row) for row in history]
    except (UnknownEvent, ValidationError) as error:
        yield Problem(stream, None, f"holds an event that this release cannot read: {error}")
        return
    yield from _signature_problems(stream, known, signatures_of)
    expected, stored = study_views_of(known), stored_study(connection, stream.removeprefix("study/"))
    if (expected.study if expected else None) != (stored.study if stored else None):
        what = (
            f"read model studies is {stored and stored.study}, the events say {expected and expected.study}"
        )
        yield Problem(stream, None, what)
    rows = {each.alert: each for each in stored.alerts} if stored else {}
    right = {each.alert: each for each in expected.alerts} if expected else {}
    yield from _differences(stream, ALERTS, rows, right)


def _differences(
    stream: str, model: Shown[Any], rows: dict[str, Any], expected: dict[str, Any]
) -> Iterator[Problem]:
    for key in sorted(rows.keys() | expected.keys()):
        row, right = rows.get(key), expected.get(key)
        where = f"read model {model.table.name} {key}"
        if row is None:
            yield Problem(stream, None, f"{where} is missing")
        elif right is None:
            yield Problem(stream, None, f"{where} does not follow from the events")
        elif row != right:
            name = next(name for name in model.names if getattr(row, name) != getattr(right, name))
            what = f"{where} has {name} {getattr(row, name)}, the events say {getattr(right, name)}"
            yield Problem(stream, None, what)


def _strays(reading: Reading, names: list[str]) -> Iterator[Problem]:
    known = set(names)
    for study, participant in reading.shown_participants():
        stream = f"participant/{study}/{participant}"
        if stream not in known:
            yield Problem(stream, None, "read models are shown for a participant without a record")
