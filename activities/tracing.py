"""OpenTelemetry, an extra: spans of workflows and activities for those who collect them.

The rule that keeps it honest: nothing is traced unless an endpoint is given; without the extra the product
says so once and runs on. The extra is imported only where it is used, because it may be absent.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import structlog

if TYPE_CHECKING:
    from opentelemetry.sdk.trace import SpanProcessor
    from temporalio.contrib.opentelemetry import TracingInterceptor

log = structlog.stdlib.get_logger(__name__)


def tracing_interceptors(endpoint: str | None, software: str) -> list[TracingInterceptor]:
    """Interceptors that send spans to an OTLP endpoint (gRPC); none without one.

    For `Client.connect`: the client's workers use them too, and only so do spans of one command join.
    `software` is the version told with every span.
    """
    if endpoint is None:
        return []
    try:
        from opentelemetry.exporter.otlp.proto.grpc.trace_exporter import OTLPSpanExporter  # noqa: PLC0415
        from opentelemetry.sdk.trace.export import BatchSpanProcessor  # noqa: PLC0415
    except ImportError:
        log.warning("tracing is configured but not installed; install the extra `otel`", endpoint=endpoint)
        return []
    return [traced_by(BatchSpanProcessor(OTLPSpanExporter(endpoint=endpoint)), software)]


def traced_by(processor: SpanProcessor, software: str) -> TracingInterceptor:
    """An interceptor whose spans go to `processor`. Needs the extra `otel`."""
    from opentelemetry.sdk.resources import SERVICE_NAME, SERVICE_VERSION, Resource  # noqa: PLC0415
    from opentelemetry.sdk.trace import TracerProvider  # noqa: PLC0415
    from temporalio.contrib.opentelemetry import TracingInterceptor  # noqa: PLC0415

    about = Resource.create({SERVICE_NAME: "dayzero", SERVICE_VERSION: software})
    provider = TracerProvider(resource=about)
    provider.add_span_processor(processor)
    return TracingInterceptor(provider.get_tracer("dayzero"))
