"""Luck: one number between 0 and 1 for each person and purpose, from a seed.

The rule that keeps it honest: a draw is named by what it is for and depends on nothing else, so that one more
draw anywhere, or another order of participants, changes no other.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field

from replay.cohort.distributions import Categories, Chance, Distribution

_LARGEST = 2**53


@dataclass(frozen=True, slots=True)
class Draws:
    """The luck of one participant (or of the study) under one seed."""

    seed: str
    who: str
    _known: dict[str, float] = field(default_factory=dict, compare=False, repr=False)

    def luck(self, purpose: str) -> float:
        """At least 0 and less than 1."""
        known = self._known.get(purpose)
        if known is None:
            known = self._known[purpose] = self._drawn(purpose)
        return known

    def number(self, distribution: Distribution, purpose: str) -> float:
        return distribution.at(self.luck(purpose))

    def happens(self, chance: Chance, purpose: str) -> bool:
        return chance.happens(self.luck(purpose))

    def name(self, categories: Categories, purpose: str) -> str:
        return categories.at(self.luck(purpose))

    def _drawn(self, purpose: str) -> float:
        named = f"{self.seed}\x00{self.who}\x00{purpose}".encode()
        digest = hashlib.blake2b(named, digest_size=8).digest()
        return (int.from_bytes(digest) >> 11) / _LARGEST
