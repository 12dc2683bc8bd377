"""Differences as people read them: lines of text, and one page of HTML that needs nothing else.

The rule that keeps it honest: every difference is told, with its name, its day and its content; what was
typed by others is escaped.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
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
        f"<h2>Not accepted</h2>{_tables(judged.unaccepted, {})}",
        f"<h2>Accepted</h2>{_tables(judged.accepted, judged.why)}",
        f"<h2>Accepted, but not found</h2><ul>{named}</ul>",
    )
    return html_page("Rule replay", "\n".join(parts), "td:first-child { white-space: nowrap; }")


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


def _tables(differences: Sequence[Difference], why: Mapping[Difference, str]) -> str:
    """A table for each participant, by date."""
    parts: list[str] = []
    for (study, subject), group in groupby(sorted(differences, key=_place), key=_whose):
        rows = "".join(_row(each, why.get(each)) for each in group)
        head = "<tr><th>when (UTC)<th>what<th>was, and would be<th>content</tr>"
        parts.append(f"<h3>{escape(f'{study} {subject}')}</h3><table>{head}{rows}</table>")
    return "".join(parts) or "<p>none</p>"


def _row(each: Difference, why: str | None) -> str:
    what = [f"{each.event or each.command} {WORDS[each.kind]}", f"by {each.command}, {each.command_id}"]
    what += [f"in {', '.join(each.records)}"] if each.records else []
    what += [f"accepted: {why}"] if why is not None else []
    cells = (
        each.at.strftime("%Y-%m-%d&nbsp;%H:%M"),
        "<br>".join(map(escape, what)),
        "<br>".join(escape(_detail(detail)).replace("-&gt;", "&rarr;") for detail in each.details),
        f"<code>{each.content}</code>",
    )
    return f"<tr>{''.join(f'<td>{cell}</td>' for cell in cells)}</tr>"
