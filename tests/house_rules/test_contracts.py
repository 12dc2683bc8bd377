"""Imports go one way, and the contracts that say so cover every package."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path

from settings import ROOT
from tests.house_rules.tree import python_files

# Not part of the product: they may import anything of it, and nothing of it may import them.
BESIDE = {"tests", "scripts", "bench"}


def test_import_contracts_are_kept() -> None:
    """Every import contract of pyproject.toml is kept."""
    command = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run([command, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_package_is_under_contract() -> None:
    """A package that is added must be given its place in the order of imports."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    covered = set(settings["tool"]["importlinter"]["root_packages"])
    tops = {path.relative_to(ROOT).parts[0] for path in python_files() if path.parent != ROOT}
    assert tops - BESIDE == covered


def test_the_product_imports_nothing_beside_it() -> None:
    """Neither tests nor scripts nor benchmarks are needed to run the product."""
    offenders = [
        f"{path.relative_to(ROOT)}: {line.strip()}"
        for path in python_files()
        if path.relative_to(ROOT).parts[0] not in BESIDE
        for line in path.read_text(encoding="utf-8").splitlines()
        if line.split()[:1] in (["import"], ["from"]) and line.split()[1].split(".")[0] in BESIDE
    ]
    assert offenders == []
