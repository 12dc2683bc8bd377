"""A history from an exported archive, so that a record can be replayed without its database.

The rule that keeps it honest: the archive is verified first, link by link; a broken one is not replayed.
"""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from domain.events import decode_event
from domain.recorded import Recorded, Stamp
from domain.roles import Actor
from replay.history import Foreign, History, told
from replay.paper import Documents
from store import DocumentRow, StoredCommand
from store.verify_archive import NotAnArchive, opened, verify

SUFFIXES = (".jsonl.gz", ".jsonl")


def archive_files(paths: Iterable[Path]) -> list[tuple[str, Path]]:
    """The archives named, and those in the folders named, each with what to call it, by name.

    Raises:
        OSError: one of them is not there.
        Foreign: a folder holds no archive.
    """
    found: list[tuple[str, Path]] = []
    for path in paths:
        if not path.is_dir():
            path.stat()
            found.append((_called(path.name), path))
            continue
        inside = sorted(each for each in path.rglob("*") if each.name.endswith(SUFFIXES))
        if not inside:
            raise Foreign(f"{path}: there is no archive (*{' or *'.join(SUFFIXES)}) in this folder")
        found += [(_called(each.relative_to(path).as_posix()), each) for each in inside]
    return found


def read_archive(path: Path) -> History:
    """The history in an archive of `dayzero export jsonl`, as it is or compressed (`.gz`).

    Raises:
        Foreign: it is no archive, or something in it does not hold; the text names the first fault.
        OSError: the file cannot be read.
    """
    _sound(path)
    rows: list[DocumentRow] = []
    bodies: dict[tuple[str, str], dict[str, Any]] = {}
    events: list[tuple[int, Recorded]] = []
    commands: list[StoredCommand] = []
    for line in _lines(path):
        match line["line"]:
            case "document":
                rows.append(_document(line))
                bodies[line["kind"], line["hash"]] = line["body"]
            case "event":
                events.append((line["content"]["position"], _event(line["content"])))
            case "command":
                commands.append(_command(line["content"]))
            case _:
                pass  # header, heads and end: what verifying needed
    in_order = [recorded for _, recorded in sorted(events, key=lambda each: each[0])]
    return told(Documents(tuple(rows), bodies), commands, in_order)


def _called(name: str) -> str:
    return next((name.removesuffix(each) for each in SUFFIXES if name.endswith(each)), name)


def _sound(path: Path) -> None:
    try:
        with opened(path) as file:
            problems = verify(file).problems
    except NotAnArchive as error:
        raise Foreign(f"{path}: {error}") from error
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise Foreign(f"{path} is not as it was compressed: {error}") from error
    if problems:
        raise Foreign(f"{path} is not as it was written: {problems[0]} ({len(problems)} problems)")


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    with opened(path) as file:
        for text in file:
            yield json.loads(text)


def _document(line: dict[str, Any]) -> DocumentRow:
    at = datetime.fromisoformat(line["published_at"])
    return DocumentRow(line["kind"], line["id"], line["version"], line["hash"], at)


def _event(content: dict[str, Any]) -> Recorded:
    stamp = Stamp(
        recorded_at=datetime.fromisoformat(content["recorded_at"]),
        command_id=content["command_id"],
        actor=Actor.model_validate(content["actor"]),
        protocol=content["protocol"],
        site=content["site"],
        zone_table=content["zone_table"],
        software=content["software"],
    )
    event = decode_event(content["type"], content["version"], content["body"])
    return Recorded(content["stream"], content["seq"], event, stamp)


def _command(content: dict[str, Any]) -> StoredCommand:
    return StoredCommand(
        stream=content["stream"],
        command_id=content["command_id"],
        kind=content["kind"],
        body=json.loads(content["body"]),
        body_hash=content["body_hash"],
        actor=json.loads(content["actor"]),
        asked_at=datetime.fromisoformat(content["asked_at"]),
        accepted=content["accepted"],
        code=content["code"],
        text=content["text"],
        version=content["version"],
        events=tuple(json.loads(content["events"])),
        protocol_hash=content["protocol_hash"],
        site_hash=content["site_hash"],
    )
