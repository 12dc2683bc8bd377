"""A signature: its own words, over what was shown, by a role that may, and two are two people."""

from __future__ import annotations

import pytest
from hypothesis import given as for_all
from hypothesis import strategies as st

from domain import Code, Refused
from domain.commands import SignedAsk
from domain.roles import Actor, Role
from domain.signed import Signed, content_of
from domain.signing import second_signature, sign
from tests.domain.builders import AUDITOR, INVESTIGATOR, at

WORDS = "I have seen it and agree."
WHAT = {"product": "EX02-001", "findings": ["viability 61 %"]}
NOON = at("2026-02-12 12:00")
ROLES = frozenset({Role.INVESTIGATOR})
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-1000, 1000) | st.text(st.characters(max_codepoint=127)),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abcd"), inner, max_size=3),
    max_leaves=8,
)


def asks(by: Actor = INVESTIGATOR, meaning: str = WORDS, content: str | None = None) -> SignedAsk:
    """Somebody signs."""
    return SignedAsk(actor=by, meaning=meaning, content=content)


def refusal(command: SignedAsk) -> Refused:
    """How the signature is refused."""
    with pytest.raises(Refused) as caught:
        sign(command, meaning=WORDS, what=WHAT, at=NOON, roles=ROLES)
    return caught.value


@pytest.mark.parametrize("content", [None, content_of(WHAT)])
def test_a_signature_says_who_when_in_which_words_and_over_what(content: str | None) -> None:
    """It carries the hash of what is on the record, whether the signer stated one or not."""
    signed = sign(asks(content=content), meaning=WORDS, what=WHAT, at=NOON, roles=ROLES)
    assert signed == Signed("investigator-1", Role.INVESTIGATOR, NOON, WORDS, content_of(WHAT))


def test_another_role_does_not_sign() -> None:
    """The refusal names the role that does."""
    refused = refusal(asks(by=AUDITOR))
    assert refused.code is Code.WRONG_ROLE
    assert "investigator" in refused.text
    assert "auditor" in refused.text


def test_other_words_are_no_signature() -> None:
    """The refusal names the words that are."""
    refused = refusal(asks(meaning="Fine."))
    assert refused.code is Code.BAD_VALUE
    assert WORDS in refused.text


@for_all(VALUES)
def test_another_content_is_no_signature(other: object) -> None:
    """Whatever was shown that is not what stands on the record is refused."""
    refused = refusal(asks(content=content_of({"product": other})))
    assert refused.code is Code.OTHER_CONTENT
    assert content_of(WHAT)[:12] in refused.text


@for_all(st.dictionaries(st.sampled_from("abcdef"), VALUES, min_size=2), st.randoms(use_true_random=False))
def test_the_content_does_not_depend_on_the_order_it_was_written_in(
    what: dict[str, object], chance: object
) -> None:
    """Anybody gets the same hash from the same values."""
    keys = list(what)
    chance.shuffle(keys)  # type: ignore[attr-defined]
    assert content_of({key: what[key] for key in keys}) == content_of(what)


def test_the_same_person_does_not_sign_twice() -> None:
    """Where two must sign, the second is another person."""
    first = sign(asks(), meaning=WORDS, what=WHAT, at=NOON, roles=ROLES)
    with pytest.raises(Refused) as caught:
        second_signature([first], asks(), "the release")
    assert caught.value.code is Code.SAME_SIGNER
    assert "investigator-1 signed the release" in caught.value.text
    second_signature([first], asks(by=Actor(id="investigator-2", role=Role.INVESTIGATOR)), "the release")
