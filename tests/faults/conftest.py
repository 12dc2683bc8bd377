"""A world for each test, broken down afterwards whatever happened in it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from console.embedded import EmbeddedTemporal
from tests.faults.world import World, make_world


@pytest.fixture
def world(tmp_path: Path, sqlite_url: str, own_temporal: EmbeddedTemporal) -> Iterator[World]:
    """A trial on SQLite with a Temporal server of its own."""
    made = make_world(tmp_path, sqlite_url, own_temporal)
    yield made
    made.stop_workers()
    made.store.close()
