"""The code runs in place: its common names must be ours wherever it is imported."""

from __future__ import annotations

import importlib.metadata
import importlib.util
from pathlib import Path

import pytest

from settings import ROOT
from tests.house_rules.tree import python_files


def our_top_level_names() -> list[str]:
    """Packages and modules at the root of the checkout."""
    tops = {path.relative_to(ROOT).parts[0] for path in python_files()}
    return sorted(top.removesuffix(".py") for top in tops)


@pytest.mark.parametrize("name", our_top_level_names())
def test_no_distribution_installs_our_names(name: str) -> None:
    """Nothing in site-packages provides a package of ours: an intruder would be imported silently."""
    owners = importlib.metadata.packages_distributions().get(name, [])
    assert owners == [], f"`{name}` is also provided by {owners}; uninstall it"


@pytest.mark.parametrize("name", our_top_level_names())
def test_our_names_come_from_this_checkout(name: str) -> None:
    """Each top-level name is found under the root of this checkout and nowhere else."""
    spec = importlib.util.find_spec(name)
    assert spec is not None
    places = [spec.origin] if spec.origin else list(spec.submodule_search_locations or [])
    assert places
    for place in places:
        assert Path(str(place)).resolve().is_relative_to(ROOT), f"`{name}` is loaded from {place}"


def test_every_folder_of_code_is_a_package() -> None:
    """A folder without __init__.py could be merged with a stranger's of the same name."""
    # Alembic loads its scripts by their path.
    by_path = ROOT / "store" / "migrations"
    folders = {path.parent for path in python_files()} - {ROOT}
    bare = [f for f in folders if not (f / "__init__.py").exists() and not f.is_relative_to(by_path)]
    assert sorted(bare) == []
