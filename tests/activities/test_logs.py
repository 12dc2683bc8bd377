"""Log lines of a process: their shape, what they are bound to, what they never hold."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
import structlog
from temporalio import activity, workflow
from temporalio.client import Client, WorkflowFailureError
from temporalio.common import RetryPolicy
from temporalio.worker import UnsandboxedWorkflowRunner, Worker

from activities import logs
from activities.orders import DECIDE, DeskOrder


@pytest.fixture
def stream() -> Iterator[io.StringIO]:
    """Where lines go; what was configured before is put back."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    on_message = activity.logger.activity_info_on_message, workflow.logger.workflow_info_on_message
    yield io.StringIO()
    root.handlers, root.level = handlers, level
    activity.logger.activity_info_on_message, workflow.logger.workflow_info_on_message = on_message
    structlog.reset_defaults()


def _lines(stream: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_a_line_is_json_with_time_level_and_name(stream: io.StringIO) -> None:
    """Ours and a library's lines have one shape; the time is UTC."""
    logs.configure(as_json=True, level="info", stream=stream)
    structlog.stdlib.get_logger("activities.desk").info("command recorded", participant="P-001", label="入组")
    logging.getLogger("some.library").warning("it took %s s", 3)
    ours, theirs = _lines(stream)
    assert ours.pop("at").endswith("Z")
    assert ours == {
        "message": "command recorded", "level": "info", "logger": "activities.desk", "participant": "P-001",
        "label": "入组",
    }  # fmt: skip
    assert (theirs["message"], theirs["level"], theirs["logger"]) == (
        "it took 3 s",
        "warning",
        "some.library",
    )


def test_a_line_for_people_is_one_readable_line(stream: io.StringIO) -> None:
    """The console's shape says event and details; without a terminal there are no colour codes."""
    logs.configure(as_json=False, level="info", stream=stream)
    structlog.stdlib.get_logger("activities.desk").info("command recorded", participant="P-001")
    [line] = stream.getvalue().splitlines()
    assert "command recorded" in line
    assert "participant=P-001" in line
    assert "\x1b" not in line


@pytest.mark.parametrize(("level", "heard"), [("debug", 4), ("info", 3), ("warning", 2), ("error", 1)])
def test_only_the_wanted_levels_are_told(stream: io.StringIO, level: str, heard: int) -> None:
    """The level counts for ours and for libraries alike."""
    logs.configure(as_json=True, level=level, stream=stream)
    ours, theirs = structlog.stdlib.get_logger("ours"), logging.getLogger("theirs")
    for number in (logging.DEBUG, logging.INFO, logging.WARNING, logging.ERROR):
        ours.log(number, "x")
        theirs.log(number, "x")
    assert len(_lines(stream)) == 2 * heard


@pytest.mark.parametrize("as_json", [True, False])
def test_a_traceback_holds_no_variables(stream: io.StringIO, as_json: bool) -> None:
    """Where it broke is told, what the variables held is not: they hold payloads (INV-16)."""
    logs.configure(as_json=as_json, level="info", stream=stream)

    def breaking(payload: str) -> None:
        raise RuntimeError(f"broken at length {len(payload)}")

    payload = f"fever-of-{40 - 1}"  # written apart, because a traceback quotes the source
    for logger in (structlog.stdlib.get_logger("ours"), logging.getLogger("theirs")):
        try:
            breaking(payload)
        except RuntimeError:
            logger.exception("it broke")
    assert stream.getvalue().count("broken at length 11") == 2
    assert "fever-of-39" not in stream.getvalue()


@activity.defn(name=DECIDE)
def speaking_desk(order: DeskOrder) -> str:
    """Logs by both kinds of loggers, then fails."""
    structlog.stdlib.get_logger("activities.desk").info("ours")
    activity.logger.info("theirs")
    raise ValueError("no such rule")


@workflow.defn(name="test.speak")
class Speak:
    """Asks the speaking desk once."""

    @workflow.run
    async def run(self, order: DeskOrder) -> None:
        await workflow.execute_activity(
            DECIDE,
            order,
            start_to_close_timeout=timedelta(seconds=10),
            retry_policy=RetryPolicy(maximum_attempts=1),
        )


async def test_lines_of_an_activity_say_what_they_are_about(
    stream: io.StringIO, temporal_address: str
) -> None:
    """Workflow, study, participant and command are on every line of an activity, no payload (INV-16)."""
    logs.configure(as_json=True, level="info", stream=stream)
    client = await Client.connect(temporal_address)
    order = DeskOrder("NCT06642025", "P-001", "c-1", {"kind": "x", "reason": "fever-of-39"}, "2026-03-31")
    with ThreadPoolExecutor(2) as threads:
        worker = Worker(
            client,
            task_queue="test-logs",
            workflows=[Speak],
            activities=[speaking_desk],
            activity_executor=threads,
            workflow_runner=UnsandboxedWorkflowRunner(),
            interceptors=[logs.Binding()],
        )
        async with worker:
            with pytest.raises(WorkflowFailureError):
                await client.execute_workflow(
                    Speak.run, order, id="participant/NCT06642025/P-001", task_queue="test-logs"
                )
    lines = {line["message"]: line for line in _lines(stream)}
    for told in ("ours", "theirs"):
        line = lines[told]
        about = {key: line[key] for key in ("workflow_id", "study", "participant", "command_id", "activity")}
        assert about == {
            "workflow_id": "participant/NCT06642025/P-001",
            "study": "NCT06642025",
            "participant": "P-001",
            "command_id": "c-1",
            "activity": DECIDE,
        }
    failed = [line for line in _lines(stream) if "no such rule" in json.dumps(line)]
    assert failed
    assert all(line.get("workflow_id") == "participant/NCT06642025/P-001" for line in failed)
    assert "fever-of-39" not in stream.getvalue()
