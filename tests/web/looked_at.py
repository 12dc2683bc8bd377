"""How a page is looked at in a real browser: by the accessibility checker, by its measures, and kept as a
picture."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from playwright.sync_api import Page

from tests.support.trial import ROOT

AXE = Path(__file__).with_name("vendored") / "axe.min.js"
AXE_SHA256 = "29348999450cdf2849a8e70b7912fc2da85a849da39c0d0d5394f51d4a9ed95c"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
SHOTS = ROOT / ".screenshots"
LEAST_PX = 24
"""The least height of what is touched (WCAG 2.2, 2.5.8)."""


def complaints_of(page: Page, only: Sequence[str] = ()) -> list[str]:
    """What axe finds wrong on the page, in words; `only` these of its rules, where any are named."""
    if not page.evaluate("() => 'axe' in window"):
        source = AXE.read_text(encoding="utf-8")
        page.evaluate(f"() => {{ {source} }}")
    found = page.evaluate(
        "(rules) => axe.run(document, {runOnly: rules, resultTypes: ['violations']})", [*only] or RULES
    )
    return [
        f"{each['id']}: {each['help']}: {[node['html'][:160] for node in each['nodes']][:3]}"
        for each in found["violations"]
    ]


def small_targets(page: Page) -> list[str]:
    """Buttons and fields that can be seen and are lower than a finger needs."""
    found: list[str] = page.evaluate(
        """(least) => [...document.querySelectorAll(
            "button, a.button, summary, select, input:not([type=hidden], [type=checkbox], [type=radio])")]
            .filter((each) => each.offsetParent && each.getBoundingClientRect().height < least)
            .map((each) => each.outerHTML.slice(0, 120))""",
        LEAST_PX,
    )
    return found


def shot(page: Page, name: str) -> None:
    """Keep what the page looks like."""
    SHOTS.mkdir(exist_ok=True)
    page.screenshot(path=SHOTS / f"{name}.png", full_page=True)
