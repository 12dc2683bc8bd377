"""What every command has, and the kinds of text it may carry.

The rule that keeps it honest: commands are imperative, carry who asks and what is stated, and are parsed
strictly; nothing here decides anything.
"""

from __future__ import annotations

import unicodedata
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, StringConstraints

from domain.roles import Actor
from domain.stated import StatedField

ItemCode = Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9_-]{0,39}$")]
AlertId = Annotated[
    str, StringConstraints(pattern=r"^[A-Za-z0-9_-]+(/[A-Za-z0-9_.-]+){2,4}$", max_length=160)
]
StudyCode = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9-]{0,39}$")]
ParticipantCode = Annotated[str, StringConstraints(pattern=r"^[A-Z0-9][A-Z0-9-]{1,31}$")]

ContentHash = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]


def _plain_text(text: str) -> str:
    for character in text:
        if unicodedata.category(character) in ("Cc", "Cf", "Cs", "Co") and character != "\n":
            raise ValueError(f"the text holds a control character (U+{ord(character):04X}); write plain text")
    return unicodedata.normalize("NFC", text)


Text = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500), AfterValidator(_plain_text)
]
ShortText = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=80), AfterValidator(_plain_text)
]


class Asked(BaseModel):
    """What every command has: its `kind` and the `actor` who asks."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    actor: Actor


class SignedAsk(Asked):
    """A command that is a signature: `meaning` are the words signed.

    `content` is the SHA-256 (hex) of what the signer was shown (`domain.signed.content_of`); left out, the
    signature is over what is on the record when it is heard.
    """

    meaning: Text
    content: ContentHash | None = None


class StatedResult(BaseModel):
    """A result as stated: `value` is text ("72", "yes", "2025-11-30", "never"), `unit` where it has one."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    observation: ItemCode
    value: ShortText
    unit: ShortText | None = None
    on: StatedField | None = None
