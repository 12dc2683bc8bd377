"""A signature: who signed, as what, when, in which words, and the hash of what they were shown.

The rule that keeps it honest: the hash is of the canonical form of what was signed, so anybody can compute
it again from the record; nothing here decides who may sign.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from domain.chain import canonical
from domain.roles import Role
from domain.stated import Instant


@dataclass(frozen=True, slots=True)
class Signed:
    """One signature, as an event carries it. `content` is the SHA-256 (hex) of what was signed."""

    by: str
    role: Role
    signed_at: Instant
    meaning: str
    content: str


def content_of(what: Mapping[str, Any]) -> str:
    """The SHA-256 (hex) of the canonical JSON of what is shown to a signer.

    Raises:
        domain.chain.NotCanonical: a value without one canonical form, such as a float.
    """
    return hashlib.sha256(canonical(dict(what))).hexdigest()
