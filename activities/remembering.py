"""States already folded, so that a command need not read a whole stream again.

The rule that keeps it honest: a remembered state is used only while the stream's head has the very hash it
was folded to; anything else (another writer, a restored database) means reading again.
"""

from __future__ import annotations

from collections import OrderedDict
from threading import Lock
from typing import Generic, TypeVar

from store import Head

T = TypeVar("T")


class Remembered(Generic[T]):
    """The newest folds of at most `size` streams. Safe to share between threads."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._folds: OrderedDict[str, tuple[str, T]] = OrderedDict()
        self._lock = Lock()

    def recall(self, stream: str, head: Head) -> T | None:
        """The fold up to exactly this head, if it is remembered."""
        with self._lock:
            known = self._folds.get(stream)
            if known is None or known[0] != head.hash:
                return None
            self._folds.move_to_end(stream)
            return known[1]

    def keep(self, stream: str, head: Head, fold: T) -> None:
        """Remember the fold up to this head. Harmless if the transaction fails: the head will not match."""
        with self._lock:
            self._folds[stream] = (head.hash, fold)
            self._folds.move_to_end(stream)
            while len(self._folds) > self._size:
                self._folds.popitem(last=False)
