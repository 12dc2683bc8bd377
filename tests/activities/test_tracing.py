"""OpenTelemetry as an extra."""

from __future__ import annotations

import sys
from datetime import timedelta

import pytest
from temporalio import activity, workflow
from temporalio.client import Client
from temporalio.worker import UnsandboxedWorkflowRunner, Worker

from activities.tracing import traced_by, tracing_interceptors


@activity.defn(name="test.traced")
async def traced() -> str:
    """Something to be traced."""
    return "done"


@workflow.defn(name="test.trace")
class Trace:
    """Runs the traced activity."""

    @workflow.run
    async def run(self) -> str:
        return await workflow.execute_activity(traced, start_to_close_timeout=timedelta(seconds=10))


async def test_spans_join_workflow_and_activity(temporal_address: str) -> None:
    """With the extra, one trace holds the spans of caller, workflow and activity."""
    export = pytest.importorskip("opentelemetry.sdk.trace.export", reason="the extra `otel` is not installed")
    memory = pytest.importorskip("opentelemetry.sdk.trace.export.in_memory_span_exporter")
    exporter = memory.InMemorySpanExporter()
    interceptor = traced_by(export.SimpleSpanProcessor(exporter), "1.2.3")
    client = await Client.connect(temporal_address, interceptors=[interceptor])
    worker = Worker(
        client,
        task_queue="test-tracing",
        workflows=[Trace],
        activities=[traced],
        workflow_runner=UnsandboxedWorkflowRunner(),
    )
    async with worker:
        assert await client.execute_workflow(Trace.run, id="traced", task_queue="test-tracing") == "done"
    spans = {span.name: span for span in exporter.get_finished_spans()}
    run, ran = spans["RunWorkflow:test.trace"], spans["RunActivity:test.traced"]
    assert ran.context.trace_id == run.context.trace_id == spans["StartWorkflow:test.trace"].context.trace_id
    assert run.resource.attributes["service.name"] == "dayzero"
    assert run.resource.attributes["service.version"] == "1.2.3"


def test_nothing_is_traced_unless_asked_for() -> None:
    """Without an endpoint there are no interceptors."""
    assert tracing_interceptors(None, "1.2.3") == []


def test_an_endpoint_without_the_extra_is_no_error(monkeypatch: pytest.MonkeyPatch) -> None:
    """Configured but not installed: the product runs on, untraced."""
    for name in [each for each in sys.modules if each.startswith("opentelemetry")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "opentelemetry", None)
    assert tracing_interceptors("http://127.0.0.1:4317", "1.2.3") == []


def test_an_endpoint_with_the_extra_is_used() -> None:
    """Configured and installed: one interceptor; that nobody listens there stops nothing."""
    pytest.importorskip("opentelemetry.sdk", reason="the extra `otel` is not installed")
    assert len(tracing_interceptors("http://127.0.0.1:1", "1.2.3")) == 1
