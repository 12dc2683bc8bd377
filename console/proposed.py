"""Reading a protocol document that somebody hands in to be looked at.

The rule that keeps it honest: nothing of it is kept, and the only document it can build on is the published
version it amends; no other file of the machine is ever read for it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import orjson

from domain.protocol.expanded import Protocol
from domain.protocol.problem import Problem
from protocols.problems import DocumentInvalid, Located
from protocols.reading import protocol_body, read_protocol
from protocols.yaml_text import parse_yaml

NAME = "the document"
_BESIDE = re.compile(r"(?:\.\./)?(?!proposed\.)[A-Za-z0-9][A-Za-z0-9._-]{0,80}\.ya?ml", re.ASCII)
"""A base is a plain name, in the document's folder or the one above: nothing else is ever looked for."""


class NotAProposal(DocumentInvalid):
    """What was handed in is no protocol version of this study that could be published next."""


def proposed_version(text: str, published: tuple[Protocol, ...]) -> Protocol:
    """The protocol version in a YAML text: a whole document, or one with a `base`.

    `published`: the versions of the study, oldest first. A base is the published version that the document
    says it amends, whatever it calls its file.

    Raises:
        NotAProposal: with everything that is wrong, where, and what would be right.
    """
    found = drafted_version(text, published)
    same = next((each for each in published if each.version == found.version), None)
    if same is not None:
        other = "" if same.hash == found.hash else ", as another document"
        text = f"version {found.version} is published{other}"
        raise NotAProposal([_at("version", text, "give it the next version")])
    return found


def drafted_version(text: str, published: tuple[Protocol, ...]) -> Protocol:
    """As `proposed_version`, but of any version: a draft may still bear the number of what it is made from.

    Raises:
        NotAProposal: with everything that is wrong, where, and what would be right.
    """
    written = parse_yaml(text, NAME)
    if not isinstance(written.value, Mapping):
        raise NotAProposal([*written.problems] or [_at(None, "it is empty", "hand in a protocol document")])
    with TemporaryDirectory() as folder:
        path = Path(folder) / "amendments" / "proposed.yaml"
        path.parent.mkdir()
        path.write_text(text, encoding="utf-8")
        _lay_base(written.value, path, published)
        try:
            found = read_protocol(path)
        except DocumentInvalid as invalid:
            raise NotAProposal(replace(each, file=NAME) for each in invalid.problems) from None
    if found.id != published[-1].id:
        raise NotAProposal([_at("id", f"{found.id} is another study", f"this one is {published[-1].id}")])
    return found


def _lay_base(document: Mapping[str, Any], path: Path, published: tuple[Protocol, ...]) -> None:
    """Put the published version where the document looks for its base."""
    base = document.get("base")
    if base is None:
        return
    if not isinstance(base, str) or not _BESIDE.fullmatch(base):
        hint = f"write base: ../{published[-1].id}.yaml"
        raise NotAProposal([_at("base", f"{base!r} names no file beside the document", hint)])
    amends = document.get("amends")
    version = amends.get("version") if isinstance(amends, Mapping) else None
    whole = next((each for each in published if each.version == version), None)
    if whole is None:
        known = ", ".join(each.version for each in published)
        raise NotAProposal([_at("amends", f"version {version!r} is not published", f"published are {known}")])
    (path.parent / base).write_bytes(orjson.dumps(protocol_body(whole)))


def _at(field: str | None, text: str, hint: str) -> Located:
    return Located.at(NAME, None, Problem((field,) if field else (), text, hint))
