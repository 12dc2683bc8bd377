"""Payload encryption: what Temporal stores cannot be read without the key, and never gets lost."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from temporalio.api.common.v1 import Payload
from temporalio.api.enums.v1 import EventType
from temporalio.client import Client, WorkflowUpdateFailedError
from temporalio.exceptions import ApplicationError

from console.embedded import EmbeddedTemporal
from tests.workflows.sending import STUDY, Sender
from tests.workflows.serving import serving
from tests.workflows.small_desk import SmallDesk
from workflows.codec import PayloadUnreadable, SealedPayloads, data_converter

OLD, NEW = os.urandom(32), os.urandom(32)

_TEXT = st.text(alphabet=st.characters(codec="utf-8"))
_JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | _TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_TEXT, inner, max_size=4),
    max_leaves=20,
)


@given(value=_JSON)
async def test_what_is_sealed_opens_as_it_was(value: object) -> None:
    """Any value comes back as it went in, and its text cannot be seen in what is stored."""
    converter = data_converter({"new": NEW})
    sealed = await converter.encode([value, "MARKER"])
    assert b"MARKER" not in b"".join(payload.SerializeToString() for payload in sealed)
    assert await converter.decode(sealed) == [value, "MARKER"]


async def test_without_keys_payloads_are_plain() -> None:
    """No key, no encryption: this is a choice of the deployment, and visible."""
    assert (await data_converter({}).encode(["MARKER"]))[0].data == b'"MARKER"'


async def test_after_a_rotation_the_old_key_still_opens() -> None:
    """The first key seals, every key opens; so a key is rotated by putting the new one first."""
    before, after = data_converter({"old": OLD}), data_converter({"new": NEW, "old": OLD})
    assert await after.decode(await before.encode(["kept"])) == ["kept"]
    assert (await after.encode(["kept"]))[0].metadata["encryption-key-id"] == b"new"


async def test_plain_payloads_are_read_after_encryption_is_switched_on() -> None:
    """Histories from before the first key replay with it."""
    assert await data_converter({"new": NEW}).decode(await data_converter({}).encode(["kept"])) == ["kept"]


async def test_an_unknown_key_is_named() -> None:
    """A payload sealed with a key this process lacks is refused with the key's id, not with noise."""
    sealed = await data_converter({"old": OLD}).encode(["kept"])
    with pytest.raises(PayloadUnreadable, match="key b'old'; this process holds new"):
        await data_converter({"new": NEW}).decode(sealed)


async def test_another_key_under_the_same_name_opens_nothing() -> None:
    """A key file that was swapped is noticed."""
    sealed = await data_converter({"key": OLD}).encode(["kept"])
    with pytest.raises(PayloadUnreadable, match="altered, or the key b'key' here is another"):
        await data_converter({"key": NEW}).decode(sealed)


@given(place=st.integers(0, 200), flip=st.integers(1, 255))
async def test_an_altered_payload_is_noticed(place: int, flip: int) -> None:
    """Whichever byte of a sealed payload is changed, it no longer opens."""
    codec = SealedPayloads({"new": NEW})
    [sealed] = await codec.encode([Payload(metadata={"encoding": b"json/plain"}, data=b'"kept"')])
    altered = bytearray(sealed.data)
    altered[place % len(altered)] ^= flip
    sealed.data = bytes(altered)
    [opened] = await codec.decode([sealed])
    assert opened.metadata["encoding"] == b"binary/unreadable"


async def test_a_payload_cut_short_is_noticed() -> None:
    """What is too short to be a sealed payload is unreadable, not an error in the one who carries it."""
    cut = Payload(metadata={"encoding": b"binary/encrypted", "encryption-key-id": b"new"}, data=b"short")
    [opened] = await SealedPayloads({"new": NEW}).decode([cut])
    assert opened.metadata["encoding"] == b"binary/unreadable"


@pytest.fixture
async def sealed_client(own_temporal: EmbeddedTemporal) -> Client:
    """A client, on a server of its own, that seals what it sends."""
    return await Client.connect(own_temporal.address, data_converter=data_converter({"new": NEW}))


async def test_the_servers_file_shows_no_payload(sealed_client: Client, tmp_path: Path) -> None:
    """Of a timeline the server's file shows ids, stage, codes and the timers' instants, no more (INV-16)."""
    desk = SmallDesk()
    async with serving(sealed_client, desk, "sealed"):
        sender = Sender(sealed_client, "sealed")
        await sender.send("c-1", "register", text="MARKER-ARGUMENT")
        await sender.send("c-2", "plan", due=["2030-01-01T00:00:00+00:00"], summary="MARKER-SUMMARY")
        await sender.send("c-3", "enter", stage="VISIBLE-STAGE")
        with pytest.raises(WorkflowUpdateFailedError) as refused:
            await sender.send("c-4", "refuse", text="MARKER-REFUSAL")
        assert str(refused.value.cause) == "not-applicable: this cannot be"
        await sender.send("c-5", "close")
        await sender.handle.result()
    stored = _everything_in(tmp_path)
    for hidden in (b"MARKER", b"this cannot be", b"register.done", b"deadline"):
        assert hidden not in stored, f"{hidden!r} is readable in the server's file"
    for known in (sender.participant, STUDY, "c-4", "VISIBLE-STAGE", "not-applicable", "2030-01-01"):
        assert known.encode() in stored, f"{known!r} should be readable: has this test lost its file?"


async def test_a_command_sealed_with_an_unknown_key_harms_nobody(sealed_client: Client) -> None:
    """A console with a key its workers lack is told so, and the timeline goes on at once (INV-21)."""
    desk = SmallDesk()
    async with serving(sealed_client, desk, "sealed"):
        sender = Sender(sealed_client, "sealed")
        await sender.send("c-1", "register")
        stray = await Client.connect(
            sealed_client.service_client.config.target_host,
            data_converter=data_converter({"stray": OLD, "new": NEW}),
        )
        with pytest.raises(WorkflowUpdateFailedError) as refused:
            await Sender(stray, "sealed", sender.participant).send("c-2", "note")
        assert isinstance(refused.value.cause, ApplicationError)
        assert "key b'stray'; this process holds new" in refused.value.cause.message
        await Sender(stray, "sealed", sender.participant).handle.signal("moved", "anything")
        assert (await sender.send("c-3", "note"))["version"] == 2
        kinds = [event.event_type for event in await sender.history()]
        assert EventType.EVENT_TYPE_WORKFLOW_TASK_FAILED not in kinds


def _everything_in(folder: Path) -> bytes:
    return b"".join(file.read_bytes() for file in folder.glob("temporal-1.sqlite3*"))
