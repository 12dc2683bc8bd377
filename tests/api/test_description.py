"""The description of the API is whole and true: what it promises is what is answered."""

from __future__ import annotations

import os
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from jsonschema import Draft202012Validator
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi import checks

from console.api.bodies import KINDS, kinds_of
from domain.commands import COMMAND_KINDS, COMMAND_TYPES
from tests.api.program import API, PERSON, Program, program_of, told
from tests.web.house import ORIGIN, House

EXAMPLES = int(os.environ.get("API_EXAMPLES", "5"))
"""How many requests are made up for each address; more find more."""


@pytest.fixture
def description(program: Program) -> dict[str, Any]:
    """The description as a program reads it."""
    read: dict[str, Any] = program.get(f"{API}/openapi.json").json()
    return read


def operations(description: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    """Every operation with its name."""
    return [
        (f"{method} {path}", each)
        for path, methods in description["paths"].items()
        for method, each in methods.items()
    ]


def test_the_description_needs_a_token_or_a_sign_in(house: House) -> None:
    """A client and somebody signed in may read the description; nobody else."""
    address = f"{API}/openapi.json"
    with program_of(house) as program:
        assert program.get(address).json()["openapi"].startswith("3.1")
        told(program.client.get(address), 401, "not-authorised")
    with house.signed_in() as browser:
        assert browser.get(address).status_code == 200


def test_every_operation_says_all_that_can_come(description: dict[str, Any]) -> None:
    """Each operation has its security, a sentence, a success with a shape, and each trouble as a problem."""
    for name, each in operations(description):
        assert each["security"] == [{"token": []}], name
        assert each["description"] and each["summary"], name
        assert "$ref" in each["responses"]["200"]["content"]["application/json"]["schema"], name
        needed = {"401", "404", "422", "429", "500", "503"}
        if name.startswith("post"):
            needed |= {"400", "403", "413", "415"}
        assert needed <= set(each["responses"]), name
        for status, answer in each["responses"].items():
            if status != "200":
                assert list(answer["content"]) == ["application/problem+json"], name
                assert answer["description"], name
    assert description["components"]["securitySchemes"]["token"]["scheme"] == "bearer"


def test_every_field_of_an_answer_is_explained(description: dict[str, Any]) -> None:
    """What a field means is said where its shape is, in the words of the reference."""
    schemas = description["components"]["schemas"]
    asked = {*KINDS, *(name for name in schemas if name in {each.__name__ for each in COMMAND_TYPES})}
    shown = [name for name in schemas if name.endswith(("Sight", "Listed", "InFull", "Recorded", "Problem"))]
    assert len(shown) > 25 and not asked & set(shown)
    bare = [
        f"{name}.{field}"
        for name in shown
        for field, each in schemas[name]["properties"].items()
        if "description" not in each
    ]
    assert bare == []


def test_every_command_has_its_schema(description: dict[str, Any]) -> None:
    """The bodies are the domain's commands without who asks, told apart by kind; each is valid by itself."""
    of_participant, of_study = (
        description["paths"][path]["post"]["requestBody"]["content"]["application/json"]["schema"]
        for path in ("/studies/{study}/participants/{participant}/commands", "/studies/{study}/commands")
    )
    assert set(of_participant["discriminator"]["mapping"]) == set(kinds_of(study=False))
    assert set(of_study["discriminator"]["mapping"]) == set(kinds_of(study=True))
    types = dict(zip(COMMAND_KINDS, COMMAND_TYPES, strict=True))
    for kind in KINDS:
        schema = description["components"]["schemas"][kind]
        assert set(schema["properties"]) == set(types[kind].model_fields) - {"actor"}
        assert schema["additionalProperties"] is False


def test_every_reference_leads_somewhere(description: dict[str, Any]) -> None:
    """Each `$ref` names a schema that is there, and each schema is one."""
    schemas = description["components"]["schemas"]
    for schema in schemas.values():
        Draft202012Validator.check_schema(schema)
    named = set(_references(description))
    assert named <= {f"#/components/schemas/{name}" for name in schemas}
    assert len(named) > 80


def test_every_code_is_explained(program: Program) -> None:
    """Each code that a problem can have is in the list its `type` leads to, with the status it comes with."""
    codes = program.client.get(f"{API}/problems").json()
    problem = told(program.get(f"{PERSON}/items/D99/why"), 404, "not-found")
    assert codes[problem["code"]] == {"status": 404, "title": problem["title"]}
    assert {"wrong-role", "outcome-unknown", "malformed", "future-time"} <= set(codes)


CHECKS = [
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_schema_conformance,
    checks.response_headers_conformance,
    checks.negative_data_rejection,
    checks.missing_required_header,
    checks.unsupported_method,
    schemathesis.checks.not_a_server_error,
]


@pytest.mark.timeout(300)
@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
def test_what_is_described_is_what_is_answered(house: House, mode: GenerationMode) -> None:
    """Made-up requests to every address, right ones and wrong ones, are answered as the description says."""
    with program_of(house) as program:
        schema = schemathesis.openapi.from_dict(program.get(f"{API}/openapi.json").json())
        app, shown = _begun(program.client.app), {"authorization": f"Bearer {program.token}"}
        tried = 0
        for result in schema.get_all_operations():
            operation = result.ok()  # type: ignore[union-attr]

            @settings(
                max_examples=EXAMPLES,
                deadline=None,
                database=None,
                derandomize=True,
                phases=[Phase.explicit, Phase.generate],
                suppress_health_check=list(HealthCheck),
            )
            @given(case=operation.as_strategy(generation_mode=mode))
            def asked(case: Any) -> None:
                nonlocal tried
                tried += 1
                answer = case.call(base_url=f"{ORIGIN}{API}", app=app, headers=shown)
                case.validate_response(answer, checks=CHECKS)

            asked()
    assert tried > 100


def _begun(app: Any) -> Any:
    """The application as somebody else began it and will end it."""

    async def asked(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "lifespan":
            await app(scope, receive, send)
            return
        for step in ("startup", "shutdown"):
            await receive()
            await send({"type": f"lifespan.{step}.complete"})

    return asked


def _references(part: Any) -> Any:
    if isinstance(part, dict):
        if isinstance(part.get("$ref"), str):
            yield part["$ref"]
        for each in part.values():
            yield from _references(each)
    elif isinstance(part, list):
        for each in part:
            yield from _references(each)
