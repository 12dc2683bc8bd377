"""Where a history and the code part: the workflow's run, the event, and the file and line that asked for it.

The rule that keeps it honest: the event is the first one with which the history no longer replays, found by
replaying shorter and shorter parts of it; the line is the one that gave the last order before that.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from temporalio.client import WorkflowHistory
from temporalio.converter import DataConverter
from temporalio.runtime import Runtime
from temporalio.worker import (
    Interceptor,
    Replayer,
    StartActivityInput,
    UnsandboxedWorkflowRunner,
    WorkflowInboundInterceptor,
    WorkflowInterceptorClassInput,
    WorkflowOutboundInterceptor,
    WorkflowRunner,
)
from typing_extensions import override

from console.history_shape import event_name
from settings import ROOT
from workflows.hosting import WORKFLOWS

_MESSAGE = re.compile(r'message: "((?:[^"\\]|\\.)*)"')
_NAMED = re.compile(r"HistoryEvent\(id: (\d+), (\w+)\)")
_FRAME = re.compile(r'File \\*"([^"\\]+)\\*", line (\d+)')


@dataclass(frozen=True, slots=True)
class Failure:
    """A history or stream that today's code does not agree with.

    `event`: number and type of the first event that does not fit; `code`: the line that gave the last order
    before it. None: it is no history, or nobody can say.
    """

    what: str
    why: str
    event: str | None = None
    code: str | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """`event`: number and type in the history. `code`: `file:line` in the checkout; None: unknown."""

    event: str | None
    code: str | None


def said(error: BaseException) -> str:
    """What is wrong in a sentence, without the machine's wrapping."""
    found = _MESSAGE.search(str(error))
    return found.group(1).replace("\\'", "'").replace('\\"', '"').partition("\\n")[0] if found else str(error)


async def place_of(
    history: WorkflowHistory,
    error: BaseException,
    make_runner: Callable[[], WorkflowRunner],
    converter: DataConverter,
    runtime: Runtime,
) -> Place:
    """Where the history stops fitting the code, replayed by the same kind of runner."""
    orders = _Orders()

    def replayer(of: WorkflowRunner) -> Replayer:
        return Replayer(
            workflows=WORKFLOWS,
            workflow_runner=of,
            data_converter=converter,
            runtime=runtime,
            interceptors=[orders] if isinstance(of, UnsandboxedWorkflowRunner) else [],
        )

    # Without the sandbox it is many times as fast; what only the sandbox sees needs the sandbox.
    bare = replayer(UnsandboxedWorkflowRunner())
    able = bare if not await _fits(bare, history, len(history.events)) else replayer(make_runner())
    line = _in_our_code(str(error)) or (orders.lines[-1] if orders.lines else None)
    return Place(_named(error) or await _first_unfit(able, history), line)


def _named(error: BaseException) -> str | None:
    found = _NAMED.search(str(error))
    return f"{found.group(1)} {found.group(2)}" if found else None


async def _fits(replayer: Replayer, history: WorkflowHistory, events: int) -> bool:
    part = WorkflowHistory(history.workflow_id, history.events[:events])
    return (await replayer.replay_workflow(part, raise_on_replay_failure=False)).replay_failure is None


async def _first_unfit(replayer: Replayer, history: WorkflowHistory) -> str:
    """The first event with which it does not replay: by halves, as each longer part fails too."""
    # The start alone asks for nothing; the replayer would wait for its rest.
    fine, unfit = 1, len(history.events)
    while unfit - fine > 1:
        middle = (fine + unfit) // 2
        if await _fits(replayer, history, middle):
            fine = middle
        else:
            unfit = middle
    return event_name(history.events[unfit - 1])


def _in_our_code(text: str) -> str | None:
    """The innermost line of this checkout in a traceback."""
    frames = [(Path(file), line) for file, line in _FRAME.findall(text)]
    ours = [f"{file.relative_to(ROOT)}:{line}" for file, line in frames if _is_ours(file)]
    return ours[-1] if ours else None


def _is_ours(file: Path) -> bool:
    return file.is_relative_to(ROOT) and "site-packages" not in file.parts


@dataclass
class _Orders(Interceptor):
    """Notes the line of each order a workflow gives: activities, timers, signals to others."""

    lines: list[str] = field(default_factory=list)

    @override
    def workflow_interceptor_class(
        self,
        input: WorkflowInterceptorClassInput,
    ) -> type[WorkflowInboundInterceptor]:
        lines = self.lines

        class Inbound(WorkflowInboundInterceptor):
            @override
            def init(self, outbound: WorkflowOutboundInterceptor) -> None:
                super().init(_Noting(outbound, lines))

        return Inbound


class _Noting(WorkflowOutboundInterceptor):
    def __init__(self, next_: WorkflowOutboundInterceptor, lines: list[str]) -> None:
        super().__init__(next_)
        self._lines = lines

    @override
    def start_activity(self, input: StartActivityInput) -> Any:
        self._lines.extend(_callers()[:1])
        return super().start_activity(input)


def _callers() -> Sequence[str]:
    """Our own lines on the stack, the innermost first, without this module's."""
    found: list[str] = []
    frame = inspect.currentframe()
    while frame is not None:
        file = Path(frame.f_code.co_filename)
        if _is_ours(file) and file != Path(__file__):
            found.append(f"{file.relative_to(ROOT)}:{frame.f_lineno}")
        frame = frame.f_back
    return found
