"""Turning what a page gathered into HTML.

The rule that keeps it honest: everything is escaped by default and an unknown name is an error, so that
nothing typed by anybody becomes markup and nothing is silently left out.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

from jinja2 import Environment, FileSystemLoader, StrictUndefined, pass_context
from jinja2.runtime import Context
from starlette.responses import HTMLResponse

from console.exports.lists import LISTS
from console.web.clash_words import clash_said
from console.web.dated import dated
from console.web.destinations import DESTINATIONS, destination_at
from console.web.forms.refusals import meant
from console.web.languages import NAMES, Tongue, tongues
from console.web.looking_back import AS_OF, TRUE_AT
from console.web.sessions import SignedIn
from console.words import ALERT_KINDS, ALERT_STATUSES, ENDS, EVENTS, ROLES, STANDINGS, Language, said
from console.words_endpoints import row_in
from console.words_review import REVIEW_WORDS
from console.words_signed import read_as
from domain.recorded import STUDY_SUBJECT

TEMPLATES = Path(__file__).with_name("templates")
_WORDS: Mapping[str, Mapping[str, tuple[str, str]]] = {
    "standing": STANDINGS,
    "alert kind": ALERT_KINDS,
    "alert status": ALERT_STATUSES,
    "end": ENDS,
    "role": ROLES,
    "event": EVENTS,
    **REVIEW_WORDS,
}
MARKS: Mapping[str, str] = {
    "not due": "○",
    "open": "◐",
    "past target": "◑",
    "overdue": "▲",
    "done": "●",
    "done outside window": "◆",
    "missed": "✕",
    "projected": "◌",
    "not applicable": "–",
    "stale": "?",
}
"""A shape beside each word and colour: how an item stands is never told by colour alone."""


@dataclass(frozen=True)
class Frame:
    """What every page is told: whose it is, in which language, and what stands around it.

    `waiting`: alerts nobody has answered, for the title. `live`: pushes bring the page up to date.
    `done`: what a form that led here did. `as_of`: the moment up to which the record is read, `true_at`: the
    one whose truth is told, as they stand in the address; empty for the present. `as_of_day`, `true_at_day`:
    the same where it is a whole day. `known_by`: the instant of the record's end. `reads`: the page can be
    read at other moments. `kept`: what else its address says. `at_present`: its address at the present.
    `theme`: the colours somebody chose; `keys`: they want the keyboard's shortcuts.
    """

    tongue: Tongue
    path: str
    demo: bool
    signed_in: SignedIn | None = None
    study: str | None = None
    studies: tuple[str, ...] = ()
    waiting: int = 0
    simulated: bool = False
    zones: tuple[str, ...] = ()
    now: datetime | None = None
    live: bool = False
    position: int = 0
    done: str = ""
    as_of: str = ""
    theme: str = "auto"
    keys: bool = True
    as_of_day: date | None = None
    true_at: str = ""
    true_at_day: date | None = None
    known_by: datetime | None = None
    reads: bool = False
    kept: tuple[tuple[str, str], ...] = ()
    at_present: str = "/"

    @property
    def past(self) -> bool:
        """Whether another moment than the present is shown."""
        return bool(self.as_of or self.true_at)

    @property
    def moments(self) -> dict[str, str]:
        """The moments shown, by their names in addresses."""
        named = {AS_OF: self.as_of, TRUE_AT: self.true_at}
        return {name: value for name, value in named.items() if value}

    def but(self, **changes: Any) -> Frame:
        """The same with some things changed."""
        return replace(self, **changes)


class Rendering:
    """The templates, once for each language."""

    def __init__(self) -> None:
        self.tongues = tongues()
        self._environments = {each.language: _environment(each) for each in self.tongues.values()}

    def page(self, template: str, frame: Frame, status: int = 200, **shown: Any) -> HTMLResponse:
        """A whole page."""
        environment = self._environments[frame.tongue.language]
        text = environment.get_template(template).render(frame=frame, **shown)
        return HTMLResponse(text, status, headers={"Content-Language": frame.tongue.language.value})


@pass_context
def to(context: Context, address: str) -> str:
    """The address of another reading page, at the moments this page shows."""
    moments = context["frame"].moments
    if not moments:
        return address
    return f"{address}{'&' if '?' in address else '?'}{urlencode(moments, safe='', quote_via=quote)}"


def _environment(tongue: Tongue) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    catalogue: Any = tongue.catalogue
    environment.install_gettext_translations(catalogue, newstyle=True)  # type: ignore[attr-defined]
    environment.filters |= _filters(tongue)
    own: dict[str, Any] = {
        "languages": NAMES,
        "to": to,
        "destinations": DESTINATIONS,
        "destination_at": destination_at,
        "marks": MARKS,
        "may_take": lambda name, role: role in LISTS[name].roles,
        "of_study": STUDY_SUBJECT,
        "new_id": lambda: str(uuid.uuid4()),
        "language": tongue.language.value,
    }
    environment.globals.update(own)
    return environment


def _filters(tongue: Tongue) -> dict[str, Callable[..., Any]]:
    def day(value: date | None) -> str:
        return tongue.day(value) if value is not None else ""

    def moment(value: datetime | None, zone: str) -> str:
        return tongue.moment(value, zone) if value is not None else ""

    def stated(value: str | None, zone: str) -> str:
        return tongue.stated(value, zone) if value else ""

    def words(value: str, table: str) -> str:
        return said(_WORDS[table], value, Language(tongue.language))

    return {
        "day": day,
        "moment": moment,
        "stated": stated,
        "words": words,
        "at_address": lambda text: quote(text, safe=""),
        "partial": lambda text, zone: stated(text, zone) if len(text) >= len("2026-03-02") else text,
        "to_the_second": tongue.to_the_second,
        "month": tongue.month,
        "weekday": tongue.weekday,
        "clock": tongue.clock,
        "dated": lambda text, zone: dated(tongue, text, zone),
        "clash": lambda sentence: clash_said(sentence, tongue.language),
        "refusal": lambda code: meant(code, tongue.language),
        "endpoint_row": lambda row: row_in(row, tongue.language),
        "read_as": lambda meaning: read_as(meaning, tongue.language),
        "slug": lambda text: text.replace(" ", "-"),
    }
