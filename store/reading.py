"""One consistent look at the store.

The rule that keeps it honest: nothing here writes, and everything read in one `Reading` is of one moment.
"""

from __future__ import annotations

from store.trail_reading import TrailReading


class Reading(TrailReading):
    """Everything that can be read: the record, its trail, what it comes to, and what is owed."""
