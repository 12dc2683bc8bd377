"""The pictures of a report, by the name of their file.

The rule that keeps it honest: the same pictures stand on the page and in the folder.
"""

from __future__ import annotations

from collections.abc import Iterator

from console.cohorts.drawing import Picture
from console.cohorts.drawing_chances import chances
from console.cohorts.drawing_durations import durations
from console.cohorts.drawing_fan import fan
from console.cohorts.shapes import CohortSimulated, PercentilesShown

_NOTHING = PercentilesShown(None, None, None, None, None)


def pictures(found: CohortSimulated) -> Iterator[Picture]:
    """Every picture, in the order in which they are looked at."""
    duration = next((each.percentiles for each in found.measures if each.measure == "duration"), _NOTHING)
    yield durations("duration", "How long a study takes", found.durations, duration)
    yield chances("holds", "Chance of each hold", found.holds)
    weeks = found.weeks
    yield fan("overdue", "Overdue load by week", "Items overdue", [each.overdue for each in weeks])
    yield fan("open", "Alerts open by week", "Alerts open", [each.open for each in weeks])
    yield fan("raised", "Alerts raised by week", "Alerts raised", [each.raised for each in weeks])
