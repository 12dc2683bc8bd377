"""The report as one page of HTML with its pictures and tables.

The rule that keeps it honest: it says first that nobody in it is real, and from which file and seed it can be
made again.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

from console.cohorts.drawing import STYLE, Picture
from console.cohorts.pictures import pictures
from console.cohorts.shapes import CohortSimulated
from console.cohorts.tables import HOLD_HEADS, MEASURE_HEADS, WEEK_HEADS, groups, hold_rows, week_rows
from replay.html_page import html_page

_STYLE = """
body { max-width: 82rem; margin: 1.5rem auto; padding: 0 1rem; background: #ffffff; color: #16202a; }
h1 { font-size: 1.5rem; } details { margin: 1rem 0; }
h2 { font-size: 1.15rem; margin: 2rem 0 .5rem; }
.pictures { display: grid; gap: 1rem 2rem;
  grid-template-columns: repeat(auto-fit, minmax(min(100%, 34rem), 1fr)); }
figure { margin: 0; min-width: 0; } figcaption { font-weight: 600; margin-bottom: .3rem; }
.scroll { overflow-x: auto; } .picture { display: block; width: 100%; min-width: 34rem; height: auto; }
table { font-size: .92rem; } td, th { border-color: #d5dde3; } thead th { white-space: nowrap; }
td, thead th + th { text-align: right; } td { font-variant-numeric: tabular-nums; white-space: nowrap; }
tbody th { font-weight: 400; min-width: 9rem; } thead th:first-child { text-align: left; }
tr > .unit { text-align: left; } .soft { color: #48565f; } code { overflow-wrap: anywhere; }
:focus-visible { outline: 3px solid #0b5394; }
@media (prefers-color-scheme: dark) { body { background: #14181c; color: #eef2f5; }
  td, th { border-color: #38434c; } .soft { color: #b6c2cb; } :focus-visible { outline-color: #8cc5ff; } }
"""


def page(found: CohortSimulated) -> str:
    """The whole page."""
    title = f"{found.study}: {found.studies} simulated studies"
    apart, weeks = week_rows(found)
    every = f"every {apart} weeks" if apart > 1 else "every week"
    parts = [
        _head(found),
        f'<div class="pictures">{"".join(map(_figure, pictures(found)))}</div>',
        _section("Chance of each hold", HOLD_HEADS, hold_rows(found)),
        *(_section(group, MEASURE_HEADS, rows) for group, rows in groups(found)),
        _section(f"Load by week since the first consent ({every})", WEEK_HEADS, weeks),
    ]
    return html_page(title, "\n".join(parts), STYLE + _STYLE)


def _head(found: CohortSimulated) -> str:
    said = (
        f"{found.participants} simulated participants under protocol version {found.protocol_version} at "
        f"site {found.site}, as the cohort {found.cohort} has it, from {found.starts} on. Nobody is real. "
        f"Seed {found.seed} makes the same again."
    )
    why = (
        "A percentile is the least number that so many per cent of all are not above. Intervals are "
        "Wilson's, 95 %: they speak of how many studies were played, not of how true the cohort file is."
    )
    hashes = f"protocol {found.protocol_hash} · site {found.site_hash} · cohort {found.cohort_hash}"
    return (
        f'<p>{escape(said)}</p><p class="soft">{escape(why)}</p>'
        f"<details><summary>Content hashes of the documents</summary><code>{hashes}</code></details>"
    )


def _figure(picture: Picture) -> str:
    title = escape(picture.title)
    return (
        f'<figure><figcaption>{title}</figcaption><div class="scroll" tabindex="0" role="region" '
        f'aria-label="{title}">{picture.inline()}</div></figure>'
    )


def _section(title: str, heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    head = "".join(f'<th scope="col"{_class(each)}>{escape(each)}</th>' for each in heads)
    body = "".join(_row(heads, each) for each in rows)
    named = escape(title)
    return (
        f'<h2>{named}</h2><div class="scroll" tabindex="0" role="region" aria-label="{named} (table)">'
        f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def _row(heads: Sequence[str], cells: Sequence[str]) -> str:
    others = "".join(
        f"<td{_class(head)}>{escape(cell)}</td>" for head, cell in zip(heads[1:], cells[1:], strict=True)
    )
    return f'<tr><th scope="row">{escape(cells[0])}</th>{others}</tr>'


def _class(head: str) -> str:
    return ' class="unit"' if head in {"unit", "of"} else ""
