"""`dayzero endpoints`: figures with their intervals, as of any moment, each traceable to its events."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest

from console.endpoints import statistics
from tests.console.endpoints.told import AFTERWARDS, BEFORE_THE_RESPONSE, go_on, told_outcomes
from tests.console.seeding import NOW, told_trial
from tests.console.terminal import Said, Terminal, terminal
from tests.support.trial import open_trial

GOLDEN = Path(__file__).parents[1] / "golden" / "endpoints.json"


@pytest.fixture(scope="session")
def outcomes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file of a store with the told outcomes, for looking only."""
    folder = tmp_path_factory.mktemp("outcomes")
    told_outcomes(folder)
    return folder / "dayzero.sqlite3"


@pytest.fixture
def dayzero(outcomes: Path, tmp_path: Path) -> Terminal:
    """The command line at the told outcomes."""
    return Terminal(terminal(outcomes, tmp_path).environment, at=AFTERWARDS)


def figure(said: Said, code: str) -> dict[str, Any]:
    assert said.code == 0, said.err
    found: dict[str, Any] = next(each for each in said.data["figures"] if each["code"] == code)
    return found


def row(said: Said, code: str) -> tuple[int, int]:
    """The first row of a figure as (numerator, denominator)."""
    first = figure(said, code)["rows"][0]
    return first["numerator"], first["denominator"]


def place(said: Said, code: str, participant: str) -> tuple[str, str]:
    """A participant's place in a figure, and why."""
    everybody = figure(said, code)["participants"]
    return next((each["place"], each["why"]) for each in everybody if each["participant"] == participant)


def test_every_figure_is_what_was_told(dayzero: Terminal) -> None:
    """One infused, with a rash, CRS, no ICANS, a CR and a better ECOG; two collected, of whom one died."""
    said = dayzero("endpoints", "--json")
    firsts = {code: row(said, code) for code in ("teae", "crs", "icans", "orr", "ecog")}
    assert firsts == {"teae": (1, 1), "crs": (1, 1), "icans": (0, 1), "orr": (1, 1), "ecog": (1, 1)}
    assert (figure(said, "orr")["rows"][0]["low"], figure(said, "orr")["rows"][0]["high"]) == (0.025, 1.0)
    curve = figure(said, "os")["curve"]
    assert (curve["events"], curve["censored"], curve["median"]) == (1, 1, 79)
    assert (curve["marks"][0]["after"], curve["marks"][0]["at_risk"]) == ("P3M", 0)


def test_never_infused_is_in_survival_and_not_in_response(dayzero: Terminal) -> None:
    """P-004's product failed: left out of the response rate with the reason, an event in overall survival."""
    said = dayzero("endpoints", "--json")
    places = {
        code: {
            each["participant"]: (each["place"], each["why"]) for each in figure(said, code)["participants"]
        }
        for code in ("orr", "os")
    }
    assert places["orr"]["P-004"] == ("left out", "no infusion")
    assert places["os"]["P-004"][0] == "counted"
    assert places["os"]["P-002"] == ("left out", "no leukapheresis")


def test_a_figure_names_the_events_behind_it(dayzero: Terminal) -> None:
    """Each event that a figure names stands in the record under that number, as the timeline shows it."""
    places = figure(dayzero("endpoints", "--why", "ORR", "--json"), "orr")["participants"]
    responder = next(each for each in places if each["participant"] == "P-001")
    recorded = {each["seq"]: each["type"] for each in dayzero("timeline", "P-001", "--json").data["events"]}
    assert [each["type"] for each in responder["events"]] == ["milestone.reached", "response.assessed"]
    for each in responder["events"]:
        assert each["stream"] == "participant/NCT06642025/P-001"
        assert recorded[each["seq"]] == each["type"]


def test_only_what_was_recorded_by_then_counts(dayzero: Terminal) -> None:
    """The CR of 10 March was typed in on the 12th: a minute before that the record knew of no response."""
    before = dayzero("endpoints", "--as-of", BEFORE_THE_RESPONSE, "--json")
    then = dayzero("endpoints", "--as-of", "2026-03-12T09:00+08:00", "--json")
    assert (row(before, "orr"), row(then, "orr")) == ((0, 1), (1, 1))
    assert before.data["as_of"] == "2026-03-12T00:59:00Z"


def test_a_day_means_its_end_at_the_site(dayzero: Terminal) -> None:
    """As of a site day is as of the last instant before the midnight after it, in the site's zone."""
    said = dayzero("endpoints", "--as-of", "2026-03-12", "--json")
    assert said.data["as_of"] == "2026-03-12T15:59:59.999999Z"
    assert row(said, "orr") == (1, 1)
    assert row(dayzero("endpoints", "--as-of", "2026-03-11", "--json"), "orr") == (0, 1)


def test_the_past_is_told_as_it_was(tmp_path: Path) -> None:
    """What was printed at a moment is what `--as-of` it prints after three more months of records."""
    told_trial(tmp_path)
    typed = terminal(tmp_path / "dayzero.sqlite3", tmp_path)
    printed = typed("endpoints", "--json").data
    go_on(tmp_path)
    later = Terminal(typed.environment, at=AFTERWARDS)
    assert later("endpoints", "--as-of", NOW, "--json").data == printed
    assert later("endpoints", "--json").data["figures"] != printed["figures"]


