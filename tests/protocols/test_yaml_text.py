"""A YAML text arrives as it was written: no guessed types, no lost lines."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from protocols.yaml_text import parse_yaml


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("12:30", "12:30"),
        ("NO", "NO"),
        ("yes", "yes"),
        ("off", "off"),
        ("2026-10-01", "2026-10-01"),
        ("010", "010"),
        ("1e3", "1e3"),
        ("1_000", "1_000"),
        (".inf", ".inf"),
        ("0x1F", "0x1F"),
        ("true", True),
        ("false", False),
        ("7", 7),
        ("-7", -7),
        ("0.1", Decimal("0.1")),
        ("1.10", Decimal("1.10")),
        ("null", None),
        ("~", None),
        ("", None),
        ('"7"', "7"),
        ("'true'", "true"),
    ],
)
def test_a_scalar_is_what_it_says(text: str, value: Any) -> None:
    """Times, country codes, dates and words stay text; numbers are exact; only true and false are yes/no."""
    read = parse_yaml(f"key: {text}\n", "x.yaml")
    assert read.problems == []
    assert read.value == {"key": value}
    assert type(read.value["key"]) is type(value)


def test_every_value_knows_its_line() -> None:
    """A key, an item of a list and a value within them are found at the line where they stand."""
    read = parse_yaml("a: 1\nb:\n  - c: 2\n    d:\n      e: 3\n  - 4\n", "x.yaml")
    lines = {("a",): 1, ("b",): 2, ("b", 0): 3, ("b", 0, "c"): 3, ("b", 0, "d", "e"): 5, ("b", 1): 6}
    assert {path: read.line_of(path) for path in lines} == lines


def test_what_is_missing_is_told_at_what_is_around_it() -> None:
    """The line of a field that is not there is the line of the nearest thing around it."""
    read = parse_yaml("a:\n  b: 1\n", "x.yaml")
    assert read.line_of(("a", "c", "d")) == 1
    assert read.line_of(("a", "b", "d")) == 2


@given(st.text(max_size=200))
def test_no_text_crashes_the_reader(text: str) -> None:
    """Any text at all gives a value or problems, never an exception."""
    read = parse_yaml(text, "x.yaml")
    assert read.value is not None or read.problems or _is_nothing(text)


def _is_nothing(text: str) -> bool:
    node = yaml.compose(text, Loader=yaml.SafeLoader)
    return node is not None and node.tag == "tag:yaml.org,2002:null"


plain = st.recursive(
    st.text(alphabet="abc xyz:-#'\"", max_size=12) | st.integers(-999, 999) | st.booleans(),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text("abcdef", min_size=1), inner, max_size=4)
    ),
    max_leaves=12,
)


@given(st.dictionaries(st.text("abcdef", min_size=1), plain, min_size=1, max_size=5))
def test_what_was_dumped_reads_back(value: dict[str, Any]) -> None:
    """Plain values written by a YAML library are read back as the same values."""
    read = parse_yaml(yaml.safe_dump(value), "x.yaml")
    assert read.problems == []
    assert read.value == value
