"""The description of the API: OpenAPI 3.1, made from the code that answers.

The rule that keeps it honest: shapes come from the types that are printed and commands from the domain's own,
with what their fields mean taken from where that is said.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from typing import Any, get_args, get_origin, get_type_hints

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute
from pydantic import TypeAdapter
from typing_extensions import Doc

from console.api import participant_reads, record_reads, study_reads, trying, writes
from console.api.bodies import body_schemas
from console.api.problems import Problem

ROUTERS = tuple(each.router for each in (study_reads, participant_reads, record_reads, writes, trying))
"""Every address, part by part."""

VERSION = "1"
_ABOUT = """The same commands and the same read models as the console and the command line.

Show a client's token (`dayzero client add`) as `Authorization: Bearer dz_...`. Lists come in pages: follow
`next`. A command carries a UUID of its own in `Idempotency-Key`; sent again, it gets the same outcome. Every
error is a problem (RFC 9457) with a stable `code`."""


def described(app: FastAPI) -> dict[str, Any]:
    """The whole description, made once."""
    if app.openapi_schema is None:
        told = get_openapi(
            title=app.title,
            version=VERSION,
            openapi_version="3.1.0",
            description=_ABOUT,
            routes=app.routes,
            servers=[{"url": "/api/v1"}],
        )
        schemas: dict[str, Any] = told.setdefault("components", {}).setdefault("schemas", {})
        commands, parts = body_schemas()
        schemas.update(parts)
        schemas.update(commands)
        schemas.update(_problem())
        for shape in _shapes():
            _explain(schemas.get(shape.__name__), shape)
        app.openapi_schema = told
    return app.openapi_schema


def _problem() -> dict[str, Any]:
    schema = TypeAdapter(Problem).json_schema(ref_template="#/components/schemas/{model}")
    parts: dict[str, Any] = schema.pop("$defs")
    _explain(schema, Problem)
    # Left out where they say nothing, and then never null.
    return {**parts, "Problem": schema}


def _shapes() -> Iterator[type[Any]]:
    """Every dataclass that an answer is made of."""
    seen: set[type[Any]] = set()
    routes = [each for router in ROUTERS for each in router.routes]
    pending: list[Any] = [each.response_model for each in routes if isinstance(each, APIRoute)]
    while pending:
        each = pending.pop()
        pending += [*get_args(each), *_parts(each)]
        if isinstance(each, type) and is_dataclass(each) and each not in seen:
            seen.add(each)
            pending += get_type_hints(each).values()
            yield each


def _parts(each: Any) -> list[Any]:
    model_fields = getattr(each, "model_fields", None)
    return [field.annotation for field in model_fields.values()] if isinstance(model_fields, dict) else []


def _explain(schema: dict[str, Any] | None, shape: type[Any]) -> None:
    """Say in a schema what each field means."""
    if schema is None:
        return
    hints = get_type_hints(shape, include_extras=True)
    for field in fields(shape):
        hint = hints[field.name]
        said = [each for each in get_args(hint) if isinstance(each, Doc)] if get_origin(hint) else []
        if said:
            schema["properties"][field.name]["description"] = said[0].documentation
