"""Verifying the record while pages go on being shown: what was found last, how far, and when.

The rule that keeps it honest: a result is of the record up to its position and never said of what came
after; nothing was verified until it was, and one that could not be finished says so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from threading import Lock

from console.folding import verified
from store import Store
from store.checkpoint import Checkpoint, checkpoint
from store.report import Report


@dataclass(frozen=True, slots=True)
class Found:
    """What a verification found. `position`: of the last event looked at; `checkpoint`: to keep elsewhere."""

    position: int
    began: datetime
    ended: datetime
    report: Report
    checkpoint: str
    against: str | None


@dataclass(frozen=True, slots=True)
class Stage:
    """Where verifying stands. `began` None: nothing runs. `failed`: why the last one came to no end."""

    began: datetime | None = None
    found: Found | None = None
    failed: str | None = None


@dataclass
class Verifying:
    """The verifications of this process, one at a time."""

    now: Callable[[], datetime]
    _stage: Stage = field(default_factory=Stage)
    _lock: Lock = field(default_factory=Lock)

    @property
    def stage(self) -> Stage:
        """How it stands."""
        with self._lock:
            return self._stage

    def begin(self) -> bool:
        """Take the turn; False while another has it."""
        with self._lock:
            if self._stage.began is not None:
                return False
            self._stage = replace(self._stage, began=self.now(), failed=None)
            return True

    def run(self, store: Store, kept: Checkpoint | None) -> None:
        """Verify the whole record in one snapshot; whoever calls has the turn.

        `kept`: a checkpoint from outside, against which the record is held too.
        """
        began = self.stage.began or self.now()
        try:
            found = self._found(store, began, [kept] if kept is not None else [])
        except Exception as error:
            # Whatever it was, the next one must be able to begin.
            self._settle(Stage(found=self.stage.found, failed=f"{type(error).__name__}: {error}"))
            raise
        self._settle(Stage(found=found))

    def _found(self, store: Store, began: datetime, kept: Iterable[Checkpoint]) -> Found:
        held = list(kept)
        with store.reading() as reading:
            report = verified(reading, held)
            made, position = str(checkpoint(reading)), reading.position()
        return Found(position, began, self.now(), report, made, str(held[0]) if held else None)

    def _settle(self, stage: Stage) -> None:
        with self._lock:
            self._stage = stage
