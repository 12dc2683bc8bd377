"""Verify an archive of Day Zero's record: python verify_archive.py FILE

This file needs nothing but Python 3.8 or newer: keep it beside the archive.

The rule that keeps it honest: it shares no code with the product that wrote the archive.
Exit status: 0 sound, 1 something does not hold, 2 not an archive.
"""

# ruff: noqa: T201
from __future__ import annotations

import gzip
import hashlib
import json
import sys
import unicodedata
import zlib
from pathlib import Path
from typing import IO, Any, Dict, Iterable, List, Set, Tuple, cast  # noqa: UP035 (Python 3.8)

KNOWN = 1
LARGEST_INTEGER = 2**53 - 1
KINDS = ("header", "document", "event", "command", "head")
GENESIS = "0" * 64
PUBLISHING = "publish/"


class NotAnArchive(Exception):
    """The file is not what this script can verify."""


def main(arguments: List[str]) -> int:  # noqa: UP006
    """Verify the file named; print what was found."""
    if len(arguments) != 1:
        print("usage: python verify_archive.py FILE")
        return 2
    try:
        with opened(Path(arguments[0])) as file:
            checks = verify(file)
    except (OSError, EOFError, zlib.error, NotAnArchive) as error:
        print(f"not an archive that can be verified: {error}")
        return 2
    for problem in checks.problems:
        print(f"BROKEN  {problem}")
    counted = ", ".join(
        f"{count} {kind}s" for kind, count in sorted(checks.counts.items()) if kind != "header"
    )
    print(f"{'BROKEN' if checks.problems else 'sound'}: {counted}")
    return 1 if checks.problems else 0


def opened(path: Path) -> IO[bytes]:
    """An archive as it is, or compressed (`.gz`): its bytes."""
    return cast("IO[bytes]", gzip.open(path, "rb")) if path.suffix == ".gz" else path.open("rb")


def verify(file: Iterable[bytes]) -> Checks:
    """Everything that can be said about the lines of an archive."""
    checks, seen, end = Checks(), hashlib.sha256(), None
    for number, text in enumerate(file, start=1):
        if end is not None:
            checks.problems.append(f"line {number} stands after the end")
            break
        line = parse(text, number)
        if number == 1 and (line.get("line") != "header" or line.get("archive") != KNOWN):
            raise NotAnArchive(f"its first line is not the header of an archive of version {KNOWN}")
        if line.get("line") == "end":
            end = line
        else:
            seen.update(text)
            checks.take(line, number, text)
    if not checks.counts:
        raise NotAnArchive("there is nothing in it")
    checks.finish(end, seen.hexdigest())
    return checks


def parse(text: bytes, number: int) -> Dict[str, Any]:  # noqa: UP006
    """One line as an object."""
    try:
        line = json.loads(text.decode("utf-8"), object_pairs_hook=named_once)
    except (ValueError, RecursionError) as error:
        raise NotAnArchive(f"line {number} is not JSON ({error})") from None
    if not isinstance(line, dict):
        raise NotAnArchive(f"line {number} is not an object")
    return line


def named_once(pairs: List[Tuple[str, Any]]) -> Dict[str, Any]:  # noqa: UP006
    """An object; a name given twice could hide a value, so it is refused."""
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name stands twice")
    return found


def canonical(value: Any) -> bytes:
    """Keys sorted, no spaces, text as it is; refuses what has no one form."""
    refuse_unclear(value)
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    if not unicodedata.is_normalized("NFC", text):
        raise ValueError("some text is not in normal form C")
    return text.encode("utf-8")


def refuse_unclear(value: Any) -> None:
    """No floats, no integers beyond 2**53."""
    if isinstance(value, float) or (isinstance(value, int) and abs(value) > LARGEST_INTEGER):
        raise ValueError(f"{value!r} has no one written form")
    for each in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        refuse_unclear(each)


