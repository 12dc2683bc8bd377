"""The shapes that `--json` prints for verbs that do something, and which verb prints which shape.

The rule that keeps it honest: as in `console.sights`: fields may be added, none is renamed or dropped; the
reference page is made from here, and a test compares what is really printed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Any, Literal

from typing_extensions import Doc


@dataclass(frozen=True, slots=True)
class CommandRecorded:
    """A command that was recorded."""

    study: Annotated[str, Doc("study code")]
    participant: Annotated[str, Doc("participant code")]
    command_id: Annotated[str, Doc("id under which it is answered once and for all")]
    repeated: Annotated[bool, Doc("true: it had been recorded before, under the same id")]
    version: Annotated[int, Doc("version of the participant's stream afterwards")]
    events: Annotated[Sequence[str], Doc("types of the events it led to")]
    alerts: Annotated[Sequence[str], Doc("ids of the alerts open afterwards")]
    outcome: Annotated[Literal["recorded"], Doc("always `recorded`")] = "recorded"


@dataclass(frozen=True, slots=True)
class CommandRefused:
    """A refusal (exit 1); whatever has none of the last three is null there."""

    code: Annotated[str, Doc("stable code")]
    text: Annotated[str, Doc("why, for people")]
    study: Annotated[str | None, Doc("study code")] = None
    participant: Annotated[str | None, Doc("participant code")] = None
    command_id: Annotated[str | None, Doc("id of the command that was refused")] = None
    outcome: Annotated[Literal["refused"], Doc("always `refused`")] = "refused"


@dataclass(frozen=True, slots=True)
class CommandUnknown:
    """A command that was sent and not answered (exit 6)."""

    study: Annotated[str, Doc("study code")]
    participant: Annotated[str, Doc("participant code")]
    command_id: Annotated[str, Doc("ask again with `--id` and this")]
    outcome: Annotated[Literal["unknown"], Doc("always `unknown`")] = "unknown"


@dataclass(frozen=True, slots=True)
class Verified:
    """What `verify` found."""

    sound: Annotated[bool, Doc("true: everything holds")]
    counts: Annotated[Mapping[str, int], Doc("how many streams, events, commands, ... were looked at")]
    problems: Annotated[Sequence[str], Doc("every problem, the first broken link first")]
    checkpoint: Annotated[
        str | None, Doc("the record as it stands, in one line to keep elsewhere; null for an archive")
    ] = None


@dataclass(frozen=True, slots=True)
class RehydrationDone:
    """What `rehydrate` did."""

    open: Annotated[int, Doc("participants and studies with a deadline ahead")]
    started: Annotated[int, Doc("timelines that were started")]
    running: Annotated[int, Doc("timelines that ran already")]


@dataclass(frozen=True, slots=True)
class KeyMade:
    """What `seal key` made."""

    secret_in: Annotated[str, Doc("file that holds the secret key")]
    public: Annotated[str, Doc("public key, for whoever verifies")]


@dataclass(frozen=True, slots=True)
class SealMade:
    """What `seal make` made."""

    seal: Annotated[str, Doc("the line to keep elsewhere")]


@dataclass(frozen=True, slots=True)
class RecoveryDone:
    """What `rebuild --from-temporal` did."""

    remembered: Annotated[int, Doc("commands that the timelines remember")]
    heard: Annotated[int, Doc("commands decided again, or, with `--dry-run`, those the store lacks")]
    missing: Annotated[
        Sequence[Any], Doc("what is not as it was: `study`, `subject`, and `what` in a sentence")
    ]
    unreadable: Annotated[Sequence[str], Doc("histories that could not be read, each with why")]


@dataclass(frozen=True, slots=True)
class ReplayDone:
    """What `replay` found."""

    histories: Annotated[int, Doc("histories replayed, each twice")]
    streams: Annotated[int, Doc("streams folded")]
    failures: Annotated[
        Sequence[Any], Doc("what failed: `what` names it, `why` says how, `event` and `code` say where")
    ]


@dataclass(frozen=True, slots=True)
class DetailShown:
    """One value that would be another one; null where there was, or would be, none."""

    what: Annotated[str, Doc("where in the event, such as `windows[D28].closes`")]
    was: Annotated[str | None, Doc("as recorded")]
    now: Annotated[str | None, Doc("as it would be")]


@dataclass(frozen=True, slots=True)
class DifferenceShown:
    """One difference of `replay rules`."""

    study: Annotated[str, Doc("study code")]
    subject: Annotated[str, Doc("participant code, or `study`")]
    at: Annotated[datetime, Doc("when the command was decided")]
    command: Annotated[str, Doc("kind of the command")]
    command_id: Annotated[str, Doc("its id")]
    kind: Annotated[
        str,
        Doc(
            "`event-gone`, `event-new`, `event-changed`, `now-refused`, `now-accepted`, `other-refusal`, "
            "`woken-earlier` or `not-decidable`"
        ),
    ]
    event: Annotated[str, Doc("type of the event and what it speaks of; of refusals the codes")]
    name: Annotated[str, Doc("by which a file accepts it")]
    content: Annotated[str, Doc("by which a file accepts this and no other content")]
    details: Annotated[Sequence[DetailShown], Doc("the values concerned")]
    records: Annotated[Sequence[str], Doc("in which records, where several were decided again")]


@dataclass(frozen=True, slots=True)
class AcceptanceShown:
    """An accepted difference that was not found any more."""

    study: Annotated[str, Doc("study code")]
    difference: Annotated[str, Doc("its name")]
    content: Annotated[str, Doc("its content")]
    why: Annotated[str, Doc("why it was accepted")]


@dataclass(frozen=True, slots=True)
class RulesReplayDone:
    """What `replay rules` found; also printed when it ends with 4."""

    records: Annotated[int, Doc("records decided again: a store, or archives")]
    timelines: Annotated[int, Doc("participants, and studies that were asked something")]
    commands: Annotated[int, Doc("commands decided again")]
    events: Annotated[int, Doc("events they had led to")]
    unaccepted: Annotated[Sequence[DifferenceShown], Doc("differences nobody accepted")]
    accepted: Annotated[Sequence[DifferenceShown], Doc("differences the file accepts")]
    stale: Annotated[Sequence[AcceptanceShown], Doc("entries of the file that nothing answers to")]


@dataclass(frozen=True, slots=True)
class ChangeShown:
    """One thing that would be another one."""

    subject: Annotated[str, Doc("participant code, or `study`")]
    effect: Annotated[
        str,
        Doc(
            "`window`, `overdue`, `standing`, `deviation`, `alert`, `stage`, `refused`, `study` or `notices`"
        ),
    ]
    about: Annotated[str, Doc("item, deviation, alert, command, event or contact")]
    before: Annotated[str | None, Doc("as it is; null: not there")]
    after: Annotated[str | None, Doc("as it would be; null: not there")]


@dataclass(frozen=True, slots=True)
class UnderProtocol:
    """What `replay protocol` found."""

    study: Annotated[str, Doc("study code")]
    version: Annotated[str, Doc("the other protocol's version")]
    at: Annotated[datetime, Doc("up to when the lives were lived")]
    participants: Annotated[Sequence[str], Doc("who lived under it")]
    changes: Annotated[Sequence[ChangeShown], Doc("everything that would be another one")]


@dataclass(frozen=True, slots=True)
class TriedShown:
    """One command that was tried."""

    subject: Annotated[str, Doc("participant code, or `study`")]
    kind: Annotated[str, Doc("kind of the command")]
    at: Annotated[datetime, Doc("at which moment")]
    events: Annotated[Sequence[str], Doc("types of the events it would lead to")]
    refused: Annotated[str | None, Doc("code, where it would be refused")]
    text: Annotated[str, Doc("why it would be refused")]


@dataclass(frozen=True, slots=True)
class ChangeTried:
    """What `replay change` found."""

    study: Annotated[str, Doc("study code")]
    until: Annotated[datetime, Doc("up to when time went on")]
    heads: Annotated[Mapping[str, int], Doc("versions of the streams they were tried on")]
    tried: Annotated[Sequence[TriedShown], Doc("the commands, in order")]
    changes: Annotated[Sequence[ChangeShown], Doc("everything that would be another one")]


@dataclass(frozen=True, slots=True)
class Migrated:
    """What `migrate` did."""

    store: Annotated[str, Doc("address of the store, without its password")]
    before: Annotated[str | None, Doc("schema revision before; null: an empty database")]
    now: Annotated[str | None, Doc("schema revision now")]
    rebuilt: Annotated[int, Doc("participants whose read models were made anew, as the new schema needs")]


@dataclass(frozen=True, slots=True)
class Published:
    """What `publish` did."""

    study: Annotated[str, Doc("study code, which is the protocol's id")]
    version: Annotated[str, Doc("protocol version")]
    hash: Annotated[str, Doc("its content hash")]
    sites: Annotated[Mapping[str, str], Doc("content hash by site code")]
    events: Annotated[Sequence[str], Doc("types of the events this led to; empty: published already")]


@dataclass(frozen=True, slots=True)
class Exported:
    """What `export` wrote."""

    study: Annotated[str, Doc("study code")]
    at: Annotated[datetime, Doc("the moment it was judged at")]
    folder: Annotated[str, Doc("where the files are")]
    files: Annotated[Mapping[str, str], Doc("SHA-256 by file name")]


@dataclass(frozen=True, slots=True)
class ConsoleUser:
    """Somebody who may sign in to the web console, or might."""

    user: Annotated[str, Doc("id, as it goes on the record")]
    role: Annotated[str, Doc("role in which they speak")]
    open: Annotated[bool, Doc("false: they may sign in no longer")]
    administers: Annotated[bool, Doc("they open and close users")]


@dataclass(frozen=True, slots=True)
class UserEntry:
    """One thing that was done about a user of the web console."""

    number: Annotated[int, Doc("counts from 1 without gaps")]
    at: Annotated[datetime, Doc("when")]
    by: Annotated[str, Doc("who did it")]
    method: Annotated[str, Doc("how they were recognised: password, oidc, cli, demo, migration")]
    user: Annotated[str, Doc("about whom")]
    act: Annotated[str, Doc("what, such as role-changed")]
    reason: Annotated[str, Doc("why")]
    hash: Annotated[str, Doc("link of the chain, SHA-256")]


@dataclass(frozen=True, slots=True)
class StoryDifference:
    """A step of a story that does not come out as told."""

    file: Annotated[str, Doc("the file the step is written in")]
    line: Annotated[int, Doc("its line, from 1")]
    step: Annotated[int, Doc("its number in the file, from 1")]
    at: Annotated[str, Doc("its moment, as written")]
    text: Annotated[str, Doc("what should have come, what came, and what is nearest")]


@dataclass(frozen=True, slots=True)
class StoryRun:
    """One story that was played."""

    file: Annotated[str, Doc("its file")]
    promise: Annotated[str, Doc("its promise")]
    events: Annotated[int, Doc("events it led to, with what came before it")]
    differences: Annotated[Sequence[StoryDifference], Doc("steps that do not come out as told")]


@dataclass(frozen=True, slots=True)
class StoriesRun:
    """What `story run` found."""

    stories: Annotated[int, Doc("stories played")]
    events: Annotated[int, Doc("events of all of them")]
    different: Annotated[int, Doc("stories that do not come out as told")]
    runs: Annotated[Sequence[StoryRun], Doc("each story")]


@dataclass(frozen=True, slots=True)
class StoryMade:
    """A story that was made from a record."""

    file: Annotated[str | None, Doc("where it was written; null: nowhere")]
    events: Annotated[int, Doc("events of the participant that come out as recorded")]
    others: Annotated[int, Doc("other participants it tells of, because they matter to it")]
    text: Annotated[str, Doc("the story")]


@dataclass(frozen=True, slots=True)
class StoryBegun:
    """A new story of a protocol, in which somebody passes it as it is planned."""

    file: Annotated[str | None, Doc("where it was written; null: nowhere")]
    protocol: Annotated[str, Doc("id of the protocol")]
    version: Annotated[str, Doc("its version")]
    day0: Annotated[date, Doc("the day that days are counted from")]
    steps: Annotated[int, Doc("steps it tells")]
    events: Annotated[int, Doc("events they lead to, the study's included")]
    left_out: Annotated[Sequence[str], Doc("what the desk would not have, each with the refusal's code")]
    text: Annotated[str, Doc("the story")]


@dataclass(frozen=True, slots=True)
class CoveredShown:
    """How much of one subject stories reach."""

    subject: Annotated[str, Doc("such as event types")]
    reached: Annotated[int, Doc("how many of them some story reaches")]
    unreached: Annotated[Sequence[str], Doc("those that no story reaches")]


@dataclass(frozen=True, slots=True)
class StoriesCovered:
    """What `story coverage` found."""

    stories: Annotated[int, Doc("stories played")]
    subjects: Annotated[Sequence[CoveredShown], Doc("each subject")]
