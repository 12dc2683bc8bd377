"""The sentences of the console's pages, and the catalogues that translate them.

The rule that keeps it honest: a sentence is on a page or it is in no catalogue; `make catalogues` takes new
ones in as untranslated, and a test does not let them stay so.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from console.web.languages import catalogue_file
from console.web.rendering import TEMPLATES
from console.words import Language

_HEAD = """\
# What the pages of the console say. Taken from them by `make catalogues`; only msgstr is written by hand.
msgid ""
msgstr ""
"Content-Type: text/plain; charset=utf-8\\n"
"Language: {locale}\\n"
"Plural-Forms: {plurals}\\n"

"""
_BY_JINJA = [("**.html", "jinja2.ext:babel_extract")]


def sentences() -> Iterator[tuple[str, str | tuple[str, ...]]]:
    """(template, sentence) of every page; a sentence with a plural is a pair."""
    found = extract_from_dir(
        str(TEMPLATES), method_map=_BY_JINJA, options_map={"**.html": {"silent": "false"}}
    )
    for file, _line, sentence, _comments, _context in found:
        yield Path(file).name, sentence


def catalogue(language: Language) -> Catalog:
    """A language's catalogue as it is kept."""
    with catalogue_file(language).open("rb") as file:
        return read_po(file, locale=language.replace("-", "_"))


def taken_in(language: Language) -> Catalog:
    """The catalogue with exactly the sentences of the pages, in their order; what was translated stays so."""
    kept = catalogue(language)
    new = Catalog(locale=kept.locale, charset="utf-8", fuzzy=False)
    for template, sentence in sorted(sentences(), key=lambda each: (each[0], str(each[1]))):
        known = kept.get(sentence if isinstance(sentence, str) else sentence[0])
        new.add(sentence, known.string if known else None, locations=[(template, 0)])
    return new


def keep(language: Language, new: Catalog) -> None:
    """Write a language's catalogue."""
    body = io.BytesIO()
    write_po(body, new, width=110, omit_header=True, no_location=True, sort_output=True)
    head = _HEAD.format(locale=language.replace("-", "_"), plurals=new.plural_forms)
    catalogue_file(language).write_text(head + body.getvalue().decode(), encoding="utf-8")
