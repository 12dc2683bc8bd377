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
from protocols.library import library
from protocols.overlay import with_base
from protocols.problems import Located, ProtocolInvalid
from protocols.schema import json_schema
from protocols.validation import problems_of
from protocols.yaml_text import read_yaml

__all__ = [
    "Located",
    "ProtocolInvalid",
    "json_schema",
    "library",
    "load_document",
    "problems_in",
    "protocol_body",
    "published_document",
    "read_protocol",
]


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
        raise ProtocolInvalid(Located.at("stored document", None, problem) for problem in problems)
    return expand(document)


def published_document(body: dict[str, Any]) -> Protocol:
    """The protocol in a body that was published: whatever was found right then stays in force.

    A later release may find more to object to in a document; who is treated under it must not stand still
    for that, so only its form is read here. `problems_in` tells the objections.

    Raises:
        ProtocolInvalid: the body has not the form of a document.
    """
    try:
        return expand(ProtocolDocument.model_validate(body))
    except ValidationError as error:
        problems = problems_of(error, body, ProtocolDocument)
        raise ProtocolInvalid(Located.at("stored document", None, each) for each in problems) from error


def protocol_body(protocol: Protocol) -> dict[str, Any]:
    """The document as canonical JSON values: what `Protocol.hash` is taken over and what the store keeps."""
    return protocol.document.model_dump(mode="json", by_alias=True, exclude_none=True)


def _examine_file(path: Path) -> tuple[ProtocolDocument | None, list[Located]]:
    written = with_base(read_yaml(path), path)
    if written.value is None:
        return None, written.problems
    document, problems = _examine(written.value)
    located = [Located.at(written.file, written.line_of(problem.path), problem) for problem in problems]
    return document, written.problems + located


def _examine(value: Any) -> tuple[ProtocolDocument | None, list[Problem]]:
    try:
        document = ProtocolDocument.model_validate(value)
    except ValidationError as error:
        return None, problems_of(error, value, ProtocolDocument)
    return document, semantic_problems(document)
