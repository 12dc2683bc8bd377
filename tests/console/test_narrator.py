"""What `up` tells while it runs is what the record says, in the site's time."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from activities.publishing import publish
from console.narrator import Narrator
from store import open_store
from tests.support.trial import ENGINEER, PROVENANCE, open_trial


def test_times_are_the_sites_as_soon_as_there_is_a_site(tmp_path: Path) -> None:
    """Started on an empty store it tells in UTC, and after the first site is published in its zone."""
    url = f"sqlite:///{tmp_path / 'store.sqlite3'}"
    empty = open_store(url)
    empty.migrate()
    narrator = Narrator(empty, "dayzero ack")
    assert list(narrator.news()) == []
    trial = open_trial(url)
    trial.register("EX02-001", datetime(2026, 3, 2, 1, 30, tzinfo=UTC))
    assert "09:30:00  EX02-001: registered" in list(narrator.news())
    trial.store.close()
    empty.close()


def test_a_site_published_again_tells_nothing_new(tmp_path: Path) -> None:
    """Publishing what is published is no event, so nothing is told."""
    trial = open_trial(f"sqlite:///{tmp_path / 'store.sqlite3'}")
    narrator = Narrator(trial.store, "dayzero ack")
    narrator.skip_to_end()
    with trial.store.writing() as tx:
        publish(tx, trial.protocol, [trial.site], ENGINEER, datetime(2026, 3, 2, tzinfo=UTC), PROVENANCE)
    assert list(narrator.news()) == []
    trial.store.close()
