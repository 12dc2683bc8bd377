"""What was seen at the bedside and in the laboratory: the observations that gradings and responses rest on.

The rule that keeps it honest: what was not looked at stays None; unknown is never read as normal.
"""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, Strict

Measured = Annotated[Decimal, Field(ge=0, le=10_000, max_digits=9, decimal_places=4)]
Count = Annotated[int, Strict(), Field(ge=0, le=99)]
"""A whole number as stated; whether it can be is for the answer to say, in a sentence."""


class Seen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Hypotension(StrEnum):
    """Blood pressure and what it takes to hold it, from better to worse. Vasopressin is not counted."""

    NONE = "none"
    NO_VASOPRESSOR = "no_vasopressor"
    ONE_VASOPRESSOR = "one_vasopressor"
    SEVERAL_VASOPRESSORS = "several_vasopressors"


class Hypoxia(StrEnum):
    """Oxygen needed, from less to more. Low flow: at most 6 L/min by nasal cannula, or blow-by."""

    NONE = "none"
    LOW_FLOW = "low_flow"
    HIGH_FLOW = "high_flow"
    POSITIVE_PRESSURE = "positive_pressure"


class CrsSeen(Seen):
    """`temperature` in °C, the highest of the day. `fever_explained`: by another cause. `fever_treated`: an
    antipyretic, anti-cytokine or steroid was given. `under_way`: CRS had been recognised before.
    """

    temperature: Measured | None = None
    fever_explained: bool = False
    fever_treated: bool | None = None
    under_way: bool | None = None
    hypotension: Hypotension | None = None
    hypoxia: Hypoxia | None = None


class Consciousness(StrEnum):
    """How the participant wakes, from better to worse."""

    ALERT = "alert"
    AWAKENS_SPONTANEOUSLY = "awakens_spontaneously"
    AWAKENS_TO_VOICE = "awakens_to_voice"
    AWAKENS_TO_TOUCH = "awakens_to_touch"
    UNAROUSABLE = "unarousable"


class Seizure(StrEnum):
    NONE = "none"
    RAPIDLY_RESOLVING = "rapidly_resolving"
    PROLONGED = "prolonged"


class Motor(StrEnum):
    NONE = "none"
    DEEP_FOCAL_WEAKNESS = "deep_focal_weakness"


class Pressure(StrEnum):
    """Raised intracranial pressure or cerebral oedema, on imaging or by its signs."""

    NONE = "none"
    FOCAL_OEDEMA = "focal_oedema"
    DIFFUSE_OEDEMA = "diffuse_oedema"


class IceParts(Seen):
    """The five parts of the ICE score: points of 4, 3, 1, 1 and 1."""

    orientation: Count | None = None
    naming: Count | None = None
    commands: Count | None = None
    writing: Count | None = None
    attention: Count | None = None


class IcansDomain(StrEnum):
    ICE = "ice"
    CONSCIOUSNESS = "consciousness"
    SEIZURE = "seizure"
    MOTOR = "motor"
    PRESSURE = "pressure"


class IcansSeen(Seen):
    """`ice`: the score 0 to 10, or its `parts`. `explained`: domains attributed to another cause."""

    ice: Count | None = None
    parts: IceParts | None = None
    consciousness: Consciousness | None = None
    seizure: Seizure | None = None
    motor: Motor | None = None
    pressure: Pressure | None = None
    explained: tuple[IcansDomain, ...] = ()


class ResponseSeen(Seen):
    """Blasts in % of marrow cells, `neutrophils` and `platelets` in 10^9/L. `adequate`: the marrow could be
    judged.
    """

    marrow_blasts: Measured | None = None
    baseline_blasts: Measured | None = None
    circulating_blasts: bool | None = None
    extramedullary: bool | None = None
    neutrophils: Measured | None = None
    platelets: Measured | None = None
    adequate: bool | None = None
