"""CRS and ICANS by ASTCT 2019: the published cases, and what holds for every observation."""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum
from typing import Any, TypeVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.safety.astct import crs_advice, icans_advice, ice_grade
from domain.safety.seen import (
    Consciousness,
    CrsSeen,
    Hypotension,
    Hypoxia,
    IcansDomain,
    IcansSeen,
    IceParts,
    Motor,
    Pressure,
    Seizure,
)
from tests.domain.safety.tables import cases

Level = TypeVar("Level", bound=StrEnum)

HYPOTENSION = {
    "none": Hypotension.NONE,
    "no_vasopressor": Hypotension.NO_VASOPRESSOR,
    "one_vasopressor_with_or_without_vasopressin": Hypotension.ONE_VASOPRESSOR,
    "multiple_vasopressors_excluding_vasopressin": Hypotension.SEVERAL_VASOPRESSORS,
}
HYPOXIA = {
    "none": Hypoxia.NONE,
    "low_flow_nasal_cannula_le_6_L_min_or_blow_by": Hypoxia.LOW_FLOW,
    "high_flow_gt_6_L_min_or_facemask_or_nonrebreather_or_venturi": Hypoxia.HIGH_FLOW,
    "positive_pressure_cpap_bipap_intubation": Hypoxia.POSITIVE_PRESSURE,
}
CONSCIOUSNESS = {
    "awakens_to_voice": Consciousness.AWAKENS_TO_VOICE,
    "unarousable_or_vigorous_repetitive_tactile_or_stupor_coma": Consciousness.UNAROUSABLE,
}
SEIZURE = {"rapidly_resolving_clinical_or_eeg_resolving_with_intervention": Seizure.RAPIDLY_RESOLVING}
PRESSURE = {"focal_edema_on_imaging": Pressure.FOCAL_OEDEMA}
WELL = IcansSeen(
    ice=10,
    consciousness=Consciousness.ALERT,
    seizure=Seizure.NONE,
    motor=Motor.NONE,
    pressure=Pressure.NONE,
)


@pytest.mark.parametrize("case", cases("crs_astct2019"))
def test_crs_is_graded_as_in_every_published_case(case: dict[str, Any]) -> None:
    """The worked cases of the consensus give the grades they are published with."""
    seen = CrsSeen(
        temperature=case["tempC"],
        fever_treated=case.get("priorAntipyreticOrAnticytokine"),
        under_way=case.get("priorCrs"),
        hypotension=HYPOTENSION[case["hypotension"]],
        hypoxia=HYPOXIA[case["hypoxia"]],
    )
    assert crs_advice(seen).grade == case["grade"]


@pytest.mark.parametrize("case", cases("icans_astct2019"))
def test_icans_is_graded_as_in_every_published_case(case: dict[str, Any]) -> None:
    """A case names what is abnormal; with the rest well, the grade is the published one."""
    changed: dict[str, Any] = {"ice": case["ice"]}
    if "consciousness" in case:
        changed["consciousness"] = CONSCIOUSNESS[case["consciousness"]]
    if "seizure" in case:
        changed["seizure"] = SEIZURE[case["seizure"]]
    if "motor" in case:
        changed["motor"] = Motor(case["motor"].removesuffix("_hemi_or_paraparesis"))
    if "icpEdema" in case:
        changed["pressure"] = PRESSURE[case["icpEdema"]]
    assert icans_advice(WELL.model_copy(update=changed)).grade == case["grade"]


def test_a_fever_that_another_cause_explains_is_no_crs() -> None:
    """Fever counts for CRS only where nothing else explains it."""
    warm = CrsSeen(temperature=Decimal("39.5"), hypotension=Hypotension.NONE, hypoxia=Hypoxia.NONE)
    ruled_out = {"fever_explained": True, "fever_treated": False}
    assert crs_advice(warm).grade == 1
    assert crs_advice(warm.model_copy(update=ruled_out)).grade == 0


def test_what_nobody_looked_at_leaves_the_grade_open() -> None:
    """Unknown is never read as normal: the advice is a range and says what is missing."""
    advice = crs_advice(CrsSeen(temperature=Decimal(39), hypotension=Hypotension.NO_VASOPRESSOR))
    assert (advice.lowest, advice.highest, advice.grade) == (2, 4, None)
    assert "hypoxia" in advice.why
    nothing = icans_advice(IcansSeen())
    assert (nothing.lowest, nothing.highest) == (0, 4)


def test_an_unknown_that_cannot_change_the_grade_leaves_it_known() -> None:
    """On positive pressure with fever CRS is grade 4, whatever the blood pressure is."""
    assert crs_advice(CrsSeen(temperature=Decimal(38), hypoxia=Hypoxia.POSITIVE_PRESSURE)).grade == 4


