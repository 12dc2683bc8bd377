"""Survival: from leukapheresis to death or progression, or to the last day known without."""

from __future__ import annotations

from domain.endpoints import Place
from domain.events import MilestoneReached, ParticipationEnded
from tests.domain import builders as b
from tests.domain.endpoints.people import Told, judged, known, response
from tests.domain.safety.words import closed, opened


def test_death_ends_the_time_on_its_day() -> None:
    """Collected on 16 January and dead on 13 April: an event after 87 days, with both records behind it."""
    someone = known(b.followed(), [(b.at("2026-04-14 10:00"), b.end("died", "2026-04-13"))])
    found = judged("os", someone)
    assert (found.place, found.days) == (Place.COUNTED, 87)
    behind = [someone.record[seq - 1].event for seq in found.seqs]
    assert isinstance(behind[0], MilestoneReached) and behind[0].item == "leukapheresis"
    assert isinstance(behind[1], ParticipationEnded)


def test_a_death_that_stands_as_a_fatal_event_alone_is_a_death() -> None:
    """Nobody is counted as living because the end of the participation is not typed yet."""
    known_ = "2026-04-14T09:00:00+08:00"
    fatal = opened("Sepsis", "2026-04-12", 4, serious=["death"], known=known_)
    told = [(b.at("2026-04-14 10:00"), fatal), (b.at("2026-04-14 10:05"), closed("fatal", "2026-04-13"))]
    found = judged("os", known(b.followed(), told))
    assert (found.place, found.days) == (Place.COUNTED, 87)


def test_who_lives_is_counted_until_last_known_alive() -> None:
    """Without death the time ends, censored, on the last day that any record shows the participant alive."""
    found = judged("os", known(b.followed()))
    assert (found.place, found.days) == (Place.NOT_COUNTED, 73)
    assert "2026-03-30 (D28)" in found.why


def test_an_unscheduled_visit_is_a_contact() -> None:
    """A visit that the protocol does not plan shows the participant alive all the same."""
    visit = [(b.at("2026-04-20 10:00"), b.unscheduled("2026-04-19"))]
    assert judged("os", known(b.followed(), visit)).days == 93


def test_loss_is_no_contact_and_withdrawal_is() -> None:
    """Who is lost was last known alive before; who withdraws was alive to say so."""
    lost = known(b.followed(), [(b.at("2026-05-20 10:00"), b.end("lost_to_follow_up", "2026-05-19"))])
    gone = known(b.followed(), [(b.at("2026-05-20 10:00"), b.end("withdrawn", "2026-05-19"))])
    assert judged("os", lost).days == 73
    assert judged("os", gone).days == 123


def test_who_was_never_infused_is_in_survival() -> None:
    """A product that fails leaves the participant in overall survival, counted from leukapheresis; what shows
    them alive is the survival contact."""
    failed = [(b.at("2026-03-01 10:00"), b.end("manufacturing_failure", "2026-02-28"))]
    contact = [(b.at("2026-04-16 10:00"), b.record("S3", "2026-04-16"))]
    found = judged("os", known(_collected(), failed, contact))
    assert (found.place, found.days) == (Place.NOT_COUNTED, 90)
    died = [(b.at("2026-06-01 10:00"), b.end("died", "2026-05-30"))]
    assert judged("os", known(_collected(), failed, contact, died)).place is Place.COUNTED


def test_who_was_never_collected_is_left_out() -> None:
    """Without leukapheresis no clock starts: the participant is listed as left out, and why."""
    found = judged("os", known(b.enrolled()))
    assert (found.place, found.days, found.why) == (Place.LEFT_OUT, None, "no leukapheresis")


def test_an_event_after_twelve_months_is_not_counted() -> None:
    """The record watches for 12 months: a death on the last day counts, one a day later is censored there."""
    last, later = b.end("died", "2027-01-16"), b.end("died", "2027-01-17")
    counted = judged("os", known(b.followed(), [(b.at("2027-02-01 10:00"), last)]))
    beyond = judged("os", known(b.followed(), [(b.at("2027-02-01 10:00"), later)]))
    assert (counted.place, counted.days) == (Place.COUNTED, 365)
    assert (beyond.place, beyond.days) == (Place.NOT_COUNTED, 365)
    assert "after the P12M that are watched" in beyond.why


def test_progression_or_death_ends_progression_free_survival() -> None:
    """The earlier of progression and death counts, and in overall survival only death does."""
    story = [
        (b.at("2026-04-02 10:00"), b.progressed("2026-04-01")),
        (b.at("2026-04-14 10:00"), b.end("died", "2026-04-13")),
    ]
    someone = known(b.followed(), story)
    assert (judged("pfs", someone).place, judged("pfs", someone).days) == (Place.COUNTED, 75)
    assert judged("os", someone).days == 87


def test_a_response_of_progressive_disease_is_progression() -> None:
    """What the investigator judged progressive disease ends the time though nobody recorded progression."""
    found = judged("pfs", known(b.followed(), then=[response("PD", "2026-03-30")]))
    assert (found.place, found.days) == (Place.COUNTED, 73)


def test_without_progression_the_time_ends_at_the_last_look_at_the_disease() -> None:
    """A daily check shows nothing of the disease: who had no marrow yet is censored on the first day."""
    assert judged("pfs", known(b.followed(upto=21))).days == 0
    assert judged("pfs", known(b.followed(upto=28))).days == 73


def test_a_corrected_death_moves_the_time() -> None:
    """A correction of the day of death is what counts, and it is the event behind the figure."""
    story = [
        (b.at("2026-04-14 10:00"), b.end("died", "2026-04-13")),
        (b.at("2026-04-15 10:00"), b.correct("end", "2026-04-12")),
    ]
    someone = known(b.followed(), story)
    found = judged("os", someone)
    assert found.days == 86
    assert someone.record[found.seqs[1] - 1].event.TYPE == "record.corrected"


def test_a_retracted_leukapheresis_leaves_nobody_behind() -> None:
    """A leukapheresis taken back starts no clock (INV-12: the record of it stays)."""
    retracted = [(b.at("2026-01-20 10:00"), b.retract("leukapheresis"))]
    assert judged("os", known(_collected(), retracted)).place is Place.LEFT_OUT


def _collected() -> Told:
    return [*b.enrolled(), (b.at("2026-01-16 09:40"), b.record("leukapheresis", "2026-01-16"))]
