"""What the pages give away: whole lists, with their hashes, to those who may take them."""

from __future__ import annotations

import asyncio
import base64
import csv
import hashlib
import io
import json
import subprocess
import zipfile
from pathlib import Path

import pytest

from console.exports.lists import LISTS, READERS
from console.exports.tables import tables
from console.reading import StudyLook
from domain.chain import GENESIS, link
from domain.roles import Role
from tests.console.seeding import STUDY
from tests.web.house import PEOPLE, START, Browser, House

FORMS = ("csv", "jsonl", "json", "zip")


def take(browser: Browser, name: str) -> bytes:
    """A file as it is downloaded."""
    answer = browser.get(f"{START}/export/{name}")
    assert answer.status_code == 200, answer.text
    return answer.content


def table(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode(), newline="")))


@pytest.mark.parametrize("name", LISTS)
def test_every_form_holds_the_same_rows(house: House, name: str) -> None:
    """A list has as many rows as CSV, as JSON lines and as one document, each marked as simulated or not."""
    with house.signed_in() as browser:
        as_table = table(take(browser, f"{name}.csv"))
        lines = [json.loads(each) for each in take(browser, f"{name}.jsonl").splitlines()]
        document = json.loads(take(browser, f"{name}.json"))
    assert document["rows"] == lines and (document["study"], document["list"]) == (STUDY, name)
    assert all("simulated" in each for each in [*as_table, *lines])
    if name == "endpoints":  # its lines are whole figures, its table their rows
        assert sum(len(each["rows"]) for each in lines) == len(as_table)
    else:
        assert len(as_table) == len(lines)


def test_the_tables_are_those_of_the_command_line(house: House) -> None:
    """Participants, items, alerts and deviations are byte for byte what `dayzero export csv` writes."""
    with house.store.reading() as reading:
        written = dict(tables(StudyLook(reading, house.rulebook, STUDY, house.now)))
    with house.signed_in() as browser:
        assert {name: take(browser, name).decode() for name in written} == written


