"""What the API's tests share: the house of the console's tests, asked by programs."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.api.program import Program, program_of
from tests.web.conftest import house, rulebook, told_store
from tests.web.house import House

__all__ = ["house", "program", "rulebook", "told_store"]


@pytest.fixture
def program(house: House) -> Iterator[Program]:
    """A client in the role of a coordinator."""
    with program_of(house) as asking:
        yield asking