class Checks:
    """Everything seen so far, and what did not hold."""

    def __init__(self) -> None:
        self.problems: List[str] = []  # noqa: UP006
        self.counts: Dict[str, int] = {}  # noqa: UP006
        self.whole = True
        self.position = 0
        self.study: Any = None
        self.ends: Dict[Tuple[str, str], Tuple[int, str]] = {}  # noqa: UP006
        self.times: Dict[str, str] = {}  # noqa: UP006
        self.heads: Set[str] = set()  # noqa: UP006
        self.published: Set[Tuple[str, str]] = set()  # noqa: UP006
        self.recorded: Dict[Tuple[str, str], List[str]] = {}  # noqa: UP006
        self.asked: Set[Tuple[str, str]] = set()  # noqa: UP006
        self.parts: Dict[str, Any] = {}  # noqa: UP006

    def take(self, line: Dict[str, Any], number: int, text: bytes) -> None:  # noqa: UP006
        """Check one line."""
        kind = str(line.get("line"))
        self.counts[kind] = self.counts.get(kind, 0) + 1
        self.parts.setdefault(kind, hashlib.sha256()).update(text)
        if kind not in KINDS:
            self.problems.append(f"line {number} is of no known kind")
            return
        try:
            getattr(self, "take_" + kind)(line)
        except (AttributeError, KeyError, RecursionError, TypeError, ValueError) as error:
            self.problems.append(f"line {number} cannot be read: {error!r}")

    def take_header(self, line: Dict[str, Any]) -> None:  # noqa: UP006
        """What the archive says it is."""
        self.study = line["study"]
        self.whole = self.study is None
        if line["genesis"] != GENESIS or self.counts["header"] > 1:
            self.problems.append("the header is not one that was written")

    def take_document(self, line: Dict[str, Any]) -> None:  # noqa: UP006
        """A published body, under the hash of its bytes."""
        if hashlib.sha256(canonical(line["body"])).hexdigest() != line["hash"]:
            name = f"{line['kind']} {line['id']} version {line['version']}"
            self.problems.append(f"{name} is not the body that was published")
        self.published.add((line["kind"], line["hash"]))

    def take_event(self, line: Dict[str, Any]) -> None:  # noqa: UP006
        """An event: its link, its place, its time, the rules it was decided under."""
        content = line["content"]
        stream, position = content["stream"], content["position"]
        where = f"{stream} #{content['seq']}"
        self.take_link("event", line, content["seq"], where)
        if position <= self.position or (self.whole and position != self.position + 1):
            self.problems.append(f"{where}: position {position} follows {self.position}")
        self.position = position
        if content["recorded_at"] < self.times.get(stream, ""):
            self.problems.append(f"{where}: was recorded before the event it follows")
        self.times[stream] = content["recorded_at"]
        for rules in ("protocol", "site"):
            if content[rules] is not None and (rules, content[rules]) not in self.published:
                self.problems.append(f"{where}: was decided under a {rules} that is not in the archive")
        self.recorded.setdefault((stream, content["command_id"]), []).append(content["type"])

    def take_command(self, line: Dict[str, Any]) -> None:  # noqa: UP006
        """A command with its outcome: its link."""
        content = line["content"]
        where = f"{content['stream']} command #{content['ord']}"
        self.take_link("command", line, content["ord"], where)
        own = (content["stream"], content["command_id"])
        if json.loads(content["events"]) != self.recorded.get(own, []):
            self.problems.append(f"{where}: says it recorded {content['events']}, the stream does not")
        if content["accepted"] != (content["code"] is None):
            self.problems.append(f"{where}: its code does not say whether it was accepted")
        self.asked.add(own)

    def take_link(self, kind: str, line: Dict[str, Any], count: int, where: str) -> None:  # noqa: UP006
        """One link of a chain: it follows the one before, and its hash covers both."""
        stream = line["content"]["stream"]
        chain = (kind, stream)
        if not self.whole and stream.split("/")[1] != self.study:
            self.problems.append(f"{where}: is of another study than {self.study}")
        last, last_hash = self.ends.get(chain, (0, GENESIS))
        if count != last + 1:
            self.problems.append(f"{where}: follows #{last}")
        elif line["previous"] != last_hash:
            self.problems.append(f"{where}: is not linked to the one before it")
        text = line["previous"].encode("utf-8") + b"\n" + canonical(line["content"])
        if hashlib.sha256(text).hexdigest() != line["hash"]:
            self.problems.append(f"{where}: is not what was hashed when it was recorded")
        self.ends[chain] = (count, line["hash"])

    def take_head(self, line: Dict[str, Any]) -> None:  # noqa: UP006
        """The ends of a stream's two chains."""
        stream = line["stream"]
        self.heads.add(stream)
        for kind, end in (
            ("event", (line["version"], line["hash"])),
            ("command", (line["commands"], line["commands_hash"])),
        ):
            if self.ends.get((kind, stream), (0, GENESIS)) != end:
                self.problems.append(f"{stream}: the last {kind} is not the one its head names")

    def finish(self, end: Any, digest: str) -> None:
        """Check what only shows at the end."""
        for stream in sorted({stream for _, stream in self.ends} - self.heads):
            self.problems.append(f"{stream}: its head is missing")
        for stream, command in sorted(set(self.recorded) - self.asked):
            if not self.is_asked(stream, command):
                self.problems.append(f"{stream}: events of command {command} are there, and not the command")
        if end is None:
            self.problems.append("the archive is cut: its last line is missing")
            return
        if end.get("counts") != self.counts:
            self.problems.append(f"the last line counts {end.get('counts')}, the archive has {self.counts}")
        if set(end) - {"line", "counts", "parts", "sha256"}:
            self.problems.append("the last line holds what was not written")
        self.problems += self.altered(end)
        if end.get("sha256") != digest:
            self.problems.append("the bytes are not those that were written, or the last line is not")

    def is_asked(self, stream: str, command: str) -> bool:
        """Whether a command of a participant led to this event of their study, or somebody published."""
        if not stream.startswith("study/"):
            return False
        participant, _, own = command.partition("/")
        asked = ("participant/" + stream[len("study/") :] + "/" + participant, own)
        return command.startswith(PUBLISHING) or asked in self.asked

    def altered(self, end: Dict[str, Any]) -> List[str]:  # noqa: UP006
        """Which lines are not those that the last line tells of; that of an older release tells nothing."""
        told = end.get("parts")
        if not isinstance(told, dict):
            return []
        found = {kind: part.hexdigest() for kind, part in self.parts.items()}
        kinds = sorted(kind for kind in set(told) | set(found) if told.get(kind) != found.get(kind))
        return [f"the {kind} lines are not as they were written" for kind in kinds]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
