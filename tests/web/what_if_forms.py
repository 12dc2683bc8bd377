"""Reading and sending the forms of a what-if as a browser does, repeated fields included."""

from __future__ import annotations

import re
from html import unescape

import httpx

from tests.web.house import ORIGIN, START, Browser

Pairs = list[tuple[str, str]]


def page_of(code: str) -> str:
    """Where a participant's what-if is."""
    return f"{START}/participant/{code}/what-if"


def form_with(page: httpx.Response, what: str) -> Pairs:
    """The hidden fields of the form that holds `what`."""
    for form in re.findall(r"<form.*?</form>", page.text, re.DOTALL):
        if what in form:
            found = re.findall(r'<input type="hidden" name="([\w.]+)" value="([^"]*)"', form)
            return [(name, unescape(value)) for name, value in found]
    raise AssertionError(f"no form holds {what!r}: {words(page)}")


def sent(browser: Browser, path: str, pairs: Pairs) -> httpx.Response:
    """Send these fields, in their order."""
    fields: dict[str, list[str]] = {}
    for name, value in pairs:
        fields.setdefault(name, []).append(value)
    headers = {"origin": ORIGIN, "sec-fetch-site": "same-origin"}
    answer: httpx.Response = browser.client.post(path, data=fields, headers=headers)
    return answer


def moved(browser: Browser, code: str = "P-002", item: str = "enrolment", days: int = 5) -> httpx.Response:
    """The answer to the ready question."""
    return browser.get(f"{page_of(code)}?item={item}&days={days}")


def recording(page: httpx.Response, reason: str = "no slot before") -> Pairs:
    """The form that records exactly what a page shows."""
    return [*form_with(page, "Record exactly this"), ("w.reason", reason), ("w.act", "record")]


def filled_in(browser: Browser, path: str, page: httpx.Response, kind: str, **stated: str) -> httpx.Response:
    """Choose a command on a page, fill it in and try it with what is there."""
    chosen = sent(browser, path, [*form_with(page, "Fill it in"), ("w.kind", kind)])
    return sent(browser, path, [*form_with(chosen, "Try this"), *stated.items(), ("w.act", "add")])


def words(page: httpx.Response) -> str:
    """What is read on a page, without its markup."""
    text = page.text.partition("<main")[2].partition("</main>")[0] or page.text
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", text)))
