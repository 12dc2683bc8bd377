"""The committed file of accepted differences: each by name, with its content and why it is right.

The rule that keeps it honest: an entry accepts one difference of one content; without a reason it accepts
nothing, and an entry that nothing answers to any more is said to be stale.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated

import yaml
from pydantic import BaseModel, ConfigDict, StringConstraints, ValidationError

from protocols.yaml_text import read_yaml
from replay.difference import Difference


class FaultyAcceptance(ValueError):
    """The file of accepted differences cannot be read as one."""


class Acceptance(BaseModel):
    """One difference somebody judged right."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    study: str
    difference: str
    content: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{16}$")]
    why: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]


class _File(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    accepted: tuple[Acceptance, ...]


@dataclass(frozen=True, slots=True)
class Judged:
    """Differences by whether the file accepts them. `stale`: entries that nothing answers to.

    `why`: of each accepted difference the reason that was written.
    """

    unaccepted: tuple[Difference, ...]
    accepted: tuple[Difference, ...]
    stale: tuple[Acceptance, ...]
    why: Mapping[Difference, str] = field(default_factory=dict)


def read_accepted(path: Path) -> tuple[Acceptance, ...]:
    """The entries of a file.

    Raises:
        FaultyAcceptance: it is missing, no YAML, or an entry lacks something; the text names file and place.
    """
    try:
        written = read_yaml(path)
    except OSError as error:
        raise FaultyAcceptance(f"{path}: {error.strerror or error}") from error
    if written.problems:
        raise FaultyAcceptance(str(written.problems[0]))
    try:
        return _File.model_validate(written.value).accepted
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(str(part) for part in first["loc"]) or "the file"
        raise FaultyAcceptance(
            f"{path}: {where}: {first['msg']}; the file holds `accepted:`, a list of entries with study, "
            "difference, content and why"
        ) from error


def judge(differences: Iterable[Difference], entries: Sequence[Acceptance]) -> Judged:
    """Which differences are accepted, and which entries nothing answers to."""
    known = {(each.study, each.difference, each.content): each for each in entries}
    unaccepted: list[Difference] = []
    accepted: list[Difference] = []
    answered: set[tuple[str, str, str]] = set()
    for each in differences:
        key = (each.study, each.name, each.content)
        (accepted if key in known else unaccepted).append(each)
        answered.add(key)
    stale = tuple(entry for key, entry in known.items() if key not in answered)
    why = {each: known[each.study, each.name, each.content].why for each in accepted}
    return Judged(tuple(unaccepted), tuple(accepted), stale, why)


def proposed(differences: Iterable[Difference]) -> str:
    """Entries for these differences as YAML, each with its reason left to be written."""
    entries = [
        {"study": each.study, "difference": each.name, "content": each.content, "why": ""}
        for each in differences
    ]
    return yaml.safe_dump({"accepted": entries}, sort_keys=False, allow_unicode=True, width=100)
