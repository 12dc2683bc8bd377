"""The timeline of a study itself: the clock of what is decided across its participants.

The rule that keeps it honest: the very same waiting as a participant's, under a name of its own; what is due
for a study and what follows is the desk's business.
"""

from __future__ import annotations

from temporalio import workflow
from typing_extensions import override

from workflows import names
from workflows.participant import Participant
from workflows.start import ParticipantInput

__all__ = ["Study"]


@workflow.defn(name=names.STUDY)
class Study(Participant):
    """One run. `start.participant` is the subject `domain.recorded.STUDY_SUBJECT`."""

    # Temporal wants both declared by the class itself.
    @workflow.init
    def __init__(self, start: ParticipantInput) -> None:
        super().__init__(start)

    @workflow.run
    @override
    async def run(self, _: ParticipantInput) -> None:
        """Keep the study's timeline; it has no end of its own."""
        await super().run(_)
