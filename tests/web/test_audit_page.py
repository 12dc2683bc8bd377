"""The audit trail in the console: what was recorded and refused, and how far it was verified."""

from __future__ import annotations

import io
import re
import subprocess
import sys
import zipfile
from datetime import timedelta
from pathlib import Path

import pytest

from domain.recorded import participant_stream
from domain.roles import Role
from tests.console.seeding import STUDY
from tests.store.tampering import tamper
from tests.support.trial import COORDINATOR
from tests.web.house import PEOPLE, START, House
from tests.web.test_review import shown, tell, words

AUDIT = f"{START}/audit"


def test_the_trail_is_newest_first_and_pages_stay(house: House) -> None:
    """Each event of the study stands once on one page; what comes meanwhile moves none of the older pages."""
    with house.signed_in() as browser:
        first = browser.get(AUDIT).text
        older = re.search(r'href="([^"]*below=\d+)"', first)
        assert older is not None
        second = browser.get(older.group(1)).text
        tell(
            house, "P-001", "late-1", kind="record_item", item="D21", happened="2026-03-04", actor=COORDINATOR
        )
        assert positions(browser.get(older.group(1)).text) == positions(second)
        seen, page = [], browser.get(AUDIT).text
        while True:
            seen += positions(page)
            following = re.search(r'href="([^"]*below=\d+)" rel="next"', page)
            if following is None:
                break
            page = browser.get(following.group(1).replace("&amp;", "&")).text
    assert positions(first)[-1] > positions(second)[0]
    with house.store.reading() as reading:
        assert seen == list(range(reading.position(), 0, -1))


def positions(page: str) -> list[int]:
    return [int(each) for each in re.findall(r'id="position-(\d+)"', page)]


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ("participant=P-003&type=participation.ended", ["moved away"]),
        ("text=MOVED+away", ["moved away"]),
        ("actor=investigator-1&participant=P-001", ["I confirm eligibility", "I authorise the infusion"]),
        ("first=2026-02-05&last=2026-02-05&participant=P-003", ["moved away"]),
        ("participant=study&type=study.slot_returned", ["P-003"]),
    ],
)
def test_the_trail_is_narrowed_by_its_address(house: House, query: str, says: list[str]) -> None:
    """Participant, type, who, day and text each narrow the trail to what they name."""
    with house.signed_in() as browser:
        page = browser.get(f"{AUDIT}?{query}").text
    assert all(each in page for each in says)
    assert 0 < len(positions(page)) < 15


def test_a_day_that_is_none_is_said(house: House) -> None:
    """What cannot be read narrows nothing silently: it is said, and no event is shown."""
    with house.signed_in() as browser:
        page = browser.get(f"{AUDIT}?first=last+week").text
    assert "“last week” is no day" in page and positions(page) == []


def test_an_event_brings_its_content_and_its_hash(house: House) -> None:
    """The page of an event has what was recorded and the hash it is held by, and leads to its neighbours."""
    with house.store.reading() as reading:
        head = reading.head(participant_stream(STUDY, "P-003"))
    with house.signed_in() as browser:
        last = browser.get(f"{AUDIT}/P-003/{head.version}").text
        assert browser.get(f"{AUDIT}/P-003/{head.version + 1}").status_code == 404
        assert browser.get(f"{AUDIT}/NOBODY/1").status_code == 404
        assert browser.get(f"{AUDIT}/study/1").status_code == 200
    assert head.hash in last and "holds" in last
    assert f"{AUDIT}/P-003/{head.version - 1}" in last and "Event after" not in last


def test_refused_commands_are_a_trail_of_their_own(house: House) -> None:
    """Attempts that were refused stand with their code, who asked, and what was asked."""
    with house.signed_in() as browser:
        page = browser.get(f"{AUDIT}?show=refused&participant=P-002").text
        assert browser.get(f"{AUDIT}?show=odd").status_code == 404
    assert len(re.findall(r'id="command-\d+"', page)) == 3
    assert "unknown_item" in page.replace("-", "_") and "D29" in page


