"""What the replay's tests share: one record of two participations, for reading only."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest

from replay.history import History
from tests.replay.record import FIRST, SECOND, Recording, told_lives


@pytest.fixture(scope="session")
def lives(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Recording]:
    """Two whole participations, half a year apart, and what was refused between."""
    record = told_lives(
        tmp_path_factory.mktemp("lives"), [(FIRST, date(2026, 1, 5)), (SECOND, date(2026, 7, 6))]
    )
    yield record
    record.trial.store.close()


@pytest.fixture(scope="session")
def history(lives: Recording) -> History:
    """That record as a history."""
    return lives.history()
