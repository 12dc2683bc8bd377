"""A picture of a report: text as text, in the light or dark colours that its reader chose.

The rule that keeps it honest: it has a title and says in words what is to be seen; the figures it places are
those of the tables.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from copy import deepcopy
from xml.etree.ElementTree import Element, SubElement, tostring

WIDTH = 640
LEFT, RIGHT, TOP = 52, 16, 16

STYLE = """
.picture { --page: #ffffff; --text: #16202a; --soft: #48565f; --faint: #d5dde3; --line: #71808c;
  --main: #0b5394; --warn: #7a4a00; font: 13px system-ui, "Noto Sans", sans-serif; }
@media (prefers-color-scheme: dark) { .picture { --page: #14181c; --text: #eef2f5; --soft: #b6c2cb;
  --faint: #38434c; --line: #7d8c98; --main: #8cc5ff; --warn: #f2c14e; } }
.picture .page { fill: var(--page); }
.picture text { fill: var(--text); }
.picture text.heading { font-size: 16px; font-weight: 600; }
.picture text.soft { fill: var(--soft); font-size: 12px; }
.picture .grid { stroke: var(--faint); }
.picture .axis { stroke: var(--line); }
.picture .outer { fill: var(--main); fill-opacity: 0.16; }
.picture .inner { fill: var(--main); fill-opacity: 0.3; }
.picture .bar { fill: var(--main); fill-opacity: 0.55; }
.picture .middle { fill: none; stroke: var(--main); stroke-width: 2.5; stroke-linejoin: round; }
.picture .mark { stroke: var(--warn); stroke-width: 2; }
.picture .whisker { stroke: var(--text); stroke-width: 2; }
"""

_HEADING, _FOOTING = 34, 22

Corner = tuple[float, float]


class Picture:
    """A drawing in the making. `name` is unique on a page; `height` in pixels."""

    def __init__(self, name: str, title: str, described: str, height: float) -> None:
        self.name, self.title, self.height = name, title, height
        self._svg = Element(
            "svg",
            {
                "xmlns": "http://www.w3.org/2000/svg",
                "class": "picture",
                "viewBox": f"0 0 {WIDTH} {height:g}",
                "width": f"{WIDTH}",
                "height": f"{height:g}",
                "role": "img",
                "aria-labelledby": f"{name}-title {name}-desc",
                "lang": "en",
            },
        )
        self._add("title", "", title, id=f"{name}-title")
        self._add("desc", "", described, id=f"{name}-desc")
        self._add("rect", "page", width="100%", height="100%")

    def line(self, class_: str, start: Corner, end: Corner) -> None:
        """A straight line."""
        self._add("line", class_, x1=start[0], y1=start[1], x2=end[0], y2=end[1])

    def text(self, words: str, at: Corner, class_: str = "", anchor: str = "start") -> None:
        """Words; `anchor` says which end of them stands at the place."""
        self._add("text", class_, words, x=at[0], y=at[1], text__anchor=anchor)

    def box(self, class_: str, at: Corner, width: float, height: float) -> None:
        """A rectangle from its upper left corner."""
        self._add("rect", class_, x=at[0], y=at[1], width=width, height=height)

    def area(self, class_: str, corners: Iterable[Corner]) -> None:
        """A closed shape."""
        self._add("polygon", class_, points=_points(corners))

    def path(self, class_: str, corners: Iterable[Corner]) -> None:
        """A line through places."""
        self._add("polyline", class_, points=_points(corners))

    def inline(self) -> str:
        """The picture for a page that has `STYLE` already."""
        return tostring(self._svg, encoding="unicode")

    def alone(self, said: str) -> str:
        """The picture as a file of its own, with its title and what is `said` of it to be seen."""
        svg = deepcopy(self._svg)
        above, below = _HEADING, _FOOTING
        svg.set("viewBox", f"0 {-above} {WIDTH} {self.height + above + below:g}")
        svg.set("height", f"{self.height + above + below:g}")
        style = Element("style")
        style.text = STYLE
        svg.insert(2, style)
        page = svg[3]
        page.set("y", f"{-above}")
        SubElement(svg, "text", {"class": "heading", "x": "16", "y": "-12"}).text = self.title
        placed = {
            "class": "soft",
            "x": f"{WIDTH - RIGHT}",
            "y": f"{self.height + 12:g}",
            "text-anchor": "end",
        }
        SubElement(svg, "text", placed).text = said
        return '<?xml version="1.0" encoding="UTF-8"?>\n' + tostring(svg, encoding="unicode") + "\n"

    def _add(self, tag: str, class_: str, words: str | None = None, **said: str | float) -> None:
        named = {
            key.replace("__", "-"): value if isinstance(value, str) else f"{round(value, 2):g}"
            for key, value in said.items()
        }
        made = SubElement(self._svg, tag, {**({"class": class_} if class_ else {}), **named})
        made.text = words


def ticks(most: float, at_most: int = 5) -> list[float]:
    """Round numbers from 0 to the first that reaches `most`."""
    step = next(each for each in _steps() if each * at_most >= most)
    count = max(1, -(-most // step))
    return [step * number for number in range(int(count) + 1)]


def _steps() -> Iterator[float]:
    size = 1
    while True:
        yield from (size, size * 2, size * 5)
        size *= 10


def _points(corners: Iterable[Corner]) -> str:
    return " ".join(f"{round(x, 2):g},{round(y, 2):g}" for x, y in corners)