def test_before_anybody_came_there_are_no_participants(dayzero: Terminal) -> None:
    """A report over nobody says so: no share, no interval, no curve, no crash."""
    said = dayzero("endpoints", "--as-of", "2026-01-02T00:00Z")
    assert said.code == 0
    assert "no participants" in said.out
    data = dayzero("endpoints", "--as-of", "2026-01-02T00:00Z", "--json")
    assert row(data, "orr") == (0, 0)
    assert figure(data, "orr")["rows"][0]["share"] is None
    assert figure(data, "os")["curve"]["steps"] == []


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (["--as-of", "2026-13-01"], 2, "is not a real time"),
        (["--as-of", "2026-03-12T09:00"], 2, "offset"),
        (["--as-of", "2026-06-02"], 2, "lies ahead"),
        (["--as-of", "2020-01-01"], 2, "--as-of: nothing was recorded of NCT06642025 by 2020-01-01"),
        (["--true-at", "2020-01-01"], 2, "--true-at: nothing had happened in NCT06642025 by 2020-01-01"),
        (["--why", "efs"], 1, "'efs' is not an endpoint of NCT06642025 1.0: teae, crs"),
    ],
)
def test_what_cannot_be_asked_is_said(dayzero: Terminal, words: list[str], code: int, says: str) -> None:
    """A moment that is none or lies ahead, and an endpoint that is not there, get one clear line."""
    said = dayzero("endpoints", *words)
    assert said.code == code
    assert says in said.err


def test_a_protocol_without_endpoints_says_so(tmp_path: Path) -> None:
    """A study whose protocol has no such part gets one clear line that names the part."""
    open_trial(f"sqlite:///{tmp_path / 'cycles.sqlite3'}", "DZ-CYCLES").store.close()
    said = terminal(tmp_path / "cycles.sqlite3", tmp_path)("endpoints")
    assert said.code == 1
    assert "names no endpoints: it has no part `endpoints`" in said.err


def test_without_scipy_it_counts_on(dayzero: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the extra the verb names it; with --counts the same people are counted, without statistics."""
    monkeypatch.setattr(statistics, "find_spec", lambda _: None)
    refused = dayzero("endpoints")
    assert refused.code == 2
    assert "pip install '.[endpoints]'" in refused.err
    said = dayzero("endpoints", "--counts", "--json")
    assert row(said, "orr") == (1, 1)
    assert said.data["confidence"] is None
    assert figure(said, "orr")["rows"][0]["low"] is None
    assert figure(said, "os")["curve"] is None
    assert "with event 1, censored 1" in dayzero("endpoints", "--counts").out


def test_sites_in_two_zones_ask_for_a_time(dayzero: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    """A day ends at several times when sites lie in several zones: the verb asks for the time."""
    zones = iter(["Asia/Shanghai", "Europe/Berlin"])
    monkeypatch.setattr("console.reading_at.zones_of", lambda _: set(zones))
    said = dayzero("endpoints", "--as-of", "2026-03-12")
    assert (said.code, "state a time" in said.err) == (2, True)


def test_the_table_shows_people_and_words_in_both_languages(dayzero: Terminal) -> None:
    """For people: counts, shares, intervals, who is behind a figure and why, and simulated data marked."""
    said = dayzero("endpoints", "--why", "orr")
    assert "SIMULATED DATA" in said.out
    assert "1 / 1   100.0 %  2.5 – 100.0 %" in said.out
    assert "CR on 2026-03-10; treated on 2026-02-10" in said.out
    assert "no infusion" in said.out
    assert "至第60天的总缓解率" in dayzero("endpoints", "--why", "orr", "--lang", "zh-CN").out


def test_exports_hold_rows_people_and_curves(dayzero: Terminal, tmp_path: Path) -> None:
    """The files say of each row when it was counted and whether it is simulated, and carry their hashes."""
    said = dayzero("export", "endpoints", "--to", str(tmp_path / "out"), "--json")
    assert said.code == 0, said.err
    texts = {
        name.partition("Z-")[2]: (tmp_path / "out" / name).read_text("utf-8") for name in said.data["files"]
    }
    people = list(csv.DictReader(io.StringIO(texts["endpoint-participants.csv"])))
    responder = next(each for each in people if (each["endpoint"], each["participant"]) == ("orr", "P-001"))
    assert (responder["simulated"], responder["place"], responder["value"]) == ("yes", "counted", "CR")
    assert responder["events"].startswith("participant/NCT06642025/P-001#")
    rates = list(csv.DictReader(io.StringIO(texts["endpoints.csv"])))
    assert next(each["high"] for each in rates if each["row"] == "CR + CRi + PR") == "1.0"
    assert {each["endpoint"] for each in csv.DictReader(io.StringIO(texts["endpoint-curves.csv"]))} == {
        "os",
        "pfs",
    }
    lines = [json.loads(line) for line in texts["endpoints.jsonl"].splitlines()]
    assert lines == [{**_head(dayzero), **each} for each in dayzero("endpoints", "--json").data["figures"]]


def test_what_is_printed_stays_the_same(dayzero: Terminal) -> None:
    """The told outcomes print the same JSON as ever. A change is meant: remove the file, read the new one."""
    shown = _excerpt(dayzero("endpoints", "--json").data)
    if not GOLDEN.exists():
        GOLDEN.write_text(json.dumps(shown, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
        pytest.fail(f"{GOLDEN.name} was not there and is written now: read it, and keep it if it is right")
    assert shown == json.loads(GOLDEN.read_text(encoding="utf-8"))


def _head(dayzero: Terminal) -> dict[str, Any]:
    data = dayzero("endpoints", "--json").data
    return {name: value for name, value in data.items() if name != "figures"}


def _excerpt(data: dict[str, Any]) -> dict[str, Any]:
    """Without what changes with every word of the protocol: its hash, and the numbers of events."""
    shown = {name: value for name, value in data.items() if name != "protocol_hash"}
    for each in (someone for found in shown["figures"] for someone in found["participants"]):
        each["events"] = [event["type"] for event in each["events"]]
    return shown
