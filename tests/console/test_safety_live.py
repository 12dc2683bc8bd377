"""The verbs of safety on the real thing: a Temporal server, a worker process, a store."""

from __future__ import annotations

import pytest

from tests.console.place import Place
from tests.console.test_live import code, site_day

CTCAE = ("--scale", "CTCAE")

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]


def test_safety_is_followed_from_the_terminal(place: Place) -> None:
    """An event, its grades, its report and its outcome, each taken; what cannot be is refused."""
    person = code()
    assert place("enroll", person, "--on", site_day(4), "--age", "54", "--simulated").code == 0
    for words in _taken(person):
        said = place(*words)
        assert said.code == 0, f"{words}: {said.err}"
    for words, refusal in _refused(person):
        said = place(*words)
        assert said.code == 1, words
        assert f"refused [{refusal}]" in said.err


def _taken(person: str) -> list[tuple[str, ...]]:
    return [
        (
            "ae",
            "open",
            person,
            "Sepsis",
            "--onset",
            site_day(2),
            "--grade",
            "3",
            *CTCAE,
            "--serious",
            "disability",
        ),
        ("ae", "grade", person, "AE1", "--grade", "2", *CTCAE, "--since", site_day(1)),
        ("ae", "treat", person, "AE1", "antibiotics", "--since", site_day(2)),
        ("ae", "change", person, "AE1", "--not-serious", "--relation", "unlikely", "--reason", "at home"),
        ("ae", "close", person, "AE1", "recovered", "--resolved", site_day(1)),
        ("ae", "reopen", person, "AE1", "--reason", "not over"),
        ("ae", "inform", person, "AE1", "culture negative"),
        (
            "crs",
            person,
            "0",
            "--scale",
            "ASTCT-CRS",
            "--on",
            site_day(1),
            "--temperature",
            "37",
            "--otherwise-normal",
        ),
        (
            "icans",
            person,
            "0",
            "--scale",
            "ASTCT-ICANS",
            "--on",
            site_day(1),
            "--ice",
            "10",
            "--otherwise-normal",
        ),
        ("void-assessment", person, "TOX1", "--reason", "another participant"),
        ("ae", "void", person, "AE1", "--reason", "another participant"),
    ]


def _refused(person: str) -> list[tuple[tuple[str, ...], str]]:
    return [
        (("ae", "open", person, "Pain", "--onset", site_day(1), "--grade", "6", *CTCAE), "bad-value"),
        (("ae", "open", person, "Pain", "--onset", site_day(1), "--grade", "2"), "unknown-scale"),
        (("icans", person, "1", "--scale", "ASTCT-ICANS", "--on", site_day(1), "--ice", "11"), "bad-value"),
        (("response", person, "CR", "--on", site_day(1), "--blasts", "2"), "out-of-order"),
        (
            ("report", "sent", person, "AE9.sponsor_24h", "--on", site_day(1), "--reference", "S"),
            "unknown-record",
        ),
        (("report", "withdrawn", person, "RPT1", "--reason", "x"), "unknown-record"),
    ]
