"""The code knows no trial: what is special to one stands in its document only."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from protocols.reading import read_protocol

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("domain", "workflows", "activities", "store", "protocols", "sites", "console")
MODULES = sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))
DOCUMENTS = sorted((ROOT / "protocols").glob("*.yaml"))

NAMES_OF_TRIALS = ("NCT06642025", "DZ-CYCLES", "EX02", "CAR-T", "fludarabine", "cyclophosphamide", "Hefei")
GENERAL_WORDS = frozenset(
    {"visit", "none", "enrolled", "gate", "age", "sex", "temperature", "identity", "response"}
    | {"infused", "start"}
)
"""Codes that are also words of the product: the default ladder, an answer, a noun, options of `enroll`,
fields of commands, who somebody is at an identity provider, a figure of a simulated study, where a text of a
picture begins."""


def _codes() -> frozenset[str]:
    codes: set[str] = set()
    for path in DOCUMENTS:
        protocol = read_protocol(path)
        codes |= {*protocol.items, *protocol.stages, *protocol.gates, *protocol.ladders}
        codes |= {*protocol.observations, *protocol.criteria, *protocol.decisions}
    return frozenset(codes - GENERAL_WORDS)


def _literals(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """The string constants of a module with their lines, docstrings left out."""
    with_docstrings = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    docstrings = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, with_docstrings) and node.body and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings:
            yield node.lineno, node.value


@pytest.mark.parametrize("module", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_module_names_a_trial(module: Path) -> None:
    """No module, not even in a comment, names a trial, its drugs or its site."""
    text = module.read_text(encoding="utf-8").casefold()
    assert [name for name in NAMES_OF_TRIALS if name.casefold() in text] == []


def test_no_module_holds_a_code_of_a_protocol() -> None:
    """No string in the code is the code of a milestone, visit, stage, gate, ladder, criterion or result."""
    codes = _codes()
    found = [
        f"{path.relative_to(ROOT)}:{line}: {text!r}"
        for path in MODULES
        for line, text in _literals(ast.parse(path.read_text(encoding="utf-8")))
        if text in codes
    ]
    assert len(codes) > 100, "the protocols have lost their codes"
    assert found == []
