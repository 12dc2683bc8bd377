"""Every command has its form: words in both languages, what is typed recorded once, or back with a reason."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import pytest

from console.letter import OutcomeUnknown
from console.reading import StudyLook
from console.web.form_pages import OF_SOMEBODY_NEW, OF_STUDY
from console.web.forms.allowed import roles_for
from console.web.forms.bench import bench_of
from console.web.forms.fields import BY_THE_MACHINE, fields_of
from console.web.forms.labels import PARTS, label_of
from console.web.forms.refusals import MEANT
from console.web.forms.titles import GROUPS, LEADS, TITLES
from console.web.forms.values import VALUES
from domain.permissions import PERMISSIONS
from domain.refusal import Code
from domain.roles import Role
from tests.console.seeding import STUDY
from tests.web.house import START, Browser, House

KINDS = tuple(each for each in PERMISSIONS if each not in BY_THE_MACHINE)
PERSON = f"{START}/participant/P-001"
HOSTILE = '"><script>alert(1)</script>{{ 7 * 7 }}'
CHINESE = re.compile(r"[\u4e00-\u9fff]")


def address(kind: str, code: str = "P-001") -> str:
    """Where the form of a command is."""
    of_study = kind in OF_STUDY or kind == OF_SOMEBODY_NEW
    return f"{START}/do/{kind}" if of_study else f"{START}/participant/{code}/do/{kind}"


def fields_in(page: str) -> dict[str, str]:
    """What stands in the form of a page: inputs, long texts and what is selected."""
    form = page[page.index('class="sheet"') :]
    form = form[: form.index("</form>")]
    found = dict(re.findall(r'<input[^>]*?name="([\w.]+)"[^>]*?value="([^"]*)"', form))
    found |= dict(re.findall(r'<textarea[^>]*?name="([\w.]+)"[^>]*>([^<]*)', form))
    for name, options in re.findall(r'<select[^>]*?name="([\w.]+)".*?>(.*?)</select>', form, re.DOTALL):
        chosen = re.search(r'value="([^"]*)" selected', options)
        found[name] = chosen.group(1) if chosen else ""
    ticks = re.findall(r'<input type="checkbox"[^>]*name="([\w.]+)"', form)
    return {name: unescape(value) for name, value in found.items() if name not in ticks}


def opened(browser: Browser, path: str) -> dict[str, str]:
    """The fields of the form at an address."""
    page = browser.get(path)
    assert page.status_code == 200, page.text
    return fields_in(page.text)


def allowed(house: House, kind: str) -> frozenset[Role]:
    """The roles that give a command in the told trial."""
    with house.store.reading() as reading:
        look = StudyLook(reading, house.rulebook, STUDY, house.now)
        of_study = kind in OF_STUDY or kind == OF_SOMEBODY_NEW
        return roles_for(bench_of(look, None if of_study else "P-001"), kind)


def by_role(house: House) -> dict[Role, list[str]]:
    """Every command that somebody may give, under one of the roles that give it."""
    found: dict[Role, list[str]] = {}
    for kind in KINDS:
        for role in sorted(allowed(house, kind))[:1]:
            found.setdefault(role, []).append(kind)
    return found


@pytest.mark.parametrize("kind", KINDS)
def test_every_command_has_its_words(kind: str) -> None:
    """Title, sentence, group, labels and choices of every command are there in both languages."""
    pairs = [TITLES[kind], LEADS[kind]]
    for field in fields_of(kind):
        label = label_of(kind, field)
        assert label is not None, field.path
        pairs.append(label)
        pairs += [VALUES[field.name][each] for each in field.values]
        pairs += [PARTS[field.group]] if field.group else []
    assert [each for each in pairs if not each[0].strip() or not each[1].strip()] == []
    assert sum(kind in kinds for _, kinds in GROUPS.values()) == 1


def test_every_refusal_has_its_words() -> None:
    """Whoever reads Chinese is told what each refusal means before its own sentence."""
    assert set(MEANT) == set(Code)
    assert [code for code, words in MEANT.items() if not CHINESE.search(words)] == []


def test_every_form_is_served_to_those_who_may(house: House) -> None:
    """Each role gets exactly the forms of the commands it may give; each field of the model is asked for."""
    may = {kind: allowed(house, kind) for kind in KINDS}
    for role in (Role.COORDINATOR, Role.INVESTIGATOR, Role.SPONSOR, Role.AUDITOR):
        with house.signed_in(role) as browser:
            for kind in KINDS:
                page = browser.get(address(kind) + ("?toxicity=crs" if kind == "assess_toxicity" else ""))
                assert page.status_code == (200 if role in may[kind] else 403), (role, kind)
                for field in fields_of(kind) if role in may[kind] else ():
                    asked = f'name="{field.path}' in page.text
                    assert asked or field.path.startswith("icans."), (kind, field.path)


def test_what_the_machine_sends_has_no_form(house: House) -> None:
    """Nobody lets time pass by hand, and a command of the study is not asked of a participant."""
    with house.signed_in(Role.INVESTIGATOR) as browser:
        for path in (f"{PERSON}/do/reach_clock", f"{PERSON}/do/place_hold", f"{START}/do/record_item"):
            assert browser.get(path).status_code == 404
            assert browser.post(path, browser.form()).status_code == 404
        assert browser.get(f"{START}/participant/NOBODY/do/record_item").status_code == 404
    assert house.sent == []


# What people do, in this order: the role, the command, of whom, and what they type.
DEEDS: tuple[tuple[Role, str, str, dict[str, str]], ...] = (
    (Role.COORDINATOR, "register_participant", "P-004", {
        "participant": "P-004", "happened": "2026-03-06", "results.0.value": "44",
    }),
    (Role.COORDINATOR, "record_result", "P-002", {
        "result.observation": "ecog", "result.value": "1", "result.on": "2026-03-05",
    }),
    (Role.COORDINATOR, "plan_item", "P-001", {"item": "D28", "appointment": "2026-03-10"}),
    (Role.COORDINATOR, "record_item", "P-001", {"item": "D21", "happened": "2026-03-04"}),
    (Role.COORDINATOR, "correct_record", "P-001", {
        "item": "D21", "happened": "2026-03-03", "reason": "one day earlier",
    }),
    (Role.COORDINATOR, "open_adverse_event", "P-001", {
        "term": "Fever", "onset": "2026-03", "grade": "2", "scale": "CTCAE",
    }),
    (Role.COORDINATOR, "grade_adverse_event", "P-001", {
        "ae": "AE1", "happened": "2026-03-05", "grade": "3", "scale": "CTCAE",
    }),
    (Role.COORDINATOR, "change_adverse_event", "P-001", {
        "ae": "AE1", "reason": "judged", "relation": "possible",
    }),
    (Role.COORDINATOR, "treat_adverse_event", "P-001", {
        "ae": "AE1", "treatment": "paracetamol", "happened": "2026-03-05", "happened.clock": "08:30",
    }),
    (Role.COORDINATOR, "close_adverse_event", "P-001", {
        "ae": "AE1", "outcome": "recovered", "resolved": "2026-03-06",
    }),
    (Role.COORDINATOR, "assess_toxicity", "P-001", {
        "toxicity": "crs", "grade": "1", "scale": "ASTCT-CRS", "happened": "2026-03-05",
        "crs.temperature": "38.4", "crs.hypotension": "none", "crs.hypoxia": "none",
    }),
    (Role.COORDINATOR, "record_unscheduled_visit", "P-001", {"happened": "2026-03-05", "reason": "fever"}),
    (Role.INVESTIGATOR, "place_hold", "study", {"reason": "to look into it"}),
    (Role.SPONSOR, "set_recruitment", "study", {"recruitment": "paused", "reason": "to look into it"}),
    (Role.COORDINATOR, "end_participation", "P-002", {
        "end": "withdrawn", "happened": "2026-03-06", "reason": "moved away",
    }),
)  # fmt: skip


def test_what_people_do_is_recorded(house: House) -> None:
    """A deed of every family goes from its form to the record, under the name of who did it."""
    for role, kind, code, typed in DEEDS:
        path = address(kind, code)
        query = "?toxicity=crs" if kind == "assess_toxicity" else ""
        with house.signed_in(role) as browser:
            answer = browser.post(path, {**opened(browser, path + query), **typed})
            assert answer.status_code == 303, (kind, wrong_in(answer.text))
            assert browser.get(answer.headers["location"]).status_code == 200
        command = house.sent[-1][1]
        assert (command["kind"], command["actor"]["role"]) == (kind, role.value)
    assert [command["kind"] for _, command in house.sent] == [kind for _, kind, _, _ in DEEDS]


def test_a_form_sent_twice_does_nothing_twice(house: House) -> None:
    """A double click records one thing, and both answers lead to the same page (INV-2)."""
    path = f"{PERSON}/do/open_adverse_event"
    with house.signed_in() as browser:
        typed = {"term": "Fever", "onset": "2026-03-05", "grade": "1", "scale": "CTCAE"}
        fields = {**opened(browser, path), **typed}
        first = browser.post(path, fields)
        version = house.version("P-001")
        second = browser.post(path, fields)
    assert first.status_code == second.status_code == 303, wrong_in(first.text)
    assert first.headers["location"] == second.headers["location"] == f"{PERSON}?done=recorded"
    assert house.version("P-001") == version


def test_a_refusal_stands_beside_its_field(house: House) -> None:
    """What the record refuses comes back with all that was typed, beside the field it is about."""
    path = f"{PERSON}/do/record_item"
    with house.signed_in() as browser:
        first = opened(browser, path)
        typed = {"item": "D21", "happened": "2027-01-01", "happened.clock": "09:00", "reason": HOSTILE}
        answer = browser.post(path, {**first, **typed})
        again = fields_in(answer.text)
        assert answer.status_code == 422
        assert 'aria-invalid="true"' in answer.text and 'id="why-f-happened"' in answer.text
        assert {name: again[name] for name in typed} == typed
        assert again["id"] != first["id"], "a refusal is the answer to its id for ever"
        assert "<script>alert" not in answer.text
        mended = browser.post(path, {**again, "happened": "2026-03-04", "happened.clock": ""})
    assert mended.status_code == 303, wrong_in(mended.text)


def test_an_empty_form_asks_for_what_is_needed(house: House) -> None:
    """A form sent empty is not sent on: each field that is needed says so, and nothing breaks."""
    for role, kinds in by_role(house).items():
        with house.signed_in(role) as browser:
            csrf = browser.form()
            for kind in kinds:
                sent = {**csrf, "toxicity": "crs"}
                answer = browser.post(address(kind), sent)
                assert answer.status_code == 422, kind
                for field in fields_of(kind):
                    required = field.required and "." not in field.path
                    assert not required or f'id="why-f-{field.path}"' in answer.text, (kind, field.path)
                assert fields_in(answer.text)["id"] == sent["id"], "nothing was sent, so the id is still free"
    assert house.sent == []


def test_nothing_typed_becomes_markup(house: House) -> None:
    """Markup in every field at once comes back as text, and is never an error of ours."""
    for role, kinds in by_role(house).items():
        with house.signed_in(role) as browser:
            csrf = browser.form()
            for kind in kinds:
                typed = {each.path: HOSTILE for each in fields_of(kind)}
                typed |= {f"{each.path}.clock": HOSTILE for each in fields_of(kind)}
                typed |= {"participant": HOSTILE, "results.0.value": HOSTILE, "results.0.on": HOSTILE}
                answer = browser.post(address(kind), {**csrf, **typed, "toxicity": "icans"})
                assert answer.status_code in (422, 303), kind
                assert "<script>alert" not in answer.text, kind


def test_a_control_character_is_refused_at_its_field(house: House) -> None:
    """Text that the record does not take is told beside its field, and is never an error of ours."""
    path = f"{PERSON}/do/record_unscheduled_visit"
    with house.signed_in() as browser:
        answer = browser.post(path, browser.form(happened="2026-03-05", reason="a\x07b"))
        assert answer.status_code == 422 and 'id="why-f-reason"' in answer.text
        long = browser.post(path, browser.form(happened="2026-03-05", reason="x" * 900))
        assert long.status_code == 422 and "longer than the record takes" in long.text


def test_an_address_fills_a_form_in(house: House) -> None:
    """What a link says stands in the form; a password or an id is never taken from an address."""
    with house.signed_in() as browser:
        page = opened(browser, f"{PERSON}/do/record_item?item=D21&happened=2026-03-04&reason=%3Cb%3E")
        assert (page["item"], page["happened"], page["reason"]) == ("D21", "2026-03-04", "<b>")
        named = opened(browser, f"{PERSON}/do/record_result?observation=ecog")
        assert named["result.observation"] == "ecog"
        other = opened(browser, f"{PERSON}/do/record_item?id=mine&csrf=mine&back=https://elsewhere")
        assert "mine" not in other.values() and other["back"] == "/"


def test_an_unknown_outcome_keeps_its_form(house: House) -> None:
    """When nobody answers, the form says so and asks again under the same id, recording once."""
    path = f"{PERSON}/do/record_item"
    with house.signed_in() as browser:
        first = {**opened(browser, f"{path}?item=D21"), "happened": "2026-03-04"}
        house.trouble = OutcomeUnknown("x", "no answer")
        answer = browser.post(path, first)
        assert answer.status_code == 503 and "Ask again" in answer.text
        again = fields_in(answer.text)
        house.trouble = None
        assert again["id"] == first["id"]
        assert browser.post(path, again).status_code == 303
        assert browser.post(path, again).status_code == 303


def test_actions_offer_what_the_role_may_do_now(house: House) -> None:
    """The list of actions has what can be done now by its reader, and nothing for who only reads."""
    with house.signed_in() as browser:
        page = browser.get(f"{PERSON}/do").text
        assert "do/record_item" in page and "do/open_adverse_event" in page
        assert "do/sign_gate" not in page and "do/close_adverse_event" not in page
    with house.signed_in(Role.AUDITOR) as browser:
        assert "has nothing to do here" in browser.get(f"{PERSON}/do").text


def test_a_move_is_shown_before_it_is_made(house: House) -> None:
    """A preview says what moves from which day to which, saves nothing, and the same form then records it."""
    path = f"{START}/participant/P-002/do/plan_item"
    with house.signed_in() as browser:
        version = house.version("P-002")
        first = opened(browser, f"{path}?item=enrolment")
        moved = {**first, "appointment": "2026-03-16", "reason": "ward is full"}
        shown = browser.post(path, {**moved, "look": "preview"})
        assert shown.status_code == 200 and "What would move" in shown.text
        assert "12 Mar 2026" in shown.text and "16 Mar 2026" in shown.text
        assert house.sent == [] and house.version("P-002") == version
        again = fields_in(shown.text)
        assert again["id"] == first["id"] and "Record this" in shown.text
        assert browser.post(path, again).status_code == 303
    assert [each for each, _ in house.sent] == [first["id"]]


@pytest.mark.parametrize(
    ("kind", "typed", "shown"),
    [
        ("book_resource", {"resource": "bed", "starts": "2026-04-01"}, True),
        ("book_resource", {"resource": "nothing", "starts": "2026-04-01"}, False),
        ("plan_item", {"item": "infusion", "appointment": "2026-05-01"}, True),
        ("plan_item", {"item": "nothing", "appointment": "2026-05-01"}, False),
        ("apply_amendment", {"version": "9.9"}, True),
    ],
)
def test_a_preview_never_breaks(house: House, kind: str, typed: dict[str, str], shown: bool) -> None:
    """What can be looked at beforehand is; what is not there is told beside its field; nothing is sent."""
    path = f"{START}/participant/P-002/do/{kind}"
    with house.signed_in() as browser:
        answer = browser.post(path, {**browser.form(), **typed, "look": "preview"})
    assert answer.status_code == (200 if shown else 422)
    assert ("What would move" in answer.text) is shown
    assert house.sent == []


def test_an_appointment_is_taken_back_only_when_said(house: House) -> None:
    """An empty day is asked for; taking the appointment back is ticked, and is sent as none."""
    path = f"{START}/participant/P-002/do/plan_item"
    with house.signed_in() as browser:
        typed = {**opened(browser, path), "item": "enrolment", "reason": "ward is full"}
        assert browser.post(path, typed).status_code == 422
        assert browser.post(path, {**typed, "take_back": "yes"}).status_code == 303
    assert "appointment" not in house.sent[-1][1]


def wrong_in(page: str) -> Any:
    """What a page says is wrong."""
    return re.findall(r'class="(?:wrong|problem)"[^>]*>(.*?)</(?:p|div)>', page, re.DOTALL)
