"""Reading a cohort file, checked against the protocol it is to be played with.

The rule that keeps it honest: everything that is wrong is told at once, with file, line and what would be
right; a cohort that leaves this module can be played.
"""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterator
from pathlib import Path

from pydantic import ValidationError

from domain.protocol.expanded import Protocol
from domain.protocol.problem import Path as FieldPath
from domain.protocol.problem import Problem
from domain.safety.terms import ElnCriteria, ResponseCategory
from protocols.problems import DocumentInvalid, Located
from protocols.validation import problems_of
from protocols.yaml_text import WrittenValue, read_yaml
from replay.cohort.choosing import of_the_product
from replay.cohort.document import Cohort
from replay.cohort.preparing import screening_ends


class FaultyCohort(DocumentInvalid):
    """A file that is no cohort, or names what its protocol does not know."""


def read_cohort(path: Path, protocol: Protocol) -> Cohort:
    """The cohort in a YAML file, to be played with `protocol`.

    Raises:
        FaultyCohort: with every problem found, each with file and line.
        OSError: the file cannot be read.
    """
    text = read_yaml(path)
    if text.problems:
        raise FaultyCohort(text.problems)
    try:
        cohort = Cohort.model_validate(text.value)
    except ValidationError as error:
        raise FaultyCohort(_located(text, problems_of(error, text.value, Cohort))) from error
    unfit = [*problems_with(cohort, protocol)]
    if unfit:
        raise FaultyCohort(_located(text, unfit))
    return cohort


def problems_with(cohort: Cohort, protocol: Protocol) -> Iterator[Problem]:
    """What the file names and the protocol does not know."""
    yield from _without_effect(cohort, protocol)
    yield from _toxicities(cohort, protocol)
    for number, progression in enumerate(cohort.progressions):
        yield from _milestone(("progressions", number, "from"), progression.from_, protocol)
    for number, departure in enumerate(cohort.departures):
        yield from _milestone(("departures", number, "from"), departure.from_, protocol)
    yield from _decisions(cohort, protocol)
    yield from _responses(cohort, protocol)


def _located(text: WrittenValue, problems: Collection[Problem]) -> list[Located]:
    return [Located.at(text.file, text.line_of(each.path), each) for each in problems]


def _without_effect(cohort: Cohort, protocol: Protocol) -> Iterator[Problem]:
    """What is written for nothing: the protocol has no place for it."""
    document, said = protocol.document, cohort.model_fields_set
    if "manufacture" in said and document.product is None:
        yield Problem(("manufacture",), f"protocol {protocol.id} makes no product", "leave it out")
    if cohort.screening.failure.of > 0 and screening_ends(protocol) is None:
        text = f"protocol {protocol.id} does not say when screening ends"
        yield Problem(("screening", "failure"), text, "leave it out")
    if "conduct" in said and document.conduct is None:
        yield Problem(("conduct",), f"protocol {protocol.id} states no conduct of the study", "leave it out")


def _toxicities(cohort: Cohort, protocol: Protocol) -> Iterator[Problem]:
    rules = protocol.document.adverse_events
    if rules is None:
        if cohort.toxicities:
            said = f"protocol {protocol.id} does not say how adverse events are graded"
            yield Problem(("toxicities",), said, "leave them out")
        return
    scales = [each.code for each in rules.scales]
    for number, each in enumerate(cohort.toxicities):
        path: FieldPath = ("toxicities", number)
        if each.scale not in scales:
            yield _unknown((*path, "scale"), each.scale, "scale", scales, protocol)
        yield from _milestone((*path, "from"), each.from_, protocol)


def _milestone(path: FieldPath, code: str | None, protocol: Protocol) -> Iterator[Problem]:
    if code is not None and code not in protocol.items:
        yield _unknown(path, code, "milestone or visit", list(protocol.items), protocol)


def _decisions(cohort: Cohort, protocol: Protocol) -> Iterator[Problem]:
    for code, categories in cohort.decisions.items():
        known = protocol.decisions.get(code)
        if known is None:
            yield _unknown(("decisions", code), code, "decision", list(protocol.decisions), protocol)
            continue
        if code in of_the_product(protocol):
            text = f"{code} follows from a failed product or a late treatment and is not drawn here"
            yield Problem(("decisions", code), text, "leave it out, and see manufacture.again")
            continue
        for option in categories.among:
            if option not in known.options:
                path = ("decisions", code, "among", option)
                yield _unknown(path, option, f"option of {code}", list(known.options), protocol)


def _responses(cohort: Cohort, protocol: Protocol) -> Iterator[Problem]:
    if cohort.responses is None:
        return
    rules = protocol.document.adverse_events
    if rules is None or rules.responses is None:
        said = f"protocol {protocol.id} does not say by which criteria response is judged"
        yield Problem(("responses",), said, "leave them out")
        return
    known = [each.value for each in ResponseCategory]
    if rules.responses.criteria is ElnCriteria.ELN_2017:
        known.remove(ResponseCategory.CRH.value)
    for category in cohort.responses.among:
        if category not in known:
            path = ("responses", "among", category)
            yield _unknown(path, category, "category of response", known, protocol)


def _unknown(path: FieldPath, wrong: str, what: str, known: list[str], protocol: Protocol) -> Problem:
    near = difflib.get_close_matches(wrong, known, n=3, cutoff=0.5)
    hint = f"did you mean {' or '.join(near)}?" if near else f"it has {', '.join(known) or 'none'}"
    return Problem(path, f"protocol {protocol.id} has no {what} {wrong!r}", hint)
