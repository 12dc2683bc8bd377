"""INV-13: one value has one canonical form, and every link covers the one before."""

from __future__ import annotations

import hashlib
import json
import unicodedata
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.chain import (
    DEEPEST,
    GENESIS,
    LARGEST_INTEGER,
    Break,
    Link,
    NotCanonical,
    canonical,
    canonical_by_stdlib,
    link,
    verify_links,
)

TEXT = st.text(st.characters(exclude_categories=["Cs"])).map(lambda text: unicodedata.normalize("NFC", text))
SCALAR = st.none() | st.booleans() | st.integers(-LARGEST_INTEGER, LARGEST_INTEGER) | TEXT
VALUE = st.recursive(SCALAR, lambda inner: st.lists(inner) | st.dictionaries(TEXT, inner), max_leaves=30)
CONTENTS = st.lists(st.binary(max_size=20), max_size=8)


@given(VALUE)
def test_the_fast_form_is_the_standard_librarys(value: Any) -> None:
    """The form made with orjson is byte for byte the one that Python's own json makes."""
    assert canonical(value) == canonical_by_stdlib(value)


@given(VALUE)
def test_the_form_reads_back_as_the_value(value: Any) -> None:
    """Reading the form gives the value, and the value's form again."""
    again = json.loads(canonical(value))
    assert again == value
    assert canonical(again) == canonical(value)


@given(st.dictionaries(TEXT, SCALAR, max_size=8), st.randoms())
def test_the_order_of_members_does_not_matter(value: dict[str, Any], random: Any) -> None:
    """Two objects with the same members have one form."""
    members = list(value.items())
    random.shuffle(members)
    assert canonical(dict(members)) == canonical(value)


def test_the_form_is_what_it_is_said_to_be() -> None:
    """Sorted by code point, no spaces, text as it is, control characters escaped as JSON demands."""
    value = {"b": [1, True, None], "a": 'é"\\\n\x01', "\U0001f642": "", "\uffff": ""}
    assert (
        canonical(value).decode()
        == '{"a":"é\\"\\\\\\n\\u0001","b":[1,true,null],"\uffff":"","\U0001f642":""}'
    )


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (1.0, "the value is a float"),
        ({"a": [1, {"b": 2.5}]}, r"a\[1\].b is a float"),
        ({"a": float("nan")}, "a is a float"),
        ({"a": 2**53}, "a is an integer beyond"),
        ({"a": -(2**53)}, "a is an integer beyond"),
        ({1: "a"}, "the key 1"),
        ({"a": (1, 2)}, "a is a tuple"),
        ({"a": {1}}, "a is a set"),
        ({"a": b"x"}, "a is a bytes"),
        ("e\u0301", "normal form C"),
        ({"e\u0301": 1}, "normal form C"),
        ("\ud800", "no canonical form"),
        ({"\udfff": 1}, "no canonical form"),
    ],
)
def test_what_has_no_one_form_is_refused(value: Any, said: str) -> None:
    """Floats, huge integers, odd keys, decomposed text and half characters are refused, with the place."""
    with pytest.raises(NotCanonical, match=said):
        canonical(value)


def test_nesting_is_bounded() -> None:
    """A value nested beyond any event is refused, not a crash."""
    deep: Any = []
    for _ in range(DEEPEST - 1):
        deep = [deep]
    assert canonical(deep) == canonical_by_stdlib(deep)
    for _ in range(5000):
        deep = [deep]
    with pytest.raises(NotCanonical, match="nested deeper"):
        canonical(deep)


@given(st.text())
def test_decomposed_text_is_refused_wherever_it_stands(text: str) -> None:
    """Text is accepted exactly when it is its own normal form C and whole characters."""
    whole = not any("\ud800" <= character <= "\udfff" for character in text)
    fit = whole and unicodedata.normalize("NFC", text) == text
    try:
        canonical({"a": ["x", text]})
    except NotCanonical:
        assert not fit
    else:
        assert fit


def chained(contents: list[bytes]) -> list[Link]:
    """A chain over these contents."""
    made: list[Link] = []
    for seq, content in enumerate(contents, start=1):
        previous = made[-1].hash if made else GENESIS
        made.append(Link(seq, previous, content, link(previous, content)))
    return made


def test_a_link_is_sha_256_over_the_one_before_and_its_content() -> None:
    """The hash can be made by hand: SHA-256 over the previous hash, a line feed and the content."""
    assert link(GENESIS, b"{}") == hashlib.sha256(b"0" * 64 + b"\n{}").hexdigest()


@given(CONTENTS)
def test_an_untouched_chain_holds(contents: list[bytes]) -> None:
    """Any chain that was made link by link verifies."""
    assert verify_links(chained(contents)) is None


@given(CONTENTS.filter(bool), st.data())
def test_a_changed_link_is_the_one_named(contents: list[bytes], data: st.DataObject) -> None:
    """Changing any part of one link is found at that very link."""
    chain = chained(contents)
    index = data.draw(st.integers(0, len(chain) - 1))
    one = chain[index]
    chain[index] = data.draw(
        st.sampled_from(
            [
                Link(one.seq, one.previous, one.content + b"x", one.hash),
                Link(one.seq, "f" * 64, one.content, one.hash),
                Link(one.seq, one.previous, one.content, "f" * 64),
                Link(one.seq + 1, one.previous, one.content, one.hash),
            ]
        )
    )
    broken = verify_links(chain)
    assert broken is not None
    assert broken.seq == index + 1


@given(st.lists(st.binary(max_size=20), min_size=2, max_size=8, unique=True), st.data())
def test_a_missing_link_is_the_one_named(contents: list[bytes], data: st.DataObject) -> None:
    """Taking a link out of the middle is found at its place."""
    chain = chained(contents)
    index = data.draw(st.integers(0, len(chain) - 2))
    del chain[index]
    assert verify_links(chain) == Break(index + 1, f"is missing: the next one stored is {index + 2}")


@given(st.lists(st.binary(max_size=20), min_size=1, max_size=8), st.data())
def test_a_link_made_anew_breaks_the_next(contents: list[bytes], data: st.DataObject) -> None:
    """Rewriting one link with a right hash breaks the link after it; only the last can be rewritten alone."""
    chain = chained(contents)
    index = data.draw(st.integers(0, len(chain) - 1))
    one = chain[index]
    other = one.content + b"x"
    chain[index] = Link(one.seq, one.previous, other, link(one.previous, other))
    broken = verify_links(chain)
    if index == len(chain) - 1:
        assert broken is None
    else:
        assert broken == Break(index + 2, "is not linked to the one before it")
