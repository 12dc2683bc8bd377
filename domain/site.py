"""A site: its zone, its people on duty, its working hours and holidays.

The rule that keeps it honest: a site is published data with a hash, holidays included as dates, so that no
library or clock of the machine changes what a past decision would have been.
"""

from __future__ import annotations

import hashlib
from datetime import date, time
from functools import cached_property
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

import orjson
from pydantic import Field, StringConstraints

from domain.protocol.sources import CodeName, Labels, Strict
from domain.roles import ActorId, Role
from domain.span import SpanField

Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
WEEKDAYS: tuple[Weekday, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
ZoneName = Annotated[str, StringConstraints(pattern=r"^[A-Z][A-Za-z_]+/[A-Z][A-Za-z_/-]+$")]


class Contact(Strict):
    """Somebody who is told. `channels` name entries of the deployment's channel table, never addresses."""

    id: ActorId
    role: Role
    channels: tuple[CodeName, ...] = Field(min_length=1)


class Duty(Strict):
    """A contact's regular duty days."""

    contact: ActorId
    days: tuple[Weekday, ...] = WEEKDAYS


class Override(Strict):
    """From `first` to `last` (site days, inclusive) this contact answers for the role instead."""

    contact: ActorId
    first: date
    last: date


class Rota(Strict):
    role: Role
    duty: tuple[Duty, ...] = ()
    overrides: tuple[Override, ...] = ()


class WorkingHours(Strict):
    """Local working time on working days; `to` is exclusive."""

    days: tuple[Weekday, ...] = Field(default=("mon", "tue", "wed", "thu", "fri"), min_length=1)
    from_: time = Field(alias="from")
    to: time


class QuietHours(Strict):
    """Local hours in which nobody is told anything that can wait; may pass midnight."""

    from_: time = Field(alias="from")
    to: time


class LadderPace(Strict):
    """This site's own delays for a ladder of the protocol, rung by rung, and its repeat."""

    ladder: CodeName
    after: tuple[SpanField, ...] = Field(min_length=1)
    repeat_every: SpanField
    acknowledgement_lasts: SpanField | None = None


class Site(Strict):
    """A published site version. Times of day are local to `zone`."""

    id: CodeName
    version: str = Field(pattern=r"^[0-9A-Za-z][0-9A-Za-z.-]{0,19}$")
    labels: Labels
    zone_name: ZoneName = Field(alias="zone")
    working: WorkingHours
    quiet: QuietHours | None = None
    holidays: tuple[date, ...] = ()
    working_days: tuple[date, ...] = ()
    holidays_known_until: int | None = None
    digest_at: time = time(8, 0)
    contacts: tuple[Contact, ...] = Field(min_length=1)
    rota: tuple[Rota, ...] = ()
    paces: tuple[LadderPace, ...] = ()

    @cached_property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.zone_name)

    @cached_property
    def hash(self) -> str:
        """SHA-256 (hex) over the canonical JSON of this version."""
        body = self.model_dump(mode="json", by_alias=True, exclude_none=True)
        return hashlib.sha256(orjson.dumps(body, option=orjson.OPT_SORT_KEYS)).hexdigest()
