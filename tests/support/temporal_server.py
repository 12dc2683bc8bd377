"""The Temporal server of a test run: the embedded server the product starts, in a folder of the tests."""

from __future__ import annotations

from pathlib import Path

from console.embedded import EmbeddedTemporal, EmbeddedTemporalError, find_temporal_binary, free_port

_ATTEMPTS = 3


def start_temporal(folder: Path) -> EmbeddedTemporal:
    """A ready server with its file in `folder`, where time can be skipped.

    It may be killed (`kill`) and started again (`restart`, then `wait_ready`) on the same port and file.
    """
    binary = find_temporal_binary().path
    for attempt in range(1, _ATTEMPTS + 1):
        server = EmbeddedTemporal.start(
            binary=binary,
            db_file=folder / f"temporal-{attempt}.sqlite3",
            port=free_port(),
            ui_port=None,
            log_file=folder / "temporal.log",
            virtual_time=True,
        )
        try:
            server.wait_ready()
        except EmbeddedTemporalError:
            # Between our look and the server's, another test process may have taken the port.
            server.stop()
            if attempt == _ATTEMPTS:
                raise
        else:
            return server
    raise AssertionError("unreachable: the last attempt returns or raises")
