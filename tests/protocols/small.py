"""A small protocol that is right, to be broken in one place by each test."""

from __future__ import annotations

from pathlib import Path

SMALL = """\
id: SMALL
version: "1.0"
title: {en: Small, zh-CN: 小}
source: {assumption: For tests.}
registration:
  milestone: consent
  criteria_checked: [OLD]
  source: {assumption: For tests.}
cap:
  participants: 3
  kept_from: start
  source: {assumption: For tests.}
stages:
  - {code: before, labels: {en: Before, zh-CN: 前}, source: {assumption: For tests.}}
  - {code: after, labels: {en: After, zh-CN: 后}, source: {assumption: For tests.}}
milestones:
  - code: consent
    labels: {en: Consent, zh-CN: 同意}
    optional: true
    source: {assumption: For tests.}
  - code: start
    labels: {en: Start, zh-CN: 开始}
    requires: [consent]
    enters: after
    remind: P2D
    window: {anchor: consent, target: P7D, early: P3D, late: P3D, source: {assumption: For tests.}}
    source: {assumption: For tests.}
visits:
  - code: V1
    labels: {en: Visit 1, zh-CN: 访视1}
    window:
      anchor: start
      target: P10D
      early: P2D
      late: P2D
      hard_stop: P20D
      frame_ends: P10D
      source: {assumption: For tests.}
    assessments: [pulse]
    source: {assumption: For tests.}
  - code: V2
    labels: {en: Visit 2, zh-CN: 访视2}
    condition: {decided: way, is: left}
    after_end: [discontinued]
    window:
      anchor: V1
      target: P10D
      early: P2D
      late: P2D
      source: {assumption: For tests.}
    source: {assumption: For tests.}
  - code: R{n}
    labels: {en: "Round {n}", zh-CN: "第{n}次"}
    condition: {decided: way, is: right}
    repeat: {times: 3, every: P7D, source: {assumption: For tests.}}
    window: {anchor: V1, target: P7D, early: P1D, late: P1D, source: {assumption: For tests.}}
    source: {assumption: For tests.}
observations:
  - code: age
    kind: number
    unit: years
    units: {years: 1, months: 0.0833}
    lowest: 0
    highest: 120
    labels: {en: Age, zh-CN: 年龄}
    source: {assumption: For tests.}
  - {code: well, kind: yes-no, labels: {en: Well, zh-CN: 良好}, source: {assumption: For tests.}}
  - code: colour
    kind: choice
    choices: [red, blue]
    labels: {en: Colour, zh-CN: 颜色}
    source: {assumption: For tests.}
  - {code: last_dose, kind: date, labels: {en: Last dose, zh-CN: 末次给药}, source: {assumption: For tests.}}
criteria:
  - code: OLD
    labels: {en: Old enough, zh-CN: 年龄}
    text: Old enough.
    met_if: {result: age, at_least: 18}
    source: {assumption: For tests.}
  - code: CLEAN
    labels: {en: Washed out, zh-CN: 洗脱}
    text: No dose lately.
    excluded_if:
      any:
        - not: {result: last_dose, at_least_ago: P14D}
        - {result: colour, is: red, within: P7D}
    source: {assumption: For tests.}
gates:
  - code: ready
    labels: {en: Ready, zh-CN: 就绪}
    before: start
    criteria: true
    needs:
      - code: is_well
        labels: {en: Is well, zh-CN: 良好}
        rule: {result: well, is: true, within: P2D}
        source: {assumption: For tests.}
    signed_by: investigator
    meaning: I confirm
    source: {assumption: For tests.}
decisions:
  - code: way
    labels: {en: Way, zh-CN: 方向}
    options:
      left: {en: Left, zh-CN: 左}
      right: {en: Right, zh-CN: 右}
    by: investigator
    source: {assumption: For tests.}
ladders:
  - code: visit
    labels: {en: Visits, zh-CN: 访视}
    rungs:
      - {after: P0D, tell: coordinator}
      - {after: P1D, tell: investigator}
    repeat_every: P1D
    acknowledgement_lasts: P1D
    snooze_at_most: P7D
    source: {assumption: For tests.}
assessments:
  - {code: pulse, labels: {en: Pulse, zh-CN: 脉搏}, source: {assumption: For tests.}}
ends:
  - {end: screen_failure, before: start, source: {assumption: For tests.}}
"""


def broken(old: str, new: str) -> str:
    """SMALL with the one place `old` replaced by `new`."""
    assert SMALL.count(old) == 1, f"{old!r} stands {SMALL.count(old)} times in the small protocol"
    return SMALL.replace(old, new)


def written(directory: Path, text: str) -> Path:
    """The text as a file."""
    path = directory / "small.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def line_of(text: str, sign: str) -> int:
    """The line (from 1) on which `sign` first stands."""
    return text[: text.index(sign)].count("\n") + 1
