"""A signature is given by whoever proves again who they are, and by nobody at an open console."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager

from starlette.requests import Request

from console.web.asking import Form
from console.web.proving import reproved
from console.web.visiting import Visitor, visitor
from domain.roles import Role
from tests.web.house import PASSWORD, PEOPLE, Browser, House


@contextmanager
def signer(house: House) -> Iterator[tuple[Browser, Visitor]]:
    """An investigator at the console, as a page of theirs gets to see them."""
    with house.signed_in(Role.INVESTIGATOR) as browser:
        [cookie] = [each for each in browser.client.cookies.jar if each.name == "dayzero"]
        scope = {
            "type": "http",
            "method": "POST",
            "path": "/",
            "query_string": b"",
            "headers": [(b"cookie", f"dayzero={cookie.value}".encode())],
            "client": ("127.0.0.1", 50_000),
            "app": browser.client.app,
        }
        yield browser, visitor(Request(scope))


def form() -> Form:
    """A form with an id of its own."""
    return Form("", str(uuid.uuid4()))


def test_the_password_signs(house: House) -> None:
    """The signer's own password is taken, as often as they sign."""
    with signer(house) as (_, who):
        assert reproved(who, form(), PASSWORD) is None
        assert reproved(who, form(), PASSWORD) is None


def test_another_password_does_not(house: House) -> None:
    """Another's password, or none, signs nothing, and the reason stands beside the field."""
    with signer(house) as (_, who):
        for password in ("", "wrong horse battery"):
            trouble = reproved(who, form(), password)
            assert trouble is not None and (trouble.code, trouble.field) == ("not-proved", "password")
            assert trouble.status == 422


def test_wrong_proofs_lock_the_user(house: House) -> None:
    """Five wrong proofs lock their user as five wrong sign-ins do; later the right one signs again."""
    with signer(house) as (browser, who):
        for _ in range(5):
            assert reproved(who, form(), "wrong horse battery") is not None
        trouble = reproved(who, form(), PASSWORD)
        assert trouble is not None and trouble.code == "tried-too-often"
        assert browser.sign_in(PEOPLE[Role.INVESTIGATOR]).status_code == 429
        house.wait(minutes=16)
        assert reproved(who, form(), PASSWORD) is None


def test_a_field_left_empty_is_no_try(house: House) -> None:
    """A form sent without a password does not bring the lock-out nearer."""
    with signer(house) as (_, who):
        for _ in range(8):
            assert reproved(who, form(), "") is not None
        assert reproved(who, form(), PASSWORD) is None
