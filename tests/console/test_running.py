"""The run file: a server is found while its `up` lives, and never afterwards."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from console.running import AlreadyRunning, Run, announced, announced_run, run_file, this_run
from settings import ROOT

RUN = this_run("127.0.0.1:7233", "default", None, "sqlite:///dayzero.sqlite3")

HOLDS = """
import sys, time
from pathlib import Path
from console.running import Run, announced
with announced(Path(sys.argv[1]), Run("127.0.0.1:1", "default", None, "sqlite:///x", 1)):
    print("held", flush=True)
    time.sleep(600)
"""


def test_a_run_is_found_while_it_lasts(tmp_path: Path) -> None:
    """Inside the block the run is found as it was announced; before and after there is none."""
    assert announced_run(tmp_path) is None
    with announced(tmp_path, RUN):
        assert announced_run(tmp_path) == RUN
    assert announced_run(tmp_path) is None


@pytest.mark.fault
def test_a_killed_run_is_not_found(tmp_path: Path) -> None:
    """After kill -9 the file is still there and counts for nothing: no server is adopted by chance."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLDS, str(tmp_path)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        assert announced_run(tmp_path) == Run("127.0.0.1:1", "default", None, "sqlite:///x", 1)
    finally:
        process.kill()
        process.communicate()
    assert run_file(tmp_path).read_text(encoding="utf-8")
    assert announced_run(tmp_path) is None


def test_two_runs_cannot_share_a_home(tmp_path: Path) -> None:
    """A second run from the same home is refused and leaves the first one's file as it is."""
    with announced(tmp_path, RUN):
        with pytest.raises(AlreadyRunning, match=r"run\.json"), announced(tmp_path, RUN):
            pytest.fail("two runs share a home")
        assert announced_run(tmp_path) == RUN


def test_a_strange_file_is_no_run(tmp_path: Path) -> None:
    """A file of another shape, even while it is held, is no run."""
    with announced(tmp_path, RUN):
        run_file(tmp_path).write_text('{"temporal_address": "127.0.0.1:1"}', encoding="utf-8")
        assert announced_run(tmp_path) is None
