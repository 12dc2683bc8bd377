"""The seed of each study, derived from the one that was said.

The rule that keeps it honest: a study's seed follows from the first seed and its number alone, so that more
studies begin with the same ones, and each can be played alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256

_BYTES = 6
"""Short enough to be typed, and exact in every program that reads JSON."""


def seed_of(seed: int, number: int) -> int:
    """The seed of the study of that number, from 0."""
    return int.from_bytes(sha256(f"{seed}/{number}".encode()).digest()[:_BYTES])


def seeds_of(seed: int, studies: int) -> Iterator[int]:
    """The seeds of so many studies, in their order."""
    return (seed_of(seed, number) for number in range(studies))
