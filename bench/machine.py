"""What the figures were measured on.

The rule that keeps it honest: facts asked of the machine and of the programs that ran, never typed in.
"""

from __future__ import annotations

import os
import platform
import sqlite3
import subprocess
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from console.embedded import TemporalBinaryMissing, find_temporal_binary
from tests.support.postgres import PostgresMissing, find_postgres


def facts() -> dict[str, str]:
    """Names and values, in the order they are shown."""
    busy = os.getloadavg()[0]
    return {
        "measured in": datetime.now(UTC).strftime("%B %Y"),
        "processor": f"{_processor()}, {os.cpu_count()} cores, load {busy:.1f} when the run began",
        "system": f"{platform.system()} {platform.release()}",
        "Python": platform.python_version(),
        "temporalio": version("temporalio"),
        "Temporal": _temporal(),
        "SQLite": f"{sqlite3.sqlite_version}, WAL, synchronous FULL",
        "PostgreSQL": f"{_postgres()}, synchronous_commit on",
        "SQLAlchemy": version("sqlalchemy"),
    }


def _processor() -> str:
    table = Path("/proc/cpuinfo")
    if table.exists():
        for line in table.read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def _temporal() -> str:
    try:
        return _said(find_temporal_binary().path).removeprefix("temporal version ")
    except TemporalBinaryMissing:
        return "absent"


def _postgres() -> str:
    try:
        return _said(find_postgres() / "postgres").removeprefix("postgres (PostgreSQL) ")
    except PostgresMissing:
        return "absent"


def _said(program: Path) -> str:
    return subprocess.run(
        [str(program), "--version"], capture_output=True, text=True, check=True
    ).stdout.strip()
