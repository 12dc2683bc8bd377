"""One consistent look at the store.

The rule that keeps it honest: nothing here writes, and everything read in one `Reading` is of one moment.
"""

from __future__ import annotations

from store.list_reading import ListReading
from store.trail_reading import TrailReading


class Reading(ListReading, TrailReading):
    """Everything that can be read: the record, its trail, what it comes to, its lists, and what is owed."""
