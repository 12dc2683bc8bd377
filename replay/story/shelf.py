"""Where a story finds its documents: protocols and sites by name or file, and a plain site for those without.

The rule that keeps it honest: nothing is looked for outside the folders that are passed in and the story's
own; a document is read with every check, and a name nobody knows is told with the ones there are.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from domain.protocol.expanded import Protocol
from domain.roles import Role
from domain.site import Site
from protocols.reading import library, read_protocol
from sites.reading import load_site, read_site

PLAIN_SITE = "hefei"
_TOLD = (Role.COORDINATOR, Role.INVESTIGATOR, Role.SPONSOR, Role.DATA_MANAGER)


class NotOnShelf(ValueError):
    """A document that is nowhere to be found."""


@dataclass(frozen=True, slots=True)
class Shelf:
    """Protocol and site documents by (id, version). A protocol is read once."""

    protocols: Mapping[tuple[str, str], Path]
    sites: Mapping[tuple[str, str], Path]
    _read: dict[Path, Protocol] = field(default_factory=dict)

    def protocol(self, name: str, beside: Path) -> Protocol:
        """The protocol of a name (`id`: its lowest version, `id:version`) or of a file beside the story.

        Raises:
            NotOnShelf: there is none.
            protocols.problems.ProtocolInvalid: there is one, and it is faulty.
        """
        if is_file(name):
            return self._once(_file(beside, name))
        id_, _, version = name.partition(":")
        found = sorted(each for each in self.protocols if each[0] == id_ and version in ("", each[1]))
        if not found:
            known = ", ".join(":".join(each) for each in sorted(self.protocols))
            raise NotOnShelf(f"there is no protocol {name!r}; known are {known}")
        return self._once(self.protocols[found[0]])

    def site(self, said: str | Mapping[str, Any] | None, zone: str, beside: Path) -> Site:
        """A site by its name, its file or the document itself; None: a plain one in a zone.

        Raises:
            NotOnShelf: there is none.
            sites.reading.SiteInvalid: there is one, and it is faulty.
        """
        if said is None:
            return plain_site(zone)
        if not isinstance(said, str):
            return load_site(dict(said))
        if is_file(said):
            return read_site(_file(beside, said))
        found = sorted(each for each in self.sites if each[0] == said)
        if not found:
            known = ", ".join(sorted({id_ for id_, _ in self.sites}))
            raise NotOnShelf(f"there is no site {said!r}; known are {known}")
        return read_site(self.sites[found[-1]])

    def _once(self, path: Path) -> Protocol:
        if path not in self._read:
            self._read[path] = read_protocol(path)
        return self._read[path]


def stocked(protocols: Path, sites: Path) -> Shelf:
    """The shelf of two folders; amendments are looked for in the folder of that name."""
    known = {**library(protocols), **library(protocols / "amendments")}
    return Shelf(known, library(sites))


def is_file(name: str) -> bool:
    """Whether a document is named by its file."""
    return name.endswith((".yaml", ".yml"))


def plain_site(zone: str) -> Site:
    """A site working Monday to Friday from 8 to 17, without holidays; one person in each role."""
    return Site.model_validate(
        {
            "id": PLAIN_SITE,
            "version": "1",
            "labels": {"en": "A site", "zh-CN": "中心"},
            "zone": zone,
            "working": {"from": "08:00", "to": "17:00"},
            "contacts": [{"id": f"{role}-1", "role": role.value, "channels": ["log"]} for role in _TOLD],
        }
    )


def _file(beside: Path, name: str) -> Path:
    path = beside / name
    if not path.is_file():
        raise NotOnShelf(f"there is no file {path}")
    return path
