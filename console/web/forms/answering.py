"""What becomes of a form that was sent: recorded, or shown again with what stands in its way.

The rule that keeps it honest: what can be told without asking the record is told first; a signature is asked
for only over what is on the record at that moment, with the password proved.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from fastapi.concurrency import run_in_threadpool
from pydantic import ValidationError

from console.web.asking import Form, Trouble, ask
from console.web.forms.bench import Bench, bench_of
from console.web.forms.faults import field_meant, unparsed
from console.web.forms.fields import is_signed
from console.web.forms.moving import moving
from console.web.forms.sheet import NEW, Said, asked_for
from console.web.forms.signing import Shown, shown_for
from console.web.forms.typed import Typed, read
from console.web.proving import reproved
from console.web.visiting import Visitor
from domain.commands import parse_command
from domain.recorded import STUDY_SUBJECT
from domain.refusal import Code, Refused

PREVIEW = "preview"


@dataclass(frozen=True)
class Sent:
    """A form as it was sent. `subject`: a participant, somebody new, or the study itself."""

    study: str
    participant: str | None
    kind: str
    typed: Typed
    form: Form

    @property
    def subject(self) -> str:
        """Whose timeline the command goes to."""
        if self.kind == "register_participant":
            return self.typed.one(NEW.path)
        return self.participant if self.participant is not None else STUDY_SUBJECT


async def answered(visitor: Visitor, sent: Sent) -> Said | None:
    """None: it is on the record. Else what the form says when it is shown again."""
    body, said = await run_in_threadpool(_prepared, visitor, sent)
    if said is not None:
        return said
    trouble = await ask(visitor, sent.form, sent.study, sent.subject, sent.kind, body)
    if trouble is None:
        return None
    if trouble.code == Code.OTHER_CONTENT:
        return await run_in_threadpool(_shown_again, visitor, sent)
    return _refused(sent, trouble)


def _prepared(visitor: Visitor, sent: Sent) -> tuple[dict[str, Any], Said | None]:
    with visitor.looking(sent.study) as look:
        bench = bench_of(look, sent.participant)
        body, faults = stated_in(bench, sent)
        if faults:
            return body, Said(faults=faults, shown=shown_for(bench, sent.kind, sent.typed))
        if sent.typed.one("look") == PREVIEW:
            return body, _previewed(visitor, bench, sent, body)
        shown = shown_for(bench, sent.kind, sent.typed) if is_signed(sent.kind) else None
    if is_signed(sent.kind):
        return body, _not_signed(visitor, sent, shown, body)
    return body, None


def stated_in(bench: Bench, sent: Sent) -> tuple[dict[str, Any], Mapping[str, tuple[str, str]]]:
    """What a form states, without who states it, and what is wrong with it by field; nothing is asked."""
    fields = asked_for(sent.kind, sent.typed)
    reading = read(fields, sent.typed, bench.zone)
    body = reading.body
    faults: dict[str, tuple[str, str]] = {name: (why, "") for name, why in reading.wrong.items()}
    if sent.kind == "register_participant":
        faults |= _code(str(body.pop(NEW.path, "")))
    if sent.kind == "plan_item" and "appointment" not in body and not sent.typed.one("take_back"):
        faults.setdefault("appointment", ("missing", ""))
    if sent.kind == "plan_item" and sent.typed.one("take_back"):
        body.pop("appointment", None)
    if sent.kind == "assess_toxicity":
        body.setdefault(sent.typed.one("toxicity"), {})
    names = {each.path for each in fields}
    try:
        parse_command(_whole(sent, body))
    except ValidationError as error:
        faults = unparsed(error, names) | faults
    return body, faults


def _whole(sent: Sent, body: Mapping[str, Any]) -> dict[str, Any]:
    """The command as it will be sent; who asks, and the words signed, are known to fit."""
    actor = {"id": "form", "role": "coordinator", "method": "form"}
    words = {"meaning": "-"} if is_signed(sent.kind) else {}
    return {"kind": sent.kind, "actor": actor, **words, **body}


def _code(code: str) -> dict[str, tuple[str, str]]:
    fine = 2 <= len(code) <= 32 and set(code) <= _CODE and not code.startswith("-")
    return {} if fine else {NEW.path: ("not so" if code else "missing", "")}


_CODE = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-")


def _previewed(visitor: Visitor, bench: Bench, sent: Sent, body: dict[str, Any]) -> Said:
    actor = visitor.signed_in.actor.model_dump(mode="json")
    try:
        return Said(moving=moving(bench, sent.kind, {"kind": sent.kind, "actor": actor, **body}))
    except Refused as refused:
        return _refused(sent, Trouble(refused.code, refused.text))


def _not_signed(visitor: Visitor, sent: Sent, shown: Shown | None, body: dict[str, Any]) -> Said | None:
    """What keeps this from being a signature; None: `body` is one."""
    if shown is None:
        # The desk refuses what is not there, and keeps the attempt.
        body["meaning"] = "-"
        return None
    seen = sent.typed.one("content")
    if seen != shown.content:
        return Said(shown=shown, changed=bool(seen))
    trouble = reproved(visitor, sent.form, next(iter(sent.typed.given.get("password", ())), ""))
    if trouble is not None:
        return Said(faults={"password": (trouble.code, trouble.text)}, shown=shown)
    body |= {"meaning": shown.meaning, "content": shown.content}
    return None


def _shown_again(visitor: Visitor, sent: Sent) -> Said:
    with visitor.looking(sent.study) as look:
        bench = bench_of(look, sent.participant)
        return Said(shown=shown_for(bench, sent.kind, sent.typed), changed=True)


def _refused(sent: Sent, trouble: Trouble) -> Said:
    names = {each.path for each in asked_for(sent.kind, sent.typed)}
    meant = None if trouble.again else field_meant(trouble.code, names)
    if meant is None:
        return Said(whole=trouble)
    return Said(faults={meant: (trouble.code, trouble.text)})
