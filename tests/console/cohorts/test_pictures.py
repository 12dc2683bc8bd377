"""Pictures of a report: whole, readable by everybody, and within their frame."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Literal
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st
from playwright.sync_api import sync_playwright

from console.cohorts.drawing import WIDTH, Picture, ticks
from console.cohorts.drawing_chances import chances
from console.cohorts.drawing_durations import durations
from console.cohorts.drawing_fan import fan
from console.cohorts.files import svg_files
from console.cohorts.page import page
from console.cohorts.pictures import pictures
from console.cohorts.shapes import CohortSimulated, DurationBin, HoldChance, PercentilesShown
from tests.web.chromium import MISSING, chromium
from tests.web.looked_at import complaints_of

SVG = "{http://www.w3.org/2000/svg}"
NOTHING = PercentilesShown(None, None, None, None, None)
COUNTS = st.lists(st.integers(0, 500), min_size=5, max_size=5).map(sorted)
STUDIES = st.lists(st.integers(0, 3000), min_size=1, max_size=24)
WEEKS = st.lists(COUNTS.map(lambda each: PercentilesShown(*each)), max_size=800)


def read(picture: Picture) -> ET.Element:
    """The picture as a program reads it."""
    return ET.fromstring(picture.inline())  # noqa: S314 - our own


def places(svg: ET.Element) -> Iterator[tuple[float, float]]:
    """Every place at which something stands."""
    for each in svg.iter():
        for x, y in re.findall(r"(-?[\d.e+-]+),(-?[\d.e+-]+)", each.get("points", "")):
            yield float(x), float(y)
        for x, y in (("x1", "y1"), ("x2", "y2"), ("x", "y")):
            if each.get(x) is not None:
                yield float(each.get(x, "")), float(each.get(y, ""))


def stands_within(picture: Picture) -> bool:
    """Whether nothing stands outside the frame."""
    return all(0 <= x <= WIDTH and 0 <= y <= picture.height for x, y in places(read(picture)))


def test_every_picture_says_what_it_shows(found: CohortSimulated) -> None:
    """Each has a title and a description of its own, and its words are text."""
    drawn = list(pictures(found))
    assert len({each.name for each in drawn}) == len(drawn)
    for each in drawn:
        svg = read(each)
        named = svg.get("aria-labelledby", "").split()
        told = {child.get("id"): child.text for child in svg if child.tag in {f"{SVG}title", f"{SVG}desc"}}
        assert svg.get("role") == "img"
        assert [bool(told.get(name)) for name in named] == [True, True]
        assert svg.findall(f"{SVG}text")


def test_a_picture_alone_needs_nothing_else(found: CohortSimulated) -> None:
    """It carries its colours for light and dark, its title to be seen, and no script or address."""
    for _, text in svg_files(found):
        svg = ET.fromstring(text.encode())  # noqa: S314 - our own
        style = svg.find(f"{SVG}style")
        assert style is not None and "prefers-color-scheme: dark" in (style.text or "")
        assert [each.text for each in svg.iter(f"{SVG}text") if each.get("class") == "heading"]
        assert "seed 1" in text
        assert "<script" not in text and text.count("http") == 1  # the name space


def test_drawing_a_picture_alone_leaves_it_as_it_was(found: CohortSimulated) -> None:
    """The same picture goes on the page after it was written as a file."""
    for each in pictures(found):
        before = each.inline()
        each.alone("simulated")
        assert each.inline() == before


@given(WEEKS)
def test_a_fan_stays_within_its_frame(weeks: list[PercentilesShown]) -> None:
    """However many weeks there are and whatever waits, nothing stands outside, and bands are not crossed."""
    picture = fan("overdue", "Overdue", "Items overdue", weeks)
    assert stands_within(picture)


@given(
    st.lists(st.integers(0, 3000), min_size=1, max_size=24),
    st.integers(0, 5000),
    st.sampled_from([1, 7, 364]),
)
def test_durations_stay_within_their_frame(studies: list[int], begins: int, width: int) -> None:
    """Bars and marks stand on the axis, whatever the bins are."""
    bins = [
        DurationBin(begins + number * width, begins + number * width + width - 1, count)
        for number, count in enumerate(studies)
    ]
    middle = float(begins + len(bins) * width // 2)
    spread = PercentilesShown(begins, begins, middle, middle, bins[-1].last)
    assert stands_within(durations("duration", "Duration", bins, spread))


@given(st.integers(0, 1000))
def test_a_chance_is_drawn_between_never_and_always(studies: int) -> None:
    """The bar and its interval stand within the frame, and the figures are written out."""
    share = studies / 1000
    one = HoldChance("any", "Any hold", studies, share, max(0, share - 0.1), min(1, share + 0.1))
    picture = chances("holds", "Chance", [one])
    assert stands_within(picture)
    assert f"{share * 100:.1f} %" in picture.inline()


def test_nothing_is_drawn_of_nothing() -> None:
    """No weeks, no studies, no holds: the frame with its words, and no error."""
    assert "none in nineteen" in fan("a", "A", "Items", []).inline()
    assert "No study" in durations("b", "B", [], NOTHING).inline()
    assert chances("c", "C", []).inline()


@given(st.floats(0.01, 100_000))
def test_ticks_are_round_and_reach_the_most(most: float) -> None:
    """From zero in few equal steps of 1, 2 or 5 times a power of ten, the last at or above the most."""
    found = ticks(most)
    steps = {round(later - earlier, 6) for earlier, later in pairwise(found)}
    assert found[0] == 0 and found[-1] >= most and len(found) <= 6
    assert len(steps) == 1 and str(int(next(iter(steps)))).rstrip("0") in {"1", "2", "5"}


def test_what_is_typed_is_never_read_as_markup(found: CohortSimulated) -> None:
    """A name from a file that looks like markup stays text, in pictures and on the page."""
    wicked = "<script>alert(1)</script>"
    one = HoldChance("any", wicked, 1, 0.5, 0.1, 0.9)
    assert wicked not in chances("holds", wicked, [one]).alone(wicked)
    assert "<script" not in page(found)


@pytest.mark.parametrize(("width", "scheme"), [(1280, "dark"), (390, "light")])
def test_the_page_is_read_everywhere(
    found: CohortSimulated, tmp_path: Path, width: int, scheme: Literal["dark", "light"]
) -> None:
    """On a desk and on a phone, light and dark: axe finds nothing, and the page does not move sideways."""
    if os.environ.get("DAYZERO_TEST_CHROMIUM") == "skip":
        pytest.skip("DAYZERO_TEST_CHROMIUM=skip")
    program = chromium()
    if program is None:
        pytest.exit(MISSING, returncode=3)
    file = tmp_path / "report.html"
    file.write_text(page(found), encoding="utf-8")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        shown = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme).new_page()
        shown.goto(file.as_uri())
        assert complaints_of(shown) == []
        assert shown.evaluate("document.documentElement.scrollWidth") <= width
        browser.close()
