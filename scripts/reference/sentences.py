"""Docstrings as cells of a table."""

from __future__ import annotations

import inspect


def first_paragraph(docstring: str | None) -> str:
    """The first paragraph on one line, safe within a Markdown table; empty for none."""
    paragraph = inspect.cleandoc(docstring or "").partition("\n\n")[0]
    return " ".join(paragraph.split()).replace("|", "\\|")
