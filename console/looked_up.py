"""The documents that a look at a study is labelled and judged by, each looked up once.

The rule that keeps it honest: a look is of one moment, so what was found once holds for all its rows.
"""

from __future__ import annotations

from functools import cached_property

from activities.rulebook import MissingDocument, Rulebook
from console.words import Language
from domain.protocol.expanded import Item, Protocol
from domain.safety.clocks import clock_named
from domain.site import Site
from domain.study import StudyRules
from store import Reading


class Documents:
    """Protocol versions and sites of one study as one reading knows them."""

    def __init__(self, reading: Reading, rulebook: Rulebook, study: str, language: Language) -> None:
        self._reading, self._rulebook, self._study, self._language = reading, rulebook, study, language
        self._sites: dict[str, Site] = {}

    def protocol(self, content_hash: str) -> Protocol:
        """A version by its hash."""
        return self._rulebook.protocol(self._reading, content_hash)

    def site(self, code: str) -> Site:
        """The newest version of a site."""
        if code not in self._sites:
            self._sites[code] = self._rulebook.site_in_force(self._reading, self._study, code)
        return self._sites[code]

    @cached_property
    def study_rules(self) -> StudyRules:
        """What the study as a whole is decided under."""
        return self._rulebook.study_rules(self._reading, self._study)

    def label(self, protocol: Protocol, code: str) -> str:
        """The label of an item, a gate or a clock; an unknown code is its own label."""
        labelled = (
            protocol.items.get(code)
            or protocol.gates.get(code)
            or clock_named(protocol, code)
            or self._dropped(code)
        )
        return labelled.labels.in_language(self._language) if labelled else code

    def item(self, protocol: Protocol, code: str) -> Item:
        """The item as the protocol version has it, or as the newest one that ever had it.

        Raises:
            activities.rulebook.MissingDocument: no published version has it.
        """
        item = protocol.items.get(code) or self._dropped(code)
        if item is None:
            raise MissingDocument(f"no published version of {protocol.id} has the item {code!r}")
        return item

    def _dropped(self, code: str) -> Item | None:
        # An amendment dropped it, and the record of whoever had it before keeps it.
        return next((each.items[code] for each in reversed(self._versions) if code in each.items), None)

    @cached_property
    def _versions(self) -> tuple[Protocol, ...]:
        return self._rulebook.versions(self._reading, self._study)
