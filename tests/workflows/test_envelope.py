"""Reading what was sent: whatever it is, it ends in an envelope or in one clear refusal (INV-21)."""

from __future__ import annotations

import json
from typing import Any

import orjson
from hypothesis import given, settings
from hypothesis import strategies as st
from temporalio.api.common.v1 import Payload
from temporalio.common import RawValue
from temporalio.exceptions import ApplicationError

from workflows.envelope import Envelope, read_envelope, wire

_ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.text(), inner, max_size=5),
    max_leaves=30,
)
_ENCODINGS = st.sampled_from([b"json/plain", b"binary/null", b"binary/unreadable", b"\xff", b""])
_IDS = st.from_regex(r"\A[A-Za-z0-9][A-Za-z0-9._:/+-]{0,60}\Z")


def _read(name: str, update_id: str, *payloads: Payload) -> Envelope | ApplicationError:
    try:
        return read_envelope(name, update_id, [RawValue(payload) for payload in payloads])
    except ApplicationError as refused:
        return refused


def _json(value: Any) -> Payload:
    return Payload(metadata={"encoding": b"json/plain"}, data=json.dumps(value).encode())


@settings(max_examples=1000)
@given(data=st.lists(st.binary(max_size=200), max_size=3), encoding=_ENCODINGS, name=st.text(), id_=st.text())
def test_no_bytes_do_harm(data: list[bytes], encoding: bytes, name: str, id_: str) -> None:
    """Any bytes under any name end in a refusal whose words can be sent back."""
    payloads = [Payload(metadata={"encoding": encoding}, data=each) for each in data]
    for asked in (name, "command"):
        refused = _read(asked, id_, *payloads)
        assert isinstance(refused, ApplicationError)
        assert refused.type in ("malformed", "too-large")
        assert refused.message.encode()


@settings(max_examples=1000)
@given(command=st.dictionaries(st.text(), _ANY_JSON, max_size=5), command_id=_IDS)
def test_what_passes_can_be_carried_by_all(command: dict[str, Any], command_id: str) -> None:
    """A command that passes is kept as it is by a strict JSON writer, with no text a database refuses."""
    read = _read("command", command_id, _json(wire(command_id, command)))
    match read:
        case Envelope():
            written = orjson.dumps(read.command)
            assert orjson.loads(written) == read.command == command
            assert b"\\u0000" not in written
            assert read.kind.encode()
        case ApplicationError():
            assert read.type == "malformed"


@given(command_id=_IDS, again=st.from_regex(r"\A[0-9a-f]{1,12}\Z"))
def test_a_second_try_is_the_same_command(command_id: str, again: str) -> None:
    """The update id is the command id, or names a further try of it; any other is refused."""
    body = _json(wire(command_id, {"kind": "note"}))
    assert _read("command", command_id, body) == Envelope(command_id, {"kind": "note"})
    assert _read("command", f"{command_id}~{again}", body) == Envelope(command_id, {"kind": "note"})
    assert isinstance(_read("command", f"{command_id}{again}", body), ApplicationError)
