"""Log lines: one shape for ours and the libraries', each bound to what it is about.

The rule that keeps it honest: a line names studies, participant codes, commands and workflows, never a
person, and never what was said in a command: no payloads, and no local variables in tracebacks.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any, TextIO

import structlog
from structlog.typing import EventDict, Processor
from temporalio import activity, workflow
from temporalio.worker import ActivityInboundInterceptor, ExecuteActivityInput, Interceptor
from typing_extensions import override

from activities.orders import DeliverOrder, DeskOrder, OpenOrder


def configure(*, as_json: bool, level: str, stream: TextIO) -> None:
    """Send every line of this process to `stream`; `level` is a name such as "info".

    For a process of ours to call once at its start; replaces what was configured before.
    """
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *_shared(),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        wrapper_class=structlog.stdlib.BoundLogger,
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(stream)
    handler.setFormatter(_formatter(as_json, colours=stream.isatty()))
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level.upper())
    for chatty in ("asyncio", "alembic"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
    # What these put into the sentence is bound to the line instead.
    activity.logger.activity_info_on_message = False
    workflow.logger.workflow_info_on_message = False


class Binding(Interceptor):
    """Binds every line logged inside an activity to its workflow, study, participant and command."""

    @override
    def intercept_activity(self, next: ActivityInboundInterceptor) -> ActivityInboundInterceptor:
        return _BindingActivity(next)


class _BindingActivity(ActivityInboundInterceptor):
    @override
    async def execute_activity(self, input: ExecuteActivityInput) -> Any:
        info = activity.info()
        with structlog.contextvars.bound_contextvars(
            workflow_id=info.workflow_id,
            activity=info.activity_type,
            attempt=info.attempt,
            **_said_by(input.args),
        ):
            return await super().execute_activity(input)


def _said_by(arguments: Any) -> dict[str, str]:
    match arguments:
        case [DeskOrder() as order]:
            return {"study": order.study, "participant": order.participant, "command_id": order.command_id}
        case [OpenOrder() as order]:
            return {"study": order.study, "participant": order.participant}
        case [DeliverOrder() as order]:
            return {"study": order.study, "notice": order.notice}
        case _:
            return {}


def _shared() -> list[Processor]:
    return [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.PositionalArgumentsFormatter(),
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
        structlog.processors.StackInfoRenderer(),
    ]


def _formatter(as_json: bool, *, colours: bool) -> structlog.stdlib.ProcessorFormatter:
    rendering: list[Processor]
    if as_json:
        # Plain tracebacks: structlog's richer ones show local variables, which hold payloads.
        rendering = [
            structlog.processors.format_exc_info,
            structlog.processors.EventRenamer("message"),
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ]
    else:
        rendering = [
            structlog.dev.ConsoleRenderer(
                colors=colours, timestamp_key="at", exception_formatter=structlog.dev.plain_traceback
            )
        ]
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[*_shared(), structlog.stdlib.ExtraAdder(allow=_TEMPORAL), _whose],
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *rendering],
    )


_TEMPORAL = ("temporal_activity", "temporal_workflow")


def _whose(_logger: Any, _method: str, line: EventDict) -> EventDict:
    """Of what Temporal's own lines carry, keep the workflow id."""
    for key in _TEMPORAL:
        details = line.pop(key, None)
        if isinstance(details, Mapping) and details.get("workflow_id"):
            line["workflow_id"] = details["workflow_id"]
    return line
