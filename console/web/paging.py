"""A long list in pages, named in the address.

The rule that keeps it honest: a page beyond the last one is the last one, and each says how much there
is.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Pages:
    """Page `number` (from 1) of a list of `total` rows, `size` to a page."""

    asked: int
    size: int
    total: int

    @property
    def last(self) -> int:
        return max(1, -(-self.total // self.size))

    @property
    def number(self) -> int:
        return min(max(1, self.asked), self.last)

    @property
    def skip(self) -> int:
        """How many rows stand on the pages before."""
        return (self.number - 1) * self.size

    @property
    def first_row(self) -> int:
        """The number of its first row, from 1; 0 of an empty list."""
        return min(self.skip + 1, self.total)

    @property
    def last_row(self) -> int:
        return min(self.skip + self.size, self.total)
