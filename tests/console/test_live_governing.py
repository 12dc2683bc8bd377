"""An amendment and a signature on the real thing: a Temporal server, a worker process, a store."""

from __future__ import annotations

import uuid

import pytest

from settings import ROOT
from tests.console.place import Place
from tests.console.test_live import site_day

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

SECOND = str(ROOT / "protocols" / "amendments" / "NCT06642025-2.0.yaml")


@pytest.fixture(scope="module")
def person(place: Place) -> str:
    """Somebody who consented two days ago, before the amendment was published."""
    code = f"G-{uuid.uuid4().hex[:8].upper()}"
    assert place("enroll", code, "--on", site_day(2), "--age", "54", "--simulated").code == 0
    return code


def test_an_amendment_is_published_previewed_and_applied(place: Place, person: str) -> None:
    """Each participant by consent, and only forward; whoever comes later is registered under it."""
    early = place("amendment", "apply", person, "2.0", "--on", site_day(0))
    assert (early.code, "unknown-version" in early.err) == (1, True)
    said = place("publish", SECOND)
    assert said.code == 0, said.err
    shown = place("amendment", "preview", person, "2.0", "--on", site_day(0))
    assert shown.code == 0, shown.err
    done = place("amendment", "apply", person, "2.0", "--on", site_day(0), "--json")
    assert done.code == 0, done.err
    assert "amendment.applied" in done.data["events"]
    status = place("status", person, "--json").data
    assert status["protocol_version"] == "2.0"
    assert {each["item"] for each in status["items"] if each["item"] in ("D45", "M9")} == {"D45", "M9"}
    assert "not in the schedule of version 2.0" in place("explain", person, "M9").out
    back = place("amendment", "apply", person, "1.0", "--on", site_day(0))
    assert (back.code, "older-version" in back.err) == (1, True)
    later = f"G-{uuid.uuid4().hex[:8].upper()}"
    assert place("enroll", later, "--on", site_day(1), "--age", "40", "--simulated").code == 0
    assert place("status", later, "--json").data["protocol_version"] == "2.0"
    assert place("verify").code == 0


def test_an_approval_is_asked_for_and_signed_by_the_named_role(place: Place, person: str) -> None:
    """A coordinator asks and is refused as signer; the sponsor's monitor signs what is shown."""
    asked = place("approval", "request", person, "enrolment", "--on", site_day(-90), "--reason", "abroad")
    assert asked.code == 0, asked.err
    other = place("approval", "grant", person, "enrolment/approval", "--yes", "--actor", "coordinator-1")
    assert (other.code, "wrong-role" in other.err) == (1, True)
    granted = place(
        "approval",
        "grant",
        person,
        "enrolment/approval",
        "--yes",
        "--role",
        "sponsor",
        "--actor",
        "monitor-1",
    )
    assert granted.code == 0, granted.err
    (row,) = place("approval", "list", person, "--json").data
    assert (row["answer"], row["answered_by"]) == ("granted", "monitor-1")
