"""A workflow that lets another begin at its own virtual time: a child begins when its parent is.

The rule that keeps it honest: deployed workers do not serve it; only stories and tests skip time.
"""

from __future__ import annotations

from temporalio import workflow
from temporalio.workflow import ParentClosePolicy

from workflows import names
from workflows.start import ParticipantInput


@workflow.defn(name="Stage")
class Stage:
    """Starts one timeline when it is told to, and ends. Time is not skipped for one that has a child."""

    def __init__(self) -> None:
        self._entered = False

    @workflow.run
    async def run(self) -> None:
        """Wait for the participant to enter."""
        await workflow.wait_condition(lambda: self._entered and workflow.all_handlers_finished())

    @workflow.update(name="enter")
    async def enter(self, who: ParticipantInput, queue: str) -> str:
        """Start the participant's timeline now, served from `queue`; its workflow id."""
        child = await workflow.start_child_workflow(
            names.workflow_of(who.participant),
            who,
            id=names.subject_id(who.study, who.participant),
            task_queue=queue,
            parent_close_policy=ParentClosePolicy.ABANDON,
        )
        self._entered = True
        return child.id
