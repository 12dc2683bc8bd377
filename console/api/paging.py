"""Pages of a list: so many at a time, in an order that stays, each with the way to the next.

The rule that keeps it honest: a page begins after a key and not at a number, so that what is recorded between
two pages moves nothing from one to the other; where a list is in the order of its keys, nothing is missed.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Annotated, Generic, TypeVar
from urllib.parse import urlencode

import orjson
from fastapi import Depends, Query, Request
from pydantic import BaseModel, Field

from console.api.problems import Fault, Trouble, faulty

MOST, USUAL = 500, 100
Key = tuple[str | int, ...]
T = TypeVar("T")
S = TypeVar("S")


class Page(BaseModel, Generic[T]):
    """Part of a list."""

    items: Sequence[T] = Field(description="what was found, in the list's order")
    next: str | None = Field(description="address of what follows, or null at the end")


@dataclass(frozen=True, slots=True)
class Cut(Generic[T]):
    """A page that was cut from a list."""

    items: list[T]
    next: str | None

    def mapped(self, show: Callable[[T], S]) -> Cut[S]:
        """The same page of what each of its items is shown as."""
        return Cut([show(each) for each in self.items], self.next)


@dataclass(frozen=True, slots=True)
class Slice:
    """What is asked for: at most `limit`, after the key that `after` names (None: from the beginning)."""

    limit: int
    after: Key | None
    path: str
    query: Sequence[tuple[str, str]]

    def of(self, found: Iterable[T], key: Callable[[T], Key]) -> Cut[T]:
        """The page of a list that is in the order of its keys.

        Raises:
            Trouble: what it is to begin after is no key of this list.
        """
        after = self.after
        rest = (each for each in found if after is None or _behind(key(each), after))
        some = list(islice(rest, self.limit + 1))
        return self.page(some, key)

    def page(self, some: Sequence[T], key: Callable[[T], Key]) -> Cut[T]:
        """The page of what begins at the right place and goes one beyond its end."""
        shown = some[: self.limit]
        more = len(some) > self.limit
        return Cut(list(shown), self._next(key(shown[-1])) if more else None)

    def _next(self, key: Key) -> str:
        kept = [(name, each) for name, each in self.query if name != "after"]
        return f"{self.path}?{urlencode([*kept, ('after', _written(key))])}"


def sliced(
    request: Request,
    limit: Annotated[int, Query(ge=1, le=MOST, description="at most so many")] = USUAL,
    after: Annotated[
        str | None, Query(max_length=400, description="where the page before ended, as its `next` says")
    ] = None,
) -> Slice:
    """The part of a list that a request asks for.

    Raises:
        Trouble: `after` is no end of a page.
    """
    return Slice(limit, _read(after) if after else None, request.url.path, request.query_params.multi_items())


Sliced = Annotated[Slice, Depends(sliced)]


def no_such_end() -> Trouble:
    """The trouble of an `after` that is not from a page of this list."""
    return faulty([Fault("query.after", "this is not where a page ended: take it from that page's `next`")])


def _behind(key: Key, after: Key) -> bool:
    if [type(each) for each in key] != [type(each) for each in after]:
        raise no_such_end()
    return key > after


def _written(key: Key) -> str:
    return base64.urlsafe_b64encode(orjson.dumps(key)).decode().rstrip("=")


def _read(after: str) -> Key:
    try:
        key = orjson.loads(base64.b64decode(after + "=" * (-len(after) % 4), altchars=b"-_", validate=True))
    except (binascii.Error, ValueError):
        key = None
    if not isinstance(key, list) or not all(map(_is_key, key)):
        raise no_such_end()
    return tuple(key)


def _is_key(value: object) -> bool:
    # A larger number would be none to the database.
    return isinstance(value, str) or (type(value) is int and abs(value) < 2**53)
