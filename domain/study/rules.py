"""What a study is decided under: its newest protocol version and its sites as published.

The rule that keeps it honest: participants keep the version they were pinned to; what is decided across them
has one version, the newest.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from domain.protocol.conduct import Conduct
from domain.protocol.expanded import Protocol
from domain.site import Site
from domain.state import Rules


@dataclass(frozen=True, slots=True)
class StudyRules:
    """`sites` by code, in the order in which they were first published; there is at least one."""

    protocol: Protocol
    sites: Mapping[str, Site]

    @property
    def conduct(self) -> Conduct | None:
        return self.protocol.document.conduct

    def site(self, code: str | None) -> Site:
        """The site of that code; without one, or when it is unknown, the first."""
        first = next(iter(self.sites.values()))
        return self.sites.get(code, first) if code is not None else first

    def at_site(self, code: str | None) -> Rules:
        """The rules by which an alert at that site climbs."""
        return Rules(self.protocol, self.site(code))


def study_rules(rules: Rules) -> StudyRules:
    """The rules of a study with one site."""
    return StudyRules(rules.protocol, {rules.site.id: rules.site})
