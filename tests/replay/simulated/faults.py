"""Faults of the store and of the process, injected between any two steps of a transaction.

The rule that keeps it honest: a fault is what really happens: an error before anything is written, a process
that ends in the middle, or one that ends after the commit and before anybody hears of it.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from random import Random
from typing import Any, cast

from typing_extensions import override

from store import Reading, Store, StoreBusy, StoreDown, Writing


class Crash(BaseException):
    """The process ends here. No `except Exception` can keep it alive."""


@dataclass
class Chance:
    """How often something goes wrong, in thousandths of all transactions; `calm` ends it."""

    random: Random
    refused: int = 25
    crashed_within: int = 25
    crashed_after: int = 15
    calm: bool = False

    def of(self, thousandths: int) -> bool:
        """Whether it happens now."""
        return not self.calm and self.random.randrange(1000) < thousandths


class FaultyStore(Store):
    """A store whose transactions go wrong by chance; everything that is committed is really committed."""

    def __init__(self, store: Store, chance: Chance, tell: Callable[[str], None]) -> None:
        self._store, self._chance, self._tell = store, chance, tell

    @property
    @override
    def url(self) -> str:
        return self._store.url

    @override
    @contextmanager
    def reading(self) -> Generator[Reading]:
        with self._store.reading() as reading:
            yield reading

    @override
    @contextmanager
    def writing(self) -> Generator[Writing]:
        if self._chance.of(self._chance.refused):
            error = self._chance.random.choice([StoreBusy, StoreDown])
            self._tell(f"store: {error.__name__}")
            raise error("injected: nothing was written")
        with self._store.writing() as tx:
            yield self._counted(tx)
        if self._chance.of(self._chance.crashed_after):
            self._tell("crash after the commit")
            raise Crash

    @override
    def close(self) -> None:
        self._store.close()

    def _counted(self, tx: Writing) -> Writing:
        if not self._chance.of(self._chance.crashed_within):
            return tx
        return cast(Writing, _Doomed(tx, self._chance.random.randrange(1, 14), self._tell))


class _Doomed:
    """A transaction whose process ends before its n-th call."""

    def __init__(self, tx: Writing, calls: int, tell: Callable[[str], None]) -> None:
        self._tx, self._left, self._tell = tx, iter(range(calls)), tell

    def __getattr__(self, name: str) -> Any:
        called = getattr(self._tx, name)
        return _dying(called, self._left, lambda: self._tell(f"crash before {name}"))


def _dying(called: Any, left: Iterator[int], tell: Callable[[], None]) -> Any:
    if not callable(called):
        return called

    def call(*args: Any, **named: Any) -> Any:
        if next(left, None) is None:
            tell()
            raise Crash
        return called(*args, **named)

    return call
