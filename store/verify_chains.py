"""What does not hold in the chains of one stream: its events, its commands, and its end.

The rule that keeps it honest: only what is stored is looked at, undecoded, so that nonsense is a finding and
never a reason to stop.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import Connection

from domain.chain import GENESIS, Break, Link, verify_links
from store import raw
from store.content import command_content, event_content, listed
from store.report import Problem


@dataclass(frozen=True, slots=True)
class Stored:
    """Everything the record holds of one stream, as it is stored."""

    name: str
    events: list[raw.Row]
    commands: list[raw.Row]
    end: raw.Row | None


def stored_stream(connection: Connection, name: str) -> Stored:
    """A stream as it is stored."""
    return Stored(
        name, raw.events_of(connection, name), raw.commands_of(connection, name), raw.end_of(connection, name)
    )


def chain_problems(stream: Stored, published: set[tuple[str, str]]) -> Iterator[Problem]:
    """The first broken link of each chain, and whatever stands in the wrong place.

    `published`: kind and hash of the rules that are kept.
    """
    broken = verify_links(
        Link(row["seq"], row["prev_hash"], event_content(row), row["hash"]) for row in stream.events
    )
    yield from _broken(stream, broken, "the event")
    broken = verify_links(
        Link(row["ord"], row["prev_hash"], command_content(row), row["hash"]) for row in stream.commands
    )
    yield from _broken(stream, broken, "the command")
    yield from _end_problems(stream)
    yield from _order_problems(stream)
    yield from _rule_problems(stream, published)
    yield from _command_problems(stream)
    yield from _unasked(stream)


def _broken(stream: Stored, broken: Break | None, what: str) -> Iterator[Problem]:
    if broken:
        yield Problem(stream.name, broken.seq, f"{what} {broken.what}")


def _end_problems(stream: Stored) -> Iterator[Problem]:
    if stream.end is None:
        yield Problem(stream.name, None, "the end of the stream is missing")
        return
    last = stream.events[-1] if stream.events else {"seq": 0, "hash": GENESIS, "recorded_at": None}
    last_asked = stream.commands[-1] if stream.commands else {"ord": 0, "hash": GENESIS}
    for column, expected, of in (
        ("version", last["seq"], "event"),
        ("hash", last["hash"], "event"),
        ("recorded_at", last["recorded_at"], "event"),
        ("commands", last_asked["ord"], "command"),
        ("commands_hash", last_asked["hash"], "command"),
    ):
        if stream.end[column] != expected:
            says = f"the end of the stream says {column} {stream.end[column]}"
            yield Problem(stream.name, None, f"{says}, the last {of} stored has {expected}")


def _order_problems(stream: Stored) -> Iterator[Problem]:
    counted: Counter[str] = Counter()
    before: raw.Row | None = None
    for row in stream.events:
        if row["ord"] != counted[row["command_id"]]:
            yield Problem(stream.name, row["seq"], f"ord is {row['ord']}, not {counted[row['command_id']]}")
        counted[row["command_id"]] += 1
        if before and row["recorded_at"] < before["recorded_at"]:
            yield Problem(stream.name, row["seq"], "was recorded before the event it follows")
        if before and row["position"] <= before["position"]:
            what = "stands before the event it follows in the order of positions"
            yield Problem(stream.name, row["seq"], what)
        before = row
    for earlier, later in zip(stream.commands, stream.commands[1:], strict=False):
        if later["number"] <= earlier["number"]:
            what = "the command stands before the one it follows in the order of numbers"
            yield Problem(stream.name, later["ord"], what)


def _rule_problems(stream: Stored, published: set[tuple[str, str]]) -> Iterator[Problem]:
    for row in stream.events:
        for rules in ("protocol", "site"):
            if row[rules] is not None and (rules, row[rules]) not in published:
                what = f"was decided under a {rules} that is not kept: {row[rules]}"
                yield Problem(stream.name, row["seq"], what)
                return


def _command_problems(stream: Stored) -> Iterator[Problem]:
    recorded: dict[str, list[raw.Row]] = {}
    for row in stream.events:
        recorded.setdefault(row["command_id"], []).append(row)
    for command in stream.commands:
        own = recorded.get(command["command_id"], [])
        said = f"command {command['command_id']} says it"
        if listed(command["events"]) != [row["type"] for row in own]:
            what = f"{said} recorded {command['events']}, the stream does not"
            yield Problem(stream.name, own[0]["seq"] if own else None, what)
        if not (own[-1]["seq"] if own else 0) <= command["version"] <= len(stream.events):
            what = f"{said} left version {command['version']}, which cannot be"
            yield Problem(stream.name, own[-1]["seq"] if own else None, what)
        if bool(command["accepted"]) != (command["code"] is None):
            what = f"{said} was {'accepted' if command['accepted'] else 'refused'}, its code does not"
            yield Problem(stream.name, own[0]["seq"] if own else None, what)


def _unasked(stream: Stored) -> Iterator[Problem]:
    # A study's events come from its participants' commands too: those are looked for among all of them.
    if not stream.name.startswith("participant/"):
        return
    asked = {command["command_id"] for command in stream.commands}
    for row in stream.events:
        if row["command_id"] not in asked:
            what = f"was recorded by command {row['command_id']}, which is not kept"
            yield Problem(stream.name, row["seq"], what)
            return
