"""Site documents: holidays become dates, faults are named with their line, and the site fits the protocol."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from domain.protocol.expanded import Protocol
from domain.roles import Role
from domain.span import parse_span
from protocols.reading import read_protocol
from sites.reading import (
    SiteInvalid,
    library,
    load_site,
    misfits,
    missing_roles,
    problems_in,
    read_site,
    site_body,
)
from tests.protocols.fault import Fault, assert_told
from tests.sites.faults import FAULTS

ROOT = Path(__file__).resolve().parents[2]
SITES = sorted((ROOT / "sites").glob("*.yaml"))

SMALL = """\
id: small
version: "1"
labels: {en: Small site, zh-CN: 小中心}
zone: Asia/Shanghai
working:
  days: [mon, tue, wed, thu, fri]
  from: 08:00
  to: 17:00
quiet: {from: 21:00, to: 07:00}
digest_at: 08:00
holidays:
  country: CN
  years: {from: 2026, to: 2027}
  extra: [2026-11-20]
  extra_working_days: [2026-11-21]
contacts:
  - {id: coordinator-1, role: coordinator, channels: [log]}
  - {id: investigator-1, role: investigator, channels: [log]}
rota:
  - role: coordinator
    duty:
      - {contact: coordinator-1, days: [mon]}
    overrides:
      - {contact: coordinator-1, first: 2026-11-02, last: 2026-11-06}
paces:
  - {ladder: bedside, after: [PT0S, PT20S, PT20S], repeat_every: PT60S}
"""


def write(directory: Path, text: str) -> Path:
    """The text as a file."""
    path = directory / "small.yaml"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.fixture(scope="module", name="trial")
def _trial() -> Protocol:
    return read_protocol(ROOT / "protocols" / "NCT06642025.yaml")


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name.replace(" ", "-"))
def test_a_fault_is_told_with_its_line_and_with_what_would_be_right(fault: Fault, tmp_path: Path) -> None:
    """Each fault of a site document is told at the line where it is written, with what would be right."""
    assert SMALL.count(fault.old) == 1, f"{fault.old!r} stands {SMALL.count(fault.old)} times"
    text = SMALL.replace(fault.old, fault.new)
    path = write(tmp_path, text)
    with pytest.raises(SiteInvalid) as refused:
        read_site(path)
    assert_told(fault, path, text, map(str, refused.value.problems))


def test_the_small_site_is_right_until_broken(tmp_path: Path) -> None:
    """The document that the faults are planted in has none itself."""
    assert problems_in(write(tmp_path, SMALL)) == []


@pytest.mark.parametrize("path", SITES, ids=lambda path: path.stem)
def test_the_sites_of_the_product_are_right_and_survive_the_store(path: Path) -> None:
    """Each site that comes with the product is taken, and reads back from the store with the same hash."""
    site = read_site(path)
    again = load_site(json.loads(json.dumps(site_body(site))))
    assert again == site
    assert again.hash == site.hash


@pytest.mark.parametrize("path", SITES, ids=lambda path: path.stem)
def test_every_site_can_run_the_first_trial(path: Path, trial: Protocol) -> None:
    """No ladder of the first trial tells a role that a site of the product lacks."""
    assert missing_roles(read_site(path), trial) == []
    assert misfits(read_site(path), trial) == []


@pytest.mark.parametrize(("site", "missing"), [("hefei", [Role.DATA_MANAGER]), ("example", [])])
def test_a_site_that_lacks_a_role_is_told_so(site: str, missing: list[Role]) -> None:
    """The second protocol tells a data manager: a site without one is told, a site with one is not."""
    cycles = read_protocol(ROOT / "protocols" / "DZ-CYCLES.yaml")
    place = read_site(ROOT / "sites" / f"{site}.yaml")
    assert missing_roles(place, cycles) == missing
    assert [str(problem) for problem in misfits(place, cycles)] == [
        f"contacts: the ladders of DZ-CYCLES tell the {role.value}, and the site has nobody of that role; "
        f"add a contact with role: {role.value}"
        for role in missing
    ]


def test_holidays_and_make_up_days_are_dates(tmp_path: Path) -> None:
    """China's holidays of the wanted years, the make-up days and the site's own days: as dates, in order."""
    site = read_site(write(tmp_path, SMALL))
    assert {date(2026, 10, 1), date(2026, 10, 7), date(2026, 11, 20), date(2027, 2, 8)} <= set(site.holidays)
    assert site.working_days == (
        *(date(2026, 1, 4), date(2026, 2, 14), date(2026, 2, 28), date(2026, 5, 9), date(2026, 9, 20)),
        *(date(2026, 10, 10), date(2026, 11, 21)),
    )
    assert {day.year for day in site.holidays} == {2026, 2027}
    assert list(site.holidays) == sorted(site.holidays)


@pytest.mark.parametrize(
    ("years", "known_until"),
    [
        ("{from: 2024, to: 2029}", 2026),
        ("{from: 2024, to: 2025}", 2025),
        ("[2027]", 2026),
        ("[2024, 2026]", 2026),
    ],
)
def test_the_year_up_to_which_holidays_are_announced_is_kept(
    years: str, known_until: int, tmp_path: Path
) -> None:
    """China announces make-up days year by year: later years are marked provisional, not taken as certain."""
    text = SMALL.replace("{from: 2026, to: 2027}", years)
    assert read_site(write(tmp_path, text)).holidays_known_until == known_until


def test_the_site_may_say_itself_how_far_its_table_is_official(tmp_path: Path) -> None:
    """Where the site knows better than the library, its word counts."""
    text = SMALL.replace("  country: CN\n", "  country: CN\n  official_until: 2027\n")
    assert read_site(write(tmp_path, text)).holidays_known_until == 2027


def test_where_holidays_are_law_all_years_are_certain() -> None:
    """A country without make-up days needs no yearly announcement."""
    site = read_site(ROOT / "sites" / "example.yaml")
    assert site.holidays_known_until == 2029
    assert {date(2026, 3, 8), date(2026, 10, 3), date(2026, 12, 24)} <= set(site.holidays)
    assert site.working_days == ()


def test_the_country_code_of_norway_is_no_no(tmp_path: Path) -> None:
    """`country: NO` is Norway, although YAML of old reads it as false."""
    text = SMALL.replace("country: CN", "country: NO").replace("[2026-11-21]", "[]")
    assert date(2026, 5, 17) in read_site(write(tmp_path, text)).holidays


def test_a_site_may_list_its_holidays_itself(tmp_path: Path) -> None:
    """Without a table the dates stand in the document."""
    start, end = SMALL.index("holidays:"), SMALL.index("contacts:")
    text = SMALL[:start] + "holidays: [2026-10-01]\nworking_days: [2026-10-10]\n" + SMALL[end:]
    site = read_site(write(tmp_path, text))
    assert site.holidays == (date(2026, 10, 1),)
    assert site.working_days == (date(2026, 10, 10),)


def test_the_demonstration_climbs_in_seconds_at_the_bedside_only(trial: Protocol) -> None:
    """The simulated site is marked as such, and only its bedside ladder has another pace."""
    site = read_site(ROOT / "sites" / "demo.yaml")
    assert site.simulated
    assert [pace.ladder for pace in site.paces] == ["bedside"]
    assert site.paces[0].repeat_every == parse_span("PT60S")
    assert not read_site(ROOT / "sites" / "hefei.yaml").simulated
    assert misfits(site, trial) == []


def test_a_pace_for_another_number_of_rungs_is_a_misfit(trial: Protocol, tmp_path: Path) -> None:
    """A site's pace is never cut or stretched to a ladder that has more or fewer rungs."""
    text = SMALL.replace("[PT0S, PT20S, PT20S]", "[PT0S, PT20S]")
    told = [str(problem.text) for problem in misfits(read_site(write(tmp_path, text)), trial)]
    assert told == [
        "the ladders of NCT06642025 tell the sponsor, and the site has nobody of that role",
        "the ladder bedside of NCT06642025 has 3 rungs, not 2",
    ]


