"""Every command that a story tells is recorded through its form, and leads to what the story tells."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from activities.rulebook import Rulebook
from console.web.form_pages import OF_SOMEBODY_NEW
from console.web.forms.fields import is_signed
from domain.commands import parse_command
from domain.recorded import STUDY_SUBJECT
from domain.roles import Role
from replay.story.reading import read_story, story_files
from replay.story.shelf import stocked
from settings import ROOT
from store import open_store
from tests.web.house import PASSWORD, Browser, House
from tests.web.test_command_forms import KINDS, fields_in, wrong_in
from tests.web.told_by_form import Deed, deeds_of, typed

STORIES = ROOT / "tests" / "stories"


@pytest.fixture(scope="module")
def deeds() -> dict[str, Deed]:
    """For every command that people give, the first step of a story that gives it."""
    shelf, found = stocked(ROOT / "protocols", ROOT / "sites"), dict[str, Deed]()
    for path in story_files([STORIES]):
        for deed in deeds_of(read_story(path, shelf), set(KINDS) - set(found)):
            found[str(deed.body["kind"])] = deed
    return found


def test_the_stories_give_every_command(deeds: dict[str, Deed]) -> None:
    """No command is left out of what follows: each is given by a story, and taken."""
    assert sorted(set(KINDS) - set(deeds)) == []


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file of a store in which nothing is recorded."""
    file = tmp_path_factory.mktemp("empty") / "dayzero.sqlite3"
    with closing(open_store(f"sqlite:///{file}")) as store:
        store.migrate()
    return file


@pytest.fixture
def house(deeds: dict[str, Deed], kind: str, empty: Path, tmp_path: Path) -> Iterator[House]:
    """A console over the record just before the command."""
    deed, rulebook = deeds[kind], Rulebook()
    store = open_store(f"sqlite:///{shutil.copy(empty, tmp_path)}")
    deed.put_into(store, rulebook)
    yield House(store, rulebook, now=deed.line.at)
    store.close()


@pytest.mark.parametrize("kind", KINDS)
def test_a_command_is_given_through_its_form(house: House, deeds: dict[str, Deed], kind: str) -> None:
    """What a story's command says is typed into its form as served, and leads to what the story tells."""
    deed = deeds[kind]
    with house.signed_in(Role(deed.body["actor"]["role"])) as browser:
        answer = _given(browser, deed)
        assert answer.status_code == 303, (deed.line.file, deed.line.line, wrong_in(answer.text))
        assert browser.get(answer.headers["location"]).status_code == 200
    assert _stated(house.sent[-1][1]) == _stated(deed.body)
    assert _recorded(house, deed) == sorted(deed.events)


def _given(browser: Browser, deed: Deed) -> Any:
    """Open the form, type what the story says, and send it; what is to be signed is read first."""
    kind, path = str(deed.body["kind"]), _address(deed)
    stated = {each: text for each, text in typed(kind, deed.body, deed.zone).items() if isinstance(text, str)}
    page = browser.get(f"{path}?{urlencode({**stated, 'toxicity': _toxicity(deed)})}")
    assert page.status_code == 200, page.text
    fields: dict[str, Any] = {**fields_in(page.text), **typed(kind, deed.body, deed.zone)}
    if kind == OF_SOMEBODY_NEW:
        fields["participant"] = deed.line.who
    if is_signed(kind):
        fields["password"] = PASSWORD
    return browser.post(path, fields)


def _address(deed: Deed) -> str:
    study, kind = f"/study/{deed.story.study}", str(deed.body["kind"])
    new = kind == OF_SOMEBODY_NEW or deed.line.who == STUDY_SUBJECT
    return f"{study}/do/{kind}" if new else f"{study}/participant/{deed.line.who}/do/{kind}"


def _toxicity(deed: Deed) -> str:
    return "icans" if "icans" in deed.body else "crs"


def _stated(body: dict[str, Any]) -> dict[str, Any]:
    """A command as the record takes it, without who asks and what a signature says."""
    command = parse_command({"meaning": "-", **body} if is_signed(str(body["kind"])) else body)
    return command.model_dump(mode="json", exclude={"actor", "meaning", "content", "simulated"})


def _recorded(house: House, deed: Deed) -> list[str]:
    """What is on the record now that was not there before."""
    before = {(each.stream, each.seq) for each in deed.before.everything}
    with house.store.reading() as reading:
        found = [each for _, each in reading.since(0, 10_000) if (each.stream, each.seq) not in before]
    return sorted(each.event.TYPE for each in found)
