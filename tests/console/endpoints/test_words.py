"""Endpoints are shown in both languages."""

from __future__ import annotations

from console.endpoints.words import HEADINGS, PLACES, SURVIVAL_PLACES
from domain.endpoints import Place


def test_every_place_has_its_words() -> None:
    """No place is shown as a bare code; survival has no unknown place, everybody is watched so long."""
    assert set(PLACES) == set(Place)
    assert set(SURVIVAL_PLACES) == set(Place) - {Place.UNKNOWN}
    assert all(english and chinese for english, chinese in (*PLACES.values(), *HEADINGS.values()))
