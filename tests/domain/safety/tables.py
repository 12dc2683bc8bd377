"""The clinical tables with their published cases, where they are kept beside the checkout.

The rule that keeps it honest: a table that is absent skips its tests with the reason and never passes them.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import orjson
import pytest

CLINICAL = Path(__file__).resolve().parents[4] / "shared" / "clinical"


def cases(name: str) -> list[Any]:
    """The cases of a table as test parameters; one that skips where the table is absent."""
    path = CLINICAL / f"{name}.json"
    if not path.is_file():
        reason = f"the clinical table {name}.json is not kept beside this checkout"
        return [pytest.param({}, marks=pytest.mark.skip(reason=reason))]
    found: list[dict[str, Any]] = orjson.loads(path.read_bytes())["cases"]
    assert len(found) >= 9, "the table has lost its cases"
    return [pytest.param(each, id=f"{index}") for index, each in enumerate(found)]
