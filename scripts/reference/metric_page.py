"""docs/reference/metrics.md: every metric, from activities/metrics.py."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from prometheus_client import CollectorRegistry

from activities.metrics import Metrics, StoreGauges
from store import open_store

_HEAD = """\
# Metrics

Served for Prometheus on `DAYZERO_METRICS_PORT`; Temporal's own worker metrics are on the next port. No label
holds anything about a participant. This page is made from `activities/metrics.py` by `make docs`.

| metric | kind | labels | what it says |
|---|---|---|---|
"""


def metric_page() -> str:
    """The table of metrics, by name."""
    return _HEAD + "".join(sorted(_rows()))


def _rows() -> Iterator[str]:
    registry = CollectorRegistry()
    labels = {vars(each)["_name"]: _labels(each) for each in vars(Metrics(registry)).values()}
    for family in registry.collect():
        yield _row(family, labels[family.name])
    with tempfile.TemporaryDirectory() as folder:
        store = open_store(f"sqlite:///{Path(folder) / 'empty.sqlite3'}")
        store.migrate()
        for family in StoreGauges(store, lambda: datetime.now(UTC)).collect():
            yield _row(family, _labels(family))
        store.close()


def _labels(metric: object) -> tuple[str, ...]:
    # The library shows a metric's labels only once one of them has a value.
    names: tuple[str, ...] = vars(metric)["_labelnames"]
    return names


def _row(family: Any, labels: tuple[str, ...]) -> str:
    name = f"{family.name}_total" if family.type == "counter" else family.name
    said = ", ".join(f"`{label}`" for label in labels) or "-"
    return f"| `{name}` | {family.type} | {said} | {family.documentation} |\n"
