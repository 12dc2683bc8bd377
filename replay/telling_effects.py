"""Effects as people read them, in text and HTML.

The rule that keeps it honest: every change is told, each with what it was and what it would be.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from html import escape
from itertools import groupby

from replay.effects import Change, Effect
from replay.html_page import html_page

WORDS = {
    Effect.WINDOW: "window",
    Effect.OVERDUE: "overdue",
    Effect.STANDING: "stands",
    Effect.DEVIATION: "deviation",
    Effect.ALERT: "alert raised",
    Effect.STAGE: "",
    Effect.REFUSED: "command",
    Effect.STUDY: "study",
    Effect.NOTICES: "messages to",
    Effect.APPOINTMENT: "appointment",
    Effect.CLASH: "clash:",
    Effect.WORK: "work at",
}


def effect_lines(found: Iterable[Change]) -> Iterator[str]:
    """Each change under whom it concerns."""
    for subject, group in groupby(found, key=lambda each: each.subject):
        yield subject
        yield from (f"  {said(each)}" for each in group)


def said(change: Change) -> str:
    """One change in one line."""
    what = f"{WORDS[change.effect]} {change.about}".strip()
    return f"{what}: {change.before or 'none'} -> {change.after or 'none'}"


def effects_page(title: str, summary: str, found: Iterable[Change]) -> str:
    """One HTML page that needs nothing else."""
    rows = "".join(
        f"<tr><td>{escape(each.subject)}</td><td>{escape(f'{WORDS[each.effect]} {each.about}'.strip())}</td>"
        f"<td>{escape(each.before or 'none')}</td><td>{escape(each.after or 'none')}</td></tr>"
        for each in found
    )
    table = f"<table><tr><th>who<th>what<th>before<th>after</tr>{rows}</table>"
    return html_page(title, f"<p>{escape(summary)}</p>\n{table}")
