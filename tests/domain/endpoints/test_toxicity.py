"""CRS and ICANS: incidence by worst grade since the first infusion."""

from __future__ import annotations

from domain.endpoints import Place
from domain.safety.terms import Toxicity
from tests.domain import builders as b
from tests.domain.endpoints.people import counts, figure, judged, known, renamed, toxicity
from tests.domain.safety.words import opened

CRS, ICANS = Toxicity.CRS, Toxicity.ICANS


def test_the_worst_grade_counts_with_the_assessment_that_gave_it() -> None:
    """Grades 1, 3 and 2 make a worst grade of 3, and the record behind it is the one that stated 3."""
    told = [toxicity(CRS, grade, f"2026-03-0{day}") for day, grade in ((3, 1), (4, 3), (5, 2))]
    someone = known(b.followed(), then=told)
    found = judged("crs", someone)
    assert (found.place, found.grades) == (Place.COUNTED, (("ASTCT-CRS 2019", 3),))
    assert found.seqs[-1] == len(someone.record) - 1


def test_grade_0_is_none() -> None:
    """Assessed and without the toxicity is in the denominator and not counted, and both are said."""
    found = judged("crs", known(b.followed(), then=[toxicity(CRS, 0, "2026-03-03")]))
    assert (found.place, found.why) == (Place.NOT_COUNTED, "1 assessments, grade 0 in each")
    assert judged("crs", known(b.followed())).why == "none recorded"


def test_the_two_toxicities_are_counted_apart() -> None:
    """A grade of CRS says nothing about ICANS."""
    someone = known(b.followed(), then=[toxicity(CRS, 2, "2026-03-03")])
    assert judged("icans", someone).place is Place.NOT_COUNTED


def test_what_was_before_the_infusion_does_not_count() -> None:
    """An assessment before day 0 is no toxicity of the cells."""
    assert (
        judged("crs", known(b.followed(), then=[toxicity(CRS, 1, "2026-03-01")])).place is Place.NOT_COUNTED
    )


def test_grades_on_two_scales_are_not_compared() -> None:
    """A grade 4 on an older scale and a 2 on the newer one stand beside each other, each in its own rows."""
    old = ("ASTCT-CRS", "2014")
    told = [toxicity(CRS, 4, "2026-03-03", old), toxicity(CRS, 2, "2026-03-04")]
    rows = counts(figure("crs", known(b.followed(), then=told)))
    assert rows["ASTCT-CRS 2014 worst grade 4"] == (1, 1, 0)
    assert rows["ASTCT-CRS 2019 worst grade 2"] == (1, 1, 0)
    assert rows["any grade"] == (1, 1, 0)


def test_rows_by_grade_add_up_to_any() -> None:
    """Among five treated, two with grades 1 and 3: each stands in one row of worst grades."""
    graded = [known(b.followed(), then=[toxicity(CRS, grade, "2026-03-03")]) for grade in (1, 3, 0)]
    people = [renamed(each, f"P{number}") for number, each in enumerate([*graded, known(b.followed())])]
    rows = counts(figure("crs", *people, renamed(known(b.enrolled()), "P9")))
    assert rows["any grade"] == (2, 4, 0)
    assert rows["ASTCT-CRS 2019 grade 3 or worse"] == (1, 4, 0)
    assert sum(rows[f"ASTCT-CRS 2019 worst grade {grade}"][0] for grade in range(1, 6)) == 2


def test_a_toxicity_written_down_as_an_adverse_event_counts_too() -> None:
    """An event graded 3 on the scale of CRS is CRS, though no daily assessment says so."""
    crs = opened("CRS", "2026-03-04", 3, scale="ASTCT-CRS", version="2019")
    found = judged("crs", known([*b.followed(), (b.at("2026-03-30 10:00"), crs)]))
    assert (found.place, found.grades) == (Place.COUNTED, (("ASTCT-CRS 2019", 3),))
