"""Other names for everybody and everything of a record that a story is made from.

The rule that keeps it honest: the same thing has the same new name throughout, and free text is dropped;
measured values, grades and the protocol's own words stay, because what is decided depends on them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from domain.roles import Role

DROPPED = ("reason", "outcome", "what", "detail", "treatment", "accepted", "deviation")
"""Fields of free text (`deviation` of a conditional release, `outcome` of a meeting)."""

AS_RECORDED = "as recorded"
_COUNTED = {"term": "Event", "reference": "Report"}
_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]*")
_WORDS = {
    "outcome": "close_adverse_event",
    "treatment": "decide_treatment",
    "deviation": "confirm_deviation",
}
"""Fields that one command fills with a word of the vocabulary or a name of the record."""


class Pseudonyms:
    """Gives new names as it meets old ones. `participants`: in the order of their new codes."""

    def __init__(self, participants: Iterable[str]) -> None:
        self._codes = {each: f"P-{number:03}" for number, each in enumerate(participants, start=1)}
        self._numbers: dict[str, str] = {}
        self._people: dict[str, str] = {}
        self._counts: dict[str, int] = {}
        self._said: dict[tuple[str, str], str] = {}
        self._sites: dict[str, str] = {}

    def participant(self, code: str) -> str:
        """The new code of a participant; "study" stays."""
        return self._codes.get(code, code)

    def site(self, code: str) -> str:
        """The new code of a site."""
        return self._sites.setdefault(code, f"site-{len(self._sites) + 1}")

    def person(self, id_: str, role: Role | None = None) -> str:
        """The new id of a person: the role with a number, or just somebody."""
        if id_ not in self._people:
            kind = role.value if role is not None else "person"
            self._counts[kind] = self._counts.get(kind, 0) + 1
            self._people[id_] = f"{kind}-{self._counts[kind]}"
        return self._people[id_]

    def body(self, body: dict[str, Any]) -> dict[str, Any]:
        """A command's body under new names, without its actor."""
        kind = body["kind"]
        return {key: self._field(kind, key, each) for key, each in body.items() if key != "actor"}

    def _field(self, kind: str, key: str, value: Any) -> Any:
        match key, value:
            case "kind" | "meaning", _:
                return value
            case "persons", list() | tuple():
                return [self.person(each) for each in value]
            case "approved_by", str():
                return self.person(value)
            case "number", str():
                return self._number(value)
            case "site", str():
                return self.site(value)
            case _, str() if key in _COUNTED:
                return self._counted(key, value)
            case _, str() if key in DROPPED and _WORDS.get(key) != kind:
                return AS_RECORDED
            case _:
                return self._renamed(value)

    def _number(self, number: str) -> str:
        return self._numbers.setdefault(number, f"COI-{len(self._numbers) + 1:04}")

    def _counted(self, key: str, value: str) -> str:
        known = sum(1 for each, _ in self._said if each == key)
        return self._said.setdefault((key, value), f"{_COUNTED[key]} {known + 1}")

    def _renamed(self, value: Any) -> Any:
        match value:
            case str():
                return _CODE.sub(lambda found: self._codes.get(found[0], found[0]), value)
            case dict():
                return {key: self._renamed(each) for key, each in value.items()}
            case list() | tuple():
                return [self._renamed(each) for each in value]
            case _:
                return value
