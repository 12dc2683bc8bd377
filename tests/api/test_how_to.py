"""The page on the API can be followed: every command on it is typed, and its code does what it says."""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from activities.webhooks.signing import new_secret, signed_headers
from console.embedded import free_port
from console.web.serving import served
from domain.roles import Role
from settings import ROOT
from tests.activities.scripted_receiver import receiver
from tests.api.program import known_client
from tests.web.house import House

PAGE = (ROOT / "docs" / "how-to" / "api.md").read_text(encoding="utf-8")
SHELL = re.compile(r"^```sh\n(.*?)^```", re.MULTILINE | re.DOTALL)
CODE = re.compile(r"^```python\n(.*?)^```", re.MULTILINE | re.DOTALL)


@pytest.mark.slow
@pytest.mark.timeout(300)
async def test_every_command_of_the_page_can_be_typed(house: House, tmp_path: Path) -> None:
    """In one shell, in the page's order, against a console that listens: none fails."""
    if shutil.which("curl") is None:
        pytest.skip("curl is not installed")
    _command_line(tmp_path / "dayzero")
    with receiver() as inbox:
        async with served(house.app(), "127.0.0.1", free_port()) as address:
            said = await asyncio.to_thread(_typed, house, tmp_path, address, inbox.url)
    assert said.returncode == 0, said.stdout + said.stderr
    for shown in (
        '"client":"program-coordinator"',
        "Day 21",
        '"events":["visit.recorded"',
        "ward-board: taken",
    ):
        assert shown in said.stdout
    assert '"code":"malformed"' in said.stdout
    assert [each.headers["webhook-id"].startswith("test/") for each in inbox.got] == [True]


def test_the_code_of_the_page_knows_a_genuine_message() -> None:
    """What the page says about signatures takes a genuine message and nothing else."""
    told: dict[str, Any] = {}
    exec(CODE.findall(PAGE)[0], told)  # noqa: S102 - the page's own code
    genuine, secret, now = told["is_genuine"], new_secret(), datetime.now(UTC)
    headers = signed_headers(secret, "participant/S/P-001/7", now, '{"a": "ü"}')
    body = '{"a": "ü"}'.encode()
    assert genuine(headers, body, secret)
    assert not genuine(headers, body + b" ", secret)
    assert not genuine(headers, body, new_secret())
    assert not genuine({**headers, "webhook-id": "participant/S/P-001/8"}, body, secret)
    old = signed_headers(secret, "participant/S/P-001/7", now - timedelta(minutes=6), '{"a": "ü"}')
    assert not genuine(old, body, secret)


def _typed(house: House, folder: Path, address: str, inbox: str) -> subprocess.CompletedProcess[str]:
    script = "set -e\n" + "\n".join(SHELL.findall(PAGE))
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("DAYZERO_")},
        "PATH": f"{folder}:{os.environ['PATH']}",
        "DAYZERO_HOME": str(folder),
        "DAYZERO_DATABASE_URL": f"sqlite:///{folder / 'own.sqlite3'}",
        "PYTHONTZPATH": "",
        "NO_PROXY": "*",
        "CONSOLE": address,
        "TOKEN": known_client(house, Role.COORDINATOR),
        "RECEIVER": inbox,
    }
    return subprocess.run(
        ["bash", "-c", script],
        env=environment,
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=240,
    )


def _command_line(shim: Path) -> None:
    shim.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m console "$@"\n')
    shim.chmod(0o755)
