"""Reads protocol documents: YAML files of people, JSON bodies of the store.

The rule that keeps it honest: a `Protocol` that leaves this module has passed every check; there is no other
way in.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pydantic import ValidationError

from domain.protocol.check import problems as semantic_problems
from domain.protocol.document import ProtocolDocument
from domain.protocol.expanded import Protocol, expand
from domain.protocol.problem import Problem
from protocols.problems import Located, ProtocolInvalid
from protocols.validation import problems_of
from protocols.yaml_text import WrittenValue, parse_yaml


def read_protocol(path: Path) -> Protocol:
    """The protocol in a YAML file.

    Raises:
        ProtocolInvalid: with every problem found, each with its line.
        OSError: the file cannot be read.
    """
    document, problems = _examine_file(path)
    if document is None or problems:
        raise ProtocolInvalid(problems)
    return expand(document)


def problems_in(path: Path) -> list[Located]:
    """Every problem of the document in a YAML file, in the order of its lines; empty when it is right.

    Raises:
        OSError: the file cannot be read.
    """
    return sorted(_examine_file(path)[1], key=lambda problem: problem.line or 0)


def load_document(body: dict[str, Any]) -> Protocol:
    """The protocol in a JSON body made by `protocol_body`.

    Raises:
        ProtocolInvalid: the body is not a valid document.
    """
    document, problems = _examine(body)
    if document is None or problems:
        raise ProtocolInvalid(Located("stored document", None, *_parts(problem)) for problem in problems)
    return expand(document)


def protocol_body(protocol: Protocol) -> dict[str, Any]:
    """The document as canonical JSON values: what `Protocol.hash` is taken over and what the store keeps."""
    return protocol.document.model_dump(mode="json", by_alias=True, exclude_none=True)


def library(directory: Path) -> dict[tuple[str, str], Path]:
    """The documents of a directory by (id, version). Only id and version are looked at.

    Raises:
        ProtocolInvalid: a document without id and version, or two documents with the same ones.
        OSError: the directory or a file in it cannot be read.
    """
    found: dict[tuple[str, str], Path] = {}
    problems: list[Located] = []
    for path in sorted(directory.glob("*.yaml")):
        written = _written(path)
        identity = _identity(written)
        if identity is None:
            problems += written.problems or [_unnamed(written)]
        elif identity in found:
            problems.append(_named_twice(written, identity, found[identity]))
        else:
            found[identity] = path
    if problems:
        raise ProtocolInvalid(problems)
    return found


def _examine_file(path: Path) -> tuple[ProtocolDocument | None, list[Located]]:
    written = _written(path)
    if written.value is None:
        return None, written.problems
    document, found = _examine(written.value)
    located = [
        Located(written.file, written.line_of(problem.path), *_parts(problem))
        for problem in found
    ]
    return document, written.problems + located


def _examine(value: Any) -> tuple[ProtocolDocument | None, list[Problem]]:
    try:
        document = ProtocolDocument.model_validate(value)
    except ValidationError as error:
        return None, problems_of(error, value, ProtocolDocument)
    return document, semantic_problems(document)


def _written(path: Path) -> WrittenValue:
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        problem = Located(str(path), 1, (), f"not UTF-8 text at byte {error.start}", "save the file as UTF-8")
        return WrittenValue(str(path), problems=[problem])
    return parse_yaml(text, str(path))


def _parts(problem: Problem) -> tuple[tuple[str | int, ...], str, str]:
    return problem.path, problem.text, problem.hint


def _identity(written: WrittenValue) -> tuple[str, str] | None:
    if not isinstance(written.value, dict):
        return None
    id_, version = written.value.get("id"), written.value.get("version")
    return (id_, version) if isinstance(id_, str) and isinstance(version, str) else None


def _unnamed(written: WrittenValue) -> Located:
    return Located(written.file, 1, (), "id and version are missing", 'add id: <code> and version: "1.0"')


def _named_twice(written: WrittenValue, identity: tuple[str, str], other: Path) -> Located:
    text = f"{identity[0]} version {identity[1]} is also in {other}"
    return Located(written.file, written.line_of(("version",)), ("version",), text, "give one of them a new version")
