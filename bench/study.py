"""A whole study in the pure core, and the endpoint report over it.

The rule that keeps it honest: every life is really lived, in a process of its own, so that its peak memory is
the study's; the report's floor folds the very streams it counts.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from typing import TypeVar, cast

from bench.cohort import Cohort
from bench.figures import Row
from bench.lives import Told, read_told
from console.endpoints.report import Counted, report
from console.endpoints.statistics import exact_interval
from console.words import Language
from domain.endpoints import Known, figures
from domain.evolve import ParticipantEvent, fold
from domain.state import Rules, State, initial

T = TypeVar("T")
_MIB = 1024


def measure(rounds: int, participants: int) -> list[Row]:
    """How fast a study is lived, how much memory it takes, and what its endpoints cost beside a fold."""
    taken = [_in_its_own_process(participants, seed) for seed in range(1, rounds + 1)]

    def figure(name: str) -> tuple[float, ...]:
        return tuple(each[name] for each in taken)

    of = f"{participants:,} participants over 24 months"
    return [
        Row("", f"pure core: {of}, events decided and folded", "/s", figure("events/s")),
        Row("", f"pure core: {of}, the whole study", "s", figure("lived")),
        Row("", f"peak memory with every state and event of {of} kept", "MiB", figure("peak")),
        Row("", f"endpoints of {of} counted, beside a fold of their streams", "s", figure("counted"),
            figure("folded")),
        Row("", "the same with intervals, curves and every event behind told", "s", figure("reported"),
            figure("folded")),
    ]  # fmt: skip


def _in_its_own_process(participants: int, seed: int) -> dict[str, float]:
    said = subprocess.run(
        [sys.executable, "-m", "bench.study", str(participants), str(seed)],
        check=True,
        capture_output=True,
        text=True,
    )
    return cast("dict[str, float]", json.loads(said.stdout))


def run(told: Told, participants: int, seed: int) -> dict[str, float]:
    """The figures of one study, in seconds of processor time, MiB, and events a second."""
    exact_interval(1, 2)  # SciPy is imported before anything is measured.
    cohort = Cohort(told.rules, seed)
    lived, people = _timed(lambda: [cohort.lived(number) for number in range(participants)])
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / _MIB
    folded, _ = _timed(lambda: [_folded(told.rules, each) for each in people])
    counted, of = _timed(lambda: _counted(told, people))
    told_, _ = _timed(lambda: report(of, Language.EN))
    events = sum(len(each.record) for each in people)
    return {
        "lived": lived,
        "events/s": events / lived,
        "peak": peak,
        "folded": folded,
        "counted": counted,
        "reported": counted + told_,
    }


def _counted(told: Told, people: Sequence[Known]) -> Counted:
    protocol = told.rules.protocol
    found = figures(protocol.document.endpoints or (), people)
    known = {each.participant: each for each in people}
    return Counted(protocol.id, people[0].record[-1].stamp.recorded_at, None, protocol, known, found)


def _folded(rules: Rules, known: Known) -> State:
    return fold(initial(rules), [cast(ParticipantEvent, each.event) for each in known.record])


def _timed(work: Callable[[], T]) -> tuple[float, T]:
    began = time.process_time()
    result = work()
    return time.process_time() - began, result


if __name__ == "__main__":
    print(json.dumps(run(read_told(), int(sys.argv[1]), int(sys.argv[2]))))