def test_the_score_is_the_sum_of_its_parts() -> None:
    """The five parts of the ICE score give 10 points, and an unknown part leaves its points open."""
    full = IceParts(orientation=4, naming=3, commands=1, writing=1, attention=1)
    assert icans_advice(WELL.model_copy(update={"ice": None, "parts": full})).grade == 0
    open_ = full.model_copy(update={"naming": None})
    advice = icans_advice(WELL.model_copy(update={"ice": None, "parts": open_}))
    assert (advice.lowest, advice.highest) == (0, 1)


def test_waking_by_oneself_counts_only_with_points_lost() -> None:
    """Spontaneous waking with all ten points is grade 0, and with nine it is grade 1 as by the score."""
    drowsy = WELL.model_copy(update={"consciousness": Consciousness.AWAKENS_SPONTANEOUSLY})
    assert icans_advice(drowsy).grade == 0
    assert icans_advice(drowsy.model_copy(update={"ice": 9})).grade == 1


def test_a_domain_that_another_cause_explains_does_not_count() -> None:
    """A haemorrhage explains its oedema, and the rest still counts."""
    bled = WELL.model_copy(update={"ice": 8, "pressure": Pressure.DIFFUSE_OEDEMA})
    assert icans_advice(bled).grade == 4
    assert icans_advice(bled.model_copy(update={"explained": (IcansDomain.PRESSURE,)})).grade == 1


@given(st.integers(0, 10), st.integers(0, 10))
def test_fewer_points_never_give_a_lower_grade(one: int, other: int) -> None:
    """The ICE score is monotone."""
    worse, better = sorted((one, other))
    assert ice_grade(worse) >= ice_grade(better)


def levels(kind: type[Level]) -> st.SearchStrategy[Level | None]:
    """A level, or nobody looked."""
    return st.sampled_from((*kind, None))


CRS = st.builds(
    CrsSeen,
    temperature=st.sampled_from((None, Decimal(36), Decimal("37.9"), Decimal(38), Decimal(40))),
    fever_explained=st.booleans(),
    fever_treated=st.sampled_from((None, True, False)),
    under_way=st.sampled_from((None, True, False)),
    hypotension=levels(Hypotension),
    hypoxia=levels(Hypoxia),
)
ICANS = st.builds(
    IcansSeen,
    ice=st.one_of(st.none(), st.integers(0, 10)),
    consciousness=levels(Consciousness),
    seizure=levels(Seizure),
    motor=levels(Motor),
    pressure=levels(Pressure),
    explained=st.lists(st.sampled_from(IcansDomain), unique=True).map(tuple),
)


@given(CRS, st.sampled_from(("temperature", "hypotension", "hypoxia")), st.data())
def test_a_worse_observation_never_lowers_the_crs_grade(
    seen: CrsSeen, what: str, data: st.DataObject
) -> None:
    """CRS is monotone in each observation, at both ends of the range."""
    worse = data.draw(st.sampled_from(_worse(getattr(seen, what), what)))
    before, after = crs_advice(seen), crs_advice(seen.model_copy(update={what: worse}))
    if getattr(seen, what) is None:
        assert before.lowest <= after.lowest <= after.highest <= before.highest
    else:
        assert (before.lowest, before.highest) <= (after.lowest, after.highest)
        assert before.highest <= after.highest


@given(ICANS, st.sampled_from(("ice", "consciousness", "seizure", "motor", "pressure")), st.data())
def test_a_worse_observation_never_lowers_the_icans_grade(
    seen: IcansSeen, what: str, data: st.DataObject
) -> None:
    """ICANS is monotone in each domain, at both ends of the range."""
    worse = data.draw(st.sampled_from(_worse(getattr(seen, what), what)))
    before, after = icans_advice(seen), icans_advice(seen.model_copy(update={what: worse}))
    if getattr(seen, what) is None:
        assert before.lowest <= after.lowest <= after.highest <= before.highest
    else:
        assert before.lowest <= after.lowest
        assert before.highest <= after.highest


@given(ICANS, CRS)
def test_the_advice_is_a_range_of_grades_and_never_death(icans: IcansSeen, crs: CrsSeen) -> None:
    """0 to 4, the lower end never above the higher; grade 5 is said by people."""
    for advice in (icans_advice(icans), crs_advice(crs)):
        assert 0 <= advice.lowest <= advice.highest <= 4
        assert advice.why


def _worse(value: Any, what: str) -> list[Any]:
    """The levels at least as bad as a value; of something nobody looked at, every level."""
    scales: dict[str, list[Any]] = {
        "temperature": [Decimal(36), Decimal("37.9"), Decimal(38), Decimal(40)],
        "hypotension": list(Hypotension),
        "hypoxia": list(Hypoxia),
        "ice": list(range(10, -1, -1)),
        "consciousness": list(Consciousness),
        "seizure": list(Seizure),
        "motor": list(Motor),
        "pressure": list(Pressure),
    }
    scale = scales[what]
    return scale if value is None else scale[scale.index(value) :]
