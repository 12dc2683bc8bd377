"""What does not fit in a plan, in Chinese.

The rule that keeps it honest: one shape for each sentence that the rules say; a sentence of another shape is
left in English and marked so, and a test holds that the rules say no other.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from console.words import Language


@dataclass(frozen=True, slots=True)
class Worded:
    """A sentence as it is shown. `english`: it is left as the rules say it, on a page in another language."""

    words: str
    english: bool


def clash_said(sentence: str, language: Language) -> Worded:
    """A clash in the language of a page; its days and times as the record has them."""
    if language is Language.EN:
        return Worded(sentence, english=False)
    for shape, chinese in _SHAPES:
        found = shape.fullmatch(sentence)
        if found is not None:
            return Worded(chinese.format(**found.groupdict()), english=False)
    return Worded(sentence, english=True)


def _shape(sentence: str) -> re.Pattern[str]:
    between = re.split(r"\{(\w+)\}", sentence)
    parts = (re.escape(each) if not place % 2 else _place(each) for place, each in enumerate(between))
    return re.compile("".join(parts))


def _place(name: str) -> str:
    return f"(?P<{name}>{'.' if name in _OF_WORDS else '[^ ]'}+?)"


_OF_WORDS = frozenset({"window", "ends", "ahead"})
"""Places that hold several words."""

_SAID: tuple[tuple[str, str], ...] = (
    ("{item} would be on {day}, which has passed", "{item}将在{day}，而该日已过"),
    ("{item} would be on {day}, when the site does not work", "{item}将在{day}，该日中心不工作"),
    (
        "{item} would be on {day}; {product} may be used until {ends}",
        "{item}将在{day}；{product}最晚可用至{ends}",
    ),
    ("{product} may be used until {ends}", "{product}最晚可用至{ends}"),
    ("{item} on {day} is outside its window ({window})", "{item}（{day}）在其窗口（{window}）之外"),
    (
        "{item} on {day} is too close to {other}: the first ones are spaced, from {first} on",
        "{item}（{day}）与{other}相隔太近：首批受试者须间隔进行，最早为{first}",
    ),
    (
        "{item} on {day} is too close to {other}: the first ones are spaced",
        "{item}（{day}）与{other}相隔太近：首批受试者须间隔进行",
    ),
    (
        "{resource} is booked for {starts}, {item} would be on {day}",
        "{resource}预订于{starts}，而{item}将在{day}",
    ),
    ("{resource} is asked for {ahead} ahead: from {first} on", "{resource}须提前{ahead}预订：最早为{first}"),
    ("{starts} is outside the window of {item} ({window})", "{starts}在{item}的窗口（{window}）之外"),
    (
        "{resource} ends on {day}, after the window of {item} ({window})",
        "{resource}于{day}结束，晚于{item}的窗口（{window}）",
    ),
)
"""The sentence of a clash, and its Chinese; places by name."""

_SHAPES = tuple((_shape(sentence), chinese) for sentence, chinese in _SAID)
