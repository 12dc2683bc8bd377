"""Deciding the record again, and saying what would be different."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from console.cli.exits import Exit, Stopped
from console.cli.options import Local
from console.cli.printing import print_json, print_line
from console.cli.replaying_place import found_records
from console.cli.shapes import AcceptanceShown, DetailShown, DifferenceShown, RulesReplayDone
from console.up import provenance_of
from replay.accepted import Acceptance, FaultyAcceptance, Judged, judge, proposed, read_accepted
from replay.difference import Difference
from replay.rules import RulesReplayed, replay_records
from replay.telling import counted, lines, looked_at, page
from settings import read_settings


@dataclass(frozen=True, slots=True)
class Files:
    """What is read and written beside the record."""

    accepted: Path | None
    html: Path | None
    propose: Path | None


def replay_record(local: Local, store: str | None, archives: Sequence[Path], files: Files) -> None:
    """Decide everything again.

    Raises:
        Stopped: something would be different that nobody accepted, or a file is not what it should be.
    """
    entries = _entries(files.accepted)
    records = found_records(store, archives)
    replayed = replay_records(records, provenance_of(read_settings()))
    judged = judge(replayed.differences, entries)
    if files.html is not None:
        _write(files.html, page(replayed, judged))
    if files.propose is not None:
        _write(files.propose, proposed(judged.unaccepted))
    _tell(local, replayed, judged)


def _entries(path: Path | None) -> tuple[Acceptance, ...]:
    if path is None:
        return ()
    try:
        return read_accepted(path)
    except FaultyAcceptance as error:
        raise Stopped(Exit.USAGE, str(error)) from error


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise Stopped(Exit.USAGE, f"{path}: {error.strerror or error}") from error


def _tell(local: Local, replayed: RulesReplayed, judged: Judged) -> None:
    data = _shown(replayed, judged)
    summary = f"{looked_at(replayed)}: {counted(judged)}"
    if not local.as_json:
        for line in lines(judged.unaccepted):
            print_line(line)
        for entry in judged.stale:
            print_line(f"accepted, but not found: {entry.study} {entry.difference}", style="dim")
    if judged.unaccepted:
        raise Stopped(Exit.BROKEN, f"different: {summary}; first: {judged.unaccepted[0].name}", data)
    if local.as_json:
        print_json(data)
    else:
        print_line(f"agrees: {summary}")


def _shown(replayed: RulesReplayed, judged: Judged) -> RulesReplayDone:
    return RulesReplayDone(
        records=replayed.records,
        timelines=replayed.subjects,
        commands=replayed.commands,
        events=replayed.events,
        unaccepted=[_difference(each) for each in judged.unaccepted],
        accepted=[_difference(each) for each in judged.accepted],
        stale=[AcceptanceShown(each.study, each.difference, each.content, each.why) for each in judged.stale],
    )


def _difference(each: Difference) -> DifferenceShown:
    return DifferenceShown(
        study=each.study,
        subject=each.subject,
        at=each.at,
        command=each.command,
        command_id=each.command_id,
        kind=each.kind.value,
        event=each.event,
        name=each.name,
        content=each.content,
        details=[DetailShown(detail.what, detail.was, detail.now) for detail in each.details],
        records=each.records,
    )
