"""`dayzero cohort`: many studies, or one of them, from the command line."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from console.cli.simulating_place import Placed
from replay.cohort.played import PlayedStudy
from replay.cohort.seeds import seed_of
from settings import ROOT
from tests.console.terminal import Said, Terminal
from tests.console.test_shapes import BY_CALL, _fits

NAMES = ("--protocol", "NCT06642025", "--site", "hefei")
SMALL = """\
cohort: small
candidates: 2
per_week: 1
lasts: P4M
visits: {late_days: {shape: exponential, mean: 3}, entered_after_hours: {shape: exponential, mean: 20}}
departures: [{end: died, chance: 0.4, after_days: {shape: exponential, mean: 60}, related: 0.5}]
"""
STUDIES = 3


@pytest.fixture
def typed(tmp_path: Path) -> Terminal:
    """The command line where there is no store: none is needed."""
    return Terminal({"DAYZERO_HOME": str(tmp_path), "COLUMNS": "200"}, at=None)


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cohort of two, for four months."""
    path = tmp_path_factory.mktemp("cohort") / "small.yaml"
    path.write_text(SMALL, encoding="utf-8")
    return path


def simulated(typed: Terminal, small: Path, folder: Path, jobs: int) -> Said:
    """Three studies with everything that can be written."""
    files = ("--csv", str(folder), "--svg", str(folder), "--html", str(folder / "report.html"))
    asked = ("--studies", str(STUDIES), "--seed", "4", "--jobs", str(jobs), "--json")
    return typed("cohort", "simulate", str(small), *NAMES, *asked, *files)


def test_the_same_seed_gives_the_same_bytes(typed: Terminal, small: Path, tmp_path: Path) -> None:
    """One process or two: what is printed and every file that is written agree to the last byte."""
    one, two = (simulated(typed, small, tmp_path / str(jobs), jobs) for jobs in (1, 2))
    assert (one.code, one.err, two.out) == (0, "", one.out)
    written = [{path.name: path.read_bytes() for path in (tmp_path / each).iterdir()} for each in ("1", "2")]
    assert written[0] == written[1]
    assert len(written[0]) == 10
    assert (one.data["studies"], one.data["seed"]) == (STUDIES, 4)
    _fits(one.data, BY_CALL["cohort simulate"])


def test_the_table_is_for_people(typed: Terminal, small: Path) -> None:
    """Without `--json` it names what was played and its seed, the holds, the measures and the weeks."""
    said = typed("cohort", "simulate", str(small), *NAMES, "--studies", "1", "--jobs", "1")
    assert said.code == 0
    assert said.lines[0].startswith("1 simulated study of NCT06642025")
    assert "seed 1" in said.lines[0]
    for words in ("Chance of each hold", "vein to vein", "messages to coordinator", "Load by week"):
        assert words in said.out


def test_one_study_is_played_alone(typed: Terminal, small: Path, tmp_path: Path) -> None:
    """By its own seed, with its timeline; it is the study that was among the many."""
    simulated(typed, small, tmp_path, 1)
    seed = str(seed_of(4, 1))
    row = (tmp_path / "studies.csv").read_text(encoding="utf-8").splitlines()[2].split(",")
    said = typed("cohort", "play", str(small), *NAMES, "--seed", seed, "--json")
    assert said.code == 0
    _fits(said.data, BY_CALL["cohort play"])
    assert row[1:6] == [
        seed,
        row[2],
        str(said.data["days"]),
        str(said.data["participants"]),
        str(said.data["infused"]),
    ]
    told = typed("cohort", "play", str(small), *NAMES, "--seed", seed)
    assert f"seed {seed}: {said.data['days']} days" in told.lines[-1]
    assert any("SIM-0001" in line for line in told.lines)


def test_events_of_one_study_are_written(typed: Terminal, small: Path, tmp_path: Path) -> None:
    """A line for each event, with its place in its stream, in the order in which they came."""
    file = tmp_path / "events.jsonl"
    said = typed("cohort", "play", str(small), *NAMES, "--seed", "9", "--json", "--events", str(file))
    lines = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    assert [each["type"] for each in lines] == [each["type"] for each in said.data["events"]]
    last: dict[str, int] = {}
    for each in lines:
        assert each["seq"] == last.get(each["stream"], 0) + 1
        last[each["stream"]] = each["seq"]


def test_a_study_that_fails_names_its_seed(
    typed: Terminal, small: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The line says which seed plays it alone, and the command ends with the code of a broken play."""
    played = Placed.__call__

    def fails(self: Placed, seed: int) -> PlayedStudy:
        if seed == seed_of(4, 1):
            raise LookupError("a rule that nobody thought of")
        return played(self, seed)

    monkeypatch.setattr(Placed, "__call__", fails)
    said = typed("cohort", "simulate", str(small), *NAMES, "--studies", "3", "--seed", "4", "--jobs", "1")
    assert said.code == 4
    assert f"the study of seed {seed_of(4, 1)} failed: LookupError: a rule that nobody thought of" in said.err
    assert f"--seed {seed_of(4, 1)}" in said.err


@pytest.mark.parametrize(
    ("file", "words", "text"),
    [
        ("candidates: two\n", (), "candidates"),
        (SMALL, ("--starts", "soon"), "write a day such as 2026-01-05"),
        (SMALL, ("--starts", "9999-01-01"), "write a day from 1970 to 2200"),
        (SMALL, ("--site", "nowhere"), "there is no site nowhere"),
        (None, (), "No such file"),
    ],
)
def test_what_cannot_be_played_is_told(
    typed: Terminal, tmp_path: Path, file: str | None, words: tuple[str, ...], text: str
) -> None:
    """A faulty file, a day that is none, a site nobody knows: one clear line, and nothing is written."""
    path = tmp_path / "cohort.yaml"
    if file is not None:
        path.write_text(file, encoding="utf-8")
    written = tmp_path / "written"
    said = typed("cohort", "simulate", str(path), *NAMES, *words, "--studies", "1", "--csv", str(written))
    assert said.code in {1, 2}
    assert text in said.err
    assert not written.exists()


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="children are counted in /proc")
def test_interrupted_it_ends_at_once(small: Path, tmp_path: Path) -> None:
    """Ctrl-C reaches every process of the terminal: all end, without a traceback, and write nothing."""
    page = tmp_path / "report.html"
    asked = ("cohort", "simulate", str(small), *NAMES, "--studies", "5000", "--html", str(page))
    running = subprocess.Popen(
        [sys.executable, "-m", "console", *asked, "--jobs", "2"],
        cwd=ROOT,
        env={**os.environ, "DAYZERO_HOME": str(tmp_path)},
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        # Whoever starts tests in the background may have it ignored, and a child inherits that.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # noqa: PLW1509 - one call, no lock
    )
    try:
        _wait_for_children(running.pid)
        os.killpg(running.pid, signal.SIGINT)
        _, err = running.communicate(timeout=60)
    finally:
        running.kill()
    assert running.returncode not in {0, None}
    assert "Traceback" not in err
    assert not page.exists()
    assert _nobody_is_left(running.pid)


def _nobody_is_left(group: int) -> bool:
    for _ in range(100):
        try:
            os.killpg(group, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.1)
    return False


def _wait_for_children(pid: int) -> None:
    children = Path(f"/proc/{pid}/task/{pid}/children")
    for _ in range(1200):
        if (
            len(children.read_text(encoding="utf-8").split()) >= 3
        ):  # two that play, and the tracker of resources
            return
        time.sleep(0.05)
    pytest.fail("no process was started within a minute")
