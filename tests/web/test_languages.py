"""English and Chinese, both whole."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime

import pytest

from console.web.catalogues import catalogue, sentences
from console.web.languages import preferred, tongues
from console.words import Language
from tests.web.house import START, House
from tests.web.test_pages import PAGES

TRANSLATED = [each for each in Language if each is not Language.EN]
PLACES = re.compile(r"%\((\w+)\)s")


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
    with house.signed_in() as browser:
        assert all("Asia/Shanghai" in browser.get(path).text for path in [START, *PAGES])
