"""Sending the commands of a what-if as one, and telling the timelines that moved with it.

The rule that keeps it honest: what was recorded stays recorded whether or not the others could be told; the
watchdog acts on what is due for them all the same.
"""

from __future__ import annotations

import structlog
from temporalio.service import RPCError

from console.connecting import NoServer
from console.letter import Outcome, Send, Wake
from replay.applying import Whole

log = structlog.stdlib.get_logger(__name__)


async def apply_whole(send: Send, wake: Wake, study: str, whole: Whole, command_id: str) -> Outcome:
    """Have all of it recorded, or none. `send` and `wake`: as those of a `Gateway`.

    Raises:
        CommandRefused: one of them is refused, or the record has moved since it was looked at.
        OutcomeUnknown, NoServer: as `Gateway.send`.
    """
    outcome = await send(study, whole.subject, command_id, whole.body)
    for other in whole.others:
        try:
            await wake(study, other)
        except (RPCError, NoServer) as error:
            log.warning("a timeline could not be told", study=study, participant=other, trouble=str(error))
    return outcome
