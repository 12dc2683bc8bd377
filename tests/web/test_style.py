"""The files of the console: whose they are, and whether they can be read."""

from __future__ import annotations

import hashlib
import itertools
import json
import re

import pytest

from console.web.app import STATIC

VENDORED = json.loads((STATIC / "vendored.json").read_text(encoding="utf-8"))
STYLES = {each.name: each.read_text(encoding="utf-8") for each in sorted(STATIC.glob("*.css"))}
STYLE = "".join(STYLES.values())
TOKENS = re.findall(r"--([\w-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)", STYLE)
COLOURS = {mode: {name: pair[mode == "dark"] for name, *pair in TOKENS} for mode in ("light", "dark")}
INK = ("text", "soft", "link", "main", "alarm", "warn", "good", "odd")
PAPER = ("page", "raised", "alarm-page", "warn-page", "good-page", "odd-page")
# Any words may stand on any paper, so that a link in a banner is readable too.
WRITTEN = [*itertools.product(INK, PAPER), ("on-main", "main")]
# Borders of controls, and shapes, are told apart from what lies beside them.
DRAWN = [*itertools.product(("line", "main", "alarm", "warn", "good", "odd", "link"), PAPER)]


@pytest.mark.parametrize("name", VENDORED)
def test_a_file_of_others_is_what_it_was(name: str) -> None:
    """A file taken from elsewhere is byte for byte the released one, with its version and its licence."""
    about = VENDORED[name]
    assert hashlib.sha256((STATIC / name).read_bytes()).hexdigest() == about["sha256"]
    assert about["version"] and about["licence"]
    assert "Permission to use" in (STATIC / about["licence_file"]).read_text(encoding="utf-8")


def test_every_script_is_ours_or_accounted_for() -> None:
    """No file stands among the console's that nobody accounts for."""
    ours = {"dayzero.css", "frame.css", "keys.js", "live.js", "icon.svg", "vendored.json"}
    assert {each.name for each in STATIC.iterdir()} == {
        *ours, *VENDORED, *(about["licence_file"] for about in VENDORED.values()),
    }  # fmt: skip


@pytest.mark.parametrize("mode", ["light", "dark"])
@pytest.mark.parametrize(("front", "back"), WRITTEN)
def test_words_can_be_read(mode: str, front: str, back: str) -> None:
    """Text of every token on every paper has a contrast of 4.5 at least (WCAG 2.2, 1.4.3)."""
    assert contrast(COLOURS[mode][front], COLOURS[mode][back]) >= 4.5


@pytest.mark.parametrize("mode", ["light", "dark"])
@pytest.mark.parametrize(("front", "back"), DRAWN)
def test_shapes_can_be_seen(mode: str, front: str, back: str) -> None:
    """Shapes and borders have a contrast of 3 at least (WCAG 2.2, 1.4.11)."""
    assert contrast(COLOURS[mode][front], COLOURS[mode][back]) >= 3


def test_every_colour_is_a_token() -> None:
    """No colour is used that the tests above do not see."""
    assert {name for name, *_ in TOKENS} == {*INK, *PAPER, "on-main", "line", "faint"}
    rules = "".join(each.split("@layer base", 1)[1] for each in STYLES.values())
    assert re.findall(r"#[0-9a-fA-F]{3,8}\b(?!\s*\{|\.|live)", rules.replace("#live", "")) == []
    assert set(re.findall(r"var\(--([\w-]+)\)", STYLE)) <= {name for name, *_ in TOKENS}


def contrast(one: str, other: str) -> float:
    """The contrast of two colours (WCAG 2.2)."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [each / 12.92 if each <= 0.04045 else ((each + 0.055) / 1.055) ** 2.4 for each in channels]
    return sum(weight * each for weight, each in zip((0.2126, 0.7152, 0.0722), linear, strict=True))
