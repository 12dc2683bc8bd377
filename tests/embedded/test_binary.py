"""Which program serves Temporal: what is named is used or refused, what is found is asked first."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from console import temporal_binary
from console.temporal_binary import TemporalBinaryMissing, find_temporal_binary


def program(path: Path, says: str) -> Path:
    """An executable that prints one line."""
    path.write_text(f"#!/bin/sh\necho '{says}'\n")
    path.chmod(0o755)
    return path


@pytest.fixture
def nowhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A machine on which no Temporal program is found and none can be fetched."""
    monkeypatch.delenv("DAYZERO_TEMPORAL_BIN", raising=False)
    monkeypatch.setattr(sys, "executable", str(tmp_path / "bin" / "python"))
    monkeypatch.setenv("PATH", str(tmp_path / "path"))
    (tmp_path / "bin").mkdir()
    (tmp_path / "path").mkdir()

    def unreachable(_folder: Path) -> Path:
        raise RuntimeError("the network is unreachable")

    monkeypatch.setattr(temporal_binary, "_download_with_sdk", unreachable)
    return tmp_path


def test_pinned_program_is_found_beside_the_interpreter(monkeypatch: pytest.MonkeyPatch) -> None:
    """In the virtual environment the program that `temporal-bin` brought is used, at its pinned version."""
    monkeypatch.delenv("DAYZERO_TEMPORAL_BIN", raising=False)
    found = find_temporal_binary()
    assert found.source == "beside the interpreter"
    assert found.version.startswith("1.9.1 ")


def test_named_program_wins(nowhere: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The argument, else DAYZERO_TEMPORAL_BIN, goes before anything that could be found."""
    program(nowhere / "bin" / "temporal", "temporal version 9.9.9")
    by_variable = program(nowhere / "variable", "temporal version 1.0.0")
    by_argument = program(nowhere / "argument", "temporal version 2.0.0")
    monkeypatch.setenv("DAYZERO_TEMPORAL_BIN", str(by_variable))
    assert find_temporal_binary().path == by_variable
    assert find_temporal_binary(str(by_argument)).version == "2.0.0"


def test_named_program_is_never_replaced(nowhere: Path) -> None:
    """A named program that does not work is an error, though another could be found."""
    program(nowhere / "bin" / "temporal", "temporal version 9.9.9")
    with pytest.raises(TemporalBinaryMissing, match=r"DAYZERO_TEMPORAL_BIN cannot be used.*not there"):
        find_temporal_binary(str(nowhere / "absent"))


def test_stranger_of_the_same_name_is_passed_over(nowhere: Path) -> None:
    """A program called `temporal` that is something else is not run as a server; the next place is asked."""
    program(nowhere / "bin" / "temporal", "temporal, the calendar")
    right = program(nowhere / "path" / "temporal", "temporal version 1.9.1 (Server 1.32.0)")
    found = find_temporal_binary()
    assert (found.path, found.source) == (right, "on PATH")


def test_nothing_found_lists_every_place_tried(nowhere: Path) -> None:
    """When nothing is found, one error names each place, why it was no use, and what to do."""
    program(nowhere / "bin" / "temporal", "temporal, the calendar")
    with pytest.raises(TemporalBinaryMissing) as missing:
        find_temporal_binary(download_to=nowhere / "fetched")
    said = str(missing.value)
    for part in (
        "the calendar",
        "on PATH",
        "network is unreachable",
        "make install",
        "DAYZERO_TEMPORAL_ADDRESS",
    ):
        assert part in said
