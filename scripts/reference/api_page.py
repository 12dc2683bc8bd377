"""docs/reference/api.md: every address of the API, from the description that it serves."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from fastapi import FastAPI

from activities.webhooks.messages import TYPES
from console.api.bodies import kinds_of
from console.api.describing import ROUTERS, described
from console.api.problems import OWN, status_of
from domain.refusal import MEANINGS

_HEAD = """\
# API

Version 1, at `/api/v1` of the [console](../how-to/console.md). How to use it is in
[use the API](../how-to/api.md). The whole description (OpenAPI 3.1, with every schema) is served at
`/api/v1/openapi.json` to clients and to whoever is signed in; this page is made from it by `make docs`.

Shapes are those of [JSON](json.md). A list is an object of `items` and `next`, the address of what follows.
Errors are problems (RFC 9457, `application/problem+json`).
"""


def api_page() -> str:
    """Addresses by what they are about, the commands, the codes, and what webhooks are told."""
    app = FastAPI(title="Day Zero", openapi_url=None)
    for router in ROUTERS:
        app.include_router(router)
    paths: dict[str, dict[str, Any]] = described(app)["paths"]
    parts = [_HEAD]
    for tag in dict.fromkeys(each["tags"][0] for methods in paths.values() for each in methods.values()):
        parts.append(f"\n## {tag.capitalize()}\n\n| address | answers | parameters |\n|---|---|---|\n")
        parts += _rows(paths, tag)
    return "".join([*parts, _commands(), _codes(), _webhooks()])


def _rows(paths: dict[str, dict[str, Any]], tag: str) -> Iterator[str]:
    for path, methods in paths.items():
        for method, each in methods.items():
            if each["tags"][0] == tag:
                asked = ", ".join(f"`{name}`" for name in _asked(each)) or " "
                says = each["description"].replace("\n\n", " ").replace("\n", " ")
                yield f"| `{method.upper()} {path}` | {says} | {asked} |\n"


def _asked(operation: dict[str, Any]) -> Iterator[str]:
    for each in operation.get("parameters", []):
        if each["in"] != "path":
            yield each["name"]


def _commands() -> str:
    listed = {
        "of a participant": kinds_of(study=False),
        "of a study": kinds_of(study=True),
    }
    lines = "".join(
        f"- {what}: {', '.join(f'`{each}`' for each in kinds)}\n" for what, kinds in listed.items()
    )
    return (
        "\n## What can be asked\n\nBodies are the [commands](commands.md) without `actor`: who asks is the "
        f"client. Signatures are a person's.\n\n{lines}"
    )


def _codes() -> str:
    known = {**{code.value: says for code, says in MEANINGS.items()}, **OWN}
    ordered = sorted(known.items(), key=lambda each: (status_of(each[0]), each[0]))
    rows = "".join(f"| {status_of(code)} | `{code}` | {says} |\n" for code, says in ordered)
    return f"\n## Codes\n\n| status | code | means |\n|---|---|---|\n{rows}"


def _webhooks() -> str:
    listed = ", ".join(f"`{each}`" for each in TYPES)
    return f"\n## What webhooks are told\n\n{listed}, as [events](events.md) name them.\n"
