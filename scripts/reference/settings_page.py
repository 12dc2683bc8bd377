"""docs/reference/settings.md: every variable, from settings.py."""

from __future__ import annotations

import types
import typing
from pathlib import Path

from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from settings import ROOT, Settings

_HEAD = """\
# Settings

Every setting is an environment variable; a `.env` file in the checkout is read too, and the environment wins.
A secret is never shown or logged. This page is made from `settings.py` by `make docs`.

| variable | type | default | what it says |
|---|---|---|---|
"""


def settings_page() -> str:
    """The table of settings, in the order of settings.py."""
    return _HEAD + "".join(_row(name, field) for name, field in Settings.model_fields.items())


def _row(name: str, field: FieldInfo) -> str:
    text = (field.description or "").replace("|", "\\|")
    return f"| `DAYZERO_{name.upper()}` | {_type(field.annotation)} | {_default(field)} | {text} |\n"


def _type(annotation: object) -> str:
    """What to write there, in words."""
    if typing.get_origin(annotation) in (typing.Union, types.UnionType):
        return " or ".join(_type(part) for part in typing.get_args(annotation) if part is not types.NoneType)
    if typing.get_origin(annotation) is dict:
        return "JSON object of secrets"
    names = {
        "SecretStr": "secret",
        "str": "text",
        "int": "whole number",
        "bool": "true or false",
        "Path": "path",
    }
    name = getattr(annotation, "__name__", str(annotation))
    if isinstance(annotation, type) and hasattr(annotation, "__members__"):
        return " or ".join(f"`{value.value}`" for value in annotation.__members__.values())
    return names[name]


def _default(field: FieldInfo) -> str:
    value = field.default
    if value is None or value is PydanticUndefined:
        return "-"
    if isinstance(value, Path):
        return f"`{value.relative_to(ROOT)}` in the checkout"
    return f"`{str(value).lower() if isinstance(value, bool) else getattr(value, 'value', value)}`"
