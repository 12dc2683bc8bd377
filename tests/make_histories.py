"""Make the stored histories: what workflows of past releases went through, for every later release to replay.

`make histories` adds those that are missing and changes none: a stored history is evidence of what ran.
"""

from __future__ import annotations

import asyncio
import json
import re
import sys
import tempfile
from pathlib import Path
from typing import Any

from temporalio.client import Client

from console.leaving import leave
from settings import ROOT
from tests.support.temporal_server import start_temporal
from tests.workflows.scenes import SCENES, Scene

HISTORIES = ROOT / "tests" / "workflows" / "histories"

# Who ran it, and where, says nothing about what was run.
_STACKS = {"stackTrace": ""}
_IDENTITY = re.compile(r"\b\d+@[A-Za-z0-9_.-]+")


def main() -> None:
    """Play every scene that has no stored history yet."""
    HISTORIES.mkdir(exist_ok=True)
    missing = [scene for scene in SCENES if not list(HISTORIES.glob(f"{_name(scene)}-*.json"))]
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(_make(missing, Path(folder)))


async def _make(scenes: list[Scene], folder: Path) -> None:
    server = await asyncio.to_thread(start_temporal, folder)
    try:
        client = await Client.connect(server.address)
        for scene in scenes:
            for number, (workflow_id, run_id) in enumerate(await scene(client, folder), start=1):
                history = await client.get_workflow_handle(workflow_id, run_id=run_id).fetch_history()
                file = HISTORIES / f"{_name(scene)}-{number}.json"
                _write(file, json.loads(history.to_json()))
                sys.stdout.write(f"{file.relative_to(ROOT)}: {len(history.events)} events\n")
    finally:
        server.kill()


def _write(file: Path, history: Any) -> None:
    text = json.dumps(_scrubbed(history), separators=(",", ":"), sort_keys=True)
    file.write_text(_IDENTITY.sub("worker", text) + "\n", encoding="utf-8")


def _scrubbed(value: Any) -> Any:
    match value:
        case dict():
            return {key: _STACKS.get(key, _scrubbed(inner)) for key, inner in value.items()}
        case list():
            return [_scrubbed(inner) for inner in value]
        case _:
            return value


def _name(scene: Scene) -> str:
    return scene.__name__.replace("_", "-")


if __name__ == "__main__":
    main()
    leave(0)
