"""Passwords: kept as Argon2id hashes only.

The rule that keeps it honest: checking takes the same time whether or not the user exists.
"""

from __future__ import annotations

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

SHORTEST, LONGEST = 10, 200


class Passwords:
    """Hashes and checks. Weaker parameters are for tests only."""

    def __init__(self, hasher: PasswordHasher) -> None:
        self._hasher = hasher
        self._of_nobody = hasher.hash("nobody has this password")

    def hash(self, password: str) -> str:
        """What is kept of a password.

        Raises:
            ValueError: too short or too long.
        """
        if not SHORTEST <= len(password) <= LONGEST:
            raise ValueError(
                f"a password has {SHORTEST} to {LONGEST} characters; this one has {len(password)}"
            )
        return self._hasher.hash(password)

    def match(self, kept: str | None, password: str) -> bool:
        """Whether this is the password; of nobody (`kept` None) it never is."""
        try:
            self._hasher.verify(kept or self._of_nobody, password[: LONGEST + 1])
        except (VerificationError, InvalidHashError):
            return False
        return kept is not None
