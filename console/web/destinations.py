"""The pages that every page leads to.

The rule that keeps it honest: a page that stands here is served; its name is a sentence of `base.html`.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Destination:
    """A page of a study. `path`: after `/study/{study}`. `beneath`: paths that belong to it too."""

    name: str
    path: str
    beneath: tuple[str, ...] = ()

    def address(self, study: str) -> str:
        """Where the page of a study is."""
        return f"/study/{study}{self.path}"

    def holds(self, study: str, here: str) -> bool:
        """Whether the page at the address `here` is this one or belongs to it."""
        own = here.partition("?")[0].removeprefix(f"/study/{study}")
        return own == self.path or any(own.startswith(each) for each in self.beneath)


def destination_at(study: str, here: str) -> Destination | None:
    """The page that the page at the address `here` is or belongs to."""
    return next((each for each in DESTINATIONS if each.holds(study, here)), None)


DESTINATIONS: tuple[Destination, ...] = (
    Destination("today", ""),
    Destination("alerts", "/alerts", ("/alert/",)),
    Destination("study", "/overview", ("/participant/",)),
    Destination("calendar", "/calendar"),
    Destination("safety", "/safety"),
    Destination("outcomes", "/outcomes"),
    Destination("deviations", "/deviations"),
    Destination("conduct", "/conduct", ("/conduct/",)),
    Destination("audit", "/audit", ("/audit/",)),
)
