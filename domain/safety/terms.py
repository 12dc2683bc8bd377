"""The words of adverse events: seriousness, relation, expectedness, action, outcome, toxicity, response.

The rule that keeps it honest: what nobody has judged says so; it is never read as the harmless answer.
"""

from __future__ import annotations

from enum import StrEnum


class Serious(StrEnum):
    """The criteria of ICH E2A; one is enough."""

    DEATH = "death"
    LIFE_THREATENING = "life_threatening"
    HOSPITALISATION = "hospitalisation"
    DISABILITY = "disability"
    CONGENITAL_ANOMALY = "congenital_anomaly"
    MEDICALLY_IMPORTANT = "medically_important"


class Relation(StrEnum):
    """To the product, in the investigator's judgement."""

    UNRELATED = "unrelated"
    UNLIKELY = "unlikely"
    POSSIBLE = "possible"
    PROBABLE = "probable"
    DEFINITE = "definite"
    NOT_ASSESSED = "not_assessed"


class Expectedness(StrEnum):
    """Against the reference safety information."""

    EXPECTED = "expected"
    UNEXPECTED = "unexpected"
    NOT_ASSESSED = "not_assessed"


class Action(StrEnum):
    """What was done with the product because of the event."""

    NONE = "none"
    POSTPONED = "postponed"
    INTERRUPTED = "interrupted"
    REDUCED = "reduced"
    WITHDRAWN = "withdrawn"
    NOT_APPLICABLE = "not_applicable"
    UNKNOWN = "unknown"


class AeOutcome(StrEnum):
    RECOVERED = "recovered"
    RECOVERED_WITH_SEQUELAE = "recovered_with_sequelae"
    RECOVERING = "recovering"
    NOT_RECOVERED = "not_recovered"
    FATAL = "fatal"
    UNKNOWN = "unknown"


class Toxicity(StrEnum):
    """The toxicities of cell therapy that are graded from observations (ASTCT 2019)."""

    CRS = "crs"
    ICANS = "icans"


class ResponseCategory(StrEnum):
    """Response of AML by ELN; CRh stands in ELN 2022 only. PD: progressive disease."""

    CR = "CR"
    CRH = "CRh"
    CRI = "CRi"
    MLFS = "MLFS"
    PR = "PR"
    NR = "NR"
    PD = "PD"
    NE = "NE"


class ElnCriteria(StrEnum):
    ELN_2017 = "ELN 2017"
    ELN_2022 = "ELN 2022"


class ClockState(StrEnum):
    """Where a safety clock stands. `running` and `overdue` differ by the present moment alone."""

    RUNNING = "running"
    OVERDUE = "overdue"
    REPORTED = "reported"
    REPORTED_LATE = "reported_late"
    DOWNGRADED = "downgraded"
    VOIDED = "voided"


class ReportState(StrEnum):
    SENT = "sent"
    REPLACED = "replaced"
    WITHDRAWN = "withdrawn"


DEATH_GRADE = 5
HIGHEST_GRADE = 5

RELATED = frozenset({Relation.POSSIBLE, Relation.PROBABLE, Relation.DEFINITE, Relation.NOT_ASSESSED})
"""What counts as related. What nobody has judged does, until somebody says otherwise."""
