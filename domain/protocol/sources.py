"""Where a value of a protocol comes from, and what people call it.

The rule that keeps it honest: no value without a source; an assumption is shown as one wherever it is used.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import Annotated, Any

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    GetJsonSchemaHandler,
    StringConstraints,
    model_serializer,
    model_validator,
)
from pydantic_core import CoreSchema
from typing_extensions import override

CodeName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9_-]{0,39}$")]
Sentence = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=4000)]


class Strict(BaseModel):
    """Frozen, and an unknown field is an error rather than a silent loss."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class SourceKind(StrEnum):
    REGISTRY = "registry"
    STANDARD = "standard"
    ASSUMPTION = "assumption"


class Source(Strict):
    """One of `registry: <sentence>`, `standard: <reference>`, `assumption: <why>`."""

    kind: SourceKind
    text: Sentence

    @model_validator(mode="before")
    @classmethod
    def _from_single_key(cls, value: Any) -> Any:
        if not isinstance(value, dict) or set(value) == {"kind", "text"}:
            return value
        if len(value) != 1 or next(iter(value)) not in tuple(SourceKind):
            raise ValueError(f"{_listed(value)} is not a source: {_EXPECTED}")
        kind, text = next(iter(value.items()))
        return {"kind": kind, "text": text}

    @model_serializer
    def _to_single_key(self) -> dict[str, str]:
        return {self.kind.value: self.text}

    @classmethod
    @override
    def __get_pydantic_json_schema__(
        cls, core_schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        """The schema of a source as it is written: one key, one text."""
        schema = handler.resolve_ref_schema(handler(core_schema))
        sentence = {"type": "string", "minLength": 1, "maxLength": 4000}
        for name in ("required", "properties"):
            schema.pop(name, None)
        schema["properties"] = {kind.value: sentence for kind in SourceKind}
        schema["minProperties"] = schema["maxProperties"] = 1
        return schema

    @property
    def is_assumption(self) -> bool:
        return self.kind is SourceKind.ASSUMPTION


_EXPECTED = "write exactly one of registry: <sentence>, standard: <reference> or assumption: <why>"


def _listed(keys: Iterable[Any]) -> str:
    return " with ".join(map(str, keys)) or "nothing"


class Labels(Strict):
    """What people read, in each language of the product."""

    en: Sentence
    zh_cn: Sentence = Field(alias="zh-CN")

    def in_language(self, language: str) -> str:
        """The label in `language` ("zh-CN" or "en"); English for any other."""
        return self.zh_cn if language.lower().startswith("zh") else self.en


class Sourced(Strict):
    source: Source


class Labelled(Sourced):
    code: CodeName
    labels: Labels
