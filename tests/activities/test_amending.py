"""A published amendment at the desk: succession of versions, cut-over, and the same fold everywhere."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from activities.hearing import Hearing
from activities.publishing import publish
from activities.rulebook import Rulebook
from console.folding import signatures_in, views_in, views_of_store
from console.reading import StudyLook
from domain import Code, Refused
from domain.events import ProtocolPublished
from domain.protocol.expanded import Protocol, expand
from domain.recorded import study_stream
from store import DocumentChanged
from store.archive import write_archive
from store.rebuild import rebuild
from store.verify import verify_snapshot
from store.verify_archive import verify as verify_archive
from tests.domain.amended import second, third
from tests.support.trial import COORDINATOR, ENGINEER, PROVENANCE, Trial, open_trial

DAY = datetime(2026, 3, 20, 4, tzinfo=UTC)
P = "P-001"


@pytest.fixture
def trial(tmp_path: Path) -> Trial:
    """The first version published, and one participant registered."""
    trial = open_trial(f"sqlite:///{tmp_path / 'amended.sqlite3'}")
    assert trial.register(P, datetime(2026, 3, 12, 4, tzinfo=UTC)).refused is None
    return trial


def published(trial: Trial, protocol: Protocol) -> list[Any]:
    """Publish a version on the day of the amendment."""
    with trial.store.writing() as tx:
        return publish(tx, protocol, [], ENGINEER, DAY, PROVENANCE)


def refusal(trial: Trial, protocol: Protocol) -> Refused:
    """How the publication is refused."""
    with pytest.raises(Refused) as caught:
        published(trial, protocol)
    return caught.value


def apply(version: str = "2.0", consented: str = "2026-03-20") -> dict[str, Any]:
    """The body of the command."""
    return {
        "kind": "apply_amendment",
        "actor": COORDINATOR,
        "version": version,
        "consented": consented,
    }


def test_a_version_is_published_with_what_it_amends(trial: Trial) -> None:
    """The study's stream says which version it follows and what changed, in both languages."""
    (event,) = published(trial, second())
    assert isinstance(event, ProtocolPublished)
    assert (event.protocol_version, event.amends) == ("2.0", "1.0")
    assert "day 45" in (event.summary_en or "")
    assert "第45天" in (event.summary_zh or "")
    assert published(trial, second()) == []


def test_only_what_follows_the_newest_version_is_published(trial: Trial) -> None:
    """Refused: older, amending nothing, amending what is not the newest, and another content of it."""
    amends = second().document.amends
    assert amends is not None
    document = second().document

    def edited(**changes: Any) -> Protocol:
        return expand(document.model_copy(update=changes))

    plain = edited(amends=None)
    assert (found := refusal(trial, plain)).code is Code.UNKNOWN_VERSION and "state amends" in found.text
    unknown = edited(amends=amends.model_copy(update={"version": "1.5"}))
    assert "the newest published is 1.0" in refusal(trial, unknown).text
    other = edited(amends=amends.model_copy(update={"hash": "0" * 64}))
    assert refusal(trial, other).code is Code.OTHER_CONTENT
    older = edited(version="0.9")
    assert (found := refusal(trial, older)).code is Code.OLDER_VERSION and "0.9 is older" in found.text
    published(trial, second())
    fork = edited(version="2.1")
    assert "amends version 1.0; the newest published is 2.0" in refusal(trial, fork).text
    with trial.store.reading() as reading:
        on_record = [each.event for each in reading.events(study_stream(trial.study))]
    versions = [each.protocol_version for each in on_record if isinstance(each, ProtocolPublished)]
    assert versions == ["1.0", "2.0"]


def test_an_amendment_drops_nothing_that_records_stand_on(trial: Trial) -> None:
    """A stage of the timeline, or what an item is, cannot be amended away."""
    published(trial, second())
    new = third()
    fewer = replace(new, stages=new.stages[:-1], hash="1" * 64)
    assert f"drops stage {new.stages[-1]}" in refusal(trial, fewer).text


def test_an_amendment_is_not_published_before_what_it_amends(tmp_path: Path) -> None:
    """The first version published is a whole one."""
    trial = open_trial(f"sqlite:///{tmp_path / 'other.sqlite3'}", protocol="DZ-CYCLES")
    assert refusal(trial, second()).code is Code.UNKNOWN_VERSION


def test_a_published_version_is_never_edited(trial: Trial) -> None:
    """The same version with another content is no amendment, and nothing is taken."""
    published(trial, second())
    edited = expand(second().document.model_copy(update={"cap": None}))
    with pytest.raises(DocumentChanged):
        published(trial, edited)


def test_a_participant_is_moved_and_the_others_stay(trial: Trial) -> None:
    """Who consented is under the new version, who did not stays, and who comes later is under it."""
    trial.register("P-002", DAY)
    published(trial, second())
    outcome = trial.hear(P, apply(), DAY)
    assert outcome.refused is None, outcome.text
    assert "amendment.applied" in outcome.events
    trial.register("P-003", DAY)
    with trial.store.reading() as reading:
        versions = {row.participant: row.protocol_version for row in reading.participants(trial.study)}
        assert versions == {P: "2.0", "P-002": "1.0", "P-003": "2.0"}
        look = StudyLook(reading, Rulebook(), trial.study, DAY)
        moved = {item.item: item for item in look.items(P)}
        assert moved["M9"].standing == "not applicable"
        assert "D45" in moved
        assert "D45" not in {item.item for item in look.items("P-002")}
        assert moved["M9"].label == "Month 9 visit"


def test_what_cannot_be_applied_is_refused_and_nothing_moves(trial: Trial) -> None:
    """Unknown before it is published; afterwards the same version is no news; the attempts stay."""
    assert trial.hear(P, apply(), DAY).refused == "unknown-version"
    published(trial, second())
    assert trial.hear(P, apply(), DAY).refused is None
    assert trial.hear(P, apply(), DAY).refused == "same-fact"
    assert trial.hear(P, apply("1.0"), DAY).refused == "older-version"


def test_every_fold_of_the_record_agrees(trial: Trial) -> None:
    """A desk started anew, verification with signatures, rebuilding and the archive, after the cut-over."""
    published(trial, second())
    trial.hear(P, apply(), DAY)
    with trial.store.writing() as tx:
        remembered = trial.hearing.state_of(tx, trial.study, P)
        anew = Hearing(Rulebook(), PROVENANCE).state_of(tx, trial.study, P)
    assert remembered == anew
    assert anew is not None and anew.protocol.version == "2.0"
    with trial.store.reading() as reading:
        rulebook = Rulebook()
        report = verify_snapshot(
            reading, views_in(reading, rulebook), signatures_of=signatures_in(reading, rulebook)
        )
        assert report.problems == ()
        out = io.BytesIO()
        write_archive(reading, out, DAY, study=trial.study)
    assert verify_archive(io.BytesIO(out.getvalue())).problems == []
    assert rebuild(trial.store, views_of_store(trial.store, Rulebook())).participants == 1