def test_verifying_says_how_far_and_when(house: House) -> None:
    """Nothing is called verified until it was; then up to which event; what comes after it is not."""
    with house.signed_in(Role.AUDITOR) as browser:
        before = shown(browser, AUDIT)
        assert browser.post(f"{AUDIT}/verify", browser.form()).status_code == 303
        after = shown(browser, AUDIT)
        tell(
            house, "P-001", "late-1", kind="record_item", item="D21", happened="2026-03-04", actor=COORDINATOR
        )
        later = shown(browser, AUDIT)
    assert "not verified by this console" in before and "sound" not in before
    with house.store.reading() as reading:
        newest = reading.position()
    assert re.search(r"sound up to event \d+ of all, verified 6 Mar 2026", after)
    assert "is not verified yet" not in after and "is not verified yet" in later
    assert f"up to event {newest} " not in later


def test_a_broken_record_is_called_broken(house: House) -> None:
    """A changed event is found by verifying, named, and marked in the trail itself."""
    tamper(
        house.store,
        "UPDATE events SET body = replace(body, 'moved away', 'stayed') WHERE type = 'participation.ended'",
    )
    with house.signed_in(Role.AUDITOR) as browser:
        browser.post(f"{AUDIT}/verify", browser.form())
        text = shown(browser, f"{AUDIT}?participant=P-003")
    assert "broken" in text and "participant/NCT06642025/P-003 #" in text
    assert "hash does not hold" in text


def test_a_checkpoint_kept_elsewhere_is_held_against_the_record(house: House) -> None:
    """One of another record makes it broken, one that is none is said and nothing is verified."""
    with house.signed_in(Role.AUDITOR) as browser:
        odd = browser.post(f"{AUDIT}/verify", browser.form(checkpoint="yesterday"))
        assert "no checkpoint" in words(browser.get(odd.headers["location"].partition("#")[0]).text)
        assert "not verified" in shown(browser, AUDIT)
        browser.post(f"{AUDIT}/verify", browser.form(checkpoint=f"3:{'0' * 64}"))
        text = shown(browser, AUDIT)
    assert "broken" in text and "is not the one the checkpoint was made of" in text


def test_a_verification_that_cannot_be_finished_says_so(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An error on the way is shown as such, the last result stays, and another can begin."""
    from console.web import verifying  # noqa: PLC0415

    def fails(*_: object) -> object:
        raise OSError("disk gone")

    monkeypatch.setattr(verifying, "verified", fails)
    with house.signed_in(Role.AUDITOR) as browser:
        with pytest.raises(OSError, match="disk gone"):
            browser.post(f"{AUDIT}/verify", browser.form())
        assert "The last verification did not come to an end: OSError: disk gone" in shown(browser, AUDIT)
        monkeypatch.undo()
        browser.post(f"{AUDIT}/verify", browser.form())
        assert "sound up to event" in shown(browser, AUDIT)


def test_one_verification_runs_at_a_time(house: House) -> None:
    """While one runs the page says since when, is not kept waiting, and a second is not begun."""
    from console.web.verifying import Stage, Verifying  # noqa: PLC0415

    verifying = Verifying(lambda: house.now)
    assert [verifying.begin(), verifying.begin()] == [True, False]
    assert verifying.stage == Stage(began=house.now)
    verifying.run(house.store, None)
    done = verifying.stage
    assert done.began is None and done.found is not None
    house.now += timedelta(hours=1)
    assert [verifying.begin(), verifying.begin()] == [True, False]
    assert verifying.stage == Stage(began=house.now, found=done.found)


@pytest.mark.parametrize("role", PEOPLE)
def test_who_may_verify(house: House, role: Role) -> None:
    """Everybody who reads may have the record verified; a form of another session may not."""
    with house.signed_in(role) as browser:
        assert browser.post(f"{AUDIT}/verify", {"csrf": "x", "id": "y"}).status_code == 403
        assert browser.post(f"{AUDIT}/verify", browser.form()).status_code == 303
        assert "sound up to event" in shown(browser, AUDIT)


def test_the_whole_record_is_verified_elsewhere(house: House, tmp_path: Path) -> None:
    """The archive holds the record and a script that verifies it with nothing but Python."""
    with house.signed_in(Role.AUDITOR) as browser:
        packed = zipfile.ZipFile(io.BytesIO(browser.get(f"{START}/record.zip").content))
    packed.extractall(tmp_path)
    [archive] = tmp_path.glob("*.jsonl")
    done = subprocess.run(
        [sys.executable, "-I", "verify_archive.py", archive.name],
        cwd=tmp_path, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    sums = subprocess.run(
        ["sha256sum", "--check", "SHA256SUMS"], cwd=tmp_path, capture_output=True, check=False
    )
    assert sums.returncode == 0
