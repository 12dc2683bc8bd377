"""What an amended protocol version says of itself.

The rule that keeps it honest: it names the one version it follows; the change itself is computed, never told.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import StringConstraints

from domain.protocol.sources import Labels, Sourced
from domain.site import SiteDay


class Amends(Sourced):
    """The version that is amended (`hash`: by content, where it is stated) and why, in each language.

    `reconsent`: a participant comes under the amendment only by consent to it. `approved_on`: the day from
    which anybody can consent to it.
    """

    version: Annotated[str, StringConstraints(pattern=r"^[0-9A-Za-z][0-9A-Za-z.-]{0,19}$")]
    hash: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")] | None = None
    summary: Labels
    reconsent: bool = True
    approved_on: SiteDay | None = None
