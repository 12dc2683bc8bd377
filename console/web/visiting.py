"""Who asks for a page, and what they may see and do.

The rule that keeps it honest: no page is shown and no form is taken without passing here, and what a role may
do is read from the one table (`domain.permissions`).
"""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Annotated, cast

from fastapi import Depends, Request

from activities.hearing import Hearing
from console.reading import StudyLook
from console.reading_at import zones_of
from console.web.checking import Caller
from console.web.languages import Tongue, preferred
from console.web.looking_back import InThePast, Named, at_present, day_named, kept, looked_back, named_in
from console.web.parts import Parts
from console.web.push import Pulse
from console.web.rendering import Frame, Rendering
from console.web.sessions import Door, SignedIn
from console.web.verifying import Verifying
from console.words import Language
from domain.permissions import PERMISSIONS
from domain.roles import Role
from domain.state import AlertStatus

LIVE = "X-Dayzero-Live"
"""The header of a request that the page makes by itself: nobody is there because of it."""

LANGUAGE_COOKIE = "dayzero_language"


class NotSignedIn(Exception):
    """Nobody is signed in."""


class Locked(Exception):
    """Somebody is, but was away for long."""

    def __init__(self, signed_in: SignedIn) -> None:
        super().__init__("locked")
        self.signed_in = signed_in


class MustChoose(Exception):
    """Somebody is, with a one-time password: they choose their own first."""


class NotAllowed(Exception):
    """Their role may not do this."""


class NotHere(Exception):
    """There is no such page."""


class FormRefused(Exception):
    """A form that no page of this session sent."""


@dataclass(frozen=True)
class Console:
    """A console in operation."""

    parts: Parts
    door: Door
    rendering: Rendering
    pulse: Pulse
    hearing: Hearing
    verifying: Verifying

    @property
    def cookie(self) -> str:
        """The name of the session's cookie."""
        return self.named_cookie("dayzero")

    @property
    def device_cookie(self) -> str:
        """The name of the cookie by which a browser is known again."""
        return self.named_cookie("dayzero-browser")

    def named_cookie(self, name: str) -> str:
        """A cookie's name, which no other host can set where there is TLS."""
        return f"__Host-{name}" if self.parts.policy.secure else name


def console_of(request: Request) -> Console:
    """The console a request came to."""
    return cast(Console, request.app.state.console)


def tongue_of(request: Request) -> Tongue:
    """The language chosen, or asked for by the browser."""
    chosen = request.cookies.get(LANGUAGE_COOKIE, "")
    known = {each.value: each for each in Language}
    language = known.get(chosen) or preferred(request.headers.get("accept-language", ""))
    return console_of(request).rendering.tongues[language]


def address_of(request: Request) -> str:
    """Where a request comes from."""
    return request.client.host if request.client else "-"


def caller_of(request: Request) -> Caller:
    """Where a request comes from, and what its browser holds."""
    console, cookies = console_of(request), request.cookies
    return Caller(address_of(request), cookies.get(console.device_cookie), cookies.get(console.cookie))


def bare_frame(request: Request) -> Frame:
    """The frame of a page for nobody in particular."""
    demo = console_of(request).parts.policy.demo
    done = request.query_params.get("done", "")
    return Frame(tongue=tongue_of(request), path=_path(request), demo=demo, done=done)


def framed_for(request: Request, signed_in: SignedIn) -> Frame:
    """The frame of a page for somebody, as they like it."""
    likes = signed_in.preferences
    frame = bare_frame(request).but(signed_in=signed_in, theme=likes.theme.value, keys=likes.shortcuts)
    chosen = {each.value: each for each in Language}.get(likes.language or "")
    return frame.but(tongue=console_of(request).rendering.tongues[chosen]) if chosen else frame


@dataclass(frozen=True)
class Visitor:
    """Somebody signed in, asking for a page. `address`: where from. `named`: a moment, or none."""

    console: Console
    signed_in: SignedIn
    frame: Frame
    address: str
    named: Named

    @property
    def role(self) -> Role:
        return self.signed_in.role

    @property
    def administers(self) -> bool:
        """Whether they open and close users."""
        return self.signed_in.user.administers

    def may(self, kind: str) -> bool:
        """Whether their role may give a command of this kind, here: nobody may in the past."""
        return not self.named and PERMISSIONS[kind].allows(self.role)

    def must(self, kind: str) -> None:
        """Stop who may not.

        Raises:
            NotAllowed: another role does this.
            InThePast: the page is asked for as of a moment of the past.
        """
        if self.named:
            raise InThePast
        if not self.may(kind):
            raise NotAllowed(PERMISSIONS[kind].what)

    @contextmanager
    def looking(self, study: str) -> Generator[StudyLook]:
        """One look at a study, in one snapshot, at the present moment or as of the one the address names.

        Raises:
            NotHere: there is no such study.
            NoSuchMoment: the address names a moment at which nothing can be shown.
        """
        with self.console.parts.store.reading() as reading:
            if study not in reading.studies():
                raise NotHere(study)
            parts = self.console.parts
            language = self.frame.tongue.language
            look = StudyLook(reading, parts.rulebook, study, parts.now(), language, prose=True)
            yield looked_back(look, self.named, self.console.hearing) if self.named else look

    def framed(self, look: StudyLook, *, live: bool) -> Frame:
        """The frame of a page about the study. `live`: pushes bring it up to date; never one of the past."""
        people, alerts = look.reading.sites_of_people(look.study), look.reading.count_open_alerts(look.study)
        present = not look.past
        return self.frame.but(
            study=look.study,
            studies=tuple(look.reading.studies()),
            waiting=alerts.get(AlertStatus.OPEN, 0),
            simulated=any(each.simulated for each in people),
            zones=tuple(sorted(zones_of(look))),
            now=look.now,
            live=live and present,
            position=look.reading.position() if present else 0,
            as_of=look.as_of,
            as_of_day=day_named(look.as_of),
            true_at=look.true_at,
            true_at_day=day_named(look.true_at),
            known_by=look.known_by or look.now,
            reads=live,
            kept=tuple(kept(self.frame.path)),
            at_present=at_present(self.frame.path),
        )


def visitor(request: Request) -> Visitor:
    """Who asks.

    Raises:
        NotSignedIn, Locked: nobody who may see anything.
    """
    console = console_of(request)
    # Nobody is there because of what a page asks by itself.
    touch = LIVE not in request.headers and request.url.path != "/events"
    token = request.cookies.get(console.cookie)
    address = address_of(request)
    signed_in = console.door.who(token, address, touch=touch)
    if signed_in is None:
        raise NotSignedIn
    if signed_in.locked:
        raise Locked(signed_in)
    if signed_in.user.one_time:
        raise MustChoose
    frame = framed_for(request, signed_in)
    return Visitor(console, signed_in, frame, address, named_in(frame.path))


Visiting = Annotated[Visitor, Depends(visitor)]


def _path(request: Request) -> str:
    return request.url.path + (f"?{request.url.query}" if request.url.query else "")
