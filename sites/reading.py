"""Reads site documents: YAML files of people, JSON bodies of the store.

The rule that keeps it honest: a `Site` that leaves this module has passed every check and holds its holidays
as dates.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pydantic import ValidationError

from domain.protocol.problem import Problem
from domain.site import Site
from protocols.library import library
from protocols.problems import DocumentInvalid, Located
from protocols.validation import problems_of
from protocols.yaml_text import read_yaml
from sites.check import misfits, missing_roles, site_problems
from sites.holiday_table import HolidayTable, expanded

__all__ = [
    "SiteInvalid",
    "library",
    "load_site",
    "misfits",
    "missing_roles",
    "problems_in",
    "read_site",
    "site_body",
]


class SiteInvalid(DocumentInvalid):
    """A site document that cannot be taken."""


def read_site(path: Path) -> Site:
    """The site in a YAML file, its holidays expanded to dates.

    Raises:
        SiteInvalid: with every problem found, each with its line.
        OSError: the file cannot be read.
    """
    site, problems = _examine_file(path)
    if site is None or problems:
        raise SiteInvalid(problems)
    return site


def problems_in(path: Path) -> list[Located]:
    """Every problem of the document in a YAML file, in the order of its lines; empty when it is right.

    Raises:
        OSError: the file cannot be read.
    """
    return sorted(_examine_file(path)[1], key=lambda problem: problem.line or 0)


def load_site(body: dict[str, Any]) -> Site:
    """The site in a JSON body made by `site_body`.

    Raises:
        SiteInvalid: the body is not a valid site.
    """
    site, problems = _examine(body)
    if site is None or problems:
        raise SiteInvalid(Located.at("stored document", None, problem) for problem in problems)
    return site


def site_body(site: Site) -> dict[str, Any]:
    """The site as canonical JSON values: what `Site.hash` is taken over and what the store keeps."""
    return site.model_dump(mode="json", by_alias=True, exclude_none=True)


def _examine_file(path: Path) -> tuple[Site | None, list[Located]]:
    written = read_yaml(path)
    if written.value is None:
        return None, written.problems
    value, table_problems = _with_dates(written.value)
    site, problems = _examine(value)
    told = [*table_problems, *problems]
    located = [Located.at(written.file, written.line_of(problem.path), problem) for problem in told]
    return site, written.problems + located


def _with_dates(value: Any) -> tuple[Any, list[Problem]]:
    """The document with its holiday table replaced by the dates it stands for."""
    if not isinstance(value, dict) or not isinstance(value.get("holidays"), dict):
        return value, []
    others = {key: each for key, each in value.items() if key != "holidays"}
    try:
        dates = expanded(HolidayTable.model_validate(value["holidays"]))
    except ValidationError as error:
        found = problems_of(error, value["holidays"], HolidayTable)
        return others, [Problem(("holidays", *each.path), each.text, each.hint) for each in found]
    return {
        **others,
        "holidays": dates.holidays,
        "working_days": dates.working_days,
        "holidays_known_until": dates.known_until,
    }, []


def _examine(value: Any) -> tuple[Site | None, list[Problem]]:
    try:
        site = Site.model_validate(value)
    except ValidationError as error:
        return None, problems_of(error, value, Site)
    return site, site_problems(site)
