"""Files and functions stay small enough to be read at one sitting; what is larger says why."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from tests.house_rules.tree import named, python_files

MOST_LINES_OF_A_FILE = 400
MOST_LINES_OF_A_FUNCTION = 60

# Path, or path and function, with the reason. An entry that is no longer needed fails the test.
LARGER: dict[str, str] = {
    "store/migrations/versions/0001_record.py upgrade": "a schema is one list of tables, read downwards",
    "tests/protocols/faults.py": "one list of faulty documents, each with what it is told",
}


def test_no_file_or_function_outgrows_the_house() -> None:
    """A file has at most 400 lines and a function 60, unless it is listed with a reason."""
    found = dict(_too_large())
    unlisted = {where: size for where, size in found.items() if where not in LARGER}
    assert unlisted == {}
    assert sorted(set(LARGER) - set(found)) == [], "these are small now: take them off the list"


def test_every_module_says_what_it_is_for() -> None:
    """Each module that holds anything begins with a docstring."""
    bare = [
        named(path) for path in python_files() if (tree := _tree(path)).body and not ast.get_docstring(tree)
    ]
    assert bare == []


def test_every_test_says_what_it_promises() -> None:
    """Each test has a docstring: the promise it holds, which is also the requirement it traces to."""
    silent = [
        f"{named(path)}:{node.lineno} {node.name}"
        for path in python_files()
        if path.name.startswith("test_")
        for node in ast.walk(_tree(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.name.startswith("test_")
        and not ast.get_docstring(node)
    ]
    assert silent == []


def _too_large() -> Iterator[tuple[str, int]]:
    for path in python_files():
        lines = path.read_text("utf-8").count("\n")
        if lines > MOST_LINES_OF_A_FILE:
            yield named(path), lines
        for node in ast.walk(_tree(path)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                size = (node.end_lineno or node.lineno) - node.lineno + 1
                if size > MOST_LINES_OF_A_FUNCTION:
                    yield f"{named(path)} {node.name}", size


@cache
def _tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"))
