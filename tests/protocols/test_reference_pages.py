"""The reference pages name every field that a document can have."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import pytest
from pydantic import BaseModel

from domain.protocol.document import ProtocolDocument
from domain.site import Site
from sites.holiday_table import HolidayTable

PAGES = Path(__file__).resolve().parents[2] / "docs" / "reference"


@pytest.mark.parametrize(
    ("page", "models"),
    [("protocol-document.md", [ProtocolDocument]), ("site-document.md", [Site, HolidayTable])],
)
def test_every_field_stands_in_the_reference(page: str, models: list[type[BaseModel]]) -> None:
    """A field that is added to the code and not to the page is found here."""
    text = (PAGES / page).read_text(encoding="utf-8")
    fields = {field for model in models for field in _fields(model, set())}
    assert len(fields) > 15
    assert sorted(field for field in fields if not _named(field, text)) == []


def _named(field: str, text: str) -> bool:
    return any(f"{before}{field}{after}" in text for before in "`{ " for after in "`:")


def _fields(model: type[BaseModel], seen: set[type[BaseModel]]) -> Iterator[str]:
    if model in seen:
        return
    seen.add(model)
    for name, field in model.model_fields.items():
        # A source is written by its kind, not by these two.
        if model.__name__ != "Source":
            yield field.alias or name
        for inner in _models_in(field.annotation):
            yield from _fields(inner, seen)


def _models_in(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for inner in get_args(annotation):
        yield from _models_in(inner)
