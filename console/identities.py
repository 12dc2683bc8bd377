"""Of whom an identity provider speaks: the text by which a user is found.

The rule that keeps it honest: a subject counts only together with its issuer, and an address only when the
provider says that it verified it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

_ADDRESS = re.compile(r"[^\s@<>\"]{1,64}@[^\s@<>\"]{1,190}")
_SUBJECT = re.compile(r"[\x21-\x7e]{1,255}")
_MAILTO = "mailto:"


class NotAnIdentity(ValueError):
    """Neither an e-mail address nor a subject."""


def identity_from(said: str, issuer: str | None) -> str:
    """The identity that an administrator wrote down: an e-mail address, or a subject of the issuer.

    Raises:
        NotAnIdentity: it is neither, or there is no issuer that a subject could be of.
    """
    said = said.strip()
    if _ADDRESS.fullmatch(said):
        return _MAILTO + said.casefold()
    if not _SUBJECT.fullmatch(said) or "@" in said:
        raise NotAnIdentity(f"{said!r} is neither an e-mail address nor a subject of an identity provider")
    if issuer is None:
        raise NotAnIdentity("a subject needs its issuer: set DAYZERO_OIDC_ISSUER, or say an e-mail address")
    return of_subject(issuer, said)


def of_subject(issuer: str, subject: str) -> str:
    """The identity of a subject."""
    return f"{issuer} {subject}"


def verified_address(claims: Mapping[str, Any]) -> str | None:
    """The identity by e-mail address, if the provider says that it verified it."""
    address = claims.get("email")
    if claims.get("email_verified") is not True or not isinstance(address, str):
        return None
    return _MAILTO + address.strip().casefold()


def by_address(identity: str) -> bool:
    """Whether an identity is an address still, and no subject yet."""
    return identity.startswith(_MAILTO)
