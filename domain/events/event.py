"""What every event has.

The rule that keeps it honest: events are past tense, frozen, and named on the wire by `TYPE` and `VERSION`,
never by a module path.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class Event:
    """Base of all events. `TYPE` is stored for ever; `VERSION` rises when the shape changes."""

    TYPE: ClassVar[str]
    VERSION: ClassVar[int] = 1
