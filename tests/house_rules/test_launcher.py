"""The command `.venv/bin/dayzero`: this checkout's code, from any folder."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from scripts.write_launcher import launcher
from settings import ROOT

DAYZERO = ROOT / ".venv" / "bin" / "dayzero"


def run(command: list[str], cwd: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a command in a folder."""
    return subprocess.run(
        command, cwd=cwd, env={**os.environ, **environment}, capture_output=True, text=True, check=False
    )


def test_command_answers_from_any_folder(tmp_path: Path) -> None:
    """`make` puts the command in place; it works wherever it is called."""
    done = run([str(DAYZERO), "--help"], tmp_path)
    assert done.returncode == 0, done.stderr
    assert "dayzero" in done.stdout


def test_callers_folder_is_never_imported_from(tmp_path: Path) -> None:
    """A folder of the caller's with one of our common names does not get in our way."""
    for name in ("console", "domain", "settings"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "__init__.py").write_text("raise SystemExit('an intruder ran')")
    done = run([str(DAYZERO), "--help"], tmp_path)
    assert done.returncode == 0, done.stderr + done.stdout


def test_command_is_what_make_writes_today() -> None:
    """The command in place is the one this checkout writes."""
    assert DAYZERO.read_text(encoding="utf-8") == launcher(ROOT)


def test_zone_data_comes_from_the_pinned_package(tmp_path: Path) -> None:
    """Whatever the machine's own zone files say, the command looks in the pinned package."""
    (tmp_path / "console").mkdir(parents=True)
    (tmp_path / "console" / "__init__.py").touch()
    (tmp_path / "console" / "__main__.py").write_text("import zoneinfo; print(zoneinfo.TZPATH)")
    written = tmp_path / "dayzero"
    written.write_text(launcher(tmp_path, python=Path(sys.executable)))
    written.chmod(0o755)
    done = run([str(written)], ROOT, PYTHONTZPATH="/usr/share/zoneinfo")
    assert done.stdout.strip() == "()", done.stderr


def test_a_process_it_starts_does_not_run_the_command_again(tmp_path: Path) -> None:
    """Verbs that work in several processes start new ones, and those read the launcher once more."""
    (tmp_path / "console").mkdir(parents=True)
    (tmp_path / "console" / "__init__.py").touch()
    (tmp_path / "console" / "__main__.py").write_text(
        "import multiprocessing\n"
        "print('the command', flush=True)\n"
        "other = multiprocessing.get_context('spawn').Process(target=print, args=('its process',))\n"
        "other.start()\n"
        "other.join()\n"
    )
    written = tmp_path / "dayzero"
    written.write_text(launcher(tmp_path, python=Path(sys.executable)))
    written.chmod(0o755)
    done = run([str(written)], ROOT)
    assert done.stdout.split("\n") == ["the command", "its process", ""], done.stderr


@pytest.mark.parametrize("name", ["with space", "with'quote", "with$dollar", "中文"])
def test_checkout_may_lie_in_a_folder_of_any_name(tmp_path: Path, name: str) -> None:
    """A checkout's path may hold spaces, quotes and other scripts."""
    root = tmp_path / name
    (root / "console").mkdir(parents=True)
    (root / "console" / "__init__.py").touch()
    (root / "console" / "__main__.py").write_text("import sys; print('ran from', sys.path[0])")
    python = root / "python"
    python.symlink_to(sys.executable)
    written = root / "dayzero"
    written.write_text(launcher(root, python=python), encoding="utf-8")
    written.chmod(0o755)
    done = run([str(written)], tmp_path)
    assert done.stdout.strip() == f"ran from {root}", done.stderr
