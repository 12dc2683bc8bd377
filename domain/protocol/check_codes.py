"""Codes: each names one thing, and a repeated visit numbers its own.

The rule that keeps it honest: a code is what people and records call a thing, so no two things share one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from domain.protocol.document import ProtocolDocument, Visit
from domain.protocol.entries import entries
from domain.protocol.problem import Path, Problem

RESERVED = frozenset({"end", "progression"})
"""Codes that a correction uses for the end of participation and for progression."""

_CODE = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,39}")


def code_problems(document: ProtocolDocument) -> Iterator[Problem]:
    """Codes that are doubled, reserved or wrongly numbered."""
    yield from _numbering(document)
    yield from _items(document)
    for name in ("stages", "observations", "criteria", "gates", "decisions", "ladders", "assessments"):
        codes = [each.code for each in getattr(document, name)]
        yield from doubled((((name, index, "code"), code) for index, code in enumerate(codes)))
    for index, gate in enumerate(document.gates):
        yield from doubled(
            (("gates", index, "needs", position, "code"), need.code)
            for position, need in enumerate(gate.needs)
        )
    yield from _gates_like_items(document)


def _numbering(document: ProtocolDocument) -> Iterator[Problem]:
    for index, visit in enumerate(document.visits):
        path: Path = ("visits", index)
        if visit.repeat is None:
            yield from _needless_numbers(visit, path)
        else:
            yield from _missing_numbers(visit, path)


def _needless_numbers(visit: Visit, path: Path) -> Iterator[Problem]:
    for field, text in _numbered_texts(visit):
        if "{" in text or "}" in text:
            yield Problem(
                (*path, *field), f"{text!r} has {{n}} but the visit does not repeat", "add repeat or drop {n}"
            )


def _missing_numbers(visit: Visit, path: Path) -> Iterator[Problem]:
    for field, text in _numbered_texts(visit):
        if "{n}" not in text:
            yield Problem(
                (*path, *field), f"{text!r} is the same for every repeat", "write {n} where the number goes"
            )


def _numbered_texts(visit: Visit) -> tuple[tuple[Path, str], ...]:
    return (
        (("code",), visit.code),
        (("labels", "en"), visit.labels.en),
        (("labels", "zh-CN"), visit.labels.zh_cn),
    )


def _items(document: ProtocolDocument) -> Iterator[Problem]:
    items = entries(document)
    for entry in items:
        path = (*entry.path, "code")
        if entry.code in RESERVED:
            yield Problem(path, f"the code {entry.code!r} is reserved", "choose another code")
        elif not _CODE.fullmatch(entry.code) and "{n}" not in entry.code:
            hint = "start with a letter; then letters, digits, - and _; at most 40; of braces only {n}"
            yield Problem(path, f"{entry.code!r} is not a code", hint)
    yield from doubled(((*entry.path, "code"), entry.code) for entry in items)


def doubled(named: Iterable[tuple[Path, str]]) -> Iterator[Problem]:
    """Codes that are given to two things, each told once."""
    first: dict[str, Path] = {}
    told: set[Path] = set()
    for path, code in named:
        before = first.setdefault(code, path)
        if before is not path and path not in told:
            told.add(path)
            place = "twice here" if before == path else f"also the code of {before[0]}[{before[1]}]"
            yield Problem(path, f"the code {code!r} is {place}", "give each its own code")


def _gates_like_items(document: ProtocolDocument) -> Iterator[Problem]:
    items = {entry.code for entry in entries(document)}
    for index, gate in enumerate(document.gates):
        if gate.code in items:
            text = f"the code {gate.code!r} is also the code of a milestone or visit"
            yield Problem(("gates", index, "code"), text, "alerts name both, so give the gate its own code")
