"""What a story file holds, as it is written.

The rule that keeps it honest: strict; a field nobody knows is an error that names the right ones, and "..."
is the only way to leave something out of an expectation.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from domain.refusal import Code
from domain.roles import ActorId, Role

AND_MORE = "..."
"""Among expected events: any number of others here. Among expected alerts: others may be open too."""

Expected = tuple[str | dict[str, dict[str, Any]], ...]
"""Event types in their order; with fields where they matter: `{visit.recorded: {item: D21}}`."""

Alerts = dict[str, str | tuple[str, int] | None]
"""Open alerts (item/kind) with status, or status and rung."""


class Written(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class Person(Written):
    """A participant. `after`: the story that tells what happened before; `day0`: the day its D0 falls on.

    `until`: what that story tells later than this is left out.
    """

    after: str | None = None
    day0: date | None = None
    until: str | None = None


class Speaker(Written):
    """Who asks, where the first of a role will not do."""

    id: ActorId
    role: Role


class Published(Written):
    """What is published: a protocol version (`id:version`, or a file), or a site (a name, a file, a zone)."""

    protocol: str | None = None
    site: str | dict[str, Any] | None = None
    zone: str | None = None


class Step(Written):
    """At a local time somebody asks for something (`when`), a document is published, or time only passes.

    `then`: the events of what is asked on the stream of `who`; where nothing is asked, of the time since the
    step before. `study`: the same on the study's stream. `refused`: a code, or a code and a piece of the
    sentence. `alerts`, `stands` and `next` are those of `who` at that moment. `id`: the command's own id.
    """

    at: str
    who: str | None = None
    by: Role | Speaker = Role.COORDINATOR
    when: dict[str, Any] | tuple[dict[str, Any], ...] | None = None
    id: str | None = None
    publish: Published | None = None
    then: Expected | None = None
    study: Expected | None = None
    refused: Code | tuple[Code, str] | None = None
    alerts: Alerts | None = None
    stands: dict[str, str] = Field(default_factory=dict)
    next: str | None = None


class WrittenStory(Written):
    """A promise in a sentence, the world it is made in, and what happens.

    `protocol`: `id` or `id:version` of the shelf, or a file; None: nothing is published. `site`: a site of
    the shelf, a file, or the document itself; left out, a plain site in `zone`.
    """

    promise: str = Field(min_length=10, max_length=300)
    protocol: str | None = "NCT06642025"
    zone: str = "Asia/Shanghai"
    site: str | dict[str, Any] | None = None
    people: dict[str, Person] = Field(min_length=1)
    steps: tuple[Step, ...] = Field(min_length=1)
