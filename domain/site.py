"""A site: its zone, its people on duty, its working hours and holidays.

The rule that keeps it honest: a site is published data with a hash, holidays included as dates, so that no
library or clock of the machine changes what a past decision would have been.
"""

from __future__ import annotations

import hashlib
import re
from datetime import date, time
from functools import cached_property
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

import orjson
from pydantic import BeforeValidator, Field, PlainSerializer, StringConstraints

from domain.protocol.sources import CodeName, Labels, Strict
from domain.roles import ActorId, Role
from domain.span import SpanField

Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
WEEKDAYS: tuple[Weekday, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_CLOCK = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9])?")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def _local_time(value: Any) -> Any:
    if isinstance(value, time) and value.tzinfo is None:
        return value
    if not isinstance(value, str) or not _CLOCK.fullmatch(value):
        raise ValueError(f"{value!r} is not a local time of day: write hours and minutes such as 08:00")
    return time.fromisoformat(value)


def _site_day(value: Any) -> Any:
    if type(value) is date:
        return value
    if not isinstance(value, str) or not _DAY.fullmatch(value):
        raise ValueError(f"{value!r} is not a day: write year, month and day such as 2026-10-01")
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise ValueError(
            f"{value!r} is not a day of the calendar: write a real one such as 2026-02-28"
        ) from None


# Numbers and longer texts, which pydantic would take for seconds or instants, are refused.
LocalTime = Annotated[time, BeforeValidator(_local_time), PlainSerializer(time.isoformat, return_type=str)]
SiteDay = Annotated[date, BeforeValidator(_site_day), PlainSerializer(date.isoformat, return_type=str)]
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
    first: SiteDay
    last: SiteDay


class Rota(Strict):
    role: Role
    duty: tuple[Duty, ...] = ()
    overrides: tuple[Override, ...] = ()


class WorkingHours(Strict):
    """Local working time on working days; `to` is exclusive."""

    days: tuple[Weekday, ...] = Field(default=("mon", "tue", "wed", "thu", "fri"), min_length=1)
    from_: LocalTime = Field(alias="from")
    to: LocalTime


class QuietHours(Strict):
    """Local hours in which nobody is told anything that can wait; may pass midnight."""

    from_: LocalTime = Field(alias="from")
    to: LocalTime


class LadderPace(Strict):
    """This site's own delays for a ladder of the protocol, rung by rung, and its repeat."""

    ladder: CodeName
    after: tuple[SpanField, ...] = Field(min_length=1)
    repeat_every: SpanField
    acknowledgement_lasts: SpanField | None = None


class Site(Strict):
    """A published site version. Times of day are local to `zone`.

    `holidays` and `working_days` (make-up working days) are dates. The table behind them is official up to
    the end of the year `holidays_known_until`; later dates are provisional. `simulated`: nobody real is told.
    """

    id: CodeName
    version: str = Field(pattern=r"^[0-9A-Za-z][0-9A-Za-z.-]{0,19}$")
    labels: Labels
    simulated: bool = False
    zone_name: ZoneName = Field(alias="zone")
    working: WorkingHours
    quiet: QuietHours | None = None
    holidays: tuple[SiteDay, ...] = ()
    working_days: tuple[SiteDay, ...] = ()
    holidays_known_until: int | None = None
    digest_at: LocalTime = time(8, 0)
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
