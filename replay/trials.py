"""The file of a change what-if: a study, and the commands to try.

The rule that keeps it honest: commands are written as they are sent; what is wrong is said with its place.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from domain.stated import Instant
from protocols.yaml_text import read_yaml
from replay.change import Trial


class FaultyTrials(ValueError):
    """The file cannot be read as one."""


class _Command(BaseModel):
    """`at` left out: at the moment the file is tried."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    who: str
    at: Instant | None = None
    do: dict[str, Any]


class _File(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    study: str
    commands: tuple[_Command, ...] = Field(min_length=1)


def read_trials(path: Path, now: datetime) -> tuple[str, list[Trial]]:
    """(study, commands) of a file.

    Raises:
        FaultyTrials: it is missing, no YAML, or a command lacks something; the text names file and place.
    """
    try:
        written = read_yaml(path)
    except OSError as error:
        raise FaultyTrials(f"{path}: {error.strerror or error}") from error
    if written.problems:
        raise FaultyTrials(str(written.problems[0]))
    try:
        read = _File.model_validate(written.value)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(str(part) for part in first["loc"]) or "the file"
        raise FaultyTrials(
            f"{path}: {where}: {first['msg']}; the file holds `study:` and `commands:`, a list of entries "
            "with `who:` (a participant or `study`), `at:` and `do:` (the command)"
        ) from error
    return read.study, [Trial(each.who, each.do, each.at or now) for each in read.commands]
