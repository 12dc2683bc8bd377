"""What lives under another protocol are asked for: which version, for whom, and up to when.

The rule that keeps it honest: a version that was published is named by its number and a draft is handed in
with the question; neither is kept.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from console.proposed import drafted_version
from console.reading import StudyLook
from console.web.forms.typed import Typed
from domain.protocol.expanded import Protocol
from domain.stated import day_of, parse_stated

EVERYBODY, RUNNING, ENDED, THESE = "all", "running", "ended", "these"
WHOM = (EVERYBODY, RUNNING, ENDED, THESE)
FURTHEST = timedelta(days=366 * 16)


class Unasked(ValueError):
    """Something in the question is not so. `what`: a code for the page's own words."""

    def __init__(self, what: str) -> None:
        super().__init__(what)
        self.what = what


@dataclass(frozen=True, slots=True)
class Lives:
    """As it was typed. `document`: a draft, where no published `version` is named; `until`: a site day."""

    version: str = ""
    document: str = ""
    whom: str = EVERYBODY
    people: tuple[str, ...] = ()
    until: str = ""

    @property
    def asked(self) -> bool:
        """Whether anything is asked."""
        return bool(self.version or self.document.strip())


def lives_in(typed: Typed, handed_in: str = "") -> Lives:
    """What the fields of a page, or an address, ask. `handed_in`: the text of a file, which goes first."""
    whom = typed.one("whom")
    return Lives(
        version=typed.one("version"),
        document=handed_in or next(iter(typed.given.get("document", ())), ""),
        whom=whom if whom in WHOM else EVERYBODY,
        people=typed.many("p"),
        until=typed.one("until"),
    )


def protocol_of(look: StudyLook, asked: Lives) -> Protocol:
    """The version they would live under.

    Raises:
        Unasked: no such version is published.
        console.proposed.NotAProposal: the draft is no protocol of this study.
    """
    published = look.rulebook.versions(look.reading, look.study)
    if not asked.version:
        return drafted_version(asked.document, published)
    for each in published:
        if each.version == asked.version:
            return each
    raise Unasked("no version")


def people_of(look: StudyLook, asked: Lives) -> tuple[str, ...]:
    """For whom it is asked.

    Raises:
        Unasked: there is nobody like that.
    """
    rows = look.reading.participants(look.study)
    wanted = {
        EVERYBODY: rows,
        RUNNING: [each for each in rows if each.end is None],
        ENDED: [each for each in rows if each.end is not None],
        THESE: [each for each in rows if each.participant in asked.people],
    }[asked.whom]
    if not wanted:
        raise Unasked("nobody")
    return tuple(each.participant for each in wanted)


def moment_of(look: StudyLook, asked: Lives) -> datetime:
    """Up to when: the end of the site day, or now.

    Raises:
        Unasked: it is no day, or lies further ahead than any study.
    """
    if not asked.until:
        return look.now
    zone = look.study_rules().site(None).zone
    try:
        day: date = day_of(parse_stated(asked.until), zone)
    except ValueError:
        raise Unasked("no day") from None
    ends = datetime.combine(day + timedelta(days=1), time(), zone).astimezone(UTC) - timedelta(microseconds=1)
    if ends > look.now + FURTHEST:
        raise Unasked("too far")
    return ends
