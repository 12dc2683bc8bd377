"""Whatever a caller sends, the timeline goes on and the next command is answered at once (INV-21)."""

from __future__ import annotations

import time
from typing import Any

import pytest
from temporalio.api.common.v1 import Payload
from temporalio.api.enums.v1 import EventType
from temporalio.client import Client, WorkflowUpdateFailedError
from temporalio.common import RawValue
from temporalio.exceptions import ApplicationError
from temporalio.service import RPCError

from tests.workflows.conftest import Serve
from tests.workflows.sending import Sender
from workflows.envelope import MOST_BYTES, wire
from workflows.names import MOVED


def _json(text: bytes) -> RawValue:
    return RawValue(Payload(metadata={"encoding": b"json/plain"}, data=text))


def _nested(depth: int) -> bytes:
    return b'{"command_id":"bad","command":' + b'{"a":' * depth + b"1" + b"}" * depth + b"}"


_GOOD: dict[str, Any] = {"command_id": "bad", "command": {"kind": "note"}}

POISONS: dict[str, tuple[list[Any], str]] = {
    "no argument": ([], "malformed"),
    "two arguments": ([_GOOD, _GOOD], "malformed"),
    "eleven arguments": ([_GOOD] * 11, "malformed"),
    "nothing": ([None], "malformed"),
    "a number": ([7], "malformed"),
    "a text": (["note"], "malformed"),
    "a list": ([[1, 2]], "malformed"),
    "no command": ([{"command_id": "bad"}], "malformed"),
    "one key too many": ([{**_GOOD, "actor": "me"}], "malformed"),
    "a command that is a list": ([wire("bad", [1])], "malformed"),  # type: ignore[arg-type]
    "an id that is a number": ([{"command_id": 7, "command": {}}], "malformed"),
    "another id than the update's": ([wire("other", {})], "malformed"),
    "an id with a line break": ([wire("bad\n", {})], "malformed"),
    "bytes": ([b"\x00\xff"], "malformed"),
    "not JSON": ([_json(b"{")], "malformed"),
    "not UTF-8": ([_json(b'{"command_id":"\xff"}')], "malformed"),
    "nothing at all in it": ([_json(b"")], "malformed"),
    "an unknown encoding": ([RawValue(Payload(metadata={"encoding": b"gzip/\xff"}, data=b"x"))], "malformed"),
    "no encoding": ([RawValue(Payload(data=b"{}"))], "malformed"),
    "a key given twice": ([_json(b'{"command_id":"bad","command":{"a":1,"a":2}}')], "malformed"),
    "not a number": ([_json(b'{"command_id":"bad","command":{"a":NaN}}')], "malformed"),
    "an infinite number": ([_json(b'{"command_id":"bad","command":{"a":1e400}}')], "malformed"),
    "a huge number": ([_json(b'{"command_id":"bad","command":{"a":1' + b"0" * 400 + b"}}")], "malformed"),
    "a number beyond reading": (
        [_json(b'{"command_id":"bad","command":{"a":1' + b"0" * 9000 + b"}}")],
        "malformed",
    ),
    "half a character": ([_json(b'{"command_id":"bad","command":{"a":"\\ud800"}}')], "malformed"),
    "half a character as a key": ([_json(b'{"command_id":"bad","command":{"\\ud800":1}}')], "malformed"),
    "a character no database takes": (
        [_json(b'{"command_id":"bad","command":{"a":"\\u0000"}}')],
        "malformed",
    ),
    "21 deep": ([_json(_nested(21))], "malformed"),
    "10,000 deep": ([_json(_nested(10_000))], "malformed"),
    "a byte too long": ([_json(b'"' + b"x" * (MOST_BYTES - 1) + b'"')], "too-large"),
    "1.5 MB": ([wire("bad", {"kind": "note", "text": "x" * 1_500_000})], "too-large"),
}


@pytest.mark.parametrize("poison", POISONS)
async def test_a_poison_is_refused_and_harms_nobody(poison: str, client: Client, serve: Serve) -> None:
    """What is no command is refused with a code and leaves no trace; the next command is answered at once."""
    args, code = POISONS[poison]
    async with serve() as queue:
        sender = Sender(client, queue)
        await sender.send("c-1", "register")
        with pytest.raises(WorkflowUpdateFailedError) as refused:
            await sender.send_raw(*args, update_id="bad")
        assert isinstance(refused.value.cause, ApplicationError)
        assert refused.value.cause.type == code
        await _goes_on(sender)


async def test_three_megabytes_harm_nobody(client: Client, serve: Serve) -> None:
    """3 MB in one command do not get past the server, and the next command is answered at once."""
    async with serve() as queue:
        sender = Sender(client, queue)
        await sender.send("c-1", "register")
        with pytest.raises((RPCError, WorkflowUpdateFailedError)):
            await sender.send_raw(wire("bad", {"text": "x" * 3_000_000}), update_id="bad")
        await _goes_on(sender)


async def test_an_unknown_update_is_refused_by_name(client: Client, serve: Serve) -> None:
    """An update of another name is refused with a text that names the right one."""
    async with serve() as queue:
        sender = Sender(client, queue)
        await sender.send("c-1", "register")
        with pytest.raises(WorkflowUpdateFailedError, match="update failed") as refused:
            await sender.send_raw(_GOOD, update_id="bad", name="erase\n")
        assert "'command'" in str(refused.value.cause)
        await _goes_on(sender)


@pytest.mark.parametrize("args", [[], [1], [1, 2, 3], [_json(b"{")], [RawValue(Payload(data=b"x"))]])
async def test_a_signal_harms_nobody(args: list[Any], client: Client, serve: Serve) -> None:
    """A signal stays in the history for ever, so whatever it carries must be read without failing."""
    async with serve() as queue:
        sender = Sender(client, queue)
        await sender.send("c-1", "register")
        await sender.handle.signal(MOVED, args=args)
        await sender.handle.signal("no such signal", args=args)
        await _goes_on(sender)


async def _goes_on(sender: Sender) -> None:
    began = time.monotonic()
    assert (await sender.send("c-2", "note"))["version"] == 2
    assert time.monotonic() - began < 3, "the next command had to wait"
    kinds = [event.event_type for event in await sender.history()]
    assert EventType.EVENT_TYPE_WORKFLOW_TASK_FAILED not in kinds
    assert EventType.EVENT_TYPE_WORKFLOW_TASK_TIMED_OUT not in kinds
