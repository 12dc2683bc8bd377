"""An amendment written as what it changes: the base document with the changed parts put in by code.

The rule that keeps it honest: what comes out is a whole document like any other, checked and hashed as one;
a change that finds nothing to change is a fault, and each fault stands on the line of the amendment.
"""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from domain.protocol.document import ProtocolDocument
from domain.protocol.expanded import content_hash
from domain.protocol.problem import Path as FieldPath
from protocols.yaml_text import WrittenValue, read_yaml

KEYS = ("id", "version", "base", "amends", "changes")
"""What an amendment's file says."""

_DEEPEST = 20


def with_base(written: WrittenValue, path: Path, depth: int = 0) -> WrittenValue:
    """The whole document of an amendment's file; any other document as it is.

    Raises:
        OSError: the base cannot be read.
    """
    value = written.value
    if not isinstance(value, dict) or "base" not in value:
        return written
    whole = WrittenValue(written.file, problems=list(written.problems))
    if not _is_in_shape(written, whole):
        return whole
    base = _base(written, path, whole, depth)
    if base is not None and _follows(written, base, whole):
        whole.value = _Overlaid(written, base, whole).value()
    return whole if not whole.problems else WrittenValue(written.file, problems=whole.problems)


def _is_in_shape(written: WrittenValue, whole: WrittenValue) -> bool:
    value = written.value
    for key in value:
        if key not in KEYS:
            hint = f"an amendment says {', '.join(KEYS)}; what it changes stands under changes"
            whole.fault(f"{key} cannot stand here", hint, written.line_of((key,)), (key,))
    for key in KEYS:
        if key not in value:
            whole.fault(f"{key} is missing", f"an amendment says {', '.join(KEYS)}", 1, (key,))
    for key in ("amends", "changes"):
        if key in value and not isinstance(value[key], dict):
            whole.fault(f"{key} is no mapping", "write its parts below it", written.line_of((key,)), (key,))
    return not whole.problems


def _base(written: WrittenValue, path: Path, whole: WrittenValue, depth: int) -> WrittenValue | None:
    line, named = written.line_of(("base",)), path.parent / str(written.value["base"])
    if depth >= _DEEPEST:
        whole.fault(
            "amendments are based on each other in a circle", "name the version before", line, ("base",)
        )
        return None
    if not named.is_file():
        hint = "name the file of the version that is amended, from this file's folder"
        whole.fault(f"there is no file {written.value['base']!r}", hint, line, ("base",))
        return None
    base = with_base(read_yaml(named), named, depth + 1)
    if base.problems or not isinstance(base.value, dict):
        first = f": {base.problems[0]}" if base.problems else ""
        whole.fault(f"the base is not in order{first}", "put the base right first", line, ("base",))
        return None
    return base


def _follows(written: WrittenValue, base: WrittenValue, whole: WrittenValue) -> bool:
    value, of = written.value, base.value
    if value["id"] != of.get("id"):
        hint = f"an amendment keeps the id, {of.get('id')}"
        whole.fault(f"the base is of {of.get('id')!r}", hint, written.line_of(("id",)), ("id",))
    amended = value["amends"].get("version")
    if amended != of.get("version"):
        place: FieldPath = ("amends", "version")
        hint = f"write {of.get('version')!r}, or name another base"
        whole.fault(f"the base is version {of.get('version')!r}", hint, written.line_of(place), place)
    stated = value["amends"].get("hash")
    if stated is not None and stated != _hash(of):
        place = ("amends", "hash")
        hint = f"the base has {_hash(of) or 'faults of its own'}: look at what it says now"
        whole.fault("the base is another content", hint, written.line_of(place), place)
    return not whole.problems


def _hash(value: Any) -> str | None:
    try:
        return content_hash(ProtocolDocument.model_validate(value))
    except ValidationError:
        return None


class _Overlaid:
    """Puts the changes of an amendment into its base, and keeps where each part was written."""

    def __init__(self, written: WrittenValue, base: WrittenValue, whole: WrittenValue) -> None:
        self._written, self._whole = written, whole
        self._value: dict[str, Any] = deepcopy(base.value)
        self._written_at: dict[int, FieldPath] = {}

    def value(self) -> dict[str, Any]:
        own = self._written.value
        self._value.update(version=own["version"], amends=own["amends"])
        for key in ("id", "version", "amends"):
            self._keep_lines((key,), (key,))
        for part, change in own["changes"].items():
            self._change(part, change)
        for part, entries in self._value.items():
            for index, entry in enumerate(entries if isinstance(entries, list) else ()):
                if id(entry) in self._written_at:
                    self._keep_lines(self._written_at[id(entry)], (part, index))
        self._whole.lines.setdefault((), self._written.line_of(("changes",)))
        return self._value

    def _change(self, part: str, change: Any) -> None:
        where: FieldPath = ("changes", part)
        if isinstance(change, dict) and change and set(change) <= {"set", "remove"}:
            self._change_entries(part, change, where)
        elif change is None:
            self._value.pop(part, None)
        else:
            self._value[part] = change
            self._keep_lines(where, (part,))

    def _change_entries(self, part: str, change: Mapping[str, Any], where: FieldPath) -> None:
        entries = self._value.setdefault(part, [])
        if not isinstance(entries, list):
            self._fault(
                where, f"{part} is no list of things with codes", f"write the whole of {part} instead"
            )
            return
        for index, code in enumerate(_listed(change.get("remove"))):
            place = _position(entries, code)
            if place is None:
                self._fault((*where, "remove", index), f"{part} has no {code!r}", "name a code of the base")
            else:
                del entries[place]
        for index, entry in enumerate(_listed(change.get("set"))):
            self._set(entries, entry, (*where, "set", index))

    def _set(self, entries: list[Any], entry: Any, where: FieldPath) -> None:
        if not isinstance(entry, dict) or not isinstance(entry.get("code"), str):
            self._fault(where, "it has no code", "say the whole thing, beginning with its code")
            return
        after = entry.pop("after", None)
        self._written_at[id(entry)] = where
        place = _position(entries, entry["code"])
        if place is not None:
            entries[place] = entry
        elif after is None:
            entries.append(entry)
        elif (before := _position(entries, after)) is None:
            self._fault((*where, "after"), f"there is no {after!r} to stand after", "name a code of the base")
        else:
            entries.insert(before + 1, entry)

    def _fault(self, where: FieldPath, text: str, hint: str) -> None:
        self._whole.fault(text, hint, self._written.line_of(where), where)

    def _keep_lines(self, written_at: FieldPath, path: FieldPath) -> None:
        depth = len(written_at)
        for each, line in self._written.lines.items():
            if each[:depth] == written_at:
                self._whole.lines[(*path, *each[depth:])] = line


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _position(entries: list[Any], code: Any) -> int | None:
    for index, entry in enumerate(entries):
        if isinstance(entry, dict) and entry.get("code") == code:
            return index
    return None
