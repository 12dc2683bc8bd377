"""Which modules the workflow sandbox takes from the process as they are.

The rule that keeps it honest: everything else is loaded anew for each workflow and watched for clocks, dice
and I/O. Trusting changes speed and memory only (half of both), because the replay tests also run with all of
ours watched.
"""

from __future__ import annotations

from dataclasses import replace

from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner, SandboxRestrictions

_LIBRARIES = ("pydantic", "pydantic_core", "annotated_types", "orjson", "typing_extensions", "yaml")
_OURS = (
    "activities.orders",
    "domain",
    "workflows.attributes",
    "workflows.deliveries",
    "workflows.desk",
    "workflows.envelope",
    "workflows.names",
    "workflows.start",
    "workflows.timer",
)


def runner() -> SandboxedWorkflowRunner:
    """As deployed."""
    return SandboxedWorkflowRunner(restrictions=_trusting(*_LIBRARIES, *_OURS))


def watching_runner() -> SandboxedWorkflowRunner:
    """With everything of ours, the domain included, under the sandbox's watch."""
    watched = _trusting(*_LIBRARIES)
    # Zones come from the pinned table, and a watched ZoneInfo is one that no datetime takes.
    members = watched.invalid_module_members.with_child_unrestricted("zoneinfo")
    return SandboxedWorkflowRunner(restrictions=replace(watched, invalid_module_members=members))


def _trusting(*modules: str) -> SandboxRestrictions:
    return SandboxRestrictions.default.with_passthrough_modules(*modules)
