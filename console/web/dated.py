"""Days and times within a sentence, as each language writes them.

The rule that keeps it honest: only what is a whole ISO day or instant is rewritten, on the clock of the site;
every other word of the sentence stays.
"""

from __future__ import annotations

import re

from console.web.languages import Tongue

_INSTANT = r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:\d{2})"
_DAY = r"\d{4}-\d{2}-\d{2}"
_EITHER = rf"(?<![\w-])(?:{_INSTANT}|{_DAY})(?![\w-])"
_STATED = re.compile(_EITHER, re.ASCII)
_SPAN = re.compile(rf"({_EITHER}) to ({_EITHER})", re.ASCII)
_CLOCKS = re.compile(r"(?<= \d{2}:\d{2}) to (?=\d{2}:\d{2}\b)", re.ASCII)


def dated(tongue: Tongue, text: str, zone: str) -> str:
    """A sentence with its days and times as the language writes them, on the clock of a zone."""
    return _STATED.sub(
        lambda found: _written(tongue, found[0], zone), _span_of_clocks(_SPAN.sub(_span, text))
    )


def _span_of_clocks(text: str) -> str:
    return _CLOCKS.sub(" – ", text)


def _span(found: re.Match[str]) -> str:
    return found[1] if found[1] == found[2] else f"{found[1]} – {found[2]}"


def _written(tongue: Tongue, text: str, zone: str) -> str:
    try:
        return tongue.stated(text, zone)
    except ValueError:
        # It only looks like one.
        return text
