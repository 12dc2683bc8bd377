"""Who may speak to the record: roles and actors.

The rule that keeps it honest: every command names its actor and role; `system` is the machine itself and can
only let time pass.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, StringConstraints


class Role(StrEnum):
    """In which part somebody speaks. Stored: `sponsor` is the sponsor monitor."""

    COORDINATOR = "coordinator"
    INVESTIGATOR = "investigator"
    SPONSOR = "sponsor"
    DATA_MANAGER = "data_manager"
    AUDITOR = "auditor"
    ENGINEER = "engineer"
    SYSTEM = "system"


ActorId = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9._-]{0,63}$")]


class Actor(BaseModel):
    """Who asks: an opaque id (never a person's name), a role, and how the person was recognised."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: ActorId
    role: Role
    method: Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]{1,32}$")] = "cli"


SYSTEM = Actor(id="day-zero", role=Role.SYSTEM, method="timer")
