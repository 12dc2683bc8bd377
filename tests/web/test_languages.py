"""English and Chinese, both whole."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from html.parser import HTMLParser

import pytest
from typing_extensions import override

from console.web.catalogues import catalogue, sentences
from console.web.languages import preferred, tongues
from console.words import Language
from domain.roles import Role
from tests.web.house import PEOPLE, START, House
from tests.web.test_pages import PAGES
from tests.web.test_roles import READING

TRANSLATED = [each for each in Language if each is not Language.EN]
PLACES = re.compile(r"%\((\w+)\)s")
FOUR_WORDS = re.compile(r"[A-Za-z]{2,}(?:,? [A-Za-z]{2,}){3}")
VOID = frozenset(("area", "br", "hr", "img", "input", "link", "meta", "source", "wbr"))


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_sentence_is_translated(language: Language) -> None:
    """Each sentence of a page stands in the catalogue, translated and not guessed; none is left over."""
    kept = catalogue(language)
    said = {sentence if isinstance(sentence, str) else sentence[0] for _, sentence in sentences()}
    known = {each.id if isinstance(each.id, str) else each.id[0]: each for each in kept if each.id}
    assert said == set(known), "make catalogues, then translate what is new"
    assert [
        name for name, each in known.items() if each.fuzzy or not each.string or not all(each.string)
    ] == []


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_translation_has_the_places_of_its_sentence(language: Language) -> None:
    """What is put into a sentence is put into its translation too, and nothing else."""
    wrong = [
        (told, string)
        for each in catalogue(language)
        for told in (each.id if isinstance(each.id, str) else each.id[-1],)
        for string in ([each.string] if isinstance(each.string, str) else each.string or ())
        if set(PLACES.findall(told)) != set(PLACES.findall(string))
    ]
    assert wrong == []


@pytest.mark.parametrize("path", PAGES)
def test_a_chinese_page_is_chinese(house: House, path: str) -> None:
    """In Chinese, no English sentence of a page is left; what the domain says is marked as English."""
    english = {
        s for _, sentence in sentences() for s in ([sentence] if isinstance(sentence, str) else sentence)
    }
    with house.signed_in() as browser:
        page = browser.get(path, **{"accept-language": "zh-CN"}).text
    assert '<html lang="zh-CN">' in page
    body = re.sub(r"<(\w+)[^>]*lang=\"en\"[^>]*>.*?</\1>", "", page, flags=re.DOTALL)
    shown = {each.strip() for each in re.findall(r">([^<>]+)<", body)}
    assert shown & english == set()


@pytest.mark.parametrize("route", READING)
def test_no_english_sentence_is_left_in_chinese(house: House, route: str) -> None:
    """On a Chinese page four English words in a row stand only where they are marked as English."""
    path, allowed = READING[route]
    role = next(each for each in (Role.COORDINATOR, *PEOPLE) if each in allowed)
    with house.signed_in(role) as browser:
        page = browser.get(path, **{"accept-language": "zh-CN"})
    assert page.status_code == 303 or Unmarked(page.text).english == []


def test_an_english_sentence_would_be_seen(house: House) -> None:
    """The judge above sees the sentences of an English page, but not those that are marked."""
    with house.signed_in() as browser:
        page = browser.get(START).text.replace('<html lang="en">', '<html lang="zh-CN">')
    assert "SIMULATED DATA: no real participant, nobody real is told." in Unmarked(page).english
    assert Unmarked('<p lang="en">one two three four</p><p>eins</p>').english == []


class Unmarked(HTMLParser):
    """What a page says in English without saying that it is."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.english: list[str] = []
        self._open: list[tuple[str, bool]] = [("", False)]
        self.feed(page)

    @override
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = dict(attrs)
        # Codes are the same in every language, and a program's own text is no sentence.
        other = tag in ("script", "style", "code", "pre") or "code" in (said.get("class") or "").split()
        if tag not in VOID:
            lang = said.get("lang")
            within = self._open[-1][1] if lang is None else lang == "en"
            self._open.append((tag, within or other))
        if not self._open[-1][1]:
            self._look(*(said.get(each) or "" for each in ("title", "aria-label", "alt", "placeholder")))

    @override
    def handle_endtag(self, tag: str) -> None:
        if tag in VOID:
            return
        while self._open[-1][0] not in (tag, ""):
            self._open.pop()
        if self._open[-1][0]:
            self._open.pop()

    @override
    def handle_data(self, data: str) -> None:
        if not self._open[-1][1]:
            self._look(data)

    def _look(self, *texts: str) -> None:
        self.english += [each.strip() for each in texts if FOUR_WORDS.search(each)]


def test_dates_are_written_as_each_language_writes_them() -> None:
    """A day and an instant, in the site's zone, in both languages."""
    at = datetime(2026, 3, 6, 16, 30, tzinfo=UTC)
    written = {
        each.language: (each.day(date(2026, 3, 6)), each.moment(at, "Asia/Shanghai"))
        for each in tongues().values()
    }
    assert written == {
        Language.EN: ("6 Mar 2026", "7 Mar 2026 00:30"),
        Language.ZH: ("2026年3月6日", "2026年3月7日 00:30"),
    }


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        ("", Language.EN),
        ("zh", Language.ZH),
        ("en-GB,en;q=0.9,zh;q=0.8", Language.EN),
        ("fr, zh-Hans;q=0.5, en;q=0.2", Language.ZH),
        ("fr", Language.EN),
        (";;q=x,,", Language.EN),
        ("en;q=0.1,zh;q=nan", Language.EN),
    ],
)
def test_the_browsers_language_is_taken(accepted: str, language: Language) -> None:
    """The first of our languages that the browser asks for; English where it asks for none, or oddly."""
    assert preferred(accepted) is language


def test_the_zone_of_the_site_is_always_named(house: House) -> None:
    """Every page about a study says in which zone its times are."""
    with house.signed_in(Role.INVESTIGATOR) as browser:
        shown = {path: browser.get(path) for path in PAGES if path.startswith(START)}
    unnamed = [
        path for path, page in shown.items() if page.status_code == 200 and "Asia/Shanghai" not in page.text
    ]
    assert unnamed == []
    assert sum(page.status_code == 200 for page in shown.values()) > 15
