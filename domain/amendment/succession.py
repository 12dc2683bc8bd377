"""Whether a protocol version may be published after those that are.

The rule that keeps it honest: versions form one line, each naming the one it amends; a participant on any of
them can be moved to the newest without losing a date that stands.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from domain.protocol.expanded import Protocol
from domain.refusal import Code, Refused


def may_follow(new: Protocol, published: Sequence[Protocol]) -> None:
    """Refuse a version that does not follow the newest of `published` (oldest first).

    Raises:
        Refused: it is older, amends another version or none, or drops what records stand on.
    """
    amends = new.document.amends
    if any(each.version == new.version for each in published):
        # The same version with another content: the store says so, and never takes it.
        return
    if not published:
        if amends is not None:
            raise Refused(
                Code.UNKNOWN_VERSION,
                f"{new.id} {new.version} amends version {amends.version}, which is not published: "
                "publish that first",
            )
        return
    newest = published[-1]
    if ranked(new.version) < ranked(newest.version):
        raise Refused(
            Code.OLDER_VERSION,
            f"{new.id} {new.version} is older than the published {newest.version}: give it a newer version",
        )
    _names_what_it_amends(new, newest)
    for lost in _lost(newest, new):
        raise Refused(Code.BAD_VALUE, f"{new.id} {new.version} {lost}: records of participants stand on it")


def ranked(version: str) -> tuple[tuple[int, str], ...]:
    """A version as it is ordered: numbers as numbers, 2.10 after 2.9."""
    return tuple((int(part), "") if part.isdigit() else (-1, part) for part in re.split(r"[.-]", version))


def _names_what_it_amends(new: Protocol, newest: Protocol) -> None:
    amends = new.document.amends
    if amends is None:
        raise Refused(
            Code.UNKNOWN_VERSION,
            f"{new.id} {new.version} does not say what it amends: state amends with version {newest.version} "
            "and a summary of what changed",
        )
    if amends.version != newest.version:
        raise Refused(
            Code.UNKNOWN_VERSION,
            f"{new.id} {new.version} amends version {amends.version}; the newest published is "
            f"{newest.version}: amend that",
        )
    if amends.hash is not None and amends.hash != newest.hash:
        raise Refused(
            Code.OTHER_CONTENT,
            f"{new.id} {new.version} amends {amends.version} with hash {amends.hash[:12]}; the published one "
            f"has {newest.hash[:12]}: amend that",
        )


def _lost(old: Protocol, new: Protocol) -> Iterator[str]:
    before, now = old.document.registration.milestone, new.document.registration.milestone
    if before != now:
        yield f"registers at {now} and no longer at {before}"
    for stage in old.stages:
        if stage not in new.stages:
            yield f"drops stage {stage}"
    for code, item in old.items.items():
        later = new.items.get(code)
        if later is not None and later.category is not item.category:
            yield f"makes {code}, a {item.category.value}, a {later.category.value}"
