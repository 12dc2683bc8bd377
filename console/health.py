"""What a look at one part of the deployment found.

The rule that keeps it honest: `bad` means something will not work or a record could be lost; `warn` means
somebody should know; everything else is `ok`, and every line says what was looked at.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated

from typing_extensions import Doc


class Health(StrEnum):
    OK = "ok"
    WARN = "warn"
    BAD = "bad"


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of `doctor`."""

    part: Annotated[str, Doc("what was looked at")]
    health: Annotated[Health, Doc("`ok`, `warn` or `bad`")]
    says: Annotated[str, Doc("what was found, and what to do about it")]
    unreachable: Annotated[bool, Doc("true: the server or the store did not answer")] = False


def ok(part: str, says: str) -> Finding:
    """All is well."""
    return Finding(part, Health.OK, says)


def warn(part: str, says: str) -> Finding:
    """Somebody should know."""
    return Finding(part, Health.WARN, says)


def bad(part: str, says: str, *, unreachable: bool = False) -> Finding:
    """Something does not work, or could lose a record."""
    return Finding(part, Health.BAD, says, unreachable)
