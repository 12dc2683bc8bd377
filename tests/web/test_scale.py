"""A page costs what it shows and not what there is: the same queries, and about as many bytes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from xml.etree import ElementTree as ET

import pytest
from sqlalchemy import event

from activities.rulebook import Rulebook
from bench.crowd import crowded
from bench.lives import read_told
from console.web.pages.study import ON_A_PAGE
from console.web.pages.today import FIRST
from console.web.paging import Pages
from console.worklist import Part
from tests.web.house import START, House

FEW, MANY = 9, 63
NOW = datetime(2026, 11, 23, 1, tzinfo=UTC)
"""A Monday morning in Hefei."""
PAGES = [START, f"{START}?list=windows", f"{START}/overview", f"{START}/overview?sort=due&attention=1"]


@pytest.fixture(scope="module")
def houses(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[int, House]]:
    """A house with few participants, and one with seven times as many like them."""
    rulebook, told, folder = Rulebook(), read_told(), tmp_path_factory.mktemp("crowd")
    made = {count: House(crowded(told, folder, count, NOW), rulebook, now=NOW) for count in (FEW, MANY)}
    yield made
    for each in made.values():
        each.store.close()


@pytest.mark.parametrize("path", PAGES)
def test_a_page_asks_as_often_however_many_there_are(houses: dict[int, House], path: str) -> None:
    """With seven times the participants a page makes no query more."""
    asked = {count: _queries(house, path) for count, house in houses.items()}
    assert asked[MANY] <= asked[FEW] <= 30, asked


def test_today_shows_the_head_of_each_list_and_how_much_there_is(houses: dict[int, House]) -> None:
    """No list is longer than its share of the page; each says how long it is and leads to the whole of it."""
    text = _page(houses[MANY], START)
    for part, row in (
        (Part.UNANSWERED, 'id="alert-'),
        (Part.WINDOWS, 'id="open-'),
        (Part.OPENING, 'id="next-'),
    ):
        assert text.count(row) == FIRST[part], part
        [total] = re.findall(rf'id="{part.value}">[^<]*<span class="count">(\d+)', text)
        assert f'list={part.value}">Show all {total}<' in text
        assert int(total) > FIRST[part]


def test_every_row_of_a_long_list_stands_on_one_of_its_pages(houses: dict[int, House]) -> None:
    """Going through the pages of a list gives each of its rows once."""
    first = _page(houses[MANY], f"{START}?list=opening")
    [total] = re.findall(r'id="opening">[^<]*<span class="count">(\d+)', first)
    pages = -(-int(total) // 50)
    assert pages > 1
    texts = [_page(houses[MANY], f"{START}?list=opening&page={number + 1}") for number in range(pages)]
    rows = [row for text in texts for row in re.findall(r'id="(next-[^"]+)"', text)]
    assert len(rows) == len(set(rows)) == int(total)
    assert all('id="unanswered"' not in text for text in texts)


def test_the_study_is_shown_page_by_page(houses: dict[int, House]) -> None:
    """Everybody stands on one page of the study, and a page beyond the last is the last."""
    texts = [_page(houses[MANY], f"{START}/overview?page={number}") for number in (1, 2, 3, 4)]
    rows = [re.findall(r'<tr id="row-([^"]+)"', text) for text in texts]
    assert len(rows[0]) == ON_A_PAGE
    assert len({code for page in rows[:3] for code in page}) == sum(map(len, rows[:3])) == MANY
    assert rows[3] == rows[2]
    assert len(texts[0]) < 450_000


def test_the_study_is_narrowed_and_sorted_by_its_address(houses: dict[int, House]) -> None:
    """A stage, who needs attention, and the order are in the address; what is asked for is what is shown."""
    house = houses[MANY]
    with house.store.reading() as reading:
        people = reading.participants("NCT06642025")
    stage = people[0].stage
    codes = {each.participant for each in people if each.stage == stage}
    assert {*_rows(house, f"{START}/overview?stage={stage}")} <= codes
    zeros = {each.participant: each.day_zero or "9999" for each in people}
    shown = [zeros[code] for code in _rows(house, f"{START}/overview?sort=day0")]
    assert shown == sorted(zeros.values())[:ON_A_PAGE]
    text = _page(house, f"{START}/overview?attention=1&stage={stage}")
    assert 'value="1" checked' in text and f'value="{stage}" selected' in text
    assert "Nobody is as you asked." in _page(house, f"{START}/overview?site=nowhere")


def test_the_picture_by_itself_needs_no_style_sheet(houses: dict[int, House]) -> None:
    """The picture is a whole SVG file of bounded size with its colours, study, moment and key."""
    with houses[MANY].signed_in() as browser:
        answer = browser.get(f"{START}/overview.svg?sort=day0")
    assert answer.headers["content-type"].startswith("image/svg+xml")
    assert re.search(r'attachment; filename="[\w.-]+\.svg"', answer.headers["content-disposition"])
    assert len(answer.content) < 250_000
    drawing = ET.fromstring(answer.text)  # noqa: S314 - it is ours
    assert drawing.tag == "{http://www.w3.org/2000/svg}svg"
    shapes = [each for each in drawing.iter() if each.tag.endswith(("}rect", "}use", "}line"))]
    assert all("class" not in each.attrib and {"fill", "stroke"} & each.attrib.keys() for each in shapes)
    words = " ".join(each.text or "" for each in drawing.iter())
    assert "NCT06642025" in words and "SIMULATED DATA" in words and "projected window" in words


@pytest.mark.parametrize(
    ("asked", "total", "says"),
    [(1, 0, (1, 1, 0, 0)), (0, 5, (1, 1, 1, 5)), (2, 21, (2, 3, 11, 20)), (9, 21, (3, 3, 21, 21))],
)
def test_pages_of_a_list(asked: int, total: int, says: tuple[int, int, int, int]) -> None:
    """A page has a number that exists, and says from which row to which it goes."""
    pages = Pages(asked, 10, total)
    assert (pages.number, pages.last, pages.first_row, pages.last_row) == says


def _page(house: House, path: str) -> str:
    with house.signed_in() as browser:
        answer = browser.get(path)
    assert answer.status_code == 200, answer.text
    return answer.text


def _rows(house: House, path: str) -> list[str]:
    return re.findall(r'<tr id="row-([^"]+)"', _page(house, path))


def _queries(house: House, path: str) -> int:
    """How many queries a page makes, once what it is labelled by has been read."""
    with house.signed_in() as browser:
        browser.get(path)
        with _counting(house) as counted:
            assert browser.get(path).status_code == 200
            return len(counted)


@contextmanager
def _counting(house: House) -> Iterator[list[str]]:
    seen: list[str] = []

    def note(*said: object) -> None:
        # What follows the record asks by itself, whether or not a page is open.
        if "max(events.position)" not in (statement := str(said[2])):
            seen.append(statement)

    engine = house.store._database.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(engine, "before_cursor_execute", note)
