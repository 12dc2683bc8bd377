"""One thing that may be chosen in a form, and a list of them.

The rule that keeps it honest: a choice is what stands on the record or in the protocol; whatever else is
stated is for the answer to judge.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from console.web.forms.bench import Bench


@dataclass(frozen=True, slots=True)
class Choice:
    """`value` as the command states it, `words` as people read it; `under`: a heading it stands under."""

    value: str
    words: str
    under: str = ""


Choices = tuple[Choice, ...]
Offer = Callable[[Bench], Iterable[Choice]]
"""What the record offers for a field."""
