"""The outside heartbeat: an address is asked for while all is well, so that silence itself is noticed.

The rule that keeps it honest: nothing but a healthy round may beat; an address that does not answer is logged
and changes nothing here, because the outside is who notices.
"""

from __future__ import annotations

import http.client
import urllib.error
import urllib.request
from datetime import datetime, timedelta
from urllib.parse import urlsplit

import structlog
from pydantic import SecretStr

log = structlog.stdlib.get_logger(__name__)


class Heartbeat:
    """Asks for one address (GET), at most once every `every_seconds`. The address is a secret.

    Raises:
        ValueError: not an http or https address.
    """

    def __init__(self, url: SecretStr, *, every_seconds: float, timeout_seconds: float = 10.0) -> None:
        if urlsplit(url.get_secret_value()).scheme not in ("http", "https"):
            raise ValueError("the heartbeat address does not begin with https:// or http://")
        self._url, self._timeout = url, timeout_seconds
        self._every = timedelta(seconds=every_seconds)
        self._last: datetime | None = None

    def beat(self, now: datetime) -> bool:
        """Ask if it is time to. False: it was asked and did not answer well."""
        if self._last is not None and now - self._last < self._every:
            return True
        trouble = self._trouble()
        if trouble is not None:
            log.warning("heartbeat not taken", trouble=trouble)
            return False
        self._last = now
        return True

    def _trouble(self) -> str | None:
        asking = urllib.request.Request(self._url.get_secret_value(), headers={"User-Agent": "DayZero"})  # noqa: S310
        try:
            with urllib.request.urlopen(asking, timeout=self._timeout) as answer:  # noqa: S310
                answer.read(1)
        except urllib.error.HTTPError as error:
            error.close()
            return f"HTTP {error.code}"
        except (OSError, http.client.HTTPException) as error:
            # The error's own words may repeat the address.
            return type(error).__name__
        return None
