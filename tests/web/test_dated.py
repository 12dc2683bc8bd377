"""Days within a sentence are written as each language writes them."""

from __future__ import annotations

import pytest

from console.web.dated import dated
from console.web.languages import tongues
from console.words import Language

ZONE = "Asia/Shanghai"


@pytest.mark.parametrize(
    ("text", "english", "chinese"),
    [
        ("late since 2026-03-04", "late since 4 Mar 2026", "late since 2026年3月4日"),
        ("2026-03-04 to 2026-03-06", "4 Mar 2026 – 6 Mar 2026", "2026年3月4日 – 2026年3月6日"),
        ("2026-03-04 to 2026-03-04", "4 Mar 2026", "2026年3月4日"),
        ("2026-03-04 14:30 to 16:29", "4 Mar 2026 14:30 – 16:29", "2026年3月4日 14:30 – 16:29"),
        ("2026-03-04T01:30:00Z", "4 Mar 2026 09:30", "2026年3月4日 09:30"),
        ("COI-2026-03-04 and 2026-13-45", "COI-2026-03-04 and 2026-13-45", "COI-2026-03-04 and 2026-13-45"),
    ],
)
def test_days_are_written_as_people_write_them(text: str, english: str, chinese: str) -> None:
    """A whole day or instant is rewritten on the site's clock; a code or what is no day stays as it is."""
    said = tongues()
    assert dated(said[Language.EN], text, ZONE) == english
    assert dated(said[Language.ZH], text, ZONE) == chinese
