"""The JSON Schema of a protocol document, for editors and for other programs.

The rule that keeps it honest: it is made from the types that read the document; a test holds the published
file `protocol.schema.json` in step.
"""

from __future__ import annotations

from typing import Any

from domain.protocol.document import ProtocolDocument


def json_schema() -> dict[str, Any]:
    """The schema (draft 2020-12) of a document as written. What it cannot say, `protocol check` does."""
    schema = ProtocolDocument.model_json_schema(by_alias=True, mode="validation")
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **schema,
        "title": "Day Zero protocol document",
    }