def test_missing_roles_come_in_the_order_of_the_ladders(trial: Protocol, tmp_path: Path) -> None:
    """Every role that a ladder tells and nobody has is named once."""
    text = SMALL.replace("  - {id: investigator-1, role: investigator, channels: [log]}\n", "")
    assert missing_roles(read_site(write(tmp_path, text)), trial) == [Role.INVESTIGATOR, Role.SPONSOR]


def test_the_library_finds_sites_by_id_and_version() -> None:
    """Each site of the directory is found by its id and version."""
    assert set(library(ROOT / "sites")) == {("demo", "1.0"), ("example", "1.0"), ("hefei", "1.0")}


def test_sites_have_no_addresses_and_no_names(tmp_path: Path) -> None:
    """INV-16: a site document holds opaque ids and channel names, so nothing in it identifies a person."""
    text = SMALL.replace("channels: [log]}\nrota", "channels: [mailto://wang@example.org]}\nrota")
    with pytest.raises(
        SiteInvalid, match=r"contacts\[1\].channels\[0\]: 'mailto://wang@example.org' cannot stand"
    ):
        read_site(write(tmp_path, text))


def test_a_stored_body_that_was_tampered_with_is_refused() -> None:
    """A body that is no valid site never becomes one, and the error says what is wrong with it."""
    body = site_body(read_site(ROOT / "sites" / "hefei.yaml"))
    with pytest.raises(SiteInvalid, match="stored document: zone: there is no time zone 'Asia/Hefei'"):
        load_site({**body, "zone": "Asia/Hefei"})


def test_an_empty_file_is_no_site(tmp_path: Path) -> None:
    """A file without content is refused and not taken for a site without people."""
    with pytest.raises(SiteInvalid, match="the file is empty"):
        read_site(write(tmp_path, "# nothing here\n"))
