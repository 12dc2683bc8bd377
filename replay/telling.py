"""Differences as people read them: lines of text, and one page of HTML that needs nothing else.

The rule that keeps it honest: every difference is told, with its name, its day and its content; what was
typed by others is escaped.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from html import escape
from itertools import groupby

from replay.accepted import Judged
from replay.difference import Detail, Difference, Kind
from replay.html_page import html_page
from replay.rules import RulesReplayed

WORDS = {
    Kind.EVENT_GONE: "would not happen any more",
    Kind.EVENT_NEW: "would happen too",
    Kind.EVENT_CHANGED: "would say something else",
    Kind.NOW_REFUSED: "would be refused",
    Kind.NOW_ACCEPTED: "would be taken",
    Kind.OTHER_REFUSAL: "would be refused for another reason",
    Kind.WOKEN_EARLIER: "would come due earlier",
    Kind.NOT_DECIDABLE: "cannot be decided",
}


_FEW = 4


def looked_at(replayed: RulesReplayed) -> str:
    """How much was decided again."""
    records = f" in {replayed.records} records" if replayed.records > 1 else ""
    return (
        f"{replayed.commands} commands of {replayed.subjects} timelines{records} decided again, "
        f"{replayed.events} events compared"
    )


def lines(differences: Iterable[Difference]) -> Iterator[str]:
    """Each difference under its participant, by date."""
    for (study, subject), group in groupby(differences := sorted(differences, key=_place), key=_whose):
        yield f"{study} {subject}"
        for each in group:
            yield f"  {said(each)}  [{each.content}]"
            if each.records:
                yield f"      in {_some(each.records)}"
            yield from (f"      {_detail(detail)}" for detail in each.details)


def said(difference: Difference) -> str:
    """One difference in one sentence."""
    what = difference.event or difference.command
    when = difference.at.strftime("%Y-%m-%d %H:%M")
    return f"{when}Z  {what} {WORDS[difference.kind]} ({difference.command}, {difference.command_id})"


def page(replayed: RulesReplayed, judged: Judged) -> str:
    """One HTML page: what is not accepted first, then what is, then entries that nothing answers to."""
    stale = [f"{each.study} {each.difference}: {each.why}" for each in judged.stale]
    named = "".join(f"<li>{escape(each)}</li>" for each in stale) or "<li>none</li>"
    parts = (
        f"<p>{escape(f'{looked_at(replayed)}: {counted(judged)}')}</p>",
        f"<h2>Not accepted</h2>{_table(judged.unaccepted)}",
        f"<h2>Accepted</h2>{_table(judged.accepted)}",
        f"<h2>Accepted, but not found</h2><ul>{named}</ul>",
    )
    return html_page("Rule replay", "\n".join(parts))


def counted(judged: Judged) -> str:
    """How many differences there are, and how many of them somebody accepted."""
    return f"{len(judged.unaccepted)} unaccepted differences, {len(judged.accepted)} accepted"


def _place(difference: Difference) -> tuple[str, str, str]:
    return (difference.study, difference.subject, difference.at.isoformat())


def _whose(difference: Difference) -> tuple[str, str]:
    return difference.study, difference.subject


def _some(records: Sequence[str]) -> str:
    """The first few of them: what is alike in forty stories need not be told forty times."""
    more = f" and {len(records) - _FEW} more" if len(records) > _FEW else ""
    return ", ".join(records[:_FEW]) + more


def _detail(detail: Detail) -> str:
    if detail.was is None:
        return f"{detail.what}: {detail.now}"
    if detail.now is None:
        return f"{detail.what}: {detail.was} (no more)"
    return f"{detail.what}: {detail.was} -> {detail.now}"


def _table(differences: Sequence[Difference]) -> str:
    if not differences:
        return "<p>none</p>"
    rows = "".join(map(_row, differences))
    return f"<table><tr><th>who<th>when (UTC)<th>what<th>was, and would be<th>content</tr>{rows}</table>"


def _row(each: Difference) -> str:
    details = "<br>".join(escape(_detail(detail)) for detail in each.details)
    cells = (
        escape(f"{each.study} {each.subject}"),
        escape(each.at.strftime("%Y-%m-%d %H:%M")),
        escape(f"{each.event or each.command} {WORDS[each.kind]}"),
        details,
        f"<code>{each.content}</code>",
    )
    return f"<tr>{''.join(f'<td>{cell}</td>' for cell in cells)}</tr>"
