"""Posting to a real SMTP receiver."""

from __future__ import annotations

import io
import time

import pytest

from activities.message import Message
from activities.posting import NotSent, Sent
from tests.activities.conftest import MakeChannels
from tests.activities.receivers import Mailbox, free_port

MESSAGE = Message(
    key="P-001/D28/overdue/rung-1/1/coordinator-1/mail",
    subject="P-001 D28 overdue 已逾期 (1/3)",
    body="Item 项目: D28 · Day 28 visit · 第28天访视\n\nAcknowledge 确认: dayzero ack P-001/D28/overdue",
    fields={"participant": "P-001"},
)


def test_a_mail_arrives_as_written(box: Mailbox, channels: MakeChannels) -> None:
    """Subject and text arrive in both languages, with the notice's id in a header, as plain text."""
    assert channels(mail=box.address()).send("mail", MESSAGE) == Sent("accepted")
    [mail] = box.got
    assert mail["Subject"] == MESSAGE.subject
    assert mail["To"] == "site.office@example.org"
    assert mail["From"].endswith("day.zero@example.org")
    assert mail["Idempotency-Key"] == MESSAGE.key
    assert mail.get_content_type() == "text/plain"
    text = mail.get_payload(decode=True)
    assert isinstance(text, bytes)
    assert text.decode().splitlines() == MESSAGE.body.splitlines()


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        ("550 no such mailbox", NotSent("SMTP 550", permanent=True)),
        ("553 no such address", NotSent("SMTP 553", permanent=True)),
        ("451 try again later", NotSent("SMTP 451", permanent=False)),
        ("452 mailbox full", NotSent("SMTP 452", permanent=False)),
    ],
)
def test_a_refused_recipient_is_a_failure(
    box: Mailbox, channels: MakeChannels, answer: str, outcome: NotSent
) -> None:
    """The server's code is told; only a mailbox that does not exist is permanent."""
    box.at_recipient = answer
    assert channels(mail=box.address()).send("mail", MESSAGE) == outcome


def test_a_refused_content_is_a_failure(box: Mailbox, channels: MakeChannels) -> None:
    """A mail that is turned away after its text was read was not delivered."""
    box.at_content = "554 looks like spam"
    assert channels(mail=box.address()).send("mail", MESSAGE) == NotSent("SMTP 554", permanent=False)


def test_a_slow_mail_server_is_tried_again_later(box: Mailbox, channels: MakeChannels) -> None:
    """No answer in time is a failure that may pass; should it have arrived, its key comes again."""
    box.delay = 2
    began = time.monotonic()
    outcome = channels(mail=box.address()).send("mail", MESSAGE)
    assert outcome == NotSent("no answer in time", permanent=False)
    assert time.monotonic() - began < 1.9


def test_a_missing_mail_server_is_tried_again_later(channels: MakeChannels) -> None:
    """Nobody listens: told as such, not permanent."""
    outcome = channels(mail=Mailbox(port=free_port()).address()).send("mail", MESSAGE)
    assert outcome == NotSent("connection refused", permanent=False)


def test_recipients_are_in_no_reason_and_no_log(
    box: Mailbox, channels: MakeChannels, root_log: io.StringIO, capfd: pytest.CaptureFixture[str]
) -> None:
    """A person's mail address is in no log and in no recorded reason, whether it works or fails (INV-16)."""
    table = channels(mail=box.address("jane.doe@example.org"))
    outcomes = [table.send("mail", MESSAGE)]
    box.at_recipient = "550 jane.doe@example.org is unknown here"
    outcomes.append(table.send("mail", MESSAGE))
    assert "jane.doe" not in root_log.getvalue() + "".join(capfd.readouterr()) + repr(outcomes)
