"""Posting one message to one receiver, and reading whether it was taken.

The rule that keeps it honest: taken means 2xx from the receiver itself; redirects are not followed, proxies
of the environment are not asked, and nothing the receiver writes is read or kept but its status.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import httpx

from activities.posting import NotSent, Sent
from activities.webhooks.signing import signed_headers
from activities.webhooks.targets import Network, NoTarget, target_of

LONGEST_S = 15.0


@dataclass(frozen=True, slots=True)
class Letterbox:
    """Posts signed messages. `networks`: private ones that may be reached; `longest`: seconds for one try."""

    networks: Sequence[Network] = ()
    longest: float = LONGEST_S

    async def post(self, url: str, secret: str, message_id: str, body: str, at: datetime) -> Sent | NotSent:
        """Send once."""
        try:
            async with asyncio.timeout(self.longest):
                return await self._post(url, signed_headers(secret, message_id, at, body), body)
        except NoTarget as none:
            return NotSent(str(none), permanent=False)
        except TimeoutError:
            return NotSent("no answer in time; it may have arrived", permanent=False)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            return NotSent(_reason(error), permanent=False)

    async def _post(self, url: str, headers: dict[str, str], body: str) -> Sent | NotSent:
        target = await target_of(url, self.networks)
        # The name is still what the certificate must be for.
        sni = {"sni_hostname": target.url.hostname} if target.url.scheme == "https" else {}
        async with (
            httpx.AsyncClient(trust_env=False, timeout=self.longest) as client,
            client.stream(
                "POST",
                target.connect,
                content=body.encode(),
                headers={**headers, "host": target.host},
                extensions=sni,
            ) as answer,
        ):
            status = answer.status_code
        if answer.is_success:
            return Sent(f"HTTP {status}")
        return NotSent(f"HTTP {status}", permanent=False)


def _reason(error: httpx.HTTPError | httpx.InvalidURL) -> str:
    """A short reason that holds no address."""
    match error:
        case httpx.ConnectError() if "certificate" in str(error).lower():
            return "the certificate is not trusted"
        case httpx.ConnectError():
            return "no connection"
        case httpx.TimeoutException():
            return "no answer in time; it may have arrived"
        case _:
            return "the connection was closed"
