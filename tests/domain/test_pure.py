"""The core is pure: the same record and command give the same events, anywhere (INV-6)."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys

import orjson
import pytest

from domain.events import encode_event
from tests.domain.builders import ROOT, protocol, rules, site
from tests.domain.spec import SUBJECT
from tests.support.lives import life, lived


def fingerprint() -> str:
    """A digest of every event and state of a whole life, in order."""
    steps = lived(rules(), SUBJECT, life(protocol(), site()))
    told = [[encode_event(event) for event in step.events] for step in steps]
    return hashlib.sha256(orjson.dumps(told)).hexdigest()


@pytest.mark.parametrize(("seed", "zone"), [("1", "UTC"), ("2", "America/St_Johns")])
def test_another_process_decides_the_same(seed: str, zone: str) -> None:
    """Neither the order of a set nor the machine's own zone shows in any event."""
    other = subprocess.run(
        [sys.executable, "-c", "from tests.domain.test_pure import fingerprint; print(fingerprint())"],
        cwd=ROOT,
        env={**os.environ, "PYTHONHASHSEED": seed, "TZ": zone},
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    assert other.stdout.strip() == fingerprint()
