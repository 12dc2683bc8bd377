"""Stored histories replay against this checkout, as deployed and watched; a breaking change is seen."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from temporalio import workflow
from temporalio.client import WorkflowHistory
from temporalio.worker import Replayer
from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner
from typing_extensions import override

from tests.make_histories import HISTORIES
from tests.workflows.scenes import SCENES
from workflows.codec import data_converter
from workflows.hosting import WORKFLOWS
from workflows.participant import Participant
from workflows.start import ParticipantInput
from workflows.trust import runner, watching_runner

STORED = sorted(HISTORIES.glob("*.json"))
RUNNERS = {"as deployed": runner, "watched": watching_runner}


def _history(file: Path) -> WorkflowHistory:
    return WorkflowHistory.from_json(file.stem, file.read_text(encoding="utf-8"))


def _replayer(how: SandboxedWorkflowRunner, workflows: tuple[type, ...] = WORKFLOWS) -> Replayer:
    return Replayer(workflows=workflows, workflow_runner=how, data_converter=data_converter({}))


def test_every_scene_has_a_history() -> None:
    """No scene is left out: a new one asks for `make histories`."""
    missing = [
        scene.__name__
        for scene in SCENES
        if not any(file.name.startswith(scene.__name__.replace("_", "-")) for file in STORED)
    ]
    assert missing == []


@pytest.mark.parametrize("how", RUNNERS)
@pytest.mark.parametrize("file", STORED, ids=lambda file: file.stem)
async def test_a_stored_history_replays(file: Path, how: str) -> None:
    """What past releases went through, this one goes through in the same way (INV-20)."""
    await _replayer(RUNNERS[how]()).replay_workflow(_history(file))


@workflow.defn(name="Participant", sandboxed=False)
class Impatient(Participant):
    """The timeline with one careless step before all others."""

    @workflow.init
    def __init__(self, start: ParticipantInput) -> None:
        super().__init__(start)

    @override
    @workflow.run
    async def run(self, start: ParticipantInput) -> None:
        await asyncio.sleep(1)
        await super().run(start)


async def test_a_careless_change_is_seen() -> None:
    """The replay is a real gate: a step added before the others does not pass it."""
    replayer = _replayer(runner(), (Impatient,))
    with pytest.raises(workflow.NondeterminismError):
        await replayer.replay_workflow(_history(HISTORIES / "commands-1.json"))
