"""A small trial with outcomes, told with dates and heard by the desk.

P-001 was infused on 2026-02-10, had CRS of grade 2, a rash, a CR on day 28, and better ECOG at 2 months. The
product of P-004 failed, and they died. P-002 is in screening, P-003 withdrew.
"""

from __future__ import annotations

from pathlib import Path

from tests.console.seeding import Clerk, _enrolled, stated, told_trial
from tests.support.trial import INVESTIGATOR, open_trial

AFTERWARDS = "2026-06-01T12:00+08:00"
"""The moment at which the tests look."""

BEFORE_THE_RESPONSE = "2026-03-12T08:59+08:00"
"""The CR of day 28 (10 March) was typed in two days later, a minute after this."""


def told_outcomes(folder: Path) -> None:
    """Write the trial into a store in `folder`."""
    trial = open_trial(told_trial(folder))
    _never_infused(Clerk(trial), "P-004")
    trial.store.close()
    go_on(folder)


def go_on(folder: Path) -> None:
    """Write what happened to P-001 after the moment at which the told trial stands."""
    trial = open_trial(f"sqlite:///{folder / 'dayzero.sqlite3'}")
    _responder(Clerk(trial), "P-001")
    trial.store.close()


def _responder(clerk: Clerk, code: str) -> None:
    crs = {
        "temperature": "38.6",
        "fever_explained": False,
        "hypotension": "no_vasopressor",
        "hypoxia": "none",
    }
    clerk.take(
        "2026-03-07T10:00+08:00", code, "assess_toxicity", INVESTIGATOR, happened="2026-02-14", grade=2,
        scale="ASTCT-CRS", version="2019", crs=crs,
    )  # fmt: skip
    clerk.take(
        "2026-03-07T10:05+08:00", code, "open_adverse_event", INVESTIGATOR, term="Rash", onset="2026-02-20",
        known="2026-03-07", grade=1, scale="CTCAE", version="4.0", relation="possible",
    )  # fmt: skip
    clerk.take("2026-03-10T10:00+08:00", code, "record_item", item="D28", happened="2026-03-10")
    clerk.take(
        "2026-03-12T09:00+08:00", code, "assess_response", INVESTIGATOR, category="CR", happened="2026-03-10",
        seen={"marrow_blasts": "2", "circulating_blasts": False, "extramedullary": False,
              "neutrophils": "1.4", "platelets": "140", "adequate": True},
    )  # fmt: skip
    clerk.take("2026-04-11T10:00+08:00", code, "record_item", item="D60", happened="2026-04-11")
    clerk.take("2026-04-11T10:05+08:00", code, "record_result", result=stated("ecog", "0", on="2026-04-11"))


def _never_infused(clerk: Clerk, code: str) -> None:
    _enrolled(clerk, code)
    clerk.take("2026-01-12T17:00+08:00", code, "record_item", item="leukapheresis", happened="2026-01-12")
    ended = {"end": "manufacturing_failure", "happened": "2026-02-20", "reason": "too few cells"}
    clerk.take("2026-02-21T10:00+08:00", code, "end_participation", **ended)
    died = {"end": "died", "happened": "2026-04-01", "reason": "the disease"}
    clerk.take("2026-04-03T10:00+08:00", code, "end_participation", **died)
