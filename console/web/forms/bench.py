"""What a form is filled in over: the record of the participant, or the study, as it stands.

The rule that keeps it honest: one look at the study, through the functions the command line uses.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from console.reading import StudyLook
from console.record import ParticipantRecord, record_of
from console.words import Language
from domain.eligibility import observations_in
from domain.protocol.expanded import Protocol
from domain.protocol.sources import Labels
from domain.site import Site
from domain.state import State
from domain.study import Study


@dataclass(frozen=True)
class Bench:
    """`record`: of the participant the form is about; None: it is about the study, or somebody new."""

    look: StudyLook
    record: ParticipantRecord | None
    study: Study
    protocol: Protocol
    sites: tuple[Site, ...]

    @property
    def state(self) -> State | None:
        """Everything recorded of the participant."""
        return self.record.state if self.record is not None else None

    @property
    def participant(self) -> str | None:
        """Whom the form is about."""
        return self.record.state.participant if self.record is not None else None

    @property
    def zone(self) -> ZoneInfo:
        """The zone whose clock the times of the form are on."""
        if self.record is not None:
            return self.record.state.zone
        return self.sites[0].zone if self.sites else ZoneInfo("UTC")

    @property
    def today(self) -> date:
        """The present day there."""
        return self.look.now.astimezone(self.zone).date()

    @property
    def checked_at_consent(self) -> tuple[str, ...]:
        """The observations that are judged at the registration."""
        criteria = (
            self.protocol.criteria[each] for each in self.protocol.document.registration.criteria_checked
        )
        rules = (each.met_if if each.met_if is not None else each.excluded_if for each in criteria)
        return tuple(dict.fromkeys(code for rule in rules if rule for code in observations_in(rule)))

    def said(self, pair: tuple[str, str]) -> str:
        """The words of a pair in the reader's language."""
        return pair[1] if self.look.language is Language.ZH else pair[0]

    def label(self, labels: Labels) -> str:
        """A label of a document in the reader's language."""
        return labels.in_language(self.look.language)


def bench_of(look: StudyLook, participant: str | None) -> Bench:
    """What a form about a participant, or about the study, is filled in over.

    Raises:
        Refused: there is no such participant.
    """
    record = record_of(look, participant) if participant is not None else None
    study = look.rulebook.study(look.reading, look.study)
    protocol = record.state.protocol if record is not None else look.study_rules().protocol
    return Bench(
        look,
        record,
        study,
        protocol,
        tuple(look.site(code) for code in dict.fromkeys(each.site for each in study.sites)),
    )
