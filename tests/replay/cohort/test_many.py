"""Many studies come out the same however many processes play them."""

from __future__ import annotations

import multiprocessing
import os
import signal
from dataclasses import dataclass

import pytest

from replay.cohort.many import ProcessLost, StudyFailed, observe_many
from replay.cohort.observed import Observed
from replay.cohort.played import PlayedStudy
from replay.cohort.seeds import seeds_of
from tests.replay.cohort.told_stories import StoriesInTurn, in_turn


@pytest.fixture(scope="module")
def stories() -> StoriesInTurn:
    """Three stories of different lengths."""
    return in_turn("chapters/enrolled", "visits/late_entry", "study/death_holds_the_study")


def test_processes_change_nothing(stories: StoriesInTurn) -> None:
    """Two processes tell what one does, in the order of the seeds, though some finish earlier."""
    seeds = list(seeds_of(5, 14))
    alone = list(observe_many(stories, seeds, jobs=1))
    assert [each.seed for each in alone] == seeds
    assert len({each.days for each in alone}) == 3
    assert list(observe_many(stories, seeds, jobs=2)) == alone
    assert multiprocessing.active_children() == []


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_study_that_fails_names_its_seed(jobs: int) -> None:
    """All before it are told, then the seed and why; no process is left behind."""
    failing = in_turn("chapters/enrolled", fails_at=13)
    told: list[Observed] = []
    with pytest.raises(StudyFailed, match=r"seed 13 failed: ValueError: this one does not go on") as found:
        told.extend(observe_many(failing, [10, 11, 12, 13, 14, 15], jobs))
    assert found.value.seed == 13
    assert [each.seed for each in told] == [10, 11, 12]
    assert multiprocessing.active_children() == []


@dataclass(frozen=True, slots=True)
class _Ended:
    """A play whose process is ended from outside."""

    def __call__(self, seed: int) -> PlayedStudy:  # noqa: ARG002 - whichever it is
        os.kill(os.getpid(), signal.SIGKILL)
        raise AssertionError("not reached")


def test_a_process_that_is_ended_is_told() -> None:
    """As when memory runs out: a clear error, not a wait for ever."""
    with pytest.raises(ProcessLost, match="--jobs"):
        list(observe_many(_Ended(), [1, 2, 3], jobs=2))


def test_an_observed_study_is_small() -> None:
    """What a process sends back is a few kilobytes, whatever was played."""
    import pickle  # noqa: PLC0415 - only to weigh what processes send each other

    (observed,) = observe_many(in_turn("ends/fifteen_years"), [1], jobs=1)
    assert len(pickle.dumps(observed)) < 10_000
