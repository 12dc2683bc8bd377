"""The channel table and the built-in channels."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import structlog

from activities.message import Message, Urgency
from activities.posting import NotSent, Sent
from tests.activities.conftest import MakeChannels

MESSAGE = Message(
    key="P-001/D28/overdue/rung-1/1/coordinator-1/file",
    subject="P-001 D28 已逾期",
    body="line 1\nline 2",
    urgency=Urgency.WARNING,
    fields={"participant": "P-001"},
)


def test_a_notice_in_the_file_is_one_line_of_json(channels: MakeChannels, notice_file: Path) -> None:
    """Each message appends one line that holds its key, text, fields and when it was written."""
    table = channels()
    assert [table.send("file", MESSAGE), table.send("file", MESSAGE)] == [Sent("written")] * 2
    lines = [json.loads(line) for line in notice_file.read_text("utf-8").splitlines()]
    assert lines[0] == lines[1]
    assert lines[0] == {
        "at": "2026-03-31T02:00:00+00:00",
        "key": MESSAGE.key,
        "subject": MESSAGE.subject,
        "body": MESSAGE.body,
        "participant": "P-001",
    }


def test_lines_do_not_mix(channels: MakeChannels, notice_file: Path) -> None:
    """Two hundred messages from eight threads are two hundred whole lines."""
    table = channels()
    messages = [Message(key=str(n), subject="s", body="x" * 2000) for n in range(200)]
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda each: table.send("file", each), messages))
    lines = notice_file.read_text("utf-8").splitlines()
    assert sorted(int(json.loads(line)["key"]) for line in lines) == list(range(200))


def test_a_file_whose_place_is_taken_is_tried_again_later(channels: MakeChannels, notice_file: Path) -> None:
    """A folder where the file should be is told by name, without its place."""
    notice_file.mkdir(parents=True)
    assert channels().send("file", MESSAGE) == NotSent("notices.jsonl: Is a directory", permanent=False)


@pytest.mark.parametrize(
    ("urgency", "level"), [(Urgency.INFO, "info"), (Urgency.WARNING, "warning"), (Urgency.ALARM, "error")]
)
def test_a_notice_in_the_log_is_one_line(channels: MakeChannels, urgency: Urgency, level: str) -> None:
    """The log channel says the subject, the key and the fields, as loud as the message is urgent."""
    message = Message(MESSAGE.key, MESSAGE.subject, MESSAGE.body, urgency, MESSAGE.fields)
    with structlog.testing.capture_logs() as lines:
        assert channels().send("log", message) == Sent("logged")
    assert lines == [
        {
            "event": "notice",
            "log_level": level,
            "key": MESSAGE.key,
            "subject": MESSAGE.subject,
            "participant": "P-001",
        }
    ]


def test_an_unknown_channel_is_said_with_what_there_is(channels: MakeChannels) -> None:
    """A channel nobody configured never works: the reason names it and those that exist."""
    outcome = channels(hook="json://127.0.0.1").send("site-mail", MESSAGE)
    assert outcome == NotSent(
        "there is no channel 'site-mail'; this deployment has file, hook, log", permanent=True
    )


@pytest.mark.parametrize("address", ["nosuch://hunter2@host", "json://", "", "mailto://hunter2", "http:/x"])
def test_an_unreadable_address_stops_the_start(channels: MakeChannels, address: str) -> None:
    """A wrong address is told when the process starts, by its channel, without the address."""
    with pytest.raises(ValueError, match="channel 'hook': not an address that Apprise can read") as error:
        channels(hook=address)
    assert "hunter2" not in str(error.value)


def test_one_channel_is_one_target(channels: MakeChannels) -> None:
    """Two recipients in one address would have one outcome between them: it is turned away."""
    with pytest.raises(ValueError, match="channel 'mail': 2 targets in one address"):
        channels(mail="mailto://host/?from=a@example.org&to=b@example.org,c@example.org")


@pytest.mark.parametrize("name", ["log", "file"])
def test_built_in_names_are_not_taken_over(channels: MakeChannels, name: str) -> None:
    """`log` and `file` always mean the built-in channels."""
    with pytest.raises(ValueError, match="belongs to a built-in channel"):
        channels(**{name: "json://127.0.0.1"})


def test_the_table_names_every_channel(channels: MakeChannels) -> None:
    """What a site may name: the configured ones and the built-in ones."""
    assert channels(hook="json://127.0.0.1").names == {"log", "file", "hook"}
