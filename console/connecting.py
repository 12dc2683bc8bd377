"""Reaching Temporal: the address, the credentials, the payload keys.

The rule that keeps it honest: a server is one that was named, or the one `dayzero up` runs from this home;
never one that happens to listen.
"""

from __future__ import annotations

from temporalio.client import Client
from temporalio.runtime import Runtime
from temporalio.service import RPCError, TLSConfig

from console.running import announced_run
from settings import Settings
from workflows.codec import data_converter


class NoServer(RuntimeError):
    """There is no Temporal server to speak to. The text says which was tried and what to do."""


async def connect(
    settings: Settings, *, address: str | None = None, runtime: Runtime | None = None
) -> Client:
    """A client of the server at `address`, or else of the one the settings name, or `up` announced.

    Raises:
        NoServer: none is named, or the one that is does not answer.
    """
    target = address or settings.temporal_address or _announced(settings)
    try:
        return await Client.connect(
            target,
            namespace=settings.temporal_namespace,
            api_key=settings.temporal_api_key.get_secret_value() if settings.temporal_api_key else None,
            tls=_tls(settings),
            data_converter=data_converter(settings.encryption_keys()),
            runtime=runtime,
        )
    except (RPCError, RuntimeError) as error:
        raise NoServer(f"no Temporal server answers at {target}: {error}") from error


def _announced(settings: Settings) -> str:
    run = announced_run(settings.home)
    if run is None:
        raise NoServer(
            f"no Temporal server is named, and no `dayzero up` runs from {settings.home}: "
            "start one, or set DAYZERO_TEMPORAL_ADDRESS"
        )
    return run.temporal_address


def _tls(settings: Settings) -> TLSConfig | bool:
    files = (settings.temporal_tls_ca, settings.temporal_tls_cert, settings.temporal_tls_key)
    if not any(files):
        return settings.temporal_tls or settings.temporal_api_key is not None
    ca, cert, key = (None if file is None else file.read_bytes() for file in files)
    return TLSConfig(server_root_ca_cert=ca, client_cert=cert, client_private_key=key)
