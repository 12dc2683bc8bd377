"""Posting one message to one outside address through Apprise, and reading what became of it.

The rule that keeps it honest: a message counts as sent only when the receiver itself took it, and neither an
address nor anything a receiver answers leaves this module: only a short reason does.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import quote

from apprise import Apprise, AppriseAsset, NotifyBase, NotifyFormat, NotifyType
from apprise.logger import NotifyLogEntry
from apprise.result import AppriseResult, AppriseResultStatus

from activities.message import Message, Urgency

IDEMPOTENCY_HEADER = "Idempotency-Key"
HALF_READ = "answered; whether the service took it is not known"
"""The detail of a message to a service that answers 200 also when it refuses."""


@dataclass(frozen=True, slots=True)
class Sent:
    """The receiver took it."""

    detail: str


@dataclass(frozen=True, slots=True)
class NotSent:
    """It was not taken. `permanent`: the same message never would be. `reason` holds no address."""

    reason: str
    permanent: bool


@dataclass(frozen=True, slots=True)
class Patience:
    """Seconds a receiver may take to be reached, to answer, and altogether."""

    connect: float = 10
    answer: float = 15
    longest: float = 40


class Poster:
    """Posts to Apprise addresses. Safe to share between threads."""

    def __init__(self, patience: Patience) -> None:
        cut_off_address_logs()
        self._patience = patience
        # A redirected POST becomes a GET without the message, which would look like success. The limit for
        # the whole runs in threads of Apprise's own, so that a receiver that trickles cannot hold ours.
        self._asset = AppriseAsset(app_id="DayZero", http_redirects=False, service_timeout=patience.longest)

    def targets(self, address: str) -> int:
        """How many receivers the address names.

        Raises:
            ValueError: Apprise cannot read it.
        """
        return len(self._target(address, {}))

    def post(self, address: str, message: Message) -> Sent | NotSent:
        """Send once; where the service takes headers and fields, with the message's key and fields."""
        one = Apprise(asset=self._asset)
        one.add(self._addressed(address, message))
        result = one.notify(
            body=message.body,
            title=message.subject,
            notify_type=_TYPES[message.urgency],
            body_format=NotifyFormat.TEXT,
            log_level=logging.DEBUG,
        )
        outcome = _judged(result)
        half_read = address.partition("://")[0].lower() in _HALF_READ
        return Sent(HALF_READ) if half_read and isinstance(outcome, Sent) else outcome

    def _addressed(self, address: str, message: Message) -> NotifyBase:
        takes = {each.get("prefix") for each in self._target(address, {}).template_kwargs.values()}
        extra: dict[str, str] = {}
        if "+" in takes:
            extra[f"+{IDEMPOTENCY_HEADER}"] = message.key
        if ":" in takes:
            extra.update({f":{name}": value for name, value in message.fields.items()})
        return self._target(address, extra)

    def _target(self, address: str, extra: Mapping[str, str]) -> NotifyBase:
        waits = {"cto": self._patience.connect, "rto": self._patience.answer}
        query = {name: str(wait) for name, wait in waits.items() if not re.search(f"[?&]{name}=", address)}
        query.update(extra)
        added = "&".join(f"{name}={quote(value, safe='')}" for name, value in query.items())
        join = "" if not added else "&" if "?" in address else "?"
        target = Apprise.instantiate(f"{address}{join}{added}", asset=self._asset)
        if target is None:
            raise ValueError("Apprise cannot read the address")
        # Whoever owes the message counts and spaces the tries; "optional" would call a failure success.
        target.retry, target.optional = 0, False
        return target


def cut_off_address_logs() -> None:
    """Keep the lines of Apprise and of its HTTP library out of every log: they name recipients and tokens.

    Apprise's are captured message by message instead, and only a reason is taken from them.
    """
    apprise = logging.getLogger("apprise")
    apprise.propagate = False
    apprise.setLevel(logging.DEBUG)
    if not apprise.handlers:
        apprise.addHandler(logging.NullHandler())
    logging.getLogger("urllib3").setLevel(logging.ERROR)


# Their refusals stand in the body of a 200, which Apprise 2.2 does not read.
_HALF_READ = frozenset({"dingtalk", "wecombot", "feishu", "lark", "schan"})
_TYPES = {
    Urgency.INFO: NotifyType.INFO,
    Urgency.WARNING: NotifyType.WARNING,
    Urgency.ALARM: NotifyType.FAILURE,
}


def _judged(result: AppriseResult) -> Sent | NotSent:
    attempts = [attempt for service in result for attempt in service]
    if any(attempt.status is AppriseResultStatus.SUCCESS for attempt in attempts):
        return Sent("accepted")
    if any(attempt.status is AppriseResultStatus.TIMEOUT for attempt in attempts):
        return NotSent("no answer in time; it may have arrived", permanent=False)
    return _reason(entry for attempt in attempts for entry in attempt)


_HTTP = re.compile(r"\berror=(\d{3})\b")
_SMTP = re.compile(r"\((\d{3}), b['\"]")
# Answers to the message itself. 401, 403 and 404 may be mended by an operator meanwhile: they are tried on.
_NEVER_BY_HTTP = frozenset({400, 405, 406, 410, 413, 414, 415, 422})
_NEVER_BY_SMTP = frozenset({550, 551, 553})
_TROUBLES = {
    r"timed out": "no answer in time",
    r"refused": "connection refused",
    r"Failed to resolve|getaddrinfo|not known|name resolution": "the host's name is not known",
    r"(?i)certificate": "the certificate is not trusted",
    r"(?i)disconnected|reset|closed|aborted": "the connection was closed",
}


def _reason(entries: Iterable[NotifyLogEntry]) -> NotSent:
    """What went wrong, from Apprise's own lines, without anything else they hold."""
    said = "\n".join(entry.message for entry in entries if _speaks_of_failure(entry))
    if http := _HTTP.search(said):
        return NotSent(f"HTTP {http[1]}", permanent=int(http[1]) in _NEVER_BY_HTTP)
    if smtp := _SMTP.search(said):
        return NotSent(f"SMTP {smtp[1]}", permanent=int(smtp[1]) in _NEVER_BY_SMTP)
    for pattern, meaning in _TROUBLES.items():
        if re.search(pattern, said):
            return NotSent(meaning, permanent=False)
    return NotSent("the receiver did not take it", permanent=False)


def _speaks_of_failure(entry: NotifyLogEntry) -> bool:
    return entry.level in ("WARNING", "ERROR") or entry.message.startswith("Socket Exception")