@pytest.mark.parametrize("name", ["events", "items"])
def test_the_hashes_hold(house: House, tmp_path: Path, name: str) -> None:
    """The archive's sums are right by `sha256sum --check`, and its manifest says what it is, as of when."""
    with house.signed_in() as browser:
        packed = zipfile.ZipFile(io.BytesIO(take(browser, f"{name}.zip")))
    packed.extractall(tmp_path)
    done = subprocess.run(
        ["sha256sum", "--check", "--strict", "SHA256SUMS"],
        cwd=tmp_path, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    manifest = json.loads((tmp_path / "manifest.json").read_text(encoding="utf-8"))
    assert (manifest["study"], manifest["list"], manifest["as_of"]) == (STUDY, name, "2026-03-06T07:00:00Z")
    for file, about in manifest["files"].items():
        content = (tmp_path / file).read_bytes()
        assert (len(content), hashlib.sha256(content).hexdigest()) == (about["bytes"], about["sha256"])
        assert file.startswith(f"{STUDY}-SIMULATED-20260306T070000Z-{name}.")


def test_a_download_carries_its_hash_and_its_name(house: House) -> None:
    """The answer says how the file is called, how long it is, and the hash of what it holds."""
    with house.signed_in() as browser:
        answer = browser.get(f"{START}/export/alerts.csv")
    assert f"{STUDY}-SIMULATED-20260306T070000Z-alerts.csv" in answer.headers["content-disposition"]
    assert answer.headers["content-disposition"].startswith("attachment")
    assert int(answer.headers["content-length"]) == len(answer.content)
    digest = base64.b64encode(hashlib.sha256(answer.content).digest()).decode()
    assert answer.headers["repr-digest"] == f"sha-256=:{digest}:"
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"


def test_the_record_can_be_proven_from_its_lines(house: House) -> None:
    """Each event's line holds the content of its hash: the chain of every stream holds by the lines alone."""
    with house.signed_in() as browser:
        lines = take(browser, "events.jsonl").splitlines()
    heads: dict[str, str] = {}
    for line in lines:
        each = json.loads(line)
        start = line.index(b'"content":') + len(b'"content":')
        stream = each["content"]["stream"]
        assert each["previous"] == heads.get(stream, GENESIS)
        assert each["hash"] == link(each["previous"], line[start:-1])
        heads[stream] = each["hash"]
    with house.store.reading() as reading:
        assert heads == {stream: reading.head(stream).hash for stream in reading.streams()}


def test_events_are_narrowed_as_their_page_is(house: House) -> None:
    """The download of a narrowed trail holds what the page shows, and nothing of others."""
    with house.signed_in() as browser:
        rows = table(take(browser, "events.csv?participant=P-003&type=participation.ended"))
        everything = table(take(browser, "events.csv?participant=P-003"))
        nobody = table(take(browser, "items.csv?participant=P-999"))
        assert browser.get(f"{START}/export/events.csv?first=yesterday").status_code == 404
    assert [each["says"] for each in rows] == ["participation ended: withdrawn 5 Feb 2026; moved away"]
    assert {each["participant"] for each in everything} == {"P-003"} and len(everything) > 3
    assert nobody == []


def test_refused_commands_are_taken_along(house: House) -> None:
    """The list of commands holds the refused ones with their code, and what was asked."""
    with house.signed_in() as browser:
        rows = table(take(browser, "commands.csv?participant=P-002"))
    refused = [each for each in rows if each["accepted"] == "no"]
    assert len(refused) == 3 and all(each["code"] for each in refused)
    assert json.loads(refused[0]["body"])["item"] == "enrolment"


@pytest.mark.parametrize("text", ["=1+1", "@SUM(A1)", "-2", "+3", "\t=1"])
def test_nothing_typed_runs_in_a_spreadsheet(house: House, text: str) -> None:
    """What was typed as a reason is text in a table, however it begins; in JSON it is as it was typed."""
    actor = {"id": "coordinator-1", "role": "coordinator", "method": "password"}
    body = {"kind": "plan_item", "item": "D28", "appointment": "2026-03-11", "reason": text, "actor": actor}
    asyncio.run(house.send(STUDY, "P-001", "plan-1", body))
    with house.signed_in() as browser:
        cells = [cell for row in table(take(browser, "commands.csv")) for cell in row.values()]
        lines = [json.loads(each) for each in take(browser, "commands.jsonl").splitlines()]
    assert not [each for each in cells if each.startswith(("=", "+", "@", "\t", "-"))]
    assert text in [each["body"].get("reason") for each in lines]


@pytest.mark.parametrize("role", PEOPLE)
@pytest.mark.parametrize("name", LISTS)
def test_who_may_take_a_list_away(house: House, name: str, role: Role) -> None:
    """Everybody who follows participants takes their lists; who runs the machines takes the alerts."""
    allowed = READERS | {Role.ENGINEER} if name == "alerts" else READERS
    assert LISTS[name].roles == allowed
    with house.signed_in(role) as browser:
        answers = {form: browser.get(f"{START}/export/{name}.{form}") for form in ("csv", "zip")}
    for answer in answers.values():
        assert answer.status_code == (200 if role in allowed else 403)
        assert role in allowed or "P-001" not in answer.text


@pytest.mark.parametrize("path", ["nothing.csv", "events.xlsx", "events.csv.csv", "../events.csv", "events"])
def test_a_list_that_is_not_there_is_said(house: House, path: str) -> None:
    """An unknown list or form has a page that says so."""
    with house.signed_in() as browser:
        assert browser.get(f"{START}/export/{path}").status_code == 404


def test_safety_and_endpoints_are_taken_with_their_grades(reviewed: House) -> None:
    """Adverse events come with the course of their grades, endpoints with their exact interval."""
    with reviewed.signed_in() as browser:
        events = table(take(browser, "adverse-events.csv"))
        endpoints = table(take(browser, "endpoints.csv"))
        curves = table(take(browser, "endpoint-curves.csv"))
    assert any("CTCAE 4.0" in each["gradings"] for each in events)
    orr = next(each for each in endpoints if each["endpoint"] == "orr")
    assert (orr["numerator"], orr["denominator"], orr["low"], orr["high"]) == ("1", "1", "0.025", "1.0")
    assert {each["endpoint"] for each in curves} == {"os", "pfs"}
